# SPDX-License-Identifier: MIT
"""Every table of the report, as HTML."""

from html import escape
from typing import Any, Iterable, Sequence

import fmt
from model import Cell, Json, Run, Sheet, Variant, metric_name

FEW = 10   # rows that need no families between them
NAMED = 4  # cells of a reason; the others can be unfolded
VERDICT_WORDS = ("faster", "slower", "same", "unresolved")
QUANTILES = ("p50", "p90", "p99", "p99.9", "p99.99")


def table(head: Sequence[str], body: Iterable[str], caption: str = "",
          css: str = "") -> str:
    """A table that scrolls by itself where the screen is narrow. Cells of the
    head and rows of the body are HTML."""
    row = "".join(name if name.startswith("<th") else f"<th>{name}</th>"
                  for name in head)
    note = f"<caption><div>{caption}</div></caption>" if caption else ""
    return (f'<div class="scroll"><table class="{css}">{note}<thead><tr>'
            f'{row}</tr></thead><tbody>{"".join(body)}</tbody></table></div>')


def tr(first: str, cells: Iterable[str], css: str = "") -> str:
    mark = f' class="{css}"' if css else ""
    return f"<tr{mark}><th>{first}</th>{''.join(cells)}</tr>\n"


def td(content: str, css: str = "") -> str:
    return f'<td class="{css}">{content}</td>' if css else f"<td>{content}</td>"


# The headline.

class Notes:
    """Numbered reasons of one table, each printed once beneath it."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def mark(self, why: str | None) -> str:
        if not why:
            return ""
        if why not in self.reasons:
            self.reasons.append(why)
        n = self.reasons.index(why) + 1
        return f'<sup title="{escape(why)}">{n}</sup>'

    def text(self) -> str:
        return "".join(f"<br><sup>{i + 1}</sup> {escape(why)}"
                       for i, why in enumerate(self.reasons))


def by_family(sheet: Sheet, columns: int,
              rows: Iterable[tuple[Variant, str]]) -> list[str]:
    """Rows with a line above each family's, where they are many."""
    found: list[str] = []
    many = len(sheet.families) > 2 and len(sheet.variants) > FEW
    last = None
    for variant, row in rows:
        if variant.family != last and many:
            found.append(f'<tr class="family"><th colspan="{columns}">'
                         f"{escape(variant.family)}</th></tr>\n")
        last = variant.family
        found.append(row)
    return found


def headline(run: Run, sheet: Sheet) -> str:
    notes = Notes()
    sizes = [f"<th>{fmt.size(size)}</th>" for size in sheet.sizes]
    body = by_family(sheet, 1 + len(sizes), (
        (variant, tr(row_head(sheet, variant),
                     [headline_cell(run, sheet.at.get((variant, size)), notes)
                      for size in sheet.sizes],
                     "floor" if variant.floor else ""))
        for variant in sheet.variants))
    return table(["back-end", *sizes], body,
                 headline_note(run, sheet) + notes.text(), "headline")


def row_head(sheet: Sheet, variant: Variant) -> str:
    """Its name, what a message costs by design, and which half of its data
    path is emulated."""
    cells = [cell for cell in sheet.cells if cell.variant == variant]
    told = contract(cells[0]) if cells else ""
    emulated = sorted({half for cell in sheet.cells
                       if cell.variant == variant
                       for half in cell["emulated"] or []})
    note = (f"<br><small>emulated: {escape(', '.join(emulated))}</small>"
            if emulated else "")
    ways = sorted({str(cell["way"]) for cell in cells if cell["way"]})
    if ways:
        told = f"calls {escape(' and '.join(ways))}; {told}"
    return (escape(sheet.label(variant))
            + (f"<br><small>{told}</small>" if told else "") + note)


def calls(text: str) -> str:
    """System calls of one side: "write", "2 x mmap, futex"."""
    found: dict[str, int] = {}
    for name in text.split():
        found[name] = found.get(name, 0) + 1
    return ", ".join(f"{n} × {escape(name)}" if n > 1 else escape(name)
                     for name, n in found.items()) or "none"


def contract(cell: Cell) -> str:
    """In one line: copies, system calls by side, who wakes."""
    found = cell["contract"]
    if not found:
        return ""
    tx, rx = (calls(text) for text in found["calls"])
    both = "no system call" if (tx, rx) == ("none", "none") else f"{tx} | {rx}"
    wake = {"none": "nobody sleeps", "call": "woken in the call",
            "extra": "one more call to wake"}.get(found["wake"],
                                                  str(found["wake"]))
    n = found["copies"]
    return (f"{n} cop{'y' if n == 1 else 'ies'}; {both}; {escape(wake)}")


# Contracts.

def contracts(run: Run) -> str:
    """Per back-end: what a message costs by design, and what was counted of
    its smallest size in each group."""
    sheets = [sheet for sheet in run.sheets
              if sheet.measured and sheet.timing != "lesson"]
    names = [f"<th>{escape(sheet.group.title)}</th>" for sheet in sheets]
    rows: dict[tuple[Any, ...], list[Variant]] = {}
    first: dict[tuple[Any, ...], Cell] = {}
    for cell in run.cells:
        v = cell.variant
        key = v.backend, v.api, v.wait, v.options
        first.setdefault(key, cell)
        if v not in rows.setdefault(key, []):
            rows[key].append(v)
    waits: dict[str, set[str]] = {}
    for key in rows:
        waits.setdefault(key[0], set()).add(key[2])
    body, last = [], None
    for key, variants in rows.items():
        cell, found = first[key], first[key]["contract"]
        if variants[0].family != last:
            last = variants[0].family
            body.append(f'<tr class="family"><th colspan="{6 + len(sheets)}">'
                        f"{escape(last)}</th></tr>\n")
        if found:
            design = [td(str(found["copies"]), "n"),
                      td(calls(found["calls"][0])),
                      td(calls(found["calls"][1])),
                      td(escape(str(found["wake"])))]
        else:
            design = [td(fmt.dash("not recorded"))] * 4
        name = " ".join([key[0], *([key[2]] if len(waits[key[0]]) > 1 else []),
                         *key[3]])
        body.append(tr(escape(name), [
            td(escape(key[1])), *design,
            *(counted(sheet, variants) for sheet in sheets)],
            "floor" if cell.variant.floor else ""))
    return table(["back-end", "interface", '<th class="n">copies</th>',
                  "calls, sender", "calls, receiver", "wake", *names], body,
                 css="contracts")


def counted(sheet: Sheet, variants: Sequence[Variant]) -> str:
    """PU time of all nodes and their voluntary switches, per round."""
    row = next((row for v in variants if (row := sheet.row(v))), [])
    nodes = next((cell["cost"] for cell in row if cell["cost"]), None)
    if not nodes:
        return td(fmt.dash("not measured"), "fig")
    busy = [node[key] for node in nodes for key in ("user_ns", "system_ns")]
    waits = [node["switches_voluntary"] for node in nodes]
    if any(x is None for x in busy + waits):
        return td(fmt.dash("the trials recorded none"), "fig")
    size = next(cell.size for cell in row if cell["cost"])
    return td(f"{fmt.value(sum(busy), 'ns')}, {fmt.count(sum(waits))} "
              f"<small>({fmt.size(size)})</small>", "fig")


# Floors.

def floors(run: Run) -> str:
    """What nothing can beat, of this run and of the one lent."""
    body = []
    for one in (run.floors_run, run):
        if one:
            body += floor_rows(one, "" if one is run else " *")
    return table(["floor", "where", '<th class="n">size</th>', "figure"],
                 body, css="floors")


def floor_rows(run: Run, mark: str) -> list[str]:
    found = run.summary["floors"]
    rows = []
    if found.get("timer_ns"):
        rows.append(floor_row("timer" + mark, "a look at the clock", None,
                              fmt.value(found["timer_ns"], "ns")))
    for key, name in (("line_ns", "cache line, there and back"),
                      ("mailbox_ns", "mailbox, two lines")):
        for where, value in (found.get(key) or {}).items():
            if value and value.get("median"):
                rows.append(floor_row(
                    name + mark, f"class {where}", None,
                    fmt.value(value["median"], "ns") + " " + interval(
                        value | {"estimate": value["median"]}, "ns",
                        value.get("interval_why"))))
    for point in sorted(found.get("memcpy") or [],
                        key=lambda point: point["size_b"]):
        if point["bytes_per_s"]:
            rows.append(floor_row(
                "memcpy, one copy" + mark, "one PU, before each block",
                point["size_b"], fmt.value(point["bytes_per_s"], "B/s")))
    for sheet in run.sheets:
        for variant, cells in sheet.floors():
            rows += [floor_row(sheet.label(variant, True) + mark,
                               sheet.group.title, cell.size, estimate(fig))
                     for cell in cells if (fig := cell.figure())]
    return rows


def floor_row(name: str, where: str, size: int | None, value: str) -> str:
    return tr(escape(name), [td(escape(where)), td(
        "" if size is None else fmt.size(size), "n"), td(value, "fig")])


def headline_note(run: Run, sheet: Sheet) -> str:
    figs = [fig for cell in sheet.measured if (fig := cell.figure())]
    levels = [fig["level"] for fig in figs if fig["level"]]
    ratios = [fig["ratio"]["level"] for fig in figs
              if fig["ratio"] and fig["ratio"]["level"]]
    metric = sheet.cells[0].metrics[0]
    words = [f"First line: median over {span_of([f['n'] for f in figs])} "
             f"trial{'s' if max((f['n'] for f in figs), default=0) != 1 else ''} "
             f"of the {escape(metric_name(metric))} "
             f"({metric['better']} is better)"]
    if levels:
        words.append(f"[interval at {span_of(levels, fmt.percent)}]")
    base = escape(str(run.run["baseline"]))
    words.append(f"&middot; second: ratio to {base} in the same blocks")
    if ratios:
        words.append(f"[interval at {span_of(ratios, fmt.percent)}], verdict")
    words.append("&middot; small: multiple of the floor measured with it, "
                 "two cache lines (mailbox) or a copy (memcpy)")
    words.append("&middot; † more than one mode "
                 f"&middot; all: {escape(sheet.common())}.")
    return " ".join(words)


def span_of(values: Sequence[float], show: Any = str) -> str:
    if not values:
        return "no"
    lo, hi = show(min(values)), show(max(values))
    return lo if lo == hi else f"{lo} to {hi}"


def headline_cell(run: Run, cell: Cell | None, notes: Notes) -> str:
    if cell is None:
        return td(fmt.dash("this cell was not asked for"), "fig")
    figs = [fig for metric in cell.metrics
            if (fig := cell.figure(metric["name"]))]
    if not figs:
        words = "no figure" if cell.measured else escape(str(cell["state"]))
        return td(f"{fmt.dash(cell.why_none())} <small>{words}</small>",
                  "fig")
    lines = [estimate(figs[0]) + other_class(run, figs[0])]
    if cell.timing == "lesson":
        told = [f"{name_of(fig)} {estimate(fig)}" for fig in figs]
        told[0] += other_class(run, figs[0])
        told.append(ratio(run, cell, figs[0], notes))
        return td("<br>".join(told), "fig")
    if not cell.variant.floor:  # it carries no bytes
        lines[0] += over_floor(figs[0])
        lines += [fmt.value(fig["estimate"], fig["unit"]) + over_floor(fig)
                  for fig in figs[1:]]
    lines.append(ratio(run, cell, figs[0], notes))
    return td("<br>".join(line for line in lines if line), "fig")


def name_of(fig: Json) -> str:
    return f"<small>{escape(metric_name(fig))}</small>"


def over_floor(fig: Json) -> str:
    """The figure as a multiple of the floor that was measured with it."""
    over = fig.get("over_floor")
    if not over or over["estimate"] is None:
        return ""
    return (f' <small>{fmt.digits(over["estimate"])} × '
            f'{escape(over["floor"])}</small>')


def other_class(run: Run, fig: Json) -> str:
    """A cell that has no trial of the class that leads shows what it has."""
    name = fig["class"]
    if name is None or name == run.summary["headline_class"]:
        return ""
    return f" <small>class {escape(name)}</small>"


def estimate(fig: Json) -> str:
    """Median, interval, and a dagger where one number does not tell all."""
    if fig["estimate"] is None:
        return fmt.dash(fig["interval_why"])
    return (f"<b>{fmt.value(fig['estimate'], fig['unit'])}</b>{modes(fig)} "
            f"{interval(fig, fig['unit'], fig['interval_why'])}")


def interval(fig: Json, unit: str, why: str | None) -> str:
    if fig["lo"] is None or fig["hi"] is None:
        return f'<span class="ci">[{fmt.dash(why)}]</span>'
    shown = fmt.span(fig["lo"], fig["hi"], unit, fig["estimate"])
    return f'<span class="ci">{shown}</span>'


def modes(fig: Json) -> str:
    found = fig["modes"] or []
    if len(found) < 2:
        return ""
    told = "modes: " + ", ".join(
        f"{fmt.value(m['median'], fig['unit'])} ({fmt.percent(m['share'])})"
        for m in found)
    return f'<span class="dagger" title="{escape(told)}">†</span>'


def ratio(run: Run, cell: Cell, fig: Json, notes: Notes) -> str:
    found = fig["ratio"]
    if cell.variant.floor:
        return '<span class="baseline">floor</span>'
    if found is None and cell["backend"] == run.run["baseline"]:
        return '<span class="baseline">baseline</span>'
    if found is None or found["estimate"] is None:
        why = found["why"] if found else fig.get("ratio_why")
        return "× " + fmt.dash(why) + notes.mark(why)
    word = found["verdict"] if found["verdict"] in VERDICT_WORDS else ""
    return (f"× {fmt.digits(found['estimate'])} "
            f"{interval(found, '', found['why'])} "
            f'<span class="{word}">{word}</span>{notes.mark(found["why"])}')


# Classes that do not lead.

def other_classes(run: Run, sheet: Sheet, name: str | None) -> str:
    """One class of one group: what T1 is for the class that leads."""
    notes = Notes()
    body = []
    for variant in sheet.variants:
        cells = [class_cell(run, sheet.at.get((variant, size)), name,
                            notes)
                 for size in sheet.sizes]
        if any(cells):
            body.append(tr(escape(sheet.label(variant)),
                           [cell or td("") for cell in cells],
                           "floor" if variant.floor else ""))
    sizes = [f"<th>{fmt.size(size)}</th>" for size in sheet.sizes]
    return table(["back-end", *sizes], body, notes.text().removeprefix("<br>"),
                 "classes")


def class_cell(run: Run, cell: Cell | None, name: str | None,
               notes: Notes) -> str:
    if cell is None:
        return ""
    metric = cell.metrics[0]["name"]
    for fig in cell.other_figures():
        if fig["class"] == name and fig["metric"] == metric:
            trials = f"<small>{fmt.plural(fig['n'], 'trial')}</small>"
            return td(f"{estimate(fig)} {trials}<br>"
                      f"{ratio(run, cell, fig, notes)}",
                      "fig")
    return ""


# Cost and counters.

COSTS = (("user", "user_ns"), ("system", "system_ns"),
         ("waits", "switches_voluntary"),
         ("preempted", "switches_involuntary"), ("faults", "faults_minor"))


def cost(sheet: Sheet) -> str:
    events = list(dict.fromkeys(counter["event"] for cell in sheet.measured
                                for counter in cell["counters"] or []))
    names = ["size"] + [name for name, _ in COSTS] + [
        escape(short_event(event)) for event in events]
    body = by_family(sheet, 1 + len(names), (
        (variant, cost_row(sheet, cell, events))
        for variant in sheet.variants for cell in sheet.row(variant)))
    return table(["back-end"] + [f'<th class="n">{name}</th>'
                                 for name in names], body,
                 counter_reasons(sheet), "cost")


def counter_reasons(sheet: Sheet) -> str:
    """Why which counters have no values."""
    found: dict[str, list[str]] = {}
    for cell in sheet.measured:
        for counter in cell["counters"] or []:
            why = f"{counter['status']}, {counter['why'] or 'not told why'}"
            name = short_event(counter["event"])
            if counter["status"] != "ok" and name not in found.get(why, []):
                found.setdefault(why, []).append(name)
    return " ".join(f"{escape(', '.join(names))}: {escape(why)}."
                    for why, names in found.items())


def short_event(event: str) -> str:
    return event.removeprefix("PAPI_").removeprefix("perf::").lower().replace(
        "_", " ")


def cost_row(sheet: Sheet, cell: Cell, events: Sequence[str]) -> str:
    nodes = cell["cost"] or []
    cells = [td(fmt.size(cell.size), "n")]
    cells += [per_node([node[key] for node in nodes],
                       "ns" if key.endswith("_ns") else "",
                       "the trials recorded none") for _, key in COSTS]
    cells += [counter(cell, event) for event in events]
    return tr(escape(sheet.label(cell.variant)), cells,
              "floor" if cell.variant.floor else "")


def per_node(values: Sequence[float | None], unit: str, why: str) -> str:
    """What each node had, in the order of the nodes."""
    if not values or all(x is None for x in values):
        return td(fmt.dash(why), "n")
    shown = [fmt.dash(why) if x is None
             else fmt.value(x, unit) if unit else fmt.count(x)
             for x in values]
    return td(" &middot; ".join(shown), "n")


def counter(cell: Cell, event: str) -> str:
    for found in cell["counters"] or []:
        if found["event"] == event and found["status"] == "ok":
            return per_node(found["values"] or [], "",
                            found["why"] or "no trial counted it")
        if found["event"] == event:
            why = f"{found['status']}: {found['why']}"
            return td(fmt.dash(why), "n")
    return td(fmt.dash("not counted in this cell"), "n")


# Tails.

def tails(sheet: Sheet) -> str:
    found = [cell for variant in sheet.variants
             for cell in sheet.row(variant) if cell["tail"]]
    if not found:
        return ""
    labels = [t["label"] for cell in found for t in cell["tail"]]
    labels = list(dict.fromkeys(labels))
    labels.sort(key=lambda label: float(label.lstrip("p")))
    body = [tr(escape(sheet.label(cell.variant)),
               [td(fmt.size(cell.size), "n"),
                *(tail_cell(cell, label) for label in labels)],
               "floor" if cell.variant.floor else "") for cell in found]
    return table(["back-end", '<th class="n">size</th>', *labels], body,
                 css="tail")


def tail_cell(cell: Cell, label: str) -> str:
    most = max(row["n"] for row in cell["tail"])
    for row in cell["tail"]:
        if row["label"] != label:
            continue
        if row["estimate"] is None:
            return td(fmt.dash(row.get("estimate_why") or "too few rounds per "
                               "trial lie beyond this quantile"), "fig")
        shown = fmt.value(row["estimate"], "ns")
        limits = interval(row, "ns", row.get("interval_why"))
        if row.get("host_dominated"):
            limits += ' <small title="the machine, not the mechanism">host' \
                "</small>"
        if row["n"] < most:
            limits += f" <small>{fmt.plural(row['n'], 'trial')}</small>"
        return td(f'<span title="{row["n"]} trials">{shown}</span> {limits}',
                  "fig")
    return td(fmt.dash("not computed"), "fig")


# What has no figures.

def unmeasured(run: Run) -> str:
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in run.cells:
        if not cell.measured:
            why = cell["state_why"] or cell["reason"] or "no reason recorded"
            groups.setdefault((cell["state"], why), []).append(cell)
    if not groups:
        return "<p>None: every cell that was asked for was measured.</p>"
    body = []
    for (state, why), cells in sorted(groups.items(),
                                      key=lambda item: -len(item[1])):
        ids = [f"<code>{escape(cell.id)}</code>" for cell in cells]
        which = "<br>".join(ids[:NAMED])
        if len(ids) > NAMED:
            which += (f"<details><summary>and {len(ids) - NAMED} more"
                      f"</summary>{'<br>'.join(ids[NAMED:])}</details>")
        body.append(tr(escape(state), [
            td(escape(why)), td(str(len(cells)), "n"), td(which)]))
    return table(["state", "reason", '<th class="n">cells</th>', "which"],
                 body, css="unmeasured")


def failures(run: Run) -> str:
    """Trials that did not pass, in cells that were measured all the same. A
    floor's never do: it carries nothing that could be checked."""
    body = []
    for cell in run.cells:
        counts = cell["verdict"] or {}
        bad = {name: n for name, n in counts.items() if n and name != "pass"}
        if cell.measured and bad and not cell.variant.floor:
            told = ", ".join(f"{n} {escape(name)}" for name, n in bad.items())
            why = dict.fromkeys(t.get("verdict_why") or ""
                                for t in cell["trials"])
            body.append(tr(f"<code>{escape(cell.id)}</code>", [
                td(told), td("<br>".join(escape(w) for w in why if w))]))
    if not body:
        return ""
    return ("<p>Trials that did not pass, in cells that were measured:</p>"
            + table(["cell", "trials", "reasons"], body))


# Noise and flags.

def flags(run: Run) -> str:
    counts: dict[str, int] = {}
    for cell in run.cells:
        for trial in cell["trials"] or []:
            for flag in trial["flags"] or []:
                counts[flag] = counts.get(flag, 0) + 1
    if not counts:
        return "<p>No trial was flagged.</p>"
    told = ", ".join(f"{escape(flag)} {n}"
                     for flag, n in sorted(counts.items()))
    return f"<p>Flags, and how many trials have each: {told}.</p>"


def any_flagged(cell: Cell, figure: Json) -> bool:
    return any(trial["flags"] for trial in cell["trials"] or []
               if trial["value"] is not None and not trial["changed"]
               and trial["class"] == figure["class"])


def clean(sheet: Sheet) -> str:
    body = []
    for variant in sheet.variants:
        for cell in sheet.row(variant):
            every, kept = cell.figure(), cell.figure(which="clean")
            if not every or not any_flagged(cell, every):
                continue
            body.append(tr(escape(sheet.label(variant)), [
                td(fmt.size(cell.size), "n"), td(estimate(every), "fig"),
                td(str(every["n"]), "n"),
                td(estimate(kept) if kept else fmt.dash(
                    "no trial of this class is without a flag"), "fig"),
                td(str(kept["n"] if kept else 0), "n")]))
    if not body:
        return "<p>No trial of these was flagged.</p>"
    return table(["back-end", '<th class="n">size</th>', "all trials",
                  '<th class="n">n</th>', "without the flagged",
                  '<th class="n">n</th>'], body, css="clean")


# Environment.

def facts(record: Json) -> dict[str, tuple[Any, str | None]]:
    """Facts by "group.key", each with the reason why it is null. What is
    nested deeper stays one fact."""
    found: dict[str, tuple[Any, str | None]] = {}
    for group, members in record.items():
        if not isinstance(members, dict):
            continue
        for key, value in members.items():
            if not (key.endswith("_why") and key[:-4] in members):
                found[f"{group}.{key}"] = value, members.get(f"{key}_why")
    return found


def environment(start: Json, end: Json | None) -> list[tuple[str, str]]:
    """A table for each group of facts."""
    first = facts(start)
    last = facts(end) if end else first
    groups: dict[str, list[str]] = {}
    for path in dict.fromkeys([*first, *last]):
        group, key = path.split(".", 1)
        one, two = fact(first, path), fact(last, path)
        css = "" if one == two else "changed"
        groups.setdefault(group, []).append(
            tr(escape(key), [td(one), td("" if one == two else two)], css))
    return [(group.replace("_", " "), table(
        ["", "at the start", "at the end, if different"], rows,
        css="environment")) for group, rows in groups.items()]


def fact(record: dict[str, tuple[Any, str | None]], path: str) -> str:
    value, why = record.get(path, (None, "not captured"))
    return fmt.dash(why) if value is None else fmt.text(value)


# Doctor.

ORDER = {"fail": 0, "bad": 0, "warn": 1}


def checks(doctor: Json) -> list[Json]:
    """The list of checks, whatever key it has."""
    for value in doctor.values():
        if isinstance(value, list) and all(isinstance(x, dict)
                                           for x in value):
            return value
    return []


def findings(doctor: Json) -> list[Json]:
    """What is amiss, the worst first."""
    found = [check for check in checks(doctor)
             if str(check.get("verdict")) in ORDER]
    return sorted(found, key=lambda check: ORDER[check["verdict"]])


def doctor(record: Json) -> str:
    body = []
    for check in checks(record):
        verdict = str(check.get("verdict"))
        command = check.get("command") or check.get("advice")
        value = check.get("value")
        body.append(tr(escape(str(check.get("id"))), [
            td(f'<span class="badge {escape(verdict)}">{escape(verdict)}'
               "</span>"),
            td(fmt.dash(check.get("value_why")) if value is None
               else fmt.text(value)), td(fmt.text(check.get("why") or "")),
            td(f"<code>{escape(str(command))}</code>" if command else "")]))
    return table(["check", "verdict", "value", "why it matters",
                  "what would change it"], body, css="doctor")

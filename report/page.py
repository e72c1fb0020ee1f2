# SPDX-License-Identifier: MIT
"""Puts the report's page together."""

import hashlib
import os
import shlex
from html import escape
from pathlib import Path
from typing import Iterable, Sequence

import fmt
import lessons
import tables
from gnuplot import PAGE_IN, Figure
from model import Run, Sheet

DATA_FILES = ("manifest.json", "job.ini", "env.json", "env-end.json",
              "doctor.json", "topo.xml", "cells.jsonl", "blocks.jsonl",
              "trials.jsonl", "summary.json", "summary.csv", "concepts.json")

GRADES = {
    "quiet": "absolute figures can be trusted",
    "usable": "absolute figures carry some noise, ratios can be trusted",
    "ratios-only": "read the ratios; absolute figures depend on what else "
                   "the machine did",
}


INLINE_MAX = 4_000_000  # characters of a section's drawings in the page

# How to read a section's figures; each says itself what it shows.
HOW = {
    "heatmaps":
        "Every square is the ratio to the baseline in the same blocks, of the "
        "class that leads. Blue is better, orange worse, white equal; the "
        "colours end at a factor of 8. ≈: the interval neither excludes 1 nor "
        "lies within the threshold. Grey with a dash: not measured, or no "
        "ratio; the tables say why.",
    "latency":
        "Both axes are logarithmic. A bar is the interval; most are shorter "
        "than their point is high. Grey lines are floors measured in this "
        "run: reading the clock (timer), two lines of cache with a writer "
        "each (mailbox, of each class of the cache line), and back-ends that "
        "carry nothing, one step an operation: the harness alone (null), a "
        "system call, a copy on each side (memcpy twice). Nothing that takes "
        "such a step lies below it. An arrow: more than a decade off this "
        "picture.",
    "throughput":
        "Both axes are logarithmic. The dashed black line is memcpy of a warm "
        "buffer of that size, measured in this run: what copies each message "
        "once cannot be faster, what copies twice reaches half; what passes "
        "messages without a copy can be above. Grey lines are back-ends that "
        "carry nothing: the harness alone (null), a system call on each "
        "side, a copy on each side (memcpy twice).",
    "lessons":
        "A lesson is played once in a trial and proves what a mechanism does; "
        "its figures are its own, and 'ipcbench list LESSON' says what each "
        "means. An axis is logarithmic where its values differ much.",
    "spectrum":
        "All trials' rounds together. Every step to the right leaves ten "
        "times fewer rounds beyond: 99 is the time that one round in a "
        "hundred exceeds. A flat curve is a steady mechanism; a step is a "
        "second mode, such as an interrupt or a missed wake-up. A curve ends "
        "where fewer than ten rounds lie beyond.",
    "trials":
        "One point per trial, at the block that it ran in. A ring marks a "
        "trial during which the class of the cache line changed, a cross at "
        "the bottom a flagged one. Steps that hit all panels at once come "
        "from the machine, not from a mechanism. Bottom strip: time that the "
        "noise probe lost before each block, in parts per million, a bar per "
        "PU.",
}


class Page:
    """Sections in order; each has a name to jump to."""

    def __init__(self, run: Run, figures: dict[str, list[Figure]],
                 out: Path, why_no_figures: str) -> None:
        self.run = run
        self.figures = figures
        self.links = Path(os.path.relpath(run.folder, out.parent))
        self.why_no_figures = why_no_figures
        self.parts: list[tuple[str, str, str]] = []

    def add(self, name: str, title: str, body: str) -> None:
        self.parts.append((name, title, body))

    def html(self, css: str) -> str:
        run_id = escape(str(self.run.run["run_id"]))
        nav = "".join(f'<a href="#{name}">{escape(title)}</a> '
                      for name, title, _ in self.parts[1:])
        main = "".join(f'<section id="{name}"><h2>{escape(title)}</h2>\n'
                       f"{body}</section>\n"
                       for name, title, body in self.parts[1:])
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, '
            'initial-scale=1"><meta name="color-scheme" content="light dark">'
            f"<title>ipcbench: {run_id}</title>\n<style>\n{css}</style>"
            f"</head><body>\n<h1>IPC benchmark</h1>\n"
            f'<p class="soft">{run_id}</p>\n{self.parts[0][2]}\n'
            f"<nav>{nav}</nav>\n<main>\n{main}</main></body></html>\n")

    def drawings(self, section: str, none: str) -> str:
        """A section's figures, or why there are none."""
        found = self.figures.get(section, [])
        if not found:
            why = self.why_no_figures or none
            return f'<p class="nofigure">No figure: {escape(why)}.</p>'
        told = HOW.get(section, HOW["lessons"])
        how = f'<p class="soft">{told}</p>'
        if sum(len(fig.svg) for fig in found) > INLINE_MAX:
            return how + self.listed(found)
        return (f'{how}<div class="figures">'
                + "".join(self.drawing(fig) for fig in found) + "</div>")

    def listed(self, found: Sequence[Figure]) -> str:
        """Figures that would make the page too heavy, by their files."""
        items = "".join(f"<li>{escape(fig.title)}: {self.files(fig)}</li>"
                        for fig in found)
        return ("<p>These are too many for a page that a browser shall "
                f"open; each lies beside it:</p><ul>{items}</ul>")

    def files(self, fig: Figure) -> str:
        return " ".join(
            f'<a href="{escape(self.link(f"plots/{fig.name}.{kind}"))}">'
            f".{kind}</a>" for kind in ("gp", "dat", "pdf", "svg"))

    def drawing(self, fig: Figure) -> str:
        wide = ' class="wide"' if fig.width_in > 0.8 * PAGE_IN else ""
        paper = fig.svg or (f'<p class="banner">gnuplot could not draw it: '
                            f"{escape(fig.error or 'no output')}</p>")
        return (f'<figure id="{fig.name}"{wide}><div class="paper">{paper}'
                f"</div><figcaption><b>{escape(fig.title)}.</b> "
                f"{fig.caption} {self.files(fig)}</figcaption></figure>\n")

    def link(self, name: str) -> str:
        """Relative and with its odd characters quoted, so that it never
        looks like a scheme."""
        path = (self.links / name).as_posix()
        quoted = "".join(c if c.isascii() and (c.isalnum() or c in "/._-")
                         else "".join(f"%{b:02X}" for b in c.encode())
                         for c in path)
        return quoted


def build(run: Run, figures: dict[str, list[Figure]], out: Path,
          why_no_figures: str) -> str:
    page = Page(run, figures, out, why_no_figures)
    page.add("verdict", "Verdict", verdict(run))
    page.add("headline", "Headline", headline(run))
    page.add("classes", "Other classes", classes(run))
    page.add("heatmaps", "Ratios at a glance",
             page.drawings("heatmaps", "no cell was measured"))
    page.add("latency", "Latency against size", page.drawings(
        "latency", "no cell of a round-trip workload was measured"))
    page.add("throughput", "Throughput against size", page.drawings(
        "throughput", "no cell of a one-way workload was measured"))
    concepts(run, page)
    page.add("spectrum", "Percentile spectrum", page.drawings(
        "spectrum", "no cell has a distribution of single rounds"))
    page.add("trials", "Trials in time order",
             page.drawings("trials", "no trial has a figure"))
    page.add("contracts", "Contracts", contracts(run))
    page.add("floors", "Floors", floors(run))
    page.add("cost", "Cost per message and counters", cost(run))
    page.add("tail", "Tails", tail(run))
    page.add("unmeasured", "Skipped and failed cells",
             tables.unmeasured(run) + tables.failures(run))
    page.add("noise", "Noise and flags", noise(run))
    page.add("environment", "Environment", environment(run))
    page.add("doctor", "Doctor", doctor(run))
    page.add("method", "Method", method(run))
    page.add("reproduce", "How to reproduce", reproduce(run, page))
    return page.html((Path(__file__).parent / "style.css").read_text("utf-8"))


def timed(run: Run) -> list[Sheet]:
    """Groups that are measured over and over, not proved once."""
    return [sheet for sheet in run.sheets if sheet.timing != "lesson"]


def concepts(run: Run, page: Page) -> None:
    """A section for each family of concepts, and one for lessons of which
    nobody knows what they show."""
    for family in run.concept_families:
        name = f"concepts-{family}"
        drawn = page.drawings(name, "") if page.figures.get(name) else ""
        page.add(name, lessons.title(family), lessons.matrix(run, family)
                 + lessons.found(run, family) + drawn)
    if lessons.lesson_sheets(run, "") or page.figures.get("lessons"):
        drawn = page.drawings("lessons", "") if page.figures.get(
            "lessons") else ""
        page.add("lessons", "Lessons", (
            lessons.found(run, "") + drawn
            or "<p>No lesson proved anything.</p>"))


# The verdict box.

def verdict(run: Run) -> str:
    grade = str(run.summary["grade"]["grade"])
    rows = [("Compared", compared(run)), ("Grade", graded(run)),
            ("Cache line", lines(run)), ("Measured", measured(run)),
            ("Ended", ended(run))]
    if "doctor" in run.optional:
        rows.append(("Doctor", digest(run)))
    if run.manifest.get("tags"):
        rows.append(("Tags", fmt.text(run.manifest["tags"])))
    if run.missing:
        rows.append(("Missing", "; ".join(
            escape(why) for why in run.missing.values())))
    body = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows)
    return (banner(run) + f'<div id="verdict" class="verdict {escape(grade)}">'
            f"<dl>{body}</dl></div>")


def banner(run: Run) -> str:
    status = run.run["status"]
    if status == "complete":
        return ""
    why = run.run["status_why"]
    told = f": {escape(str(why))}" if why else ""
    return (f'<p class="banner">This run is {escape(str(status))}{told}. '
            "What is shown is what was recorded until then.</p>")


def compared(run: Run) -> str:
    def names(values: Sequence[str]) -> str:
        return ", ".join(escape(v) for v in dict.fromkeys(values)) or "nothing"
    cells = run.cells
    sizes = [fmt.size(n) for n in sorted({c.size for c in cells})]
    return (f"{names(run.backends)}; workloads "
            f"{names([c['workload'] for c in cells])}; sizes {names(sizes)}; "
            f"placements {names([c['placement'] for c in cells])}; spaces "
            f"{names([c['space'] for c in cells])}; waits "
            f"{names([c['wait'] for c in cells])}; baseline "
            f"<b>{escape(str(run.run['baseline']))}</b>. "
            + machine(run))


def machine(run: Run) -> str:
    """The processor, where the environment knows it."""
    model = run.optional.get("env", {}).get("cpu", {}).get("model")
    return f"Machine: {escape(str(model))}." if model else ""


def graded(run: Run) -> str:
    grade = str(run.summary["grade"]["grade"])
    told = escape(GRADES.get(grade, ""))
    why = "".join(f"<li>{escape(reason)}</li>"
                  for reason in run.summary["grade"]["why"])
    return (f'<span class="badge {escape(grade)}">{escape(grade)}</span> '
            f"{told}" + (f"<ul>{why}</ul>" if why else ""))


def lines(run: Run) -> str:
    found = [entry for entry in run.summary["classes"] if entry["trials"]]
    if not found:
        return ("No class: the round trip of a cache line between the PUs "
                "was not measured.")
    listed = ", ".join(
        f"<b>{escape(entry['class'])}</b> ({fmt.value(entry['min_ns'], 'ns')} "
        f"to {fmt.value(entry['max_ns'], 'ns')}, "
        f"{fmt.plural(entry['trials'], 'trial')})" for entry in found)
    lead = run.summary["headline_class"]
    changed = run.summary["class_changed_trials"]
    told = (f"Classes seen: {listed}. " if len(found) > 1
            else f"One class: {listed}. ")
    if lead:
        told += f"The headline is of class <b>{escape(lead)}</b>. "
    if changed:
        told += f"The class changed during {fmt.plural(changed, 'trial')}. "
    return told + (
        '<span class="soft">The round trip of one cache line between a '
        "trial's two PUs tells how far apart they really are, which a "
        "virtual machine's topology does not; figures are compared within a "
        "class only.</span>")


def measured(run: Run) -> str:
    r = run.run
    states = [cell["state"] for cell in run.cells]
    cells = ", ".join(f"{states.count(s)} {s}"
                      for s in dict.fromkeys(states)) or "none"
    share = (f" ({fmt.percent(r['trials_flagged'] / r['trials'])})"
             if r["trials"] else "")
    return (f"{fmt.plural(r['blocks_done'], 'block')}, "
            f"{fmt.plural(r['trials'], 'trial')}; "
            f"{r['trials_flagged']} flagged{share}, {r['trials_failed']} "
            f"failed; cells: {escape(cells)}.")


STOPS = {"precision": "every interval was narrow enough",
         "budget": "the time budget was spent",
         "max_blocks": "all blocks were done",
         "interrupted": "it was interrupted", "failed": "it failed"}


def ended(run: Run) -> str:
    r = run.run
    stop = r["stop_reason"]
    told = f"{escape(str(stop))}: {STOPS.get(stop, '')}" if stop else (
        "no stop reason was recorded")
    times = " to ".join(escape(str(t)) for t in (r["started"], r["ended"])
                        if t)
    return f"{told} <span class=\"soft\">({times})</span>"


def digest(run: Run) -> str:
    found = tables.findings(run.optional["doctor"])
    if not found:
        return "nothing amiss"
    told = "".join(
        f'<li><span class="badge {escape(check["verdict"])}">'
        f'{escape(str(check.get("id")))}</span> '
        f'{fmt.text(check.get("value"))}: {fmt.text(check.get("why"))}</li>'
        for check in found[:3])
    more = len(found) - 3
    rest = f'<a href="#doctor">and {more} more</a>' if more > 0 else ""
    return f"<ul>{told}</ul>{rest}"


# The sections.

def blocks(found: Iterable[tuple[str, str]], none: str) -> str:
    """Titled tables, beside each other where there is room."""
    body = "".join(f'<div class="sheet"><h3>{escape(title)}</h3>{table}</div>'
                   for title, table in found if table)
    return f'<div class="sheets">{body}</div>' if body else f"<p>{none}</p>"


def headline(run: Run) -> str:
    none = ("Only lessons were planned; they have sections of their own."
            if run.sheets else "No cell was planned.")
    return blocks(((sheet.group.title, tables.headline(run, sheet))
                   for sheet in timed(run)), none)


def classes(run: Run) -> str:
    rule = run.summary.get("class_rule")
    note = f'<p class="soft">{escape(rule)}</p>' if rule else ""
    found = [(f"{sheet.group.title}, {f'class {name}' if name else 'no class'}",
              tables.other_classes(run, sheet, name))
             for sheet in timed(run) for name in dict.fromkeys(
                 fig["class"] for cell in sheet.cells
                 for fig in cell.other_figures())]
    return note + blocks(found, "Every figure is of the class that leads.")


def contracts(run: Run) -> str:
    intro = (
        '<p class="soft">What a message costs by design: one of 64 bytes, '
        "every option at its preset, when neither side has to wait. Copies "
        "are of the payload, from the sender's hands into the receiver's, "
        "through the interface named. Wake: <i>none</i>, nobody sleeps; "
        "<i>call</i>, the kernel wakes in the calls that move the message; "
        "<i>extra</i>, one more call where somebody sleeps. To the right, what "
        "was counted with the smallest size: PU time of all nodes, and "
        "voluntary switches, per round (in stream a message, in pingpong one "
        "each way).</p>")
    return intro + tables.contracts(run) if run.cells else (
        "<p>No cell was planned.</p>")


def floors(run: Run) -> str:
    intro = (
        '<p class="soft">What lies beneath every mechanism: a figure that '
        "comes close to its floor can hardly be bettered. Floors that are "
        "back-ends take one step for each operation (a system call, a copy, "
        "a switch) and carry nothing; a round trip is two of them.</p>")
    if run.floors_run:
        lent = run.floors_run.run
        notes = "".join(f"; {escape(note)}" for note in run.floors_notes)
        intro += (f"<p>*: of run {escape(str(lent['run_id']))}, "
                  f"{escape(str(lent['started']))}, on the same host and "
                  f"processor{notes}.</p>")
    return intro + tables.floors(run)


def cost(run: Run) -> str:
    intro = (
        '<p class="soft">Per round (in stream a message, in pingpong one each '
        "way), first node &middot; second node, median over trials. User "
        "and system time come from the kernel's accounting, "
        "which may count in ticks; waits are voluntary switches, preempted "
        "involuntary ones, faults minor ones. A dash has its reason in its "
        "title and below the table.</p>")
    return intro + blocks(
        ((sheet.group.title, tables.cost(sheet)) for sheet in timed(run)
         if sheet.measured), "No cell was measured.")


def tail(run: Run) -> str:
    intro = (
        '<p class="soft">Quantiles of single rounds: median over trials '
        "[interval over trials], of the class that leads. A quantile that "
        "has fewer than ten rounds beyond it in a trial is not reported.</p>")
    return intro + blocks(
        ((sheet.group.title, tables.tails(sheet)) for sheet in timed(run)),
        "No cell has single rounds.")


def noise(run: Run) -> str:
    intro = ('<p class="soft">Nothing is removed from the headline. Beside '
             "it, for cells with flagged trials, the same figure without "
             "them: where the two differ, noise matters.</p>")
    return tables.flags(run) + intro + blocks(
        ((sheet.group.title, tables.clean(sheet)) for sheet in timed(run)
         if sheet.measured), "No cell was measured.")


def environment(run: Run) -> str:
    if "env" not in run.optional:
        return f"<p>Not shown: {escape(run.missing['env'])}.</p>"
    end = run.optional.get("env-end")
    note = "" if end else (
        f"<p>No state at the end: {escape(run.missing['env-end'])}.</p>")
    return note + blocks(tables.environment(run.optional["env"], end),
                         "It holds no facts.")


def doctor(run: Run) -> str:
    if "doctor" not in run.optional:
        return f"<p>Not shown: {escape(run.missing['doctor'])}.</p>"
    return tables.doctor(run.optional["doctor"])


def method(run: Run) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>"
                   for paragraph in run.summary["method"])


def reproduce(run: Run, page: Page) -> str:
    r, tool = run.run, run.run["tool"]
    dirty = " with changes" if tool.get("dirty") else ""
    facts = (f"ipcbench {tool.get('version')}, commit "
             f"{tool.get('commit') or 'not known'}{dirty}, "
             f"{tool.get('cc') or 'compiler not known'}, seed {r['seed']}")
    names = [name for name in DATA_FILES if (run.folder / name).is_file()]
    sums = "\n".join(f"{digest_of(run.folder / name)}  {name}"
                     for name in names)
    links = " ".join(f'<a href="{escape(page.link(name))}">{name}</a>'
                     for name in names)
    return (f"<p>{escape(facts)}. This was run:</p>"
            f"<pre>{escape(shlex.join(map(str, r['argv'])))}</pre>"
            "<p>The job as it was resolved lies in this folder; it repeats "
            "the run elsewhere:</p><pre>ipcbench run job.ini</pre>"
            "<p>This page is drawn again by:</p>"
            "<pre>ipcbench report DIR</pre>"
            f"<p>Everything it is made of: {links}. To check that nothing "
            "changed: <code>sha256sum -c SHA256SUMS</code></p>"
            f"<pre>{escape(sums)}</pre>")


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

# SPDX-License-Identifier: MIT
"""Every figure of the report, as a script with its data."""

import math
from dataclasses import dataclass, field
from html import escape
from typing import Any, Sequence

import fmt
import gnuplot as gp
from gnuplot import Figure
from model import Cell, Json, Run, Sheet, Variant, metric_name, slug

SERIES_MAX = 7  # in one panel; more become facets
ROWS_MAX = 14  # back-ends in one trials figure; more become facets
PANELS_MAX = 4  # sizes side by side in the trials figure
RARE = 0.05  # share of the trials that makes a class worth a line
SIZED = ("memcpy",)  # floors that depend on the size
RATIO_CLAMP = 3  # heatmap: beyond a factor of 8 colours do not change

Series = list[tuple[Variant, list[Cell]]]

CLASS_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00",
                 "#56B4E9")
NO_CLASS = "#444444"
NOISE_COLOURS = (0x7A5195, 0xBC8F2F, 0x4C9A8A, 0x999999)


Looks = dict[tuple[str, tuple[str, ...]], int]


def look_of(variant: Variant) -> tuple[str, tuple[str, ...]]:
    return variant.backend, variant.options


def looks(run: Run, series: Series) -> Looks:
    """Colours and points: a back-end's are the same in all figures, unless
    two of this one would be alike."""
    wanted = {name: i for group in run.groups for i, name in enumerate(group)}
    drawn = list(dict.fromkeys(look_of(variant) for variant, _ in series))
    found = {key: wanted.get(key[0], i) for i, key in enumerate(drawn)}
    if len(drawn) <= len(gp.COLOURS) and len(
            {i % len(gp.COLOURS) for i in found.values()}) < len(drawn):
        found = {key: i for i, key in enumerate(drawn)}
    return found


def colour(look: Looks, variant: Variant) -> str:
    at = look[look_of(variant)]
    return f"linecolor rgb '{gp.COLOURS[at % len(gp.COLOURS)]}'"


def point(look: Looks, variant: Variant) -> str:
    """An open one is the loan interface."""
    at = look[look_of(variant)]
    n = len(gp.COLOURS)
    points = gp.OPEN if variant.api == "lend" else gp.FILLED
    # A second round of colours takes other points.
    return f" pointtype {points[(at + at // n) % n]}"


def dash(variant: Variant) -> str:
    return f" dashtype {gp.DASHES.get(variant.wait, '1')}"


@dataclass
class Facet:
    """A part of a group's series that shares a figure."""

    series: Series
    suffix: str = ""  # of its name
    title: str = ""   # of its title


def facets(run: Run, series: Series, apart: bool = False) -> list[Facet]:
    """At most SERIES_MAX together: those of a family, by wait and interface
    where they are too many. apart: there are others, so that even few are
    told by their family."""
    if not series or (len(series) <= SERIES_MAX and not apart):
        return [Facet(series)] if series else []
    parts: list[tuple[str, Series]] = []
    for group in [*run.groups, [v.backend for v, _ in series if v.floor]]:
        mine = [s for s in series if s[0].backend in group]
        parts += [(named_by(part), part) for part in split(mine)]
    found = []
    for i, (families, part) in enumerate(parts):
        among = [j for j, (other, _) in enumerate(parts) if other == families]
        nth = among.index(i) + 1
        several = len(among) > 1
        name = families.replace(" and ", "-") + f"-{nth}" * several
        found.append(Facet(
            part, f"-{name.lstrip('-')}" * bool(name),
            f": {families}" * bool(families)
            + f" ({nth} of {len(among)})" * several))
    return found


def named_by(series: Series) -> str:
    """The families of a part; nothing where they are many."""
    families = dict.fromkeys(v.family for v, _ in series)
    return " and ".join(families) if len(families) < 3 else ""


def split(series: Series) -> list[Series]:
    """Parts that are small enough: by wait and interface first."""
    if len(series) <= SERIES_MAX:
        return [series] if series else []
    groups: dict[tuple[str, str], Series] = {}
    for variant, cells in series:
        groups.setdefault((variant.wait, variant.api), []).append(
            (variant, cells))
    found: list[Series] = []
    for group in groups.values():
        parts = math.ceil(len(group) / SERIES_MAX)
        each = math.ceil(len(group) / parts)
        found += [group[i:i + each] for i in range(0, len(group), each)]
    return merged(found)


def merged(groups: list[Series]) -> list[Series]:
    """Neighbours that fit together are put together."""
    found: list[Series] = []
    for group in groups:
        if found and len(found[-1]) + len(group) <= SERIES_MAX:
            found[-1] = found[-1] + group
        else:
            found.append(group)
    return found


def part_of(parts: Sequence[Any], i: int) -> tuple[str, str]:
    """Suffix of a name and of a title."""
    if len(parts) < 2:
        return "", ""
    return f"-{i + 1}", f" ({i + 1} of {len(parts)})"


# Floors: horizontal lines, or curves over size.

def mailboxes(run: Run, sheet: Sheet) -> list[tuple[str, float]]:
    """The mailbox floor of each class that this group has figures of, and
    the run more than a few trials."""
    seen = {fig["class"] for cell in sheet.measured
            for fig in cell["figures"]}
    floors = run.summary["floors"].get("mailbox_ns") or {}
    trials = {entry["class"]: entry["trials"]
              for entry in run.summary["classes"]}
    often = RARE * sum(trials.values())
    return [(name, floor["median"]) for name, floor in floors.items()
            if name in seen and trials.get(name, 0) >= often
            and floor and floor.get("median")]


def level_floors(run: Run, sheet: Sheet,
                 metric: str) -> list[tuple[str, float]]:
    """Floors of a round trip that are the same for every size: of the clock,
    of two lines of cache, of whatever carries nothing."""
    floors = run.summary["floors"]
    found: list[tuple[str, float]] = []
    if floors.get("timer_ns"):
        found.append((f"timer {gp.short(floors['timer_ns'], 'ns')}",
                      floors["timer_ns"]))
    found += [(f"mailbox {gp.short(median, 'ns')}", median)
              for _, median in mailboxes(run, sheet)]
    for floor in run.floor_lines(sheet):
        if floor.name not in SIZED:
            found += [(f"{floor.label} {gp.short(row[1], 'ns')}", row[1])
                      for row in points(floor.cells, metric)[:1]]
    return found


def sized_floors(run: Run, sheet: Sheet, metric: Json, chart: "Chart",
                 room: tuple[float, float], sizes: Sequence[int]) -> None:
    """Floors that are curves: all of them, where what is shown is a rate. One
    that lies far from all figures is only named, as in levels()."""
    rate = fmt.is_rate(metric["unit"])
    for i, floor in enumerate(run.floor_lines(sheet)):
        moves = floor.name in SIZED
        if not (moves or rate) or (
                # Whatever moves no bytes has no bandwidth.
                fmt.is_bytes(metric["unit"]) and not moves):
            continue
        curve = [row[:2] for row in points(floor.cells, metric["name"])
                 if sizes[0] <= row[0] <= sizes[-1]]
        look = (f"with lines linecolor rgb '{gp.GREY}' linewidth 1.2 "
                f"dashtype {2 + i % 4}")
        near = [y for _, y in curve if room[0] <= y <= room[1]]
        if near:
            seen = chart.seen + near
            chart.add(f"{floor.name}, a floor: size_b value", curve,
                      floor.label, [f"1:2 {look}"])
            chart.seen = seen
        elif curve:
            label = floor.label + (" ↓" if curve[0][1] < room[0] else " ↑")
            chart.drawn.append(f"keyentry {look} title {gp.quote(label)}")
            chart.labels.append(label)


def memcpy_curve(run: Run, sheet: Sheet, unit: str) -> list[list[Any]]:
    """The roofline in bytes, or in messages of a size, per second."""
    curve = []
    for point in run.summary["floors"].get("memcpy") or []:
        size, rate = point["size_b"], point["bytes_per_s"]
        if rate and size in sheet.sizes:
            curve.append([size, rate if fmt.is_bytes(unit) else rate / size])
    return curve


# Latency and throughput against size.

def against_size(run: Run, sheet: Sheet, metric: Json, kind: str,
                 caption: str) -> list[Figure]:
    series = [s for s in sheet.curves() if points(s[1], metric["name"])]
    # Facets share their axes, and floors are none of the others' company.
    both = len({variant.floor for variant, _ in series}) > 1
    return [one_against_size(run, sheet, metric, kind, caption, facet, kin)
            for floor in (False, True)
            for kin in [[s for s in series if s[0].floor == floor]]
            for facet in facets(run, kin, both or len(series) > SERIES_MAX)]


def one_against_size(run: Run, sheet: Sheet, metric: Json, kind: str,
                     caption: str, facet: Facet, kin: Series) -> Figure:
    name = f"{kind}-{sheet.group.slug}{facet.suffix}"
    rows = [row for _, cells in kin for row in points(cells, metric["name"])]
    seen = [x for row in rows for x in row[1:] if x == x]
    sizes = sorted({row[0] for row in rows})
    chart = Chart(name, seen=list(seen))
    look = looks(run, facet.series)
    for i, (variant, cells) in enumerate(facet.series):
        curve = points(cells, metric["name"])
        chart.add(f"{sheet.label(variant)}: size_b estimate lo hi", curve,
                  sheet.label(variant, True),
                  curve_lines(i, len(facet.series), colour(look, variant),
                              point(look, variant) + dash(variant)))
    room = min(seen) / 10, max(seen) * 10
    if sheet.timing != "lesson" and any(
            not variant.floor for variant, _ in facet.series):
        if fmt.is_rate(metric["unit"]):
            roofline(run, sheet, metric, chart)
        else:
            levels(level_floors(run, sheet, metric["name"]), room[0], chart)
        sized_floors(run, sheet, metric, chart, room, sizes)
    title = sentence(f"{metric_name(metric)}, {sheet.group.title}"
                     f"{facet.title}")
    height = max(gp.HEIGHT_IN, 0.3 + 0.17 * len(chart.labels))
    body = (axes(sizes, metric, chart.seen)
            + "set rmargin at screen {:.3f}\n{}\n".format(
                *gp.key_right(chart.labels, gp.COLUMN_IN))
            + plot(chart.drawn))
    return Figure(name, title, caption, title, body,
                  "\n\n".join(chart.data), height_in=height)


@dataclass
class Chart:
    """What goes into one plot command and its data."""

    name: str
    data: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    def add(self, comment: str, curve: list[list[Any]], label: str,
            layers: Sequence[str]) -> None:
        """A block of data, drawn in layers; the last has the label."""
        at = f"'{self.name}.dat' index {len(self.data)} using "
        titles = ["notitle"] * (len(layers) - 1) + [f"title {gp.quote(label)}"]
        self.drawn += [f"{at}{layer} {title}"
                       for layer, title in zip(layers, titles)]
        self.data.append(f"# {comment}\n" + gp.rows(curve))
        self.labels.append(label)
        self.seen += [x for row in curve for x in row[1:] if x == x]


def levels(floors: list[tuple[str, float]], bottom: float,
           chart: Chart) -> None:
    """Floors as horizontal lines. One that lies more than a decade below all
    figures would cost them their room: the key alone tells of it."""
    for i, (label, value) in enumerate(floors):
        look = f"linecolor rgb '{gp.GREY}' dashtype {2 + i % 4}"
        if value < bottom:
            label += " ↓"
            chart.drawn.append(f"keyentry with lines {look} "
                               f"title {gp.quote(label)}")
        else:
            chart.drawn.append(f"{value:.9g} with lines {look} "
                               f"title {gp.quote(label)}")
            chart.seen.append(value)
        chart.labels.append(label)


def roofline(run: Run, sheet: Sheet, metric: Json, chart: Chart) -> None:
    """What copying a warm buffer of each size took before the blocks."""
    roof = memcpy_curve(run, sheet, metric["unit"])
    if roof:
        chart.add("memcpy: size_b value", roof, "memcpy",
                  ["1:2 with lines linecolor rgb '#000000' linewidth 1.4 "
                   "dashtype 5"])


def sentence(title: str) -> str:
    return title[:1].upper() + title[1:]


def points(cells: Sequence[Cell], metric: str) -> list[list[Any]]:
    found = []
    for cell in cells:
        fig = cell.figure(metric)
        if fig and fig["estimate"]:
            nan = float("nan")
            lo, hi = (nan if fig[end] is None else fig[end]
                      for end in ("lo", "hi"))
            found.append([cell.size, fig["estimate"], lo, hi])
    return found


def curve_lines(i: int, n: int, look: str, marks: str) -> list[str]:
    """Intervals as bare vectors, as error bars would be blanked out round
    their points; neighbours are moved apart by 2.5 %."""
    at = f"($1*{1.025 ** (i - (n - 1) / 2):.4f})"
    return [f"{at}:3:(0):($4-$3) with vectors nohead {look} linewidth 1.6",
            f"{at}:2 with linespoints {look}{marks} linewidth 1.6"]


def axes(sizes: Sequence[int], metric: Json, seen: list[float]) -> str:
    lo, hi = gp.log_range(seen)
    first, last = sizes[0] / 1.5, sizes[-1] * 1.5
    return "\n".join((
        "set samples 2",
        "set logscale xy",
        f"set xrange [{first:.6g}:{last:.6g}]",
        f"set yrange [{lo:.6g}:{hi:.6g}]",
        gp.size_tics(sizes),
        gp.tics("y", gp.log_marks(lo, hi, metric["unit"])),
        "set xlabel 'message size'",
        f"set ylabel {gp.quote(metric_name(metric))}",
        ""))


def plot(lines: Sequence[str]) -> str:
    return "plot " + ", \\\n\t".join(lines) + "\n"


def latency(run: Run, sheet: Sheet) -> list[Figure]:
    caption = ("Median over trials of the trials' median round trip, with "
               "intervals; lower is better. Grey: floors.")
    return against_size(run, sheet, sheet.cells[0].metrics[0],
                        "latency", caption + mailbox_note(run, sheet)
                        + floors_note(run, sheet) + waits_note(sheet))


def mailbox_note(run: Run, sheet: Sheet) -> str:
    """Which mailbox line is of which class."""
    told = [f"{fmt.value(median, 'ns')} in class {escape(name)}"
            for name, median in mailboxes(run, sheet)]
    return f" Mailbox: {', '.join(told)}." if told else ""


def throughput(run: Run, sheet: Sheet) -> list[Figure]:
    caption = ("Median over trials, one way, with intervals; higher is "
               "better. Black, dashed: memcpy; grey: floors.")
    found = []
    for metric in sheet.cells[0].metrics:
        kind = "throughput-" + ("bytes" if fmt.is_bytes(metric["unit"])
                                else "messages")
        found += against_size(run, sheet, metric, kind,
                              caption + floors_note(run, sheet)
                              + waits_note(sheet))
    return found


def lessons(run: Run, sheet: Sheet) -> list[Figure]:
    """What a lesson found, a figure for each, where there is a curve."""
    found: list[Figure] = []
    if len(sheet.sizes) < 2:
        return found
    for metric in sheet.cells[0].metrics:
        better = (f"{metric['better']} is better"
                  if metric["better"] != "none" else "neither is better")
        found += against_size(
            run, sheet, metric, f"lesson-{slug(metric['name'])}",
            f"Median over trials of what each found, with intervals; "
            f"{better}." + waits_note(sheet))
    return found


def floors_note(run: Run, sheet: Sheet) -> str:
    if not run.floors_run or not any(
            floor.foreign for floor in run.floor_lines(sheet)):
        return ""
    return f" *: of run {escape(str(run.floors_run.run['run_id']))}."


def waits_note(sheet: Sheet) -> str:
    notes = [""]
    if sheet.differs("wait"):
        notes.append("Waits differ: where none is named it is block (solid); "
                     "spin is dashed, yield dotted, hybrid dash-dotted.")
    if sheet.differs("api"):
        notes.append("Filled points: the copy interface, open ones: lend.")
    return " ".join(notes + [f"All: {sheet.common()}."])


# Heatmap of ratios.

def heatmap(run: Run, sheet: Sheet) -> list[Figure]:
    variants = [v for v in sheet.variants if not v.floor]
    if not any(True for _ in sheet.series()):
        return []
    name = f"ratio-{sheet.group.slug}"
    metric = sheet.cells[0].metrics[0]
    places, heads = heat_rows(variants)
    values, gaps = [], []
    for y, variant in zip(places, variants):
        for x, size in enumerate(sheet.sizes):
            square = heat(run, sheet.at.get((variant, size)))
            if square is None:
                gaps.append((x, y, gp.fmt.DASH))
            else:
                values.append((x, y, *square))
    data = ["# x y log2(ratio), positive is worse; text; colour of the text\n"
            + gp.rows(values or [(-9, -9, 0.0, "", 0)]),
            "# cells without a ratio\n" + gp.rows(gaps or [(-9, -9, "")])]
    lower = metric["better"] == "lower"
    caption = (
        f"{escape(sentence(metric_name(metric)))} over "
        f"that of {escape(str(run.run['baseline']))}, "
        f"{'below' if lower else 'above'} 1 is better (blue). "
        "≈ unresolved, grey not measured.")
    title = (f"Ratio to {run.run['baseline']}: "
             f"{metric_name(metric)}, "
             f"{sheet.group.title}")
    chars = max(len(sheet.label(v, True)) for v in variants)
    width = min(gp.PAGE_IN, max(gp.COLUMN_IN, 0.9 + 0.06 * chars
                                + 0.5 * len(sheet.sizes)))
    rows = len(variants) + len(heads)
    body = heat_body(name, sheet, run, lower, rows,
                     [(y, sheet.label(v, True))
                      for y, v in zip(places, variants)], heads)
    return [Figure(name, title, caption, title, body, "\n\n".join(data), width,
                   max(1.3, 0.75 + (0.2 if rows < 20 else 0.17) * rows))]


def heat_rows(variants: Sequence[Variant]) -> tuple[
        list[int], list[tuple[int, str]]]:
    """The row of each, and those that name a family, where there are several
    families and many rows."""
    few = (len(variants) <= 2 * SERIES_MAX
           or len({v.family for v in variants}) < 2)
    places, heads = [], []
    y, last = 0, None
    for variant in variants:
        if variant.family != last and not few:
            heads.append((y, variant.family))
            y += 1
        last = variant.family
        places.append(y)
        y += 1
    return places, heads


def heat(run: Run, cell: Cell | None) -> tuple[float, str, int] | None:
    """Colour value, text, and colour of the text of one square."""
    fig = cell.figure() if cell and cell.measured else None
    if cell is None or fig is None:
        return None
    ratio = fig["ratio"]
    if ratio is None or ratio["estimate"] is None:
        is_base = cell["backend"] == run.run["baseline"] and ratio is None
        return (0.0, "1", 0) if is_base else None
    worse = math.log2(ratio["estimate"])
    if fig["better"] == "higher":
        worse = -worse
    shown = max(-RATIO_CLAMP, min(RATIO_CLAMP, worse))
    text = fmt.digits(ratio["estimate"], 2)
    if ratio["verdict"] == "unresolved":
        text += "≈"
    return shown, text, 0xFFFFFF if abs(shown) > 1.6 else 0


def heat_body(name: str, sheet: Sheet, run: Run, lower: bool, rows: int,
              names: Sequence[tuple[int, str]],
              heads: Sequence[tuple[int, str]]) -> str:
    labels = ("1/8", "1/4", "1/2", "1", "2", "4", "8")
    if not lower:
        labels = labels[::-1]
    crowded = len(sheet.sizes) > 8
    font = "font ',6'" if crowded else "font ',7'"
    return "\n".join((
        "set border 0",
        "unset grid",
        "unset key",
        "set tics scale 0",
        "set palette defined (-3 '#053f6b', -1.5 '#3b8fc4', 0 '#ffffff', "
        "1.5 '#e0803f', 3 '#8f3500')",
        f"set cbrange [-{RATIO_CLAMP}:{RATIO_CLAMP}]",
        gp.tics("cb", zip(range(-3, 4), labels)),
        f"set cblabel {gp.quote('ratio to ' + str(run.run['baseline']))} "
        "offset 0.5,0",
        "set colorbox noborder",
        f"set xrange [-0.5:{len(sheet.sizes) - 0.5}]",
        f"set yrange [{rows - 0.5}:-0.5]",
        *(f"set label {i + 1} {gp.quote(head)} at -0.48,{y + 0.1:.1f} left "
          "font ',6.5' textcolor rgb '#555555'"
          for i, (y, head) in enumerate(heads)),
        "set xtics rotate by 45 right" if crowded else "",
        gp.tics("x", ((i, fmt.size(s)) for i, s in enumerate(sheet.sizes))),
        gp.tics("y", names),
        "set xlabel 'message size'",
        "set style fill solid noborder",
        plot((
            f"'{name}.dat' index 0 using 1:2:(0.48):(0.46):3 "
            "with boxxyerror linecolor palette",
            f"'{name}.dat' index 1 using 1:2:(0.48):(0.46) "
            "with boxxyerror linecolor rgb '#dddddd'",
            f"'{name}.dat' index 0 using 1:2:4:5 "
            f"with labels {font} textcolor rgb variable",
            f"'{name}.dat' index 1 using 1:2:3 "
            f"with labels {font} textcolor rgb '#555555'"))))


# Percentile spectrum.

def spectrum(run: Run, sheet: Sheet) -> list[Figure]:
    series = [(variant, [c for c in cells if c["spectrum"]])
              for variant, cells in sheet.series()]
    return [one_spectrum(run, sheet, facet)
            for facet in facets(run, [s for s in series if s[1]])]


def one_spectrum(run: Run, sheet: Sheet, facet: Facet) -> Figure:
    name = f"spectrum-{sheet.group.slug}{facet.suffix}"
    series, look = facet.series, looks(run, facet.series)
    sizes = [size for size in sheet.sizes
             if any(c.size == size for _, cells in series for c in cells)]
    data: list[str] = []
    panels: list[list[str]] = []
    values: list[float] = []
    depth = 1.0
    for size in sizes:
        lines = []
        for variant, cells in series:
            for cell in (c for c in cells if c.size == size):
                curve = [(1 / (1 - q), ns) for q, ns in cell["spectrum"]
                         if 0 < q < 1 and ns > 0]
                lines.append(
                    f"'{name}.dat' index {len(data)} using 1:2 with lines "
                    f"{colour(look, variant)}{dash(variant)} "
                    "linewidth 1.6 notitle")
                data.append(f"# {cell.id}: 1/(1-q) ns\n" + gp.rows(curve))
                values += [ns for _, ns in curve]
                depth = max([depth] + [x for x, _ in curve])
        panels.append(lines)
    names = [sheet.label(variant, True) for variant, _ in series]
    keys = [f"keyentry with lines {colour(look, variant)}{dash(variant)} "
            "linewidth 1.6 "
            f"title {gp.quote(label)}"
            for label, (variant, _) in zip(names, series)]
    columns = min(3, len(sizes))
    height = 2.1 * math.ceil(len(sizes) / columns) + 0.35
    width = gp.PAGE_IN if columns > 1 else gp.COLUMN_IN * 1.15
    title = (f"Percentile spectrum of single rounds, {sheet.group.title}"
             f"{facet.title}")
    body = spectrum_body(sizes, panels, names, keys, values, depth, columns,
                         width, height)
    return Figure(name, title, SPECTRUM_CAPTION, title, body,
                  "\n\n".join(data), width, height)


SPECTRUM_CAPTION = ("The time (vertical) that the given percentage of rounds "
                    "stays within; flat is steady, a step is a second mode.")


def spectrum_body(sizes: Sequence[int], panels: list[list[str]],
                  names: list[str], keys: list[str], values: list[float],
                  depth: float, columns: int, width: float,
                  height: float) -> str:
    lo, hi = gp.log_range(values)
    count = math.ceil(len(sizes) / columns)
    marks = [(1.0, "0" if depth < 200 else ""), (2.0, "50"), (10.0, "90"),
             (100.0, "99"), (1e3, "99.9"), (1e4, "99.99"), (1e5, "99.999")]
    left = 0.68 / width
    right, key = gp.key_right(names, width)
    lines = [
        f"set multiplot layout {count},{columns} margins screen "
        f"{left:.3f},{right:.3f},{0.52 / height:.3f},"
        f"{1 - 0.22 / height:.3f} spacing screen "
        f"{0.12 / width:.3f},{0.6 / height:.3f}",
        "set logscale xy",
        f"set xrange [1:{max(depth, 2) * 1.1:.6g}]",
        f"set yrange [{lo:.6g}:{hi:.6g}]",
        gp.tics("x", [m for m in marks if m[0] <= max(depth, 2)]),
        key,
    ]
    for i, (size, panel) in enumerate(zip(sizes, panels)):
        first = i % columns == 0
        lines += [
            f"set label 1 {gp.quote(fmt.size(size))} at graph 0.5,1.04 "
            "center font ',8'",
            gp.tics("y", [(at, label if first else "") for at, label
                          in gp.log_marks(lo, hi, "ns")]),
            "set xlabel 'percentile' offset 0,0.4",
            "set ylabel 'round trip' offset 0.5,0" if first
            else "unset ylabel",
            plot(panel + (keys if i == 0 else [])).rstrip(),
            "unset key" if i == 0 else ""]
    return "\n".join(lines + ["unset multiplot"])


# Trials in time order.

def trials(run: Run, sheet: Sheet) -> list[Figure]:
    if not sheet.measured:
        return []
    each = math.ceil(len(sheet.sizes)
                     / math.ceil(len(sheet.sizes) / PANELS_MAX))
    parts = [sheet.sizes[i:i + each]
             for i in range(0, len(sheet.sizes), each)]
    series = [(v, sheet.row(v)) for v in sheet.variants if sheet.row(v)]
    found = [Facet(series)] if len(series) <= ROWS_MAX else facets(run, series)
    return [one_trials(run, sheet, facet, sizes, part_of(parts, i))
            for facet in found for i, sizes in enumerate(parts)]


def class_colour(run: Run, name: str | None) -> int:
    names = [entry["class"] for entry in run.summary["classes"]]
    if name not in names:
        return int(NO_CLASS[1:], 16)
    return int(CLASS_COLOURS[names.index(name) % len(CLASS_COLOURS)][1:], 16)


def one_trials(run: Run, sheet: Sheet, facet: Facet, sizes: Sequence[int],
               part: tuple[str, str]) -> Figure:
    name = f"trials-{sheet.group.slug}{facet.suffix}{part[0]}"
    variants = [v for v, cells in facet.series
                if any(cell.size in sizes for cell in cells)]
    data: list[str] = []
    panels: list[str] = []
    for variant in variants:
        for size in sizes:
            cell = sheet.at.get((variant, size))
            label = f"{sheet.label(variant, True)}, {fmt.size(size)}"
            panels.append(trials_panel(run, cell, name, label, data))
    strip, strip_data = noise_panel(run, sheet, name, len(data))
    data.append(strip_data)
    panels += [strip] * len(sizes)
    columns, count = len(sizes), len(variants) + 1
    width = gp.PAGE_IN if columns > 1 else gp.COLUMN_IN
    height = 0.66 * count + 0.6
    title = (f"Trials in time order, {sheet.group.title}{facet.title}"
             f"{part[1]}")
    body = "\n".join([trials_frame(run, count, columns, width, height),
                      *trials_keys(run, sheet, width, 1 - 0.1 / height),
                      *panels, "unset multiplot"])
    return Figure(name, title, TRIALS_CAPTION, title, body, "\n\n".join(data),
                  width, height)


TRIALS_CAPTION = ("A point per trial at its block, bars from the 25th to the "
                  "75th percentile; colour is the class of the cache line. "
                  "Every panel has its own logarithmic scale.")


def trials_frame(run: Run, count: int, columns: int, width: float,
                 height: float) -> str:
    blocks = blocks_seen(run)
    return "\n".join((
        f"set multiplot layout {count},{columns} margins screen "
        f"{0.5 / width:.3f},{1 - 0.06 / width:.3f},{0.4 / height:.3f},"
        f"{1 - 0.4 / height:.3f} spacing screen "
        f"{0.5 / width:.3f},{0.2 / height:.3f}",
        f"set xrange [-0.7:{blocks - 0.3:.1f}]",
        gp.tics("x", ((at, "") for at, _ in block_marks(run))),
        "set tics font ',6.5'",
        "set ytics offset 0.4,0",
        "unset key"))


def blocks_seen(run: Run) -> int:
    return max([1] + [t["block"] + 1 for cell in run.cells
                      for t in cell["trials"] or []])


def block_marks(run: Run) -> list[tuple[float, str]]:
    marks = gp.linear_marks(0, max(blocks_seen(run) - 1, 1), "", 4)
    return [(at, text) for at, text in marks if at == int(at)]


def trials_panel(run: Run, cell: Cell | None, name: str, label: str,
                 data: list[str]) -> str:
    head = (f"set label 1 {gp.quote(label)} at graph 0,1.1 left "
            "font ',7'\n")
    found = [t for t in (cell["trials"] or [])
             if t["value"] is not None] if cell and cell.measured else []
    data.append(f"# {cell.id if cell else label}: block value p25 p75 colour "
                "changed flagged\n" + gp.rows(trial_rows(run, found)
                                              or [(-9, 1, 1, 1, 0, 0, 0)]))
    if not found:
        why = "not measured" if cell else "not asked for"
        return (head + f"set label 2 '{why}' at graph 0.5,0.5 center "
                "font ',7' textcolor rgb '#777777'\n"
                + "unset logscale y\nset yrange [0:1]\n"
                + gp.tics("y", [(-1, "")]) + "\n"
                + plot(["-1 notitle"]) + "unset label")
    at = f"'{name}.dat' index {len(data) - 1} using"
    lo, hi = panel_range(found)
    lines = [
        f"{at} 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 "
        "linecolor rgb variable notitle",
        f"{at} 1:2:5 with points pointtype 7 pointsize 0.35 "
        "linecolor rgb variable notitle",
        f"{at} 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 "
        "linecolor rgb '#000000' notitle",
        f"{at} 1:($7 > 0 ? {lo * (hi / lo) ** 0.06:.9g} : NaN) with points "
        "pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle"]
    return head + panel_axis(lo, hi, cell) + plot(lines) + "unset label"


def trial_rows(run: Run, found: Sequence[dict[str, Any]]) -> list[list[Any]]:
    nan = float("nan")
    return [[t["block"], float(t["value"]),
             nan if t["p25"] is None else float(t["p25"]),
             nan if t["p75"] is None else float(t["p75"]),
             class_colour(run, t["class"]), int(bool(t["changed"])),
             int(bool(t["flags"]))] for t in found]


def panel_range(found: Sequence[dict[str, Any]]) -> tuple[float, float]:
    values = [t[key] for t in found for key in ("value", "p25", "p75")
              if t[key]]
    lo, hi = min(values) / 1.02, max(values) * 1.02
    margin = (hi / lo) ** 0.1
    return lo / margin ** 1.5, hi * margin  # flags are at the bottom


def panel_axis(lo: float, hi: float, cell: Cell | None) -> str:
    unit = cell.metrics[0]["unit"] if cell else "ns"
    return (f"set yrange [{lo:.9g}:{hi:.9g}]\nset logscale y\n"
            + gp.tics("y", gp.few_marks(lo, hi, unit)) + "\n")


def trials_keys(run: Run, sheet: Sheet, width: float, y: float) -> list[str]:
    """A key by hand, over all panels; of the classes that are seen."""
    seen = {t["class"] for cell in sheet.measured for t in cell["trials"]}
    keys = [(f"class {entry['class']}", 7, class_colour(run, entry["class"]))
            for entry in run.summary["classes"] if entry["class"] in seen]
    if not keys:
        keys = [("trial", 7, class_colour(run, None))]
    elif None in seen:
        keys.append(("no class", 7, class_colour(run, None)))
    keys += [("class changed", 6, 0), ("flagged", 2, 0xB00020)]
    keys += [(f"noise, PU {pu}", 5, rgb)
             for pu, rgb in zip(sheet_pus(sheet), NOISE_COLOURS)]
    lines, at = [], 0.55
    for i, (label, point, rgb) in enumerate(keys):
        lines.append(
            f"set label {i + 10} {gp.quote(label)} at screen "
            f"{at / width:.3f},{y:.4f} left font ',7' offset 0.7,0 "
            f"point pointtype {point} pointsize 0.6 linecolor rgb {rgb}")
        at += 0.25 + len(label) * 0.055
    return lines


def sheet_pus(sheet: Sheet) -> list[int]:
    return sorted({pu for cell in sheet.cells for pu in cell["pus"] or []})


def noise_panel(run: Run, sheet: Sheet, name: str,
                index: int) -> tuple[str, str]:
    pus = sheet_pus(sheet)
    found = [n for n in run.summary["noise"]
             if n["pu"] in pus and n["lost_ppm"] is not None]
    data = ("# noise: block lost_ppm pu\n" + gp.rows(
        (n["block"] + 0.22 * (pus.index(n["pu"]) - (len(pus) - 1) / 2),
         float(n["lost_ppm"]), n["pu"]) for n in found if n["lost_ppm"] > 0)
        + "-9 1 -9\n")
    top = max([10.0] + [n["lost_ppm"] for n in found])
    marks = [(10.0 ** e, text) for e, text in
             ((0, "1"), (2, "100"), (4, "10k"), (6, "1M"))
             if 10 ** e <= top * 3]
    colours = " : ".join(f"$3=={pu} ? {c}" for pu, c in zip(
        pus, NOISE_COLOURS))
    colours += " : 0" if pus else "0"
    return ("set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'\n"
            f"set yrange [1:{top * 3:.6g}]\nset logscale y\n"
            + gp.tics("y", marks)
            + "\n" + gp.tics("x", block_marks(run)) + "\n"
            + "set xlabel 'block' offset 0,0.7 font ',7'\n"
            + plot([f"'{name}.dat' index {index} using 1:2:({colours}) "
                    "with impulses linewidth 1.5 linecolor rgb variable "
                    "notitle"]), data)


def all_figures(run: Run) -> dict[str, list[Figure]]:
    """The figures of each section."""
    found: dict[str, list[Figure]] = {
        "heatmaps": [], "latency": [], "throughput": [], "lessons": [],
        "spectrum": [], "trials": []}
    for sheet in run.sheets:
        if sheet.timing == "lesson":
            family = run.family_of(sheet)
            found.setdefault(f"concepts-{family}" if family else "lessons",
                             []).extend(lessons(run, sheet))
            continue
        found["heatmaps"] += heatmap(run, sheet)
        if len(sheet.sizes) < 2 and sheet.group.options:
            pass  # a point; the curve is over its option
        elif sheet.timing == "round":
            found["latency"] += latency(run, sheet)
        else:
            found["throughput"] += throughput(run, sheet)
        found["spectrum"] += spectrum(run, sheet)
        found["trials"] += trials(run, sheet)
    return found

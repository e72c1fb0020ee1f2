# SPDX-License-Identifier: MIT
"""The concepts of a run's lessons: the matrix, a table for each lesson, and
curves where cells of a lesson differ in one option."""

import copy
import math
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Sequence

import figures
import fmt
import gnuplot as gp
import tables
from gnuplot import Figure
from model import Cell, Json, Run, Sheet, Variant, metric_name, slug

TITLES = {
    "basics": "Concepts: messages and channels",
    "endpoints": "Concepts: endpoints and their calls",
    "partners": "Concepts: peers, clients and servers",
    "procedures": "Concepts: procedures, rendezvous, copy on write",
    "asynchrony": "Concepts: synchronous and asynchronous",
    "channels": "Concepts: addresses and connections",
}

WAYS = {"N": "native", "E": "emulated", "X": "not supported"}


def title(family: str) -> str:
    return TITLES.get(family, f"Concepts: {family}")


def pages(run: Run, family: str) -> list[Json]:
    return [page for page in (run.concepts or {}).get("concepts", [])
            if page["family"] == family]


# The matrix.

def matrix(run: Run, family: str) -> str:
    """Back-ends down, the family's concepts across."""
    found = pages(run, family)
    heads = [f'<th class="n" title="{escape(page["german"])}">'
             f'{escape(page["slide"])}<br>{escape(page["english"])}</th>'
             for page in found]
    notes = tables.Notes()
    body: list[str] = []
    last = None
    for row in (run.concepts or {}).get("backends", []):
        if row["family"] != last:
            last = row["family"]
            body.append(f'<tr class="family"><th colspan="{1 + len(heads)}">'
                        f"{escape(last)}</th></tr>\n")
        cells = {cell["slide"]: cell for cell in row["concepts"]}
        body.append(tables.tr(escape(row["backend"]), [
            matrix_cell(cells.get(page["slide"]), notes) for page in found]))
    caption = ("N native, E emulated, X not supported, as the tables of "
               "back-ends and lessons declare it; beneath it what this run "
               "found." + notes.text())
    return tables.table(["back-end", *heads], body, caption, "concepts")


def matrix_cell(cell: Json | None, notes: tables.Notes) -> str:
    if cell is None:
        return tables.td(fmt.dash("not in the table"))
    way = str(cell["way"])
    told = escape(way) + notes.mark(cell["why"])
    verdict = str(cell.get("verdict") or "not run")
    if way != "X":
        why = cell.get("verdict_why") or cell.get("here_why")
        hover = f' title="{escape(str(why))}"' if why else ""
        told += f"<br><small{hover}>{escape(verdict)}</small>"
    css = f"way-{way.lower()}"
    if way != "X" and verdict != "pass":
        css += " unproved"
    return tables.td(told, css)


# Tables.

def lesson_sheets(run: Run, family: str) -> list[Sheet]:
    return [sheet for sheet in run.sheets if sheet.timing == "lesson"
            and run.family_of(sheet) == family]


def sheet_title(run: Run, sheet: Sheet) -> str:
    shown = "; ".join(f"{page['slide']} {page['english']}"
                      for page in run.pages_of(sheet.group.lesson))
    return f"{shown} ({sheet.group.title})" if shown else sheet.group.title


def figures_table(sheet: Sheet) -> str:
    """A row for each back-end that the lesson proved something of, a column
    for each figure."""
    measured = [(variant, cell) for variant in sheet.variants
                for size in sheet.sizes
                if (cell := sheet.at.get((variant, size))) and cell.measured]
    if not measured:
        return ""
    metrics = measured[0][1].metrics
    heads = [f'<th class="n" title="{escape(metric["name"])}">'
             f"{escape(metric_name(metric))}</th>" for metric in metrics]
    many = len(sheet.sizes) > 1
    body = tables.by_family(sheet, 1 + len(heads), (
        (variant, tables.tr(
            escape(sheet.label(variant))
            + (f" {fmt.size(cell.size)}" if many else "") + way_of(cell),
            [figure_cell(cell, metric) for metric in metrics]))
        for variant, cell in measured))
    left = [cell for cell in sheet.cells if not cell.measured]
    note = (f"Medians over trials, {escape(sheet.common())}; in brackets the "
            "interval.")
    if left:
        note += (f" {fmt.plural(len(left), 'cell')} of it proved nothing or "
                 'were refused: <a href="#unmeasured">why</a>.')
    return tables.table(["back-end", *heads], body, note, "lesson")


def way_of(cell: Cell) -> str:
    return (f"<br><small>calls {escape(str(cell['way']))}</small>"
            if cell["way"] else "")


def figure_cell(cell: Cell, metric: Json) -> str:
    fig = cell.figure(metric["name"])
    if not fig or fig["estimate"] is None:
        return tables.td(fmt.dash("it has no such figure here"), "fig")
    unit, mid = metric["unit"], fig["estimate"]
    told = (f"{mid:g}" if unit == "1" and mid == int(mid) and mid < 1e6
            else fmt.value(mid, unit))
    if fig["lo"] is not None and fig["hi"] is not None:
        told += (f"<br><small>{fmt.span(fig['lo'], fig['hi'], unit, mid)}"
                 "</small>")
    return tables.td(told, "fig")


def found(run: Run, family: str) -> str:
    """The tables of a family's lessons."""
    sheets = ((sheet_title(run, sheet), figures_table(sheet))
              for sheet in lesson_sheets(run, family))
    body = "".join(f'<div class="sheet"><h3>{escape(name)}</h3>{table}</div>'
                   for name, table in sheets if table)
    return f'<div class="sheets">{body}</div>' if body else ""


# Curves.

UNITS = {"fraction": "% of the pages", "skew": "µs", "produce": "ns",
         "consume": "ns", "limit": "ms", "work": "µs"}
PRESETS = {"stream": {"batch": "1"}}  # of what the matrix does not list
SWEEPS_MAX = 3  # of one option, where other options differ as well


@dataclass
class Sweep:
    """Groups of one lesson and place that differ in one numeric option."""

    sheets: list[tuple[float, Sheet]]  # by the option's value
    option: str
    rest: str = ""  # what is alike, where another sweep has it otherwise

    @property
    def slug(self) -> str:
        group = self.sheets[0][1].group
        rest = f"{self.rest}-" if self.rest else ""
        return slug(f"{group.lesson}-{self.option}-{rest}{group.placement}-"
                    f"{group.space}")


def number(text: str | None) -> float | None:
    """64, 4K, 1M; None for what is no number."""
    units = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    if not text:
        return None
    try:
        return float(text[:-1]) * units[text[-1]] if text[-1] in units else (
            float(text))
    except ValueError:
        return None


def sweeps(run: Run) -> list[Sweep]:
    places: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in run.cells:
        if cell.measured and not cell.variant.floor:
            group = cell.group
            places.setdefault((group.lesson, group.placement, group.space),
                              []).append(cell)
    return [sweep for cells in places.values()
            for sweep in place_sweeps(run, cells)]


def options_of(run: Run, cell: Cell) -> dict[str, str]:
    """A lesson's options, and what else of its cell is a number: depth."""
    lesson = cell.group.lesson
    preset = (run.about(lesson) or {}).get("options") or PRESETS.get(
        lesson, {})
    own = dict(item.split("=", 1) for item in cell.variant.options
               if item.startswith("depth="))
    return {**preset, **cell.group.options, **own}


def place_sweeps(run: Run, cells: Sequence[Cell]) -> list[Sweep]:
    """One for each numeric option in which some of them differ, the other
    numbers alike; words that differ are told beside the back-end."""
    chosen = [(cell, options_of(run, cell)) for cell in cells]
    seen: dict[str, set[str]] = {}
    for _, options in chosen:
        for key, text in options.items():
            seen.setdefault(key, set()).add(text)
    differ = [key for key, texts in seen.items() if len(texts) > 1]
    numbers = [key for key in differ
               if all(number(text) is not None for text in seen[key])]
    words = [key for key in differ if key not in numbers]
    # Two values beside a curve of more are two curves, no curve.
    leading = [key for key in numbers if len(seen[key]) > 2] or numbers
    return [sweep for key in leading
            for sweep in option_sweeps(chosen, key, numbers, words)]


def option_sweeps(chosen: Sequence[tuple[Cell, dict[str, str]]], key: str,
                  numbers: Sequence[str], words: Sequence[str]) -> list[Sweep]:
    many = len({cell.size for cell, _ in chosen}) > 1
    found: dict[str, dict[float, list[Cell]]] = {}
    for cell, options in chosen:
        at = number(options.get(key))
        if at is None:
            continue
        rest = [f"{k}={options[k]}" for k in numbers
                if k != key and k in options]
        if many:
            rest.append(fmt.size(cell.size).replace(fmt.NARROW, " "))
        found.setdefault(", ".join(rest), {}).setdefault(at, []).append(
            told_apart(cell, [options[k] for k in words if k in options]))
    made = [Sweep([(at, Sheet(cells[0].group, cells))
                   for at, cells in sorted(by_value.items())], key,
                  rest if len(found) > 1 else "")
            for rest, by_value in found.items() if len(by_value) > 1]
    if len(made) > SWEEPS_MAX:
        made = [made[0], made[len(made) // 2], made[-1]]
    return made


def told_apart(cell: Cell, words: Sequence[str]) -> Cell:
    """The cell, with words for its depth, which its place tells."""
    other = copy.copy(cell)
    rest = tuple(o for o in cell.variant.options
                 if not o.startswith("depth="))
    other.variant = replace(cell.variant, options=(*rest, *words))
    return other


Curve = tuple[Variant, list[list[Any]]]


def curves(sweep: Sweep, metric: str) -> list[Curve]:
    """By back-end: option, estimate, lo, hi, of its smallest size."""
    rows: dict[Variant, list[list[Any]]] = {}
    nan = float("nan")
    for at, sheet in sweep.sheets:
        for variant in sheet.variants:
            fig = next((f for cell in sheet.row(variant)
                        if (f := cell.figure(metric))), None)
            if fig and fig["estimate"] is not None:
                rows.setdefault(variant, []).append(
                    [at, fig["estimate"],
                     *(nan if fig[end] is None else fig[end]
                       for end in ("lo", "hi"))])
    return [(variant, curve) for variant, curve in rows.items()
            if len(curve) > 1]


def draw(run: Run, sweep: Sweep) -> list[Figure]:
    drawn = []
    for metric in sweep.sheets[0][1].cells[0].metrics:
        every = curves(sweep, metric["name"])
        if every and all(row[1] == every[0][1][0][1]
                         for _, curve in every for row in curve):
            continue  # one number, which the table has
        by_variant = dict(every)
        for facet in figures.facets(run, [(v, []) for v, _ in every]):
            drawn.append(one_curve(run, sweep, metric, facet, by_variant))
    return drawn


def one_curve(run: Run, sweep: Sweep, metric: Json, facet: figures.Facet,
              by_variant: dict[Variant, list[list[Any]]]) -> Figure:
    group = sweep.sheets[0][1].group
    name = f"curve-{slug(metric['name'])}-{sweep.slug}{facet.suffix}"
    chart = figures.Chart(name)
    look = figures.looks(run, facet.series)
    for variant, _ in facet.series:
        style = figures.colour(look, variant)
        marks = figures.point(look, variant) + figures.dash(variant)
        label = sweep.sheets[0][1].label(variant, True)
        chart.add(f"{label}: {sweep.option} estimate lo hi",
                  by_variant[variant], label,
                  [f"1:3:(0):($4-$3) with vectors nohead {style} "
                   "linewidth 1.6",
                   f"1:2 with linespoints {style}{marks} linewidth 1.6"])
    rest = f", {sweep.rest}" if sweep.rest else ""
    shown = "; ".join(f"{page['slide']} {page['english']}"
                      for page in run.pages_of(group.lesson)[:2])
    told = (f"{metric_name(metric)} against {sweep.option}, {group.lesson}"
            f"{rest}, {group.placement}, {group.space}{facet.title}")
    told = f"{shown}: {told}" if shown else told
    better = (f"{metric['better']} is better" if metric["better"] != "none"
              else "neither is better")
    return Figure(
        name, figures.sentence(told),
        f"Median over trials, with intervals; {escape(better)}.",
        figures.sentence(told), curve_body(sweep, metric, chart),
        "\n\n".join(chart.data),
        height_in=max(gp.HEIGHT_IN, 0.3 + 0.17 * len(chart.labels)))


def roomy(xs: Sequence[float], wide: bool) -> list[float]:
    """The values with room for a label each."""
    place = [math.log(x) if wide else x for x in xs]
    apart = (place[-1] - place[0]) * 0.18
    kept = [len(xs) - 1]
    for i in range(len(xs) - 2, -1, -1):
        if place[kept[-1]] - place[i] >= apart:
            kept.append(i)
    return [xs[i] for i in reversed(kept)]


def curve_body(sweep: Sweep, metric: Json, chart: figures.Chart) -> str:
    xs = sorted({at for at, _ in sweep.sheets})
    ys = chart.seen
    wide = xs[0] > 0 and xs[-1] / xs[0] >= 8
    high = min(ys) > 0 and max(ys) / min(ys) >= 8
    lines = ["set samples 2"]
    if wide:
        lines += ["set logscale x",
                  f"set xrange [{xs[0] / 1.5:.6g}:{xs[-1] * 1.5:.6g}]"]
    else:
        margin = 0.05 * (xs[-1] - xs[0])
        lines.append(f"set xrange [{xs[0] - margin:.6g}:"
                     f"{xs[-1] + margin:.6g}]")
    marks = roomy(xs, wide)
    lines.append(gp.tics("x", [(x, f"{x:g}") for x in marks]))
    if high:
        lo, hi = gp.log_range(ys)
        lines += ["set logscale y", f"set yrange [{lo:.6g}:{hi:.6g}]",
                  gp.tics("y", gp.log_marks(lo, hi, metric["unit"]))]
    else:
        top = max(ys) * 1.08 or 1.0
        bottom = min(0.0, min(ys) * 1.08)
        lines += [f"set yrange [{bottom:.6g}:{top:.6g}]",
                  gp.tics("y", gp.linear_marks(bottom, top, metric["unit"]))]
    unit = UNITS.get(sweep.option)
    lines += [f"set xlabel {gp.quote(sweep.option + f' ({unit})' * bool(unit))}",
              "set ylabel " + gp.quote(metric_name(metric) + ", time" * (
                  metric["unit"] == "ns" and metric["name"] != "rtt")),
              "set rmargin at screen {:.3f}\n{}".format(
                  *gp.key_right(chart.labels, gp.COLUMN_IN))]
    return "\n".join(lines) + "\n" + figures.plot(chart.drawn)


def all_curves(run: Run) -> dict[str, list[Figure]]:
    """By section: "concepts-FAMILY", or "lessons" where no family is known."""
    drawn: dict[str, list[Figure]] = {}
    for sweep in sweeps(run):
        family = run.family_of(sweep.sheets[0][1])
        drawn.setdefault(f"concepts-{family}" if family else "lessons",
                         []).extend(draw(run, sweep))
    return drawn

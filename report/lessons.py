# SPDX-License-Identifier: MIT
"""The concepts of a run's lessons: the matrix, a table for each lesson, and
curves where cells of a lesson differ in one option."""

import math
from dataclasses import dataclass
from html import escape
from typing import Any

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

@dataclass
class Sweep:
    """Groups of one lesson and place that differ in one numeric option."""

    sheets: list[tuple[float, Sheet]]  # by the option's value
    option: str

    @property
    def slug(self) -> str:
        group = self.sheets[0][1].group
        return slug(f"{group.lesson}-{self.option}-{group.placement}-"
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
    places: dict[tuple[str, str, str], list[Sheet]] = {}
    for sheet in run.sheets:
        if sheet.timing == "lesson" and sheet.measured:
            group = sheet.group
            places.setdefault((group.lesson, group.placement, group.space),
                              []).append(sheet)
    return [sweep for sheets in places.values()
            for sweep in place_sweeps(run, sheets)]


def place_sweeps(run: Run, sheets: list[Sheet]) -> list[Sweep]:
    """One for each option in which some of them differ, the others alike."""
    preset = (run.about(sheets[0].group.lesson) or {}).get("options", {})
    chosen = [{**preset, **sheet.group.options} for sheet in sheets]
    made = []
    for key in dict.fromkeys(key for options in chosen for key in options):
        alike: dict[Any, list[tuple[float, Sheet]]] = {}
        for sheet, options in zip(sheets, chosen):
            at = number(options.get(key))
            rest = tuple(sorted((k, v) for k, v in options.items()
                                if k != key))
            if at is not None:
                alike.setdefault(rest, []).append((at, sheet))
        made += [Sweep(sorted(group, key=lambda pair: pair[0]), key)
                 for group in alike.values() if len(group) > 1]
    return made


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
    told = (f"{metric_name(metric)} against {sweep.option}, {group.lesson}, "
            f"{group.placement}, {group.space}{facet.title}")
    better = (f"{metric['better']} is better" if metric["better"] != "none"
              else "neither is better")
    return Figure(
        name, figures.sentence(told),
        f"Median over trials, with intervals; {escape(better)}.",
        figures.sentence(told), curve_body(sweep, metric, chart),
        "\n\n".join(chart.data),
        height_in=max(gp.HEIGHT_IN, 0.3 + 0.17 * len(chart.labels)))


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
    marks = xs if len(xs) <= 8 else xs[::math.ceil(len(xs) / 8)]
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
    lines += [f"set xlabel {gp.quote(sweep.option)}",
              f"set ylabel {gp.quote(metric_name(metric))}",
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

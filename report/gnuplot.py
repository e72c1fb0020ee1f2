# SPDX-License-Identifier: MIT
"""Writes gnuplot scripts, renders them, makes their SVG fit into a page."""

import math
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Sequence

import fmt

COLUMN_IN = 3.33  # width of a paper's column
PAGE_IN = 6.9     # of both columns
HEIGHT_IN = 2.3
FONT_PT = 8
SVG_PX_PER_IN = 72  # a unit of the SVG is a point, as in the PDF
PROCESSES = 2
TIMEOUT_S = 120

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
           "#000000")
FILLED = (7, 5, 9, 11, 13, 15, 3)  # point types, as many as colours
OPEN = (6, 4, 8, 10, 12, 14, 2)
DASHES = {"block": "1", "spin": "2", "hybrid": "4", "yield": "3"}
GREY = "#6e6e6e"


@dataclass
class Figure:
    """A script with its data, and where it stands in the page."""

    name: str
    title: str
    caption: str  # HTML
    alt: str
    body: str
    data: str
    width_in: float = COLUMN_IN
    height_in: float = HEIGHT_IN
    svg: str = ""
    error: str = ""

    @property
    def script(self) -> str:
        body = "".join(f"\t{line}\n" if line else "\n"
                       for line in self.body.strip().splitlines())
        head = PREAMBLE.format(
            name=self.name, word=re.sub(r"\W", "_", self.name),
            title=self.title, width=self.width_in, height=self.height_in,
            font=FONT_PT, px_w=round(self.width_in * SVG_PX_PER_IN),
            px_h=round(self.height_in * SVG_PX_PER_IN))
        return f"{head}{body}\tunset output\n}}\n"


PREAMBLE = """\
# {title}
# Drawn from {name}.dat; "gnuplot {name}.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {{
	reset
	set minussign
	if (terminal eq "pdf") {{
		set terminal pdfcairo size {width:.2f}in,{height:.2f}in \\
			font 'Liberation Sans,{font}' noenhanced linewidth 0.8 \\
			fontscale 0.75 dashlength 0.6
	}} else {{
		set terminal svg size {px_w},{px_h} dynamic name '{word}' \\
			font 'Liberation Sans,{font}' noenhanced linewidth 0.6 \\
			dashlength 0.6
	}}
	set output '{name}.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \\
		spacing (terminal eq "svg" ? 0.85 : 1.05)
"""


def quote(text: str) -> str:
    """A string of gnuplot; single quotes know no other escape."""
    clean = "".join(c if c.isprintable() or c == fmt.NARROW else " "
                    for c in text)
    return "'" + clean.replace("'", "''") + "'"


def tics(axis: str, marks: Iterable[tuple[float, str]]) -> str:
    """The whole list of an axis: "set xtics add" would leave automatic ones
    between, and their labels overlap."""
    listed = ", ".join(f"{quote(label)} {at:.9g}" for at, label in marks)
    # An empty list would bring the automatic ticks back.
    return f"set {axis}tics ({listed})" if listed else f"unset {axis}tics"


def size_tics(sizes: Sequence[int]) -> str:
    """Every size has a tick, and a label where there is room for it on a
    logarithmic axis."""
    room = math.log(sizes[-1] * 1.5 / (sizes[0] / 1.5)) * 0.22
    marks: list[tuple[float, str]] = []
    last = -math.inf
    for size in sizes:
        shown = math.log(size) - last >= room
        last = math.log(size) if shown else last
        marks.append((size, fmt.size(size) if shown else ""))
    return tics("x", marks)


def log_range(values: Sequence[float]) -> tuple[float, float]:
    lo, hi = min(values), max(values)
    margin = max((hi / lo) ** 0.06, 1.1)
    return lo / margin, hi * margin


def log_marks(lo: float, hi: float, unit: str) -> list[tuple[float, str]]:
    """Decades; 2 and 5 too where there are few of them."""
    decades = math.log10(hi / lo)
    if decades < 0.7:
        return linear_marks(lo, hi, unit, 5)
    if decades > 2.5:
        return decade_marks(lo, hi, unit, 8)
    steps = (1, 3) if decades > 1.6 else (1, 2, 5)
    found = (step * 10.0 ** e
             for e in range(math.floor(math.log10(lo)),
                            math.ceil(math.log10(hi)) + 1) for step in steps)
    return [(at, short(at, unit)) for at in found if lo <= at <= hi]


def decade_marks(lo: float, hi: float, unit: str,
                 most: int) -> list[tuple[float, str]]:
    """Every decade has a tick, at most so many have labels."""
    found = range(math.ceil(math.log10(lo)), math.floor(math.log10(hi)) + 1)
    every = math.ceil(len(found) / most) or 1
    return [(10.0 ** e, short(10.0 ** e, unit) if i % every == 0 else "")
            for i, e in enumerate(found)]


def few_marks(lo: float, hi: float, unit: str) -> list[tuple[float, str]]:
    """Two or three ticks for a small logarithmic axis."""
    if hi / lo > 30:
        return decade_marks(lo, hi, unit, 3)
    found = [step * 10.0 ** e for e in range(math.floor(math.log10(lo)),
                                             math.ceil(math.log10(hi)) + 1)
             for step in (1, 2, 5)]
    found = [at for at in found if lo <= at <= hi]
    if len(found) < 2:
        return linear_marks(lo, hi, unit, 3)
    return [(at, short(at, unit)) for at in found[::math.ceil(len(found) / 3)]]


def linear_marks(lo: float, hi: float, unit: str,
                 wanted: int = 3) -> list[tuple[float, str]]:
    """About as many round numbers between lo and hi as wanted."""
    rough = (hi - lo) / wanted
    if rough <= 0:
        return [(lo, short(lo, unit))]
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * m for m in (1, 2, 5) if power * m >= rough),
                power * 10)
    found = range(math.ceil(lo / step), math.floor(hi / step) + 1)
    if not found:
        return linear_marks(lo, hi, unit, wanted + 1)
    return [(i * step, short(i * step, unit)) for i in found]


def short(x: float, unit: str) -> str:
    """A tick's label: no digits that say nothing."""
    divisor, name = fmt.scale(x, unit)
    if unit == "1" and 1000 <= abs(x) < 1e6:
        return f"{x:.0f}"
    return f"{x / divisor:.3g}{fmt.NARROW}{name}".rstrip(fmt.NARROW)


def key_right(labels: Sequence[str], width_in: float) -> tuple[float, str]:
    """Where the plot ends, and the command for a key to its right, as wide as
    its longest label: left to itself gnuplot turns a long key into columns
    and runs over the axis."""
    chars = max([len(label) for label in labels] + [6])
    edge = 1 - (chars * 0.06 + 0.38) / width_in
    return edge, (f"set key at screen {edge + 0.05 / width_in:.3f},0.97 "
                  f"left top maxrows {len(labels)}")


def rows(lines: Iterable[Sequence[object]]) -> str:
    """Rows of a .dat file: numbers in full, text quoted."""
    return "".join(" ".join(datum(x) for x in line) + "\n" for line in lines)


def datum(x: object) -> str:
    if isinstance(x, str):
        return '"' + x.replace('"', "'").replace("\n", " ") + '"'
    if isinstance(x, float):
        return f"{x:.9g}"
    return str(x)


def render(figures: Sequence[Figure], folder: Path) -> None:
    """Write and draw them all; a figure that fails says why and no more."""
    if not figures:
        return
    folder.mkdir(exist_ok=True)
    for figure in figures:
        (folder / f"{figure.name}.gp").write_text(figure.script, "utf-8")
        (folder / f"{figure.name}.dat").write_text(figure.data, "utf-8")
    run_batches(figures, folder)
    for figure in figures:
        path = folder / f"{figure.name}.svg"
        if not figure.error and path.exists():
            figure.svg = inline_svg(path.read_text("utf-8"), figure)


def run_batches(figures: Sequence[Figure], folder: Path) -> None:
    """A process draws many scripts; two processes run at a time. A batch that
    stops is drawn again script by script, to find the one at fault."""
    cost = sorted(figures, key=lambda figure: -len(figure.data))
    batches = [cost[i::PROCESSES] for i in range(PROCESSES)]
    running = [(batch, start(batch, folder)) for batch in batches if batch]
    for batch, process in running:
        if wait(process) is None:
            continue
        for figure in batch:
            figure.error = wait(start([figure], folder)) or ""


def start(batch: Sequence[Figure], folder: Path) -> "subprocess.Popen[str]":
    scripts = [f"{figure.name}.gp" for figure in batch]
    return subprocess.Popen(["gnuplot", "-d", *scripts], cwd=folder,
                            stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def wait(process: "subprocess.Popen[str]") -> str | None:
    """None, or what gnuplot complained of."""
    try:
        _, complaint = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"gnuplot took over {TIMEOUT_S} s"
    if process.returncode == 0:
        return None
    lines = [line for line in complaint.splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"exit {process.returncode}"


def inline_svg(svg: str, figure: Figure) -> str:
    """Several drawings share a page: names are made unique, and what only a
    file of its own needs (prologue, namespaces, title) goes."""
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r'\s+xmlns(:xlink)?="[^"]*"', "", svg, count=2)
    svg = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", svg,
                 flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*_plot_[^"]*"\s*>', "<g>", svg)
    svg = svg.replace("xlink:href=", "href=")
    prefix = figure.name + "."
    svg = re.sub(r"""(\bid=['"])""", rf"\g<1>{prefix}", svg)
    svg = re.sub(r"""(\bhref=['"]#)""", rf"\g<1>{prefix}", svg)
    svg = re.sub(r"url\((['\"]?)#", rf"url(\g<1>#{prefix}", svg)
    svg = re.sub(r"\n\s*\n+", "\n", svg)
    head = (f'<svg role="img" aria-label="{fmt.escape(figure.alt)}" '
            f'style="max-width:{figure.width_in * 1.45:.2f}in"')
    return svg.replace("<svg", head, 1)

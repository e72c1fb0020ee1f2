# SPDX-License-Identifier: MIT
"""Draws the report of a results folder. Computes no statistics: every figure
comes from summary.json."""

import argparse
import os
import shutil
import sys
from pathlib import Path

import figures
import gnuplot
import lessons
import page
from model import ReportError, load, load_floors

EXIT_INTERNAL = 1
EXIT_USAGE = 2
EXIT_ENVIRONMENT = 4


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="report.py", description="Draw the report of a results folder.")
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("-o", dest="out", metavar="FILE", type=Path,
                        help="page to write (DIR/report.html)")
    parser.add_argument("--no-plots", dest="plots", action="store_false",
                        help="tables only; needs no gnuplot")
    parser.add_argument("--floors", metavar="DIR", type=Path,
                        help="a run of this machine to take floors from")
    return parser.parse_args()


def write_whole(path: Path, text: str) -> None:
    """The page is there in full or as it was before."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ReportError(f"cannot write '{path}': {error.strerror}")


def report(folder: Path, out: Path, plots: bool,
           floors: Path | None) -> None:
    run = load(folder)
    if floors:
        load_floors(run, floors)
    drawn: dict[str, list[gnuplot.Figure]] = {}
    if plots:
        drawn = figures.all_figures(run)
        for section, found in lessons.all_curves(run).items():
            drawn.setdefault(section, []).extend(found)
        gnuplot.render([fig for found in drawn.values() for fig in found],
                       folder / "plots")
    why = "" if plots else "figures were not asked for (--no-plots)"
    write_whole(out, page.build(run, drawn, out, why))


def main() -> int:
    args = parse()
    out = args.out or args.folder / "report.html"
    if args.plots and not shutil.which("gnuplot"):
        print("ipcbench: no gnuplot; the data is kept, install it with: "
              "apt-get install gnuplot-nox (or give --no-plots)",
              file=sys.stderr)
        return EXIT_ENVIRONMENT
    try:
        report(args.folder, out, args.plots, args.floors)
        print(out, flush=True)
    except ReportError as error:
        print(f"ipcbench: {error}", file=sys.stderr)
        return EXIT_USAGE
    except OSError as error:
        where = f"'{error.filename}': " if error.filename else ""
        print(f"ipcbench: {where}{error.strerror}", file=sys.stderr)
        return EXIT_INTERNAL
    return 0


if __name__ == "__main__":
    sys.exit(main())

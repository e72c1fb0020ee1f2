# SPDX-License-Identifier: MIT
"""Reads a results folder into what the pages and figures are made of."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator

import fmt

Json = dict[str, Any]

USUAL = ("block", "copy")
# Floors that lie beneath every mechanism's curve; the others are drawn as
# curves of their own.
LINES = ("null", "syscall", "memcpy", "line")
PLACED = ("line",)  # between two PUs: of one placement alone
GROUP_MAX = 7  # back-ends that share a figure
OPTIONAL = ("env", "env-end", "doctor")


class ReportError(Exception):
    """One line for a person: why there is no report."""


@dataclass(frozen=True)
class Variant:
    """A row of a table, a series of a figure: a back-end as it was used."""

    backend: str
    wait: str
    api: str
    options: tuple[str, ...]
    floor: bool
    family: str


class Cell:
    """One cell of the summary. Adds names, no figures."""

    def __init__(self, record: Json) -> None:
        self.record = record
        self.id: str = record["cell"]
        self.size: int = record["size_b"]
        self.group = Group(record["workload"], record["placement"],
                           record["space"])
        extra = [part for part in self.id.split("/")[6:]
                 if not part.startswith("api=")]
        self.variant = Variant(record["backend"], record["wait"],
                               record["api"], tuple(extra),
                               bool(record.get("floor")),
                               str(record.get("family") or ""))

    def __getitem__(self, key: str) -> Any:
        return self.record.get(key)

    @property
    def measured(self) -> bool:
        return self.record["state"] == "measured"

    @property
    def timing(self) -> str:
        return self.record["timing"]

    @property
    def metrics(self) -> list[Json]:
        return self.record["metrics"]

    def figure(self, metric: str | None = None, which: str = "all",
               headline: bool = True) -> Json | None:
        """The figure of one metric (None: the first) that leads."""
        for fig in self.record.get("figures") or []:
            if (fig["metric"] == (metric or self.metrics[0]["name"])
                    and fig["set"] == which and fig["headline"] == headline):
                return fig
        return None

    def other_figures(self) -> list[Json]:
        """Figures of the classes that do not lead."""
        return [fig for fig in self.record.get("figures") or []
                if not fig["headline"] and fig["set"] == "all"]

    def why_none(self) -> str:
        """Why this cell has no figures."""
        why = self["state_why"] or self["reason"] or self["verdict_why"]
        return f"{self['state']}: {why or 'no reason was recorded'}"


@dataclass(frozen=True)
class Group:
    """What may stand in one table: the same work at the same place."""

    workload: str
    placement: str
    space: str

    @property
    def title(self) -> str:
        return f"{self.workload}, {self.placement}, {self.space}"

    @property
    def lesson(self) -> str:
        """The workload without its options."""
        return self.workload.partition(":")[0]

    @property
    def options(self) -> dict[str, str]:
        """Those that are not at their preset."""
        given = self.workload.partition(":")[2]
        return dict(item.split("=", 1) for item in given.split(",")
                    if "=" in item)

    @property
    def slug(self) -> str:
        return slug(f"{self.workload}-{self.placement}-{self.space}")


@dataclass
class Sheet:
    """The cells of a group, by variant and size."""

    group: Group
    cells: list[Cell]
    variants: list[Variant] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    at: dict[tuple[Variant, int], Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cell in self.cells:
            if cell.variant not in self.variants:
                self.variants.append(cell.variant)
            self.at[cell.variant, cell.size] = cell
        self.sizes = sorted({cell.size for cell in self.cells})
        # Floors last: they are no competitors.
        self.variants.sort(key=lambda variant: variant.floor)

    @property
    def measured(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.measured]

    @property
    def timing(self) -> str:
        return self.cells[0].timing

    def differs(self, what: str) -> bool:
        """Do the mechanisms (not the floors) differ in wait or api?"""
        return len({getattr(v, what) for v in self.variants
                    if not v.floor}) > 1

    def label(self, variant: Variant, brief: bool = False) -> str:
        """The variant's name, as long as it must be within this group. A
        brief one, for figures, leaves the usual wait and api out, and the api
        of whoever has just one: its points tell."""
        if variant.floor:
            twins = [v for v in self.variants if v.backend == variant.backend]
            words = [variant.backend, *variant.options]
            if len({(v.wait, v.options) for v in twins}) > 1 and (
                    len({v.options for v in twins}) < len(twins)):
                words.insert(1, variant.wait)
            return " ".join(words) + ("" if brief else " (floor)")
        words = [getattr(variant, what) for what in ("wait", "api")
                 if self.differs(what)]
        if brief:
            usual = (*USUAL, variant.backend, self.only_api(variant))
            words = [word for word in words if word not in usual]
        return " ".join([variant.backend, *words, *variant.options])

    def only_api(self, variant: Variant) -> str | None:
        """The back-end's interface, where it was used through no other."""
        found = {v.api for v in self.variants if v.backend == variant.backend}
        return found.pop() if len(found) == 1 else None

    def common(self) -> str:
        """What all rows share and the labels therefore leave out."""
        first = next((v for v in self.variants if not v.floor),
                     self.variants[0])
        words = [f"{what} {getattr(first, what)}" for what in ("wait", "api")
                 if not self.differs(what)]
        checks = sorted({str(cell["verify"]) for cell in self.cells
                         if not cell.variant.floor} or {"ends"})
        return ", ".join(words + ["payload check " + " and ".join(checks)])

    @property
    def families(self) -> list[str]:
        """Of its rows, in their order."""
        return list(dict.fromkeys(v.family for v in self.variants))

    def series(self) -> Iterator[tuple[Variant, list[Cell]]]:
        """Mechanisms with at least one measured cell, cells by size."""
        for variant in self.variants:
            cells = self.row(variant)
            if cells and not variant.floor:
                yield variant, cells

    def curves(self) -> Iterator[tuple[Variant, list[Cell]]]:
        """What is drawn as a curve: mechanisms, and floors that are none of
        the usual lines beneath them, or have nothing above them."""
        found = list(self.series())
        alone = not found
        found += [(variant, cells) for variant, cells in self.floors()
                  if alone or variant.backend not in LINES]
        yield from found

    def row(self, variant: Variant) -> list[Cell]:
        found = (self.at.get((variant, size)) for size in self.sizes)
        return [cell for cell in found if cell and cell.measured]

    def floors(self) -> Iterator[tuple[Variant, list[Cell]]]:
        for variant in self.variants:
            cells = self.row(variant)
            if cells and variant.floor:
                yield variant, cells


@dataclass
class Floor:
    """A line beneath figures: a back-end that carries nothing."""

    name: str
    cells: list[Cell]  # measured, by size
    foreign: bool      # of another run

    @property
    def label(self) -> str:
        name = "memcpy twice" if self.name == "memcpy" else self.name
        return name + ("*" if self.foreign else "")


@dataclass
class Run:
    folder: Path
    summary: Json
    manifest: Json
    optional: dict[str, Json]
    missing: dict[str, str]  # file name: why it is not there
    cells: list[Cell]
    sheets: list[Sheet]
    backends: list[str]  # order of the summary: colours follow it
    floors_run: "Run | None" = None  # of the same machine, for its floors
    floors_notes: tuple[str, ...] = ()  # where that machine is not the same
    concepts: Json | None = None  # the matrix, where the run has lessons

    @property
    def groups(self) -> list[list[str]]:
        """Back-ends that share a figure: of one family, or of several that
        follow each other and are few."""
        family = {cell["backend"]: cell.variant.family for cell in self.cells}
        found: list[list[str]] = []
        if len(self.backends) <= GROUP_MAX:
            return [list(self.backends)]
        last = None
        for name in dict.fromkeys(family.get(b, "") for b in self.backends):
            members = [b for b in self.backends if family.get(b, "") == name]
            if last and len(last) + len(members) <= GROUP_MAX:
                last += members
            else:
                last = list(members)
                found.append(last)
        return found

    @property
    def concept_families(self) -> list[str]:
        """In the lecture's order."""
        found = (self.concepts or {}).get("concepts", [])
        return list(dict.fromkeys(page["family"] for page in found))

    def about(self, lesson: str) -> Json | None:
        """What the matrix knows of a lesson."""
        return next((one for one in (self.concepts or {}).get("workloads", [])
                     if one["name"] == lesson), None)

    def pages_of(self, lesson: str) -> list[Json]:
        """The concepts that it shows."""
        slides = (self.about(lesson) or {}).get("slides", [])
        return [page for page in (self.concepts or {}).get("concepts", [])
                if page["slide"] in slides]

    def family_of(self, sheet: "Sheet") -> str:
        """The family of concepts that a group's lesson shows; "" for what is
        no lesson, or where nobody knows."""
        pages = self.pages_of(sheet.group.lesson)
        return pages[0]["family"] if pages else ""

    def floor_lines(self, sheet: "Sheet") -> "Iterator[Floor]":
        """Each floor that belongs beneath this group's figures. Where the
        group has none of its own, the nearest place's: only a cache line
        cares where its PUs are."""
        for name in LINES:
            for run in (self.floors_run, self):
                cells = run.nearest_floor(name, sheet) if run else []
                if cells:
                    yield Floor(name, cells, run is not self)
                    break

    def nearest_floor(self, name: str, sheet: "Sheet") -> list[Cell]:
        def far(other: Sheet) -> int:
            a, b = other.group, sheet.group
            return 2 * (a.placement != b.placement) + (a.space != b.space)
        for other in sorted(self.sheets, key=far):
            if other.group.workload != sheet.group.workload or (
                    name in PLACED
                    and other.group.placement != sheet.group.placement):
                continue
            for variant in other.variants:
                # A line that is asked for in the kernel's time is no floor.
                if variant.backend == name and other.row(variant) and (
                        variant.floor or variant.wait == "spin"):
                    return other.row(variant)
        return []

    @property
    def run(self) -> Json:
        return self.summary["run"]

    @property
    def pus(self) -> set[int]:
        return {pu for cell in self.cells for pu in cell["pus"] or []}


def metric_name(metric: Json) -> str:
    """A metric, or a figure of it, as it is called on axes and tables."""
    unit, name = metric["unit"], metric.get("metric") or metric["name"]
    if name == "rtt":
        return "median round trip"
    if fmt.is_rate(unit):
        return "payload rate" if fmt.is_bytes(unit) else "message rate"
    # A lesson's, with its unit at the end.
    return name.removesuffix(f"_{unit}").replace("_", " ")


def slug(name: str) -> str:
    """A file name's part: letters, digits, dot and dash."""
    return "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-"
                   for c in name)


def read_json(path: Path, schema: str) -> Json:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(f"{path}: not there; is this a results folder?")
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror}")
    except ValueError as error:
        raise ReportError(f"{path}: not JSON: {error}")
    found = record.get("schema") if isinstance(record, dict) else None
    if not str(found).startswith(schema):
        raise ReportError(f"{path}: schema is {found!r}, not {schema}")
    return record


def fact(run: Run, group: str, key: str) -> Any:
    return (run.optional.get("env") or {}).get(group, {}).get(key)


SAME = (("host", "name", "host"), ("cpu", "model", "processor"))
ALIKE = (("host", "release", "kernel"), ("host", "cmdline", "command line"),
         ("cpu", "pus", "PUs"), ("cpu", "vulnerabilities", "mitigations"),
         ("cpu", "idle_driver", "idle driver"))


def load_floors(run: Run, folder: Path) -> None:
    """Floors of another run: of this machine, or of none."""
    other = load(folder)
    for one in (run, other):
        if "env" not in one.optional:
            raise ReportError(f"{one.folder}: no environment, so nobody knows "
                              f"whether its machine is the other's")
    for group, key, name in SAME:
        mine, theirs = fact(run, group, key), fact(other, group, key)
        if mine != theirs:
            raise ReportError(
                f"{folder}: floors of another machine: its {name} is "
                f"'{theirs}', that of {run.folder} is '{mine}'")
    if not any(cell.variant.backend in LINES and cell.measured
               for cell in other.cells):
        raise ReportError(f"{folder}: no floor was measured; 'ipcbench run "
                          f"floors' does that")
    run.floors_run = other
    run.floors_notes = tuple(
        f"the {name} has changed in between" for group, key, name in ALIKE
        if fact(run, group, key) != fact(other, group, key))


def load(folder: Path) -> Run:
    summary = read_json(folder / "summary.json", "ipcbench.summary/1")
    manifest = read_json(folder / "manifest.json", "ipcbench.manifest/1")
    optional: dict[str, Json] = {}
    missing: dict[str, str] = {}
    for name in OPTIONAL:
        try:
            optional[name] = read_json(folder / f"{name}.json", "ipcbench.")
        except ReportError as error:
            missing[name] = str(error).removeprefix(f"{folder}/")
    try:
        run = assemble(folder, summary, manifest, optional, missing)
        if (folder / "concepts.json").exists():
            run.concepts = read_json(folder / "concepts.json",
                                     "ipcbench.concepts/1")
        return run
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ReportError(f"{folder}/summary.json: lacks or mistypes {error}")


def assemble(folder: Path, summary: Json, manifest: Json,
             optional: dict[str, Json], missing: dict[str, str]) -> Run:
    cells = [Cell(record) for record in summary["cells"]]
    groups: dict[Group, list[Cell]] = {}
    backends: list[str] = []
    for cell in cells:
        groups.setdefault(cell.group, []).append(cell)
        if not cell.variant.floor and cell.variant.backend not in backends:
            backends.append(cell.variant.backend)
    sheets = [Sheet(group, members) for group, members in groups.items()]
    return Run(folder, summary, manifest, optional, missing, cells, sheets,
               backends)

# SPDX-License-Identifier: MIT
"""Makes a results folder as results/README.md describes it, with invented
figures: what tests of the report read where nothing was measured."""

import json
import random
import statistics
import sys
from pathlib import Path
from typing import Any, Sequence

Json = dict[str, Any]

BACKENDS = ("null", "pipe", "unix-stream", "unix-seqpacket", "tcp",
            "sysv-msg", "ring", "pageswap")
SIZES = (64, 4096, 65536)
FLOORS = ("null", "syscall", "memcpy", "line", "page-map")
FAMILIES = {**dict.fromkeys(FLOORS, "floor"), "unix-seqpacket": "packet", "sysv-msg": "queue",
            "ring": "ring", "pageswap": "transfer"}
ROUND = [{"name": "rtt", "unit": "ns", "better": "lower"}]
BATCH = [{"name": "messages_per_s", "unit": "1/s", "better": "higher"},
         {"name": "bytes_per_s", "unit": "B/s", "better": "higher"}]
CLASSES = (("55 ns", 55.0), ("210 ns", 210.0))
NO_PMU = "the machine shows no hardware counters (no PMU)"


def cell_record(workload: str, backend: str, size: int, placement: str,
                wait: str, space: str = "process") -> Json:
    return {
        "cell": f"{workload}/{backend}/{size}/{placement}/{space}/{wait}",
        "workload": workload, "backend": backend, "size_b": size,
        "placement": placement,
        "relation": "same-pu" if placement == "same-pu" else "l3",
        "pus": [0, 0] if placement == "same-pu" else [0, 1], "numa": [0, 0],
        "space": space, "wait": wait, "api": "copy", "verify": "ends",
        "depth": 64, "idle": "cold", "options": {},
        "contract": {"copies": 2, "calls": ["write", "read"], "wake": "call"},
        "family": FAMILIES.get(backend, "stream"),
        "emulated": ["copy"] if backend == "pageswap" else [],
        "floor": backend in FLOORS,
        "timing": "round" if workload == "pingpong" else "batch",
        "metrics": ROUND if workload == "pingpong" else BATCH,
        "link": "pipe buffer 65536 B" if backend == "pipe" else None,
        "status": "planned", "reason": None, "round_ns": 1000,
        "per_sample": 1, "samples": 1000, "warmup": 100}


def base_value(cell: Json, speed: float) -> float:
    """A first metric of about the right size."""
    floor = cell["floor"]
    wake_ns = 2500.0 if cell["placement"] == "same-pu" else 19000.0
    if cell["wait"] == "spin":
        wake_ns = 90.0
    own = {"syscall": 700.0, "line": 55.0, "memcpy": cell["size_b"] / 8}
    ns = own.get(cell["backend"], 3.0) if floor else wake_ns * speed + cell["size_b"] / 6
    return ns if cell["timing"] == "round" else 1e9 / (ns / 20 + 5)


def trial_records(rng: random.Random, cell: Json, blocks: int, speed: float,
                  host: Sequence[float]) -> list[Json]:
    trials = []
    cross = cell["placement"] != "same-pu"
    for block in range(blocks):
        far = cross and blocks > 4 and block % 7 == 5
        factor = host[block] * rng.lognormvariate(0, 0.03) * (3 if far else 1)
        if cell["timing"] == "batch":
            factor = 1 / factor
        value = base_value(cell, speed) * factor
        is_round = cell["timing"] == "round"
        trials.append({
            "block": block, "order_seq": block * 10, "t_s": block * 3.5,
            "class": CLASSES[far][0] if cross else None,
            "changed": cross and rng.random() < 0.04, "value": value,
            "p25": value * 0.93 if is_round else None,
            "p75": value * 1.12 if is_round else None,
            "flags": ["drift"] if rng.random() < 0.1 else []})
    return trials


def interval(values: list[float]) -> tuple[float | None, float | None]:
    values = sorted(values)
    if len(values) < 6:
        return None, None
    return values[len(values) // 5], values[-1 - len(values) // 5]


def figure(metric: Json, values: list[float], name: str | None,
           headline: bool, which: str, base: list[float] | None) -> Json:
    lo, hi = interval(values)
    fig = {"metric": metric["name"], "unit": metric["unit"],
           "better": metric["better"], "class": name, "headline": headline,
           "set": which, "n": len(values),
           "estimate": statistics.median(values), "lo": lo, "hi": hi,
           "level": None if lo is None else 0.9785,
           "interval_why": "needs 6 trials" if lo is None else None,
           "ratio": None,
           "ratio_why": None if base else "it is the baseline",
           "cv": 0.03, "modes": []}
    if base:
        pairs = [a / b for a, b in zip(values, base)]
        low, high = interval(pairs)
        fig["ratio"] = {
            "estimate": statistics.median(pairs), "lo": low, "hi": high,
            "level": None if low is None else 0.998, "n": len(pairs),
            "verdict": verdict(low, high, metric["better"]),
            "why": "needs 9 blocks" if low is None else None}
    return fig


def verdict(lo: float | None, hi: float | None, better: str) -> str:
    if lo is None or hi is None:
        return "unresolved"
    if lo > 1 / 1.02 and hi < 1.02:
        return "same"
    if lo <= 1 <= hi:
        return "unresolved"
    return "faster" if (hi < 1) == (better == "lower") else "slower"


def figures(cell: Json, trials: list[Json],
            base: list[Json] | None) -> list[Json]:
    found = []
    names = list(dict.fromkeys(t["class"] for t in trials))
    lead = CLASSES[0][0] if CLASSES[0][0] in names else names[0]
    for i, metric in enumerate(cell["metrics"]):
        per = cell["size_b"] if i else 1
        for name in names:
            for which in ("all", "clean"):
                kept = [j for j, t in enumerate(trials) if t["class"] == name
                        and (which == "all" or not t["flags"])]
                if kept:
                    found.append(figure(
                        metric, [trials[j]["value"] * per for j in kept],
                        name, name == lead, which,
                        base and [base[j]["value"] * per for j in kept]))
    return found


def tail(fig: Json) -> list[Json]:
    rows = []
    for q, label, factor in ((0.5, "p50", 1.0), (0.9, "p90", 1.3),
                             (0.99, "p99", 2.1), (0.999, "p99.9", 5.5),
                             (0.9999, "p99.99", None)):
        known = factor is not None
        rows.append({"q": q, "label": label, "n": fig["n"] if known else 0,
                     "estimate": fig["estimate"] * factor if known else None,
                     "lo": (fig["lo"] or fig["estimate"]) * factor
                     if known and fig["lo"] else None,
                     "hi": (fig["hi"] or fig["estimate"]) * factor
                     if known and fig["hi"] else None,
                     "estimate_why": None if known else
                     "fewer than the 100000 samples that p99.99 needs",
                     "interval_why": None if known and fig["lo"] else
                     "needs 6 trials", "host_dominated": q > 0.99,
                     "support": fig["n"] * 10000})
    return rows


def spectrum(median: float) -> list[list[float]]:
    curve = []
    for i in range(90):
        beyond = 10 ** (-i / 20)
        curve.append([1 - beyond, median * (0.8 + 0.09 * i / 20
                                            + (beyond < 0.002) * 1.5)])
    return curve


def costs(cell: Json) -> list[Json]:
    return [{"node": node, "user_ns": 210.5, "system_ns": 1800.25,
             "switches_voluntary": 1.0, "switches_involuntary": 0.0004,
             "faults_minor": 0.0} for node in (0, 1)]


def counters() -> list[Json]:
    return [{"event": "PAPI_TOT_INS", "status": "absent", "why": NO_PMU,
             "values": None},
            {"event": "perf::PAGE-FAULTS", "status": "ok", "why": None,
             "values": [0.25, 0.5]}]


def summary_cell(cell: Json, trials: list[Json],
                 base: list[Json] | None) -> Json:
    figs = figures(cell, trials, base)
    is_round = cell["timing"] == "round"
    if cell["backend"] == "tcp":
        figs[0]["modes"] = [{"median": figs[0]["estimate"], "share": 0.7},
                            {"median": figs[0]["estimate"] * 2, "share": 0.3}]
    return cell | {
        "state": "measured", "state_why": None,
        "verdict": {"pass": len(trials), "fail": 0, "unsupported": 0,
                    "inconclusive": 0},
        "figures": figs, "tail": tail(figs[0]) if is_round else [],
        "spectrum": spectrum(figs[0]["estimate"]) if is_round else [],
        "trials": trials, "cost": costs(cell), "counters": counters()}


def unmeasured(cell: Json, state: str, why: str) -> Json:
    return cell | {
        "status": "skipped" if state == "skipped" else "planned",
        "reason": why if state == "skipped" else None, "state": state,
        "state_why": why, "figures": [], "tail": [], "spectrum": [],
        "trials": [], "cost": [], "counters": [],
        "verdict": {"pass": 0, "fail": int(state == "failed"),
                    "unsupported": int(state == "skipped"),
                    "inconclusive": 0}}


def cells(rng: random.Random, backends: Sequence[str], sizes: Sequence[int],
          blocks: int, baseline: str) -> list[Json]:
    host = [1.6 if 3 <= b % 11 <= 5 else 1.0 for b in range(blocks)]
    found: list[Json] = []
    for workload in ("pingpong", "stream"):
        for placement in ("same-pu", "cross"):
            bases: dict[int, list[Json]] = {}
            order = sorted(backends, key=lambda name: name != baseline)
            made: dict[tuple[str, int], Json] = {}
            for backend in order:
                for size in sizes:
                    made[backend, size] = one_cell(
                        rng, cell_record(workload, backend, size, placement,
                                         wait_of(backend, placement)),
                        blocks, backends, bases, baseline, host)
            found += [made[b, s] for b in backends for s in sizes]
    return found


def wait_of(backend: str, placement: str) -> str:
    return "spin" if backend == "ring" and placement == "cross" else "block"


def one_cell(rng: random.Random, cell: Json, blocks: int,
             backends: Sequence[str], bases: dict[int, list[Json]],
             baseline: str, host: Sequence[float]) -> Json:
    backend, size = cell["backend"], cell["size_b"]
    if backend == "sysv-msg" and size > 8192:
        return unmeasured(cell, "skipped", "takes 8192 B at most, not 65536")
    if backend == "pageswap" and cell["workload"] == "stream":
        return unmeasured(cell, "failed", "node 1 was killed by signal 11")
    if blocks == 0:
        return unmeasured(cell, "failed", "no trial was run")
    speed = 1 + 0.12 * list(backends).index(backend)
    trials = trial_records(rng, cell, blocks, speed, host)
    if backend == baseline:
        bases[size] = trials
    base = None if backend == baseline or cell["floor"] else bases.get(size)
    return summary_cell(cell, trials, base)


def run_record(made: list[Json], blocks: int, baseline: str,
               status: str) -> Json:
    trials = [t for cell in made for t in cell["trials"]]
    design = {"preset": "quick", "order": "randomised complete blocks",
              "blocks_min": 10, "blocks_max": 12, "blocks_done": blocks,
              "precision": 0.02, "level": 0.95, "trial_time_ns": 50000000,
              "warmup_time_ns": 10000000, "budget_ns": 60000000000,
              "deadline_ns": 5000000000, "delta": 0.02}
    return {
        "run_id": "20260101T120000Z-sample-abc123", "status": status,
        "status_why": "SIGINT" if status == "interrupted" else None,
        "stop_reason": "interrupted" if status == "interrupted"
        else "max_blocks",
        "started": "2026-01-01T12:00:00Z", "ended": "2026-01-01T12:01:00Z",
        "argv": ["ipcbench", "run", "--preset", "quick", "--tag",
                 "note=two words"], "seed": 42,
        "tool": {"version": "0.1.0", "commit": "0123abcd", "dirty": False,
                 "build_type": "release", "cc": "cc 12.2", "cflags": "-O2",
                 "sanitizer": None, "hwloc": "2.9.0", "papi": "7.0.0",
                 "jansson": "2.14"},
        "design": design,
        "clock": {"id": "CLOCK_MONOTONIC", "step_ns": 10, "cost_min_ns": 20,
                  "cost_p50_ns": 21, "cost_p99_ns": 31},
        "baseline": baseline, "blocks_done": blocks, "trials": len(trials),
        "trials_failed": 3,
        "trials_flagged": sum(bool(t["flags"]) for t in trials)}


def make_summary(backends: Sequence[str] = BACKENDS,
                 sizes: Sequence[int] = SIZES, blocks: int = 12,
                 baseline: str = "pipe", status: str = "complete") -> Json:
    rng = random.Random(7)
    made = cells(rng, backends, sizes, blocks, baseline)
    return {
        "schema": "ipcbench.summary/1",
        "run": run_record(made, blocks, baseline, status),
        "grade": {"grade": "ratios-only",
                  "why": ["runs under a hypervisor with 2 PUs",
                          "the noise probe lost 12000 ppm"]},
        "classes": [{"class": name, "line_ns": ns, "min_ns": ns * 0.9,
                     "max_ns": ns * 1.2, "trials": 40 - 30 * i}
                    for i, (name, ns) in enumerate(CLASSES)]
        if blocks else [],
        "class_rule": "classes part where sorted line times jump by 1.5",
        "headline_class": CLASSES[0][0] if blocks else None,
        "class_changed_trials": 4 if blocks else 0,
        "floors": floors(sizes, blocks), "noise": noise(rng, blocks),
        "method": ["Design. Randomised complete blocks, one fresh process "
                   "per trial.", "Figures. Medians over trials with "
                   "order-statistic intervals at 95 % or more."],
        "cells": made}


def floors(sizes: Sequence[int], blocks: int) -> Json:
    if not blocks:
        return {"timer_ns": 20, "mailbox_ns": {}, "line_ns": {}, "memcpy": []}
    return {"timer_ns": 20,
            "mailbox_ns": {name: {"median": ns * 1.6, "lo": ns * 1.5,
                                  "hi": ns * 1.7, "n": 40}
                           for name, ns in CLASSES},
            "line_ns": {name: {"median": ns, "lo": ns, "hi": ns, "n": 40}
                        for name, ns in CLASSES},
            "memcpy": [{"size_b": size, "bytes_per_s": 2e10 + 3e10 *
                        (size > 1000)} for size in sizes]}


def noise(rng: random.Random, blocks: int) -> list[Json]:
    return [{"block": block, "pu": pu, "gaps": 5, "gap_max_ns": 40000,
             "lost_ppm": rng.lognormvariate(6, 2) if block % 5 else 0,
             "op_ns": 0.3} for block in range(blocks) for pu in (0, 1)]


LESSON = [{"name": "held_messages", "unit": "1", "better": "none"},
          {"name": "blocked_ns", "unit": "ns", "better": "lower"}]


def lesson_cell(workload: str, backend: str, held: int) -> Json:
    """A lesson's cell, measured in six trials."""
    cell = cell_record(workload, backend, 56, "same-pu", "block")
    cell |= {"timing": "lesson", "metrics": LESSON}
    figs = [figure(metric, [float(value)] * 6, None, True, "all", None)
            for metric, value in zip(LESSON, (held, 2500 * held))]
    return cell | {
        "state": "measured", "state_why": None,
        "verdict": {"pass": 6, "fail": 0, "unsupported": 0,
                    "inconclusive": 0},
        "figures": figs, "tail": [], "spectrum": [], "trials": [],
        "cost": [], "counters": []}


def make_lessons() -> Json:
    """A run of lessons: one with an option at several values, one whose
    concept nobody knows."""
    made = [lesson_cell(workload, backend, (i + 1) * (j + 3))
            for i, workload in enumerate(("queue", "queue:room=8",
                                          "queue:room=64", "odd"))
            for j, backend in enumerate(("pipe", "tcp"))]
    made.append(unmeasured(made[0] | {
        "backend": "ring", "family": "ring",
        "cell": "queue/ring/56/same-pu/process/block"},
        "skipped", "lacks what the workload needs: boundary"))
    return make_summary(blocks=6) | {"cells": made}


def make_concepts() -> Json:
    """The matrix of that run."""
    def page(slide: str, name: str, family: str) -> Json:
        return {"slide": slide, "name": name, "german": f"deutsch {slide}",
                "english": f"the {name}", "family": family,
                "text": "What waits.\n", "workloads": []}

    def row(backend: str, family: str, ways: str) -> Json:
        whys = {"N": None, "E": "a <save> queue", "X": "lacks boundary"}
        cells = [{"slide": slide, "name": name, "way": way,
                  "why": whys[way], "workload": "queue", "here": True,
                  "verdict": "not run" if way == "E" else "pass",
                  "verdict_why": None}
                 for way, (slide, name) in zip(ways, (("3", "buffer"),
                                                      ("5a", "choice")))]
        return {"backend": backend, "family": family, "concepts": cells}

    return {"schema": "ipcbench.concepts/1",
            "concepts": [page("3", "buffer", "basics"),
                         page("5a", "choice", "partners")],
            "workloads": [{"name": "queue", "brief": "a queue",
                           "meaning": "it fills", "slides": ["3"],
                           "options": {"room": "2"}}],
            "backends": [row("pipe", "stream", "NE"),
                         row("tcp", "stream", "NE"),
                         row("ring", "ring", "XX")]}


def make_env(load: float) -> Json:
    return {"schema": "ipcbench.environment/1",
            "host": {"name": "here", "release": "6.1.0", "os": "Debian GNU/Linux 12"},
            "cpu": {"model": "a processor", "governor": None,
                    "governor_why": "no cpufreq here", "pus": 2,
                    "vulnerabilities": {"l1tf": "Not affected"}},
            "load": {"load1": load}}


def make_doctor() -> Json:
    return {"schema": "ipcbench.doctor/1", "checks": [
        {"id": "clock", "value": "tsc", "verdict": "ok",
         "why": "every stamp costs its reading", "command": None},
        {"id": "virt", "value": "kvm", "verdict": "warn",
         "why": "absolute figures depend on the host", "command": None},
        {"id": "load", "value": "3.2", "verdict": "bad",
         "why": "other work takes the PUs", "command": "top -b -n 1"}]}


def make_run(folder: Path, summary: Json | None = None,
             tags: Json | None = None, optional: bool = True,
             concepts: Json | None = None) -> Json:
    """Write the folder; returns the summary."""
    summary = summary or make_summary()
    folder.mkdir(parents=True, exist_ok=True)
    run = summary["run"]
    manifest = {"schema": "ipcbench.manifest/1", "tags": tags or {},
                "events": [{"event": "PAPI_TOT_INS", "status": "absent",
                            "why": NO_PMU}]}
    manifest |= {key: run[key] for key in (
        "run_id", "status", "status_why", "stop_reason", "started", "ended",
        "argv", "seed", "tool", "design", "clock", "baseline")}
    files = {"summary": summary, "manifest": manifest}
    if optional:
        files |= {"env": make_env(0.1), "env-end": make_env(1.7),
                  "doctor": make_doctor()}
    if concepts:
        files["concepts"] = concepts
    for name, record in files.items():
        (folder / f"{name}.json").write_text(
            json.dumps(record, allow_nan=False), encoding="utf-8")
    return summary


if __name__ == "__main__":
    make_run(Path(sys.argv[1]))

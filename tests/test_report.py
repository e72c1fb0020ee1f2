# SPDX-License-Identifier: MIT
"""Tests of the report: what is in the page, and that it is complete, escaped
and self-contained, also for runs that are hardly runs."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parent / "report" / "report.py"
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(SCRIPT.parent))

import fmt  # noqa: E402
import gnuplot  # noqa: E402
import sample_summary as sample  # noqa: E402

SECTIONS = ("verdict", "headline", "classes", "heatmaps", "latency",
            "throughput", "spectrum", "trials", "contracts", "floors", "cost",
            "tail", "unmeasured",
            "noise", "environment", "doctor", "method", "reproduce")
FETCHING = ("src", "srcset", "href", "xlink:href", "data", "poster",
            "action", "background", "formaction", "ping", "manifest")
FETCHERS = ("script", "link", "iframe", "img", "object", "embed", "audio",
            "video", "source", "base", "image", "foreignobject")
CHROMIUM = next((path for name in ("chromium", "chromium-browser",
                                   "google-chrome")
                 if (path := shutil.which(name))), None)
GNUPLOT = shutil.which("gnuplot")


class Document(HTMLParser):
    """Elements and text of a page, in the order that they come."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.titles: list[tuple[str, str]] = []  # text, title
        self.texts: list[str] = []
        self.inside: dict[str, Counter[str]] = {}  # figure: its elements
        self.words: dict[str, list[str]] = {}      # figure: its texts
        self._style = False
        self._figure: str | None = None
        self._title: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "figure":
            self._figure = found.get("id", "")
            self.inside[self._figure] = Counter()
            self.words[self._figure] = []
        elif self._figure is not None:
            self.inside[self._figure][tag] += 1
        self._title = found.get("title")
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        if tag == "figure":
            self._figure = None
        self._title = None
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._style:
            return
        self.texts.append(data)
        if self._figure is not None:
            self.words[self._figure].append(data.strip())
        if self._title is not None:
            self.titles.append((data, self._title))

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]

    @property
    def text(self) -> str:
        """All words, with one plain space between each two."""
        return " ".join(" ".join(self.texts).split())


def report(folder: Path, *options: str,
           path: str | None = None) -> "subprocess.CompletedProcess[str]":
    env = dict(os.environ) | ({"PATH": path} if path is not None else {})
    return subprocess.run(
        [sys.executable, "-B", str(SCRIPT), *options, str(folder)],
        env=env, capture_output=True, text=True, timeout=120, check=False)


def dom(page: Path) -> str:
    """The page as a browser understands it."""
    assert CHROMIUM
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             "--disable-sync", f"--user-data-dir={profile}", "--dump-dom",
             page.as_uri()],
            capture_output=True, text=True, timeout=120, check=True).stdout


def has(case: unittest.TestCase, page: Document, part: str) -> None:
    """As assertIn, without the whole page in the message."""
    case.assertTrue(part in page.text, f"the page lacks {part!r}")


def drawing(path: Path) -> list[str]:
    """Paths and texts: gnuplot carries a pen's colour over to the next script
    of a batch, where nothing is drawn with it."""
    return re.findall(r"d='.*?'|<tspan[^>]*>.*?<", path.read_text("utf-8"))


class Case(unittest.TestCase):
    folder: Path

    def setUp(self) -> None:
        if not GNUPLOT:
            self.skipTest("no gnuplot here")
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name) / "run"

    def drawn(self, summary: Any = None, *options: str,
              **more: Any) -> Document:
        sample.make_run(self.folder, summary, **more)
        done = report(self.folder, *options)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 0)
        html = (self.folder / "report.html").read_text("utf-8")
        self.assertFalse("gnuplot could not draw it" in html)
        return Document(html)


class InTheBrowser(unittest.TestCase):
    """One run with everything, as a browser sees it."""

    page: Document
    summary: Any
    place: "tempfile.TemporaryDirectory[str]"

    @classmethod
    def setUpClass(cls) -> None:
        if not GNUPLOT:
            raise unittest.SkipTest("no gnuplot here")
        if not CHROMIUM:
            raise unittest.SkipTest("no chromium here")
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        folder = Path(cls.place.name) / "run"
        cls.summary = sample.make_summary()
        known = next(cell for cell in cls.summary["cells"] if cell["cell"] ==
                     "pingpong/tcp/4096/cross/process/block")
        known["figures"][0] |= {
            "estimate": 71234.5, "lo": 70111.0, "hi": 72666.0, "ratio": {
                "estimate": 1.2345, "lo": 1.2111, "hi": 1.2555,
                "level": 0.998, "n": 11, "verdict": "slower", "why": None}}
        sample.make_run(folder, cls.summary)
        done = report(folder)
        if done.returncode:
            raise AssertionError(done.stderr)
        cls.page = Document(dom(folder / "report.html"))

    def test_has_every_section(self) -> None:
        for name in SECTIONS:
            self.assertIn(name, self.page.ids)

    def test_has_every_figure_with_content(self) -> None:
        wanted = [f"{kind}-{workload}-{placement}-process"
                  for placement in ("same-pu", "cross")
                  for workload, kinds in (
                      ("pingpong", ("ratio", "latency", "spectrum",
                                    "trials")),
                      ("stream", ("ratio", "throughput-bytes",
                                  "throughput-messages", "trials")))
                  for kind in kinds]
        self.assertEqual(sorted(self.page.inside), sorted(wanted))
        for name, elements in self.page.inside.items():
            self.assertEqual(elements["svg"], 1, name)
            self.assertGreater(elements["path"] + elements["polygon"], 20,
                               name)
            self.assertGreater(elements["text"], 8, name)

    def test_keys_are_complete(self) -> None:
        """gnuplot leaves out what does not fit."""
        words = self.page.words["latency-pingpong-cross-process"]
        for name in ("pipe", "unix-stream", "unix-seqpacket", "tcp",
                     "sysv-msg", "ring spin", "pageswap", "timer 20 ns",
                     "mailbox 88 ns", "mailbox 336 ns", "null 2.99 ns ↓"):
            self.assertIn(name.replace(" ns", fmt.NARROW + "ns"), words)
        words = self.page.words["throughput-messages-stream-cross-process"]
        for name in ("memcpy", "null", "ring spin"):
            self.assertIn(name, words)

    def test_names_are_unique(self) -> None:
        double = [name for name, n in Counter(self.page.ids).items() if n > 1]
        self.assertEqual(double, [])

    def test_every_use_has_its_symbol(self) -> None:
        ids = set(self.page.ids)
        uses = [attrs["href"] for tag, attrs in self.page.tags
                if tag == "use"]
        self.assertTrue(uses)
        self.assertEqual([u for u in uses if u[1:] not in ids], [])

    def test_table_holds_the_figures(self) -> None:
        has(self, self.page, "71.2 µs † [70.1, 72.7] "
            "× 1.23 [1.21, 1.26] slower")

    def test_every_measured_cell_is_in_the_headline(self) -> None:
        for cell in self.summary["cells"]:
            for fig in cell["figures"]:
                if fig["headline"] and fig["set"] == "all" and not (
                        cell["floor"] and fig["metric"] == "bytes_per_s"):
                    shown = " ".join(fmt.value(fig["estimate"],
                                               fig["unit"]).split())
                    has(self, self.page, shown)

    def test_cells_without_figures_say_why(self) -> None:
        dashes = {title for text, title in self.page.titles if text == "-"}
        for why in ("skipped: takes 8192 B at most, not 65536",
                    "failed: node 1 was killed by signal 11",
                    f"absent: {sample.NO_PMU}", "no cpufreq here",
                    "fewer than the 100000 samples that p99.99 needs"):
            self.assertIn(why, dashes)

    def test_floor_is_no_competitor(self) -> None:
        has(self, self.page, "null (floor)")
        rows = [attrs for tag, attrs in self.page.tags
                if tag == "tr" and attrs.get("class") == "floor"]
        self.assertTrue(rows)

    def test_environment_marks_what_changed(self) -> None:
        changed = [attrs for tag, attrs in self.page.tags
                   if tag == "tr" and attrs.get("class") == "changed"]
        self.assertEqual(len(changed), 1)

    def test_verdict_box(self) -> None:
        for part in ("ratios-only", "runs under a hypervisor with 2 PUs",
                     "Classes seen: 55 ns", "12 blocks", "max_blocks",
                     "other work takes the PUs"):
            has(self, self.page, part)


class SelfContained(Case):
    def test_nothing_is_fetched(self) -> None:
        page = self.drawn()
        html = (self.folder / "report.html").read_text("utf-8")
        self.assertIsNone(re.search(r"https?:|@import", html))
        self.assertIsNone(re.search(r"url\((?!['\"]?#)", html))
        for tag, attrs in page.tags:
            self.assertNotIn(tag, FETCHERS)
            for name in set(FETCHING) & set(attrs):
                link = attrs[name]
                if link.startswith("#"):
                    continue
                self.assertNotRegex(link, r"^(//|/|[a-zA-Z][\w+.-]*:)")
                self.assertTrue((self.folder / link).is_file(), link)

    def test_links_from_elsewhere(self) -> None:
        sample.make_run(self.folder)
        out = self.folder.parent / "page.html"
        done = report(self.folder, "-o", str(out))
        self.assertEqual((done.returncode, done.stdout), (0, f"{out}\n"))
        self.assertFalse((self.folder / "report.html").exists())
        links = [attrs["href"] for tag, attrs in Document(
            out.read_text("utf-8")).tags if tag == "a"]
        links = [link for link in links if not link.startswith("#")]
        self.assertTrue(links)
        for link in links:
            self.assertTrue((out.parent / link).is_file(), link)

    def test_text_is_escaped(self) -> None:
        bad = "<script>alert('\"&')</script>"
        summary = sample.make_summary(blocks=6)
        summary["grade"]["why"] = [bad]
        summary["cells"][0]["emulated"] = [bad]
        summary["cells"][-1] |= {"state": "failed", "state_why": bad,
                                 "figures": [], "trials": []}
        summary["method"] = [bad]
        page = self.drawn(summary, tags={"note": bad})
        self.assertNotIn("script", [tag for tag, _ in page.tags])
        self.assertGreaterEqual(page.text.count(bad), 4)

    def test_scripts_draw_again(self) -> None:
        self.drawn()
        plots = self.folder / "plots"
        scripts = sorted(plots.glob("*.gp"))
        self.assertEqual(len(scripts), 16)
        before = {path.name: drawing(path) for path in plots.glob("*.svg")}
        for path in [*plots.glob("*.svg"), *plots.glob("*.pdf")]:
            path.unlink()
        for script in scripts:
            done = subprocess.run(["gnuplot", script.name], cwd=plots,
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            again = drawing(script.with_suffix(".svg"))
            self.assertTrue(again == before[f"{script.stem}.svg"], script)
            self.assertTrue(script.with_suffix(".pdf").read_bytes()
                            .startswith(b"%PDF"))


class Lessons(Case):
    def lesson_page(self) -> Document:
        return self.drawn(sample.make_lessons(),
                          concepts=sample.make_concepts())

    def test_a_section_for_each_family(self) -> None:
        page = self.lesson_page()
        self.assertIn("concepts-basics", page.ids)
        self.assertIn("concepts-partners", page.ids)
        has(self, page, "3 the buffer")
        has(self, page, "5a the choice")
        has(self, page, "Only lessons were planned")

    def test_matrix_has_reasons(self) -> None:
        page = self.lesson_page()
        has(self, page, "a <save> queue")
        titles = {title for _, title in page.titles}
        self.assertIn("lacks boundary", titles)
        self.assertIn("deutsch 5a", {attrs.get("title")
                                     for _, attrs in page.tags})
        has(self, page, "not run")

    def test_tables_hold_the_figures(self) -> None:
        page = self.lesson_page()
        has(self, page, "3 the buffer (queue, same-pu, process)")
        has(self, page, "held messages blocked")
        has(self, page, "10.0 µs [10.0, 10.0]")
        has(self, page, "1 cell of it proved nothing or were refused")

    def test_an_option_makes_a_curve(self) -> None:
        page = self.lesson_page()
        curves = [name for name in page.inside if name.startswith("curve-")]
        self.assertEqual(sorted(curves), [
            "curve-blocked-ns-queue-room-same-pu-process",
            "curve-held-messages-queue-room-same-pu-process"])
        for name in curves:
            for label in ("room", "2", "8", "64", "pipe", "tcp"):
                self.assertIn(label, page.words[name])
        self.assertFalse([name for name in page.inside
                          if name.startswith(("ratio-", "trials-"))])

    def test_what_nobody_knows_has_a_place(self) -> None:
        page = self.lesson_page()
        self.assertIn("lessons", page.ids)
        has(self, page, "odd, same-pu, process")

    def test_without_the_matrix(self) -> None:
        page = self.drawn(sample.make_lessons())
        self.assertNotIn("concepts-basics", page.ids)
        has(self, page, "queue, same-pu, process")
        has(self, page, "held messages blocked")


class OddRuns(Case):
    def test_no_cell_was_measured(self) -> None:
        page = self.drawn(sample.make_summary(blocks=0))
        self.assertEqual(page.inside, {})
        has(self, page, "no trial was run")
        has(self, page, "No figure: no cell was measured.")

    def test_no_cell_at_all(self) -> None:
        page = self.drawn(sample.make_summary(backends=()))
        has(self, page, "No cell was planned.")

    def test_interrupted(self) -> None:
        page = self.drawn(sample.make_summary(blocks=3, status="interrupted"))
        has(self, page, "This run is interrupted: SIGINT")
        dashes = {title for text, title in page.titles if text == "-"}
        self.assertIn("needs 6 trials", dashes)

    def test_one_block(self) -> None:
        page = self.drawn(sample.make_summary(blocks=1))
        self.assertEqual(len(page.inside), 16)

    def test_one_size(self) -> None:
        page = self.drawn(sample.make_summary(sizes=(64,)))
        self.assertEqual(len(page.inside), 16)

    def test_one_back_end(self) -> None:
        page = self.drawn(sample.make_summary(backends=("pipe",)))
        self.assertEqual(len(page.inside), 16)

    def test_floor_alone(self) -> None:
        page = self.drawn(sample.make_summary(backends=("null",)))
        has(self, page, "null (floor)")

    def test_many_back_ends(self) -> None:
        names = ("pipe", *(f"back_end-{i}" for i in range(19)))
        page = self.drawn(sample.make_summary(backends=names, blocks=6))
        self.assertIn("latency-pingpong-cross-process-stream-3", page.inside)
        drawn = set()
        for script in (self.folder / "plots").glob("latency-*cross*.gp"):
            text = script.read_text("utf-8")
            lines = re.findall(r"with linespoints .*title '(.*?)'", text)
            self.assertLessEqual(len(lines), 7)
            drawn |= set(lines)
        self.assertEqual(len(drawn), 20)

    def test_families_have_figures_of_their_own(self) -> None:
        names = ("null", "page-map", "pipe", "unix-stream", "tcp",
                 *(f"ring-{i}" for i in range(6)))
        summary = sample.make_summary(backends=names, blocks=6)
        for cell in summary["cells"]:
            if cell["backend"].startswith("ring-"):
                cell["family"] = "ring"
        page = self.drawn(summary)
        for family in ("stream", "ring", "floor"):
            name = f"latency-pingpong-same-pu-process-{family}"
            self.assertIn(name, page.inside)
        words = page.words["latency-pingpong-same-pu-process-stream"]
        self.assertIn("tcp", words)
        self.assertNotIn("ring-0", words)
        self.assertNotIn("page-map", words)
        heads = [attrs for tag, attrs in page.tags
                 if tag == "tr" and attrs.get("class") == "family"]
        self.assertGreater(len(heads), 8)
        title = "Median round trip, pingpong, same-pu, process: ring."
        has(self, page, title)

    def test_heatmap_names_families_where_it_is_long(self) -> None:
        names = ("pipe", *(f"other-{i}" for i in range(17)))
        summary = sample.make_summary(backends=names, blocks=6)
        for cell in summary["cells"]:
            if cell["backend"] != "pipe":
                cell["family"] = "queue"
        page = self.drawn(summary)
        words = page.words["ratio-pingpong-cross-process"]
        self.assertIn("stream", words)
        self.assertIn("queue", words)

    def test_floors_lie_beneath(self) -> None:
        page = self.drawn(sample.make_summary(
            backends=("null", "syscall", "memcpy", "line", "pipe")))
        words = page.words["latency-pingpong-same-pu-process"]
        ns = fmt.NARROW + "ns"
        for name in ("syscall 7", "memcpy twice", "null "):
            self.assertTrue(any(w.startswith(name) for w in words), name)
        script = (self.folder / "plots"
                  / "latency-pingpong-same-pu-process.gp").read_text("utf-8")
        self.assertRegex(script, rf"with lines .*title 'syscall \d+{ns}'")
        words = page.words["throughput-bytes-stream-cross-process"]
        self.assertIn("memcpy twice", words)
        self.assertNotIn("syscall", words)
        has(self, page, "memcpy (floor)")

    def test_a_line_is_a_floor_where_it_spins(self) -> None:
        summary = sample.make_summary(backends=("null", "line", "pipe"),
                                      blocks=6)
        for cell in summary["cells"]:
            if cell["backend"] == "line":
                cell["floor"] = False
        page = self.drawn(summary)
        words = page.words["latency-pingpong-cross-process"]
        self.assertFalse(any(re.match("line 5", w) for w in words))
        for cell in summary["cells"]:
            if cell["backend"] == "line":
                cell["wait"] = "spin"
                cell["cell"] = cell["cell"].replace("block", "spin")
        page = self.drawn(summary)
        words = page.words["latency-pingpong-cross-process"]
        self.assertTrue(any(re.match("line [0-9]", w) for w in words))
        words = page.words["latency-pingpong-same-pu-process"]
        self.assertIn("pipe", words)

    def test_contracts(self) -> None:
        summary = sample.make_summary(backends=("pipe", "ring"), blocks=6)
        for cell in summary["cells"]:
            if cell["backend"] == "ring":
                cell["contract"] = {"copies": 0, "calls": ["mmap mmap", ""],
                                    "wake": "extra"}
        page = self.drawn(summary)
        has(self, page, "2 copies; write | read; woken in the call")
        has(self, page, "0 copies; 2 × mmap | none; one more call to wake")
        has(self, page, "4.02 µs, 2 (64 B)")

    def test_many_refusals_are_folded(self) -> None:
        summary = sample.make_summary(
            backends=("pipe", "sysv-msg"), blocks=6,
            sizes=(64, *(8193 + i for i in range(9))))
        page = self.drawn(summary)
        has(self, page, "and 32 more")

    def test_idle_tells_rows_apart(self) -> None:
        summary = sample.make_summary(backends=("pipe",), blocks=6)
        warm = [json.loads(json.dumps(cell)) for cell in summary["cells"]]
        for cell in warm:
            cell["cell"] += "/idle=warm"
            cell["idle"] = "warm"
        summary["cells"] += warm
        page = self.drawn(summary)
        self.assertIn("pipe idle=warm",
                      page.words["latency-pingpong-cross-process"])

    def lent(self, floors: Any, env: Any = None
             ) -> "subprocess.CompletedProcess[str]":
        other = self.folder.parent / "floors"
        sample.make_run(self.folder, sample.make_summary(
            backends=("pipe", "ring"), blocks=6))
        sample.make_run(other, floors)
        if env is not None:
            (other / "env.json").write_text(json.dumps(env))
        return report(self.folder, "--floors", str(other))

    def test_floors_of_another_run(self) -> None:
        floors = sample.make_summary(backends=("syscall", "memcpy", "null"),
                                     blocks=6)
        env = sample.make_env(0.1)
        env["host"]["release"] = "6.2.0"
        done = self.lent(floors, env)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        page = Document((self.folder / "report.html").read_text("utf-8"))
        words = page.words["latency-pingpong-same-pu-process"]
        self.assertTrue(any(w.startswith("syscall* ") for w in words))
        has(self, page, "on the same host and processor; the kernel has "
            "changed in between")

    def test_floors_of_another_machine_are_refused(self) -> None:
        floors = sample.make_summary(backends=("syscall",), blocks=6)
        for group, key, why in (("host", "name", "its host is 'there'"),
                                ("cpu", "model", "its processor is 'there'")):
            env = sample.make_env(0.1)
            env[group][key] = "there"
            done = self.lent(floors, env)
            self.assertEqual(done.returncode, 2)
            self.assertIn("floors of another machine", done.stderr)
            self.assertIn(why, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)

    def test_floors_without_any_are_refused(self) -> None:
        done = self.lent(sample.make_summary(backends=("pipe",), blocks=6))
        self.assertEqual(done.returncode, 2)
        self.assertIn("no floor was measured", done.stderr)

    def test_many_sizes(self) -> None:
        page = self.drawn(sample.make_summary(
            backends=("null", "pipe", "ring"), blocks=6,
            sizes=tuple(1 << i for i in range(21))))
        self.assertIn("trials-pingpong-cross-process-6", page.inside)

    def test_missing_files_are_told(self) -> None:
        page = self.drawn(optional=False)
        for name in ("env.json", "env-end.json", "doctor.json"):
            has(self, page, f"{name}: not there")

    def test_waits_are_never_mixed_silently(self) -> None:
        summary = sample.make_summary(backends=("pipe", "ring"), blocks=6)
        page = self.drawn(summary)
        has(self, page, "ring spin")   # cross: waits differ
        has(self, page, "pipe block")
        has(self, page, "wait block")  # same-pu: told once

    def test_other_class_of_a_cell_is_named(self) -> None:
        summary = sample.make_summary(blocks=6)
        for fig in summary["cells"][-1]["figures"]:
            fig["class"] = "999 ns"
        self.drawn()
        summary = sample.make_summary()
        cell = next(c for c in summary["cells"]
                    if c["figures"] and c["placement"] == "cross")
        cell["figures"][0]["class"] = "210 ns"
        page = self.drawn(summary)
        has(self, page, "class 210 ns")


class Failures(Case):
    def test_no_gnuplot(self) -> None:
        sample.make_run(self.folder)
        done = report(self.folder, path="/nonexistent")
        self.assertEqual(done.returncode, 4)
        self.assertIn("apt-get install gnuplot-nox", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertFalse((self.folder / "report.html").exists())

    def test_no_plots(self) -> None:
        sample.make_run(self.folder)
        done = report(self.folder, "--no-plots", path="/nonexistent")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse((self.folder / "plots").exists())
        page = Document((self.folder / "report.html").read_text("utf-8"))
        has(self, page, "--no-plots")
        self.assertEqual(page.inside, {})

    def test_summary_is_not_ours(self) -> None:
        sample.make_run(self.folder)
        for content in ("", "[]", "{\"schema\": \"other/1\"}",
                        "{\"schema\": \"ipcbench.summary/1\"}"):
            (self.folder / "summary.json").write_text(content)
            done = report(self.folder, "--no-plots")
            self.assertEqual(done.returncode, 2)
            self.assertIn("summary.json: ", done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)

    def test_page_cannot_be_written(self) -> None:
        sample.make_run(self.folder)
        out = self.folder / "none" / "page.html"
        done = report(self.folder, "--no-plots", "-o", str(out))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, f"ipcbench: cannot write '{out}': "
                         "No such file or directory\n")

    def test_a_figure_that_fails_costs_no_other(self) -> None:
        self.folder.mkdir()
        figures = [gnuplot.Figure(name, name, "", name, body, "1 1\n2 2\n")
                   for name, body in (("bad", "plot nonsense("),
                                      ("good", "plot 'good.dat' with lines"))]
        gnuplot.render(figures, self.folder / "plots")
        self.assertTrue(figures[0].error)
        self.assertEqual((figures[0].svg, figures[1].error), ("", ""))
        self.assertIn("<svg", figures[1].svg)


class Formatting(unittest.TestCase):
    def test_three_digits(self) -> None:
        for x, wanted in ((0, "0"), (1, "1.00"), (12.345, "12.3"),
                          (999.7, "1000"), (0.0776, "0.0776"),
                          (123456, "123000"), (1e7, "1.00e+07")):
            self.assertEqual(fmt.digits(x), wanted)

    def test_units(self) -> None:
        for x, unit, wanted in (
                (999.4, "ns", "999 ns"), (999.6, "ns", "1.00 µs"),
                (1.5e6, "ns", "1.50 ms"), (2.5e9, "B/s", "2.50 GB/s"),
                (8.1e6, "1/s", "8.10 M/s"), (12.0, "1/s", "12.0 /s")):
            self.assertEqual(fmt.value(x, unit),
                             wanted.replace(" ", fmt.NARROW))

    def test_sizes(self) -> None:
        for n, wanted in ((1, "1 B"), (1000, "1000 B"), (4096, "4 KiB"),
                          (1536, "1536 B"), (1 << 20, "1 MiB")):
            self.assertEqual(fmt.size(n), wanted.replace(" ", fmt.NARROW))

    def test_ticks_cover_any_range(self) -> None:
        for lo, hi in ((1, 1.001), (3, 4), (7, 70), (15, 9e6), (1e-3, 1e9)):
            for marks in (gnuplot.log_marks(lo, hi, "ns"),
                          gnuplot.few_marks(lo, hi, "ns"),
                          gnuplot.linear_marks(lo, hi, "ns")):
                self.assertTrue(any(label for _, label in marks))
                self.assertTrue(all(lo * .999 <= at <= hi * 1.001
                                    for at, _ in marks))
                self.assertLessEqual(len(marks), 14)

    def test_sample_follows_the_schema(self) -> None:
        json.dumps(sample.make_summary(), allow_nan=False)


if __name__ == "__main__":
    unittest.main()

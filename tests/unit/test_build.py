"""A build gives the same bytes however it came about, reruns what changed and no more, and never breaks what stands."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from briefing import build as module
from briefing.build import OLD, STAGE, Builder, Outdated, State, exchange, install
from briefing.errors import BriefingError
from briefing.project import Project
from briefing.runner import Run, RunError

FILES = {"annotations.jsonld", "briefing.csl.json", "briefing.html", "briefing.pdf", "claimreview.jsonld", "manifest.json"}
ALL = {"00_summary", "01_article", "02_spans"}


def build(**options):
    """Build the project around the working folder."""
    with Builder(Project.find(), say=lambda line: None, **options) as builder:
        return builder.build()


def command(*arguments: str, **options) -> subprocess.Popen:
    """The command as a process of its own."""
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-m", "briefing", *arguments], stdout=pipe, stderr=pipe, text=True, **options)


def test_every_way_of_building_gives_the_same_bytes(built, tmp_path):
    first = built.reports()
    assert set(first) == FILES
    manifest = json.loads((built.root / "reports/manifest.json").read_text())
    assert manifest["outputs"] == {name: digest for name, digest in first.items() if name != "manifest.json"}
    shutil.rmtree(built.root / "reports")
    shutil.rmtree(built.root / ".cache")
    build(fresh=True)
    assert built.reports() == first
    elsewhere = tmp_path / "élsewhere and narrow"
    shutil.copytree(built.root, elsewhere, ignore=shutil.ignore_patterns("reports", ".cache"))
    setting = {"LC_ALL": "C", "TZ": "Pacific/Chatham", "PYTHONHASHSEED": "7", "HOME": "/nonexistent", "PYTHONPATH": os.pathsep.join(sys.path)}
    process = command("build", cwd=elsewhere / "notebooks", env=os.environ | setting, umask=0o077)
    out, err = process.communicate()
    assert process.returncode == 0, err
    built.root = elsewhere
    assert built.reports() == first


CHANGES = {
    "prose": (lambda toy: toy.replace("notebooks/01_article.ipynb", "# The claims", "# All claims"), {"01_article"}),
    "code": (lambda toy: toy.replace("notebooks/02_spans.ipynb", "It is", "We find"), {"02_spans"}),
    "a table": (lambda toy: toy.replace("data/context/spans.csv", "1,40,", "1,41,"), {"02_spans"}),
    "evidence": (lambda toy: toy.replace("data/evidence.csv", "The plan says May", "A plan says May"), {"01_article"}),
    "sources": (lambda toy: toy.replace("data/sources.json", "News of post", "Old news of post"), {"01_article", "02_spans"}),
    "package": (lambda toy: toy.replace("bridge/__init__.py", 'table["metres"].sum()', 'table["metres"].max()'), {"02_spans"}),
    "pins": (lambda toy: toy.replace("requirements.txt", "3.0.0", "3.0.1"), ALL),
    "order": (lambda toy: toy.replace("briefing.toml", '"00_summary", "01_article"', '"01_article", "00_summary"'), ALL),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_edit_reruns_what_it_touches_and_leaves_nothing_stale(built, change):
    edit, must = CHANGES[change]
    before = built.reports()
    edit(built)
    outcome = build()
    assert outcome.published and must <= set(outcome.ran)
    if change in ("prose", "code", "a table", "evidence"):
        assert set(outcome.ran) == must
    incremental = built.reports()
    assert incremental != before
    shutil.rmtree(built.root / ".cache")
    build()
    assert built.reports() == incremental


def test_nothing_changed_runs_nothing(built):
    times = {path: path.stat().st_mtime_ns for path in (built.root / "reports").iterdir()}
    again = build()
    assert not again.ran and not again.published
    assert times == {path: path.stat().st_mtime_ns for path in (built.root / "reports").iterdir()}


def test_outputs_and_editors_traces_are_no_change(toy):
    state = State(Project.find())
    before = {path: state.source(path) for path in state.notebooks}
    path = toy.root / "notebooks/00_summary.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"] = {"kernelspec": {"name": "python3"}, "language_info": {"version": "3.13"}}
    notebook["cells"][1]["execution_count"] = 7
    notebook["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    toy.write_json("notebooks/00_summary.ipynb", notebook)
    after = State(Project.find())
    assert {path: after.source(path) for path in after.notebooks} == before


def test_reports_that_were_touched_or_lost_are_written_again(built):
    good = built.reports()
    built.write("reports/briefing.html", "tampered")
    outcome = build()
    assert outcome.published and not outcome.ran and built.reports() == good
    (built.root / "reports/briefing.pdf").unlink()
    assert build().published and built.reports() == good


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"source": 1}', "\x00"])
def test_a_damaged_cache_is_no_cache(toy, damage):
    project = Project.find()
    state = State(project)
    path = project.notebooks[0]
    state.keep(Run("00_summary", 1.0, "text", ("briefing.toml",)))
    assert state.kept(path) == "text"
    toy.write(".cache/briefing/notebooks/00_summary.json", damage)
    assert state.kept(path) is None
    state.keep(Run("00_summary", 1.0, "text", ()))
    toy.write(".cache/briefing/notebooks/00_summary.ipynb", "other text")
    assert state.kept(path) is None


def test_an_edit_during_the_build_is_seen_by_the_next(toy):
    state = State(Project.find())
    toy.replace("data/context/spans.csv", "1,40,", "1,41,")
    for run in (Run("01_article", 1.0, "text", ("briefing.toml",)), Run("02_spans", 1.0, "text", ("data/context/spans.csv",))):
        state.keep(run)
    toy.replace("data/context/spans.csv", "1,41,", "1,40,")
    project = Project.find()
    assert [State(project).kept(path) for path in project.notebooks] == [None, "text", None]


def test_what_changes_while_it_is_published_is_not_published(built, monkeypatch):
    good, publish = built.reports(), module.publish
    built.replace("notebooks/00_summary.ipynb", "Three claims", "All three claims")

    def slow(*arguments):
        built.replace("data/context/spans.csv", "1,40,", "1,41,")
        return publish(*arguments)

    with monkeypatch.context() as patch, pytest.raises(BriefingError, match="changed while"):
        patch.setattr(module, "publish", slow)
        build()
    assert built.reports() == good
    assert set(build().ran) == {"02_spans"}


@pytest.mark.parametrize("name", ["bridge/__init__.py", "briefing.toml"])
def test_a_process_with_old_code_does_not_go_on(toy, name):
    with Builder(Project.find(), say=lambda line: None) as builder:
        toy.write(name, (toy.root / name).read_text("utf-8") + "\n# changed\n")
        with pytest.raises(Outdated):
            builder.build()


def test_a_failure_leaves_the_reports_and_keeps_what_ran(built):
    good = built.reports()
    built.replace("notebooks/01_article.ipynb", "bf.annotated_article()", "bf.annotated_articles()")
    built.replace("notebooks/02_spans.ipynb", "It is", "We find")
    with pytest.raises(RunError, match="notebooks/01_article.ipynb, cell 3, line 1: AttributeError"):
        build()
    assert built.reports() == good
    built.replace("notebooks/01_article.ipynb", "bf.annotated_articles()", "bf.annotated_article()")
    outcome = build()
    assert set(outcome.ran) <= {"01_article"} and outcome.published and built.reports() != good


def test_faulty_data_stop_the_build_before_anything_runs(built):
    good = built.reports()
    built.replace("data/anchors.csv", "le pont est neuf", "le pont est neui")
    said = []
    with Builder(Project.find(), say=said.append) as builder, pytest.raises(BriefingError, match="anchors.csv"):
        builder.build()
    assert built.reports() == good and not said


def test_a_picture_without_description_is_refused(toy):
    toy.notebook("00_summary", "# Bare", "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    with pytest.raises(BriefingError, match="00_summary, cell 2: .*description"):
        build()
    assert not toy.reports()


# ------------------------------------------------------------------------------------------------ the last step


def test_files_that_no_build_wrote_stay(toy):
    reports = toy.root / "reports"
    install({"a.html": b"1", "old.html": b"1", "manifest.json": b'{"outputs": {"a.html": "", "old.html": ""}}'}, reports)
    toy.write("reports/notes/mine.md", "kept")
    install({"a.html": b"2", "manifest.json": b"{}"}, reports)
    assert sorted(path.name for path in reports.rglob("*")) == ["a.html", "manifest.json", "mine.md", "notes"]
    assert (reports / "a.html").read_bytes() == b"2"
    assert not any((toy.root / name).exists() for name in (STAGE, OLD))


@pytest.mark.parametrize("step", ["write_whole", "exchange"])
def test_a_full_disk_leaves_the_reports(toy, monkeypatch, step):
    reports = toy.root / "reports"
    install({"a.html": b"1", "b.pdf": b"1"}, reports)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(module, step, full)
        install({"a.html": b"2", "b.pdf": b"2"}, reports)
    assert {path.name: path.read_bytes() for path in reports.iterdir()} == {"a.html": b"1", "b.pdf": b"1"}
    install({"a.html": b"2"}, reports)
    assert (reports / "a.html").read_bytes() == b"2"


@pytest.mark.parametrize("system", [True, False])
def test_folders_are_swapped(tmp_path, monkeypatch, system):
    new, current, old = (tmp_path / name for name in ("new", "current", "old"))
    for folder in (new, current):
        folder.mkdir()
        (folder / folder.name).touch()
    if not system:
        monkeypatch.setattr(module.ctypes, "CDLL", lambda *_, **__: object())
    exchange(new, current, old)
    assert (current / "new").exists()


def test_a_build_killed_at_any_moment_leaves_the_reports_whole(built):
    states = [built.reports()]
    built.replace("data/context/spans.csv", "1,40,", "1,41,")
    started = time.monotonic()
    build()
    takes = time.monotonic() - started
    states.append(built.reports())
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    for seed in range(6):
        process = command("build", "--no-cache", env=environment)
        time.sleep(random.Random(seed).uniform(0.2, 1.2 * takes))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert built.reports() in states
    shutil.rmtree(built.root / "reports")
    build()
    assert built.reports() == states[1]


def test_two_builds_wait_for_each_other(toy):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    both = [command("build", env=environment) for _ in range(2)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("another build" in err for _, err in said) == 1
    assert sum("Nothing changed" in out for out, _ in said) == 1


def test_an_interrupt_ends_quietly(toy):
    toy.notebook("00_summary", "import time\ntime.sleep(30)")
    process = command("build", env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    while not (toy.root / ".cache/briefing/valid.json").exists():
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "Interrupted" in err and "Traceback" not in err

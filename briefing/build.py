"""From data and notebooks to `reports/`: run what changed, publish it, and put all of it in place at once."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from .cache import Fingerprints, digest, read_record, sha256, write_whole
from .errors import BriefingError
from .project import LOCK, Project, files, read_notebook
from .runner import Run, RunError, Runner

STAGE, OLD = ".reports.new", ".reports.old"
# What Jupyter writes into a notebook and no output depends on.
EPHEMERAL = ("kernelspec", "language_info", "widgets")
RENAME_EXCHANGE = 2
AT_FDCWD = -100


@dataclass(frozen=True)
class Outcome:
    """What a build did: the notebooks that ran, and whether the reports were written anew."""

    ran: tuple[str, ...]
    published: bool
    seconds: float


class Outdated(BriefingError):
    """The code or the front matter is no longer what this process began with."""


class Builder:
    """Builds one project; kernels stay warm from one build to the next, until code or `briefing.toml` changes.

    `fresh`: an ordinary kernel for each notebook. `cached`: keep what has not changed since the last build.
    `say` is told of the progress, line by line.
    """

    def __init__(self, project: Project, *, fresh: bool = False, cached: bool = True, say: Callable[[str], None] = print):
        self.project, self.fresh, self.cached, self.say = project, fresh, cached, say
        self._open = ExitStack()
        self._runner: Runner | None = None
        self._began = Fingerprints(project).program

    def __enter__(self) -> Builder:
        return self

    def __exit__(self, *_) -> None:
        self._open.close()

    def build(self) -> Outcome:
        """Bring `reports/` up to date; it stays as it was where anything is wrong."""
        started = time.monotonic()
        reports, record = self.project.reports, self.project.cache / "reports.json"
        with locked(self.project, self.say):
            state = State(self.project)
            texts, ran = self._executed(state, self.project.notebooks)
            inputs = state.inputs(texts)
            current = self.cached and read_record(record) == {"inputs": inputs, "outputs": contents(reports)}
            if not current:
                self.say("  publishing")
                outputs = publish(self.project, state.prints.data, texts)
                if not state.holds():
                    raise BriefingError("Files were changed while the report was made of them. Build again.")
                install(outputs, reports)
                write_whole(record, json.dumps({"inputs": inputs, "outputs": contents(reports)}, indent=1))
        return Outcome(ran, not current, time.monotonic() - started)

    def execute(self, paths: list[Path]) -> dict[str, str]:
        """The texts of these notebooks with fresh outputs, by name."""
        with locked(self.project, self.say):
            return self._executed(State(self.project), paths)[0]

    def _executed(self, state: State, paths: list[Path]) -> tuple[dict[str, str], tuple[str, ...]]:
        if state.prints.program != self._began:
            raise Outdated("The code or briefing.toml has changed since this began. Start again.")
        kept = {path: state.kept(path) if self.cached else None for path in paths}
        stale = [path for path in paths if kept[path] is None]
        if stale and self._runner is None:
            self._runner = self._open.enter_context(Runner(self.project, self.fresh))
        state.validate()
        fresh = self._run(state, stale) if stale else {}
        return {path.stem: fresh.get(path.stem) or kept[path] for path in paths}, tuple(path.stem for path in stale)

    def _run(self, state: State, stale: list[Path]) -> dict[str, str]:
        def done(run: Run) -> None:
            self.say(f"  {run.name:<24} {run.seconds:5.1f} s{'  failed' if run.failure else ''}")
            if not run.failure:
                state.keep(run)

        # The longest first: the last to end decides how long the whole takes.
        order = sorted(stale, key=state.seconds, reverse=True)
        runs = self._runner.run({path: state.notebooks[path] for path in order}, done)
        log(self.project, runs)
        if failures := [run.failure for run in runs if run.failure]:
            raise RunError(failures)
        return {run.name: run.text for run in runs}


class State:
    """A project as one build sees it from beginning to end, and what the cache remembers of it."""

    def __init__(self, project: Project):
        self.project = project
        self.notebooks = {path: read_notebook(path) for path in project.notebooks}
        self.prints = Fingerprints(project)

    @cached_property
    def machine(self) -> str:
        """The key of what runs the notebooks: interpreter, processor and pinned versions."""
        return digest(sys.version, platform.machine(), self.prints.data[LOCK], str(self.project.epoch))

    def source(self, path: Path) -> str:
        """The key of what a notebook says, whatever it shows."""
        notebook = self.notebooks[path]
        cells = [{k: v for k, v in c.items() if k not in ("outputs", "execution_count")} for c in notebook["cells"]]
        about = {k: v for k, v in notebook.get("metadata", {}).items() if k not in EPHEMERAL}
        return digest(json.dumps([cells, about], sort_keys=True), self.machine)

    def kept(self, path: Path) -> str | None:
        """A notebook's text with outputs from an earlier build, if nothing that it depends on has changed."""
        text, record = self._kept(path.stem)
        known = read_record(record)
        if known.get("source") == self.source(path) and known["reads"] == self.prints.of(known["reads"]):
            with suppress(OSError, UnicodeDecodeError):
                found = text.read_text("utf-8")
                return found if digest(found) == known["text"] else None
        return None

    def keep(self, run: Run) -> None:
        """Remember a run, unless what it read was changed while it ran."""
        if not self.prints.hold(run.reads):
            return
        text, record = self._kept(run.name)
        path = next(path for path in self.notebooks if path.stem == run.name)
        known = {
            "source": self.source(path),
            "reads": self.prints.of(run.reads),
            "seconds": round(run.seconds, 2),
            "text": digest(run.text),
        }
        write_whole(text, run.text)
        write_whole(record, json.dumps(known, indent=1))

    def seconds(self, path: Path) -> float:
        """How long a notebook took when it last ran."""
        return read_record(self._kept(path.stem)[1]).get("seconds", 0)

    def validate(self) -> None:
        """Check the data package, unless it was found sound as it is."""
        record = self.project.cache / "valid.json"
        if read_record(record) != {"inputs": self.key}:
            check(self.project)
            if self.holds():
                write_whole(record, json.dumps({"inputs": self.key}))

    def holds(self) -> bool:
        """Whether all files are still as this build first saw them."""
        return State(self.project).key == self.key

    @cached_property
    def key(self) -> str:
        """The key of everything that a person writes."""
        return self.inputs({path.stem: self.source(path) for path in self.notebooks})

    def inputs(self, texts: dict[str, str]) -> str:
        """The key of all that the reports are made from."""
        return digest(self.machine, json.dumps([self.prints.data, self.prints.code, texts], sort_keys=True))

    def _kept(self, name: str) -> tuple[Path, Path]:
        folder = self.project.cache / "notebooks"
        return folder / f"{name}.ipynb", folder / f"{name}.json"


def check(project: Project) -> None:
    """Validate the whole data package; raises one `DataError` with all that is wrong."""
    from .claims import consistency
    from .data import validate

    validate(project.root, consistency)


@contextmanager
def locked(project: Project, say: Callable[[str], None]) -> Iterator[None]:
    """Keep two builds of one project apart: the second waits."""
    from filelock import FileLock, Timeout

    project.cache.mkdir(parents=True, exist_ok=True)
    lock = FileLock(project.cache / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("  another build of this project is running; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def assemble(project: Project, texts: dict[str, str]):
    """(package, document): the executed notebooks joined and set in order; refuses what should not be published."""
    # First, for it keeps `import nbformat` from its slowest part.
    from . import client  # noqa: F401  isort: skip
    import nbformat.v4

    from .data import load
    from .publish.body import render
    from .publish.combine import combine

    package = load(project.root)
    notebook = combine([(name, nbformat.v4.reads(text)) for name, text in texts.items()], project.config)
    document = render(notebook, package=package)
    if document.warnings:
        raise BriefingError("\n".join(f"notebooks/{warning}" for warning in document.warnings))
    return package, document


def publish(project: Project, inputs: dict[str, str], texts: dict[str, str]) -> dict[str, bytes]:
    """The reports, by file name, from executed notebooks."""
    package, document = assemble(project, texts)
    from .claims import judge_all
    from .publish import html, jsonld, pdf

    # Typst works outside Python's lock, so the other core can make the rest.
    with ThreadPoolExecutor(1) as other:
        typeset = other.submit(pdf.typeset, document, package)
        judgements = judge_all(package)
        outputs = {
            "annotations.jsonld": jsonld.dumps(jsonld.annotations(package, judgements)).encode(),
            "briefing.csl.json": jsonld.dumps(jsonld.csl(package, document.cited)).encode(),
            "briefing.html": html.page(document, package).encode(),
            "claimreview.jsonld": jsonld.dumps(jsonld.claimreview(package, judgements)).encode(),
        }
        outputs["briefing.pdf"] = typeset.result()[0]
    inputs = inputs | {f"notebooks/{name}.ipynb": sha256(text.encode()) for name, text in texts.items()}
    pins = (project.root / LOCK).read_text("utf-8") if (project.root / LOCK).is_file() else ""
    made = {name: sha256(content) for name, content in outputs.items()}
    version = str(project.config.get("version", ""))
    return outputs | {"manifest.json": jsonld.dumps(jsonld.manifest(inputs, pins, made, version)).encode()}


def log(project: Project, runs: list[Run]) -> None:
    """Note what ran, on what and how long: outside the reports, which say the same on any day."""
    lines = [f"{time.strftime('%Y-%m-%d %H:%M:%S')}  Python {platform.python_version()}, {platform.platform()}"]
    lines += [f"  {run.name:<24} {run.seconds:6.2f} s  {run.failure or 'ran'}" for run in runs]
    lines += [f"  {d.name}=={d.version}" for d in sorted(metadata.distributions(), key=lambda d: d.name.lower())]
    write_whole(project.cache / "build.log", "\n".join(lines) + "\n")


# ------------------------------------------------------------------------------------------------ the last step


def install(outputs: dict[str, bytes], reports: Path) -> None:
    """Put all files into `reports/` in one step; a reader sees the old ones or the new, and never a mixture.

    Files there that no build wrote stay.
    """
    stage, old = reports.with_name(STAGE), reports.with_name(OLD)
    for folder in (stage, old):
        shutil.rmtree(folder, ignore_errors=True)
    stage.mkdir()
    for name, content in outputs.items():
        write_whole(stage / name, content)
    if reports.exists():
        former = read_record(reports / "manifest.json").get("outputs", {})
        for path in reports.iterdir():
            if path.name not in outputs and path.name not in former:
                shutil.copytree(path, stage / path.name) if path.is_dir() else shutil.copy2(path, stage)
        exchange(stage, reports, old)
    else:
        os.rename(stage, reports)
    for folder in (stage, old):
        shutil.rmtree(folder, ignore_errors=True)


def contents(reports: Path) -> dict[str, str]:
    """The SHA-256 of each report by name."""
    return {path.name: sha256(path.read_bytes()) for path in files(reports)} if reports.is_dir() else {}


def exchange(new: Path, current: Path, old: Path) -> None:
    """Swap two folders; in one step where the system can, else with a moment in which `current` is away."""
    libc = ctypes.CDLL(None, use_errno=True)
    pair = os.fsencode(new), os.fsencode(current)
    if hasattr(libc, "renameat2"):
        if libc.renameat2(AT_FDCWD, pair[0], AT_FDCWD, pair[1], RENAME_EXCHANGE) == 0:
            return
    elif hasattr(libc, "renamex_np") and libc.renamex_np(*pair, RENAME_EXCHANGE) == 0:
        return
    os.rename(current, old)
    os.rename(new, current)

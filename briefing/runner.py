"""Execute notebooks, as many at a time as there are cores."""

from __future__ import annotations

import asyncio
import copy
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .errors import BriefingError
from .kernels import ForkServer, environment
from .project import Project

# A socket's path may be 103 bytes long on macOS and 107 on Linux, its own name included.
LONGEST_FOLDER = 60


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not run to its end; cells and lines count from 1."""

    notebook: str
    message: str
    cell: int | None = None
    line: int | None = None
    source: str = ""

    def __str__(self) -> str:
        place = f"notebooks/{self.notebook}.ipynb"
        place += f", cell {self.cell}" if self.cell else ""
        place += f", line {self.line}" if self.line else ""
        return f"{place}: {self.message}" + (f"\n    {self.source.strip()}" if self.source else "")


class RunError(BriefingError):
    """Some notebooks failed; the others ran."""

    def __init__(self, failures: list[Failure]):
        self.failures = sorted(failures, key=lambda failure: failure.notebook)
        super().__init__("\n".join(map(str, self.failures)))


@dataclass(frozen=True)
class Run:
    """What became of one notebook: its text with outputs and the files it read, or a failure."""

    name: str
    seconds: float
    text: str = ""
    reads: tuple[str, ...] = ()
    failure: Failure | None = None


class Runner:
    """Runs notebooks of one project; its kernels' parent stays warm from one run to the next.

    `fresh`: start an ordinary kernel for each notebook, as JupyterLab does.
    """

    def __init__(self, project: Project, fresh: bool = False):
        self.project = project
        self.timeout = project.setting("cell_timeout", 60)
        self.limit = project.setting("output_limit", 20_000_000)
        parent = tempfile.gettempdir()
        self.home = Path(tempfile.mkdtemp(prefix="bf-", dir=parent if len(parent) < LONGEST_FOLDER else "/tmp"))
        self.environment = environment(project, self.home)
        # Apple's frameworks do not survive a fork that does not become another program.
        forks = not fresh and sys.platform != "darwin"
        self.server = ForkServer(project, self.home) if forks else None
        self._sockets = 0

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_) -> None:
        if self.server:
            self.server.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, notebooks: dict[Path, dict], done: Callable[[Run], None] = lambda run: None) -> list[Run]:
        """Run these notebooks, started in this order, each in a kernel of its own; `done` is told as each ends."""
        return asyncio.run(self._run(notebooks, done))

    async def _run(self, notebooks: dict[Path, dict], done: Callable[[Run], None]) -> list[Run]:
        # Imported here, so that the kernels' parent can import its own share at the same time.
        from .client import Client, normalise, write

        slots = asyncio.Semaphore(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())

        async def one(path: Path) -> Run:
            async with slots:
                started = time.monotonic()
                client = Client(path, copy.deepcopy(notebooks[path]), self)
                failure = await client.run()
                text = "" if failure else write(normalise(client.nb))
            run = Run(path.stem, time.monotonic() - started, text, client.reads, failure)
            done(run)
            return run

        return await asyncio.gather(*map(one, notebooks))

    def socket(self) -> str:
        """A new name in the private folder, for the sockets of one kernel."""
        self._sockets += 1
        return str(self.home / f"k{self._sockets}")

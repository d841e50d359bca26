"""Build again whenever something is saved."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

from .build import Builder
from .errors import BriefingError
from .project import ENGINE, Project


def follow(project: Project, say: Callable[[str], None]) -> None:
    """Build, wait for a change, build again. Starts over as a new process where code has changed."""
    concerned = lambda _, path: matters(project, Path(path))
    saved = watch(project.root, ENGINE, watch_filter=concerned, rust_timeout=500, yield_on_timeout=True)
    with Builder(project, say=say) as builder:
        # The first answer, of nothing yet, means that from here on nothing saved is missed.
        next(saved)
        rebuild(builder, say)
        say("Waiting for changes; Ctrl-C ends.")
        for changes in filter(None, saved):
            paths = sorted(Path(path) for _, path in changes)
            say("Changed: " + ", ".join(dict.fromkeys(path.name for path in paths)))
            if any(path.suffix == ".py" or path.name == "briefing.toml" for path in paths):
                # What is imported, here or in the kernels' parent, is the old code.
                builder.__exit__()
                os.execv(sys.executable, [sys.executable, "-m", "briefing", "watch"])
            rebuild(builder, say)


def rebuild(builder: Builder, say: Callable[[str], None]) -> None:
    """One build; what is wrong is said, and the watch goes on."""
    try:
        outcome = builder.build()
    except BriefingError as error:
        say(f"Error: {error}")
        return
    ran = f"ran {', '.join(outcome.ran)}" if outcome.ran else "no notebook to run"
    say(f"{ran}; {'reports written' if outcome.published else 'reports unchanged'}, in {outcome.seconds:.1f} s")


def matters(project: Project, path: Path) -> bool:
    """Whether a file can change the report: not what the build writes, nor what editors leave about."""
    base = project.root if path.is_relative_to(project.root) else ENGINE
    parts = path.relative_to(base).parts
    hidden = any(part.startswith(".") or part == "__pycache__" or part.endswith("~") for part in parts)
    return not hidden and parts[0] not in ("reports", "tests", "docs")

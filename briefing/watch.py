"""Build again whenever something is saved."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

from .build import Builder, Outdated, State
from .errors import BriefingError
from .project import ENGINE, Project

# Milliseconds after which files are looked at, whether or not the system has reported anything.
IDLE = 5_000


def follow(project: Project, say: Callable[[str], None]) -> None:
    """Build, wait for a change, build again. Starts over as a new process where code or `briefing.toml` has changed."""
    concerned = lambda _, path: matters(project, Path(path))
    saved = watch(project.root, ENGINE, watch_filter=concerned, rust_timeout=IDLE, yield_on_timeout=True)
    with Builder(project, say=say) as builder:
        seen = state_of(project)
        current = rebuild(builder, say)
        say("Waiting for changes; Ctrl-C ends.")
        while current:
            changes = next(saved)
            if changes or state_of(project) != seen:
                say(f"Changed: {', '.join(sorted({Path(path).name for _, path in changes})) or 'something'}")
                seen = state_of(project)
                current = rebuild(builder, say)
    os.execv(sys.executable, [sys.executable, "-m", "briefing", "watch"])


def state_of(project: Project) -> str:
    """A key of all that a person writes, or what is wrong with it."""
    try:
        return State(project).key
    except BriefingError as error:
        return str(error)


def rebuild(builder: Builder, say: Callable[[str], None]) -> bool:
    """One build. What is wrong is said, and the watch goes on; False where it cannot, for this process is outdated."""
    try:
        outcome = builder.build()
    except Outdated:
        try:
            Project.find(builder.project.root)
        except BriefingError as error:
            say(f"Error: {error}")
            return True
        return False
    except BriefingError as error:
        say(f"Error: {error}")
        return True
    ran = f"ran {', '.join(outcome.ran)}" if outcome.ran else "no notebook to run"
    say(f"{ran}; {'reports written' if outcome.published else 'reports unchanged'}, in {outcome.seconds:.1f} s")
    return True


def matters(project: Project, path: Path) -> bool:
    """Whether a file can change the report: not what the build writes, nor what editors leave about."""
    base = project.root if path.is_relative_to(project.root) else ENGINE
    parts = path.relative_to(base).parts
    hidden = any(part.startswith(".") or part == "__pycache__" or part.endswith("~") for part in parts)
    return not hidden and parts[0] not in ("reports", "tests", "docs")

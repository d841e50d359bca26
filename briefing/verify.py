"""Is the committed report what the committed sources give? Built elsewhere, in another setting, and compared."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from .build import contents
from .errors import BriefingError
from .project import Project

# Unlike the setting in which most people build; none of it may show in the report.
ELSEWHERE = {"LC_ALL": "C", "LANG": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "271828"}


def differences(project: Project, say: Callable[[str], None]) -> list[str]:
    """What differs between the reports of the last commit and those built from it in a temporary clone."""
    with tempfile.TemporaryDirectory(prefix="briefing verify ") as folder:
        clone = Path(folder) / "a clone"
        git("clone", "--quiet", "--no-hardlinks", str(project.root), str(clone))
        committed = contents(clone / "reports")
        if not committed:
            return ["reports/: the last commit holds no reports."]
        if git("-C", str(project.root), "status", "--porcelain"):
            say("  note: there are changes that are not committed; they are not part of this")
        say("  building the last commit in a clone")
        # The clone's own engine comes before an installed one.
        environment = os.environ | ELSEWHERE | {"PYTHONPATH": str(clone)}
        environment.pop("BRIEFING_ROOT", None)
        subprocess.run([sys.executable, "-m", "briefing", "build", "--no-cache"], cwd=clone, env=environment, stdout=subprocess.DEVNULL, check=True)
        built = contents(clone / "reports")
    return [
        f"reports/{name}: {'not built' if name not in built else 'not committed' if name not in committed else 'differs'}."
        for name in sorted(committed | built)
        if committed.get(name) != built.get(name)
    ]


def git(*arguments: str) -> str:
    """What git answers."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        raise BriefingError("git is not installed; it is needed to clone the last commit.") from None
    except subprocess.CalledProcessError as error:
        raise BriefingError(f"git {arguments[0]}: {error.stderr.strip()}") from None
    return done.stdout

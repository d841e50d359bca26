"""The project folder as the command sees it: its front matter, notebooks and places, without loading any data."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path

from .errors import BriefingError

CONFIG = "briefing.toml"
LOCK = "requirements.txt"
ENGINE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Project:
    """A folder that holds `briefing.toml`."""

    root: Path
    config: dict

    @classmethod
    def find(cls, start: Path | str | None = None) -> Project:
        """The project around `start`, or around the working folder."""
        here = Path(start or os.environ.get("BRIEFING_ROOT") or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / CONFIG).is_file():
                return cls(folder, read_config(folder / CONFIG))
        raise BriefingError(f"No {CONFIG} in {here} or above it. Run this inside a briefing project.")

    @cached_property
    def notebooks(self) -> list[Path]:
        """The notebooks in the order of the report."""
        order = self.config.get("notebooks", {}).get("order", [])
        if not order:
            raise BriefingError(f'{CONFIG}: [notebooks] order is empty. List them: order = ["00_summary", …].')
        paths = [self.root / "notebooks" / f"{name.removesuffix('.ipynb')}.ipynb" for name in order]
        if missing := [path.name for path in paths if not path.is_file()]:
            raise BriefingError(f"{CONFIG}: [notebooks] order names {', '.join(missing)}, not in notebooks/.")
        return paths

    def setting(self, name: str, default: int) -> int:
        """A whole number above zero from `[runner]`."""
        value = self.config.get("runner", {}).get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BriefingError(f"{CONFIG}: [runner] {name} is {value!r}. Give a whole number above zero.")
        return value

    @property
    def epoch(self) -> int:
        """Midnight UTC of the analysis date: the only time that a build knows, in seconds since 1970."""
        day = self.config.get("dates", {}).get("today", "")
        try:
            day = date.fromisoformat(str(day))
        except ValueError:
            raise BriefingError(f"{CONFIG}: [dates] today is {day!r}. Write a day as YYYY-MM-DD.") from None
        return int(datetime.combine(day, time(), UTC).timestamp())

    @property
    def reports(self) -> Path:
        """Where the reader's copy is written."""
        return self.root / "reports"

    @property
    def cache(self) -> Path:
        """What can be made again and is safe to delete."""
        return self.root / ".cache" / "briefing"

    def code(self) -> Iterator[Path]:
        """The engine's files and those of the project's own packages."""
        packages = [path.parent for path in self.root.glob("*/__init__.py") if path.parent.name != "tests"]
        for folder in sorted({ENGINE, *(p.resolve() for p in packages)}):
            yield from files(folder)

    def data(self) -> Iterator[Path]:
        """The files of the data package."""
        yield from files(self.root / "data")


def files(folder: Path) -> Iterator[Path]:
    """The files below a folder in a fixed order, without what Python and editors leave there."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in inside):
            yield path


def read_config(path: Path) -> dict:
    """The front matter of a project."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BriefingError(f"{path.name}: not valid TOML: {error}.") from None


def read_notebook(path: Path) -> dict:
    """A notebook as plain JSON, with an id for each cell: its own, or one made from its place and text."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
        cells = notebook["cells"]
        if notebook["nbformat"] != 4:
            raise ValueError(f"format {notebook['nbformat']}, not 4")
        for cell in cells:
            if isinstance(cell["source"], list):
                cell["source"] = "".join(cell["source"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BriefingError(
            f"notebooks/{path.name}: not a notebook ({error}). Open and save it in JupyterLab, or restore it."
        ) from None
    return notebook

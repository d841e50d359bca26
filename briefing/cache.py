"""Content keys and files that are written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from .project import CONFIG, ENGINE, LOCK, Project

MISSING = "missing"


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's content, as `sha256sum` prints it."""
    return hashlib.sha256(content).hexdigest()


def digest(*parts: str) -> str:
    """One key for several texts, each marked off from the next."""
    return sha256(json.dumps(parts).encode())


class Fingerprints:
    """The contents of a project's files as they were when first asked for: one build sees one state."""

    def __init__(self, project: Project):
        self.root = project.root
        self._known: dict[str, str] = {}
        # Taken before anything runs, so that an edit during the build is seen by the next one.
        self.data = self.of(map(self._name, (*project.data(), project.root / CONFIG, project.root / LOCK)))
        self.code = self.of(map(self._name, project.code()))

    @property
    def program(self) -> dict[str, str]:
        """The files that a process takes in once, when it begins."""
        return self.code | self.of([CONFIG])

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """The fingerprints of files, or of the names in folders (`data/context/`), by name."""
        for name in set(names := sorted(names)) - self._known.keys():
            self._known[name] = fingerprint(self.root, name)
        return {name: self._known[name] for name in names}

    def hold(self, names: Iterable[str]) -> bool:
        """Whether these files are still as they were when first asked for."""
        return all(fingerprint(self.root, name) == known for name, known in self.of(names).items())

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root if path.is_relative_to(self.root) else ENGINE.parent).as_posix()


def fingerprint(root: Path, name: str) -> str:
    """The SHA-256 of a file as it is now; of a folder, a key of the names in it."""
    path = root / name
    if not path.exists() and name.startswith(f"{ENGINE.name}/"):
        path = ENGINE.parent / name
    try:
        return digest(*sorted(os.listdir(path))) if name.endswith("/") else sha256(path.read_bytes())
    except OSError:
        return MISSING


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader finds the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with open(part, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def read_record(path: Path) -> dict:
    """A record of the cache; empty where there is none or it is damaged."""
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}

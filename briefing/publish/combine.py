"""Several notebooks as one: the notebook that the whole report is exported from."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode


def combine(notebooks: Iterable[Path | str | tuple[str, NotebookNode]], config: dict) -> NotebookNode:
    """One notebook from many, in the order given: paths, or (name, notebook) pairs.

    Cell ids and attachments carry their notebook's name, so that none collide; the first cell of each notebook
    says which it was (`metadata.briefing.notebook`).
    """
    named = [_named(notebook) for notebook in notebooks]
    # Every notebook of a project runs on the same kernel; what else their metadata says is their own affair.
    shared = {k: v for _, nb in named[:1] for k, v in nb.metadata.items() if k in ("kernelspec", "language_info")}
    whole = nbformat.v4.new_notebook(metadata={**copy.deepcopy(shared), "title": config.get("title", "Briefing")})
    for number, (name, notebook) in enumerate(named):
        whole.cells += _renamed(number, name, notebook)
    return whole


def _named(notebook: Path | str | tuple[str, NotebookNode]) -> tuple[str, NotebookNode]:
    if isinstance(notebook, tuple):
        return notebook
    return Path(notebook).stem, nbformat.read(notebook, as_version=4)


def _renamed(number: int, name: str, notebook: NotebookNode) -> list[NotebookNode]:
    cells = copy.deepcopy(notebook.cells)
    prefix = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    for count, cell in enumerate(cells, 1):
        own = f"{prefix}-{cell.get('id') or count}"
        # A cell id may hold 64 characters.
        cell["id"] = own if len(own) <= 64 else f"{number}-{count}"
        if attachments := cell.get("attachments"):
            cell["attachments"] = {f"{prefix}-{file}": data for file, data in attachments.items()}
            for file in attachments:
                cell["source"] = cell["source"].replace(f"(attachment:{file})", f"(attachment:{prefix}-{file})")
    if cells:
        cells[0].metadata["briefing"] = {**cells[0].metadata.get("briefing", {}), "notebook": name}
    return cells

"""Many notebooks become one, and nothing in them collides."""

from __future__ import annotations

import copy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from briefing.publish.combine import combine

PIXEL = {"image/png": "iVBORw0KGgo="}


def notebook() -> nbformat.NotebookNode:
    cells = [
        new_markdown_cell("# Title ![x](attachment:a.png)", id="same", attachments={"a.png": PIXEL}),
        new_code_cell("1", id="x" * 60),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def test_ids_and_attachments_carry_their_notebook():
    whole = combine([("00_a", notebook()), ("01_b", notebook())], {"title": "All"})
    nbformat.validate(whole)
    ids = [cell.id for cell in whole.cells]
    assert len(set(ids)) == 4 and ids[0] == "00_a-same" and ids[2] == "01_b-same"
    assert [list(c.attachments) for c in whole.cells if "attachments" in c] == [["00_a-a.png"], ["01_b-a.png"]]
    assert "(attachment:01_b-a.png)" in whole.cells[2].source


def test_the_first_cell_of_each_names_its_notebook():
    whole = combine([("00_a", notebook()), ("01_b", notebook())], {"title": "All"})
    assert [c.metadata.get("briefing", {}).get("notebook") for c in whole.cells] == ["00_a", None, "01_b", None]
    assert whole.metadata.title == "All" and whole.metadata.kernelspec.name == "python3"


def test_the_parts_are_left_as_they_were():
    part = notebook()
    before = copy.deepcopy(part)
    combine([("00_a", part)], {})
    assert part == before


def test_paths_are_read_and_named_by_their_file(tmp_path):
    for name in ("10_z", "02_a b"):
        nbformat.write(notebook(), tmp_path / f"{name}.ipynb")
    whole = combine([tmp_path / "10_z.ipynb", tmp_path / "02_a b.ipynb"], {})
    assert [c.metadata.briefing.notebook for c in whole.cells[::2]] == ["10_z", "02_a b"]
    nbformat.validate(whole)

"""A small project with notebooks and a package of its own, in a temporary folder, that tests may build and break."""

from __future__ import annotations

import hashlib
import json
import shutil
import textwrap
from pathlib import Path

import pytest

from briefing.build import Builder
from briefing.project import Project

from .synthetic import write_project, write_table

CONFIG = """\
repository_url = ""
corrections_url = ""
[checks]
module = "bridge"
[runner]
cell_timeout = 20
"""
PACKAGE = """\
\"\"\"What this report counts.\"\"\"


def metres(table):
    \"\"\"The length of all spans.\"\"\"
    return int(table["metres"].sum())
"""
SPANS = {
    "name": "spans", "path": "context/spans.csv", "title": "Spans", "description": "Length of each span.",
    "schema": {
        "primaryKey": "span",
        "fields": [
            {"name": "span", "type": "integer", "description": "Span, from the town."},
            {"name": "metres", "type": "integer", "description": "Its length.", "x-unit": "m"},
            {"name": "source_ids", "type": "string", "x-list": True, "x-references": "sources", "description": "Sources."},
        ],
    },
}  # fmt: skip
NOTEBOOKS = {
    "00_summary": ["# The answer", "import briefing as bf", "bf.say('Three claims, one of them {w}.', w=bf.traced('true', 'judge'))"],
    "01_article": ["# The claims", "import briefing as bf", "bf.annotated_article()", "bf.claim_cards()"],
    "02_spans": [
        "# The spans",
        "import briefing as bf\nimport bridge",
        "spans = bf.load().table('spans')",
        "bf.say('It is {n} m long.', n=bf.traced(bridge.metres(spans), 'table:spans'))",
        """
        fig, ax = bf.style.figure(title="The second span is longer", subtitle="metres by span")
        ax.bar(spans["span"], spans["metres"])
        bf.figure(fig, alt="Two bars, 40 and 60 metres.", caption="Metres by span.", id="spans", source_ids=["src-post"])
        """,
    ],
}


class Toy:
    """A project folder with helpers to change it."""

    def __init__(self, root: Path):
        self.root = root

    @classmethod
    def make(cls, root: Path) -> Toy:
        """Write the project into a new folder."""
        root.mkdir()
        toy = cls(write_project(root))
        toy.write("requirements.txt", "pandas==3.0.0\n")
        toy.write("bridge/__init__.py", PACKAGE)
        toy.replace("briefing.toml", '"01_article"]', '"01_article", "02_spans"]')
        toy.write("briefing.toml", (root / "briefing.toml").read_text("utf-8") + CONFIG)
        described = json.loads((root / "data/datapackage.json").read_text("utf-8"))
        toy.write_json("data/datapackage.json", described | {"resources": [*described["resources"], SPANS]})
        spans = [{"span": n, "metres": m, "source_ids": "src-post"} for n, m in ((1, 40), (2, 60))]
        write_table(root, SPANS, spans)
        for name, cells in NOTEBOOKS.items():
            toy.notebook(name, *cells)
        return toy

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def write_json(self, name: str, content) -> Path:
        """Write a JSON file of the project."""
        return self.write(name, json.dumps(content, ensure_ascii=False, indent=1) + "\n")

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a file of the project."""
        text = (self.root / name).read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new))

    def notebook(self, name: str, *cells: str) -> Path:
        """Write a notebook; a cell that starts with `#` and a space is Markdown."""
        made = []
        for number, source in enumerate(textwrap.dedent(cell).strip() for cell in cells):
            cell = {"id": f"cell-{number}", "metadata": {}, "source": source, "cell_type": "markdown"}
            if not source.startswith("# "):
                cell |= {"cell_type": "code", "execution_count": None, "outputs": []}
            made.append(cell)
        return self.write_json(f"notebooks/{name}.ipynb", {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    def reports(self) -> dict[str, str]:
        """The SHA-256 of each report."""
        found = self.root / "reports"
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(found.glob("*"))} if found.is_dir() else {}


@pytest.fixture
def toy(tmp_path, monkeypatch) -> Toy:
    """A small project that is sound; the working folder is inside it."""
    toy = Toy.make(tmp_path / "a small project")
    inside(toy.root, monkeypatch)
    return toy


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """A small project that was built; not to be changed."""
    toy = Toy.make(tmp_path_factory.mktemp("finished") / "project")
    with pytest.MonkeyPatch.context() as monkeypatch:
        inside(toy.root, monkeypatch)
        with Builder(Project.find(), say=lambda line: None) as builder:
            builder.build()
    return toy.root


@pytest.fixture
def built(finished, tmp_path, monkeypatch) -> Toy:
    """A small project that was built, to be changed; the working folder is inside it."""
    toy = Toy(shutil.copytree(finished, tmp_path / "a built project"))
    inside(toy.root, monkeypatch)
    return toy


def inside(root: Path, monkeypatch) -> None:
    """Work in a project's folder, its packages importable."""
    monkeypatch.chdir(root)
    monkeypatch.delenv("BRIEFING_ROOT", raising=False)
    monkeypatch.syspath_prepend(str(root))

"""A whole small project, made anew in a temporary folder, that tests may build and break."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import textwrap
from pathlib import Path

import pytest

from briefing.build import Builder
from briefing.project import Project

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = "Le phare compte cent marches. Il sera démoli avant 2021.\n"
SCHEMA = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
CORE = ("sentences", "claims", "anchors", "evidence", "searches")

CONFIG = """\
title = "How many steps has the lighthouse?"
language = "en"
version = "1.0.0"
author = "The briefing's contributors"

[dates]
then = "2019-09-05"
then_label = "article"
today = "2026-11-23"

[article]
language = "fr"

[notebooks]
order = ["00_summary", "01_claims", "02_steps"]

[publish]
article = "whole"
repository_url = ""
corrections_url = ""

[checks]
module = "lamp"

[runner]
cell_timeout = 20
"""
PACKAGE = """\
\"\"\"What this report counts.\"\"\"


def steps(table):
    \"\"\"All steps.\"\"\"
    return int(table["steps"].sum())
"""
ROWS = {
    "sentences": [
        {"sentence_id": "S01", "paragraph": 1, "role": "text", "start": 0, "end": 30,
         "translation_en": "The lighthouse has a hundred steps."},
        {"sentence_id": "S02", "paragraph": 1, "role": "text", "start": 30, "end": 57,
         "translation_en": "It will be demolished before 2021."},
    ],
    "claims": [
        {"claim_id": "C01", "kind": "statement", "assertion_en": "The lighthouse has a hundred steps."},
        {"claim_id": "C02", "kind": "forecast", "assertion_en": "The lighthouse will be demolished before 2021.",
         "criterion_en": "No tower stands there on 1 January 2021.", "horizon": "2021-01-01",
         "written_for_then": "no evidence · too early", "written_for_today": "no evidence · did not come about"},
    ],
    "anchors": [
        {"claim_id": "C01", "sentence_id": "S01", "quote": "cent marches"},
        {"claim_id": "C02", "sentence_id": "S02", "quote": "démoli avant 2021"},
    ],
    "evidence": [
        {"evidence_id": "E001", "claim_id": "C01", "axis": "substance", "reading": "plain", "bearing": "supports",
         "finding_en": "The plan of the tower shows 100 steps.", "source_ids": "src-plan",
         "event_date": "2010-01-01", "known_on": "2010-01-02"},
        {"evidence_id": "E002", "claim_id": "C02", "axis": "outcome", "bearing": "contradicts",
         "finding_en": "The tower was photographed in 2022.", "source_ids": "src-photo",
         "event_date": "2022-05-01", "known_on": "2022-05-02"},
    ],
    "searches": [],
    "floors": [{"floor": 1, "steps": 40, "source_ids": "src-plan"}, {"floor": 2, "steps": 60, "source_ids": "src-plan"}],
}  # fmt: skip
DEFAULTS = {
    "speaker": "the article", "topic": "lighthouse", "as_at": "2019-09-05", "plain_reading_en": "As it says.",
    "reading_reason_en": "There is no other.", "attributed": "no", "reason_en": "See the evidence.",
    "would_change_en": "Another count.", "written_for_then": "accurate", "written_for_today": "accurate",
    "material": "yes", "basis": "own_record", "role": "record",
}  # fmt: skip
FLOORS = {
    "name": "floors", "path": "context/floors.csv", "title": "Steps by floor", "description": "Steps of each floor.",
    "schema": {
        "primaryKey": "floor",
        "fields": [
            {"name": "floor", "type": "integer", "description": "Floor, from below."},
            {"name": "steps", "type": "integer", "description": "Steps up to it."},
            {"name": "source_ids", "type": "string", "x-list": True, "x-references": "sources", "description": "Sources."},
        ],
    },
}  # fmt: skip
NOTEBOOKS = {
    "00_summary": ["# The answer", "import briefing as bf", "bf.say('Two claims, one of them {w}.', w=bf.traced('true', 'judge'))"],
    "01_claims": ["# The claims", "import briefing as bf", "bf.annotated_article()", "bf.claim_cards()"],
    "02_steps": [
        "# The steps",
        "import briefing as bf\nimport lamp",
        "floors = bf.load().table('floors')",
        "bf.say('There are {n} steps.', n=bf.traced(lamp.steps(floors), 'table:floors'))",
        """
        fig, ax = bf.style.figure(title="Most steps are above", subtitle="steps by floor")
        ax.bar(floors["floor"], floors["steps"])
        bf.figure(fig, alt="Two bars, 40 and 60 steps.", caption="Steps by floor.", id="steps", source_ids=["src-plan"])
        """,
    ],
}


class Toy:
    """A project folder with helpers to change and to build it."""

    def __init__(self, root: Path):
        self.root = root
        (root / "notebooks").mkdir(parents=True)
        self.write("briefing.toml", CONFIG)
        self.write("requirements.txt", "pandas==3.0.0\n")
        self.write("lamp/__init__.py", PACKAGE)
        self.write("data/article/article.txt", ARTICLE)
        self.write_json("data/article/article.json", {
            "title": "Le phare", "publisher": "La Gazette", "place": "Brest", "url": "https://example.org/phare",
            "language": "fr", "sha256": hashlib.sha256(ARTICLE.encode()).hexdigest(), "published_earliest": "2019-09-05",
            "published_latest": "2019-09-05", "source_ids": ["src-plan"],
        })  # fmt: skip
        resources = [r for r in SCHEMA["resources"] if r["name"] in CORE] + [FLOORS]
        self.write_json("data/datapackage.json", SCHEMA | {"name": "lighthouse", "resources": resources})
        for resource in resources:
            self.write_rows(resource, ROWS[resource["name"]])
        self.write_json("data/sources.json", [source("src-photo", 2022), source("src-plan", 2010)])
        for name, cells in NOTEBOOKS.items():
            self.notebook(name, *cells)

    @classmethod
    def at(cls, root: Path) -> Toy:
        """A project that exists."""
        toy = object.__new__(cls)
        toy.root = root
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

    def write_rows(self, resource: dict, rows: list[dict]) -> None:
        """Write a table; columns that a row leaves out get their default."""
        path = self.root / "data" / resource["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        names = [field["name"] for field in resource["schema"]["fields"]]
        with open(path, "w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, names, lineterminator="\n")
            table.writeheader()
            table.writerows({name: row.get(name, DEFAULTS.get(name, "")) for name in names} for row in rows)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a file of the project."""
        text = (self.root / name).read_text("utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {name}"
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


def source(id: str, year: int) -> dict:
    """A bibliographic record."""
    return {
        "id": id, "type": "report", "title": f"Record of {year}", "publisher": "The harbour office",
        "issued": {"date-parts": [[year, 1, 1]]}, "URL": f"https://example.org/{id}", "language": "fr",
        "custom": {
            "kind": "primary", "origin": id, "owner_group": f"owner of {id}", "side": "", "party": "none", "consulted": "in full",
            "mirror": False, "accessed": "2026-11-23", "via": "", "credits": [], "licence": "", "note_en": "", "supports_en": "",
        },
    }  # fmt: skip


@pytest.fixture
def toy(tmp_path, monkeypatch) -> Toy:
    """A small project that is sound; the working folder is inside it."""
    made = Toy(tmp_path / "a small project")
    inside(made.root, monkeypatch)
    return made


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """A small project that was built; not to be changed."""
    made = Toy(tmp_path_factory.mktemp("finished") / "project")
    with pytest.MonkeyPatch.context() as monkeypatch:
        inside(made.root, monkeypatch)
        with Builder(Project.find(), say=lambda line: None) as builder:
            builder.build()
    return made.root


@pytest.fixture
def built(finished, tmp_path, monkeypatch) -> Toy:
    """A small project that was built, to be changed; the working folder is inside it."""
    shutil.copytree(finished, tmp_path / "a built project")
    made = Toy.at(tmp_path / "a built project")
    inside(made.root, monkeypatch)
    return made


def inside(root: Path, monkeypatch) -> None:
    """Work in a project's folder, its packages importable."""
    monkeypatch.chdir(root)
    monkeypatch.delenv("BRIEFING_ROOT", raising=False)
    monkeypatch.syspath_prepend(str(root))

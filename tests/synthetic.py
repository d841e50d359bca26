"""A whole small project to test on: two sentences, three claims, four rows, under the real schemas."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORE = ("sentences", "claims", "anchors", "evidence", "searches")
TEXT = "Le maire a dit que le pont est neuf. « Il sera fini en mai », a-t-il promis.\n"

CONFIG = """\
title = "Is the bridge new?"
subtitle = "A test"
language = "en"
version = "1.0.0"
authors = ["The testers"]
licence = "CC BY 4.0"
[dates]
then = "2020-03-01"
then_label = "speech, 1 March 2020"
today = "2021-06-30"
[article]
language = "fr"
[notebooks]
order = ["00_summary", "01_article"]
[publish]
article = "whole"
"""


def source(name: str, **custom) -> dict:
    """A bibliographic record with everything a record needs."""
    own = {
        "kind": "news", "origin": name.title(), "owner_group": f"House {name}", "side": "", "party": "none", "consulted": "in full",
        "accessed": "2021-06-30", "via": "", "mirror": False, "credits": [], "licence": "", "note_en": "", "supports_en": "the test",
    } | custom
    return {
        "id": f"src-{name}", "type": "article-newspaper", "title": f"News of {name}", "publisher": name.title(),
        "issued": {"date-parts": [[2020, 2, 1]]}, "URL": f"https://{name}.example/1", "language": "en", "custom": own,
    }


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a core table."""
    claim = dict(
        speaker="the mayor", topic="bridge", as_at="2020-03-01", plain_reading_en="It is new.", reading_reason_en="It says so.",
        parties="Town", attributed="yes", criterion_en="", horizon="", reason_en="Two papers saw it.", would_change_en="A photograph.",
        written_for_then="", written_for_today="",
    )
    row = dict(
        reading="", against="", material="yes", basis="report", role="fact", event_date="2020-02-01", known_on="2020-02-01",
        known_on_basis_en="", check="",
    )
    return {
        "sentences": [
            dict(sentence_id="S01", paragraph="1", role="text", start="0", end="37", translation_en="The mayor said the bridge is new.", no_claim_reason_en=""),
            dict(sentence_id="S02", paragraph="1", role="text", start="37", end=str(len(TEXT)), translation_en="“It will be done in May”, he promised.", no_claim_reason_en=""),
        ],
        "claims": [
            claim | dict(claim_id="C01", kind="statement", assertion_en="The bridge is new.", written_for_then="accurate · faithful", written_for_today="accurate · faithful"),
            claim | dict(claim_id="C02", kind="forecast", assertion_en="It will be finished in May.", criterion_en="The bridge is open", horizon="2020-05-31", written_for_then="accurate · too early", written_for_today="accurate · did not come about"),
            claim | dict(claim_id="C03", kind="omission", assertion_en="It does not say who paid.", written_for_then="left out", written_for_today="left out"),
        ],
        "anchors": [
            dict(claim_id="C01", sentence_id="S01", quote="le pont est neuf"),
            dict(claim_id="C02", sentence_id="S02", quote="Il sera fini en mai"),
        ],
        "evidence": [
            row | dict(evidence_id="E001", claim_id="C01", axis="substance", reading="plain", bearing="supports", finding_en="Both papers describe a new bridge.", source_ids="src-post;src-echo"),
            row | dict(evidence_id="E002", claim_id="C01", axis="fidelity", against="speaker", bearing="supports", basis="quotation", role="record", finding_en="“The bridge is new.”", source_ids="src-post"),
            row | dict(evidence_id="E003", claim_id="C02", axis="substance", reading="plain", bearing="supports", finding_en="The plan says May.", source_ids="src-echo"),
            row | dict(evidence_id="E004", claim_id="C02", axis="outcome", bearing="contradicts", finding_en="It opened in July.", source_ids="src-echo", event_date="2020-06-01", known_on="2020-06-01"),
        ],
        "searches": [
            dict(search_id="Q01", claim_ids="C03", looked_for_en="Who paid", queries="pont payé", languages="fr", searched_on="2021-06-30", where_en="papers", hits="0", result_en="Nothing."),
        ],
    }[name]


def write_table(folder: Path, resource: dict, rows_: list[dict[str, str]]) -> None:
    """Write rows under the header that the schema asks for."""
    path = folder / "data" / resource["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f["name"] for f in resource["schema"]["fields"]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows_)


def write_project(folder: Path) -> Path:
    """Write the project into `folder` and return it."""
    described = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    resources = [r for r in described["resources"] if r["name"] in CORE]
    for resource in resources:
        write_table(folder, resource, rows(resource["name"]))
    data = folder / "data"
    (data / "datapackage.json").write_text(json.dumps({"name": "test", "resources": resources}), "utf-8")
    (data / "article/article.txt").write_bytes(TEXT.encode())
    record = {"title": "Le pont", "publisher": "Gazette", "url": "https://gazette.example/pont", "language": "fr", "sha256": hashlib.sha256(TEXT.encode()).hexdigest(), "source_ids": []}
    (data / "article/article.json").write_text(json.dumps(record), "utf-8")
    (data / "sources.json").write_text(json.dumps([source("echo"), source("post")]), "utf-8")
    (folder / "briefing.toml").write_text(CONFIG, "utf-8")
    (folder / "notebooks").mkdir(exist_ok=True)
    return folder

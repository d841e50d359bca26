"""The data package: what is read, what is refused and how it says so, what was known when."""

import json
from datetime import date

import pytest

from briefing import BriefingError, DataError, claims, load, validate
from briefing.data import parse_cell

from ..synthetic import rows, source, write_project, write_table


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path)


def faults(project) -> list[str]:
    with pytest.raises(DataError) as caught:
        validate(project, claims.consistency)
    return str(caught.value).split("\n")


def change(project, table, number, **cells):
    """Rewrite a core table with some cells of one row changed."""
    resources = {r["name"]: r for r in json.loads((project / "data/datapackage.json").read_text())["resources"]}
    changed = [dict(r) for r in rows(table)]
    changed[number] |= cells
    write_table(project, resources[table], changed)


def test_a_sound_package_is_read(project):
    package = validate(project, claims.consistency)
    assert list(package.claims.index) == ["C01", "C02", "C03"]
    assert package.evidence.at["E001", "source_ids"] == ("src-post", "src-echo")
    assert package.claims.at["C02", "horizon"].date() == date(2020, 5, 31)


def test_the_real_package_is_sound():
    validate(checks=claims.consistency)


def test_only_what_was_known_on_the_day_is_read(project):
    assert "E004" in load(project).evidence.index
    assert "E004" not in load(project, "then").evidence.index
    assert "E004" in load(project, "2020-06-01").evidence.index


@pytest.mark.parametrize("day", ["05/09/2019", "2019-9-5", "2019-02-30", "yesterday"])
def test_a_day_is_iso_or_refused(project, day):
    with pytest.raises(BriefingError, match="is not a day"):
        load(project, day)


@pytest.mark.parametrize(
    "table, number, cells, expected",
    [
        ("evidence", 0, {"bearing": "suports"}, "data/evidence.csv, row 2, column bearing: not an allowed value ('suports'). Did you mean 'supports'."),
        ("evidence", 0, {"source_ids": "src-pots"}, "data/evidence.csv, row 2, column source_ids: no such id in sources ('src-pots'). Did you mean 'src-post'."),
        ("evidence", 0, {"claim_id": "C91"}, "row 2, column claim_id: no such claim_id in claims ('C91')"),
        ("evidence", 1, {"evidence_id": "E001"}, "row 3, column evidence_id: stands twice ('E001')"),
        ("evidence", 0, {"known_on": "2020-01-31"}, "row 2, column known_on: before the event"),
        ("evidence", 0, {"known_on": "2022-01-01"}, "column known_on: after the analysis date"),
        ("evidence", 0, {"known_on": "2020-13-01"}, "column known_on: not a day of the calendar ('2020-13-01')"),
        ("evidence", 0, {"event_date": "2020-04-01", "known_on": "2020-04-01"}, "column event_date: after 2020-03-01, the day the claim speaks of"),
        ("evidence", 0, {"event_date": "2019-01-01", "known_on": "2019-01-01"}, "column known_on: earlier than every source (the first is of 2020-02-01)"),
        ("evidence", 0, {"reading": ""}, "column reading: needed on the axis substance"),
        ("evidence", 1, {"against": ""}, "column against: needed on the axis fidelity"),
        ("evidence", 3, {"claim_id": "C01"}, "column axis: only a forecast has an outcome"),
        ("evidence", 0, {"check": "no_such_check"}, "column check: no check has this name"),
        ("evidence", 0, {"finding_en": ""}, "column finding_en: required and empty"),
        ("evidence", 0, {"finding_en": "a\u202eb"}, "a control or direction character"),
        ("evidence", 0, {"finding_en": "x" * 10_000_000}, "10,000,000 characters in one cell"),
        ("anchors", 0, {"quote": "le pont est vieux"}, "the quote is not in this sentence ('le pont est vieux'). The nearest words are 'le pont est neuf"),
        ("anchors", 0, {"quote": "e"}, "times in this sentence ('e'). Quote more of it"),
        ("anchors", 0, {"sentence_id": "S09"}, "no such sentence_id in sentences ('S09')"),
        ("claims", 1, {"criterion_en": ""}, "column criterion_en: a forecast needs the criterion"),
        ("claims", 1, {"horizon": "2020-03-01"}, "column horizon: only a forecast has a horizon, and after the day it speaks of"),
        ("claims", 2, {"kind": "statement"}, "no passage is anchored to this claim ('C03')"),
        ("claims", 0, {"kind": "omission"}, "an omission cannot have an anchor ('C01')"),
        ("sentences", 1, {"start": "36"}, "sentences must tile the text; expected start 37 ('36')"),
        ("sentences", 1, {"end": "70"}, "sentences end at 70, the text at"),
    ],
)
def test_a_wrong_cell_is_named_with_its_remedy(project, table, number, cells, expected):
    change(project, table, number, **cells)
    assert any(expected in line for line in faults(project)), faults(project)


def test_several_faults_are_told_at_once(project):
    change(project, "claims", 1, kind="forecats", horizon="2020-99-01")
    assert len(faults(project)) == 2


def test_a_sentence_needs_a_claim_or_a_reason(project):
    resources = {r["name"]: r for r in json.loads((project / "data/datapackage.json").read_text())["resources"]}
    write_table(project, resources["anchors"], [rows("anchors")[0], rows("anchors")[1] | {"sentence_id": "S02", "claim_id": "C01"}])
    assert any("no passage is anchored to this claim ('C02')" in f for f in faults(project))


CLAIMS, EVIDENCE = "data/claims.csv", "data/evidence.csv"


@pytest.mark.parametrize(
    "name, edit, expected",
    [
        (CLAIMS, lambda b: b"", "the file is empty"),
        (CLAIMS, lambda b: b"\xef\xbb\xbf" + b, "byte order mark"),
        (CLAIMS, lambda b: b.replace(b"\n", b"\r\n"), "lines end with CR"),
        (CLAIMS, lambda b: b + b"\xff\xfe", "not UTF-8 at byte"),
        (CLAIMS, lambda b: "pontifié".encode("latin-1") + b, "not UTF-8 at byte"),
        (CLAIMS, lambda b: b"\x00\x01\x02" * 50, "holds NUL bytes"),
        (EVIDENCE, lambda b: b[: len(b) // 2], "evidence.csv"),
        (EVIDENCE, lambda b: b.replace(b"bearing", b"baering"), "column 'bearing' is missing. Rename 'baering'"),
        (EVIDENCE, lambda b: b.replace(b"bearing,", b""), "column 'bearing' is missing"),
        (EVIDENCE, lambda b: b.replace(b"bearing,", b"bearing,extra,"), "column 'extra' is not in datapackage.json"),
        (EVIDENCE, lambda b: b.replace(b"basis,role", b"role,basis"), "out of order"),
        (EVIDENCE, lambda b: b + b'E005,"C01', "not readable as CSV"),
        ("data/article/article.txt", lambda b: b.replace(b"pont", b"port"), "is not the text that article.json records"),
        ("data/article/article.json", lambda b: b[:-3], "not valid JSON"),
        ("data/sources.json", lambda b: b.replace(b"https://echo", b"javascript://echo"), "must start with http"),
        ("data/sources.json", lambda b: b.replace(b"https://echo", b"file://echo"), "must start with http"),
        ("data/sources.json", lambda b: b.replace(b'"publisher": "Echo"', b'"publisher": ""'), "src-echo has no publisher"),
        ("data/sources.json", lambda b: b.replace(b'"origin": "Echo"', b'"origin": ""'), "src-echo has no origin"),
        ("data/sources.json", lambda b: b.replace(b"in full", b"in fulll"), "Did you mean 'in full'"),
        ("data/sources.json", lambda b: b.replace(b"src-post", b"src-echo"), "the id stands twice"),
        ("briefing.toml", lambda b: b.replace(b'then = "2020-03-01"', b'then = "1.3.2020"'), "must be ISO dates"),
    ],
)
def test_a_broken_file_is_named(project, name, edit, expected):
    path = project / name
    path.write_bytes(edit(path.read_bytes()))
    assert any(expected in line for line in faults(project)), faults(project)


def test_a_missing_file_is_named(project):
    (project / EVIDENCE).unlink()
    assert any("data/evidence.csv: cannot be read" in line for line in faults(project))


def test_a_table_nobody_described_is_refused(project):
    (project / "data/extra.csv").write_text("a\n1\n")
    assert any("data/extra.csv: is not listed" in line for line in faults(project))


def test_a_source_nobody_cites_is_refused(project):
    (project / "data/sources.json").write_text(json.dumps([source("echo"), source("lost"), source("post")]))
    assert any("cited nowhere ('src-lost')" in line for line in faults(project))


def test_a_path_never_leaves_the_project(project):
    with pytest.raises(DataError, match="leads out of the project"):
        load(project).text("../secret.txt")


@pytest.mark.parametrize(
    "field, cell, problem",
    [
        ({"type": "integer"}, "NaN", "not a plain integer"),
        ({"type": "number"}, "inf", "not a plain number"),
        ({"type": "number"}, "1e400", "not a plain number"),
        ({"type": "number"}, "1,5", "not a plain number"),
        ({"type": "integer", "constraints": {"minimum": 0}}, "-3", "below the minimum"),
        ({"type": "integer", "constraints": {"maximum": 10}}, "11", "above the maximum"),
        ({"type": "string"}, " x", "white space"),
        ({"type": "string", "x-list": True}, "a; b", "padded"),
        ({"type": "string", "x-list": True}, "a;;b", "empty"),
        ({"type": "string", "constraints": {"pattern": "C[0-9]+"}}, "D1", "does not match"),
        ({"type": "date"}, "2019-02-29", "not a day"),
        ({"type": "date", "constraints": {"minimum": "1945-01-01"}}, "1066-01-01", "out of range"),
    ],
)
def test_a_cell_is_refused(field, cell, problem):
    assert problem in parse_cell({"name": "x"} | field, cell)[1]


@pytest.mark.parametrize("cell", ["👍", "e\u0301", "→", "«\u202f»"])
def test_unusual_but_honest_text_passes(cell):
    assert parse_cell({"name": "x", "type": "string"}, cell) == (cell, "", "")

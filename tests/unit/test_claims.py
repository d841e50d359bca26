"""Claims judged from the tables: tables and words agree, what moved when, what each verdict hangs on."""

import json

import pytest

from briefing import DataError, claims, load, validate

from ..synthetic import rows, write_project, write_table


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path)


def flip(project, number, **cells):
    resources = {r["name"]: r for r in json.loads((project / "data/datapackage.json").read_text())["resources"]}
    changed = [dict(r) for r in rows("evidence")]
    changed[number] |= cells
    write_table(project, resources["evidence"], changed)


def test_the_table_of_verdicts(project):
    frame = claims.verdict_frame(load(project))
    assert frame.loc["C01", ["substance", "fidelity", "confidence or reason"]].tolist() == ["accurate", "faithful", "high"]
    assert frame.at["C02", "outcome"] == "did not come about"
    assert claims.verdict_frame(load(project, "then")).at["C02", "outcome"] == "too early"


def test_flipping_a_row_that_carries_a_verdict_changes_it_and_the_words_no_longer_fit(project):
    flip(project, 0, bearing="contradicts")
    assert claims.verdict_frame(load(project)).at["C01", "substance"] == "contradicted"
    with pytest.raises(DataError, match="column written_for_then: the rule says 'contradicted · faithful' as of 2020-03-01"):
        validate(project, claims.consistency)


def test_each_row_that_carries_a_real_verdict_would_be_missed():
    package = load()
    carried = [(i, r) for i, j in claims.judge_all(package).items() for lost in j.carried_by.values() for r in lost if r in package.evidence.index]
    bench = claims.Bench(package)
    for claim_id, row in carried:
        left = [r for r in bench.rows[claim_id] if r.id != row]
        before = claims.judge(bench.claims[claim_id], bench.rows[claim_id], package.today)
        assert claims.judge(bench.claims[claim_id], left, package.today).summary != before.summary


def test_what_moved_names_the_evidence_that_moved_it(project):
    frame = claims.timeline_frame(load(project))
    outcome = frame[frame["axis"] == "outcome"]
    assert outcome[["claim_id", "before", "after", "evidence_ids"]].values.tolist() == [["C02", "too early", "did not come about, moderate", "E004"]]


def test_substance_never_moves_with_what_happened_after_the_speech():
    package = load()
    moved = claims.timeline_frame(package)
    for _, change in moved[moved["axis"] == "substance"].iterrows():
        for row in change["evidence_ids"].split(";"):
            r = package.evidence.loc[row]
            assert r["axis"] != "substance" or r["event_date"] <= package.claims.at[change["claim_id"], "as_at"]


def test_a_verdict_that_hangs_on_one_origin_is_named(project):
    frame = claims.sensitivity_frame(load(project)).set_index(["claim_id", "axis"])
    assert frame.at[("C01", "fidelity"), "origins"] == "Post"
    assert frame.at[("C01", "substance"), "origins"] == ""


def test_a_report_says_how_its_rows_were_seen(project):
    good, total, weak = claims.deciding_share(load(project))
    assert (good, total, weak) == (4, 4, [])


def test_the_steps_of_the_rule_are_told(project):
    steps = claims.explain(load(project), "C01")
    assert steps[0] == "C01 is a statement; 2 of 2 rows count on 2021-06-30."
    assert "E001 supports (plain), strong: src-post, src-echo." in steps
    assert steps[-1].startswith("Fidelity: faithful")


def test_at_least_85_percent_of_the_deciding_rows_rest_on_originals():
    good, total, _ = claims.deciding_share(load())
    assert good / total >= 0.85


def test_the_article_is_covered():
    package = load()
    assert len(package.claims) >= 15
    assert {"statement", "quotation", "attribution", "forecast", "judgement", "wording", "omission"} <= set(package.claims["kind"])

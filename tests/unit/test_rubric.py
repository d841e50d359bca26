"""The rule from evidence to verdict: each of its lines, and what must hold for any evidence at all."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import rubric
from briefing.rubric import Claim, Row, Source, Strength, judge

THEN, TODAY = date(2019, 9, 5), date(2026, 11, 23)
CLAIM = Claim("C01", "statement", THEN, ("Redland",))

AGENCY = Source("a", "Agency A", "House A")
PAPER = Source("b", "Paper B", "House B")
STATE = Source("r", "Red Wire", "Red state", "Redland", "state media")
MINISTRY = Source("m", "Red Ministry", "Red government", "Redland", "state", "primary")
UNSEEN = Source("u", "Agency U", "House U", consulted="not seen")
NAMELESS = Source("n", rubric.UNNAMED, "House N")


def row(id="E1", bearing="supports", sources=(AGENCY,), **more):
    more = {"axis": "substance", "reading": "plain", "known_on": THEN, "event_date": THEN} | more
    return Row(id, bearing=bearing, sources=tuple(sources), **more)


# ------------------------------------------------------------------------------- strength of a row


@pytest.mark.parametrize(
    "sources, more, expected",
    [
        ([AGENCY, PAPER], {}, Strength.STRONG),
        ([MINISTRY], {"basis": "own_record"}, Strength.STRONG),
        ([replace(MINISTRY, mirror=True)], {"basis": "own_record"}, Strength.WEAK),
        ([AGENCY], {}, Strength.ORDINARY),
        ([AGENCY, replace(PAPER, owner_group="House A")], {}, Strength.ORDINARY),
        ([AGENCY, replace(PAPER, credits=("Agency A",))], {}, Strength.ORDINARY),
        ([MINISTRY], {"basis": "admission"}, Strength.ORDINARY),
        ([STATE], {}, Strength.WEAK),
        ([STATE], {"role": "record"}, Strength.ORDINARY),
        ([STATE], {"role": "object"}, Strength.ORDINARY),
        ([AGENCY, PAPER], {"basis": "paraphrase"}, Strength.WEAK),
        ([UNSEEN], {}, Strength.WEAK),
        ([NAMELESS], {}, Strength.WEAK),
    ],
)
def test_strength(sources, more, expected):
    assert rubric.strength(row(sources=sources, **more), ("Redland",)) == expected


def test_state_media_is_a_party_even_where_its_side_is_not_named():
    assert rubric.strength(row(sources=[STATE]), ()) == Strength.WEAK
    assert rubric.strength(row(sources=[MINISTRY]), ()) == Strength.ORDINARY


# ------------------------------------------------------------------------------- the state of a reading


@pytest.mark.parametrize(
    "rows, word, reason",
    [
        ([], "none", ""),
        ([row()], "holds", ""),
        ([row(), row("E2", "qualifies")], "holds, limited", "with limits"),
        ([row(), row("E2", "cannot_settle")], "holds, limited", "with limits"),
        ([row(), row("E2", "contradicts", [STATE])], "holds, limited", "dissent noted"),
        ([row(bearing="contradicts")], "fails", ""),
        ([row(bearing="contradicts"), row("E2", "supports", [STATE])], "fails", ""),
        ([row(), row("E2", "contradicts", [PAPER])], "open", "sources conflict"),
        ([row(sources=[STATE])], "open", "one party's word"),
        ([row(bearing="cannot_settle")], "open", "the record is silent"),
        ([row(sources=[UNSEEN])], "open", "only weak sources"),
        ([row(bearing="qualifies")], "open", "only weak sources"),
        ([row(bearing="contradicts", material=False), row("E2")], "holds, limited", "with limits"),
    ],
)
def test_state_of_a_reading(rows, word, reason):
    state = rubric.reading_state(rows, ("Redland",))
    assert (state.word, state.reason) == (word, reason)


# ------------------------------------------------------------------------------- substance

PLAIN_HOLDS, PLAIN_FAILS, PLAIN_OPEN = row(), row(bearing="contradicts"), row(bearing="cannot_settle")
NARROW_HOLDS = row("E5", reading="narrow")
NARROW_FAILS = row("E5", "contradicts", reading="narrow")
NARROW_OPEN = row("E5", "cannot_settle", reading="narrow")


@pytest.mark.parametrize(
    "rows, word",
    [
        ([], "no evidence"),
        ([PLAIN_HOLDS], "accurate"),
        ([PLAIN_HOLDS, NARROW_HOLDS], "accurate"),
        ([PLAIN_HOLDS, NARROW_FAILS], "accurate, incomplete"),
        ([PLAIN_HOLDS, NARROW_OPEN], "accurate, incomplete"),
        ([PLAIN_HOLDS, row("E2", "qualifies")], "accurate, incomplete"),
        ([PLAIN_FAILS, NARROW_HOLDS], "misleading"),
        ([PLAIN_FAILS], "contradicted"),
        ([PLAIN_FAILS, NARROW_FAILS], "contradicted"),
        ([PLAIN_OPEN, NARROW_HOLDS], "overstated"),
        ([NARROW_HOLDS], "overstated"),
        ([PLAIN_OPEN], "not settled"),
        ([NARROW_FAILS], "not settled"),
    ],
)
def test_substance(rows, word):
    assert judge(CLAIM, rows, THEN).substance == word


@pytest.mark.parametrize("kind, word", rubric.BY_KIND.items())
def test_kinds_that_are_explained_and_not_rated(kind, word):
    verdict = judge(replace(CLAIM, kind=kind), [row()], THEN)
    assert verdict.substance == word
    assert verdict.confidence["substance"] is None


def test_a_report_of_words_is_rated_on_substance_only_where_it_has_rows():
    quotation = replace(CLAIM, kind="quotation")
    assert judge(quotation, [], THEN).substance is None
    assert judge(quotation, [row()], THEN).substance == "accurate"


# ------------------------------------------------------------------------------- fidelity


@pytest.mark.parametrize(
    "rows, word",
    [
        ([row(axis="fidelity", against="speaker")], "faithful"),
        ([row(axis="fidelity", against="speaker", verbatim=True)], "faithful"),
        ([row(axis="fidelity", against="Wire", verbatim=True)], "verbatim"),
        ([row(axis="fidelity", against="speaker"), row("E2", "qualifies", axis="fidelity", against="speaker")], "loosened"),
        ([row(axis="fidelity", against="speaker", bearing="contradicts")], "distorted"),
        ([row(axis="fidelity", against="speaker", bearing="contradicts", sources=[UNSEEN])], "loosened"),
        ([row(axis="fidelity", against="speaker", bearing="contradicts", material=False)], "loosened"),
        ([row(axis="fidelity", against="speaker", bearing="cannot_settle")], "not found"),
    ],
)
def test_fidelity(rows, word):
    assert judge(CLAIM, rows, THEN).fidelity_word == word


def test_fidelity_is_told_for_each_wording_and_the_speaker_leads():
    rows = [row("E1", axis="fidelity", against="Wire", verbatim=True), row("E2", "contradicts", axis="fidelity", against="speaker")]
    verdict = judge(CLAIM, rows, THEN)
    assert verdict.fidelity == {"speaker": "distorted", "Wire": "verbatim"}
    assert verdict.fidelity_word == "distorted"


# ------------------------------------------------------------------------------- outcome

FORECAST = replace(CLAIM, kind="forecast", horizon=date(2021, 2, 5))


def came(bearing="supports", on=date(2021, 1, 1), known=date(2021, 1, 2), id="E1", sources=(AGENCY,)):
    return row(id, bearing, sources, axis="outcome", reading="", event_date=on, known_on=known)


@pytest.mark.parametrize(
    "rows, day, word",
    [
        ([], date(2020, 1, 1), "too early"),
        ([came()], date(2021, 1, 1), "too early"),
        ([came()], date(2021, 1, 2), "came about"),
        ([came(on=date(2021, 3, 1), known=date(2021, 3, 1))], TODAY, "came about late"),
        ([came("contradicts", date(2021, 2, 6), date(2021, 2, 6))], TODAY, "did not come about"),
        ([came("contradicts", date(2020, 2, 6), date(2020, 2, 6))], date(2020, 3, 1), "too early"),
        ([came(), came("contradicts", id="E2")], TODAY, "not settled"),
        ([came(sources=[UNSEEN])], TODAY, "not settled"),
        ([], TODAY, "not settled"),
    ],
)
def test_outcome(rows, day, word):
    assert judge(FORECAST, rows, day).outcome == word


def test_a_forecast_without_a_deadline_is_never_rated():
    assert judge(replace(FORECAST, horizon=None), [came()], TODAY).outcome == "no deadline given"


def test_only_forecasts_have_an_outcome():
    assert judge(CLAIM, [came()], TODAY).outcome is None


# ------------------------------------------------------------------------------- confidence and what carries it


@pytest.mark.parametrize(
    "rows, level",
    [
        ([row(sources=[AGENCY, PAPER])], "high"),
        ([row("E1"), row("E2", sources=[PAPER])], "high"),
        ([row(sources=[AGENCY])], "moderate"),
        ([row(sources=[AGENCY, PAPER]), row("E2", "contradicts", [STATE])], "moderate"),
        ([row(sources=[MINISTRY], basis="admission")], "low"),
        ([row(sources=[STATE], role="record")], "low"),
        ([row(sources=[MINISTRY, AGENCY], basis="own_record")], "high"),
    ],
)
def test_confidence(rows, level):
    assert judge(CLAIM, rows, THEN).confidence["substance"] == level


def test_no_confidence_where_there_is_no_verdict():
    assert judge(CLAIM, [row(bearing="cannot_settle")], THEN).confidence["substance"] is None
    assert judge(FORECAST, [], date(2020, 1, 1)).confidence["outcome"] is None


def test_what_carries_a_verdict_is_named():
    assert judge(CLAIM, [row(sources=[AGENCY])], THEN).carried_by["substance"] == ("Agency A", "E1")
    assert judge(CLAIM, [row("E1"), row("E2", sources=[PAPER])], THEN).carried_by["substance"] == ()


@pytest.mark.parametrize(
    "kind, rows, axis",
    [
        ("statement", [row()], "substance"),
        ("statement", [], "substance"),
        ("attribution", [PLAIN_OPEN, row("E2", axis="fidelity", reading="", against="speaker")], "substance"),
        ("wording", [row(axis="fidelity", reading="", against="speaker")], "fidelity"),
        ("quotation", [row(axis="fidelity", reading="", against="speaker")], "fidelity"),
        ("judgement", [], "substance"),
    ],
)
def test_the_axis_that_leads(kind, rows, axis):
    assert judge(replace(CLAIM, kind=kind), rows, THEN).lead == axis


# ------------------------------------------------------------------------------- two clocks


def test_what_was_not_yet_known_does_not_count():
    later = row("E2", "contradicts", known_on=THEN + timedelta(30))
    assert judge(CLAIM, [row(), later], THEN).substance == "accurate"
    assert judge(CLAIM, [row(), later], TODAY).substance == "not settled"


def test_what_happened_later_never_touches_substance():
    later = row("E2", "contradicts", event_date=THEN + timedelta(1), known_on=THEN + timedelta(1))
    assert judge(CLAIM, [row(), later], TODAY).substance == "accurate"


# ------------------------------------------------------------------------------- for any evidence at all

sources = st.sampled_from([AGENCY, PAPER, STATE, MINISTRY, UNSEEN, NAMELESS])
days = st.dates(date(2018, 1, 1), TODAY)


@st.composite
def evidence(draw):
    axis = draw(st.sampled_from(["substance", "fidelity", "outcome", "context"]))
    return dict(
        axis=axis,
        bearing=draw(st.sampled_from(["supports", "qualifies", "contradicts", "cannot_settle"])),
        sources=tuple(draw(st.lists(sources, min_size=1, max_size=3, unique=True))),
        known_on=draw(days), event_date=draw(days), material=draw(st.booleans()),
        reading=draw(st.sampled_from(["plain", "narrow", "wide"])) if axis == "substance" else "",
        against=draw(st.sampled_from(["speaker", "Wire"])) if axis == "fidelity" else "",
        basis=draw(st.sampled_from(["quotation", "report", "own_record", "admission", "paraphrase", "computed"])),
        role=draw(st.sampled_from(["object", "record", "fact"])), verbatim=draw(st.booleans()),
    )


rowsets = st.lists(evidence(), max_size=8).map(lambda rs: [Row(f"E{i:02d}", **r) for i, r in enumerate(rs)])
claims = st.builds(
    Claim, st.just("C01"),
    st.sampled_from(["statement", "quotation", "attribution", "forecast", *rubric.BY_KIND]),
    days, st.sampled_from([(), ("Redland",)]), st.none() | days,
)


@given(claims, rowsets, days)
def test_the_function_is_total_and_its_words_are_closed(claim, rows, day):
    verdict = judge(claim, rows, day)
    assert verdict.substance in {None, "no evidence", "not settled", *rubric.RATED["substance"], *rubric.BY_KIND.values()}
    assert set(verdict.fidelity.values()) <= {"not found", *rubric.RATED["fidelity"]}
    assert verdict.outcome in {None, "too early", "not settled", "no deadline given", *rubric.RATED["outcome"]}
    for axis, words in rubric.RATED.items():
        assert (verdict.confidence[axis] is not None) == (verdict.word(axis) in words)
        if verdict.word(axis) and verdict.confidence[axis] is None and axis == "substance":
            assert verdict.reason[axis]


def test_the_reading_state_is_total_over_every_combination_of_bearing_and_strength():
    makes = [row("E1", b, s) for b in ("supports", "qualifies", "contradicts", "cannot_settle") for s in ([AGENCY, PAPER], [AGENCY], [STATE])]
    words = {rubric.reading_state([replace(a, id="E1"), replace(b, id="E2"), replace(c, id="E3")], ("Redland",)).word for a, b, c in product(makes, repeat=3)}
    assert words == {"holds", "holds, limited", "fails", "open"}


@given(claims, rowsets, days, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(claim, rows, day, random):
    shuffled = random.sample(rows, len(rows))
    assert judge(claim, rows, day) == judge(claim, shuffled, day)


@given(claims, rowsets, evidence(), days)
def test_evidence_known_later_never_changes_an_earlier_verdict(claim, rows, more, day):
    late = replace(Row("E99", **more), known_on=day + timedelta(1))
    assert judge(claim, rows, day) == judge(claim, [*rows, late], day)


@given(rowsets, evidence(), days)
def test_a_weak_row_alone_never_overturns_a_solid_reading(rows, more, day):
    weak = replace(Row("E99", **more), axis="substance", reading="plain", against="", sources=(UNSEEN,), known_on=THEN, event_date=THEN)
    before, after = judge(CLAIM, rows, day), judge(CLAIM, [*rows, weak], day)
    plain = before.readings.get("plain")
    if plain and plain.holds:
        assert after.readings["plain"].holds
    if plain and plain.word == "fails":
        assert after.readings["plain"].word == "fails"

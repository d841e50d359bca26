"""The figures on who told what."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

import briefing as bf
from armscontrol.charts import record

from .checks_by_hand import ROOT, table

OUTLETS = """
    outlet_id, outlet, owner_group, place_of_offer, who_replied, tense_or_mood
    a, Alpha, Russian state media, osaka, they, present
    b, "Beta, in Gamma", Beta, phone, trump, past
    c, "Beta, on Monday", Beta, unplaced, us side, conditional
    d, Delta, Delta, not stated, not stated, not seen
    lnt, The page, The page, osaka, trump, past"""


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def outlets():
    return table(OUTLETS)


def test_departures_leave_out_the_article_and_what_was_not_told(outlets):
    assert record.departures(outlets, "place_of_offer") == (2, 3)
    assert record.departures(outlets, "who_replied") == (2, 3)


def test_state_media_stand_first_and_the_article_last(outlets):
    rows = record.telling(outlets)
    assert list(rows["outlet_id"]) == ["a", "b", "c", "d", "lnt"]
    assert list(rows["name"]) == ["Alpha", "Beta, in Gamma", "Beta, on Monday", "Delta", "The article"]


def test_matrix_says_in_its_title_what_it_shows(outlets):
    title = record.matrix(outlets).texts[0].get_text()
    assert "2 of 3 outlets" in title and "2 of 3 name who replied" in title


def test_matrix_agrees_with_the_checks():
    package = bf.load(ROOT)
    outlets, place, reply = package.table("outlets"), *(bf.checks.run(package, n).values for n in ("outlets_placing_offer", "outlets_on_reply"))
    assert record.departures(outlets, "place_of_offer") == (place["osaka"] + place["phone"], place["n"])
    assert record.departures(outlets, "who_replied") == (reply["trump"] + reply["white_house"] + reply["us_side"], reply["n"])
    assert f"Osaka {place['osaka']}, phone {place['phone']}, none {place['unplaced']}" in record.matrix_alt(outlets)


def test_first_heard_counts_what_came_before_the_offer():
    statements = table("""
        date, speaker, side, topic
        2019-06-28, A Lavrov, Russia, dialogue
        2019-06-28, White House, United States, dialogue
        2019-07-10, B, China, dialogue
        2019-09-05, A Putin, Russia, offer
        2019-09-05, A Putin, Russia, hypersonics
        2019-09-06, An official, United States, offer
        2019-10-06, C, Russia, new_start""")
    fig = record.first_heard(statements, "2019-06-28", "2019-09-05")
    assert "69 days" in fig.texts[0].get_text() and "2 statements" in fig.texts[0].get_text()
    assert sum(len(line.get_xdata()) for line in fig.axes[0].lines if line.get_marker() in "so") == 4
    assert "2 filled" in record.first_heard_alt(statements, "2019-06-28", "2019-09-05")


def test_wordings_prefer_the_quotation_and_add_the_sense():
    rows = record.wordings(bf.load(ROOT).table("renderings"))
    assert list(rows.columns) == ["agency", "offer", "reply"] and len(rows) == len(record.AGENCIES)
    assert rows.loc[0, "offer"].endswith(")") and not rows.loc[1, "offer"].endswith(")")


def test_alone_gives_the_reason_or_the_narrower_reading():
    claims = table("claim_id, assertion_en\nC1, It rained.\nC2, It poured.")
    state = lambda word: SimpleNamespace(word=word)
    judged = {
        "C1": SimpleNamespace(fidelity_word="faithful", substance="not settled", reason={"substance": "record silent"}, readings={"plain": state("open")}),
        "C2": SimpleNamespace(fidelity_word="loosened", substance="overstated", reason={"substance": ""}, readings={"plain": state("open"), "a little": state("holds")}),
    }
    assert list(record.alone(claims, judged, ["C2", "C1"])["why"]) == ["only: a little", "record silent"]

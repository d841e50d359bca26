"""Shared words, renderings, and how outlets tell the offer."""

import pytest

from briefing import BriefingError

from .checks_by_hand import ask, real

OUTLETS = """
    outlet_id,      outlet,         place_of_offer, who_replied, known_on
    rt-france,      RT France,      unplaced,       trump,       2019-09-05
    sputnik-france, Sputnik France, not stated,     they,        2019-09-05
    paper,          "Paper, Paris", osaka,          white house, 2019-09-06
    lnt,            The article,    osaka,          trump,       2019-09-30
"""
RUNS = """
    run_id, words, in_quotation
    R1,     4,     no
    R2,     10,    yes
    R3,     6,     no
"""
YARDSTICKS = """
    yardstick_id, text,           relation,    article_words, shared_words, shared_in_quotations, longest_run, share_percent
    Y1,           "RT France, d", same event,  100,           20,           10,                   10,          20.0
    Y2,           "Sputnik France, d", same event, 100,       9,            5,                    5,           9.0
    Y3,           "Sputnik France, e", same subject, 100,     4,            0,                    4,           4.0
"""
REUSE = {"outlets": OUTLETS, "reused_passages": RUNS, "reuse_yardsticks": YARDSTICKS}


def test_shared_words_inside_and_outside_quotations():
    found = ask("shared_words", "2019-09-05", **REUSE)
    assert {k: found[k].value for k in ("shared", "total", "percent", "runs", "longest_run", "in_quotations")} == {
        "shared": 20, "total": 100, "percent": 20, "runs": 3, "longest_run": 10, "in_quotations": 10,
    }
    assert [found[f"outside_{k}"].value for k in ("shared", "total", "percent")] == [10, 90, 11]
    other = ask("shared_words", "2019-09-05", "sputnik-france", **REUSE)
    assert (other["shared"].value, other["quoted"].value, other["share"].value) == (9, 5, 9)
    with pytest.raises(BriefingError, match="0 texts of Paper"):
        ask("shared_words", "2019-09-30", "paper", **REUSE)


def test_yardsticks_leave_the_text_measured_out():
    found = ask("reuse_yardsticks", "2019-09-05", **REUSE)
    assert [found[k].value for k in ("texts", "same_event_most", "other_texts", "other_most")] == [2, 9, 1, 4]


WORDS = {
    "outlets": OUTLETS,
    "anchors": """
        claim_id, sentence_id, quote
        C01, S01, nous avons déjà dépensé de l’argent
        C02, S02, a avoué
        C03, S03, "balance, et le monde entier"
    """,
    "renderings": """
        rendering_id, outlet_id, language, sentence_key, quote, known_on
        W1, rt-france, fr, spend, "« Nous avons déjà dépensé de l'argent ? »", 2019-09-05
        W2, rt-france, fr, spend, "nous avons déjà dépensé de l'argent ?", 2019-09-05
        W3, sputnik-france, fr, spend, nous avons dépensé de l’argent, 2019-09-05
        W4, sputnik-france, fr, aim, "pour la balance et le monde entier, a-t-il dit", 2019-09-05
        W5, paper, en, spend, nous avons déjà dépensé de l’argent, 2019-09-06
        W6, lnt, fr, spend, nous avons déjà dépensé de l’argent, 2019-09-30
    """,
}


def test_a_quotation_against_a_named_rendering():
    same = ask("same_rendering", "2019-09-05", "C01", **WORDS)
    assert same.values["verbatim"] is True and same["outlet"].value == "RT France" and list(same.rows["rendering_id"]) == ["W2"]
    assert ask("same_rendering", "2019-09-05", "C01/sputnik-france", **WORDS).values["verbatim"] is False
    for argument, said in ((None, "same_rendering:C22"), ("C09", "anchored"), ("C01/nobody", "no outlet")):
        with pytest.raises(BriefingError, match=said):
            ask("same_rendering", "2019-09-05", argument, **WORDS)


def test_a_passage_that_stands_whole_in_a_rendering():
    found = ask("verbatim_in", "2019-09-05", "aim/sputnik-france", **WORDS)
    assert found.values["verbatim"] is True and found["passage"].value == "balance, et le monde entier"
    assert ask("verbatim_in", "2019-09-05", "spend/sputnik-france", **WORDS).values["verbatim"] is False
    with pytest.raises(BriefingError, match="no row"):
        ask("verbatim_in", "2019-09-05", "aim/rt-france", **WORDS)


def test_the_nearest_french_rendering_that_is_not_the_article():
    found = ask("nearest_rendering", "2026-11-23", "C01", **WORDS)
    # 7 words against 6, 6 of them in common: 2 · 6 / 13.
    assert (found.value, found["score"].value, found["second"].value, found["second_score"].value) == ("RT France", 1.0, "Sputnik France", 0.923)
    assert ask("nearest_rendering", "2019-09-01", "C01", **WORDS).value is None


def test_outlets_by_place_and_by_who_replied():
    found = ask("outlets_placing_offer", "2026-11-23", outlets=OUTLETS)
    assert [found[k].value for k in ("outlets", "n", "osaka", "phone", "unplaced", "not_stated")] == [3, 2, 1, 0, 1, 1]
    assert found["osaka_names"].value == "Paper, Paris" and found["phone_names"].value == "none"
    assert ask("outlets_placing_offer", "2019-09-05", outlets=OUTLETS)["osaka"].value == 0
    reply = ask("outlets_on_reply", "2026-11-23", outlets=OUTLETS)
    assert [reply[k].value for k in ("n", "trump", "white_house", "us_side", "they")] == [3, 1, 1, 0, 1]


def test_real_reuse():
    found = real("shared_words")
    assert [found[k].value for k in ("shared", "total", "percent", "in_quotations")] == [80, 387, 21, 37]
    assert [found[f"outside_{k}"].value for k in ("shared", "total", "percent")] == [43, 350, 12]
    assert real("shared_words:sputnik-france")["shared"].value < 80
    assert real("reuse_yardsticks")["other_most"].value < real("reuse_yardsticks")["same_event_most"].value < 80


def test_real_renderings():
    for claim in ("C22", "C28"):
        assert real(f"same_rendering:{claim}", "then").values["verbatim"] is True
        assert real(f"same_rendering:{claim}/sputnik-france", "then").values["verbatim"] is False
        assert real(f"nearest_rendering:{claim}", "then").value == "RT France"
    for key, outlet, verbatim in (("balance", "rt-france", True), ("why_spend", "rt-france", True), ("no_answer", "sputnik-france", False)):
        assert real(f"verbatim_in:{key}/{outlet}", "then").values["verbatim"] is verbatim


def test_real_outlets():
    found = real("outlets_placing_offer")
    assert found["osaka"].value and found["phone"].value and found["unplaced"].value
    assert found["osaka"].value + found["phone"].value + found["unplaced"].value == found["n"].value
    assert "La Nouvelle Tribune" not in found["osaka_names"].value
    assert real("outlets_on_reply")["they"].value > 0

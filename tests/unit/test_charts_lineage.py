"""The figures on where the words come from."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import briefing as bf
from armscontrol.charts import lineage
from briefing.article import Article

from .checks_by_hand import ROOT, table

TEXT = "Le phare est vieux. « Le phare compte cent marches », dit-on.\nIl sera vendu.\n"


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def article():
    sentences = pd.DataFrame({"paragraph": [1, 1, 2], "start": [0, 20, 62], "end": [20, 62, 77]})
    return Article(TEXT, {}, sentences)


@pytest.fixture
def runs():
    start = TEXT.index("Le phare compte")
    return table(f"run_id, words, start, end, quote\nR1, 5, {start}, {start + 28}, Le phare compte cent marches")


def said(fig) -> str:
    """All words on a figure."""
    return " ".join(t.get_text() for t in fig.findobj(plt.Text))


def test_each_word_has_a_box_and_each_paragraph_begins_a_line(article, runs):
    boxes = lineage.word_boxes(article, runs)
    assert len(boxes) == 14
    assert list(boxes.loc[boxes["run"] == "R1", "word"]) == ["le", "phare", "compte", "cent", "marches"]
    assert boxes["quoted"].sum() == 5
    assert boxes.loc[boxes["word"] == "il", "left"].item() == 0
    assert (boxes["right"] <= lineage.LINE).all()


def test_map_counts_in_its_title(article, runs):
    assert "5 of 14 words" in said(lineage.text_map(article, runs)).replace("\n", " ")


def test_map_of_the_article_agrees_with_the_check():
    package = bf.load(ROOT)
    runs, measured = package.table("reused_passages"), bf.checks.run(package, "shared_words").values
    boxes = lineage.word_boxes(package.article, runs)
    shared = boxes[boxes["run"] != ""]
    assert (len(boxes), len(shared), shared["quoted"].sum()) == (measured["total"], measured["shared"], measured["in_quotations"])
    assert str(measured["shared"]) in lineage.map_alt(package.article, runs)


def test_yardsticks_name_first_and_second():
    rows = table("""
        text, relation, article_words, shared_words, shared_in_quotations, longest_run, share_percent
        A, same event, 100, 9, 4, 5, 9.0
        B, unrelated, 100, 0, 0, 0, 0.0
        C, same event, 100, 12, 6, 6, 12.0""")
    fig = lineage.yardsticks(rows)
    assert "12 shared words, then 9" in said(fig)
    assert len(fig.axes[0].patches) == 2 * len(rows)
    assert lineage.yardsticks_alt(rows).index("C (") < lineage.yardsticks_alt(rows).index("A (") < lineage.yardsticks_alt(rows).index("B (")


def test_route_tells_how_many_quotations_match():
    outlets = bf.load(ROOT).table("outlets")
    matches = pd.DataFrame({"rt-france": [True, False, True], "sputnik-france": [False, False, False]})
    reuse = {"shared": 8, "total": 40}
    shown = said(lineage.route(outlets, reuse, matches))
    assert "2 of 3 quotations match" in shown and "8 of 40 words" in shown
    alt = lineage.route_alt(outlets, reuse, matches)
    assert "2 of 3 quotations" in alt and "Interfax" not in alt.split("state media:")[1]


def test_shifts_are_the_departures_from_rt_france():
    anchors = table("claim_id, quote\nC1, un\nC1, deux\nC2, trois")
    evidence = table("""
        evidence_id, claim_id, axis, against, bearing, finding_en
        E1, C1, fidelity, RT France, contradicts, other words
        E2, C2, fidelity, RT France, supports, the same
        E3, C2, fidelity, speaker, qualifies, weaker""")
    shifts = lineage.shifts(anchors, evidence)
    assert shifts.to_dict("records") == [{"claim_id": "C1", "article": "un … deux", "rt_france": "other words"}]

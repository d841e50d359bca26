"""What notebooks show: semantic HTML, numbers with an origin, nothing without a description."""

import lxml.html
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import briefing as bf
from briefing import show, style

from ..synthetic import write_project


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(write_project(tmp_path))


def html(shown):
    return lxml.html.fragment_fromstring(shown.html, create_parent="main")


def test_a_number_in_prose_names_its_origin():
    shown = bf.say("**{n}** of {m} words, see [Post](#src-post)", n=bf.traced(1461, "check:x"), m=387)
    data = html(shown).findall(".//data")
    assert [(d.get("value"), d.get("data-origin"), d.text) for d in data] == [("1461", "check:x", "1461")]
    assert html(shown).find(".//a").get("href") == "#src-post"
    assert repr(shown) == "1461 of 387 words, see Post"


def test_a_value_cannot_bring_markup_along():
    shown = bf.say("{x} <script>alert(1)</script>", x=bf.traced("<img onerror=1>", "judge"))
    assert not html(shown).xpath(".//script | .//img")


@pytest.mark.parametrize("missing", ["alt", "caption"])
def test_a_figure_needs_its_description(missing):
    texts = {"alt": "A line", "caption": "A caption", "id": "x"} | {missing: " "}
    with pytest.raises(bf.BriefingError, match=f"needs its {missing}"):
        bf.figure(plt.figure(), **texts)


def test_a_figure_is_an_image_with_its_data(project):
    fig, ax = style.figure("Two went up", "count", "Source: us")
    ax.plot([1, 2], [1, 2])
    shown = bf.figure(fig, alt="A line from 1 to 2", caption="Up.", id="up", data=pd.DataFrame({"n": [1, 2]}), source_ids=["src-post"])
    tree = html(shown)
    image = tree.find(".//img")
    assert image.get("alt") == "A line from 1 to 2" and image.get("src").startswith("data:image/svg+xml,")
    assert tree.xpath("string(.//details/table/tbody)") == "12"
    assert tree.xpath(".//figcaption//a/@href") == ["#src-post"]


def test_the_same_figure_gives_the_same_bytes(project):
    def draw():
        fig, ax = style.figure("Same", "", "")
        ax.plot([1, 2, 3], [3, 1, 2])
        return style.svg(fig)

    assert draw() == draw()
    assert "<dc:date>" not in draw()


def test_a_table_has_a_caption_and_scoped_heads():
    tree = html(bf.table(pd.DataFrame({"Country": ["A"], "Warheads": [1550]}), caption="Counts.", id="counts"))
    assert tree.xpath(".//th/@scope") == ["col", "col"]
    assert tree.xpath(".//td[@class='num']/text()") == ["1550"]


def test_a_card_shows_words_verdicts_evidence_and_what_would_change_it(project):
    tree = html(bf.claim_card("C01"))
    card = tree.find("article")
    assert card.get("id") == "C01"
    assert card.xpath("string(h4)") == "C01 le pont est neuf"
    assert card.xpath(".//span[@class='verdict']/@data-verdict") == ["accurate", "faithful"]
    assert card.xpath(".//li/@data-known-on") == ["2020-02-01", "2020-02-01"]
    assert "A photograph." in card.xpath("string(.//p[@class='change'])")


def test_a_card_tells_then_and_today_where_a_verdict_moved(project):
    card = html(bf.claim_card("C02"))
    assert card.xpath(".//span[@data-when='then']/@data-verdict") == ["too early"]
    assert "did not come about" in card.xpath(".//span[@data-when='now']/@data-verdict")


def test_an_unknown_claim_is_named_with_the_nearest(project):
    with pytest.raises(bf.BriefingError, match="No claim 'C1'. Did you mean 'C01'"):
        bf.claim_card("C1")


def test_the_annotated_article_is_the_article(project):
    tree = html(bf.annotated_article())
    shown = "".join(t for t in tree.xpath(".//p[@lang='fr']//text()[not(ancestor::a)]"))
    assert shown == bf.load().article.text.rstrip()
    assert tree.xpath(".//mark/@data-claim") == ["C01", "C02"]
    assert tree.xpath(".//a[@class='ref']/@href") == ["#note-C01", "#note-C02"]
    assert {"note-C01", "note-C02"} <= set(tree.xpath(".//@id"))


def test_every_object_has_a_stable_plain_form(project):
    for shown in (bf.tally(), bf.verdicts(), bf.claim_cards(), bf.annotated_article(), bf.searches(), bf.data_dictionary(), bf.explain("C01")):
        assert repr(shown) == shown.text and "0x" not in shown.text


def test_the_tally_leads_with_the_verdict_that_leads(project):
    assert repr(bf.tally()) == "2 accurate, 1 left out"


@pytest.mark.parametrize("ground", [style.PAPER])
@pytest.mark.parametrize("colour", [style.INK, style.QUIET, style.ACCENT])
def test_text_is_readable_on_paper(ground, colour):
    assert style.contrast(colour, ground) >= 4.5

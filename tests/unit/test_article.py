"""The article as data: anchors, nearest passages, crossing passages, French spacing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import article, load
from briefing.article import Passage, nest

from ..synthetic import TEXT, write_project


@pytest.fixture
def small(tmp_path):
    return load(write_project(tmp_path)).article


def test_the_sentences_tile_the_text(small):
    assert "".join(small.sentence(i) for i in small.sentences.index) == TEXT


def test_an_anchor_is_found_at_its_offset(small):
    start, end = small.span("S02", "Il sera fini en mai")
    assert TEXT[start:end] == "Il sera fini en mai"


@pytest.mark.parametrize("quote", ["le pont est vieux", "e"])
def test_a_quote_must_stand_there_exactly_once(small, quote):
    with pytest.raises(ValueError, match="times in S01"):
        small.span("S01", quote)


@pytest.mark.parametrize(
    "quote, nearest",
    [("dépenser de l'argent", "dépenser de l’argent"), ("dépenser  de l’argent", "dépenser de l’argent"), ("DÉPENSER DE", "dépenser de")],
)
def test_the_nearest_passage_is_what_the_writer_meant(quote, nearest):
    assert article.nearest_passage("Mais pourquoi dépenser de l’argent alors ?", quote).startswith(nearest[:-1])


@pytest.mark.parametrize("other", ["« Mais pourquoi ? »", "Mais pourquoi ?", "Mais  pourquoi?"])
def test_same_words_ignores_signs_and_spaces(other):
    assert article.same_words("Mais pourquoi ?", other)
    assert not article.same_words("Mais comment ?", other)


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=8).map(
    lambda pairs: [Passage(a, a + n, f"C{i:02d}", 1) for i, (a, n) in enumerate(pairs)]
)


@given(spans)
def test_passages_nest_and_cover_what_they_covered(passages):
    done = nest(passages)
    for a in done:
        for b in done:
            assert a.end <= b.start or b.end <= a.start or (a.start >= b.start and a.end <= b.end) or (b.start >= a.start and b.end <= a.end)
    for passage in passages:
        parts = sorted((p for p in done if p.claim_id == passage.claim_id), key=lambda p: p.start)
        assert (parts[0].start, parts[-1].end) == (passage.start, passage.end)
        assert all(x.end == y.start for x, y in zip(parts, parts[1:]))
        assert [p.first for p in parts] == [True] + [False] * (len(parts) - 1)


def test_french_spaces_change_nothing_but_spaces():
    text = load().article.text
    shown = article.french_spaces(text)
    assert shown.replace(article.NARROW, " ") == text
    assert article.NARROW + "?" in shown and "«" + article.NARROW in shown


def test_the_real_article_is_the_text_that_was_supplied():
    package = load()
    assert package.article.meta["sha256"] == article.hashlib.sha256(package.article.text.encode()).hexdigest()

"""What machines read says the same as the page, can be anchored again, and cannot break out of it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

import briefing as bf
from briefing.publish import jsonld


@pytest.fixture
def package(toy):
    return bf.load(toy.root)


@pytest.fixture
def judgements(package):
    return bf.judge_all(package)


def test_passages_anchor_by_quotation_and_by_position(package, judgements):
    text = package.article.text
    collection = jsonld.annotations(package, judgements)
    items = collection["first"]["items"]
    assert collection["total"] == len(items) == len(package.anchors)
    for item in items:
        quote, position = item["target"]["selector"]
        assert text[position["start"] : position["end"]] == quote["exact"]
        shifted = "Préface. " + text
        found = shifted.index(quote["prefix"] + quote["exact"] + quote["suffix"]) + len(quote["prefix"])
        assert shifted[found:].startswith(quote["exact"])


def test_an_annotation_follows_the_model(package, judgements):
    collection = jsonld.annotations(package, judgements)
    item = collection["first"]["items"][0]
    assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld" and collection["type"] == "AnnotationCollection"
    assert item["motivation"] == "assessing" and item["body"][0]["purpose"] == "assessing"
    assert item["created"] == "2021-06-30T00:00:00Z" and item["target"]["source"] == "https://gazette.example/pont"
    assert len({i["id"] for i in collection["first"]["items"]}) == collection["total"]


def test_reviews_carry_the_verdict_in_words(package, judgements):
    reviews = jsonld.claimreview(package, judgements)
    assert [r["identifier"] for r in reviews] == ["C01", "C02"]
    for review in reviews:
        judged = judgements[review["identifier"]]
        assert f"substance: {judged.substance}" in review["reviewRating"]["alternateName"]
        assert "ratingValue" not in review["reviewRating"]
        assert review["itemReviewed"]["author"] == {"@type": "Person", "name": "the mayor"}
        assert review["itemReviewed"]["appearance"]["headline"] == "Le pont" and review["datePublished"] == "2021-06-30"


def test_an_opinion_is_not_rated(package, judgements):
    claims = package.claims.copy()
    claims.loc["C01", "kind"] = "judgement"
    opinion = SimpleNamespace(claims=claims, article=package.article, config=package.config)
    assert [r["identifier"] for r in jsonld.claimreview(opinion, judgements)] == ["C02"]


@pytest.mark.parametrize(
    ("bounds", "shared"),
    [(("2019-09-05", "2019-09-30"), "2019-09"), (("2019-09-05",) * 2, "2019-09-05"), (("2019-09-05", "2020-01-01"), ""), (("", ""), "")],
)
def test_a_date_is_given_as_far_as_its_bounds_agree(bounds, shared):
    assert jsonld._shared_date(*bounds) == shared


def test_the_bibliography_is_what_is_cited_in_its_order(package):
    assert [r["id"] for r in jsonld.csl(package, ["src-post", "src-gone", "src-echo"])] == ["src-post", "src-echo"]


def test_the_manifest_lists_pins_and_hashes_in_order():
    pins = "# by uv\nLxml==6.0.1 \\\n    --hash=sha256:abc\nfoo[bar]==2 ; python_version < '3.12'\n"
    made = jsonld.manifest({"b": "2", "a": "1"}, pins, {"x": "9"}, "1.0.0")
    assert made == {"version": "1.0.0", "inputs": {"a": "1", "b": "2"}, "pins": {"lxml": "6.0.1", "foo": "2"}, "outputs": {"x": "9"}}


def test_embedded_json_cannot_close_its_element():
    hostile = {"a": "</script><script>alert(1)</script><!-- &"}
    text = jsonld.embed(hostile)
    assert "<" not in text and ">" not in text and "&" not in text
    assert json.loads(text) == hostile


def test_the_same_input_gives_the_same_bytes(package, judgements):
    once, twice = (jsonld.dumps([jsonld.annotations(package, judgements), jsonld.claimreview(package, judgements)]) for _ in range(2))
    assert once == twice and once.endswith("\n")

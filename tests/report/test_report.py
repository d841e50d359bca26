"""The committed report, as a reader's software would meet it: whole, linked, described, and the same in both formats."""

import json
import re
import unicodedata
from datetime import date

import lxml.html
import pikepdf
import pytest

from briefing import load

from ..synthetic import ROOT

REPORTS = ROOT / "reports"


@pytest.fixture(scope="module")
def package():
    return load(ROOT)


@pytest.fixture(scope="module")
def page():
    return lxml.html.fromstring((REPORTS / "briefing.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def pdf():
    with pikepdf.open(REPORTS / "briefing.pdf") as opened:
        yield opened


def read(name):
    return json.loads((REPORTS / name).read_text("utf-8"))


# ------------------------------------------------------------------------------- the page


def test_every_notebook_is_a_chapter(page, package):
    assert [s.get("data-notebook") for s in page.iter("section") if s.get("data-notebook")] == package.config["notebooks"]["order"]


def test_every_claim_has_its_card_and_its_verdicts(page, package):
    from briefing import judge_all

    now = judge_all(package)
    cards = {card.get("data-claim"): card for card in page.find_class("card")}
    assert list(cards) == list(package.claims.index)
    for claim_id, card in cards.items():
        shown = {(s.get("data-axis"), s.get("data-verdict")) for s in card.find_class("verdict")}
        for axis in ("substance", "fidelity", "outcome"):
            if word := now[claim_id].word(axis):
                assert (axis, word) in shown, (claim_id, axis)


def test_every_link_inside_the_page_leads_somewhere(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    missing = {h[1:] for h in page.xpath("//a/@href") if h.startswith("#")} - set(ids)
    assert not missing


def test_no_source_is_fetched_from_anywhere(page):
    assert not page.xpath("//link[@href][not(@rel='canonical')] | //script[@src] | //iframe | //object | //embed")
    assert all(src.startswith("data:") for src in page.xpath("//img/@src"))


def test_every_picture_is_described(page):
    for image in page.iter("img"):
        alt = image.get("alt")
        assert alt is not None and "No description has been provided" not in alt
    drawings = page.xpath("//main//figure//*[local-name()='svg' or local-name()='img']")
    assert len(drawings) >= 12
    for drawing in drawings:
        assert len(drawing.get("alt") or drawing.get("aria-label") or "") > 40


def test_nothing_went_wrong_on_the_way(page):
    text = page.text_content()
    for sign in ("Traceback (most recent call last)", "NameError", "\x1b[", "{{", "<bound method"):
        assert sign not in text


def test_headings_leave_no_level_out(page):
    levels = [int(h.tag[1]) for h in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:]))


def test_every_citation_leads_to_a_full_entry(page, package):
    cited = {h[1:] for h in page.xpath("//a[@class='cite']/@href")}
    assert len(cited) > 100
    for source in cited:
        entry, record = page.get_element_by_id(source), package.records[source]
        text = entry.text_content()
        # Set as French, a name may hold narrow spaces that its record does not.
        assert re.sub(r"\s", "", record["publisher"]) in re.sub(r"\s", "", text)
        assert record["URL"] in entry.xpath(".//a/@href")
        assert re.search(r"[Ss]een in (full|part)|[Nn]ot seen", text), source


def test_the_whole_article_stands_there(page, package):
    shown = "".join(t for t in page.find_class("annotated")[0].xpath(".//p[@lang='fr']//text()[not(ancestor::a)]"))
    plain = lambda text: re.sub(r"\s", "", text)
    assert plain(shown) == plain(package.article.text)


def test_no_number_is_without_origin(page, package):
    from briefing.audit import leads_somewhere

    numbers = page.xpath("//main//data")
    assert len(numbers) > 50
    assert all(leads_somewhere(package, d.get("data-origin") or "") for d in numbers)


def test_the_first_page_says_what_was_not_seen(page):
    front = page.xpath("//section[@data-notebook='00_summary']")[0].text_content()
    assert "transcript" in front and "not seen" in front and re.search(r"\d+% of the \d+ rows", front)


def test_the_policy_lets_nothing_in(page):
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not page.xpath("//*[@style]") and not [a for e in page.iter() for a in e.attrib if a.startswith("on")]


# ------------------------------------------------------------------------------- the PDF


def test_the_pdf_is_tagged_titled_and_has_a_language_and_an_outline(pdf, package):
    root = pdf.Root
    assert root.MarkInfo.Marked and "/StructTreeRoot" in root
    assert str(root.Lang).startswith("en")
    assert root.ViewerPreferences.DisplayDocTitle
    with pdf.open_outline() as outline:
        assert len(outline.root) >= len(package.config["notebooks"]["order"])
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == package.config["title"]
        assert metadata["pdfuaid:part"] == "1" and metadata["pdfaid:part"] == "3" and metadata["pdfaid:conformance"] == "A"


def test_the_answer_fills_one_page_and_the_contents_the_next(pdf):
    with pdf.open_outline() as outline:
        starts = [item.destination[0].objgen for item in outline.root[:2]]
    assert [[page.objgen for page in pdf.pages].index(start) + 1 for start in starts] == [1, 3]


def kinds(pdf) -> dict[str, list]:
    """The structure elements of a PDF by kind."""
    found: dict[str, list] = {}
    todo = [pdf.Root.StructTreeRoot.K]
    while todo:
        node = todo.pop()
        if isinstance(node, pikepdf.Array):
            todo.extend(node)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.setdefault(str(node.S), []).append(node)
            if "/K" in node:
                todo.append(node.K)
    return found


def test_the_tag_tree_holds_what_a_screen_reader_needs(pdf):
    tree = kinds(pdf)
    for kind in ("/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Link"):
        assert tree.get(kind), kind
    assert len(tree["/H1"]) >= 1
    for figure in tree["/Figure"]:
        assert str(figure.get("/Alt", "")).strip()


def test_the_pdf_carries_its_data(pdf, package):
    carried = set(pdf.attachments)
    assert {name for name in carried if name.endswith("evidence.csv")} and {name for name in carried if name.endswith("claims.csv")}
    for name in carried:
        path = next(p for p in (ROOT / name, ROOT / "data" / name) if p.exists())
        assert pdf.attachments[name].get_file().read_bytes() == path.read_bytes()


def test_every_claim_and_source_of_the_page_is_in_the_pdf_too(pdf, page, package):
    names = pdf_text(pdf)
    for claim_id in package.claims.index:
        assert claim_id in names, claim_id
    for section in page.xpath("//section[@data-notebook]/*[self::h2]"):
        title = section.xpath("string(text()[last()])").strip() or section.text_content()
        assert squeeze(title)[:25] in squeeze(names), title


def squeeze(text: str) -> str:
    return re.sub(r"[\W\d_]", "", unicodedata.normalize("NFKC", text)).lower()


def pdf_text(pdf) -> str:
    """What the outline and the alternative texts of a PDF say, with every claim's bookmark."""
    with pdf.open_outline() as outline:
        todo, titles = list(outline.root), []
        while todo:
            item = todo.pop()
            titles.append(item.title)
            todo.extend(item.children)
    return " ".join(titles)


# ------------------------------------------------------------------------------- the editions for machines


def test_annotations_find_their_passage_by_quote_and_by_position(package):
    collection = read("annotations.jsonld")
    assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld" or "http://www.w3.org/ns/anno.jsonld" in collection["@context"]
    text, items = package.article.text, annotations(collection)
    assert len(items) >= len(package.anchors)
    for item in items:
        selectors = {s["type"]: s for s in selectors_of(item)}
        quote, place = selectors["TextQuoteSelector"], selectors["TextPositionSelector"]
        assert text[place["start"] : place["end"]] == quote["exact"]
        for shifted in (text, "Une phrase de plus. " + text):
            assert shifted.count(quote["prefix"] + quote["exact"] + quote["suffix"]) == 1


def annotations(node) -> list[dict]:
    if isinstance(node, list):
        return [a for part in node for a in annotations(part)]
    if isinstance(node, dict):
        here = [node] if node.get("type") == "Annotation" else []
        return here + [a for part in node.values() for a in annotations(part) if part is not node.get("target")]
    return []


def selectors_of(item) -> list[dict]:
    found, todo = [], [item["target"]]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo.extend(node)
        elif isinstance(node, dict):
            if str(node.get("type", "")).endswith("Selector"):
                found.append(node)
            todo.extend(v for v in node.values() if isinstance(v, (dict, list)))
    return found


def test_reviews_name_claim_author_and_verdict(package):
    reviews = read("claimreview.jsonld")
    items = reviews.get("@graph", reviews) if isinstance(reviews, dict) else reviews
    assert items
    for review in items:
        assert review["@type"] == "ClaimReview" and review["claimReviewed"] and review["author"]
        assert review["reviewRating"]["alternateName"]
        assert date.fromisoformat(review["datePublished"])


def test_the_reviews_are_in_the_page(page):
    assert [s for s in page.xpath("//script[@type='application/ld+json']") if "ClaimReview" in s.text]


def test_the_bibliography_is_what_the_page_cites(page):
    assert {r["id"] for r in read("briefing.csl.json")} == {h[1:] for h in page.xpath("//a[@class='cite']/@href")}


def test_the_manifest_tells_the_bytes():
    from briefing.build import contents

    made = contents(REPORTS)
    made.pop("manifest.json")
    assert read("manifest.json")["outputs"] == made

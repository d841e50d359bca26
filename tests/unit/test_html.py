"""The page is one file, strict about what may run, legible in both modes, and whole with scripts off."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import lxml.html
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import briefing as bf
from briefing.publish import html
from briefing.publish.body import TEMPLATES, render
from briefing.publish.combine import combine
from briefing.style import contrast

CSS = (TEMPLATES / "briefing.css").read_text("utf-8")
JS = (TEMPLATES / "briefing.js").read_text("utf-8")


def cell(shown):
    return new_code_cell("bf.show()", outputs=[new_output("display_data", {"text/html": shown._repr_html_(), "text/plain": repr(shown)})])


def notebooks():
    summary = [new_markdown_cell("# Summary"), cell(bf.say("Three claims, {n} true. [Post](#src-post)", n=bf.traced(1, "judge"))), cell(bf.tally())]
    claims = [new_markdown_cell("# The claims"), cell(bf.annotated_article()), new_markdown_cell("## Cards"), cell(bf.claim_cards())]
    return [("00_summary", new_notebook(cells=summary)), ("01_claims", new_notebook(cells=claims))]


@pytest.fixture
def page(toy) -> str:
    package = bf.load(toy.root)
    document = render(combine(notebooks(), package.config), package=package)
    assert document.warnings == []
    return html.page(document, package)


@pytest.fixture
def tree(page):
    return lxml.html.document_fromstring(page)


# -------------------------------------------------------------------------------------------------------- one file


def test_nothing_is_fetched(tree):
    for address in tree.xpath("//@src | //link/@href | //@srcset | //@poster"):
        assert address.startswith("data:")
    assert not re.search(r"url\((?!\"?data:)|@import", tree.xpath("string(//style)"))


def test_the_policy_admits_only_the_style_and_the_script_that_are_there(page, tree):
    policy = tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert "unsafe" not in policy and "frame-ancestors" not in policy and policy.startswith("default-src 'none'")
    (style,), scripts = re.findall(r"<style>(.*?)</style>", page, re.S), re.findall(r"<script>(.*?)</script>", page, re.S)
    assert len(scripts) == 1
    for text, kind in ((style, "style-src"), (scripts[0], "script-src")):
        assert f"{kind} 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert not tree.xpath("//@style | //@*[starts-with(name(), 'on')]")


def test_ids_once_links_alive_one_title(tree):
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {a[1:] for a in tree.xpath("//a/@href") if a.startswith("#")} <= set(ids)
    assert set(tree.xpath("//@for | //@aria-labelledby | //@aria-describedby")) <= set(ids)
    assert [h.text_content() for h in tree.iter("h1")] == ["Is the bridge new?"]
    levels = [int(h.tag[1]) for h in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_the_front_has_answer_dates_and_tally(tree):
    (front,) = tree.xpath("//header")
    text = " ".join(front.text_content().split())
    assert "Three claims, 1 true. Post [1]" in text and "1 March 2020" in text and "version 1.0.0" in text
    assert len(tree.xpath("//ul[@class='tally']")) == 1 == len(front.xpath(".//ul[@class='tally']"))
    assert "Three claims" not in tree.xpath("string(//main)")
    assert tree.xpath("string(//meta[@name='description']/@content)") == "Three claims, 1 true. Post"


def test_the_claims_can_be_linked_and_their_reviews_are_embedded(tree):
    assert tree.xpath("//article[@id='C01']//a[@class='permalink']/@href") == ["#C01"]
    reviews = json.loads(tree.xpath("string(//script[@type='application/ld+json'])"))
    assert [r["identifier"] for r in reviews] == ["C01", "C02"]


def test_without_scripts_the_verdicts_then_and_today_stand(tree):
    card = tree.xpath("//article[@id='C02']")[0]
    assert card.xpath(".//span[@class='then']//*[@class='verdict']/@data-verdict") == ["too early"]
    assert card.xpath(".//span[@class='now']//*[@data-axis='outcome']/@data-verdict") == ["did not come about"]
    assert ".as-of { display: none; }" in CSS and ".js .as-of { display: grid;" in CSS


def test_a_figure_is_drawn_in_the_page_and_described(toy):
    package = bf.load(toy.root)
    figure, axes = bf.style.figure(title="The second span is longer", subtitle="metres")
    axes.plot([1, 2], [40, 60])
    shown = bf.figure(figure, alt="A line from 40 to 60.", caption="Metres.", id="spans", data=package.table("spans"), source_ids=["src-post"])
    tree = lxml.html.document_fromstring(html.page(render(new_notebook(cells=[cell(shown)]), package=package), package))
    (drawing,) = tree.xpath("//figure//*[local-name()='svg']")
    assert drawing.get("role") == "img" and drawing.get("aria-label") == "A line from 40 to 60."
    assert int(drawing.get("width")) > 500 and "The second span is longer" in drawing.text_content()
    assert tree.xpath("//figure/following-sibling::details[@class='data']//td/text()")[0] == "1"


# -------------------------------------------------------------------------------------------------- as of a day


def test_the_timeline_says_what_the_rule_says(toy):
    package = bf.load(toy.root)
    known = html.timeline(package)
    days = [d["iso"] for d in known["days"]]
    assert days[0] == "2020-03-01" and days[-1] == "2021-06-30" and days == sorted(days) and known["then"] == 0
    for number, day in enumerate(days):
        for claim_id, judged in bf.judge_all(package, bf.data.parse_day(day)).items():
            for axis in ("substance", "fidelity", "outcome"):
                steps = known["claims"].get(claim_id, {}).get(axis, [])
                word = next((s[1] for s in reversed(steps) if s[0] <= number), "")
                assert word == (judged.word(axis) or "")


def test_each_part_with_verdicts_has_one_control_with_all_days(tree):
    (form,) = tree.xpath("//form[@class='as-of']")
    days = json.loads(tree.xpath("string(//script[@id='timeline'])"))["days"]
    assert [o.get("value") for o in form.iter("option")] == ["", *map(str, range(len(days)))]
    assert form.xpath(".//input/@aria-valuetext") == ["30 June 2021"]


# --------------------------------------------------------------------------------------------------------- single


def test_a_single_notebook_outside_any_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRIEFING_ROOT", raising=False)
    notebook = new_notebook(cells=[new_markdown_cell("# Alone & <b>bold</b>\n\n## Part\n\ntext")])
    text, resources = html.BriefingHTMLExporter().from_notebook_node(notebook, {"metadata": {"path": str(tmp_path)}})
    assert "<h1>Alone &amp; bold</h1>" in text and '<span class="number">1</span> Part' in text
    assert html.BriefingHTMLExporter().file_extension == ".html"


def test_hostile_titles_and_data_stay_text(toy):
    toy.replace("briefing.toml", "Is the bridge new?", "</title><script>alert(1)</script>")
    toy.replace("data/claims.csv", "The bridge is new.", "</script><script>alert(1)</script>")
    package = bf.load(toy.root)
    text = html.page(render(combine(notebooks(), package.config), package=package), package)
    tree = lxml.html.document_fromstring(text)
    assert [s.get("type") for s in tree.iter("script")] == [None, "application/ld+json", "application/json"]
    assert "<script>alert" not in text


def test_the_same_document_gives_the_same_page(toy, page):
    package = bf.load(toy.root)
    assert html.page(render(nbformat.from_dict(combine(notebooks(), package.config)), package=package), package) == page


# ------------------------------------------------------------------------------------------------- colour and type


def tokens(mode: int) -> dict[str, str]:
    pairs = {n: c.split(", ") for n, c in re.findall(r"--(\w+): light-dark\((#\w+, #\w+)\)", CSS)}
    return {name: pair[mode] for name, pair in pairs.items()}


def tint(over: str, under: str, share: float) -> str:
    mix = lambda i: round(int(over[i : i + 2], 16) * share + int(under[i : i + 2], 16) * (1 - share))
    return "#" + "".join(f"{mix(i):02x}" for i in (1, 3, 5))


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_text_colour_is_legible_on_every_ground(mode):
    colours = tokens(mode)
    texts = ("ink", "quiet", "accent", "good", "mixed", "bad", "open")
    for ground in ("paper", "card", "sunk"):
        for text in texts:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for tone in ("good", "mixed", "bad", "open"):
        assert contrast(colours["ink"], tint(colours[tone], colours["paper"], 0.12)) >= 4.5
        assert contrast(colours[tone], tint(colours[tone], colours["paper"], 0.12)) >= 4.5
    assert contrast(colours["line"], colours["paper"]) >= 3


def test_every_verdict_has_a_mark_of_its_own():
    from briefing.rubric import BY_KIND, RATED

    for axis, words in RATED.items():
        for word in words:
            assert f'[data-axis="{axis}"][data-verdict="{word}"] {{ --mark: url(' in CSS
    for word in {*BY_KIND.values(), "quotation"}:
        assert f'[data-verdict="{word}"] {{ --mark: url(' in CSS
    marks = re.findall(r"--mark: (url\([^)]*\))", CSS)
    assert len(marks) == len(set(marks))


def test_cells_that_a_spreadsheet_would_run_are_quoted():
    assert 'if (/^[=+\\-@\\t\\r]/.test(text)) text = "\'" + text;' in JS
    assert "innerHTML" not in JS and "eval" not in JS and "http" not in JS

"""A notebook becomes one clean, numbered tree, and what is missing is said, never made up."""

from __future__ import annotations

import base64
import copy

import lxml.html
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from briefing.publish import picture
from briefing.publish.body import PLACEHOLDER, render, spoken_date
from briefing.publish.combine import combine
from briefing.publish.sanitise import clean

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="45pt" viewBox="0 0 90 45"><path d="M 0 0 L 90 45"/></svg>'
PNG = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)).decode()  # fmt: skip


def shown(html: str, **data):
    """A code cell that shows HTML."""
    return new_code_cell("show()", outputs=[new_output("display_data", {"text/html": html, **data})])


def body(*cells, **kwargs):
    """The document of a notebook; text stands for a Markdown cell."""
    return render(new_notebook(cells=[new_markdown_cell(c) if isinstance(c, str) else c for c in cells]), **kwargs)


def html(document) -> str:
    return lxml.html.tostring(document.tree, encoding="unicode")


def headings(document) -> list[str]:
    return [f"{h.tag} {' '.join(h.text_content().split())}" for h in document.tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]


# ------------------------------------------------------------------------------------------------ headings, ids


def test_one_title_and_no_level_skipped():
    document = body("# Title\n\n#### Deep\n\n## Back\n\n### Below\n\n# Another", shown("<h6>In an output</h6>"))
    assert document.title == "Title"
    assert headings(document) == ["h2 1 Deep", "h2 2 Back", "h3 2.1 Below", "h2 3 Another", "h3 In an output"]
    assert [entry[:3] for entry in document.contents] == [(2, "1", "Deep"), (2, "2", "Back"), (3, "2.1", "Below"), (2, "3", "Another")]


def test_notebooks_are_chapters_and_the_first_page_has_no_number():
    notebooks = [(n, new_notebook(cells=[new_markdown_cell(f"# {n}\n\n## Method")])) for n in ("00_summary", "01_article", "06_treaties")]
    document = render(combine(notebooks, {"title": "All"}))
    assert document.title == "All"
    assert headings(document) == ["h2 00_summary", "h3 Method", "h2 1 01_article", "h3 1.1 Method", "h2 2 06_treaties", "h3 2.1 Method"]
    assert [e[3] for e in document.contents if e[2] == "Method"] == ["Method", "01_article-Method", "06_treaties-Method"]
    assert [s.get("data-notebook") for s in document.tree] == ["00_summary", "01_article", "06_treaties"]


def test_links_follow_a_renamed_id_and_cross_notebooks():
    one = new_notebook(cells=[new_markdown_cell("# One\n\n## Method\n\n[here](#Method) [next](02_b.ipynb) [there](02_b.ipynb#Only)")])
    two = new_notebook(cells=[new_markdown_cell("# Two\n\n## Method\n\n[here](#Method) [lost](09_z.ipynb)\n\n## Only")])
    document = render(combine([("01_a", one), ("02_b", two)], {}))
    targets = [a.get("href") for a in document.tree.iter("a")]
    assert targets == ["#Method", "#Two", "#Only", "#02_b-Method"]
    assert "lost" in html(document)


def test_ids_of_the_page_and_doubled_ids_are_given_way():
    document = body("# T", shown('<p id="main">a</p><p id="src-x">b</p><p id="x">c</p><p id="x">d</p>'))
    ids = document.tree.xpath(".//@id")
    assert len(ids) == len(set(ids)) and "main" not in ids and "src-x" not in ids


def test_a_dead_link_is_named_and_keeps_its_text():
    document = body("# T\n\nSee [the rest](#nowhere).")
    assert document.warnings == ["notebook: the link '#nowhere' leads nowhere"]
    assert "See the rest." in document.tree.text_content()


# ----------------------------------------------------------------------------------------- figures and citations

FIGURE = (
    f'<figure class="chart" id="fig-x"><img alt="A line" src="{picture.data_uri(picture.SVG, SVG.encode())}">'
    '<figcaption>Falling. Sources: <a href="#src-b">B</a>.</figcaption></figure>'
)
TABLE = '<figure class="table" id="tab-y"><figcaption>Counts.</figcaption><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></figure>'


def test_figures_and_tables_are_numbered_and_referred_to():
    document = body("# T\n\n[see](#fig-x), [Table](#tab-y), [the counts](#tab-y)", shown(FIGURE + TABLE))
    assert [f.find("figcaption").text_content()[:8] for f in document.tree.iter("figure")] == ["Figure 1", "Table 1 "]
    assert [a.text for a in document.tree.iter("a") if a.get("href") in ("#fig-x", "#tab-y")] == ["see Figure 1", "Table 1", "the counts (Table 1)"]


def test_citations_are_numbered_once_and_neighbours_share_brackets():
    document = body("# T\n\nA [one](#src-a), [two](#src-b). Again [one](#src-a) and", shown(FIGURE))
    assert document.cited == ["src-a", "src-b"]
    assert "A one [1], two [2]. Again one [1] and" in document.tree.text_content()
    entries = document.tree.xpath(".//div[@class='bibliography']//li")
    assert [(e.get("id"), e.get("value"), e[0].text) for e in entries] == [("src-a", "1", "one"), ("src-b", "2", "two")]
    back = [a.get("href")[1:] for e in entries for a in e.iter("a")]
    assert back == ["cite-1-1", "cite-2-1"] and set(back) <= set(document.tree.xpath(".//@id"))


def test_a_source_links_back_to_each_chapter_that_cites_it():
    part = new_notebook(cells=[new_markdown_cell("# Part\n\nOne [a](#src-a). Two [a](#src-a).")])
    document = render(combine([(n, copy.deepcopy(part)) for n in ("00_a", "01_b", "02_c")], {}))
    assert [(a.text, a.get("href")) for a in document.tree.xpath(".//span[@class='backlinks']/a")] == [
        ("front", "#cite-1-1"), ("1", "#cite-1-2"), ("2", "#cite-1-3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("prose", "read"),
    [
        ("It came up in [the transcript](#src-a).", "It came up in the transcript [1]."),
        ("[The mayor](#src-a) said so.", "The mayor [1] said so."),
        ("It [never resumed](#src-a) ([b](#src-b)).", "It never resumed [1] (b [2])."),
    ],
)
def test_a_citation_keeps_the_words_of_its_sentence(prose, read):
    assert body(prose).tree.xpath("string(.//p)") == read


def test_in_a_list_of_sources_the_numbers_are_enough_and_stand_in_order():
    listed = '<p>So. <span class="sources"><a href="#src-b">B</a>, <a href="#src-a">A</a>, <a href="#src-b">B</a></span></p>'
    tree = body("# T\n\n[a](#src-a)", shown(listed)).tree
    assert tree.xpath("string(.//span[@class='sources'])") == "[1, 2]"


class Package:
    """As much of a data package as `render` asks for."""

    def __init__(self, records=(), **config):
        self.records = {r["id"]: r for r in records}
        self.config = {"title": "Whole", "language": "en", **config}


RECORD = {
    "id": "src-a", "title": "Un titre ; ici", "publisher": "Gazette", "URL": "https://www.gazette.example/a", "language": "fr",
    "issued": {"date-parts": [[2019, 9]]}, "author": [{"given": "Ada", "family": "Byron"}],
    "custom": {"consulted": "not seen", "accessed": "2026-11-23", "kind": "news", "party": "none", "mirror": True, "origin": "AFP"},
}  # fmt: skip


def test_the_bibliography_says_who_when_where_and_whether_seen():
    document = body("# T\n\n[a](#src-a) [b](#src-b)\n\n## End", shown('<div class="bibliography"></div>'), package=Package([RECORD]))
    entry, other = document.tree.xpath(".//div[@class='bibliography']//li")
    assert " ".join(entry.text_content().split()) == (
        "Ada Byron. Un titre\u202f; ici. Gazette, September 2019. gazette.example/a Not seen. News. A copy or relay of AFP. Cited in front".replace("\u202f", " ")
    )
    assert entry.find(".//cite").text == "Un titre\u202f; ici"
    assert document.warnings == ["cell 1: no source 'src-b' in data/sources.json"]


def test_the_day_of_reading_is_said_once_and_where_it_differs():
    def seen(name, day):
        return {**RECORD, "id": f"src-{name}", "custom": {"consulted": "in full", "accessed": day}}

    records = [seen("a", "2026-11-23"), seen("b", "2026-11-23"), seen("c", "2026-11-20")]
    document = body("[a](#src-a) [b](#src-b) [c](#src-c)", package=Package(records))
    place = document.tree.find(".//div[@class='bibliography']")
    assert place.find("p").text == "Seen on 23 November 2026 where no other day is given."
    assert [s.text for s in place.iterfind(".//span[@class='status']")] == [" Seen in full.", " Seen in full.", " Seen in full on 20 November 2026."]


def test_a_source_with_a_hostile_address_is_not_linked():
    document = body("[a](#src-a)", package=Package([{**RECORD, "URL": "javascript:alert(1)"}]))
    assert "javascript" not in html(document)


# -------------------------------------------------------------------------------------------------- bare outputs


def test_bare_outputs_are_made_plain():
    frame = '<div><style scoped>.x{}</style><table border="1" class="dataframe"><thead><tr style="x"><th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>-1.5</td></tr></tbody></table></div>'
    cell = new_code_cell("1", outputs=[
        new_output("execute_result", {"text/html": frame}),
        new_output("display_data", {"image/png": PNG, "text/plain": "x"}, metadata={"image/png": {"alt": "A dot"}}),
        new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider()"}),
        new_output("stream", name="stdout", text="a < b\x1b[31m!\x1b[0m"),
    ])  # fmt: skip
    document = body(cell)
    text = html(document)
    assert "style" not in text and "border" not in text and "\x1b" not in text
    assert '<th scope="col">a</th>' in text and '<th scope="row">0</th>' in text and '<td class="num">-1.5</td>' in text
    assert 'alt="A dot"' in text and 'width="1" height="1"' in text
    assert '<pre class="output">Slider()</pre>' in text and '<pre class="stdout">a &lt; b!</pre>' in text
    assert document.warnings == []


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (new_output("display_data", {"image/svg+xml": SVG}), "has no description"),
        (new_output("display_data", {"text/html": f'<img alt="{PLACEHOLDER}" src="data:image/png;base64,{PNG}">'}), "has no description"),
        (new_output("display_data", {"text/html": '<img alt="x" src="plot.png">'}), "not embedded"),
        (new_output("display_data", {"image/svg+xml": "<svg"}), "cannot be shown"),
        (new_output("error", ename="E", evalue="v", traceback=["\x1b[31mTraceback", "E: wrong"]), "the cell failed: Traceback E: wrong"),
        (new_output("stream", name="stderr", text="a warning"), "stderr: a warning"),
    ],
)
def test_what_should_not_be_published_is_a_warning_with_its_place(output, words):
    notebook = new_notebook(cells=[new_markdown_cell("# T"), new_code_cell("1", outputs=[output])])
    (warning, *_) = render(combine([("00_a", copy.deepcopy(notebook)), ("06_b", notebook)], {})).warnings[-1:]
    assert warning.startswith("06_b, cell 2: ") and words in warning
    assert PLACEHOLDER not in html(render(notebook))


def test_tags_hide_cells_and_outputs():
    def cell(*tags):
        return new_code_cell("secret = 1", metadata={"tags": list(tags)}, outputs=[new_output("stream", name="stdout", text="printed")])

    assert "secret" not in html(body(cell("hide"))) and "printed" not in html(body(cell("hide")))
    assert "secret" in html(body(cell("hide-output"))) and "printed" not in html(body(cell("hide-output")))


def test_formulas_are_pictures_described_by_their_source():
    document = body(r"Here $x^2$ and $$E = mc^2$$ and $\unknowable{x}$.")
    images = list(document.tree.iter("img"))
    assert [i.get("alt") for i in images] == ["x^2", "E = mc^2"] and all(i.get("width") for i in images)
    assert r'<code class="math">\unknowable{x}</code>' in html(document)


def test_attachments_are_embedded_and_a_lost_one_is_named():
    cell = new_markdown_cell("![A dot](attachment:a.png) ![Gone](attachment:b.png)", attachments={"a.png": {"image/png": PNG}})
    document = render(combine([("01_x", new_notebook(cells=[cell]))], {}))
    assert [i.get("alt") for i in document.tree.iter("img")] == ["A dot"]
    assert "not embedded" in document.warnings[0]


# -------------------------------------------------------------------------------------------------- hostile text

HOSTILE = [
    "<script>alert(1)</script>", '<img src="x" onerror="alert(1)">', '<a href="javascript:alert(1)">x</a>', "<svg onload=alert(1)></svg>",
    '<a href="java\nscript:alert(1)">x</a>', '<a href=" &#1;javascript:alert(1)">x</a>', '<p style="background:url(//evil)">x</p>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>', "<math><mtext><style><img src onerror=alert(1)></style>", "<object data=x></object>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>', "</section></main><script>alert(1)</script>", "<base href='//evil'>",
    "<form action='//evil'><button>x</button></form>", "<meta http-equiv=refresh content='0;//evil'>", '<img src="https://evil.example/pixel.png" alt="x">',
    "{{ 7*7 }}{% for x in y %}", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", '<details ontoggle="alert(1)" open>x</details>',
]  # fmt: skip


@pytest.mark.parametrize("attack", HOSTILE)
@pytest.mark.parametrize("way", ["markdown", "output", "stream", "code"])
def test_nothing_hostile_survives(attack, way):
    cell = {
        "markdown": new_markdown_cell(attack), "output": shown(attack), "code": new_code_cell(attack),
        "stream": new_code_cell("", outputs=[new_output("stream", name="stdout", text=attack)]),
    }[way]  # fmt: skip
    tree = lxml.html.document_fromstring(html(body("# T", cell, "after")))
    assert not tree.xpath("//script|//iframe|//object|//style|//form|//base|//meta|//svg|//math|//noscript|//button")
    assert not tree.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcdoc")
    assert all(v.startswith(("#", "https://", "http://")) for v in tree.xpath("//@href"))
    assert all(v.startswith("data:image/") for v in tree.xpath("//@src"))
    assert len(tree.xpath("//main")) == 1 and "after" in tree.xpath("string(//main/section)")


def test_an_image_loses_its_scripts():
    evil = SVG.replace("<path", "<script>alert(1)</script><a href='javascript:alert(1)'/><image href='https://evil.example'/><path onload='alert(1)'")
    text = picture.slim(evil.encode()).decode()
    assert "alert" not in text and "evil" not in text and "M0,0L90,45" in text


def test_a_drawing_may_stand_in_the_page_only_if_it_can_do_nothing():
    drawn = picture.inline(picture.slim(SVG.encode()), "f1-")
    assert drawn.tag == "svg" and drawn.get("viewBox") == "0 0 90 45" and drawn[0].get("d") == "M0,0L90,45"
    for evil in (
        '<a href="#x"><path d="M 0 0"/></a>', "<style>*{fill:url(//evil)}</style>", '<path fill="url(https://evil.example)"/>', "<foreignObject/>",
        '<set attributeName="href" to="javascript:alert(1)"/>', '<image href="data:image/png;base64,AA"/>', '<path style="fill: url(//evil)"/>', "<animate/>",
    ):  # fmt: skip
        raw = SVG.replace("<path", f"{evil}<path").encode()
        assert (shown := picture.inline(picture.slim(raw), "f1-")) is None or b"evil" not in picture.etree.tostring(shown), evil


def test_styles_of_a_drawing_become_attributes_and_ids_get_a_prefix():
    raw = SVG.replace("<path", '<defs><clipPath id="long"><rect width="1" height="1"/></clipPath></defs><path clip-path="url(#long)" style="fill: none; stroke: #fff; font-size: 9px"')
    drawn = picture.inline(picture.slim(raw.encode()), "f7-")
    path = drawn.find("path")
    assert dict(path.attrib) == {"clip-path": "url(#f7-i0)", "d": "M0,0L90,45", "fill": "none", "stroke": "#fff", "font-size": "9"}
    assert drawn.find("defs/clipPath").get("id") == "f7-i0"


def test_entities_in_an_image_are_not_read():
    evil = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{SVG.replace("<path", "<text>&x;</text><path")}'
    assert b"root:" not in picture.slim(evil.encode())


def test_characters_that_reorder_or_cannot_be_shown_are_replaced():
    assert clean("a\u202eb\x00c\x1bd\ud800") == "a\ufffdb\ufffdc\ufffdd\ufffd"


# --------------------------------------------------------------------------------------------------------- French

ARTICLE = (
    '<div class="annotated"><section class="passage" data-paragraph="1"><div class="text"><p lang="fr">Avant <mark class="anchor" data-claim="C01">'
    'il dit : « oui » ; non ?</mark> après.</p><details class="translation"><summary>English</summary><p>Before: he says.</p></details></div></section></div>'
)


def test_french_is_set_as_french_and_only_french():
    document = body(shown(ARTICLE))
    text = document.tree.text_content()
    assert "il dit\u202f: «\u202foui\u202f»\u202f; non\u202f?" in text and "Before: he" in text


def test_the_article_can_be_cut_to_its_quoted_passages():
    whole, cut = (body(shown(ARTICLE), package=Package(publish={"article": how})).tree.text_content() for how in ("whole", "quoted"))
    assert "Avant" in whole and "Avant" not in cut and "après" not in cut and "Before" not in cut
    assert "[…] il dit" in cut


def test_rendering_twice_gives_the_same():
    cells = ["# T $x$ [a](#src-a)", shown(FIGURE + TABLE + ARTICLE)]
    assert html(body(*cells)) == html(body(*cells))


@pytest.mark.parametrize(("iso", "spoken"), [("2019-09-05", "5 September 2019"), ("2019-09", "September 2019"), ("2019", "2019")])
def test_dates_are_spoken_as_far_as_they_are_known(iso, spoken):
    assert spoken_date(iso) == spoken

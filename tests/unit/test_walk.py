"""Whatever the tree, the walker gives nodes that the template knows, with every text as data."""

from __future__ import annotations

import base64
import json

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.publish.walk import NARROW_MEASURE, WIDE_MEASURE, walk

INLINE = {"text", "link", "group", "verdict", "bearing", "mark", "image", "anchor", "break", "backs"}
BLOCK = set("par heading list terms quote code figure table rule passage card tally findings bibliography translation".split())
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><rect width="9" height="9"/></svg>'


def walked(html: str, **kw):
    return walk(lxml.html.fragment_fromstring(html, create_parent="main"), **kw)


def body(html: str, **kw) -> list[dict]:
    return walked(html, **kw).body


def picture(data: str = SVG, mime: str = "image/svg+xml", alt: str = 'alt="A square"') -> str:
    return f'<img {alt} src="data:{mime};base64,{base64.b64encode(data.encode()).decode()}">'


def kinds(node) -> set[str]:
    """All values of `k` in a tree of nodes."""
    if isinstance(node, list):
        return set().union(*map(kinds, node))
    if isinstance(node, dict):
        return ({node["k"]} if "k" in node else set()) | kinds(list(node.values()))
    return set()


def depth(node) -> int:
    children = node if isinstance(node, list) else list(node.values()) if isinstance(node, dict) else []
    return isinstance(node, dict) + max(map(depth, children), default=0)


def text(node) -> str:
    if isinstance(node, list):
        return "".join(map(text, node))
    if isinstance(node, dict):
        return node.get("t", "") + "".join(text(v) for v in node.values() if isinstance(v, (list, dict)))
    return node if isinstance(node, str) else ""


# ------------------------------------------------------------------------------------------------ text


def test_text_and_its_style():
    assert body("<p> one <b>two <i>three</i></b>\n <code>x</code><sup>2</sup> </p>") == [
        {"k": "par", "c": ["one ", {"k": "text", "t": "two ", "bold": True}, {"k": "text", "t": "three", "bold": True, "italic": True}, " ",
                           {"k": "text", "t": "x", "mono": True}, {"k": "text", "t": "2", "shift": "sup"}]}
    ]  # fmt: skip


def test_language_is_kept_on_paragraphs_and_inside_them():
    par, other = body('<p lang="fr">mots</p><p>a <i lang="fr">mot</i></p>')
    assert par["lang"] == "fr" and par["c"] == ["mots"]
    assert other["c"][1]["lang"] == "fr"


def test_quotes_follow_the_language():
    assert text(body('<p><q>a</q> <q lang="fr">b</q></p>')) == "“a” « b »"


def test_unknown_elements_give_way_to_their_children_and_scripts_vanish():
    assert body("<section><blink>a</blink><custom-tag><p>b</p></custom-tag><script>c</script><style>d</style></section>") == [
        {"k": "par", "c": ["a"]}, {"k": "par", "c": ["b"]},
    ]  # fmt: skip


def test_code_and_data_folds_stay_on_the_screen():
    assert body('<details class="code"><summary>Code</summary><pre>x</pre></details><details class="data"><p>y</p></details>') == []


def test_other_folds_stand_open():
    assert [n.get("class") for n in body("<details><summary>More</summary><p>text</p></details>")] == ["label", None]


def test_characters_without_glyph_are_named_and_replaced():
    found = walked("<p>a rocket: 🚀</p>")
    assert found.missing == {"🚀": "a rocket: 🚀"} and text(found.body) == "a rocket: ?"


def test_italic_without_cyrillic_is_set_upright():
    assert body("<p><i>a Русь</i></p>")[0]["c"] == [{"k": "text", "t": "a ", "italic": True}, {"k": "text", "t": "Русь", "italic": False}]


def test_what_hides_or_reorders_text_is_dropped():
    assert text(body("<p>a\u202eb\u2066c\ufeffd\u200ee</p>")) == "abcde"


def test_accents_are_composed():
    assert text(body("<p>e\u0301t\u00e9</p>")) == "été"


def test_long_words_may_break():
    word = text(body(f"<p>{'x' * 200}</p>"))
    assert word.replace("\u200b", "") == "x" * 200 and max(map(len, word.split("\u200b"))) <= 34


# ------------------------------------------------------------------------------------------------ links and ids


def test_links_inside_need_a_target_and_outside_a_scheme():
    found = walked(
        '<p><a href="#here">a</a><a href="#nowhere">b</a><a href="javascript:x">c</a><a href="file:///etc">d</a>'
        '<a href="https://example.org/">e</a></p><p id="here">f</p>'
    )
    link, group, plain, outside = found.body[0]["c"]
    assert (link["to"], group["k"], plain, outside["url"]) == ("here", "group", "cd", "https://example.org/")
    assert found.warnings == ["a link leads nowhere: #nowhere"]


def test_an_id_that_is_not_printed_is_no_target():
    assert walked('<p><a href="#a">x</a></p><p id="a"></p>').warnings == ["a link leads nowhere: #a"]


def test_an_id_is_used_once():
    nodes = body('<p><a href="#a">x</a></p><p id="a">one</p><p id="a">two</p>')
    assert [n.get("id") for n in nodes] == [None, "a", None]


def test_a_source_knows_the_places_that_cite_it():
    nodes = body(
        '<p>x [<a class="cite" id="cite-1-1" href="#src-a">1</a>]</p><div class="bibliography"><ol><li id="src-a" value="1">'
        '<span class="entry">A</span><span class="backlinks">Cited in <a href="#cite-1-1">1</a> <a href="#gone">2</a></span></li></ol></div>'
    )
    item = nodes[1]["items"][0]
    assert (item["id"], item["n"]) == ("src-a", 1)
    assert item["c"][0]["c"] == ["A", {"k": "backs", "to": ["cite-1-1"]}]


# ------------------------------------------------------------------------------------------------ headings and lists


def test_headings_have_no_gap_no_link_and_are_never_empty():
    nodes = body('<h2><span class="number">1</span> One</h2><h5>Deep <a href="https://e.org">x</a></h5><h5>Two</h5><h3> </h3><h3>Up</h3><h2>Next</h2>')
    assert [(n["level"], text(n["c"])) for n in nodes] == [(1, "One"), (2, "Deep x"), (2, "Two"), (2, "Up"), (1, "Next")]
    assert nodes[0]["number"] == "1" and "link" not in kinds(nodes)


def test_a_heading_in_a_list_or_table_is_bold_text():
    assert "heading" not in kinds(body("<ul><li><h3>a</h3></li></ul><table><tr><td><h2>b</h2></td></tr></table>"))


def test_nesting_without_end_stays_shallow():
    nodes = body("<ul><li>x" * 100 + "</li></ul>" * 100)
    assert depth(nodes) < 60 and text(nodes).count("x") == 100


# ------------------------------------------------------------------------------------------------ tables


def test_a_table_is_a_full_grid_whatever_its_spans_claim():
    (node,) = body('<table><tr><th colspan="9">a</th></tr><tr><td rowspan="99">b</td><td>c</td></tr><tr><td colspan="7">d</td></tr><tr></tr></table>')
    for rows in (node["head"], node["body"]):
        places = [(c["x"] + i, y + j) for y, row in enumerate(rows) for c in row for i in range(c.get("w", 1)) for j in range(c.get("h", 1))]
        assert sorted(places) == sorted({(x, y) for x in range(node["columns"]) for y in range(len(rows))})


def test_numbers_stand_right():
    (node,) = body("<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x</td><td>1,550</td></tr><tr><td>3</td><td>12 %</td></tr></tbody></table>")
    assert [c.get("num", False) for c in node["body"][0]] == [False, True]


@pytest.mark.parametrize("columns, letters", [(2, 5), (5, 30), (9, 14), (14, 12), (40, 8), (3, 2000)])
def test_columns_never_need_more_than_the_page(columns, letters):
    row = "<tr>" + f"<td>{'x' * letters} y</td>" * columns + "</tr>"
    (node,) = body(f"<table>{row * 3}</table>")
    assert sum(node.get("widths", [0])) <= (WIDE_MEASURE if node["wide"] else NARROW_MEASURE) + 0.1 * columns


# ------------------------------------------------------------------------------------------------ pictures


def test_a_figure_carries_its_picture_alt_and_caption():
    found = walked(f'<figure class="chart" id="fig-a">{picture()}<figcaption><span class="label">Figure 1</span> Two.</figcaption></figure>')
    (node,) = found.body
    assert (node["k"], node["alt"], node["width"], node["height"], text(node["caption"])) == ("figure", "A square", 72, 36, "Figure 1 Two.")
    assert list(found.files) == [node["file"]] == ["img-1.svg"]


def test_a_picture_without_description_is_counted():
    assert len(walked(picture(alt="")).without_alt) == 1
    assert len(walked(picture(alt='alt="No description has been provided for this image"')).without_alt) == 1


@pytest.mark.parametrize("src", ["/etc/passwd", "https://example.org/a.png", "data:text/html;base64,AA", "data:image/png;base64,AAAA", "data:image/svg+xml,<svg>"])
def test_only_embedded_pictures_that_can_be_read_pass(src):
    found = walked(f'<img alt="x" src="{src}">')
    assert found.files == {} and len(found.warnings) == 1


# ------------------------------------------------------------------------------------------------ the briefing's own


def test_a_passage_has_text_notes_and_numbers_behind_the_rule():
    (node,) = body(
        '<div class="annotated"><section class="passage"><div class="text"><p lang="fr">un <mark class="anchor" data-axis="substance" data-verdict="misleading">'
        'deux <mark class="anchor">trois<a class="ref" href="#note-C02">2</a></mark><a class="ref" href="#note-C01">1</a></mark></p></div>'
        '<aside class="notes"><div class="note" id="note-C01"><p>One</p></div><div class="note" id="note-C02"><p>Two</p></div></aside></section></div>'
    )
    un, outer, inner_number, outer_number = node["c"][0]["c"]
    assert (outer["outer"], inner_number["to"], outer_number["to"]) == (True, "note-C02", "note-C01")
    assert [text(n["c"]) for n in node["notes"]] == ["One", "Two"]


def test_a_card_is_taken_apart():
    (node,) = body(
        '<article class="card" id="C07"><h4>C07 <q lang="fr">mots</q></h4><p class="who">the article</p><p class="assertion">It was so.</p>'
        '<dl class="verdicts"><div><dt>Substance</dt><dd><span class="then"><span class="when">then</span> <span class="verdict" data-axis="substance" '
        'data-verdict="misleading">misleading</span></span> <span class="now">accurate</span></dd></div></dl>'
        '<details class="evidence" open><summary>Evidence (1)</summary><ul><li>x</li></ul></details></article>'
    )
    assert (node["k"], node["heading"]["number"], text(node["heading"]["c"])) == ("card", "C07", "« mots »")
    assert text(node["lead"]) == "It was so." and text(node["who"]) == "the article"
    assert set(node["verdicts"][0]) == {"term", "then", "now"}
    assert [n["k"] for n in node["c"]] == ["par", "list"]


def test_the_front_page_is_the_section_with_the_tally():
    found = walked(
        '<section><h2>Summary</h2><p>Answer</p><ul class="tally"><li><span class="verdict" data-axis="substance" data-verdict="accurate">accurate</span> '
        '<data value="3">3</data></li></ul></section><section><h2>Next</h2></section>'
    )
    assert [n["k"] for n in found.front] == ["heading", "par", "tally"] and len(found.body) == 1
    assert found.front[2]["items"][0]["count"] == 3 and found.verdicts == {"substance": {"accurate": None}}


# ------------------------------------------------------------------------------------------------ anything at all

NAMES = st.sampled_from("p div span b i a ul ol li dl dt dd table tr td th h1 h2 h5 pre code blockquote figure figcaption img details summary q mark sup br custom".split())
CLASSES = st.sampled_from(["", "card", "passage", "tally", "findings", "bibliography", "verdict", "verdicts", "anchor", "ref", "cite", "evidence", "notes", "num"])
TREES = st.recursive(
    st.text(max_size=12),
    lambda inner: st.tuples(NAMES, CLASSES, st.lists(inner, max_size=4)),
    max_leaves=25,
)


def grow(parent, tree) -> None:
    if isinstance(tree, str):
        clean = "".join(c for c in tree if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + clean
        else:
            parent.text = (parent.text or "") + clean
        return
    name, css, children = tree
    target = {"card": "pre", "cite": "ul", "num": "table", "ref": "i"}.get(css, "p")
    child = lxml.html.Element(name, {"class": css, "id": name, "href": f"#{target}", "value": "2", "colspan": "3", "rowspan": "2", "data-verdict": "accurate"})
    parent.append(child)
    for inner in children:
        grow(child, inner)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_any_tree_becomes_nodes_that_the_template_knows(tree):
    root = lxml.html.Element("main")
    grow(root, tree)
    found = walk(root)
    nodes = found.front + found.body
    assert kinds(nodes) <= INLINE | BLOCK
    json.dumps(nodes)

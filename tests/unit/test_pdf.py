"""The PDF is tagged, complete, the same each time, and refuses or admits what it lacks."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import lxml.html
import nbformat
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import briefing as bf
from briefing.errors import BriefingError
from briefing.publish import pdf, walk
from briefing.publish.body import Document, render
from briefing.publish.combine import combine
from tests.unit.test_walk import TREES, grow

HOSTILE = [
    '#read("/etc/passwd")', '#import "x.typ": *', "#eval(\"1\")", "`raw` ```typ #panic()```", "$ x $ @label <label> *bold* _it_", "\\u{202e} // comment /* */",
    "#{while true {}}", "]] #[ }", "= Heading", "#set page(width: 1cm)", "{{ 7*7 }} {% raw %}", "<script>alert(1)</script>",
]  # fmt: skip


def cell(shown):
    return new_code_cell("bf.show()", outputs=[new_output("display_data", {"text/html": shown._repr_html_(), "text/plain": repr(shown)})])


def document(html: str, title: str = "Title", lang: str = "en") -> Document:
    return Document(title, lang, lxml.html.fragment_fromstring(html, create_parent="main"), [], [], [])


def typeset(html: str, **kw) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf.typeset(document(html), **{"report": False, **kw})[0]))


def tags(file: pikepdf.Pdf) -> list[str]:
    out = []

    def visit(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                visit(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            out.append(str(node.S)[1:])
            visit(node.get("/K", pikepdf.Array()))

    visit(file.Root.StructTreeRoot.K)
    return out


@pytest.fixture
def report(toy):
    package = bf.load(toy.root)
    summary = [new_markdown_cell("# Summary\n\nWhat is asked?\n\nWhat is answered."), cell(bf.tally()), new_markdown_cell("## Limits\n\nMany.")]
    claims = [new_markdown_cell("# The claims"), cell(bf.annotated_article()), new_markdown_cell("## Cards"), cell(bf.claim_cards())]
    whole = combine([("00_summary", new_notebook(cells=summary)), ("01_claims", new_notebook(cells=claims))], package.config)
    return render(whole, package=package), package


def test_a_report_is_tagged_named_and_carries_its_data(report):
    raw, lacking = pdf.typeset(*report)
    assert lacking == []
    file = pikepdf.open(io.BytesIO(raw))
    assert (file.Root.Lang, file.Root.MarkInfo.Marked) == ("en", True)
    with file.open_metadata() as about:
        assert (about["pdfuaid:part"], about["pdfaid:part"], about["pdfaid:conformance"]) == ("1", "3", "A")
        assert about["dc:title"] == report[0].title
    found = tags(file)
    assert {"Title", "H1", "H2", "P", "L", "LI", "Link", "TOC"} <= set(found)
    with file.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[0] == "Summary" and titles[1] == "1 The claims"
    assert "data/datapackage.json" in file.attachments and "data/claims.csv" in file.attachments
    for path, attached in file.attachments.items():
        assert attached.get_file().read_bytes() == (report[1].root / path).read_bytes()


def test_the_same_report_has_the_same_bytes(report):
    assert pdf.typeset(*report)[0] == pdf.typeset(*report)[0]


def test_only_open_tables_travel(report):
    document_, package = report
    path = package.root / "data" / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    next(r for r in descriptor["resources"] if r["name"] == "claims")["licenses"] = [{"name": "CC-BY-4.0"}, {"name": "other-closed"}]
    path.write_text(json.dumps(descriptor), "utf-8")
    file = pikepdf.open(io.BytesIO(pdf.typeset(document_, bf.data.Package(package.root))[0]))
    assert "data/claims.csv" not in file.attachments and "data/anchors.csv" in file.attachments


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_code(text):
    node = lxml.html.Element("main")
    for tag in ("h2", "p", "pre", "blockquote"):
        child = lxml.html.Element(tag)
        child.text = text
        node.append(child)
    raw, lacking = pdf.typeset(Document(text, "en", node, [], [], []), report=False)
    with pikepdf.open(io.BytesIO(raw)) as file, file.open_metadata() as about:
        assert about["dc:title"] == text and len(file.pages) == 1


def test_every_mark_and_every_kind_of_node_is_drawn():
    words = {
        "substance": "accurate|accurate, incomplete|misleading|overstated|contradicted|not settled|no evidence|opinion|question|wording|left out|quotation|unheard of",
        "fidelity": "verbatim|faithful|loosened|distorted|not found",
        "outcome": "came about|came about late|did not come about|too early|not settled|no deadline given",
    }
    marks = "".join(f'<p><span class="verdict" data-axis="{a}" data-verdict="{w}">{w}</span></p>' for a, ws in words.items() for w in ws.split("|"))
    bearings = "".join(f'<li><span class="bearing" data-bearing="{b}">{b}</span></li>' for b in ("supports", "qualifies", "contradicts", "cannot_settle"))
    found = tags(typeset(f"<h2>A</h2>{marks}<ul>{bearings}</ul><hr><dl><dt>a</dt><dd>b</dd></dl><blockquote><p>c</p></blockquote><pre>d</pre><ol><li>e</li></ol>"))
    assert {"H1", "L", "BlockQuote", "Code"} <= set(found)


@settings(max_examples=40, deadline=None)
@given(TREES, st.booleans())
def test_any_tree_can_be_set(tree, report):
    root = lxml.html.Element("main")
    grow(root, tree)
    assert pdf.typeset(Document("Title", "en", root, [], [], []), report=report, strict=False)[0].startswith(b"%PDF")


def test_long_tables_repeat_their_head():
    rows = "".join(f"<tr><td>{i}</td><td>text</td></tr>" for i in range(200))
    file = typeset(f"<h2>A</h2><table><thead><tr><th>Year</th><th>Words</th></tr></thead><tbody>{rows}</tbody></table>")
    assert len(file.pages) > 2
    assert tags(file).count("TH") == 2 and tags(file).count("THead") == 1


def test_a_strict_build_refuses_what_is_lacking():
    with pytest.raises(BriefingError, match=r"U\+1F680"):
        typeset("<p>🚀</p>")
    with pytest.raises(BriefingError, match="without description"):
        typeset('<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22/%3E">')


def test_a_menu_export_goes_on_and_gives_up_the_mark():
    html = '<h2>🚀</h2><p><img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22/%3E"></p>'
    raw, lacking = pdf.typeset(document(html), report=False, strict=False)
    assert len(lacking) == 2
    with pikepdf.open(io.BytesIO(raw)) as file, file.open_metadata() as about:
        assert "pdfuaid:part" not in about and about["pdfaid:part"] == "3"


def test_png_pictures_are_read():
    from matplotlib.figure import Figure

    figure, out = Figure(figsize=(1, 1)), io.BytesIO()
    figure.savefig(out, format="png")
    import base64

    uri = base64.b64encode(out.getvalue()).decode()
    assert "Figure" in tags(typeset(f'<h2>A</h2><figure><img alt="Nothing" src="data:image/png;base64,{uri}"><figcaption>C</figcaption></figure>'))


def test_a_missing_font_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "font_files", lambda: [tmp_path / "Gone.ttf"])
    with pytest.raises(BriefingError, match="Gone.ttf"):
        typeset("<p>a</p>")


def test_what_typst_refuses_is_one_line(monkeypatch):
    monkeypatch.setattr(walk, "_image_size", lambda data: ("png", 9.0, 9.0))
    with pytest.raises(BriefingError, match="^The PDF could not be set: [^\n]+$"):
        typeset('<img alt="x" src="data:image/png;base64,AAAA">')


def test_a_notebook_exports_by_the_command(tmp_path):
    frame = "<table><thead><tr><th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table>"
    cells = [
        new_markdown_cell("# Any notebook\n\nWith $x^2$."),
        new_code_cell("frame", outputs=[new_output("display_data", {"text/html": frame})]),
        new_code_cell("1 / 0", outputs=[new_output("error", ename="ZeroDivisionError", evalue="division", traceback=["\x1b[31mZeroDivisionError\x1b[0m"])]),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "any.ipynb")
    run = subprocess.run([sys.executable, "-m", "nbconvert", "--to", "briefing_pdf", "any.ipynb"], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    with pikepdf.open(tmp_path / "any.pdf") as file:
        assert {"Title", "Table", "TH", "Code"} <= set(tags(file))
        assert file.docinfo.Title == "Any notebook"

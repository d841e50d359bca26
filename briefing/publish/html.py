"""The HTML page: one file that works from disk, with no network, and with scripts off."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from datetime import date
from pathlib import Path

import lxml.html
from jinja2 import Environment, FileSystemLoader
from lxml.html import HtmlElement
from lxml.html.builder import E
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from .. import claims
from ..article import french_spaces
from ..data import near
from . import jsonld
from .body import TEMPLATES, Document, render, spoken_date, text_of
from .picture import SVG, decode, inline

COLUMNS = 12  # the style sheet aligns as many
DESCRIPTION = 300  # characters of the answer that search engines and previews are given


class BriefingHTMLExporter(Exporter):
    """nbconvert exporter `briefing`: a notebook, or the combined briefing, as one HTML file."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "Briefing (HTML)"

    def from_notebook_node(self, nb: NotebookNode, resources: dict | None = None, **kw):
        """The page and its resources."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        package = near(resources.get("metadata", {}).get("path"))
        document = render(nb, package=package)
        for warning in document.warnings:
            self.log.warning("%s", warning)
        return page(document, package), resources


def page(document: Document, package=None) -> str:
    """The document as one self-contained HTML page."""
    main = copy.deepcopy(document.tree)
    config = package.config if package else {}
    whole = package is not None and document.title == config.get("title")
    days = timeline(package) if package and main.find(".//*[@data-claim]") is not None else None
    answer, tally = _take_front(main) if whole else ([], None)
    if whole:
        _gather_code(main)
    _finish(main, document, days)
    style, script = _asset("fonts.css") + re.sub(r"/\*.*?\*/|\n\s*", "", _asset("briefing.css"), flags=re.DOTALL), _asset("briefing.js").strip()
    reviews = jsonld.claimreview(package, claims.judge_all(package)) if whole else []
    template = _environment().get_template("page.html.j2")
    return template.render(
        document=document, config=config, whole=whole, authors=", ".join(config.get("authors", ())),
        example=next(iter(main.xpath(".//article[@data-claim]/@id")), ""), contents=_nested(document.contents),
        answer=Markup().join(map(_markup, answer)), tally=_markup(tally), main=Markup("".join(map(_serial, main))),
        description=_shorten(text_of(answer[-1]) if answer else config.get("subtitle") or document.title),
        article=package.article.meta if whole else {}, spoken_date=spoken_date, french=french_spaces,
        policy=f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; font-src data:; base-uri 'none'; form-action 'none'",
        style=Markup(style), script=Markup(script),
        timeline=Markup(jsonld.embed(days)) if days else "", reviews=Markup(jsonld.embed(reviews)) if reviews else "",
    )  # fmt: skip


def timeline(package) -> dict:
    """Every verdict on every day on which one changes: {then, today, days, claims: {id: {axis: [[day index, word, confidence]]}}}."""
    bench = claims.Bench(package)
    steps: dict[str, dict[str, list]] = {}
    moved = {package.then, package.today}
    for claim_id in bench.claims:
        for day in bench.turning_days(claim_id):
            judgement = bench.judge(claim_id, day)
            for axis in claims.AXES:
                state = [judgement.word(axis) or "", judgement.confidence[axis] or ""]
                known = steps.setdefault(claim_id, {}).setdefault(axis, [])
                if not known or known[-1][1:] != state:
                    known.append([day, *state])
                    moved.add(day)
    days = sorted(moved)
    index = {day: i for i, day in enumerate(days)}
    return {
        "then": index[package.then],
        "days": [{"iso": d.isoformat(), "text": spoken_date(d.isoformat()), "label": _day_label(package, d)} for d in days],
        "claims": {
            claim_id: {axis: [[index[s[0]], *s[1:]] for s in known] for axis, known in axes.items() if any(s[1] for s in known)}
            for claim_id, axes in steps.items()
        },
    }


def _day_label(package, day: date) -> str:
    if day == package.today:
        return "today"
    return package.config.get("dates", {}).get("then_label", "then").split(",")[0] if day == package.then else ""


# --------------------------------------------------------------------------------------- from the tree to the page


def _take_front(main: HtmlElement) -> tuple[list[HtmlElement], HtmlElement | None]:
    """What stands in the page's head: the first notebook up to its answer (its first computed sentence), and the tally."""
    paragraphs = list(main[0].iterfind("p"))
    count = next((i for i, p in enumerate(paragraphs, 1) if p.get("class") == "say"), 1)
    tally = main.find(".//ul[@class='tally']")
    for element in (*paragraphs[:count], tally):
        if element is not None:
            element.drop_tree()
    return paragraphs[:count], tally


def _finish(main: HtmlElement, document: Document, days: dict | None) -> None:
    """What only the page has: permalinks, the as-of control, folds where HTML allows them."""
    for level, number, text, id_ in document.contents:
        for heading in main.xpath(".//*[@id=$id]", id=id_):
            heading.append(_permalink(id_, f"section {number}" if number else text))
    for card in main.xpath(".//article[@data-claim]"):
        for heading in card.xpath("./h3 | ./h4 | ./h5 | ./h6"):
            _mark_number(heading, card.get("data-claim"))
            heading.append(_permalink(card.get("id"), f"claim {card.get('data-claim')}"))
    for image in main.iter("img"):
        image.set("decoding", "async")
    for passage in main.xpath(".//section[@data-paragraph]"):
        passage.tag = "div"  # it has no heading of its own
    for ref in main.iterfind(".//a[@class='ref']"):
        ref.set("aria-label", f"{text_of(ref)}: {ref.get('aria-label', 'note')}")
    for count, image in enumerate(list(main.iterfind(".//figure/img[@alt]")), 1):
        _draw(image, f"f{count}-")
    for fold in main.xpath(".//figure/details[@class='data']"):
        figure = fold.getparent()
        fold.tail, figure.tail = figure.tail, None
        figure.addnext(fold)
    for name in main.xpath(".//div[@class='bibliography']//span[@class='publisher']"):
        name.drop_tag()
    for table in main.iter("table"):
        _align(table)
    for address in main.iterfind(".//div[@class='bibliography']//span[@class='entry']/a"):
        address.text = address.text.partition("/")[0]  # the style sheet prints the whole address on paper
    for cite in main.iterfind(".//a[@class='cite']"):
        del cite.attrib["title"]  # the script shows the entry itself; a thousand labels would be a tenth of the page
    _join_code(main)
    forms = 0
    for section in main:
        judged = section.xpath("./div[@class='annotated'] | ./article[@data-claim]")
        if judged and days and len(days["days"]) > 1:
            forms += 1
            judged[0].addprevious(_as_of(forms, days))


def _draw(image: HtmlElement, prefix: str) -> None:
    """Puts a figure's drawing into the page, so that its text has the page's font and can be found and copied."""
    mime, raw = decode(image.get("src"))
    drawing = inline(raw, prefix) if mime == SVG else None
    if drawing is None:
        return
    drawing.attrib.update({k: image.get(k) for k in ("width", "height") if image.get(k)} | {"role": "img", "aria-label": image.get("alt")})
    holder = E.div({"class": "drawing"})
    image.getparent().replace(image, holder)
    holder.append(drawing)


def _align(table: HtmlElement) -> None:
    """Says once for a column, not in each cell, that it holds numbers."""
    rows = [list(row) for row in table.iter("tr")]
    bodies = [row for row in rows if row and row[0].getparent().getparent().tag != "thead"]
    for column in range(max(map(len, rows), default=0)):
        cells = [row[column] for row in bodies if column < len(row)]
        if cells and column < COLUMNS and all(cell.get("class") == "num" for cell in cells):
            table.set("class", f"{table.get('class', '')} n{column + 1}".strip())
            for row in rows:
                if column < len(row) and row[column].get("class") == "num":
                    del row[column].attrib["class"]


def _mark_number(heading: HtmlElement, claim_id: str) -> None:
    if (heading.text or "").startswith(claim_id):
        number = E.span({"class": "claim-number"}, claim_id)
        number.tail, heading.text = heading.text[len(claim_id) :], None
        heading.insert(0, number)


def _gather_code(main: HtmlElement) -> None:
    """A chapter reads as text: its code stands in one fold at its end."""
    for section in main:
        folds = list(section.iterfind(".//details[@class='code']"))
        if folds:
            cells = [pre for fold in folds for pre in fold.findall("pre")]
            for fold in folds:
                fold.drop_tree()
            section.append(E.details({"class": "code"}, E.summary("Code of this chapter"), *cells))


def _join_code(main: HtmlElement) -> None:
    """Cells with nothing to see between them share one fold."""
    for fold in list(main.iterfind(".//details[@class='code']")):
        before = fold.getprevious()
        if before is not None and before.get("class") == "code" and not (before.tail or "").strip():
            before.extend(fold.findall("pre"))
            fold.drop_tree()


def _permalink(id_: str, what: str) -> HtmlElement:
    return E.a({"class": "permalink", "href": f"#{id_}", "aria-label": f"Link to {what}"}, "#")


def _as_of(number: int, days: dict) -> HtmlElement:
    last = len(days["days"]) - 1
    name = f"as-of-{number}"
    options = [E.option({"value": ""}, "then and today")]
    for i, day in enumerate(days["days"]):
        options.append(E.option({"value": str(i)}, day["text"] + (f" · {day['label']}" if day["label"] else "")))
    slider = {"type": "range", "id": f"{name}-slider", "min": "0", "max": str(last), "step": "1", "value": str(last)}
    return E.form(
        {"class": "as-of", "aria-label": f"Verdicts as known on a day, control {number}"},
        E.label({"for": f"{name}-slider"}, "As known on"),
        E.input({**slider, "aria-valuetext": days["days"][last]["text"]}),
        E.select({"id": f"{name}-list", "aria-label": "Day"}, *options),
        E.p({"class": "as-of-result"}),
    )


def _nested(contents) -> list[tuple[tuple, list[tuple]]]:
    """Headings of level 2, each with its headings of level 3."""
    tree: list[tuple[tuple, list[tuple]]] = []
    for entry in contents:
        if entry[0] == 2 or not tree:
            tree.append((entry, []))
        elif entry[0] == 3:
            tree[-1][1].append(entry)
    return tree


def _serial(element: HtmlElement) -> str:
    """The element as HTML, without the end tags that HTML lets one leave out in tables: there are thousands."""
    text = lxml.html.tostring(element, encoding="unicode")
    text = re.sub(r"</t[dh]>(?=<t[dh][ >]|</tr>)", "", text)
    return re.sub(r"</tr>(?=<tr[ >]|</tbody>|</thead>)", "", text)


def _markup(element: HtmlElement | None) -> Markup:
    return Markup("" if element is None else lxml.html.tostring(element, encoding="unicode", with_tail=False))


def _shorten(text: str) -> str:
    text = re.sub(r"\s*\[[\d, ]+\]", "", text)
    return text if len(text) <= DESCRIPTION else text[:DESCRIPTION].rsplit(" ", 1)[0] + "…"


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _asset(name: str) -> str:
    return (Path(TEMPLATES) / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

"""A notebook as one clean document: the HTML tree that the HTML page and the PDF are both made from.

`render` sanitises what the notebook holds, puts headings, figures, tables and citations in order and numbers
them, fills the bibliography and sets French as French. It never invents: what is missing becomes a warning.
"""

from __future__ import annotations

import base64
import calendar
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement
from lxml.html.builder import E
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from jinja2 import pass_context

from ..article import french_spaces
from ..rubric import UNNAMED
from .picture import SVG, data_uri, decode, size, slim
from .sanitise import clean, readable

TEMPLATES = Path(__file__).with_name("templates")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# nbconvert writes this where a picture has no description; it satisfies checkers and tells a reader nothing.
PLACEHOLDER = "No description has been provided for this image"
# Ids that the publication itself gives; a notebook's own gets its notebook's name in front.
RESERVED = re.compile("main|top|contents|colophon|bibliography|preview|announce|timeline|(src|cite|as-of)-.*")


@dataclass(frozen=True)
class Document:
    """What `render` makes: `tree` is a `<main>` of `<section data-notebook>`s whose highest heading is h2.

    The title stands outside the tree. `contents` holds (level, number, text, id) of every numbered heading, level
    2 and down; `cited` the ids of the sources in the order of their numbers; `warnings` what a build refuses.
    """

    title: str
    lang: str
    tree: HtmlElement
    contents: list[tuple[int, str, str, str]]
    cited: list[str]
    warnings: list[str]


def render(nb: NotebookNode, *, package=None, single: bool | None = None) -> Document:
    """The document of a notebook (`single`) or of a combined one; told by its cells' metadata where `single` is None.

    `package` gives the records behind the citations; without it a citation's own label is its entry.
    """
    if single is None:
        single = not any("notebook" in cell.metadata.get("briefing", {}) for cell in nb.cells)
    html, _ = _cells().from_notebook_node(nb)
    tree = lxml.html.fragment_fromstring(html, create_parent="main", parser=lxml.html.HTMLParser(huge_tree=True))
    records = package.records if package else {}
    warnings = list(_check(tree, records if package else None))
    title = _take_title(tree, nb, package, single)
    _tidy(tree)
    _unique_ids(tree)
    contents = _number_headings(tree, single)
    numbers = _number_floats(tree) | {id_: f"section {number}" for _, number, _, id_ in contents if number}
    # A link to a whole notebook reads as one to its first heading.
    numbers |= {s.get("id"): numbers[s.get("aria-labelledby")] for s in tree if s.get("id") and s.get("aria-labelledby") in numbers}
    _unwrap_cells(tree)
    _quoted_only(tree, package)
    cited, labels = _number_citations(tree)
    _fill_bibliography(tree, cited, labels, records)
    warnings += list(_link(tree, numbers))
    _fill_contents(tree, contents)
    _set_french(tree)
    lang = package.config.get("language", "en") if package else "en"
    return Document(title, lang, tree, contents, cited, warnings)


def text_of(element: HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def spoken_date(iso: str) -> str:
    """A day, a month or a year as people write it: 5 September 2019, September 2019, 2019."""
    year, *rest = iso.split("-")
    parts = [str(int(day)) for day in rest[1:]] + [calendar.month_name[int(month)] for month in rest[:1]]
    return " ".join([*parts, year])


# ------------------------------------------------------------------------------------------------- cells to HTML


class _Cells(TemplateExporter):
    """The cells of a notebook as a fragment, by the template folder `cells`."""

    file_extension = ".html"
    output_mimetype = "text/html"
    template_name = "cells"
    extra_template_basedirs = [str(TEMPLATES)]
    display_data_priority = [
        "text/html", "text/markdown", "image/svg+xml", "text/latex", "image/png", "image/jpeg", "text/plain",
    ]  # fmt: skip

    def default_filters(self):
        yield from super().default_filters()
        yield "clean", clean
        yield "code", lambda source: escape(readable(source), quote=False)
        yield "first_notebook", lambda cells: next((n for c in cells if (n := c.metadata.get("briefing", {}).get("notebook"))), "")
        yield "markdown2html", _markdown
        yield "picture", _picture
        yield "strip_ansi", lambda text: readable(strip_ansi(text))


@cache
def _cells() -> _Cells:
    return _Cells()


@pass_context
def _markdown(context, source: str) -> str:
    cell = context.get("cell") or {}
    attachments = cell.get("attachments", {})
    # A reference to a picture that is not there must not stop the others: it stays, and `_check` names it.
    source = re.sub(r"\(attachment:([^)\s]+)\)", lambda m: m[0] if m[1] in attachments else "()", source)
    renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


class _Renderer(IPythonRenderer):
    """Jupyter's Markdown with formulas as pictures whose description is their TeX."""

    def inline_math(self, body):
        return _formula(body)

    def block_math(self, body):
        return _formula(body, display=True)

    def latex_environment(self, name, body):
        return _formula(body, display=True)


def _formula(tex: str, display: bool = False) -> str:
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    tex = " ".join(tex.split())
    kind = "math display" if display else "math"
    try:
        properties = FontProperties(size=12)
        width, height, depth, *_ = MathTextParser("path").parse(f"${tex}$", dpi=72, prop=properties)
        with rc_context({"svg.hashsalt": "formula", "svg.fonttype": "path"}):
            figure = Figure(figsize=(width / 72, height / 72))
            figure.text(0, depth / height, f"${tex}$", fontproperties=properties)
            svg = io.BytesIO()
            figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None})
    except ValueError:  # beyond mathtext: the source is the readable form
        return f'<code class="{kind}">{escape(tex)}</code>'
    return f'<img class="{kind}" alt="{escape(tex)}" src="{data_uri(SVG, svg.getvalue())}">'


def _picture(output: NotebookNode, mime: str) -> str:
    data = output.data[mime]
    raw = readable(data).encode() if mime == SVG else base64.b64decode(re.sub(r"\s", "", data))
    alt = output.get("metadata", {}).get(mime, {}).get("alt", "")
    return f'<img src="{data_uri(mime, raw)}"' + (f' alt="{escape(alt)}">' if alt else ">")


# ------------------------------------------------------------------------------------------- what is wrong with it


def _check(tree: HtmlElement, records: dict | None) -> Iterator[str]:
    for image in list(tree.iter("img")):
        if image.get("alt", "").strip() in ("", PLACEHOLDER):
            image.attrib.pop("alt", None)
            yield f"{_where(image)}: a picture has no description; show it through bf.figure(…, alt=…)"
        try:
            mime, raw = decode(image.get("src", ""))
            image.set("src", data_uri(mime, slim(raw) if mime == SVG else raw))
        except ValueError as error:
            yield f"{_where(image)}: a picture cannot be shown ({error}); attach it to the cell or show it through bf.figure"
            image.drop_tree()
    for link in tree.iter("a"):
        id_ = link.get("href", "")[1:]
        if link.get("href", "").startswith("#src-") and records is not None and id_ not in records:
            yield f"{_where(link)}: no source {id_!r} in data/sources.json"
    for pre in tree.iterfind(".//pre[@class='error']"):
        yield f"{_where(pre)}: the cell failed: {text_of(pre).rsplit('  ', 1)[-1][-160:]}"
    for pre in tree.iterfind(".//pre[@class='stderr']"):
        yield f"{_where(pre)}: a warning or other text on stderr: {text_of(pre)[:160]}"


def _where(element: HtmlElement) -> str:
    """Notebook and cell (counted from 1 within its notebook) of an element, before the cells are unwrapped."""
    section = next((e for e in element.iterancestors("section") if e.get("data-first")), None)
    cell = next((e for e in element.iterancestors("div") if e.get("data-cell")), None)
    if section is None or cell is None:
        return "notebook"
    place = f"cell {int(cell.get('data-cell')) - int(section.get('data-first')) + 1}"
    return f"{name}, {place}" if (name := section.get("data-notebook")) else place


# --------------------------------------------------------------------------------------------------- plain forms


def _tidy(tree: HtmlElement) -> None:
    """Bare tables, pictures and empty elements as the rest of the document has them."""
    for element in list(tree.iter("p", *HEADINGS)):
        if not text_of(element) and element.find(".//img") is None:
            element.drop_tree()
    bare = [t for t in tree.iter("table") if not any(a.tag == "figure" for a in t.iterancestors())]
    for count, table in enumerate(bare, 1):
        _plain_table(table)
        wrapper = E.div({"class": "scroll", "role": "region", "tabindex": "0", "aria-label": f"Output table {count}"})
        wrapper.tail, table.tail = table.tail, None
        table.getparent().replace(table, wrapper)
        wrapper.append(table)
    for table in tree.iter("table"):
        for cell in table.iterfind(".//thead//th"):
            cell.set("scope", cell.get("scope", "col"))
        for cell in table.iterfind(".//tbody//th"):
            cell.set("scope", cell.get("scope", "row"))
    for image in tree.iter("img"):
        mime, raw = decode(image.get("src"))
        if box := size(mime, raw):
            image.set("width", str(box[0]))
            image.set("height", str(box[1]))


def _plain_table(table: HtmlElement) -> None:
    table.attrib.pop("class", None)
    for cell in table.iter("td"):
        if re.fullmatch(r"[-−+]?[\d  ,.]+%?|NaN", text_of(cell)):
            cell.set("class", "num")
    for cell in table.iter("th"):
        if not text_of(cell):  # the corner over a DataFrame's index heads nothing
            cell.tag = "td"
            cell.attrib.pop("scope", None)


def _unwrap_cells(tree: HtmlElement) -> None:
    for cell in list(tree.iterfind(".//div[@data-cell]")):
        cell.drop_tag()
    for section in tree.iterfind("section[@data-first]"):
        del section.attrib["data-first"]


# ---------------------------------------------------------------------------------------------- headings and ids


def _take_title(tree: HtmlElement, nb: NotebookNode, package, single: bool) -> str:
    given = nb.metadata.get("title") or (package.config.get("title") if package and not single else "")
    if not single:
        return given or "Briefing"
    for heading in tree.iter(*HEADINGS):
        if heading.tag == "h1":
            title = text_of(heading)
            heading.drop_tree()
            return title or given or "Notebook"
        break
    return given or "Notebook"


def _unique_ids(tree: HtmlElement) -> None:
    """Every id once: a second one gets its notebook's name in front, and that notebook's links follow it."""
    for heading in tree.iter(*HEADINGS):
        if not heading.get("id") and not _in_output(heading):
            heading.set("id", re.sub(r"[^\w-]+", "-", text_of(heading)).strip("-") or "section")
    taken: set[str] = set()
    for section in tree:
        if name := section.get("data-notebook"):
            section.set("id", f"nb-{name}")
            taken.add(f"nb-{name}")
    for section in tree:
        renamed: dict[str, str] = {}
        name = section.get("data-notebook") or "notebook"
        for element in section.xpath(".//*[@id]"):
            old = new = element.get("id")
            if old in taken or RESERVED.fullmatch(old):
                new = f"{name}-{old}"
            count = 2
            while new in taken:
                new, count = f"{name}-{old}-{count}", count + 1
            taken.add(new)
            element.set("id", new)
            renamed.setdefault(old, new)
        for link in section.iterfind(".//a[@href]"):
            target = link.get("href")[1:]
            if link.get("href").startswith("#") and target in renamed and not target.startswith("src-"):
                link.set("href", "#" + renamed[target])


def _in_output(heading: HtmlElement) -> bool:
    cell = next((e for e in heading.iterancestors() if e.get("data-cell")), None)
    return cell is None or cell.get("data-type") != "markdown" or heading.getparent() is not cell


def _number_headings(tree: HtmlElement, single: bool) -> list[tuple[int, str, str, str]]:
    """Levels without a gap from h2 down, and numbers for the headings of the prose."""
    contents = []
    chapter = 0
    for section in tree:
        open_: list[tuple[int, int]] = []
        counters = [chapter] if single else [0]
        front = section.get("data-notebook", "").startswith("00") and not single
        for heading in section.iter(*HEADINGS):
            raw = int(heading.tag[1])
            while open_ and open_[-1][0] >= raw:
                open_.pop()
            level = min(6, open_[-1][1] + 1 if open_ else 2)
            open_.append((raw, level))
            heading.tag = f"h{level}"
            if _in_output(heading):
                continue
            if level == 2 and not front:
                chapter += 1
            counters = [chapter, *counters[1 : level - 1]] + [0] * (level - 1 - len(counters))
            if level > 2:
                counters[level - 2] += 1
            number = "" if front else ".".join(map(str, counters[: level - 1]))
            text = text_of(heading)
            if number:
                label = E.span({"class": "number"}, number)
                label.tail, heading.text = " " + (heading.text or ""), None
                heading.insert(0, label)
            contents.append((level, number, text, heading.get("id")))
        main = section.find(".//h2")
        if main is not None and main.get("id"):
            section.set("aria-labelledby", main.get("id"))
    return contents


def _fill_contents(tree: HtmlElement, contents) -> None:
    for place in tree.iterfind(".//div[@class='contents']"):
        place.clear()
        place.set("class", "contents")
        items = [E.li({"class": f"level-{level}"}, E.a({"href": f"#{id_}"}, f"{number} {text}".strip())) for level, number, text, id_ in contents]
        place.append(E.ul(*items))


# -------------------------------------------------------------------------------------------- figures and tables


def _number_floats(tree: HtmlElement) -> dict[str, str]:
    """Numbers the captions of figures and tables; gives "Figure 3" by id."""
    names: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)
    for figure in tree.iter("figure"):
        kind = "Table" if "table" in figure.get("class", "").split() else "Figure"
        counts[kind] += 1
        name = f"{kind} {counts[kind]}"
        caption = figure.find("figcaption")
        if caption is not None:
            label = E.span({"class": "label"}, name)
            label.tail, caption.text = " " + (caption.text or "").lstrip(), None
            caption.insert(0, label)
        if figure.get("id"):
            names[figure.get("id")] = name
    return names


def _link(tree: HtmlElement, numbers: dict[str, str]) -> Iterator[str]:
    """Follows links between notebooks into the document, adds numbers to cross-references, names dead ends."""
    ids = {e.get("id") for e in tree.xpath(".//*[@id]")}
    first = {s.get("data-notebook"): h.get("id") for s in tree if (h := s.find(".//h2")) is not None}
    for link in list(tree.iter("a")):
        href = link.get("href", "")
        if ".ipynb" in href and "://" not in href:
            name, _, anchor = href.partition(".ipynb")
            target = anchor[1:] or first.get(name)
            href = "#" + target if name in first and target in ids else ""
            link.set("href", href)
        if href.startswith("#") and href[1:] not in ids:
            yield f"{_section_of(link)}: the link {href!r} leads nowhere"
            href = ""
        if not href or href == "#":
            link.drop_tag()
            continue
        name = numbers.get(href[1:])
        if name and not len(link) and name.lower() not in text_of(link).lower():
            word = text_of(link)
            if word.lower() == name.split()[0].lower():
                link.text = name[0].upper() + name[1:] if word[0].isupper() else name
            else:
                link.text = f"{word} {name}" if word.lower() == "see" else f"{word} ({name})"


def _section_of(element: HtmlElement) -> str:
    return next((n for e in element.iterancestors("section") if (n := e.get("data-notebook"))), "notebook")


# ------------------------------------------------------------------------------------------------------ citations


def _number_citations(tree: HtmlElement) -> tuple[list[str], dict[str, str]]:
    """Numbers citations once, by first appearance, and joins neighbours in one pair of brackets."""
    order: dict[str, int] = {}
    labels: dict[str, str] = {}
    for link in [a for a in tree.iter("a") if a.get("href", "").startswith("#src-")]:
        id_ = link.get("href")[1:]
        number = order.setdefault(id_, len(order) + 1)
        label = text_of(link)
        labels.setdefault(id_, label)
        if not _is_note(link):
            _set_text_before(link, f"{_text_before(link)}{label} ")
        tail = link.tail
        link.clear()
        link.tail = tail
        link.attrib.update({"class": "cite", "href": f"#{id_}", "title": label})
        link.text = str(number)
        _bracket(link)
    for group in tree.iterfind(".//span[@class='cites']"):
        _order(group)
    return list(order), labels


def _is_note(link: HtmlElement) -> bool:
    """Whether a citation stands in a list of sources, where its number is enough; in a sentence its words stay."""
    return any("sources" in e.get("class", "").split() for e in link.iterancestors())


def _text_before(element: HtmlElement) -> str:
    before = element.getprevious()
    return (before.tail if before is not None else element.getparent().text) or ""


def _set_text_before(element: HtmlElement, text: str) -> None:
    before = element.getprevious()
    if before is not None:
        before.tail = text
    else:
        element.getparent().text = text


def _bracket(link: HtmlElement) -> None:
    before = link.getprevious()
    if before is not None and before.get("class") == "cites" and re.fullmatch(r"[\s,;]*", before.tail or ""):
        before[-1].tail = ", "
        before.tail = link.tail
        link.tail = "]"
        before.append(link)
        return
    group = E.span({"class": "cites"}, "[")
    group.tail, link.tail = link.tail, "]"
    link.getparent().replace(link, group)
    group.append(link)


def _order(group: HtmlElement) -> None:
    """Numbers of one pair of brackets in order, each once."""
    links = {int(link.text): link for link in reversed(group)}
    group[:] = [links[number] for number in sorted(links)]
    for link in group:
        link.tail = ", "
    group[-1].tail = "]"


def _fill_bibliography(tree: HtmlElement, cited: list[str], labels: dict[str, str], records: dict[str, dict]) -> None:
    if not cited:
        return
    place = tree.find(".//div[@class='bibliography']")
    if place is None:
        heading = E.h2({"id": "bibliography"}, "Sources")
        place = E.div({"class": "bibliography"})
        tree.append(E.section({"data-notebook": "", "aria-labelledby": "bibliography"}, heading, place))
    uses = _first_uses(tree)
    days = Counter(records[i].get("custom", {}).get("accessed") for i in cited if i in records)
    usual = days.most_common(1)[0][0] if days else None
    entries = []
    for number, id_ in enumerate(cited, 1):
        entry = E.li({"id": id_, "value": str(number)}, *_entry(records.get(id_), labels[id_], usual))
        back = E.span({"class": "backlinks"}, " Cited in ")
        for chapter, link in uses[id_].items():
            link.set("id", f"cite-{number}-{len(back) + 1}")
            back.append(E.a({"href": f"#{link.get('id')}"}, chapter))
            back[-1].tail = " "
        entry.append(back)
        entries.append(entry)
    if usual:
        place.append(E.p({"class": "seen"}, f"Seen on {spoken_date(usual)} where no other day is given."))
    place.append(E.ol(*entries))


def _first_uses(tree: HtmlElement) -> dict[str, dict[str, HtmlElement]]:
    """For each source the first citation in each numbered section, by the section's number."""
    uses: dict[str, dict[str, HtmlElement]] = defaultdict(dict)
    chapter = "front"
    for element in tree.iter("h2", "a"):
        if element.tag == "h2":
            number = element.find("span[@class='number']")
            chapter = number.text if number is not None else "front"
        elif element.get("class") == "cite":
            uses[element.get("href")[1:]].setdefault(chapter, element)
    return uses


def _entry(record: dict | None, label: str, usual: str) -> Iterator[HtmlElement]:
    """One bibliography entry: who, what, where, when, and whether it was seen."""
    if record is None:
        yield E.span({"class": "entry"}, label or "Unnamed source")
        return
    own = record.get("custom", {})
    authors = ", ".join(a.get("literal") or f"{a.get('given', '')} {a.get('family', '')}".strip() for a in record.get("author", ()))
    title = E.cite(record["title"])
    if record.get("language"):
        title.set("lang", record["language"])
    published = _issued(record)
    publisher = record.get("publisher", "")
    entry = E.span({"class": "entry"}, f"{authors}. " if authors and authors != publisher else "", title, ". ")
    container = record.get("container-title", "")
    entry.append(E.span({"class": "publisher"}, ", ".join(dict.fromkeys(x for x in (container, publisher) if x))))
    entry[-1].tail = ", "
    entry.append(E.time({"datetime": published}, spoken_date(published)) if published else E.span("no date"))
    entry[-1].tail = ". "
    if re.match(r"https?://", record.get("URL", "")):
        entry.append(E.a({"href": record["URL"]}, re.sub(r"^https?://(www\.)?", "", record["URL"])))
    yield entry
    seen = {"in full": "Seen in full", "in part": "Seen in part", "not seen": "Not seen"}[own.get("consulted", "in part")]
    if own.get("accessed") and seen != "Not seen" and own["accessed"] != usual:
        seen += f" on {spoken_date(own['accessed'])}"
    if own.get("via"):
        seen += f" ({own['via']})"
    kind = own.get("kind", "").capitalize() + (f", {own['party']}" if own.get("party", "none") != "none" else "")
    origin = "an unnamed original" if own.get("origin") in (None, "", UNNAMED) else own["origin"]
    copy = f"A copy or relay of {origin}" if own.get("mirror") else ""
    yield E.span({"class": "status"}, "".join(f" {part}." for part in (seen, kind, copy) if part))


def _issued(record: dict) -> str:
    parts = (record.get("issued", {}).get("date-parts") or [[]])[0]
    return "-".join(f"{int(p):02d}" for p in parts)


# --------------------------------------------------------------------------------------------- the article's text


def _quoted_only(tree: HtmlElement, package) -> None:
    """With `[publish] article = "quoted"`, of the annotated article only the marked passages remain."""
    if not package or package.config.get("publish", {}).get("article") != "quoted":
        return
    for text in tree.iterfind(".//div[@class='annotated']//div[@class='text']"):
        for fold in text.findall("details"):
            fold.drop_tree()
        for paragraph in list(text.iter("p")):
            paragraph.text = "[…] " if (paragraph.text or "").strip() else None
            for mark in paragraph:
                mark.tail = " […] " if (mark.tail or "").strip() else mark.tail


def _set_french(tree: HtmlElement) -> None:
    """French punctuation, for display: the article's own file keeps its spaces."""
    for element in tree.xpath(".//*[@lang='fr' or starts-with(@lang, 'fr-')]"):
        for node in element.iter():
            if node.text:
                node.text = french_spaces(node.text)
            if node is not element and node.tail:
                node.tail = french_spaces(node.tail)

"""The report's HTML tree as a plain node tree, which the Typst template draws.

Text stays data: every string ends up in a JSON file that the template reads, so nothing written in an
article, a table or a notebook can become Typst code. An element that is not known gives way to its children.

Inline nodes: a plain string, or `{"k": …}` with k one of text, link, group, verdict, bearing, mark,
image, anchor, break, backs. Block nodes: par, heading, list, terms, quote, code, figure, table, rule, passage, card, tally,
findings, bibliography, contents, translation. The template `briefing.typ` knows these and no others.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from .. import style as house
from .picture import decode

LONGEST_WORD = 34  # letters that stand on one line in the narrowest column
DEEPEST = 8  # nested lists and quotes; Typst stops at 80 nested calls, and nobody reads so deep

BLOCKS = frozenset(
    "address article aside blockquote center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
UNSEEN = frozenset("script style template noscript head title button input select textarea svg iframe object "
                   "embed audio video canvas link meta colgroup col".split())
HIDDEN = frozenset("code-cell data code no-pdf".split())  # classes of `details` and `div` left to the HTML edition
KEPT_CLASSES = frozenset("say answer who assertion reason change article-heading furniture label legend error stderr "
                         "subtitle lead meta quiet".split())
QUIET = frozenset("sources quiet confidence scope when kind status mirror cites".split())
BOLD = frozenset("b strong th".split())
ITALIC = frozenset("i em cite var dfn address".split())
MONO = frozenset("code kbd samp tt".split())
NO_ALT = "no description has been provided for this image"  # what nbconvert writes where there is no alt text

NUMBER = re.compile(r"[-+−±~≈<>≤≥]?\s*[$€£]?\d[\d\s.,'\u2009\u202f\u00a0]*(%|\s?[A-Za-z]{1,3})?|[-–—…]|n/?a|NaN|None|<NA>")
SPACE_RUN = re.compile(r"[ \t\r\n\f\v]+")
# Control characters, and the marks that reorder, hide or tag text: they may be in data, never on a page.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
                         "\ufe00-\ufe0f\U000e0000-\U000e0fff]")
# Characters that no face needs to hold, because the shaper makes them from a space or a hyphen, or shows nothing.
SHAPED = frozenset("\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u202f\u205f\u3000\u00a0\u00ad\u2010\u2011\u2015\n\t ")


class Style(NamedTuple):
    """What an inline text inherits from the elements around it."""

    bold: bool = False
    italic: bool = False
    mono: bool = False
    shift: str = ""  # sup | sub
    quiet: bool = False
    lang: str = ""


@dataclass
class Walked:
    """The node tree, the files it refers to, and what should trouble the maker of a strict build."""

    front: list[dict] = field(default_factory=list)
    body: list[dict] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    verdicts: dict[str, dict[str, None]] = field(default_factory=dict)  # axis → the words used, in order
    missing: dict[str, str] = field(default_factory=dict)  # character → where it was met
    without_alt: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def walk(tree, *, lang: str = "en") -> Walked:
    """Walk an lxml tree (`<main>` of the report) of language `lang`; raises nothing for any tree."""
    walker = _Walker(tree, lang)
    nodes = walker.blocks(tree, Style(lang=walker.lang_of(tree, lang)), 0)
    walker.settle(nodes)
    front, body = _front(nodes)
    done = walker.done
    done.front, done.body = front, body
    return done


def _front(nodes: list[dict]) -> tuple[list[dict], list[dict]]:
    """Split off the first section where it holds the tally or the findings: it is the front matter of a report."""
    tops = [at for at, node in enumerate(nodes) if node["k"] == "heading" and node["level"] == 1]
    end = tops[1] if len(tops) > 1 else len(nodes)
    found = any(node["k"] in ("tally", "findings") for node in nodes[:end])
    return (nodes[:end], nodes[end:]) if found else ([], nodes)


# ------------------------------------------------------------------------------------------------ the walker


class _Walker:
    def __init__(self, tree, lang: str):
        self.lang = lang
        self.done = Walked()
        self.levels: list[int] = []
        self.targets = {href[1:] for a in tree.iter("a") if (href := a.get("href") or "").startswith("#")}
        self.ids: set[str] = set()
        self.links: list[dict] = []
        self.entries: list[dict] = []

    # -- blocks

    def blocks(self, el, style: Style, depth: int) -> list[dict]:
        """The children of `el` as block nodes; text between them becomes paragraphs."""
        out: list[dict] = []
        pending: list = []

        def flush():
            if content := self.tidy(pending, style.lang):
                out.append(_only_image(content) or self.par(content, style, el if el.tag == "p" else None))
            pending.clear()

        self.leaf(pending, el.text, style)
        for child in el:
            if isinstance(child.tag, str) and child.tag not in UNSEEN:
                if child.tag in BLOCKS or next(child.iter(*BLOCKS), None) is not None:
                    flush()
                    out.extend(self.block(child, style, depth))
                else:
                    self.inline(child, pending, style)
            self.leaf(pending, child.tail, style)
        flush()
        return out

    def block(self, el, style: Style, depth: int) -> list[dict]:
        """One block element as nodes, its id on the first of them."""
        if HIDDEN & set(_classes(el)) and el.tag in ("details", "div"):
            return []
        if (lang := self.lang_of(el, style.lang)) != style.lang:
            style = style._replace(lang=lang)
        if depth > DEEPEST:
            flat: list = []
            self.leaf(flat, " ".join(el.itertext()), style)
            nodes = [self.par(content, style)] if (content := self.tidy(flat, style.lang)) else []
        else:
            nodes = self._handler(el)(el, style, depth)
        if nodes and (name := self.claim_id(el)):
            if "id" in nodes[0] or nodes[0]["k"] == "passage":
                nodes.insert(0, {"k": "par", "c": [], "id": name})
            else:
                nodes[0]["id"] = name
        return nodes

    def _handler(self, el):
        for name in _classes(el):
            if el.tag in ("div", "section", "article", "ul", "ol") and name in (
                "passage", "card", "tally", "findings", "bibliography", "contents"
            ):
                return getattr(self, name)
        if re.fullmatch("h[1-6]", el.tag):
            return self.heading
        return {
            "ul": self.list, "ol": self.list, "dl": self.terms, "blockquote": self.quote, "pre": self.code,
            "figure": self.figure, "table": self.table, "hr": self.rule, "details": self.details,
        }.get(el.tag, self.blocks)

    def par(self, content: list, style: Style, el=None) -> dict:
        node = {"k": "par", "c": content}
        if style.lang != self.lang:
            node["lang"] = style.lang
        if el is not None and (name := next((c for c in _classes(el) if c in KEPT_CLASSES), "")):
            node["class"] = name
        return node

    def heading(self, el, style: Style, depth: int) -> list[dict]:
        content = self.inline_of(el, style)
        plain = _styled_only(content)  # a heading is repeated in contents and running heads: no links, no anchors
        if not _plain(plain).strip():
            return []
        level = int(el.tag[1])
        if depth:
            return [{"k": "par", "c": [{"k": "group", "bold": True, "c": plain}]}]
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
        self.levels.append(level)
        node = {"k": "heading", "level": len(self.levels), "c": plain}
        number = el.find("span[@class='number']")
        if number is not None and isinstance(plain[0], str) and plain[0].startswith(number.text or ""):
            node["number"] = number.text
            plain[0] = plain[0][len(number.text) :].lstrip()
        if el.get("id"):
            self.targets.add(el.get("id"))  # a heading keeps its name, so that another document can point at it
        return [node]

    def list(self, el, style: Style, depth: int) -> list[dict]:
        items = []
        for li in el:
            if li.tag != "li":
                continue
            item = {"c": self.blocks(li, style, depth + 1)}
            self.anchor_into(item["c"], li)
            if (li.get("value") or "").isdecimal():
                item["n"] = int(li.get("value")[:6])
            if item["c"]:
                items.append(item)
        if not items:
            return self.blocks(el, style, depth + 1) if el.tag != "li" else []
        node = {"k": "list", "ordered": el.tag == "ol", "items": items}
        if (el.get("start") or "").isdecimal():
            node["start"] = int(el.get("start")[:6])
        return [node]

    def terms(self, el, style: Style, depth: int) -> list[dict]:
        items: list[dict] = []
        for child in el.iter("dt", "dd"):
            if next(child.iterancestors("dl")) is not el:
                continue
            if child.tag == "dt" or not items:
                items.append({"term": [], "c": []})
            if child.tag == "dt":
                items[-1]["term"] = self.inline_of(child, style)
                if name := self.claim_id(child):
                    items[-1]["term"].insert(0, {"k": "anchor", "id": name})
            else:
                items[-1]["c"] += self.blocks(child, style, depth + 1)
        return [{"k": "terms", "items": items}] if items else []

    def quote(self, el, style: Style, depth: int) -> list[dict]:
        content = self.blocks(el, style, depth + 1)
        return [{"k": "quote", "c": content}] if content else []

    def code(self, el, style: Style, depth: int) -> list[dict]:
        text = self.clean("".join(el.itertext())).expandtabs(4).strip("\n")
        lines = [_breakable(line.rstrip(), 60) for line in text.split("\n")]
        if not any(lines):
            return []
        node = {"k": "code", "t": "\n".join("".join(part for part, _ in self.runs(line)) for line in lines)}
        if {"error", "stderr"} & set(_classes(el)):
            node["class"] = "error"
        return [node]

    def rule(self, el, style: Style, depth: int) -> list[dict]:
        return [{"k": "rule"}]

    def details(self, el, style: Style, depth: int) -> list[dict]:
        """Open on paper: what is folded away on a screen stands under its summary."""
        summary = el.find("summary")
        label = self.inline_of(summary, style) if summary is not None else []
        inner = []
        for child in el:
            if isinstance(child.tag, str) and child.tag not in UNSEEN and child is not summary:
                inner += self.block(child, style, depth) if child.tag in BLOCKS else self.wrapped(child, style)
        if not inner:
            return []
        if "translation" in _classes(el):
            return [{"k": "translation", "label": label, "c": inner}]
        if "evidence" in _classes(el):
            for node in inner:
                if node["k"] == "list":
                    node["class"] = "evidence"
        return ([{"k": "par", "c": label, "class": "label"}] if label else []) + inner

    def wrapped(self, el, style: Style) -> list[dict]:
        pending: list = []
        self.inline(el, pending, style)
        content = self.tidy(pending, style.lang)
        return [self.par(content, style)] if content else []

    # -- figures and tables

    def figure(self, el, style: Style, depth: int) -> list[dict]:
        caption_el = el.find("figcaption")
        caption = self.inline_of(caption_el, style) if caption_el is not None else []
        inner = []
        for child in el:
            if isinstance(child.tag, str) and child is not caption_el and child.tag not in UNSEEN:
                inner += self.block(child, style, depth + 1) if child.tag in BLOCKS else self.wrapped_figure(child, style)
        tables = [node for node in inner if node["k"] == "table"]
        if len(inner) == 1 and tables:
            tables[0]["caption"] = caption
            if not depth:
                self.fit(tables[0], wide=True)
            return tables
        images = [node for node in inner if node["k"] == "figure"]
        if len(inner) == 1 and images:
            images[0]["caption"] = caption
            images[0]["wide"] = not depth
            return images
        return inner + ([{"k": "par", "c": caption, "class": "caption"}] if caption else [])

    def wrapped_figure(self, el, style: Style) -> list[dict]:
        pending: list = []
        self.inline(el, pending, style)
        content = self.tidy(pending, style.lang)
        return [_only_image(content) or self.par(content, style)] if content else []

    def table(self, el, style: Style, depth: int) -> list[dict]:
        head, body = [], []
        for tr in el.iter("tr"):
            if next(tr.iterancestors("table")) is not el:
                continue
            cells = [c for c in tr if c.tag in ("td", "th")]
            if not cells:
                continue
            in_head = tr.getparent().tag == "thead" or (not body and all(c.tag == "th" for c in cells))
            (head if in_head and not body else body).append(cells)
        if not head and not body:
            return []
        columns = min(64, max(sum(_span(c, "colspan") for c in row) for row in head + body))
        node = {
            "k": "table", "columns": columns,
            "head": self.grid(head, columns, style, depth), "body": self.grid(body, columns, style, depth),
        }
        if not node["body"]:
            node["head"], node["body"] = [], node["head"]
        caption = el.find("caption")
        if caption is not None:
            node["caption"] = self.inline_of(caption, style)
        _align(node)
        self.fit(node, wide=not depth)
        return [node]

    def grid(self, rows: list[list], columns: int, style: Style, depth: int) -> list[list[dict]]:
        """Rows of cells in which every place is filled once, whatever spans the source claims."""
        taken: set[tuple[int, int]] = set()
        out = []
        for y, row in enumerate(rows):
            line: list[dict] = []
            cells = iter(row)
            x = 0
            while x < columns:
                if (x, y) in taken:
                    x += 1
                    continue
                el = next(cells, None)
                cell: dict = {"x": x, "c": []}
                width = 1
                if el is not None:
                    width = min(_span(el, "colspan"), columns - x)
                    while any((x + i, y) in taken for i in range(width)):
                        width -= 1
                    height = min(_span(el, "rowspan"), len(rows) - y)
                    taken |= {(x + i, y + j) for i in range(width) for j in range(height)}
                    cell |= {name: n for name, n in (("w", width), ("h", height)) if n > 1}
                    self.fill(cell, el, style, depth)
                line.append(cell)
                x += width
            out.append(line)
        return out

    def fill(self, cell: dict, el, style: Style, depth: int) -> None:
        inner = self.blocks(el, style._replace(lang=self.lang_of(el, style.lang)), depth + 1)
        self.anchor_into(inner, el)
        if all(node["k"] == "par" for node in inner) and len(inner) <= 1:
            cell["c"] = inner[0]["c"] if inner else []
            if inner and "lang" in inner[0]:
                cell["lang"] = inner[0]["lang"]
        else:
            cell["blocks"] = inner
        if el.tag == "th":
            cell["th"] = True
        if {"num", "number"} & set(_classes(el)):
            cell["num"] = True

    def fit(self, node: dict, wide: bool) -> None:
        """Choose the measure, the size of type and the widths of the columns so that nothing runs over."""
        node.pop("widths", None)
        rows = node["head"] + node["body"]
        natural, least = [1.0] * node["columns"], [1.0] * node["columns"]
        for row in rows:
            for cell in row:
                if cell.get("w", 1) == 1:
                    text = _plain_blocks(cell["blocks"]) if "blocks" in cell else _plain(cell["c"], mark="mmm")
                    natural[cell["x"]] = max(natural[cell["x"]], min(len(text), 400) * 0.5)
                    least[cell["x"]] = max(least[cell["x"]], max((len(w) for w in re.split(r"[\s/–-]", text)), default=0) * 0.54)
        for measure, size in ((NARROW_MEASURE, 8.5), (WIDE_MEASURE, 8.5), (WIDE_MEASURE, 7.5), (WIDE_MEASURE, 6.5)):
            if measure == WIDE_MEASURE and not wide:
                measure = NARROW_MEASURE - 20
            room = measure - CELL_INSET * node["columns"]
            want, need = [n * size for n in natural], [n * size for n in least]
            node["size"], node["wide"] = size, wide and measure == WIDE_MEASURE
            if sum(want) <= room:
                return
            # Long texts read badly in a narrow table: it may spread first, and shrink only when its words do not fit.
            if sum(need) <= room and (measure == WIDE_MEASURE or not wide):
                node["widths"] = [round(w + CELL_INSET, 1) for w in _shares(need, want, room)]
                return
        for row in rows:
            for cell in row:
                _break_cells(cell)
        node["widths"] = [round(w + CELL_INSET, 1) for w in _shares([min(n, room / len(need)) for n in need], want, room)]

    # -- the briefing's own vocabulary

    def passage(self, el, style: Style, depth: int) -> list[dict]:
        """A paragraph of the article beside the notes on it."""
        text = [b for child in el if "notes" not in _classes(child) and isinstance(child.tag, str)
                for b in self.block(child, style, depth + 1)]
        notes = []
        for aside in el.iter("aside"):
            for child in aside:
                if isinstance(child.tag, str):
                    content = self.blocks(child, style, depth + 1)
                    self.anchor_into(content, child)
                    if content:
                        notes.append({"c": content})
        return [{"k": "passage", "c": text, "notes": notes}] if text or notes else []

    def card(self, el, style: Style, depth: int) -> list[dict]:
        """A claim card: its heading, what stands beside the text (speaker, verdicts), and the text."""
        node: dict = {"k": "card", "heading": None, "who": [], "verdicts": [], "c": []}
        for child in el:
            if not isinstance(child.tag, str):
                continue
            names = _classes(child)
            if child.tag == "dl" and "verdicts" in names:
                for group in child.iter("dt"):
                    dd = group.getnext()
                    if dd is not None:
                        node["verdicts"].append({"term": self.inline_of(group, style), **self.moves(dd, style)})
            elif "who" in names:
                node["who"] += self.blocks(child, style, depth + 1)
            elif re.fullmatch("h[1-6]", child.tag) and node["heading"] is None:
                node["heading"] = next(iter(self.heading(child, style, depth)), None)
            else:
                node["c"] += self.block(child, style, depth + 1)
        if node["heading"] is None:
            return node["who"] + node["c"]
        # What stands beside the verdicts; the evidence comes below, and may run over pages.
        cut = next((at for at, n in enumerate(node["c"]) if n.get("class") == "label"), len(node["c"]))
        node["lead"], node["c"] = node["c"][:cut], node["c"][cut:]
        first = node["heading"]["c"][0]
        if isinstance(first, str) and (m := re.match(r"(\w+)\s+", first)) and m[1] == el.get("id"):
            node["heading"]["number"] = m[1]
            node["heading"]["c"][0] = first[m.end() :]
        return [node]

    def moves(self, dd, style: Style) -> dict:
        """The verdicts in a `dd`, then and now where it holds both."""
        parts = {}
        for name in ("then", "now"):
            found = dd.find(f".//span[@class='{name}']")
            if found is not None and (content := self.inline_of(found, style)):
                parts[name] = content
        return parts or {"now": self.inline_of(dd, style)}

    def tally(self, el, style: Style, depth: int) -> list[dict]:
        items = []
        for li in el.iter("li"):
            mark = li.find(".//span[@data-verdict]")
            count = li.find(".//data")
            if mark is None or count is None or not (count.get("value") or "").isdecimal():
                return self.list(el, style, depth)
            self.done.verdicts.setdefault(mark.get("data-axis") or "substance", {}).setdefault(mark.get("data-verdict"))
            items.append({"axis": mark.get("data-axis") or "substance", "verdict": mark.get("data-verdict"),
                          "count": min(int(count.get("value")[:6]), 999), "c": self.inline_of(mark, style)})
        return [{"k": "tally", "items": items}] if items else []

    def findings(self, el, style: Style, depth: int) -> list[dict]:
        return [{**node, "k": "findings"} if node["k"] == "list" else node for node in self.list(el, style, depth)]

    def bibliography(self, el, style: Style, depth: int) -> list[dict]:
        """Entries by their number; each knows the places that cite it."""
        out = []
        pending: dict | None = None
        for child in el.iter(*(f"h{n}" for n in range(1, 7)), "p", "li"):
            if child.tag == "li":
                if pending is None:
                    pending = {"k": "bibliography", "items": []}
                    out.append(pending)
                item = {"n": len(pending["items"]) + 1}
                item["c"] = self.blocks(child, style, depth + 1)
                backs = [a.get("href", "")[1:] for a in child.xpath(".//span[@class='backlinks']//a")]
                if backs and item["c"] and item["c"][-1]["k"] == "par":
                    item["c"][-1]["c"].append({"k": "backs", "to": backs})
                    self.entries.append(item["c"][-1]["c"][-1])
                if (child.get("value") or "").isdecimal():
                    item["n"] = int(child.get("value")[:6])
                if name := self.claim_id(child):
                    item["id"] = name
                pending["items"].append(item)
            elif next(child.iterancestors("li"), None) is None:
                pending = None
                out += self.block(child, style, depth)
        return out

    def contents(self, el, style: Style, depth: int) -> list[dict]:
        return []  # the template makes its own, with page numbers

    # -- inline

    def inline_of(self, el, style: Style) -> list:
        """The whole content of an element as inline nodes."""
        style = style._replace(lang=self.lang_of(el, style.lang))
        pending: list = []
        self.children(el, pending, style)
        return self.tidy(pending, style.lang)

    def children(self, el, out: list, style: Style) -> None:
        self.leaf(out, el.text, style)
        for child in el:
            if isinstance(child.tag, str) and child.tag not in UNSEEN:
                if child.tag in BLOCKS and out:
                    out.append(_leaf(" ", style))
                self.inline(child, out, style)
            self.leaf(out, child.tail, style)

    def inline(self, el, out: list, style: Style) -> None:
        tag, names = el.tag, _classes(el)
        if "backlinks" in names:  # on paper a back link is a page number, which only the template knows
            return
        style = style._replace(
            bold=style.bold or tag in BOLD, italic=style.italic or tag in ITALIC, mono=style.mono or tag in MONO,
            shift=tag if tag in ("sup", "sub") else style.shift, lang=self.lang_of(el, style.lang),
            quiet=style.quiet or tag in ("time", "small") or bool(QUIET & set(names)),
        )
        if name := self.claim_id(el):
            out.append({"k": "anchor", "id": name})
        if tag == "br" or "confidence" in names:
            out.append({"k": "break"})
        if tag == "br":
            return
        if tag == "img":
            out.extend(self.image(el))
        elif tag == "a":
            self.link(el, out, style)
        elif tag == "span" and ("verdict" in names or "bearing" in names):
            node = {"k": "verdict", "axis": el.get("data-axis") or "substance", "verdict": el.get("data-verdict") or ""}
            if "verdict" in names:
                self.done.verdicts.setdefault(node["axis"], {}).setdefault(node["verdict"])
            else:
                node = {"k": "bearing", "bearing": el.get("data-bearing") or ""}
            out.append({**node, "c": self.nested(el, style)})
        elif tag == "mark" and "anchor" in names:
            inner, refs = self.nested(el, style), []
            while inner and inner[-1]["k"] == "link" and inner[-1].get("class") == "ref":
                refs.insert(0, inner.pop())  # the number stands behind the rule, not on it
            if refs:
                refs[-1] |= {"axis": el.get("data-axis") or "substance", "verdict": el.get("data-verdict") or ""}
            out.append({"k": "mark", "outer": any(n["k"] == "mark" for n in inner), "c": inner})
            out.extend(refs)
        elif tag == "q":
            opening, closing = ("« ", " »") if style.lang.startswith("fr") else ("“", "”")
            out.append(_leaf(opening, style))
            self.children(el, out, style)
            out.append(_leaf(closing, style))
        else:
            self.children(el, out, style)

    def nested(self, el, style: Style) -> list:
        inner: list = []
        self.children(el, inner, style)
        return inner

    def link(self, el, out: list, style: Style) -> None:
        href = (el.get("href") or "").strip()
        inner = self.nested(el, style)
        node = {"k": "link", "c": inner}
        names = _classes(el)
        if name := next((c for c in ("cite", "ref", "num") if c in names), ""):
            node["class"] = name
        if href.startswith("#"):
            node["to"] = href[1:]
            self.links.append(node)
        elif re.match(r"(https?://|mailto:)[^\s\x00-\x1f]+$", href, re.IGNORECASE):
            node["url"] = href
        else:
            out.extend(inner)
            return
        out.append(node)

    def image(self, el) -> list[dict]:
        alt = self.clean(el.get("alt") or "").strip()
        if alt.lower().startswith(NO_ALT):
            alt = ""
        data = _image_data(el.get("src") or "")
        seen = data and _image_size(data)
        if not seen:
            self.done.warnings.append(f"an image could not be read and was left out: {alt or 'no alt text'}")
            return [_leaf(f"[image: {alt}]", Style(italic=True))] if alt else []
        kind, width, height = seen
        node = {"k": "image", "file": self.store(data, kind), "width": round(width, 2), "height": round(height, 2)}
        if "math" in _classes(el):
            node |= {"math": "display" if "display" in _classes(el) else "inline", "drop": _baseline(data, height)}
        if alt:
            node["alt"] = alt
        else:
            self.done.without_alt.append(node["file"])
        return [node]

    def store(self, data: bytes, kind: str) -> str:
        for name, known in self.done.files.items():
            if known == data:
                return name
        name = f"img-{len(self.done.files) + 1}.{kind}"
        self.done.files[name] = data
        return name

    # -- text

    def leaf(self, out: list, text: str | None, style: Style) -> None:
        if text:
            out.append(_leaf(self.clean(text), style))

    def clean(self, text: str) -> str:
        return unicodedata.normalize("NFC", UNPRINTABLE.sub("", text))

    def tidy(self, nodes: list, lang: str) -> list:
        """Collapse white space and split text by the face that can show it; [] if nothing is left."""
        gap = True  # at a start, or after a space: swallow the next one
        last = None
        for leaf in _leaves(nodes):
            if leaf["k"] != "text":
                gap = leaf["k"] == "break" or (gap and leaf["k"] == "anchor")
                continue
            text = _breakable(SPACE_RUN.sub(" ", leaf["t"]), LONGEST_WORD)
            leaf["t"] = text[1:] if gap and text.startswith(" ") else text
            if leaf["t"]:
                gap, last = leaf["t"].endswith(" "), leaf
        if last is not None:
            last["t"] = last["t"].rstrip(" ")
        out = self.faced(nodes, lang)
        return out if any(not isinstance(n, dict) or n["k"] not in ("break",) for n in out) and _visible(out) else []

    def faced(self, nodes: list, lang: str) -> list:
        out: list = []
        for node in nodes:
            if node["k"] != "text":
                if "c" in node:
                    node["c"] = self.faced(node["c"], lang)
                    if not node["c"] and node["k"] in ("link", "mark", "verdict", "bearing"):
                        continue
                out.append(node)
            elif node["t"]:
                style = node["style"]
                for part, upright in self.runs(node["t"], style.italic):
                    run: dict = {name: True for name in ("bold", "italic", "mono", "quiet") if getattr(style, name)}
                    if upright:
                        run["italic"] = False
                    if style.shift:
                        run["shift"] = style.shift
                    if style.lang != lang:
                        run["lang"] = style.lang
                    if run:
                        out.append({"k": "text", "t": part, **run})
                    elif out and isinstance(out[-1], str):
                        out[-1] += part
                    else:
                        out.append(part)
        return out

    def runs(self, text: str, italic: bool = False) -> list[tuple[str, bool]]:
        """The text in parts that can be set: (part, whether it must stand upright); what no face shows becomes `?`."""
        if text.isascii():
            return [(text, False)]
        out = []
        for face, characters in groupby(text, key=lambda ch: _face(ch, italic)):
            part = "".join(characters)
            if face is None:
                for ch in part:
                    self.done.missing.setdefault(ch, text.strip()[:60])
                part = "?" * len(part)
            out.append((part, face == "upright"))
        return out

    # -- names

    def lang_of(self, el, inherited: str) -> str:
        found = (el.get("lang") or "").strip().split("-")[0].lower()
        return found if re.fullmatch("[a-z]{2,3}", found) else inherited

    def claim_id(self, el) -> str:
        """The element's id, once, and only where something points at it."""
        name = el.get("id") or ""
        if name in self.targets and name not in self.ids:
            self.ids.add(name)
            return name
        return ""

    def anchor_into(self, blocks: list[dict], el) -> None:
        """Put the element's id at the head of its first paragraph."""
        if blocks and (name := self.claim_id(el)):
            if blocks[0]["k"] == "par":
                blocks[0]["c"].insert(0, {"k": "anchor", "id": name})
            else:
                blocks.insert(0, {"k": "par", "c": [], "id": name})

    def settle(self, nodes: list[dict]) -> None:
        """Links that lead nowhere become plain text; a citation that was not printed leaves no back link."""
        printed = _ids(nodes)
        for node in self.links:
            if node["to"] not in printed:
                self.done.warnings.append(f"a link leads nowhere: #{node['to']}")
                node["k"] = "group"
        for entry in self.entries:
            entry["to"] = [name for name in entry["to"] if name in printed]


# ------------------------------------------------------------------------------------------------ small helpers

NARROW_MEASURE, WIDE_MEASURE, CELL_INSET = 334.0, 476.0, 9.0  # points; briefing.typ has the same in millimetres


def _classes(el) -> list[str]:
    return (el.get("class") or "").split() if el is not None and isinstance(el.tag, str) else []


def _leaf(text: str, style: Style) -> dict:
    return {"k": "text", "t": text, "style": style, "lang": style.lang}


def _leaves(nodes: list) -> Iterator[dict]:
    for node in nodes:
        if isinstance(node, dict) and node["k"] in ("link", "mark", "verdict", "bearing", "group"):
            yield from _leaves(node["c"])
        else:
            yield node


def _ids(node) -> set[str]:
    """All names in a tree of nodes."""
    found: set[str] = set()
    heap = [node]
    while heap:
        node = heap.pop()
        if isinstance(node, dict):
            if "id" in node:
                found.add(node["id"])
            heap.extend(v for v in node.values() if isinstance(v, (dict, list)))
        else:
            heap.extend(v for v in node if isinstance(v, (dict, list)))
    return found


def _visible(nodes: Iterable) -> bool:
    return any(_visible(n["c"]) if isinstance(n, dict) and "c" in n else n["k"] in ("image", "anchor") or
               n.get("t", "").strip() if isinstance(n, dict) else n.strip() for n in nodes)


def _plain(nodes: Iterable, mark: str = "") -> str:
    """The text of inline nodes, with `mark` where a verdict's mark is drawn."""
    return "".join(n if isinstance(n, str) else n["t"] if n["k"] == "text" else " " if n["k"] == "break" else
                   (mark if n["k"] in ("verdict", "bearing") else "") + _plain(n["c"], mark) if "c" in n else "" for n in nodes)


def _plain_blocks(nodes: Iterable[dict]) -> str:
    return " ".join(_plain(n["c"]) if n["k"] == "par" else _plain_blocks(n["c"]) if "c" in n else
                    " ".join(_plain_blocks(i["c"]) for i in n.get("items", ())) for n in nodes)


def _styled_only(nodes: Iterable) -> list:
    """Text and its style, without links, anchors and images."""
    out: list = []
    for node in nodes:
        if isinstance(node, str) or node["k"] == "text":
            out.append(node)
        elif node["k"] == "break":
            out.append(" ")
        elif node["k"] in ("link", "mark", "group", "verdict", "bearing"):
            out += _styled_only(node["c"])
    return out


def _only_image(content: list) -> dict | None:
    rest = [n for n in content if not (isinstance(n, str) and not n.strip())]
    if len(rest) == 1 and isinstance(rest[0], dict) and rest[0]["k"] == "image" and rest[0].get("math") != "inline":
        return {**rest[0], "k": "figure", "caption": []}
    return None


def _span(el, name: str) -> int:
    value = el.get(name) or "1"
    return max(1, min(int(value), 1000)) if value.isdecimal() and len(value) < 6 else 1


def _align(node: dict) -> None:
    """Numbers stand right: where the table says so, or where a column holds nothing else."""
    columns: dict[int, list[dict]] = {}
    for row in node["body"]:
        for cell in row:
            columns.setdefault(cell["x"], []).append(cell)
    right = {x for x, cells in columns.items() if (
        any(c.get("num") for c in cells) or
        all("blocks" not in c and (not (t := _plain(c["c"]).strip()) or NUMBER.fullmatch(t)) for c in cells)
        and any(_plain(c.get("c", [])).strip() for c in cells))}
    for row in node["head"] + node["body"]:
        for cell in row:
            if cell["x"] in right and cell.get("w", 1) == 1:
                cell["num"] = True


def _shares(need: list[float], want: list[float], room: float) -> list[float]:
    """Widths that sum to the room: each column what its longest word needs, the rest to those that want more."""
    spare = room - sum(need)
    wish = [max(0.0, w - n) ** 0.7 for n, w in zip(need, want)]
    total = sum(wish) or 1.0
    return [n + spare * w / total for n, w in zip(need, wish)]


def _break_cells(cell: dict) -> None:
    for nodes in [cell.get("c", [])] + [b.get("c", []) for b in cell.get("blocks", ())]:
        for at, node in enumerate(nodes):
            if isinstance(node, str):
                nodes[at] = _breakable(node, 8)
            elif node.get("t"):
                node["t"] = _breakable(node["t"], 8)


def _breakable(text: str, longest: int) -> str:
    """Let words longer than `longest` break anywhere, by zero-width spaces; they break at / and - as it is."""
    return re.sub(
        rf"[^\s\u200b/-]{{{longest + 1},}}", lambda m: "\u200b".join(re.findall(f".{{1,{longest // 2}}}", m[0], re.DOTALL)), text
    )


# ------------------------------------------------------------------------------------------------ faces


def font_files() -> list[Path]:
    """The exact faces the PDF is set in: the house faces, and a typewriter face for code."""
    import matplotlib

    mono = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return house.font_files() + [mono / f"DejaVuSansMono{cut}.ttf" for cut in ("", "-Bold", "-Oblique", "-BoldOblique")]


@lru_cache(maxsize=None)
def _covered(stem: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    path = next(p for p in font_files() if p.stem == stem)
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=None)
def _face(ch: str, italic: bool) -> str | None:
    """How a character can be set: "" as it is, "upright" where only the romans hold it, None where no face does.

    The template names the families in order (Serif or Sans first, the typewriter face last), so a character
    needs to be in one of them. The italics hold less than the romans: Source Sans Italic has no Cyrillic.
    """
    code = ord(ch)
    if code < 127 or ch in SHAPED:
        return ""
    roman = code in _covered("SourceSerifPro-Regular") or code in _covered("SourceSansPro-Regular")
    if italic and code in _covered("SourceSerifPro-It") and code in _covered("SourceSansPro-It"):
        return ""
    if roman or code in _covered("DejaVuSansMono"):
        return "upright" if italic else ""
    return None


# ------------------------------------------------------------------------------------------------ pictures


def _image_data(src: str) -> bytes | None:
    """The bytes of an embedded image; nothing else is ever opened."""
    try:
        return decode(src)[1]
    except ValueError:
        return None


def _image_size(data: bytes) -> tuple[str, float, float] | None:
    """Kind, width and height in points of an image that can be read, else None."""
    if data.lstrip()[:1] == b"<":
        return _svg_size(data)
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.verify()
            kind = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}[picture.format]
            dpi = float(picture.info.get("dpi", (96, 96))[0]) or 96.0
            return kind, picture.width * 72 / dpi, picture.height * 72 / dpi
    except Exception:  # Pillow raises many kinds, and a broken picture is a broken picture
        return None


def _baseline(svg: bytes, height: float) -> float:
    """How far a formula reaches below its line: matplotlib moves its first glyph onto the base line."""
    m = re.search(rb"translate\(0 ([\d.]+)\)", svg)
    return round(height - float(m[1]), 2) if m and float(m[1]) <= height else 0.0


def _svg_size(data: bytes) -> tuple[str, float, float] | None:
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError:
        return None
    if etree.QName(root).localname != "svg":
        return None

    def points(value: str | None) -> float | None:
        m = re.fullmatch(r"\s*([\d.]+)\s*(pt|px|in|mm|cm)?\s*", value or "")
        return float(m[1]) * {"pt": 1, "in": 72, "mm": 72 / 25.4, "cm": 72 / 2.54}.get(m[2], 0.75) if m else None

    box = [float(n) for n in re.findall(r"-?[\d.]+", root.get("viewBox") or "")]
    width = points(root.get("width")) or (box[2] * 0.75 if len(box) == 4 else None)
    height = points(root.get("height")) or (box[3] * 0.75 if len(box) == 4 else None)
    return ("svg", width, height) if width and height else None

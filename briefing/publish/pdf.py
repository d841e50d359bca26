"""The PDF edition: nbconvert exporter `briefing_pdf`, made from the same HTML tree as the page, set by Typst."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timezone
from itertools import takewhile
from pathlib import Path

import lxml.html
from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Any, Bool, default

from ..data import near
from ..errors import BriefingError
from .walk import Walked, font_files, walk

TEMPLATE = Path(__file__).with_name("templates") / "briefing.typ"
# Licences under which a table may travel inside the PDF, by the beginning of their SPDX or Open Definition name.
OPEN = re.compile(r"(CC0|CC-BY-(SA-)?\d|PDDL|ODC-BY|ODbL|OGL|etalab|MIT\b|US-?PD|public.?domain)", re.IGNORECASE)


class BriefingPDFExporter(Exporter):
    """A notebook, or the combined notebook of a briefing, as PDF/A-3a and PDF/UA-1."""

    export_from_notebook = "Briefing (PDF)"
    output_mimetype = "application/pdf"
    strict = Bool(False, help="Refuse a picture without description and a character without glyph.").tag(config=True)
    package = Any(None, allow_none=True, help="The data package behind the citations; found from the notebook's folder.")

    @default("file_extension")
    def _file_extension_default(self):
        return ".pdf"

    def from_notebook_node(self, nb: NotebookNode, resources=None, **kw) -> tuple[bytes, dict]:
        """The PDF's bytes; in a menu export what is lacking is logged, in a strict one it is a `BriefingError`."""
        from .body import render

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        single = not any("notebook" in cell.metadata.get("briefing", {}) for cell in nb.cells)
        about = resources.get("metadata", {})
        if single and about.get("name"):
            nb.metadata.setdefault("title", about["name"])
        package = self.package or near(about.get("path"))
        document = render(nb, package=package, single=single)
        pdf, warnings = typeset(document, package, report=not single, strict=self.strict)
        if not self.strict:
            for warning in [*document.warnings, *warnings]:
                self.log.warning(warning)
        return pdf, resources


def typeset(document, package=None, *, report: bool = True, strict: bool = True) -> tuple[bytes, list[str]]:
    """Set a `body.Document` as PDF; gives the bytes and what is lacking.

    `report` adds front page, contents, running heads and the data tables as attachments. `strict` refuses what
    would be lacking; otherwise a character no face can show becomes `?`, and a picture without description costs
    the PDF/UA mark.
    """
    walked = walk(document.tree, lang=document.lang)
    lacking = list(_lacking(walked))
    if strict and lacking:
        raise BriefingError("The PDF was not made:\n" + "\n".join(lacking))
    attachments = dict(_attachments(package)) if report and package else {}
    data = {
        "meta": _meta(document, package, report, list(attachments)),
        "attachments": [{"path": path, **about} for path, (about, _) in attachments.items()],
        "legend": list(_legend(walked)) if report else [],
        **_front(walked, report),
    }
    # The template comes last, so that no table's path can take its place.
    files = {path: raw for path, (_, raw) in attachments.items()} | walked.files
    files |= {"document.json": json.dumps(data, ensure_ascii=False).encode(), "main.typ": TEMPLATE.read_bytes()}
    # Both accessible standards ask for a description of every picture; without one the file must not claim them.
    standards = ["a-3u"] if walked.without_alt else ["a-3a", "ua-1"]
    return _compile(files, standards, _timestamp(package)), lacking + walked.warnings


# ------------------------------------------------------------------------------------------------ what goes in


def _lacking(walked: Walked) -> Iterator[str]:
    for character, place in walked.missing.items():
        yield f"No face can show {character!r} (U+{ord(character):04X}) in “{place}”. Use another character or spell it out."
    if walked.without_alt:
        yield f"{len(walked.without_alt)} picture(s) without description: show them through bf.figure(…, alt=…), or the PDF cannot be PDF/UA."


def _front(walked: Walked, report: bool) -> dict:
    """The front page (what it asks, what it answers, the rest), the body, and where the contents' second column starts."""
    if not report:
        return {"lead": [], "front": [], "tail": [], "body": walked.front + walked.body, "split": ""}
    front = walked.front
    start = next((at for at, node in enumerate(front) if node["k"] == "par"), 0)
    lead = list(takewhile(lambda node: node["k"] == "par", front[start : start + 2]))
    for node, kind in zip(reversed(lead), ("answer", "question")):
        node["class"] = kind
    cut = start + len(lead)
    shown = max((at for at, node in enumerate(front) if node["k"] in ("tally", "findings")), default=len(front) - 1) + 1
    tail: list[list[dict]] = []
    for node in front[shown:]:
        if node["k"] == "heading" or not tail:
            tail.append([])
        tail[-1].append(node)
    return {"lead": front[:cut], "front": front[cut:shown], "tail": tail, "body": walked.body, "split": _halfway(front + walked.body)}


def _halfway(nodes: list[dict]) -> str:
    """The id of the chapter with which the second half of the contents begins; "" where one column will do."""
    entries = [node for node in nodes if node["k"] == "heading" and node["level"] <= 2]
    if len(entries) < 24:
        return ""
    chapters = [(at, node["id"]) for at, node in enumerate(entries) if node["level"] == 1 and "id" in node]
    return min(chapters, key=lambda c: abs(c[0] - len(entries) / 2), default=(0, ""))[1]


def _meta(document, package, report: bool, attached: list[str]) -> dict:
    config = package.config if package else {}
    today = package.today if package else None
    stamp = datetime.fromtimestamp(_timestamp(package), timezone.utc)
    version, author = config.get("version", ""), _author(config)
    kicker = " · ".join(x for x in ("Briefing", f"version {version}" if version else "", _long(today)) if x)
    return {
        "title": document.title,
        "subtitle": config.get("subtitle", ""),
        "lang": document.lang,
        "author": [author] if author else [],
        "keywords": list(config.get("keywords", ())),
        "date": [stamp.year, stamp.month, stamp.day],
        "report": report,
        "kicker": kicker,
        "footer": kicker if report else document.title,
        "facts": list(_facts(package)) if package else [],
        "colophon": list(_colophon(document, config, today, attached)) if report else [],
    }


def _facts(package) -> Iterator[tuple[str, str]]:
    article = package.article.meta
    if of := ", ".join(str(article[key]) for key in ("publisher", "place") if article.get(key)):
        yield "Article", of
    yield "Speaks from", _long(package.then)
    yield "Analysis", _long(package.today)
    if author := _author(package.config):
        yield "Data and text", author
    if package.config.get("version"):
        yield "Version", str(package.config["version"])


def _colophon(document, config: dict, today: date | None, attached: list[str]) -> Iterator[list]:
    cite = [_author(config), document.title, f"version {config['version']}" if config.get("version") else "", _long(today)]
    yield ["How to cite: " + ", ".join(x.strip(" .") for x in cite if x) + "."]
    publish = config.get("publish", {})
    if text := publish.get("licence_text") or config.get("licence"):
        yield [text]
    for name, label in (("corrections_url", "Corrections and replies: "), ("repository_url", "Code and data: ")):
        if re.match(r"https?://\S+$", url := publish.get(name) or config.get(name) or ""):
            yield [label, {"k": "link", "url": url, "c": [url]}]
    if attached:
        yield ["Attached to this file: " + ", ".join(attached) + "."]


def _attachments(package) -> Iterator[tuple[str, tuple[dict, bytes]]]:
    """The tables whose licence lets them travel, and the record that describes them."""
    descriptor = package.json("data/datapackage.json")
    names = {"data/datapackage.json": ("application/json", "What each table and column holds")}
    for resource in descriptor["resources"]:
        licences = resource.get("licenses") or descriptor.get("licenses") or []
        if licences and all(OPEN.match(x.get("name", "")) for x in licences):
            names["data/" + resource["path"]] = ("text/csv", resource.get("title") or resource["name"])
    for path, (mime, description) in names.items():
        yield path, ({"mime": mime, "description": description}, package.path(path).read_bytes())


def _legend(walked: Walked) -> Iterator[dict]:
    """The verdict words used, by axis, with what they mean: the page's own legend, cut down to them."""
    page = lxml.html.fromstring(Environment(loader=FileSystemLoader(TEMPLATE.parent)).get_template("legend.html.j2").render())
    for axis in page.xpath("//div[@class='legend-axes']/div"):
        words = [
            {"axis": mark.get("data-axis"), "verdict": mark.get("data-verdict"), "meaning": (mark.tail or "").strip()}
            for mark in axis.iterfind(".//span[@data-verdict]")
            if mark.get("data-verdict") in walked.verdicts.get(mark.get("data-axis"), ())
        ]
        if words:
            yield {"title": axis.findtext("p"), "words": words}


def _author(config: dict) -> str:
    return ", ".join(config.get("authors", ())) or config.get("author", "")


def _long(day: date | None) -> str:
    return f"{day.day} {day:%B} {day.year}" if day else ""


# ------------------------------------------------------------------------------------------------ Typst


def _timestamp(package) -> int:
    """The analysis date; outside a project `SOURCE_DATE_EPOCH`, or now."""
    if package:
        return int(datetime.combine(package.today, datetime.min.time(), timezone.utc).timestamp())
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


def _compile(files: dict[str, bytes], standards: list[str], timestamp: int) -> bytes:
    import typst

    # Typst takes pictures and fonts from folders only, and the fonts' own hold two formats of each face: so a folder
    # of links. It is also the root: a picture that names another file finds nothing else there.
    with tempfile.TemporaryDirectory(prefix="briefing-pdf-") as folder:
        root = Path(folder)
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        (root / "fonts").mkdir()
        for face in font_files():
            if not face.is_file():
                raise BriefingError(f"The font file {face.name} is missing. Install the requirements again.")
            (root / "fonts" / face.name).symlink_to(face)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(root / "fonts")])
        try:
            return typst.compile(
                str(root / "main.typ"), root=folder, font_paths=fonts, ignore_system_fonts=True, pdf_standards=standards, timestamp=timestamp
            )
        except RuntimeError as error:  # a TypstError, or where Typst cannot show the place, its bare base
            hints = "; ".join(getattr(error, "hints", ()))
            raise BriefingError(f"The PDF could not be set: {getattr(error, 'message', error)}{f' ({hints})' if hints else ''}.") from error

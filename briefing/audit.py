"""The audit trail: from every number printed in the report to the row, check or source behind it.

A number is traced if it stands in a `<data>` that names its origin, in a table or figure that names its sources,
or in a piece of evidence that cites them. Numbers that only point (sections, notes, days in a date, the names
of claims) are no figures. Everything else is listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from . import checks
from .data import Package

NUMBER = re.compile(r"(?<![\w.,-])\d[\d,.\u202f]*(?:%|\b)")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# Dates, claim and evidence ids, and section pointers are no figures; nor are the names in `[audit] names` of briefing.toml.
POINTERS = re.compile(
    rf"\b\d{{1,2}}(?:[–-]\d{{1,2}})? (?:{MONTHS}|Sept)(?: \d{{4}})?|\b(?:{MONTHS}|Sept) \d{{4}}|\b\d{{4}}-\d{{2}}-\d{{2}}\b|"
    r"\b(?:C|E|S|Q)\d{2,3}\b|\bsection \d[\d.]*|\b(?:Figure|Table) \d+|\bin (?:late |mid |early )?(?:19|20)\d{2}\b|\b(?:19|20)\d{2}\b"
)
# Parts whose numbers rest on sources that stand in the same part, or that are the article's own words.
SOURCED = {"evidence", "sources", "bibliography", "contents", "glossary", "code", "annotated", "record", "translation", "ref", "num", "number"}


@dataclass(frozen=True)
class Trail:
    """What an audit found: `traced` counts by origin, `broken` origins that lead nowhere, `untraced` (section, sentence, number)."""

    traced: Counter
    broken: list[str]
    untraced: list[tuple[str, str, str]]


def audit(package: Package, tree: HtmlElement) -> Trail:
    """Walk the document and account for every number in it."""
    traced: Counter = Counter()
    broken = []
    for element in tree.iter("data"):
        origin = element.get("data-origin") or ""
        if leads_somewhere(package, origin):
            traced[origin] += 1
        else:
            broken.append(f"{element.text_content()} ({origin or 'no origin'})")
    for element in tree.iter("figure"):
        if _has_sources(element):
            traced["figure or table with sources"] += len(NUMBER.findall(element.text_content()))
    return Trail(traced, broken, list(_untraced(tree, package.config.get("audit", {}).get("names", ()))))


def leads_somewhere(package: Package, origin: str) -> bool:
    """Whether an origin names a check, a table, a line of the configuration, the rule, or a source."""
    kind, _, name = origin.partition(":")
    match kind:
        case "check":
            return name.partition(":")[0] in checks.names(package)
        case "table":
            return name in package.resources
        case "config":
            table = package.config
            for part in name.split("."):
                if not isinstance(table, dict) or part not in table:
                    return False
                table = table[part]
            return True
        case "judge" | "article" | "sources":
            return not name
        case "source":
            return name in package.records
    return False


def _has_sources(element: HtmlElement) -> bool:
    return bool(element.xpath('.//a[starts-with(@href, "#src-")]')) or bool(element.xpath(".//data[@data-origin]"))


def _untraced(tree: HtmlElement, names: Iterable[str]):
    for block in tree.iter("p", "li", "td", "dd", "dt", "figcaption", "h2", "h3", "h4"):
        if _excused(block) or any(child.tag in ("p", "li", "dl", "ul", "ol") for child in block):
            continue
        text = POINTERS.sub(" ", _own_text(block))
        for name in names:
            text = text.replace(name, " ")
        backed = _card_numbers(block)
        for number in NUMBER.findall(text):
            if number in backed:
                continue
            section = next((s.get("id", "") for s in block.iterancestors("section") if s.get("id")), "")
            yield section, " ".join(_own_text(block).split())[:120], number


def _card_numbers(block: HtmlElement) -> set[str]:
    """On a claim card a reason may repeat what its evidence, which cites sources, says."""
    card = next((a for a in block.iterancestors("article")), None)
    if card is None:
        return set()
    return {n for e in card.find_class("evidence") for n in NUMBER.findall(e.text_content())}


def _excused(block: HtmlElement) -> bool:
    for element in (block, *block.iterancestors()):
        if SOURCED & set((element.get("class") or "").split()):
            return True
        if element.tag == "figure" and _has_sources(element):
            return True
    # A sentence that cites its source carries its numbers itself.
    return bool(block.xpath('.//a[starts-with(@href, "#src-")]')) or block.get("lang") == "fr"


def _own_text(block: HtmlElement) -> str:
    """The text of a block without its traced numbers, times, code and quotations."""
    parts = [block.text or ""]
    for child in block:
        if child.tag not in ("data", "time", "code", "q") and not SOURCED & set((child.get("class") or "").split()):
            parts.append(_own_text(child))
        parts.append(child.tail or "")
    return " ".join(parts)

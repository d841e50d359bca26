"""The briefing for machines: Web Annotations, ClaimReview, a bibliography, and a manifest of what was made of what.

Pure functions over the package and its judgements; `dumps` writes them the same way each time.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping

from ..rubric import BY_KIND

CONTEXT = 32  # characters of the article kept on either side of a quotation


def dumps(value) -> str:
    """JSON with sorted keys and a line feed at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def embed(value) -> str:
    """JSON that can stand inside an HTML script element: nothing in it can close the element or open another."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def annotations(package, judgements: Mapping) -> dict:
    """A W3C Web Annotation collection: each passage by quotation and by position, with its assessment."""
    article, url = package.article, _article_url(package)
    items = []
    counts: dict[str, int] = {}
    for _, anchor in package.anchors.iterrows():
        claim_id = anchor["claim_id"]
        counts[claim_id] = counts.get(claim_id, 0) + 1
        start, end = article.span(anchor["sentence_id"], anchor["quote"])
        items.append(
            {
                "id": _urn(url, f"{claim_id}-{counts[claim_id]}"),
                "type": "Annotation",
                "motivation": "assessing",
                "creator": _author(package),
                "created": _midnight(package),
                "generated": _midnight(package),
                "body": [
                    {
                        "type": "TextualBody",
                        "purpose": "assessing",
                        "format": "text/plain",
                        "language": package.config.get("language", "en"),
                        "value": f"{_assessment(judgements[claim_id])}. {package.claims.at[claim_id, 'reason_en']}",
                    },
                    {"type": "TextualBody", "purpose": "identifying", "format": "text/plain", "value": claim_id},
                ],
                "target": {
                    "source": url,
                    "selector": [
                        {
                            "type": "TextQuoteSelector",
                            "exact": article.text[start:end],
                            "prefix": article.text[max(0, start - CONTEXT) : start],
                            "suffix": article.text[end : end + CONTEXT],
                        },
                        {"type": "TextPositionSelector", "start": start, "end": end},
                    ],
                },
            }
        )
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": _urn(url, "annotations"),
        "type": "AnnotationCollection",
        "label": package.config.get("title", ""),
        "creator": _author(package),
        "total": len(items),
        "first": {"id": _urn(url, "annotations-1"), "type": "AnnotationPage", "startIndex": 0, "items": items},
    }


def claimreview(package, judgements: Mapping) -> list[dict]:
    """A schema.org ClaimReview for each rated claim; the rating is its word. Opinions and the like have none."""
    meta, dates = package.article.meta, package.config.get("dates", {})
    published = _shared_date(meta.get("published_earliest", ""), meta.get("published_latest", ""))
    publisher = {"@type": "Organization", "name": meta.get("publisher", "")}
    appearance = {"@type": "NewsArticle", "url": _article_url(package), "headline": meta.get("title", "")}
    reviews = []
    for claim_id, row in package.claims.iterrows():
        if row["kind"] in BY_KIND:
            continue
        speaker = publisher if row["speaker"] == "the article" else {"@type": "Person", "name": row["speaker"]}
        reviews.append(
            {
                "@context": "https://schema.org",
                "@type": "ClaimReview",
                "@id": _urn(_article_url(package), f"review-{claim_id}"),
                "identifier": claim_id,
                "claimReviewed": row["assertion_en"],
                "inLanguage": package.config.get("language", "en"),
                "datePublished": str(dates.get("today", "")),
                "author": {"@type": "Organization", "name": _author(package)["name"]},
                "reviewBody": row["reason_en"],
                "itemReviewed": {
                    "@type": "Claim", "author": speaker, "appearance": appearance,
                    **({"datePublished": published} if published else {}),
                },
                "reviewRating": {"@type": "Rating", "alternateName": _assessment(judgements[claim_id])},
            }
        )  # fmt: skip
    return reviews


def csl(package, cited: Iterable[str]) -> list[dict]:
    """The bibliography as CSL-JSON, in the order of the citations' numbers."""
    return [package.records[i] for i in cited if i in package.records]


def manifest(inputs: Mapping[str, str], pins: str, outputs: Mapping[str, str], version: str = "") -> dict:
    """What was made of what: SHA-256 by file name for inputs and outputs, and the versions that `requirements.txt` pins."""
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", pins, re.MULTILINE)
    return {
        "version": version,
        "inputs": dict(sorted(inputs.items())),
        "pins": {name.lower(): pinned for name, pinned in found},
        "outputs": dict(sorted(outputs.items())),
    }


def _assessment(judgement) -> str:
    """All verdicts of a claim in words."""
    words = [(axis, judgement.word(axis)) for axis in ("substance", "fidelity", "outcome")]
    return "; ".join(f"{axis}: {word}" for axis, word in words if word) or "no evidence"


def _article_url(package) -> str:
    return package.article.meta.get("url") or package.article.meta.get("URL", "")


def _author(package) -> dict:
    return {"type": "Organization", "name": ", ".join(package.config.get("authors", ())) or package.config.get("title", "")}


def _midnight(package) -> str:
    return f"{package.today.isoformat()}T00:00:00Z"


def _urn(url: str, name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{url}#{name}").urn


def _shared_date(earliest: str, latest: str) -> str:
    """As much of a date as its two bounds agree on: a day, a month, a year, or nothing."""
    shared = []
    for one, other in zip(earliest.split("-"), latest.split("-")):
        if one != other:
            break
        shared.append(one)
    return "-".join(shared)

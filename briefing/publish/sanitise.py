"""What may pass from a notebook into a publication: an allowlist of elements, attributes and addresses."""

from __future__ import annotations

import re

import nh3

TAGS = set(
    "a abbr article aside b blockquote br caption cite code col colgroup data dd del details dfn div dl dt em figcaption"
    " figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup table"
    " tbody td tfoot th thead time tr u ul var".split()
)
# These lose their content too: what stands in them was never meant to be read.
DROPPED = set("script style svg math template noscript iframe object embed title head textarea select xmp".split())
ATTRIBUTES = {
    "*": set(
        "class id lang dir title role tabindex aria-label data-against data-axis data-bearing data-claim"
        " data-known-on data-origin data-paragraph data-verdict data-when".split()
    ),
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "data": {"value"},
    "time": {"datetime"},
    "details": {"open"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "col": {"span"},
}
# Control characters, and the marks that make text read as something else; tab and line feed stay.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
IMAGE = re.compile(r"data:image/(svg\+xml|png|jpeg);base64,[A-Za-z0-9+/=\s]+|data:image/svg\+xml,[^<>\"#]+")
LINK = re.compile(r"(https?://|mailto:)\S+|#\S*|[\w.-]+\.ipynb(#\S*)?")
SHAPES = {
    "role": re.compile("region|note"),
    "tabindex": re.compile("0"),
    "width": re.compile(r"\d{1,5}"),
    "height": re.compile(r"\d{1,5}"),
    "id": re.compile(r"\S{1,200}"),
    "src": IMAGE,
    "href": LINK,
}


def clean(html: str) -> str:
    """The harmless part of an HTML fragment, well formed."""
    return _CLEANER.clean(readable(html))


def readable(text: str) -> str:
    """Text without characters that cannot be shown or that reorder what is shown (each becomes U+FFFD)."""
    return UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in SHAPES and not SHAPES[name].fullmatch(value):
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=DROPPED,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)

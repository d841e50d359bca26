"""Embedded pictures: read, made small, measured, written back as addresses."""

from __future__ import annotations

import base64
import re
import urllib.parse

from lxml import etree

SVG = "image/svg+xml"
HREF = "{http://www.w3.org/1999/xlink}href"
NOT_DRAWN = ("script", "metadata", "foreignObject", "title", "desc")
# What a drawing may be made of to stand in the page itself; anything else stays an image, where it cannot act.
SHAPES = set("svg g defs path use rect circle ellipse line polyline polygon text tspan clipPath pattern".split())
ATTRIBUTES = set(
    "id x y x1 y1 x2 y2 cx cy r rx ry d points width height viewBox transform href clip-path patternUnits"
    " fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linejoin stroke-linecap stroke-dasharray"
    " stroke-dashoffset stroke-miterlimit opacity font-size font-weight font-style text-anchor".split()
)
# The page has the house font: it needs no stand-ins, and no length to fit them into.
LEFT_OUT = set("version type font-family textLength lengthAdjust space".split())
PLAIN = re.compile(r"(?!.*url\((?!#))[^<>\\@]*")


def decode(uri: str) -> tuple[str, bytes]:
    """The media type and the bytes of an embedded picture; ValueError if it is not embedded."""
    head, found, data = uri.partition(",")
    if not found or not head.startswith("data:image/"):
        raise ValueError("it is not embedded")
    mime, _, encoding = head.removeprefix("data:").partition(";")
    return mime, base64.b64decode(data) if encoding == "base64" else urllib.parse.unquote_to_bytes(data)


def data_uri(mime: str, raw: bytes) -> str:
    """A picture as an address: base64, or for vector images percent-encoding, which is a quarter shorter."""
    if mime != SVG:
        return f"data:{mime};base64,{base64.b64encode(raw).decode()}"
    text = raw.decode("utf-8")
    text = text.replace('"', "'") if "'" not in text else text
    return f"data:{mime}," + urllib.parse.quote(text, safe="~()*!.;/?:@&=+$,-_'")


def slim(svg: bytes) -> bytes:
    """A vector image without what is no drawing (scripts, handlers, metadata), coordinates to a hundredth of a point.

    ValueError if it is not well-formed XML.
    """
    try:
        root = etree.fromstring(svg, _parser())
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not well-formed: {error.msg}") from None
    for element in list(root.iter(etree.Element)):
        if element is not root and etree.QName(element).localname in NOT_DRAWN:
            _drop(element)
            continue
        for name in list(element.attrib):
            if etree.QName(name).localname.lower().startswith("on") or (name.endswith("href") and not element.get(name).startswith(("#", "data:image/"))):
                del element.attrib[name]
        if not (element.text or "").strip() and len(element):
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
        if "d" in element.attrib:
            element.set("d", _short_path(element.get("d")))
    _short_names(root)
    etree.cleanup_namespaces(root)
    return etree.tostring(root)


def inline(svg: bytes, prefix: str) -> etree._Element | None:
    """A slim vector image as an `<svg>` for the page, set in the page's own font; None if it holds more than shapes and text.

    Styles become attributes, for the page's policy admits no style from elsewhere; ids get the prefix.
    """
    root = etree.fromstring(svg, _parser())
    for element in list(root.iter(etree.Element)):
        tag = element.tag = etree.QName(element).localname
        if tag == "style" and re.sub(r"\s", "", element.text or "") == "*{stroke-linejoin:round;stroke-linecap:butt}":
            root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
            _drop(element)
            continue
        for part in element.attrib.pop("style", "").split(";"):
            name, _, value = part.partition(":")
            if name.strip():
                element.set(name.strip(), value.strip().removesuffix("px"))
        for name, value in list(element.attrib.items()):
            short = etree.QName(name).localname
            if short in LEFT_OUT:
                del element.attrib[name]
            elif tag not in SHAPES or short not in ATTRIBUTES or not PLAIN.fullmatch(value) or (short == "href" and value[0] != "#"):
                return None
            elif short == "id":
                element.set("id", prefix + value)
            elif "#" in value and short in ("href", "clip-path", "fill") and re.match(r"#i|url\(#", value):
                element.set(name, value.replace("#", f"#{prefix}"))
        if tag not in SHAPES:
            return None
    for group in list(root.iter("g", "defs")):
        if not len(group) or (group.tag == "g" and not group.attrib):
            _unwrap(group)
    for group in root.iter("g"):
        _raise_common(group)
    etree.cleanup_namespaces(root)
    return root


def size(mime: str, raw: bytes) -> tuple[int, int] | None:
    """Width and height in CSS pixels, so that a page can keep the place free; None where the picture does not say."""
    if mime == SVG:
        root = etree.fromstring(raw, _parser())
        box = (root.get("viewBox") or "").replace(",", " ").split()
        # matplotlib's user unit is the point.
        scale = 4 / 3 if (root.get("width") or "").endswith("pt") else 1
        return (round(float(box[2]) * scale), round(float(box[3]) * scale)) if len(box) == 4 else None
    if mime == "image/png" and raw[12:16] == b"IHDR":
        return int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")
    return None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)


def _drop(element: etree._Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    if element.tail and element.tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _unwrap(group: etree._Element) -> None:
    """Puts the children of a group that says nothing in its place."""
    parent, at = group.getparent(), group.getparent().index(group)
    parent.remove(group)
    for child in reversed(group):
        parent.insert(at, child)


def _raise_common(group: etree._Element) -> None:
    """Says on a group what all its members say of themselves, as rows of equal markers do."""
    first = dict(group[0].attrib)
    for name in ("fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap"):
        if name in first and len(group) > 1 and all(child.get(name) == first[name] for child in group):
            group.set(name, first[name])
            for child in group:
                del child.attrib[name]


def _short_path(d: str) -> str:
    d = re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), d)
    d = re.sub(r"\s*([A-Za-z])\s*", r"\1", d.strip())
    return re.sub(r"\s+|,\s*", ",", d).replace(",-", "-")


def _short_names(root: etree._Element) -> None:
    """Ids that something refers to become one or two letters; the others go."""
    text = etree.tostring(root, encoding="unicode")
    used = set(re.findall(r"""(?:href=["']|url\(["']?)#([^"')]+)""", text))
    names = {old: f"i{count:x}" for count, old in enumerate(dict.fromkeys(e.get("id") for e in root.iter() if e.get("id") in used))}
    for element in root.iter(etree.Element):
        if own := element.attrib.pop("id", None):
            if own in names:
                element.set("id", names[own])
        for name, value in element.attrib.items():
            if name in (HREF, "href") and value.startswith("#"):
                element.set("href", "#" + names.get(value[1:], value[1:]))
                if name == HREF:
                    del element.attrib[HREF]
            elif "url(" in value:
                element.set(name, re.sub(r"""url\(["']?#([^"')]+)["']?\)""", lambda m: f"url(#{names.get(m[1], m[1])})", value))

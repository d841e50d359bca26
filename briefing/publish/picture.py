"""Embedded pictures: read, made small, measured, written back as addresses."""

from __future__ import annotations

import base64
import re
import urllib.parse

from lxml import etree

SVG = "image/svg+xml"
HREF = "{http://www.w3.org/1999/xlink}href"
NOT_DRAWN = ("script", "metadata", "foreignObject", "title", "desc")
# matplotlib writes letters in 1/64 of their size times 100; a quarter of that is still finer than any print.
COARSER = 4


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
    """A vector image without what is no drawing (scripts, handlers, metadata), in about half the bytes.

    Coordinates are kept to a hundredth of a point, letters to a thousandth of their size. ValueError if it is not
    well-formed XML.
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
            _coarsen_letter(element)
            element.set("d", _short_path(element.get("d")))
        if match := re.fullmatch(r"translate\(([-\d.]+) 0\)", element.get("transform", "")):
            if etree.QName(element).localname == "use" and "x" not in element.attrib:
                element.set("x", match[1])
                del element.attrib["transform"]
    _short_names(root)
    etree.cleanup_namespaces(root)
    return etree.tostring(root)


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


def _coarsen_letter(path: etree._Element) -> None:
    scale = re.fullmatch(r"scale\((0?\.\d+)\)", path.get("transform", ""))
    if scale and path.get("id") and re.fullmatch(r"[MLQCZz\s\d-]+", path.get("d")):
        path.set("transform", f"scale({float(scale[1]) * COARSER:g})")
        path.set("d", re.sub(r"-?\d+", lambda m: str(round(int(m[0]) / COARSER)), path.get("d")))


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

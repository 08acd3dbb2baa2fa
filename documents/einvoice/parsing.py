"""XML nobody vouches for, to a tree: no document type, no entities, nothing fetched, bounded in size and depth."""

import re
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage] - it has no public name

MAX_BYTES = 20_000_000
_MAX_PIECES = 300_000
"""Tags and attributes together: some 5,000 invoice lines."""

_DOCTYPE = re.compile(rb"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE\s+([^\s>\[]*)", re.S | re.I)
_NOT_DATA = (b"html", b"svg")
_INVOICE = re.compile(rb"CrossIndustry(?:Invoice|Document)|urn:oasis:names:specification:ubl:schema:xsd:")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class BrokenXml(ValueError):
    """A file that is not read. The message says why, in words that go on from its name."""


def is_xml(content: bytes) -> bool:
    """Whether it is meant as XML, and as data: web pages and drawings are not."""
    start = _plain(content[:4096]).lstrip()
    doctype = _DOCTYPE.match(start)
    if doctype:
        return doctype[1].lower() not in _NOT_DATA
    return start.startswith(b"<?xml") or (start.startswith(b"<") and _INVOICE.search(start) is not None)


def parse(content: bytes) -> Element:
    """The root element. Raises BrokenXml."""
    if len(content) > MAX_BYTES:
        raise BrokenXml(f"it is larger than the {MAX_BYTES // 1_000_000} MB that are read of an e-invoice")
    if _DOCTYPE.match(_plain(content)):
        raise BrokenXml("it declares a document type of its own, which an e-invoice does not need")
    if content.count(b"<") + content.count(b"=") > _MAX_PIECES:
        raise BrokenXml(f"it has more than the {_MAX_PIECES} tags that are read of an e-invoice")
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        raise BrokenXml(f"it is no well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenXml("it declares a document type of its own, which an e-invoice does not need")
    return root


def _plain(content: bytes) -> bytes:
    """Without byte order mark; of UTF-16, what ASCII has, too."""
    for bom in _BOMS:
        content = content.removeprefix(bom)
    return content.replace(b"\0", b"") if b"\0" in content[:200] else content


def _parser() -> etree.XMLParser:
    """A new one each time: a parser is not for several threads. Depth (256) and text (10 MB) are bounded by itself."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )

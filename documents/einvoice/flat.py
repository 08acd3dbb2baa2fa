"""An XML tree as lines `path: value`, so that a path in the file can be quoted as evidence."""

import re
from collections import Counter

from lxml import etree

from documents.charset import clean
from documents.einvoice.parsing import BrokenXml, Element

_PREFIXES = (
    (re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2"), ""),
    (re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"), "cac:"),
    (re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"), "cbc:"),
    (re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"), "ext:"),
    (re.compile(r"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:\d+"), "rsm:"),
    (re.compile(r"urn:ferd:CrossIndustryDocument:invoice:\w+"), "rsm:"),
    (re.compile(r"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:\d+"), "ram:"),
    (re.compile(r"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:\d+"), "udt:"),
    (re.compile(r"urn:un:unece:uncefact:data:standard:QualifiedDataType:\d+"), "qdt:"),
)
"""The prefixes that the standards use, whatever the file's own are."""
_TOLD = ("currencyID", "schemeID", "unitCode", "format", "mimeCode", "filename")
"""Attributes that say what a value means."""
_MAX_CHARACTERS = 50_000_000
"""Of lines, and of the paths of all elements."""
_MAX_LINE = 100_000
_BINARY = frozenset({"EmbeddedDocumentBinaryObject", "AttachmentBinaryObject"})


def value_of(element: Element) -> str:
    """Its own text, without outer white space and characters that nobody can see."""
    return clean(element.text or "").strip()


class Flat:
    """Lines of all elements that say something of their own, in the file's order. Raises BrokenXml if too long."""

    def __init__(self, root: Element) -> None:
        self.lines: list[str] = []
        self._paths: dict[Element, str] = {}
        self._prefixes: dict[str, str] = {}
        self._left = _MAX_CHARACTERS
        self._walk(root, self._name(root))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def path(self, element: Element) -> str:
        return self._paths[element]

    def line(self, element: Element) -> str:
        return f"{self.path(element)}: {self._said(element)}"

    def _said(self, element: Element) -> str:
        """Empty where there is neither a text nor an attribute that says something."""
        told = ", ".join(f"{name}={element.attrib[name]}" for name in _TOLD if name in element.attrib)
        is_binary = etree.QName(element).localname in _BINARY
        value = f"{len(element.text or '')} characters" if is_binary else value_of(element)
        return " ".join(f"{value} ({told})".split()) if told else " ".join(value.split())

    def _walk(self, element: Element, path: str) -> None:
        self._paths[element] = path
        self._left -= len(path)
        if said := self._said(element):
            self.lines.append(f"{path}: {said}")
            self._left -= len(self.lines[-1])
            if len(said) > _MAX_LINE:
                raise BrokenXml(f"it has a value of more than {_MAX_LINE} characters: {path[:200]}")
        if self._left < 0:
            raise BrokenXml("it says more than can be read of an e-invoice")
        names = [self._name(child) for child in element]
        several, seen = Counter(names), Counter[str]()
        for child, name in zip(element, names, strict=True):
            seen[name] += 1
            number = f"[{seen[name]}]" if several[name] > 1 else ""
            self._walk(child, f"{path}/{name}{number}")

    def _name(self, element: Element) -> str:
        name = etree.QName(element)
        namespace = name.namespace or ""
        if namespace not in self._prefixes:
            known = (prefix for pattern, prefix in _PREFIXES if pattern.fullmatch(namespace))
            self._prefixes[namespace] = next(known, f"{{{namespace}}}" if namespace else "")
        return self._prefixes[namespace] + name.localname

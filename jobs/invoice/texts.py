"""The texts of an invoice, told apart by where they come from: structured data, pages that show the same, or a text
that a model has read."""

import re
import unicodedata
from collections.abc import Sequence

from jobs.core import Source

_PAGE = re.compile(r", page \d+$")
_PATH = r"[\w.:-]+(?:\[\d+\])?"
_PATH_LINE = re.compile(rf"{_PATH}(?:/{_PATH})+: ")
_NO_DETAIL = re.compile(
    r"ram:IncludedSupplyChainTradeLineItem(?:\[(\d+)\])?/ram:AssociatedDocumentLineDocument/"
    r"ram:LineStatusReasonCode: (?:GROUP|INFORMATION)\b"
)
_LOOK_ALIKES = str.maketrans("АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYXABEZHIKMNOPTYX")
"""Cyrillic and Greek capitals that look like Latin ones."""


def is_structured(source: Source) -> bool:
    """Whether this is flattened XML: lines of `path: value`."""
    return not is_page(source) and _PATH_LINE.match(source.text.lstrip()) is not None


def is_page(source: Source) -> bool:
    return _PAGE.search(source.id) is not None


def structured(sources: Sequence[Source]) -> list[Source]:
    return [source for source in sources if is_structured(source)]


def read_by_model(sources: Sequence[Source]) -> bool:
    """Whether there is no structured data, so that only a model can have read the invoice."""
    return not structured(sources)


def counted_elsewhere(sources: Sequence[Source]) -> set[int]:
    """Indexes of lines whose amount other lines bear: headings of a group and remarks (BT-X-8 of Factur-X EXTENDED)."""
    found = (match for source in structured(sources) for match in _NO_DETAIL.finditer(source.text))
    return {int(match[1] or 1) - 1 for match in found}


def words(sources: Sequence[Source], but: re.Pattern[str] | None = None) -> list[tuple[str, str]]:
    """Each source's id and what it says in words: of flattened XML the values, less those whose path has `but` in
    it."""
    return [(source.id, _values(source, but) if is_structured(source) else source.text) for source in sources]


def bare(text: str) -> str:
    """As a machine compares it: no invisible characters, plain forms of wide and foreign letters and digits, upper
    case."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    plain = unicodedata.normalize("NFKC", visible).upper().translate(_LOOK_ALIKES)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)


def compact(text: str) -> str:
    """`bare`, letters and digits only: a number apart from how it is grouped."""
    return re.sub(r"[\W_]", "", bare(text))


def _values(source: Source, but: re.Pattern[str] | None) -> str:
    lines = source.text.splitlines()
    return "\n".join(_PATH_LINE.sub("", line) for line in lines if not (but and but.search(_path(line))))


def _path(line: str) -> str:
    match = _PATH_LINE.match(line)
    return match[0] if match else ""

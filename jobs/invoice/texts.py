"""The texts of an invoice, told apart by where they come from: structured data, pages that show the same, or a text
that a model has read."""

import re
import unicodedata

from jobs.core import Inputs, Source

_PAGE = re.compile(r", page \d+$")
_PATH = r"[\w.:-]+(?:\[\d+\])?"
_PATH_LINE = re.compile(rf"{_PATH}(?:/{_PATH})+: ")
_SYNTAXES = frozenset({"UBL Invoice", "UBL CreditNote", "CII", "ZUGFeRD 1.0"})
"""What proposes an invoice where no model does: the syntax of its data."""
_NO_DETAIL = re.compile(
    r"ram:IncludedSupplyChainTradeLineItem(?:\[(\d+)\])?/ram:AssociatedDocumentLineDocument/"
    r"ram:LineStatusReasonCode: (?:GROUP|INFORMATION)\b"
)
_RUNNING = 60
"""Characters of a row whose sentence may go on in the next one."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s|\n|\s\|\s")
_LOOK_ALIKES = str.maketrans("АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYXABEZHIKMNOPTYX")
"""Cyrillic and Greek capitals that look like Latin ones."""


def is_structured(source: Source) -> bool:
    """Whether this looks like flattened XML: lines of `path: value`. A mail or a page can be made to look so, too."""
    return not is_page(source) and not source.id.startswith("mail.") and _PATH_LINE.match(source.text) is not None


def is_page(source: Source) -> bool:
    return _PAGE.search(source.id) is not None


def read_by_model(inputs: Inputs) -> bool:
    """Whether a model has read the invoice, or a person: what the texts look like says nothing of it, for whoever
    sends them decides that."""
    return inputs.proposed_by not in _SYNTAXES


def structured(inputs: Inputs) -> list[Source]:
    """The data that were read; none where a model has read."""
    return [] if read_by_model(inputs) else [source for source in inputs.sources if is_structured(source)]


def counted_elsewhere(inputs: Inputs) -> set[int]:
    """Indexes of lines whose amount other lines bear: headings of a group and remarks (BT-X-8 of Factur-X EXTENDED)."""
    found = (match for source in structured(inputs) for match in _NO_DETAIL.finditer(source.text))
    return {int(match[1] or 1) - 1 for match in found}


def words(inputs: Inputs, but: re.Pattern[str] | None = None) -> list[tuple[str, str]]:
    """Each source's id and what it says in words: of structured data the values, less those whose path has `but` in
    it."""
    data = structured(inputs)
    return [(source.id, _values(source, but) if source in data else source.text) for source in inputs.sources]


def sentences(text: str) -> list[str]:
    """Of a page or a mail: the rows of running text together, columns and rows that end apart."""
    rows = [row for row in text.splitlines() if row.strip()]
    joined = "".join(f"{row} " if len(row) >= _RUNNING and "|" not in row else f"{row}\n" for row in rows)
    return [part for part in _SENTENCE_ENDS.split(joined) if part.strip()]


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

"""IBANs and VAT ids: told by their checksum, or by the label before them where the checksum is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from stdnum import get_cc_module, iban

from sandbox.rehearsal.invoice.page import Found, Row, found
from sandbox.rehearsal.invoice.paper import Paper
from sandbox.rehearsal.invoice.vocabulary import cue, label

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}", re.I)
_IBAN_LENGTHS = {
    **{"AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18},
    **{"FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21},
    **{"MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "TR": 26},
}
_RUNNING = 60
"""Characters of a row whose words go on in the next one."""
_LABEL_BEFORE, _SENTENCE_BEFORE = 40, 120
"""Characters before an IBAN in which its label stands; in which a sentence says whose it is."""
_VAT = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?P<CHE>CHE[- ]?\d{3}[. ]?\d{3}[. ]?\d{3}(?:\s(?:MWST|TVA|IVA))?)"
    r"|(?P<AT>AT ?U ?\d{8})|(?P<BE>BE ?[01]?\d{3}[. ]?\d{3}[. ]?\d{3})|(?P<BG>BG ?\d{9,10})|(?P<CY>CY ?\d{8}[A-Z])"
    r"|(?P<CZ>CZ ?\d{8,10})|(?P<DE>DE ?\d{3} ?\d{3} ?\d{3})|(?P<DK>DK ?\d{2} ?\d{2} ?\d{2} ?\d{2})|(?P<EE>EE ?\d{9})"
    r"|(?P<EL>EL ?\d{9})|(?P<ES>ES[- ]?[A-Z0-9]-?\d{7}-?[A-Z0-9])|(?P<FI>FI ?\d{8})"
    r"|(?P<FR>FR ?[A-Z0-9]{2} ?\d{3} ?\d{3} ?\d{3})|(?P<GB>(?:GB|XI) ?\d{3} ?\d{4} ?\d{2}(?: ?\d{3})?)"
    r"|(?P<HR>HR ?\d{11})|(?P<HU>HU ?\d{8})|(?P<IE>IE ?\d[A-Z0-9+*]\d{5}[A-Z]{1,2})"
    r"|(?P<IT>IT ?\d{11})|(?P<LT>LT ?(?:\d{12}|\d{9}))"
    r"|(?P<LU>LU ?\d{8})|(?P<LV>LV ?\d{11})|(?P<MT>MT ?\d{8})|(?P<NL>NL ?\d{4}[. ]?\d{2}[. ]?\d{3}[. ]?B[. ]?\d{2})"
    r"|(?P<PL>PL ?\d{10})|(?P<PT>PT ?\d{9})|(?P<RO>RO ?\d{2,10})|(?P<SE>SE ?\d{10} ?\d{2})|(?P<SI>SI ?\d{8})"
    r"|(?P<SK>SK ?\d{10})"
    r")(?![A-Za-z0-9])",
    re.I,
)
_BARE = re.compile(
    r"[\s:.#=(-]*(?P<number>\d{11}|[A-HJNP-SUVW]-?\d{7}-?[0-9A-J]|[XYZ]?\d{7,8}-?[A-Z]|[01]?\d{3}\.\d{3}\.\d{3}"
    r"|\d{3} \d{4} \d{2}|\d{9})(?![\w-]|\.\d)"
)
"""A VAT id without its country: Italian, Spanish, Belgian, British."""


@dataclass(frozen=True)
class Id:
    """A VAT id on the page."""

    value: str
    """As written."""
    row: Row
    cell: int
    of_buyer: bool
    """The words beside it say so."""
    sure: bool
    """Its checksum is right."""

    @property
    def found(self) -> Found[str]:
        return found(self.value, self.row, self.cell, self.cell)


def find_vat_ids(paper: Paper) -> list[Id]:
    """Every VAT id, in the order of the page, each once."""
    ids: dict[tuple[str, bool], Id] = {}
    for row in paper.rows:
        for cell, text in enumerate(row.cells):
            for value, start, sure in _vat_ids(row, cell, text):
                of_buyer = _is_of_buyer(row, cell, start, _begun(paper, row, cell, start))
                of_buyer = of_buyer or (not start and _is_below_buyers(paper, row, cell))
                ids.setdefault((_bare(value), of_buyer), Id(value, row, cell, of_buyer, sure))
    for name, of_buyer in (("buyer_vat_id", True), ("vat_id", False)):
        for hit in paper.labelled(name, _without_country):
            if not any(_bare(hit.value) in key for key, _ in ids):
                theirs = of_buyer or (hit.way == 2 and _is_of_buyers_table(paper, hit.row))
                ids[_bare(hit.value), theirs] = Id(hit.value, hit.row, hit.last, theirs, sure=False)
    return sorted(ids.values(), key=lambda one: (one.row.number, one.cell))


def _is_of_buyers_table(paper: Paper, row: Row) -> bool:
    """Whether the heading above a row also has the buyer's number."""
    return bool(row.number and cue("buyers_number").search(paper.rows[row.number - 1].whole))


def _bare(value: str) -> str:
    return re.sub(r"\W", "", value).upper()


def _without_country(text: str) -> str | None:
    match = _BARE.match(text)
    return match["number"] if match else None


def _vat_ids(row: Row, cell: int, text: str) -> Iterator[tuple[str, int, bool]]:
    """Ids with where they begin and whether their checksum is right."""
    ibans = [match.span() for match in _IBAN.finditer(text) if _as_iban(match.group())]
    for match in _VAT.finditer(text):
        country = match.lastgroup or ""
        sure = _is_valid(country, match.group())
        within = any(a <= match.start() < b for a, b in ibans)
        if not within and (sure or _labelled(row, cell, match.start())):
            yield match.group(), match.start(), sure


def _labelled(row: Row, cell: int, start: int) -> bool:
    before = row.folded[cell][:start] if start else ""
    beside = row.folded[cell - 1] if cell else ""
    return bool(label("vat_id").search(before) or (len(before.strip()) < 3 and label("vat_id").search(beside)))


def _begun(paper: Paper, row: Row, cell: int, start: int) -> str:
    """What the row above ends with, where a label begins there and goes on in this row."""
    above = paper.rows[row.number - 1] if row.number else row
    if cell or len(above.cells) > 1 or len(above.text) < _RUNNING:
        return ""
    begun = re.split(r"[;,.]\s", above.whole)[-1]
    labelled = label("vat_id").search(row.folded[cell][:start])
    return begun if not labelled or cue("yours").search(begun) else ""


def _is_of_buyer(row: Row, cell: int, start: int, begun: str) -> bool:
    before = f"{begun} {row.folded[cell][:start]}"
    beside = row.folded[cell - 1] if cell and len(before.strip()) < 3 else ""
    return bool(label("buyer_vat_id").search(f"{beside} {before}".strip()))


def _is_below_buyers(paper: Paper, row: Row, cell: int) -> bool:
    """Whether the label of the buyer's id stands above, in a row of as many cells."""
    above = paper.rows[row.number - 1] if row.number else row
    return len(above.cells) == len(row.cells) and label("buyer_vat_id").match(above.folded[cell]) is not None


@cache
def _is_valid(country: str, written: str) -> bool:
    number = re.sub(r"[\W_]", "", written).upper()
    if country == "CHE":
        module: Any = get_cc_module("ch", "uid")
        return bool(module and module.is_valid(re.sub(r"(MWST|TVA|IVA)$", "", number)))
    module = get_cc_module({"EL": "gr"}.get(country, country.lower()), "vat")
    return bool(module and module.is_valid(number[2:]))


# --- IBAN ------------------------------------------------------------------------------------------------------------


def find_iban(paper: Paper) -> Found[str] | None:
    """BT-84: the first one whose checksum is right, else one behind its label, as written. Not an account that money
    is said to be collected from."""
    first: Found[str] | None = None
    for row in paper.rows:
        for match in _IBAN.finditer(row.text):
            written = _as_iban(match.group())
            sentence = row.whole[max(0, match.start() - _SENTENCE_BEFORE) : match.start()]
            before = sentence[-_LABEL_BEFORE:]
            if not written or cue("payers_account").search(sentence):
                continue
            if iban.is_valid(written):
                return found(written, row, *_cells_of(row, written))
            if label("iban").search(before) and first is None:
                first = found(written, row, *_cells_of(row, written))
    return first or _below_label(paper)


def _below_label(paper: Paper) -> Found[str] | None:
    """An IBAN whose checksum is wrong, in a cell of its own behind or below its label."""

    def read(text: str) -> str | None:
        match = _IBAN.match(text.lstrip(" :.#-"))
        return _as_iban(match.group()) if match else None

    hit = next((hit for hit in paper.labelled("iban", read) if not cue("payers_account").search(hit.row.whole)), None)
    return hit.found if hit else None


def _as_iban(text: str) -> str | None:
    """The part of a text that is as long as an IBAN of its country: words may follow."""
    length = _IBAN_LENGTHS.get(text[:2].upper())
    written = ""
    count = 0
    for char in text:
        if length and count == length:
            return written if not char.isalnum() else None
        written += char
        count += char != " "
    return written.strip() if length and count == length else None


def _cells_of(row: Row, written: str) -> tuple[int, int]:
    at = next((i for i, cell in enumerate(row.cells) if written in cell), None)
    return (0, len(row.cells) - 1) if at is None else (at, at)

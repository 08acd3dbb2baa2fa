"""Who sends an invoice and who is to pay it: every name is weighed by its label, its place, and what stands near."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal

from sandbox.rehearsal.inquiry.headers import EMAIL
from sandbox.rehearsal.inquiry.names import (
    ALIKE,
    PHONE,
    domain_label,
    has_legal_form,
    is_company_word,
    likeness,
    without_legal_form,
)
from sandbox.rehearsal.inquiry.words import fold, squash
from sandbox.rehearsal.invoice.identifiers import Id
from sandbox.rehearsal.invoice.page import Found, Row, below, found
from sandbox.rehearsal.invoice.paper import Paper
from sandbox.rehearsal.invoice.title import titled
from sandbox.rehearsal.invoice.vocabulary import bag, cue, label

_POSTCODE = re.compile(
    r"(?:^|(?<!HR[AB])(?<!KvK)(?<!RCS)[\s,·•|-])(?:[A-Z]{1,2}[- ])?"
    r"(?:\d{4,5}|\d{4}\s?[A-Z]{2})\s{1,2}[A-ZÀ-Ý][\wÀ-ÿ'’.-]{1,}"
    r"|\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b|,\s?[A-Z]{2}\s\d{5}\b|\b\d{5}[A-Z][a-zà-ÿ]{2,}"
)
_STREET_ENDS = "stra(?:ß|ss)e|str\\.|weg|platz|allee|gasse|ring|ufer|damm|straat|laan|plein|kade|gracht|dijk|singel"
_STREET_WORDS = (
    "rue|avenue|boulevard|chemin|route|place|quai|allée|impasse|via|viale|piazza|corso|strada|calle|plaza|avda|paseo"
    "|camino|polígono|ctra|road|street|lane|drive|unit|suite|house|estate|park|dock|quay|postbus|postfach|po box"
)
_STREET = re.compile(
    rf"\d.*(?:{_STREET_ENDS})(?!\w)|(?:{_STREET_ENDS})\s*\d|\bc/|\b(?:{_STREET_WORDS})\b"
    r"|^\d+\s+[A-Z]|\d.*\b(?:ave|st|rd|dr|pkwy)\.?$|[a-z]{3,}\s\d{1,4}\s?[a-z]?$",
    re.I,
)
_SEPARATOR = re.compile(r"\s*(?:\||·|•|●|∙|,|;|\s[-–—]\s)\s*")
_LEGAL_FORM = re.compile(
    r"(?:Inc|Ltd|LLC|LLP|Corp|Co|GmbH|AG|KG|OHG|GbR|SE|SARL|SAS|S\.? ?[ALC]\.?|S\.? ?[AL]\.? ?U\.?|S\.? ?r\.? ?l\.?"
    r"|S\.? ?p\.? ?A\.?|B\.?V\.?|N\.?V\.?)\.?",
    re.I,
)
_CONTACT = re.compile(r"@|https?:|www\.|�|✉|☎|\b(?:tel|fon|fax|phone|mobil|tél)\b", re.I)
_SALUTATION = re.compile(
    r"(?:herrn?|frau|firma|fa\.|an|aan|to|mr|mrs|ms|m\.|mme|monsieur|madame|spett(?:\.?\s?le|abile)|sig\.?|sr\.?|sra\.?|dhr\.?|mevr\.?|egr\.?)\.?:?\s*$",
    re.I,
)
_PERSON = re.compile(r"(?:Herrn?|Frau|Mr|Mrs|Ms|Monsieur|Madame|Signora?|Dhr|Mevr|De heer|Mevrouw)\.?")
_FORM_ALONE = re.compile(rf"(?:{_LEGAL_FORM.pattern})(?:\s&\s?Co\.?\s?KG)?", re.I)
_REST = re.compile(rf"(?:&|und|en|et|and|e|y|du|des|de la|della|van|von)\s.{{1,50}}|{_FORM_ALONE.pattern}", re.I)
_LONGEST_NAME = 60
_ALTERNATIVE = re.compile(r"(?:[^/]*/\s+)?")
"""Before a label: nothing, or its name in another language."""
_REMARK = re.compile(r"^\s*\([^)]*\)\s*")
_WORTH_OF_LABELS = {
    "seller": (9.0, -4.0),
    "buyer": (-4.0, 9.0),
    "elsewhere": (-6.0, -3.0),
    "account_holder": (3.0, -4.0),
}
"""What a label says for the seller and for the buyer; an account's holder may be somebody else."""
_LABELS = (
    *("number", "issue_date", "due_date", "order_reference", "weak_order_reference", "vat_id", "buyer_vat_id"),
    *("payment_terms", "net", "tax", "gross", "payable"),
)
"""Of what an invoice says beside the parties' names."""
_LEAST = 1.0
"""What must speak for a name."""
_BLOCK = 6
"""Rows above a postcode in which the addressee's name stands."""
_LETTERHEAD = 6
"""Rows at the top that are the sender's in most cases."""
_HEAD = 60
"""Rows at the beginning in which addresses are looked for."""
_MOST_COLUMNS = 3
_NEAR = 5
"""Rows below a name in which there may be an address, a phone number, a VAT id."""


@dataclass
class Name:
    """A text that may be a party's name, and how much speaks for either party."""

    text: str
    row: Row
    cell: int
    seller: float = 0
    buyer: float = 0
    labelled: bool = False
    """A label says which of them it is."""

    @cached_property
    def key(self) -> str:
        return squash(without_legal_form(self.text)) or squash(self.text)

    @property
    def found(self) -> Found[str]:
        return found(self.text, self.row, self.cell, self.cell)


@dataclass
class _Group:
    names: list[Name] = field(default_factory=list[Name])

    @property
    def seller(self) -> float:
        return sum(one.seller for one in self.names)

    @property
    def buyer(self) -> float:
        return sum(one.buyer for one in self.names)

    def best(self, role: Literal["seller", "buyer"]) -> Name:
        return max(self.names, key=lambda one: one.seller if role == "seller" else one.buyer)


@dataclass(frozen=True)
class Parties:
    seller: Found[str] | None
    buyer: Found[str] | None
    seller_vat_id: Found[str] | None
    buyer_vat_id: Found[str] | None


def find_parties(paper: Paper, ids: Sequence[Id], *, self_billed: bool) -> Parties:
    """`self_billed`: the buyer has written the invoice; what looks like the sender is not the seller."""
    names = _Names(paper, ids)
    seller, buyer = names.decide()
    if self_billed and not (seller and seller.labelled) and not (buyer and buyer.labelled):
        seller, buyer = buyer, seller
    of_seller, of_buyer = _owners(ids, seller, buyer, paper.rows)
    return Parties(seller and _whole(seller, paper), buyer and _whole(buyer, paper), of_seller, of_buyer)


def _whole(name: Name, paper: Paper) -> Found[str]:
    """With the form of address above a person's name, and the rest of a company's in the row below."""
    above = paper.rows[name.row.number - 1].cells if name.row.number else ()
    addressed = above[0] if len(above) == 1 and _PERSON.fullmatch(above[0]) and not has_legal_form(name.text) else ""
    under = next(iter(below(paper.rows, name.row, name.cell, 1)), None)
    rest = under[0].cells[under[1]] if under and not has_legal_form(name.text) else ""
    parts = (addressed, name.text, rest if _REST.fullmatch(rest) else "")
    return replace(name.found, value=" ".join(filter(None, parts)))


class _Names:
    def __init__(self, paper: Paper, ids: Sequence[Id]) -> None:
        self._paper = paper
        self._ids = ids
        self._names: dict[tuple[int, int, str], Name] = {}
        self._domains = {domain_label(match.group()) for row in paper.rows for match in EMAIL.finditer(row.text)} | {
            domain_label("@" + match[1])
            for row in paper.rows
            for match in re.finditer(r"\bwww\.([\w-]+(?:\.[\w-]+)+)", row.text.lower())
        }

    def decide(self) -> tuple[Name | None, Name | None]:
        self._weigh_labels()
        self._weigh_letterhead()
        self._weigh_return_lines()
        self._weigh_addressees()
        self._weigh_company_data()
        groups = self._groups()
        sellers = max(groups, key=lambda one: one.seller - max(0.0, one.buyer) / 2, default=None)
        seller = sellers.best("seller") if sellers and sellers.seller > _LEAST else None
        others = [one for one in groups if not (seller and _same(one.names[0], seller))]
        buyers = max(others, key=lambda one: one.buyer - max(0.0, one.seller) / 3, default=None)
        return seller, buyers.best("buyer") if buyers and buyers.buyer > _LEAST else None

    def _groups(self) -> list[_Group]:
        """Names of the same party together: the sender's stands in letterhead, footer and closing."""
        groups: dict[str, _Group] = {}
        for name in self._names.values():
            groups.setdefault(name.key, _Group()).names.append(name)
        return list(groups.values())

    def _name(self, text: str, row: Row, cell: int, *, named: bool = False) -> Name | None:
        """`named`: a label says that it is one."""
        cleaned = _cleaned(text)
        if not (named and _may_be_name(cleaned)) and not _is_name(cleaned):
            return None
        if text.rstrip().endswith(":") or cleaned not in row.cells[cell]:
            return None
        return self._names.setdefault((row.number, cell, cleaned), Name(cleaned, row, cell))

    # --- labels ---

    def _weigh_labels(self) -> None:
        for role, (seller, buyer) in _WORTH_OF_LABELS.items():
            for row in self._paper.rows:
                for cell, folded in enumerate(row.folded):
                    if name := self._labelled(role, row, cell, folded):
                        name.labelled |= role in ("seller", "buyer")
                        name.seller += seller
                        name.buyer += buyer

    def _labelled(self, role: str, row: Row, cell: int, folded: str) -> Name | None:
        """The name behind a label, in the cell beside it, or in the rows below."""
        match = next((m for m in label(role).finditer(folded) if _ALTERNATIVE.fullmatch(folded[: m.start()])), None)
        if not match:
            return None
        rest = _REMARK.sub("", row.cells[cell][match.end() :])
        if re.match(r"-\w", rest):  # The article TO-16 is nobody.
            return None
        if behind := rest.lstrip(" :.-/").strip():
            follows = re.match(r"\s*\.?:|\s*-\s", rest) or match.group() in bag("names_follow")
            return self._leading(behind, row, cell, named=True) if follows else None
        beside = cell + 1
        aside = beside < len(row.cells) and (role == "account_holder" or ":" in rest or row.cells[beside][0] == ":")
        if aside and (name := self._name(row.cells[beside], row, beside, named=True)):
            return name
        under = list(below(self._paper.rows, row, cell, _NEAR))
        return self._in_field(under) or self._first_below(under[:3])

    def _in_field(self, under: Sequence[tuple[Row, int]]) -> Name | None:
        """`Name: | Acme Ltd`, `Name: Acme Ltd` in a row below."""
        for row, at in under:
            match = label("name").match(row.folded[at])
            if match and row.folded[at][match.end() :].startswith(": "):
                return self._name(row.cells[at][match.end() + 2 :], row, at, named=True)
            if label("name").fullmatch(row.folded[0].strip(" :")) and len(row.cells) > 1:
                return self._name(row.cells[1], row, 1, named=True)
        return None

    def _first_below(self, under: Sequence[tuple[Row, int]]) -> Name | None:
        """The first name above the street; a company's rather than its contact's."""
        first: Name | None = None
        for row, at in under:
            text = row.cells[at]
            if first and (_STREET.search(text) or _POSTCODE.search(text)):
                break
            name = None if _SALUTATION.fullmatch(text) else self._leading(text, row, at)
            if name and has_legal_form(name.text):
                return name
            first = first or name
        return first

    def _leading(self, text: str, row: Row, cell: int, *, named: bool = False) -> Name | None:
        return self._first_part(text, row, cell) or self._name(text, row, cell, named=named)

    def _first_part(self, text: str, row: Row, cell: int) -> Name | None:
        """What stands before a comma or a dash, with the legal form behind it: `Acme, Inc., 5 Mill Lane`."""
        separators = list(_SEPARATOR.finditer(text))
        ends = [*(match.start() for match in separators), len(text)]
        if separators and _LEGAL_FORM.fullmatch(text[separators[0].end() : ends[1]].strip()):
            ends = ends[1:]
        return self._name(text[: ends[0]], row, cell) if ends[0] < len(text) else None

    # --- places ---

    def _weigh_letterhead(self) -> None:
        for row in self._paper.rows[:_LETTERHEAD]:
            for cell, text in enumerate(row.cells):
                if name := self._leading(text, row, cell):
                    name.seller += 2.5 - 0.4 * row.number + 2 * _is_company(name.text)

    def _weigh_return_lines(self) -> None:
        """`Name · Street 1 · 12345 Town` in one row is the sender's; below it begins the addressee's address."""
        for row in self._paper.rows:
            parts = [part for part in _SEPARATOR.split(row.text) if part.strip()]
            if len(parts) < 3 or not _POSTCODE.search(row.text) or not any(map(_STREET.search, parts)):
                continue
            if self._goes_on(row, parts[0]):
                continue
            if name := self._first_part(row.cells[0], row, 0) or self._name(parts[0], row, 0):
                name.seller += 5 if row.number < _HEAD else 3
                under = (self._name(one.cells[at], one, at) for one, at in below(self._paper.rows, row, 0, 3))
                if addressee := next(filter(None, under), None):
                    addressee.buyer += 2

    def _goes_on(self, row: Row, first: str) -> bool:
        """Whether the row is the address of a company above it: `Acme Ltd` above `Old Mill, 5 Weir Road, Leeds`."""
        above = self._paper.rows[row.number - 1] if row.number else row
        return not has_legal_form(first) and has_legal_form(above.cells[0])

    def _weigh_addressees(self) -> None:
        """The first row of an address. Of several addresses, one at the very top is the sender's."""
        blocks: list[Name] = []
        for row in self._paper.rows[:_HEAD]:
            for cell, text in enumerate(row.cells):
                if _POSTCODE.search(text) and len(_SEPARATOR.split(text)) <= 2 and len(row.cells) <= _MOST_COLUMNS:
                    blocks += self._block(row, cell)
        several = len({name.key for name in blocks}) > 1
        for place, name in enumerate(blocks):
            if several and place == 0 and name.row.number <= 2 and name.cell == 0 and not name.labelled:
                name.seller += 2
            else:
                name.buyer += 3.5 - 0.02 * name.row.number + 0.5 * _is_company(name.text)

    def _block(self, row: Row, cell: int) -> list[Name]:
        """The name above a postcode: the topmost company's, or the topmost one."""
        names: list[Name] = []
        own = {one.row.number for one in self._ids if not one.of_buyer}
        for above in reversed(self._paper.rows[max(0, row.number - _BLOCK) : row.number]):
            at = _above(above, row, cell)
            text, folded = above.cells[at], above.folded[at]
            if above.source != row.source or (names and _is_company(names[-1].text) and at != names[-1].cell):
                break
            if names and len(above.cells) < len(names[-1].row.cells) and _is_beside_address(names[-1]):
                break
            if names and above.number in own:  # The sender's letterhead has his VAT id.
                break
            if _CONTACT.search(text) or PHONE.search(text):
                if names and _POSTCODE.search(text):
                    break
                continue
            if _POSTCODE.search(text) or _is_heading(folded) or _ends_block(folded) or _SALUTATION.fullmatch(text):
                break
            lenient = not (cue("not_a_name").match(folded) or _is_label(folded) or _STREET.search(text))
            name = self._name(text, above, at, named=lenient)
            if name and not _STREET.search(text):
                names.append(name)
        companies = [one for one in names if _is_company(one.text)]
        return (companies or names)[-1:]

    def _weigh_company_data(self) -> None:
        """A phone number, a web address, a VAT id close below: a letterhead; the name of a mail's domain."""
        rows = self._paper.rows
        own = {one.row.number for one in self._ids if not one.of_buyer}
        for name in self._names.values():
            for under in rows[name.row.number + 1 : name.row.number + 1 + _NEAR]:
                if under.number in own or _CONTACT.search(under.text) or PHONE.search(under.text):
                    name.seller += 0.7
                    break
            if any(likeness(name.text, domain) >= ALIKE for domain in self._domains if domain):
                name.seller += 3


def _owners(
    ids: Sequence[Id], seller: Name | None, buyer: Name | None, rows: Sequence[Row]
) -> tuple[Found[str] | None, Found[str] | None]:
    """Whose VAT id is whose: said beside it, else the nearer name's, else the first is the seller's."""
    of_buyer = next((one for one in ids if one.of_buyer), None)
    rest = [one for one in ids if not one.of_buyer and not (of_buyer and _digits(one) == _digits(of_buyer))]
    if not of_buyer and buyer:
        alone = len({_digits(one) for one in rest}) == 1
        near = [one for one in rest if _belongs(one, buyer, seller, rows, alone=alone)]
        of_buyer = near[0] if near else None
    sellers = [one for one in rest if one is not of_buyer]
    sellers.sort(key=lambda one: not one.sure)
    return (sellers[0].found if sellers else None), (of_buyer.found if of_buyer else None)


def _digits(one: Id) -> str:
    return re.sub(r"\W", "", one.value).upper()


def _belongs(one: Id, buyer: Name, seller: Name | None, rows: Sequence[Row], *, alone: bool) -> bool:
    """Whether an id stands in the buyer's block: close below his name with nothing but his address between, and not
    below the seller's in another column. `alone`: it is the only one, and the seller must have one."""
    distance = one.row.number - buyer.row.number
    if len(one.row.cells) == len(buyer.row.cells) and one.cell != buyer.cell:
        return False
    if not 0 <= distance <= _BLOCK + 2:
        return False
    if seller and 0 <= one.row.number - seller.row.number <= distance:
        beside = seller.row.number == buyer.row.number and len(one.row.cells) > 1
        return beside and (one.cell > 0) == (buyer.cell > seller.cell)
    under = rows[buyer.row.number + 1 : one.row.number]
    between = [row.folded[-1 if buyer.cell else 0] for row in under]
    if any(_CONTACT.search(row.whole) for row in under if alone) or any(map(_CONTACT.search, between)):
        return False  # The seller's, in a column beside the address.
    return not any(label(name).search(text) for text in between for name in ("issue_date", "due_date", "number"))


def _same(one: Name, other: Name) -> bool:
    return one.key == other.key or (
        min(len(one.key), len(other.key)) > 5 and (one.key in other.key or other.key in one.key)
    )


def _cleaned(text: str) -> str:
    bare = re.sub(r"^(?:firma|fa\.|spett\.?\s?le|spett\.)\s+", "", text.strip(" :,;·•●|-–"), flags=re.I)
    return bare.strip(" :,;·•●|-–")


def _above(above: Row, row: Row, cell: int) -> int:
    """The cell of a row that may stand above one. A lone cell may stand below the last, where a title is the first."""
    if len(above.cells) == len(row.cells):
        return cell
    last = len(above.cells) - 1
    return 0 if cell == 0 and not (len(row.cells) == 1 and _ends_block(above.folded[0])) else last


def _is_beside_address(name: Name) -> bool:
    """Whether another's address stands in another column: what is above both columns is the other's name."""
    others = (text for cell, text in enumerate(name.row.cells) if cell != name.cell)
    return any(_STREET.search(text) or _POSTCODE.search(text) for text in others)


def _is_company(text: str) -> bool:
    return has_legal_form(text) or any(is_company_word(word) for word in text.split())


def _is_heading(folded: str) -> bool:
    bare = folded.strip(" :")
    return any(label(role).fullmatch(bare) for role in ("seller", "buyer", "elsewhere"))


@lru_cache(maxsize=2_000)
def _is_label(folded: str) -> bool:
    """Whether a text is all label, or a country."""
    bare = folded.strip(" :")
    labels = any(label(name).fullmatch(bare) for name in _LABELS)
    return labels or _is_heading(folded) or cue("country").fullmatch(bare) is not None


def _ends_block(folded: str) -> bool:
    """A label or a title ends the address below it."""
    return bool(titled(folded) or re.match(r"[^:]{2,30}:\s*\S", folded))


def _may_be_name(text: str) -> bool:
    words = re.findall(r"[^\W\d_][\w.&'’-]*", text)
    if not words or not 2 < len(text) <= _LONGEST_NAME or len(words) > 8 or text.endswith(("?", "!")):
        return False
    if _FORM_ALONE.fullmatch(text):
        return False
    return not re.search(r"[@<>=%€$£]|\d{3,}|https?|:|\d[.,]\d\d\b", text) and bool(re.match(r"[\w\"'„“(]", text))


def _is_name(text: str) -> bool:
    """A few words, most of them with a capital, that are no label, no address, no sentence."""
    words = re.findall(r"[^\W\d_][\w.&'’-]*", text)
    if not _may_be_name(text):
        return False
    folded = fold(text)
    label_like = cue("not_a_name").match(folded)
    if (label_like or titled(folded)) and not has_legal_form(text):
        return False
    if _is_label(folded) or _SALUTATION.fullmatch(text):
        return False
    if _POSTCODE.search(text) or (_STREET.search(text) and not has_legal_form(text)):
        return False
    capitals = sum(word[:1].isupper() for word in words)
    return (capitals * 2 >= len(words) and words[0][:1].isupper()) or has_legal_form(text)

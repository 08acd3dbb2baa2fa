"""What an invoice says of itself: number, kind, dates, order, terms, currency."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache

from jobs.invoice.schema import CREDIT_NOTES
from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.invoice.days import Day, days
from sandbox.rehearsal.invoice.figures import SYMBOLS, figures
from sandbox.rehearsal.invoice.page import Found, Row, found
from sandbox.rehearsal.invoice.paper import WITH_ANY_BELOW, Hit, Paper
from sandbox.rehearsal.invoice.title import INVOICE, titled
from sandbox.rehearsal.invoice.vocabulary import cue, label, text, titles

_CODES = CREDIT_NOTES | frozenset(
    {"325", "326", "380", "382", "383", "384", "385", "386", "387", "388", "389", "390", "393", "394", "395"}
    | {"575", "623", "751", "780", "875", "876", "877"}
)
"""UNTDID 1001 codes of invoices."""
_CODE = re.compile(r"\((\d{2,3})\)")
_LEAD = re.compile(
    r"(?:[\s:.=#*–-]+|n[r°ºo]?\.?(?=[\s:.#\d])|num(?:ero|mer|ber)?\.?(?=[\s:])|nummer|id(?=[\s:]))*", re.I
)
_REFERENCE = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.?[ -])?[^\W_](?:[\w./#+*-]*[\w#])?")
_DIGIT_GROUPS = re.compile(r"\d[\d /.-]*\d")
_LONGEST_REFERENCE = 40
_ISO_CODE = re.compile(
    r"(?<![A-Za-z])(EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|CAD|AUD|JPY|TRY|CNY)(?![A-Za-z])"
)
_NEAR = 40
"""Characters between a number and its date."""
_EURO = re.compile(r"€|\beuros?\b")
_CLAUSE = re.compile(r"[,;.](?=\s)|\s\|\s| - ")
_PLACE_BEFORE = re.compile(r"[^\W\d_][\w .'’-]{1,30},\s*(?:(?:am|den|le|li|il|el)\s+)?")


def find_number(paper: Paper, others: Collection[str]) -> Found[str] | None:
    """BT-1: behind its label, else behind the title (`Rechnung 4711 vom`). `others` are known to be something else."""
    best: tuple[float, Hit[str]] | None = None
    for name, base, ways in (("number", 100, 3), ("title_number", 90, 2), ("plain_number", 30, 2)):
        for hit in paper.labelled(name, _reference, ways):
            if hit.value in others or label("preceding_invoice").search(hit.row.folded[hit.first]):
                continue
            titled = name == "plain_number" and _has_title(hit.row)
            worth = base + (50 if titled else 0) - 3 * hit.way - (40 if hit.inner else 0) - hit.row.number / 100
            if best is None or worth > best[0]:
                best = worth, hit
    return best[1].found if best and best[0] > 0 else None


def find_type(paper: Paper) -> Found[str] | None:
    """BT-3: the code that the title has in brackets, else what the title says."""
    found_: dict[str, Found[str]] = {}
    for row in paper.rows:
        for cell, folded in enumerate(row.folded):
            if not (code := titled(folded)) or _has_money(row, cell, paper.mark):
                continue
            printed = _CODE.search(folded)
            if printed and printed[1] in _CODES:
                return found(printed[1], row, cell, cell)
            found_.setdefault(code, found(code, row, cell, cell))
    return next((found_[code] for code in [*titles(), INVOICE] if code in found_), None) or _type_by_label(paper)


def _has_money(row: Row, cell: int, mark: str) -> bool:
    """Whether what looks like a title is the name of an amount."""
    return any(one.is_money for text in row.cells[cell:] for one in figures(text, mark))


def _type_by_label(paper: Paper) -> Found[str] | None:
    """Where there is no title: `Rechnungsnummer` says it, too."""
    for row in paper.rows:
        for cell, folded in enumerate(row.folded):
            if cue("invoice_label").search(folded) and len(folded) <= _LONGEST_REFERENCE:
                return found(INVOICE, row, cell, cell)
    return None


def _has_title(row: Row) -> bool:
    return any(titled(folded) for folded in row.folded)


def find_order(paper: Paper) -> Found[str] | None:
    """BT-13: behind the word for an order, else for the buyer's reference. `PO 77` below the latter is all of it."""
    orders, others = (list(paper.labelled(name, _reference)) for name in ("order_reference", "weak_order_reference"))
    best = min(orders or others, key=lambda hit: (hit.inner, hit.row.number), default=None)
    if not best:
        return None
    longer = (hit for hit in others if hit.row is best.row and hit.value.endswith(best.value))
    return next(longer, best).found


def find_preceding(paper: Paper, number: str | None) -> Found[str] | None:
    """BT-25: another invoice's number."""
    hits = [hit for hit in paper.labelled("preceding_invoice", _reference) if hit.value != number]
    best = min(hits, key=lambda hit: (hit.inner, hit.row.number), default=None)
    return best.found if best else None


def _reference(text: str) -> str | None:
    """The number that a text begins with. A date is none."""
    lead = _LEAD.match(text)
    rest = text[lead.end() if lead else 0 :].strip()
    if _DIGIT_GROUPS.fullmatch(rest) and len(rest) <= _LONGEST_REFERENCE and not _starts_with_day(rest):
        return rest
    match = _REFERENCE.match(rest)
    value = match.group().rstrip(".-/") if match else ""
    if not re.search(r"\d", value) or len(value) > _LONGEST_REFERENCE or _starts_with_day(rest):
        return None
    return value


def _starts_with_day(text: str) -> bool:
    return any(day.start == 0 for day in days(fold(text[:30]), False))


# --- dates -----------------------------------------------------------------------------------------------------------


def find_issue_date(paper: Paper, number: Found[str] | None) -> Found[date] | None:
    """BT-2: behind its label, behind the number (`Nr. 4711 vom 5.3.2025`), beside a place, else the first plain one."""

    def read(text: str) -> date | None:
        return _first_day(text, paper.month_first)

    for name in ("issue_date", "plain_date"):
        hits = [hit for hit in paper.labelled(name, read) if not (hit.inner and name == "plain_date")]
        best = min(hits, key=lambda hit: (hit.inner, hit.row.number), default=None)
        if best:
            return best.found
        if name == "issue_date" and (behind := _behind_number(paper, number)):
            return behind
    return _plain_day(paper)


def _first_day(text: str, month_first: bool) -> date | None:
    """The date that a text begins with, behind a colon or a small word."""
    lead = re.match(r"[\s:.=(#-]*(?:(?:vom|am|den|der|du|le|del|il|el|of|on|op|per|the|:)\s+)*", fold(text))
    start = lead.end() if lead else 0
    return next((day.value for day in days(fold(text), month_first) if day.start <= start), None)


def _behind_number(paper: Paper, number: Found[str] | None) -> Found[date] | None:
    """In the same row, or at the beginning of the next."""
    for row in paper.rows:
        if not number or row.source != number.source or number.quote not in row.text or number.value not in row.text:
            continue
        behind = row.text.index(number.value) + len(number.value)
        for day in days(row.whole, paper.month_first):
            if behind <= day.start <= behind + _NEAR and not label("due_date").search(row.whole[behind : day.start]):
                return found(day.value, row)
        under = paper.rows[row.number + 1] if row.number + 1 < len(paper.rows) else row
        if re.fullmatch(r"[\s,]*(?:(?:vom|du|del|of|van|dated)\s*)?", row.whole[behind:]):
            day = _first_day(under.text, paper.month_first)
            if day:
                return found(day, under)
    return None


def _plain_day(paper: Paper) -> Found[date] | None:
    """Beside a place (`Bonn, den 4.3.2025`), else one that stands alone."""
    placed: list[Found[date]] = []
    alone: list[Found[date]] = []
    for row in paper.rows:
        for cell, folded in enumerate(row.folded):
            for day in days(folded, paper.month_first):
                before, behind = folded[: day.start], folded[day.end :].strip(" .")
                if not behind and _PLACE_BEFORE.fullmatch(before):
                    placed.append(found(day.value, row, cell, cell))
                elif not behind and not before.strip(" :") and not _has_label(row, cell):
                    alone.append(found(day.value, row, cell, cell))
    return next(iter(placed or alone), None)


def _has_label(row: Row, cell: int) -> bool:
    """Whether the cell before a date says what it is the date of; a title may."""
    return cell > 0 and not titled(row.folded[cell - 1]) and not re.search(r"\d", row.folded[cell - 1])


def find_due_date(paper: Paper) -> Found[date] | None:
    """BT-9: only where a date is written. The date until which a discount is granted is another."""

    def read(text: str) -> date | None:
        return _first_day(text, paper.month_first)

    found_ = paper.labelled("due_date", read, WITH_ANY_BELOW)
    hits = [hit for hit in found_ if not _is_of_discount(hit, paper.month_first)]
    best = min(hits, key=lambda hit: (hit.inner, hit.row.number), default=None)
    return best.found if best else _asked_day(paper)


def _is_of_discount(hit: Hit[date], month_first: bool) -> bool:
    row = hit.row.whole
    end = next((day.end for day in days(row, month_first) if day.start >= hit.behind), hit.behind)
    return hit.way == 0 and bool(cue("discount_terms").search(_clause(row, hit.behind, end)))


def _asked_day(paper: Paper) -> Found[date] | None:
    """The day until which a sentence asks for the money; the sentence may have begun in the row above."""
    for row in paper.rows:
        above = paper.rows[row.number - 1].whole if row.number else ""
        for day in days(row.whole, paper.month_first):
            before = f"{above} {row.whole[: day.start]}"
            clause = _clause(row.whole, day.start, day.end)
            if cue("until").search(before[-20:].rstrip()) and cue("pay").search(before[-120:] + row.whole[day.end :]):
                if not cue("discount_terms").search(clause):
                    return found(day.value, row)
            elif _falls_due(paper, row, day):
                return found(day.value, row)
    return None


def _falls_due(paper: Paper, row: Row, day: Day) -> bool:
    """`am 3.5.2025 fällig`, or debited from the payer's account on a day; the sentence may go on in the next row."""
    under = paper.rows[row.number + 1].whole if row.number + 1 < len(paper.rows) else ""
    behind = f"{row.whole[day.end :]} {under}".strip()
    if cue("falls_due").match(behind):
        return True
    on = re.search(r"\b(?:am|zum|on|op|per|le|il|el)$", row.whole[: day.start].rstrip())
    return bool(on and cue("debited").search(behind) and cue("their_account").search(behind))


def _clause(text: str, start: int, end: int) -> str:
    """The part of a sentence in which something stands."""
    before = max((match.end() for match in _CLAUSE.finditer(text, 0, start)), default=0)
    after = next((match.start() for match in _CLAUSE.finditer(text, end)), len(text))
    return text[before:after]


# --- terms and currency ----------------------------------------------------------------------------------------------


def find_terms(paper: Paper) -> Found[str] | None:
    """BT-20: as written."""
    for row in paper.rows:
        for cell, folded in enumerate(row.folded):
            match = label("payment_terms").match(folded)
            beside = row.cells[cell + 1] if cell + 1 < len(row.cells) else ""
            if match and not folded[match.end() :].strip(" :.") and cue("terms").search(fold(f"net {beside}")):
                return found(beside, row, cell + 1, cell + 1)
    for row in paper.rows:
        for cell, folded in enumerate(row.folded):
            if cue("terms").search(folded) and not re.search(r"verzug|mahn|late|interest|retard|penalit", folded):
                return found(row.cells[cell], row, cell, cell)
    return None


def find_currency(paper: Paper, numbers: Sequence[Found[str]]) -> Found[str] | None:
    """BT-5: what is said to be the currency, else what stands beside most amounts. Where none does, that of the
    countries which the parties' VAT ids and accounts, `numbers`, are from, if it is one."""
    for hit in paper.labelled("currency", _code):
        return hit.found
    beside: Counter[str] = Counter()
    first: dict[str, Row] = {}
    for row in paper.rows:
        signs = [SYMBOLS.get(one.currency.lower(), one.currency.upper()) for one in figures(row.text, paper.mark)]
        signs += ["EUR"] * bool(_EURO.search(row.whole)) + ["GBP"] * ("£" in row.text)
        for code in [*filter(None, signs), *_ISO_CODE.findall(row.text)]:
            beside[code] += 1
            first.setdefault(code, row)
    if not beside:
        return _home_currency(numbers)
    code = beside.most_common(1)[0][0]
    return found(code, first[code])


def _home_currency(numbers: Sequence[Found[str]]) -> Found[str] | None:
    codes = {_currencies().get(one.value[:2].upper()) for one in numbers}
    code = codes.pop() if len(codes) == 1 else None
    return Found(code, numbers[0].source, numbers[0].quote) if code else None


@cache
def _currencies() -> dict[str, str]:
    """By the letters that VAT ids and IBANs begin with."""
    groups = (group.split(":") for group in text("currencies").splitlines() if group)
    return {country: code for code, countries in groups for country in countries.split()}


def _code(written: str) -> str | None:
    match = _ISO_CODE.match(written.strip(" :(.").upper())
    return match[1] if match else None

"""Do the amounts, dates and numbers that a model has read stand in the document, however it writes them?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale

from jobs.core import Check, Inputs, Source, Status
from jobs.edits import covered
from jobs.invoice.schema import InvoiceProposal

_FIGURE = re.compile(r"(?<![\w.,])[-+–−]?\d[\d.,'’ \u00a0\u202f]*\d(?!\w)|(?<![\w.,])\d(?![\w])")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*")
_DATE = re.compile(r"\b(\d{1,4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{2,4})\b")
_WORDED = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th|er|º)?\s?(?:de )?([^\W\d_]{3,})\.?,?\s(?:de |del )?(\d{4})")
_WORDED_FIRST = re.compile(r"([^\W\d_]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_LANGUAGES = ("en", "de", "nl", "fr", "it", "es")
_TOTALS = ("net_total", "tax_total", "gross_total", "prepaid_amount", "payable_amount")
_LINE = ("quantity", "unit_price", "net_amount")
_HEAD = 20
"""Lines of a page within which its title stands."""
_CREDIT_NOTE = re.compile(
    r"\b(credit[ -]?(note|memo)|gutschrift|rechnungskorrektur|stornorechnung|credit ?nota|creditfactuur|avoir"
    r"|facture d.avoir|nota di credito|nota de cr[ée]dito|factura rectificativa|abono)\b",
    re.IGNORECASE,
)
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_COMPACT = ("iban", "seller_vat_id", "buyer_vat_id")


def check_values(proposal: InvoiceProposal, inputs: Inputs) -> list[Check]:
    """One result for each amount, date or number that no source bears out. What a person has set is theirs."""
    amounts, days = _amounts(inputs.sources), set(_days(inputs.sources))
    amounts |= _proven(proposal, amounts)
    compact = [_compact(source.text) for source in inputs.sources]
    unfounded = {
        **{path: str(value) for path, value in _claimed_amounts(proposal) if abs(value) not in amounts},
        **{path: str(day) for path, day in _claimed_days(proposal) if day not in days},
        **{
            name: value
            for name in _COMPACT
            if (value := getattr(proposal, name)) and not any(_compact(value) in text for text in compact)
        },
    }
    return [
        *_check_type(proposal, inputs),
        *(
            Check(
                name="grounding",
                status=Status.FAIL,
                field=path,
                message=f"{value} does not stand in what came in",
                found=value,
                advice="Compare it with the document, and set what stands there.",
            )
            for path, value in unfounded.items()
            if not covered(path, inputs.edited)
        ),
    ]


def _check_type(proposal: InvoiceProposal, inputs: Inputs) -> list[Check]:
    """A credit note that is booked as an invoice is paid twice over."""
    head = "\n".join("\n".join(source.text.splitlines()[:_HEAD]) for source in inputs.sources)
    title = _CREDIT_NOTE.search(head)
    if proposal.is_credit_note or not title or covered("type", inputs.edited):
        return []
    return [
        Check(
            name="TYPE_DOUBTFUL",
            status=Status.WARN,
            field="type",
            message=f"the document speaks of a “{title[0]}”, and was read as an invoice",
            found=proposal.type or "",
            expected="381",
            advice="If it is a credit note, set type to 381.",
        )
    ]


def _claimed_amounts(proposal: InvoiceProposal) -> Iterator[tuple[str, Decimal]]:
    """Not a nought, which a document need not write; not what is paid where nothing was prepaid: it is the total."""
    values: dict[str, Decimal | None] = {name: getattr(proposal, name) for name in _TOTALS}
    for i, line in enumerate(proposal.lines):
        values |= {f"lines[{i}].{name}": getattr(line, name) for name in _LINE}
    for i, row in enumerate(proposal.tax_breakdown):
        values |= {f"tax_breakdown[{i}].tax_amount": row.tax_amount}
    for i, item in enumerate(proposal.allowances_charges):
        values |= {f"allowances_charges[{i}].amount": item.amount}
    yield from ((path, value) for path, value in values.items() if value)


def _proven(proposal: InvoiceProposal, amounts: set[Decimal]) -> set[Decimal]:
    """What need not be written, because figures that are written make it: the VAT of two rates together, say."""

    def stand(*values: Decimal | None) -> bool:
        return all(value is not None and (not value or abs(value) in amounts) for value in values)

    net, tax, gross = proposal.net_total, proposal.tax_total, proposal.gross_total
    prepaid, payable = proposal.prepaid_amount, proposal.payable_amount
    found: set[Decimal] = set()
    for parts in (
        [row.taxable_amount for row in proposal.tax_breakdown],
        [row.tax_amount for row in proposal.tax_breakdown],
        [line.net_amount for line in proposal.lines],
    ):
        if parts and stand(*parts):
            found.add(abs(sum((part or _ZERO for part in parts), _ZERO)))
    for whole, part in ((gross, net), (gross, tax), (gross, payable), (gross, prepaid)):
        if whole is not None and part is not None and stand(whole, part):
            found.add(abs(whole - part))
    if net is not None and tax is not None and stand(net, tax):
        found.add(abs(net + tax))
    for line in proposal.lines:
        if line.quantity and line.unit_price is not None and line.net_amount is not None:
            priced = abs(line.quantity * line.unit_price - line.net_amount) <= _CENT
            found |= {abs(line.unit_price)} if priced and stand(line.quantity, line.net_amount) else set()
    return found


def _claimed_days(proposal: InvoiceProposal) -> Iterator[tuple[str, date]]:
    for name in ("issue_date", "due_date"):
        if day := getattr(proposal, name):
            yield name, day


def _amounts(sources: Sequence[Source]) -> set[Decimal]:
    """Every figure of the texts, without sign, under each reading that its separators allow."""
    return {value for source in sources for found in _FIGURE.findall(source.text) for value in _readings(found)}


def _readings(figure: str) -> Iterator[Decimal]:
    """1.234 may be one thousand and more, or one and a bit: both are readings of what stands there. Neighbouring
    columns may have run together, so each group by itself is one, too."""
    text = figure.strip(" +-–−\u00a0\u202f")
    for candidate in {text, *text.split(" ")}:
        for mark in (",", "."):
            whole, _, fraction = candidate.rpartition(mark) if mark in candidate else (candidate, "", "")
            if whole.isdigit() or _GROUPED.fullmatch(whole):
                yield from _decimal(re.sub(r"\D", "", whole), fraction)
        if _GROUPED.fullmatch(candidate):
            yield from _decimal(re.sub(r"\D", "", candidate), "")


def _decimal(whole: str, fraction: str) -> Iterator[Decimal]:
    if fraction and not fraction.isdigit():
        return
    try:
        yield Decimal(f"{whole}.{fraction or 0}")
    except InvalidOperation:
        return


def _days(sources: Sequence[Source]) -> Iterator[date]:
    for source in sources:
        for first, second, third in _DATE.findall(source.text):
            year, rest = (first, (second, third)) if len(first) == 4 else (third, (first, second))
            orders = [rest] if len(first) == 4 else [(rest[1], rest[0]), rest]
            yield from (day for month, number in orders if (day := _day(year, month, number)))
        for number, word, year in _WORDED.findall(source.text):
            yield from _worded(year, word, number)
        for word, number, year in _WORDED_FIRST.findall(source.text):
            yield from _worded(year, word, number)


def _day(year: str, month: str, number: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number))
    except ValueError:
        return None


def _worded(year: str, word: str, number: str) -> Iterator[date]:
    month = _MONTHS.get(word.casefold()) or _MONTHS.get(word.casefold()[:3])
    if month and (day := _day(year, str(month), number)):
        yield day


def _compact(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _months() -> Mapping[str, int]:
    found: dict[str, int] = {}
    for language in _LANGUAGES:
        locale: Any = Locale(language)
        for width in ("wide", "abbreviated"):
            found |= {name.casefold().strip("."): number for number, name in locale.months["format"][width].items()}
    return found


_MONTHS = _months()

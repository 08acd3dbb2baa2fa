"""A PDF with structured data inside shows the invoice twice: to people as pages, to machines as XML. Where the two
differ, one of them deceives somebody."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jobs.core import Check, Inputs
from jobs.invoice import texts
from jobs.invoice.accounts import account, ibans_in, is_iban, named
from jobs.invoice.raising import error, shown, warning
from jobs.invoice.schema import InvoiceProposal
from jobs.purchasing import OwnCompany

_LEAST_TEXT = 100
"""Characters below which the pages are pictures, and show what no text says."""
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:[ .,'’\u00a0\u202f]?\d{3})*[.,]\d\d(?![\d])")
_PRINTED_NUMBER = re.compile(
    r"\b(?:invoice|rechnungs?|gutschrifts?|credit note|facture|factuur|fattura|factura|avoir)[ -]{0,2}"
    r"(?:number|nummer|num[eé]ro|num|nr|no|n[°º]|#)[.:]{0,2}(?: ?\|)?[ :]{0,3}([\w][\w./-]*\d[\w./-]*|\d+)",
    re.I,
)
_MARKS = r"[ .,'’\u00a0\u202f]?"
_ASK = "Trust neither: ask the supplier which is right, and for an invoice that says it twice alike"


def shown_on_pages(inputs: Inputs) -> str:
    """The text of the pages that show what the structured data say; empty where there are none, or only pictures."""
    pages = [source.text for source in inputs.sources if texts.is_page(source)]
    text = "\n".join(pages) if texts.structured(inputs) else ""
    return text if len(text) >= _LEAST_TEXT else ""


def check_pages(proposal: InvoiceProposal, company: OwnCompany | None, inputs: Inputs) -> Iterator[Check]:
    text = shown_on_pages(inputs)
    if not text:
        return
    yield from _number(proposal, text)
    yield from _total(proposal, text)
    yield from _account(proposal, text, company)


def _number(proposal: InvoiceProposal, text: str) -> Iterator[Check]:
    number = proposal.number or ""
    if not texts.compact(number) or texts.compact(number) in texts.compact(text):
        return
    printed = _PRINTED_NUMBER.search(text)
    if printed:
        yield _differs("number", "the pages show another number than the data", printed[1], number)
    else:
        yield warning(
            "PDF_DIFFERS",
            "number",
            "the pages do not show the number that is in the data",
            expected=number,
            advice="Compare the pages with the data; book it under the number that the supplier uses",
        )


def _total(proposal: InvoiceProposal, text: str) -> Iterator[Check]:
    totals = [amount for amount in (proposal.gross_total, proposal.payable_amount) if amount is not None]
    printed = [_value(match[0]) for match in _AMOUNT.finditer(text)]
    if totals and printed and not any(_stands(amount, text) for amount in totals):
        largest, said = shown(max(printed)), shown(totals[0], proposal.currency)
        yield _differs("gross_total", "the pages do not show the total that is in the data", largest, said)


def _account(proposal: InvoiceProposal, text: str, company: OwnCompany | None) -> Iterator[Check]:
    own = {account(number) for number in company.ibans} if company else set[str]()
    said = [number for _, number in named(proposal) if is_iban(number) and number not in own]
    printed = [number for number in ibans_in(text) if number not in own]
    if said and printed and set(said).isdisjoint(printed):
        words = "the pages show another bank account than the data"
        yield _differs("iban", words, ", ".join(printed), ", ".join(said))


def _stands(amount: Decimal, text: str) -> bool:
    whole, _, cents = f"{abs(amount):.2f}".partition(".")
    digits = _MARKS.join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", whole))
    fraction = rf"(?:[.,]{cents})?(?![.,]?\d)" if cents == "00" else rf"[.,]{cents}(?!\d)"
    return re.search(rf"(?<!\d){digits}{fraction}", text) is not None


def _value(printed: str) -> Decimal:
    return Decimal(re.sub(r"\D", "", printed)) / 100


def _differs(field: str, message: str, found: str, expected: str) -> Check:
    return error("PDF_DIFFERS", field, message, found=found, expected=expected, advice=_ASK)

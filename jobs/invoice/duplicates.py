"""Has this invoice been booked already? Numbers are compared as people retype them; the same vendor, day and amount
under another number is worth a look."""

import re
from collections.abc import Iterator, Sequence

from jobs.core import Check, Inputs
from jobs.invoice import texts
from jobs.invoice.raising import error, shown, warning
from jobs.invoice.schema import InvoiceProposal
from jobs.invoice.vendors import VendorMatch
from jobs.purchasing import BookedBill, PurchaseFacts

_TELLING = 5
"""Letters and digits from which on a number is not met by chance."""
_REJECT = "Reject it; if it is another invoice after all, ask the supplier for one with a number of its own"


def check_duplicates(proposal: InvoiceProposal, match: VendorMatch, inputs: Inputs) -> Iterator[Check]:
    facts = inputs.facts.purchase or PurchaseFacts()
    if facts.same_file:
        yield error(
            "DUPLICATE",
            None,
            f"the very same content came in before, as case {', '.join(facts.same_file)}",
            found=inputs.input_file.name,
            expected=facts.same_file[0],
            advice="Reject it",
        )
    for bill in facts.bills:
        if bill.reference != inputs.case_id or not bill.reference:
            yield from _compared(proposal, bill, match, inputs)


def same_number(one: str, other: str) -> bool:
    """Apart from capitals, blanks and signs, and from how the digits are grouped by them."""
    return bool(texts.compact(one)) and texts.compact(one) == texts.compact(other)


def alike_number(one: str, other: str) -> bool:
    """Apart from leading zeros of each group of digits, too: 2026-007 and 2026/7."""
    return bool(_groups(one)) and _groups(one) == _groups(other)


def _compared(proposal: InvoiceProposal, bill: BookedBill, match: VendorMatch, inputs: Inputs) -> Iterator[Check]:
    number, amount = proposal.number or "", shown(bill.gross_total, bill.currency)
    booked = f"{bill.number} of {bill.issue_date or 'an unknown day'} over {amount}"
    same_day, same_amount = bill.issue_date == proposal.issue_date, bill.gross_total == proposal.gross_total
    same_kind = (bill.kind == "credit_note") == proposal.is_credit_note
    ours = match.vendor is not None and bill.vendor_id == match.vendor.id
    rival = not ours and bill.vendor_id in {rival.id for rival in match.rivals}
    exact = same_number(number, bill.number) and (same_kind or (same_day and same_amount))
    alike = same_kind and alike_number(number, bill.number) and (same_day or same_amount)
    told = ours and same_kind and same_amount and _stands(bill.number, inputs)
    if (ours and (exact or alike)) or told or (rival and exact and same_day and same_amount):
        stands = "drafted" if bill.draft else "booked"
        yield error(
            "DUPLICATE",
            "number",
            f"this invoice is {stands} already: {booked}",
            found=number,
            expected="a number that is not booked",
            advice=_REJECT,
        )
    elif ours and same_day and same_amount and bill.currency == (proposal.currency or bill.currency):
        yield warning(
            "POSSIBLE_DUPLICATE",
            "number",
            f"the same vendor, day and amount are booked under another number: {booked}",
            found=number,
            expected=bill.number,
            advice="Compare the two invoices; reject this one if it bills the same again",
        )
    elif ours and (same_number(number, bill.number) or alike_number(number, bill.number)):
        yield warning(
            "POSSIBLE_DUPLICATE",
            "number",
            f"the number is booked for another day and amount, or as a credit note: {booked}",
            found=number,
            expected=bill.number,
            advice="Compare the two; reject this one if it is the same",
        )


def _stands(number: str, inputs: Inputs) -> bool:
    """Whether a booked bill's number stands in a text that a model has read, which may have answered another one."""
    texts_read = inputs.sources if texts.read_by_model(inputs) else ()
    wanted = _groups(number)
    tells = len(texts.compact(number)) >= _TELLING
    return tells and any(_within(wanted, _groups(line)) for one in texts_read for line in one.text.splitlines())


def _within(wanted: Sequence[str], groups: Sequence[str]) -> bool:
    return any(list(groups[i : i + len(wanted)]) == list(wanted) for i in range(len(groups) - len(wanted) + 1))


def _groups(number: str) -> list[str]:
    return [group.lstrip("0") or "0" for group in re.findall(r"[A-Z]+|\d+", texts.bare(number))]

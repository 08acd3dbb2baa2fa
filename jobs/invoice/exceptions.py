"""What is wrong with an invoice, or doubtful: the exceptions that a clerk has to settle, each with both values and what
to do; and for what is in order, one sentence of what was verified."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from jobs.core import Check, Draft, Inputs, Status
from jobs.customers import bare_name, compact_vat, name_score
from jobs.invoice.accounts import check_accounts, named
from jobs.invoice.duplicates import check_duplicates, same_number
from jobs.invoice.official import check_official, is_without_lines
from jobs.invoice.orders import check_orders, orders_of
from jobs.invoice.pages import check_pages, shown_on_pages
from jobs.invoice.papers import check_paper
from jobs.invoice.raising import error, shown, warning
from jobs.invoice.rules import InvoiceRules
from jobs.invoice.schema import InvoiceProposal
from jobs.invoice.texts import compact, is_page, read_by_model
from jobs.invoice.totals import check_totals
from jobs.invoice.vat import check_vat
from jobs.invoice.vendors import VendorMatch, check_vendor, match_vendor
from jobs.purchasing import OwnCompany, PurchaseFacts, Vendor

_NEVER = {
    "DUPLICATE": "it stays unpaid until it is known to be another invoice",
    "IBAN_CHANGED": "enter the account in the ERP after calling the supplier back on a known number, and approve again",
}
_SAME_NAME = 94


def find(draft: Draft[InvoiceProposal], inputs: Inputs) -> list[Check]:
    """Exceptions are checks whose name is a code in capitals: an error (`fail`) or a warning (`warn`). One that a
    person has accepted, with a reason, has passed."""
    proposal, facts = draft.proposal, inputs.facts.purchase or PurchaseFacts()
    company = facts.company if facts.company and facts.company.name else None
    match = match_vendor(proposal, inputs)
    vendor = match.vendor
    nothing_read = _is_unread(proposal, inputs)
    checks = [
        *_or_pass("invoice", "has all that a bill needs", _invoice(proposal, inputs, nothing_read=nothing_read)),
        *_or_pass("buyer", _buyer_words(company), _buyer(proposal, company, inputs)),
        *_or_pass("supplier", _supplier_words(match), [] if nothing_read else check_vendor(proposal, match)),
        *_or_pass("bank account", _account_words(proposal, vendor), check_accounts(proposal, vendor, company, inputs)),
        *_or_pass("duplicate", _duplicate_words(vendor), _booked(proposal, match, inputs)),
        *_or_pass("order", _order_words(proposal, vendor, inputs), check_orders(proposal, vendor, inputs)),
        *_or_pass("totals", "all sums are right", check_totals(proposal, inputs)),
        *_or_pass("VAT", "rates, categories and amounts fit together", check_vat(proposal, inputs)),
        *_or_pass("terms", "nothing is due earlier than agreed", _terms(proposal, vendor)),
        *_or_pass("pages", _pages_words(inputs), check_pages(proposal, company, inputs)),
    ]
    raised = {check.name for check in checks if check.status is not Status.PASS}
    checks += check_official(proposal, inputs, raised)
    return [_accepted(check, proposal, inputs.rules) for check in checks]


def _invoice(proposal: InvoiceProposal, inputs: Inputs, *, nothing_read: bool) -> Iterator[Check]:
    """What is missing is no news of a paper that is no invoice, or that could not be read."""
    rules: InvoiceRules = inputs.rules
    other_paper = list(check_paper(proposal, inputs))
    yield from other_paper
    if nothing_read:
        yield error(
            "UNREADABLE",
            None,
            f"nothing could be read: {' '.join(inputs.mail.problems)}",
            expected="an invoice that can be read",
            advice="Open the original and fill in what it says, or ask the supplier for one that can be read",
        )
    elif not other_paper or proposal.accepted.get("NO_INVOICE"):
        yield from _missing(proposal, inputs)
    if proposal.issue_date and proposal.issue_date > inputs.today + timedelta(days=rules.future_days):
        yield error(
            "FUTURE_DATE",
            "issue_date",
            "the invoice is dated in the future",
            found=str(proposal.issue_date),
            expected=f"{inputs.today} or earlier",
            advice="Compare the date with the original; if it stands there so, ask for a corrected invoice",
        )
    if inputs.pictures and read_by_model(inputs) and not nothing_read:
        yield warning(
            "FROM_PICTURE",
            None,
            "the invoice was read from a picture: nothing that was read can be compared with a text",
            expected="a text",
            advice="Compare every field with the original, the bank account above all",
        )
    yield from _currency(proposal, inputs.facts.purchase or PurchaseFacts())
    yield from _sign(proposal, inputs)
    yield from _original(proposal, inputs.facts.purchase or PurchaseFacts())


def _is_unread(proposal: InvoiceProposal, inputs: Inputs) -> bool:
    """Whether reading had its problems, and came to nothing."""
    values = (proposal.number, proposal.net_total, proposal.gross_total, proposal.payable_amount)
    return bool(inputs.mail.problems) and not proposal.lines and all(value is None for value in values)


def _missing(proposal: InvoiceProposal, inputs: Inputs) -> Iterator[Check]:
    """BT-1, BT-2, BT-5, BT-27, BT-109, BT-112 of EN 16931."""
    needed = {
        "number": "the number",
        "issue_date": "the date",
        "currency": "the currency",
        "seller_name": "the name of the supplier",
        "net_total": "the total without VAT",
        "gross_total": "the total with VAT",
    }
    for field, words in needed.items():
        if getattr(proposal, field) in (None, ""):
            yield error(
                "MISSING_FIELD",
                field,
                f"{words} is missing",
                expected=words,
                advice=f"Set {field} if it stands in the original; else ask the supplier for a complete invoice",
            )
    if not proposal.lines:
        by_design = " by design: its profile has none" if is_without_lines(inputs) else ""
        yield warning(
            "NO_LINES",
            "lines",
            f"the invoice has no lines{by_design}",
            expected="what was delivered",
            advice="Compare with the pages what was delivered; the bill gets one line for each rate of VAT",
        )


def _currency(proposal: InvoiceProposal, facts: PurchaseFacts) -> Iterator[Check]:
    currency, own = proposal.currency, facts.company.currency if facts.company else ""
    usual = {own, *(order.currency for order in facts.orders), *(bill.currency for bill in facts.bills)}
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        yield error(
            "CURRENCY",
            "currency",
            "this is no currency",
            found=currency,
            expected="a code such as EUR (ISO 4217)",
            advice="Set currency to its code",
        )
    elif currency and own and currency not in usual:
        yield warning(
            "CURRENCY",
            "currency",
            "neither our books nor an order or bill of this supplier are in this currency",
            found=currency,
            expected=own,
            advice="Find out which currency was agreed",
        )


def _sign(proposal: InvoiceProposal, inputs: Inputs) -> Iterator[Check]:
    """A minus printed on a credit note says the same again; in data it takes the credit back."""
    gross = proposal.gross_total
    if proposal.is_credit_note and gross is not None and gross < 0 and not read_by_model(inputs):
        yield warning(
            "CREDIT_NEGATIVE",
            "gross_total",
            "it is a credit note over a negative amount, which may mean that the supplier wants money",
            found=shown(gross, proposal.currency),
            expected="a positive amount",
            advice="Find out which is meant: approved, it becomes a credit note; else ask for an invoice",
        )


def _original(proposal: InvoiceProposal, facts: PurchaseFacts) -> Iterator[Check]:
    original = proposal.preceding_invoice or ""
    known = any(same_number(original, bill.number) for bill in facts.bills)
    if proposal.is_credit_note and not known:
        yield warning(
            "NO_ORIGINAL",
            "preceding_invoice",
            "the invoice that is credited is not booked" if original else "it does not say which invoice is credited",
            found=original,
            expected="the number of a booked invoice",
            advice="Find out which invoice it takes back, and set preceding_invoice to its number",
        )


def _buyer(proposal: InvoiceProposal, company: OwnCompany | None, inputs: Inputs) -> Iterator[Check]:
    """Of a text that a model has read, our name or VAT id in it may mean that the model took another's for ours."""
    if company is None or _is_company(proposal, company) is not False:
        return
    named = read_by_model(inputs) and _stands(company, inputs)
    yield (warning if named else error)(
        "WRONG_BUYER",
        "buyer_name",
        "the invoice names us, but seems to be addressed to somebody else"
        if named
        else "the invoice is addressed to somebody else",
        found=", ".join(filter(None, (proposal.buyer_name, proposal.buyer_vat_id))),
        expected=", ".join(filter(None, (company.name, company.vat))),
        advice="Pass it on or reject it; if it is meant for us, ask for an invoice with our name and VAT id",
    )


def _stands(company: OwnCompany, inputs: Inputs) -> bool:
    """Whether the pages have our name or VAT id: a mail to us has both, whoever owes what is attached."""
    pages = [source.text for source in inputs.sources if is_page(source)]
    name, vat = f" {bare_name(company.name)} ", compact(company.vat)
    return any(name in f" {bare_name(text)} " or (vat and vat in compact(text)) for text in pages)


def _is_company(proposal: InvoiceProposal, company: OwnCompany) -> bool | None:
    """Whether the buyer is we; None where the invoice does not say. The VAT id decides, where both are known."""
    if proposal.buyer_vat_id and company.vat:
        theirs = compact_vat(proposal.buyer_vat_id, proposal.buyer_country or "")
        return theirs == compact_vat(company.vat, company.country)
    if not proposal.buyer_name:
        return None
    if name_score(proposal.buyer_name, company.name) >= _SAME_NAME:
        return True
    said, ours = set(bare_name(proposal.buyer_name).split()), set(bare_name(company.name).split())
    return bool(ours) and ours <= said


def _booked(proposal: InvoiceProposal, match: VendorMatch, inputs: Inputs) -> list[Check]:
    """Told once, however many bills it is like."""
    found = list(check_duplicates(proposal, match, inputs))
    errors = [check for check in found if check.status is Status.FAIL]
    return errors[:1] or found[:1]


def _terms(proposal: InvoiceProposal, vendor: Vendor | None) -> Iterator[Check]:
    due, issued, days = proposal.due_date, proposal.issue_date, vendor.payment_days if vendor else None
    if due is None or issued is None or days is None or proposal.is_credit_note:
        return
    agreed = date.fromordinal(min(issued.toordinal() + days, date.max.toordinal()))
    if due < agreed:
        yield warning(
            "TERMS_DIFFER",
            "due_date",
            f"it is due earlier than agreed ({vendor.payment_terms if vendor else ''} {days} days)".replace("( ", "("),
            found=str(due),
            expected=str(agreed),
            advice="Set due_date to the day that was agreed, or accept the earlier one",
        )


def _accepted(check: Check, proposal: InvoiceProposal, rules: InvoiceRules) -> Check:
    reason = proposal.accepted.get(check.name, "").strip()
    if not reason or check.status is Status.PASS:
        return check
    if check.name in rules.never_accepted:
        instead = _NEVER.get(check.name, "its cause has to go away")
        return check.model_copy(update={"message": f"{check.message}; this cannot be accepted: {instead}"})
    return check.model_copy(
        update={"status": Status.PASS, "message": f"{check.message}; accepted by a person: {reason}", "advice": ""}
    )


def _supplier_words(match: VendorMatch) -> str:
    return f"is {match.vendor.name}: {match.reason}" if match.vendor else "not known: nothing could be read"


def _buyer_words(company: OwnCompany | None) -> str:
    return f"is {company.name}, or not named" if company else "not compared: our own company is not known"


def _account_words(proposal: InvoiceProposal, vendor: Vendor | None) -> str:
    if vendor is None:
        return "not compared: the supplier is not known"
    accounts = ", ".join(number for _, number in named(proposal))
    return f"{accounts} is on file" if accounts else "the invoice names none"


def _duplicate_words(vendor: Vendor | None) -> str:
    return "no bill has this number, or this day and amount" if vendor else "not compared: the supplier is not known"


def _order_words(proposal: InvoiceProposal, vendor: Vendor | None, inputs: Inputs) -> str:
    orders = orders_of(vendor, inputs.facts.purchase)
    if orders:
        return "quantities and prices are within " + ", ".join(order.number for order in orders)
    return "the invoice names none"


def _pages_words(inputs: Inputs) -> str:
    if shown_on_pages(inputs):
        return "show number, total and account as the data do"
    return "not compared: the invoice is there only once"


def _or_pass(name: str, words: str, problems: Iterable[Check]) -> list[Check]:
    return list(problems) or [Check(name=name, status=Status.PASS, field=None, message=words)]

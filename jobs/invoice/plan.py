"""What an invoice leads to: a draft bill in the ERP with the document attached, or a draft of a letter that asks."""

from collections.abc import Collection, Iterator
from decimal import Decimal

from jobs.core import Draft, Inputs
from jobs.crm import Write
from jobs.invoice.accounts import account
from jobs.invoice.exceptions import find
from jobs.invoice.letter import letter
from jobs.invoice.orders import orders_of
from jobs.invoice.proposal import asks, net_of
from jobs.invoice.raising import rounded
from jobs.invoice.schema import InvoiceLine, InvoiceProposal, TaxSubtotal
from jobs.invoice.texts import counted_elsewhere
from jobs.invoice.vendors import match_vendor
from jobs.purchasing import BillLine, CreateBill, Vendor

_CENT, _PRICE_PLACES = Decimal("0.01"), 6
_NEEDED = ("number", "issue_date", "currency", "net_total", "gross_total")


def plan(proposal: InvoiceProposal, inputs: Inputs) -> list[Write]:
    """Nothing without a vendor, or while what a bill is made of is missing."""
    vendor = match_vendor(proposal, inputs).vendor
    if vendor is None:
        return []
    if asks(proposal, inputs):
        problems = find(Draft(proposal=proposal, evidence=[]), inputs)
        return [letter(proposal, vendor, problems, inputs)] if vendor.emails else []
    bill = _bill(proposal, vendor, inputs)
    return [bill, *inputs.attached] if bill else []


def lacks(proposal: InvoiceProposal, inputs: Inputs) -> list[str]:
    """What the writes cannot be planned without: fields of the proposal, or the supplier's address."""
    vendor = match_vendor(proposal, inputs).vendor
    missing = [] if vendor else ["vendor_id"]
    if asks(proposal, inputs):
        return missing or ([] if vendor and vendor.emails else ["a mail address of the supplier"])
    return missing + [name for name in _NEEDED if getattr(proposal, name) in (None, "")]


def _bill(proposal: InvoiceProposal, vendor: Vendor, inputs: Inputs) -> CreateBill | None:
    net, gross = proposal.net_total, proposal.gross_total
    if net is None or gross is None or not (proposal.number and proposal.issue_date and proposal.currency):
        return None
    # An ERP takes no negative bill, and a credit note with a minus is one twice over: nothing is owed for either.
    sign = -1 if gross < 0 else 1
    return CreateBill(
        reference=inputs.case_id,
        kind="credit_note" if proposal.is_credit_note or gross < 0 else "invoice",
        vendor_id=vendor.id,
        number=proposal.number,
        issue_date=proposal.issue_date,
        due_date=proposal.due_date,
        currency=proposal.currency,
        order_numbers=tuple(order.number for order in orders_of(vendor, inputs.facts.purchase)),
        iban=_known_account(proposal, vendor),
        lines=tuple(_lines(proposal, sign, counted_elsewhere(inputs))),
        net=sign * net,
        tax=sign * (gross - net),
        gross=sign * gross,
        note=_note(proposal, inputs),
    )


def _lines(proposal: InvoiceProposal, sign: int, elsewhere: Collection[int]) -> Iterator[BillLine]:
    """The invoice's lines, less those that other lines bear (`elsewhere`), then what is taken off or added for the
    whole of it; one line for each VAT rate where the invoice has no lines with an amount."""
    own = [line for i, line in enumerate(proposal.lines) if i not in elsewhere]
    priced = [(line, net) for line in own if (net := net_of(line)) is not None]
    if not priced:
        yield from _by_rate(proposal, sign)
        return
    rates = {row.rate for row in proposal.tax_breakdown}
    only_rate = next(iter(rates)) if len(rates) == 1 else None
    for line, net in priced:
        quantity = line.quantity or Decimal(1)
        yield BillLine(
            description=line.description,
            quantity=sign * quantity,
            unit_price=_unit_price(line, quantity, net),
            net_amount=sign * net,
            vat_rate=only_rate if line.vat_rate is None else line.vat_rate,
            vat_category=line.vat_category or "",
            account=line.account or "",
            product_id=line.product_id,
            order_line_id=line.order_line_id,
        )
    for item in proposal.allowances_charges:
        words = item.reason or ("Surcharge" if item.charge else "Discount")
        amount = item.amount if item.charge else -item.amount
        rate = only_rate if item.vat_rate is None else item.vat_rate
        yield _plain(words, sign * amount, rate, item.vat_category)


def _by_rate(proposal: InvoiceProposal, sign: int) -> Iterator[BillLine]:
    """Discounts and surcharges are in BT-116 already."""
    rows = [(row, row.taxable_amount) for row in proposal.tax_breakdown if row.taxable_amount is not None]
    for row, amount in rows or [_whole(proposal)]:
        yield _plain(f"Invoice {proposal.number}", sign * amount, row.rate, row.category)


def _unit_price(line: InvoiceLine, quantity: Decimal, net: Decimal) -> Decimal:
    """As written where it makes the line's amount; else what one unit comes to, with six decimals."""
    if line.unit_price is not None and line.base_quantity:
        written = line.unit_price / line.base_quantity
        if abs(written * quantity - net) < _CENT:
            return written
    return rounded(net / quantity, _PRICE_PLACES)


def _plain(words: str, amount: Decimal, rate: Decimal | None, category: str | None) -> BillLine:
    return BillLine(
        description=words,
        quantity=Decimal(1),
        unit_price=amount,
        net_amount=amount,
        vat_rate=rate,
        vat_category=category or "",
        account="",
        product_id=None,
        order_line_id=None,
    )


def _whole(proposal: InvoiceProposal) -> tuple[TaxSubtotal, Decimal]:
    """The breakdown of an invoice that has only totals, and its taxable amount."""
    net, gross = proposal.net_total or Decimal(0), proposal.gross_total or Decimal(0)
    rate = rounded((gross - net) / net * 100, 1) if net else None
    return TaxSubtotal(category=None, rate=rate, taxable_amount=net, tax_amount=gross - net), net


def _known_account(proposal: InvoiceProposal, vendor: Vendor) -> str:
    """The vendor's account as the ERP writes it, if the invoice names it; the ERP's accounts are never changed."""
    named = {account(number) for number in (proposal.iban, *proposal.further_ibans) if number}
    return next((number for number in vendor.ibans if account(number) in named), "")


def _note(proposal: InvoiceProposal, inputs: Inputs) -> str:
    rows = {
        "Purchase orders": ", ".join(proposal.orders),
        "Paid already": f"{proposal.prepaid_amount} {proposal.currency}" if proposal.prepaid_amount else "",
        "Corrects": proposal.preceding_invoice or "",
        "Payment terms on the invoice": proposal.payment_terms or "",
        "Read from": inputs.proposed_by or "what a person has entered",
        **{f"Accepted {code}": reason for code, reason in proposal.accepted.items()},
        "Case": f"{inputs.case_id} {inputs.case_url}".rstrip(),
    }
    return "\n".join(f"{name}: {value}" for name, value in rows.items() if value)

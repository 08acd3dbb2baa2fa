"""Hand-made supplier invoices, and what the ERP knows of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from jobs.core import Check, Draft, Finding, InputFile, Inputs, Source, Status
from jobs.crm import Facts
from jobs.invoice.exceptions import find
from jobs.invoice.rules import RULES
from jobs.invoice.schema import InvoiceLine, InvoiceProposal, TaxSubtotal
from jobs.mail import Address, MailFacts
from jobs.purchasing import BookedBill, OrderLine, OwnCompany, PurchaseFacts, PurchaseOrder, Vendor

IBAN, OTHER_IBAN, OWN_IBAN = "DE44500105175407324931", "NL20INGB0001234567", "FR7630006000011234567890189"
VENDOR = Vendor(id=7, name="Kolbe Hydraulik GmbH", vat="DE129273398", ibans=(IBAN,), country="DE", payment_days=30)
COMPANY = OwnCompany(name="Severn Panels B.V.", vat="NL004495445B01", ibans=(OWN_IBAN,), currency="EUR", country="NL")
XML = Source(id="invoice.xml", text="Invoice/cbc:ID: RE-2026-0815\nInvoice/cbc:IssueDate: 2026-03-02")
PAGE = Source(
    id="invoice.pdf, page 1",
    text=f"""Kolbe Hydraulik GmbH | Rechnung
Rechnungsnummer: RE-2026-0815 | Datum: 02.03.2026
10 | Dichtungssatz DN 40 | 12,50 | 125,00
4 | Schlauch 3/4" 2 m | 30,00 | 120,00
Netto | 245,00
USt 19 % | 46,55
Gesamtbetrag EUR | 291,55
USt-IdNr. DE129273398
IBAN {IBAN}
Zahlbar bis 01.04.2026""",
)
SEALS = InvoiceLine(
    description="Dichtungssatz DN 40",
    item_number="K-40",
    quantity=Decimal(10),
    unit="C62",
    unit_price=Decimal("12.50"),
    net_amount=Decimal("125.00"),
    vat_rate=Decimal(19),
    vat_category="S",
)
HOSE = InvoiceLine(
    description='Schlauch 3/4" 2 m',
    quantity=Decimal(4),
    unit="C62",
    unit_price=Decimal("30.00"),
    net_amount=Decimal("120.00"),
    vat_rate=Decimal(19),
    vat_category="S",
)
ORDER = PurchaseOrder(
    id=3,
    number="P00017",
    vendor_id=7,
    currency="EUR",
    lines=(
        OrderLine(
            id=31,
            sku="SEAL-40",
            vendor_sku="K 40",
            description="Seal kit",
            quantity=Decimal(10),
            received=Decimal(10),
            unit_price=Decimal("12.50"),
        ),
        OrderLine(
            id=32,
            description='Schlauch 3/4" x 2 m',
            quantity=Decimal(4),
            received=Decimal(4),
            unit_price=Decimal("30.00"),
        ),
    ),
)
BILL = BookedBill(
    id=90,
    vendor_id=7,
    number="RE-2026-0815",
    issue_date=date(2026, 3, 2),
    currency="EUR",
    gross_total=Decimal("291.55"),
)
MAIL = MailFacts(
    message_id="1@kolbe.example",
    sender=Address(name="Kolbe", email="billing@kolbe.example"),
    reply_to=None,
    to=[],
    subject="Rechnung",
    date=None,
    in_reply_to=[],
    automatic=None,
    bulk=None,
    forwarded_from=None,
    attachments=[],
    problems=[],
)


def proposal(**changes: Any) -> InvoiceProposal:
    given = InvoiceProposal(
        number="RE-2026-0815",
        type="380",
        issue_date=date(2026, 3, 2),
        due_date=date(2026, 4, 1),
        currency="EUR",
        seller_name="Kolbe Hydraulik GmbH",
        seller_vat_id="DE129273398",
        seller_country="DE",
        iban=IBAN,
        buyer_name="Severn Panels B.V.",
        buyer_vat_id="NL004495445B01",
        order_reference="P00017",
        line_total=Decimal("245.00"),
        net_total=Decimal("245.00"),
        tax_total=Decimal("46.55"),
        gross_total=Decimal("291.55"),
        payable_amount=Decimal("291.55"),
        tax_breakdown=[row()],
        lines=[SEALS, HOSE],
    )
    return given.model_copy(update=changes)


def row(**changes: Any) -> TaxSubtotal:
    given = TaxSubtotal(category="S", rate=Decimal(19), taxable_amount=Decimal("245.00"), tax_amount=Decimal("46.55"))
    return given.model_copy(update=changes)


def facts(**changes: Any) -> PurchaseFacts:
    known = PurchaseFacts(company=COMPANY, vendors=(VENDOR,), orders=(ORDER,))
    return known.model_copy(update=changes)


def inputs(
    *,
    sources: Sequence[Source] = (XML,),
    findings: Sequence[Finding] = (),
    known: PurchaseFacts | None = None,
    **changes: Any,
) -> Inputs:
    given = Inputs(
        case_id="invoice/1",
        sources=sources,
        mail=MAIL,
        facts=Facts(purchase=known or facts()),
        rules=RULES,
        input_sha256="f" * 64,
        input_file=InputFile(name="invoice.xml", media_type="application/xml"),
        opened=date(2026, 3, 4),
        today=date(2026, 3, 4),
        proposed_by="UBL Invoice",
        findings=tuple(findings),
    )
    return replace(given, **changes)


def by_model(*texts: str, **changes: Any) -> Inputs:
    """Pages that a model has read; without any, the invoice's own page."""
    pages = [Source(id=f"invoice.pdf, page {i}", text=text) for i, text in enumerate(texts, 1)] or [PAGE]
    return inputs(sources=pages, proposed_by="a model", **changes)


def checked(given: InvoiceProposal, at: Inputs) -> list[Check]:
    return find(Draft(proposal=given, evidence=[]), at)


def exceptions(given: InvoiceProposal, at: Inputs) -> dict[str, Check]:
    """By code, the first of each."""
    found = [check for check in checked(given, at) if check.status is not Status.PASS]
    return {check.name: check for check in reversed(found)}


def codes(given: InvoiceProposal, at: Inputs) -> set[str]:
    return set(exceptions(given, at))

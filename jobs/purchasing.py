"""The neutral nouns of buying: vendors, purchase orders, booked bills, and the bill a plan asks an ERP to write."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

BillKind = Literal["invoice", "credit_note"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OwnCompany(_Frozen):
    """Who we are: the buyer."""

    name: str
    vat: str
    """As the ERP writes it; empty where it has none."""
    ibans: tuple[str, ...]
    """Our own accounts: on an invoice that is paid by direct debit, such a number is not the vendor's."""
    currency: str
    country: str
    """ISO 3166 code, upper case; empty where the ERP does not say."""


class VendorClues(_Frozen):
    """What an invoice says of who sent it."""

    ids: tuple[int, ...] = ()
    """The ERP's own, where a person has named the vendor."""
    vats: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


class Vendor(_Frozen):
    """One vendor of the master data."""

    id: int
    name: str
    vat: str = ""
    """As the ERP writes it."""
    ibans: tuple[str, ...] = ()
    """The accounts that may be paid to, as the ERP writes them."""
    emails: tuple[str, ...] = ()
    country: str = ""
    """ISO 3166 code, upper case."""
    payment_days: int | None = None
    """Days from the invoice's date until it is due; None where the ERP does not say, or it is no number of days."""
    payment_terms: str = ""
    """In the ERP's words."""


class OrderLine(_Frozen):
    id: int
    product_id: int | None = None
    sku: str = ""
    vendor_sku: str = ""
    """The vendor's number of the product."""
    description: str
    quantity: Decimal
    """Ordered, in `unit`."""
    received: Decimal | None = None
    """None where the ERP does not say, or where it is no goods that are received."""
    invoiced: Decimal = Decimal(0)
    """By bills that are booked or drafted already."""
    unit: str = ""
    unit_price: Decimal
    """Less discount, before tax, in the order's currency."""


class PurchaseOrder(_Frozen):
    id: int
    number: str
    vendor_id: int
    vendor_reference: str = ""
    """The vendor's own number for it."""
    currency: str
    state: Literal["draft", "open", "closed", "cancelled"] = "open"
    """`closed`: nothing more is to be invoiced on it."""
    lines: tuple[OrderLine, ...] = ()


class BookedBill(_Frozen):
    """A bill that stands in the ERP, drafts among them."""

    id: int
    vendor_id: int
    number: str
    """The vendor's."""
    kind: BillKind = "invoice"
    issue_date: date | None
    currency: str
    gross_total: Decimal
    draft: bool = False
    reference: str = ""
    """The case that wrote it, if one of ours did."""


class BookedLine(_Frozen):
    """How a line of this vendor was booked before: what a clerk has once corrected need not be corrected again."""

    description: str
    account: str
    """Its code in the chart of accounts."""
    product_id: int | None = None


class PurchaseFacts(_Frozen):
    """What the ERP knew when an invoice was checked."""

    company: OwnCompany | None = None
    vendors: tuple[Vendor, ...] = ()
    """Vendors that some clue points at; the rules pick."""
    orders: tuple[PurchaseOrder, ...] = ()
    """Those that the invoice refers to."""
    bills: tuple[BookedBill, ...] = ()
    """Of these vendors: with the same number, however written, and with the same total. For a credit note also the
    invoice that it corrects."""
    booked_lines: tuple[BookedLine, ...] = ()
    """Of the vendor, newest first."""
    accounts: tuple[str, ...] = ()
    """Codes that the proposal names and the chart of accounts has."""
    same_file: tuple[str, ...] = ()
    """Our own cases on the very same content that have led, or may yet lead, to a bill."""
    asked: bool = False
    """This case has already written to the vendor."""


class BillLine(_Frozen):
    description: str
    quantity: Decimal
    unit_price: Decimal
    """Before tax, as many decimals as the invoice has."""
    net_amount: Decimal
    vat_rate: Decimal | None
    """Per cent."""
    vat_category: str
    """UNTDID 5305 code (S, Z, E, AE, K, ...); empty where the invoice does not say."""
    account: str
    """Its code; empty: the ERP's own choice."""
    product_id: int | None
    order_line_id: int | None


class CreateBill(_Frozen):
    """A new draft vendor bill. `reference` makes it happen once. The connector reads it back: if the ERP's totals are
    not these, it takes the draft away again and refuses."""

    write: Literal["create_bill"] = "create_bill"
    reference: str
    kind: BillKind
    vendor_id: int
    number: str
    """The vendor's."""
    issue_date: date
    due_date: date | None
    currency: str
    order_numbers: tuple[str, ...]
    """The ERP's own numbers of the purchase orders."""
    iban: str
    """That account of the vendor in the ERP which the invoice names; empty: the ERP's choice. None is ever added."""
    lines: tuple[BillLine, ...]
    """Positive amounts for a credit note, too."""
    net: Decimal
    tax: Decimal
    gross: Decimal
    note: str
    """Plain text, for the colleagues."""

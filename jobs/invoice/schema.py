"""What a supplier invoice says, in the terms of EN 16931 (BT numbers beside the fields). A model answers an
`InvoiceRead`; structured data (UBL, CII) fills in all of `InvoiceProposal` but what is looked up in the ERP."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

_COMMA = re.compile(r"-?\d+,\d{1,2}")
_LARGEST, _SMALLEST = Decimal("1e13"), Decimal("1e-9")


def occurs(value: Decimal) -> Decimal:
    """Raises ValueError for a figure that no invoice has, and that would lead arithmetic out of its bounds."""
    if abs(value) > _LARGEST or 0 < abs(value) < _SMALLEST:
        raise ValueError("no figure that occurs")
    return value


def _with_point(value: object) -> object:
    """A decimal comma that can be nothing else: small models, and people at the keyboard, write it."""
    return value.replace(",", ".") if isinstance(value, str) and _COMMA.fullmatch(value) else value


Number = Annotated[
    Decimal,
    BeforeValidator(_with_point),
    Field(allow_inf_nan=False),
    AfterValidator(occurs),
    WithJsonSchema({"type": "string", "description": "A number, such as -1234.56"}),
]
"""Exact; in JSON a string with a decimal point and nothing else."""

CREDIT_NOTES = frozenset({"81", "83", "261", "296", "308", "381", "396", "420", "458", "532"})
"""UNTDID 1001 codes of documents that take an invoice back."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReadLine(_Strict):
    description: str = Field(description="BT-153: what was delivered, copied.")
    item_number: str | None = Field(description="BT-155: the seller's article number.")
    quantity: Number | None = Field(description="BT-129.")
    unit: str | None = Field(description="BT-130: the unit as written.")
    unit_price: Number | None = Field(description="BT-146: net price of one unit.")
    net_amount: Number | None = Field(description="BT-131: of the line, without VAT.")
    vat_rate: Number | None = Field(description="BT-152: per cent.")


class AllowanceCharge(_Strict):
    """A discount or a surcharge on the whole invoice."""

    charge: bool = Field(description="true for a surcharge (freight, packing), false for a discount.")
    amount: Number = Field(description="BT-92, BT-99: positive, without VAT.")
    reason: str | None = Field(description="BT-97, BT-104.")
    vat_rate: Number | None = Field(description="BT-96, BT-103: per cent.")
    vat_category: str | None = Field(default=None, description="BT-95, BT-102: UNTDID 5305 code.")


class TaxSubtotal(_Strict):
    """One row of the VAT breakdown (BG-23)."""

    category: str | None = Field(description="BT-118: UNTDID 5305 code (S, Z, E, AE reverse charge, K, G, O); or null.")
    rate: Number | None = Field(description="BT-119: per cent.")
    taxable_amount: Number | None = Field(description="BT-116.")
    tax_amount: Number | None = Field(description="BT-117.")
    exemption_reason: str | None = Field(default=None, description="BT-120: why there is no VAT, as written.")


class InvoiceRead(_Strict):
    number: str | None = Field(description="BT-1: the invoice's number, as written.")
    type: str | None = Field(description="BT-3: UNTDID 1001 code; 380 invoice, 381 credit note, 384 corrected invoice.")
    issue_date: date | None = Field(description="BT-2: YYYY-MM-DD.")
    due_date: date | None = Field(description="BT-9: YYYY-MM-DD, only if a date is written.")
    currency: str | None = Field(description="BT-5: ISO 4217 code.")
    seller_name: str | None = Field(description="BT-27: who sends the invoice.")
    seller_vat_id: str | None = Field(description="BT-31.")
    iban: str | None = Field(description="BT-84: the seller's account, as written.")
    buyer_name: str | None = Field(description="BT-44: who is to pay.")
    buyer_vat_id: str | None = Field(description="BT-48.")
    order_reference: str | None = Field(description="BT-13: the buyer's purchase order number.")
    preceding_invoice: str | None = Field(description="BT-25: number of the invoice that this one corrects.")
    payment_terms: str | None = Field(description="BT-20: as written.")
    net_total: Number | None = Field(description="BT-109: without VAT.")
    tax_total: Number | None = Field(description="BT-110: the VAT.")
    gross_total: Number | None = Field(description="BT-112: with VAT.")
    prepaid_amount: Number | None = Field(description="BT-113: paid already.")
    payable_amount: Number | None = Field(description="BT-115: what is left to pay.")
    tax_breakdown: list[TaxSubtotal] = Field(description="One row for each VAT rate.")
    allowances_charges: list[AllowanceCharge] = Field(description="On the whole invoice; else empty.")
    lines: list[ReadLine] = Field(description="Every line, in order.")


class InvoiceLine(ReadLine):
    item_number: str | None = None
    buyer_item_number: str | None = None
    """BT-156."""
    unit: str | None = None
    base_quantity: Number = Decimal(1)
    """BT-149: how many units the price is for."""
    allowance: Number = Decimal(0)
    """BG-27 and BG-28: charges less discounts of this line, already in `net_amount`."""
    vat_category: str | None = None
    """BT-151: UNTDID 5305 code."""
    order_line: str | None = None
    """BT-132: the order's line as the invoice names it."""
    order_line_id: int | None = None
    """The line of the purchase order that this one bills; looked up."""
    account: str | None = None
    """Code in the chart of accounts: a person's, or as booked before; None: the ERP's choice."""
    product_id: int | None = None
    """The ERP's; from the purchase order, or as booked before."""


class InvoiceProposal(InvoiceRead):
    lines: list[InvoiceLine]  # pyright: ignore[reportIncompatibleVariableOverride]
    preceding_invoice: str | None = None
    payment_terms: str | None = None
    prepaid_amount: Number | None = None
    allowances_charges: list[AllowanceCharge] = []
    further_ibans: list[str] = []
    """BT-84 again, where the invoice names several accounts."""
    seller_tax_number: str | None = None
    """BT-32."""
    seller_country: str | None = None
    """BT-40: ISO 3166 code."""
    seller_email: str | None = None
    """BT-43."""
    buyer_country: str | None = None
    """BT-55."""
    line_total: Number | None = None
    """BT-106: sum of the lines."""
    allowance_total: Number | None = None
    """BT-107."""
    charge_total: Number | None = None
    """BT-108."""
    rounding_amount: Number | None = None
    """BT-114."""
    vendor_id: int | None = None
    """The ERP's; looked up, or set by a person."""
    vendor: str = ""
    orders: list[str] = []
    """The ERP's numbers of the purchase orders that are billed; looked up."""
    accepted: dict[str, str] = {}
    """Exceptions that a person accepts: code, and why."""
    ask_supplier: bool = False
    """A person wants the supplier to be written to; the case stays open. False once that has been done."""

    @property
    def is_credit_note(self) -> bool:
        return self.type in CREDIT_NOTES

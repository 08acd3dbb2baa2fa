"""The neutral nouns of ERP: what connectors answer on products, prices and stock, and what plans ask them to write."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pack(_Frozen):
    """A packaging that a product is also sold in."""

    name: str
    quantity: Decimal
    """How many of the product's own unit it holds."""


class Product(_Frozen):
    """One line of the catalogue."""

    id: int
    sku: str
    """The article number; empty where there is none."""
    name: str
    other_names: tuple[str, ...] = ()
    """In the ERP's other languages."""
    barcode: str = ""
    description: str = ""
    unit: str = ""
    """What it is priced and stocked in, in the ERP's own word (Units, m)."""
    packs: tuple[Pack, ...] = ()
    active: bool = True
    """False: it may not be sold any more."""
    changed_at: datetime | None = None


class Candidate(_Frozen):
    """A product that a request may mean."""

    product: Product
    score: float
    """0 to 1."""
    conflicts: tuple[str, ...] = ()
    """What speaks against it, in words."""


class Match(_Frozen):
    """What the catalogue says to a request's words: one product, several, or none. Never a guess."""

    status: Literal["matched", "ambiguous", "none"]
    product: Product | None
    candidates: tuple[Candidate, ...]
    """Best first, five at most."""
    margin: float
    """Score by which the runner-up is behind."""
    reason: str
    """In a sentence, for the approver."""


class Provenance(_Frozen):
    """Where in the ERP an amount stands."""

    model: str
    id: int
    field: str
    version: str
    """When that record was last changed, as the ERP writes it."""
    rule: str = ""
    """The price rule that was applied, in words; empty: none."""


class Money(_Frozen):
    """An amount and where it comes from."""

    amount: Decimal
    currency: str
    """ISO 4217 code."""
    source: Provenance


class Terms(_Frozen):
    """What the ERP says of doing business with a customer."""

    customer_id: int
    pricelist: str
    currency: str
    language: str
    """Of the customer, such as `nl_NL`; empty where the ERP does not say."""
    payment_terms: str
    credit_limit: Decimal | None
    """In the company's currency; None: there is none."""
    credit_used: Decimal | None
    """Owed and ordered; None where the ERP does not say."""
    blocked: str
    """Why nothing may be sold to this customer without asking; empty: nothing is in the way."""
    delivery_address: str
    """On one line."""


class Ordered(_Frozen):
    """A line of an earlier order of the customer."""

    product_id: int
    sku: str
    name: str
    quantity: Decimal
    unit: str
    order: str
    """The ERP's number of the order."""
    ordered_on: date


class OwnNumber(_Frozen):
    """What a customer calls one of our products."""

    number: str
    product_id: int


class Stock(_Frozen):
    product_id: int
    free: Decimal
    """On hand and not reserved, in the product's unit."""
    lead_days: int
    """Days until it can be delivered when it is not in stock, as the ERP promises it."""


class QuotationLine(_Frozen):
    product_id: int
    quantity: Decimal
    """In the product's own unit."""


class PricedLine(_Frozen):
    """A line as the ERP prices it for this customer and quantity."""

    product_id: int
    quantity: Decimal
    unit_price: Money
    """Before discount and tax."""
    discount: Decimal
    """Per cent."""
    net: Money
    """Of the line, after discount, before tax."""
    taxes: tuple[str, ...]
    cost: Decimal | None
    """Per unit, in the currency of the quotation; None where the ERP does not say."""


class PricedQuotation(_Frozen):
    """A quotation as the ERP computes it, without writing anything."""

    pricelist: str
    currency: str
    lines: tuple[PricedLine, ...]
    untaxed: Money
    tax: Money
    total: Money


class SaleFacts(_Frozen):
    """What catalogue and ERP knew when a quotation was checked."""

    terms: Terms | None = None
    """None: the customer is not known."""
    ordered: tuple[Ordered, ...] = ()
    matches: tuple[Match, ...] = ()
    """One for each line that is asked for."""
    priced: PricedQuotation | None = None
    """The lines that are offered, in order."""
    breaks: tuple[PricedLine, ...] = ()
    """The same lines at the other quantities that were asked for."""
    stock: tuple[Stock, ...] = ()


class CreateQuotation(_Frozen):
    """A new draft quotation. `reference` makes it happen once. The connector reads it back: if the ERP's totals are not
    these, it takes the draft away again and refuses."""

    write: Literal["create_quotation"] = "create_quotation"
    reference: str
    customer_id: int
    customer_reference: str
    lines: tuple[QuotationLine, ...]
    remarks: tuple[str, ...] = ()
    """Printed below the lines, such as what is not offered."""
    note: str
    """Plain text, for the colleagues; not printed on the quotation."""
    valid_until: date
    currency: str
    untaxed: Decimal
    tax: Decimal
    total: Decimal


class SaveDraft(_Frozen):
    """A draft mail in the mailbox, to be sent by a person. `message_id` makes it happen once."""

    write: Literal["save_draft"] = "save_draft"
    message_id: str
    """Without angle brackets."""
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    in_reply_to: str
    """Message-ID of the mail it answers, without angle brackets; empty: none."""
    references: tuple[str, ...]
    text: str
    html: str

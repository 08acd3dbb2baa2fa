"""What a request for quotation is turned into. The model answers a `QuoteRequest`; everything that `QuoteProposal` adds
is looked up in catalogue and ERP, never asked of the model."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs.erp import Money

Status = Literal["matched", "ambiguous", "none"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class WantedLine(_Strict):
    requested: str = Field(description="The product as the sender words it, without the quantity; copied.")
    context: str | None = Field(
        description="Words from elsewhere in the request that this line leans on ('shoes' for 'size 44'); or null."
    )
    quantity: float | None = Field(description="The sender's figure; null when none is stated.")
    unit: str | None = Field(description="The sender's own word for the unit (pcs, st, Stück, boxes); null if none.")
    article: str | None = Field(description="Article or part number as written; null if none.")
    price_breaks: list[float] = Field(description="Quantities that prices are asked for (100/200/500); else empty.")
    wanted_date: str | None = Field(description="ISO date (YYYY-MM-DD), when this line has one of its own.")
    repeats_order: bool = Field(description='"Same as last time": an earlier order is meant, no product is named.')


class QuoteRequest(_Strict):
    language: str = Field(description="ISO 639-1 code of the new text.")
    company: str | None = Field(description="Who wants the quotation; in a forwarded mail the one inside.")
    contact: str | None = Field(description="The person's name.")
    email: str | None
    customer_reference: str | None = Field(description="The sender's own number for this request (RFQ 4711).")
    delivery_address: str | None = Field(description="Where to deliver, on one line, when the mail says so.")
    wanted_date: str | None = Field(description="ISO date by which it is wanted.")
    special_terms: list[str] = Field(description="Conditions asked for (free delivery, 60 days), as written.")
    lines: list[WantedLine] = Field(description="Every product asked for, in the order of the request.")
    reply: str = Field(
        description="Two to five polite sentences in the mail's language, without greeting and signature. "
        "Figures only as {{lines}}, {{total}} and {{valid_until}}; no amount, percentage, date or promise of its own."
    )


class Candidate(_Strict):
    sku: str
    name: str
    score: float
    """0 to 1."""
    conflict: str = ""
    """What speaks against it, in words."""


class Tier(_Strict):
    """What a piece costs from a quantity on."""

    quantity: float
    unit_price: Money
    discount: Decimal
    """Per cent."""


class QuoteLine(WantedLine):
    """A line as requested, and what catalogue and ERP say to it."""

    context: str | None = None
    quantity: float | None = None
    unit: str | None = None
    article: str | None = None
    price_breaks: list[float] = []
    wanted_date: str | None = None
    repeats_order: bool = False
    sku: str | None = None
    left_out: bool = False
    """A person has decided that this line is not offered."""
    status: Status = "none"
    why: str = ""
    """Why this product, or why none, in a sentence."""
    candidates: list[Candidate] = []
    product_id: int | None = None
    name: str = ""
    order_quantity: Decimal | None = None
    """In the product's own unit."""
    order_unit: str = ""
    unit_price: Money | None = None
    """Of one `order_unit`, before discount and tax."""
    discount: Decimal = Decimal(0)
    """Per cent."""
    net: Money | None = None
    """Of the line, after discount, before tax."""
    taxes: list[str] = []
    tiers: list[Tier] = []
    free_stock: Decimal | None = None
    lead_days: int | None = None
    """Days until delivery when it is not in stock."""
    from_order: str = ""
    """The earlier order that this line repeats."""


class QuoteProposal(QuoteRequest):
    lines: list[QuoteLine]  # pyright: ignore[reportIncompatibleVariableOverride]
    customer_id: int | None = None
    customer: str = ""
    pricelist: str = ""
    currency: str = ""
    payment_terms: str = ""
    valid_until: date | None = None
    untaxed: Money | None = None
    tax: Money | None = None
    total: Money | None = None

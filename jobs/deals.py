"""The neutral nouns of deals: what a CRM answers on an opportunity and its customer, and what plans ask it to write."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

ActivityKind = Literal["call", "mail", "meeting", "todo"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(_Frozen):
    id: int
    name: str
    email: str = ""
    phone: str = ""
    function: str = ""


class Activity(_Frozen):
    """A planned step on a deal."""

    id: int
    kind: ActivityKind
    summary: str
    due: date
    owner: str
    """Login."""


class Deal(_Frozen):
    """An opportunity."""

    id: int
    title: str
    stage: str
    owner: str = ""
    """Login; empty where nobody has it."""
    team: str = ""
    customer_id: int | None = None
    customer: str = ""
    contact: str = ""
    email: str = ""
    revenue: Decimal | None = None
    """Expected, in `currency`; None where nothing is filled in."""
    currency: str = ""
    deadline: date | None = None
    """Expected closing."""
    probability: Decimal | None = None
    """Per cent."""
    opened_at: datetime
    stage_since: datetime | None = None
    last_contact: datetime | None = None
    """Of the newest message to or from the customer, or the newest call, meeting or mail that was planned and done;
    None: there was none."""
    last_note: str = ""
    """Plain text of the newest note."""
    activities: tuple[Activity, ...] = ()
    fields: dict[str, str] = {}
    """Values of the further fields that were asked for, by the vendor's name."""
    url: str = ""
    is_open: bool = True
    """False: won, lost or archived."""


class OpenQuotation(_Frozen):
    """A quotation that the customer has not answered yet."""

    id: int
    number: str
    created: date
    valid_until: date | None
    total: Decimal
    currency: str
    state: Literal["draft", "sent"]
    short: tuple[str, ...] = ()
    """Products of it (article number and name) of which less is free than it asks for."""
    url: str = ""


class OpenInvoice(_Frozen):
    """A sales invoice that is not paid."""

    number: str
    issued: date
    due: date
    open_amount: Decimal
    currency: str


class CustomerState(_Frozen):
    """How it stands with a customer, over all its deals."""

    customer_id: int
    name: str
    tags: tuple[str, ...] = ()
    quotations: tuple[OpenQuotation, ...] = ()
    invoices: tuple[OpenInvoice, ...] = ()
    paid_late_days: int | None = None
    """Mean days after the due date over the last 12 invoices paid; None: none was."""
    complaints: tuple[str, ...] = ()
    """Titles of open tickets."""
    last_order: date | None = None
    orders_last_year: int = 0


class DealFacts(_Frozen):
    """What the CRM knew of the deals that a case may be about."""

    deals: tuple[Deal, ...] = ()
    contacts: tuple[Contact, ...] = ()
    """Of the customers of these deals."""
    stages: tuple[str, ...] = ()
    """In their order."""
    state: CustomerState | None = None


class PostNote(_Frozen):
    """An internal note on a deal; nobody outside is told. `reference` makes it happen once."""

    write: Literal["post_note"] = "post_note"
    reference: str
    deal_id: int
    body: str
    """Plain text; the connector makes the vendor's markup of it."""


class CreateActivity(_Frozen):
    """A planned step for a colleague. `reference` makes it happen once."""

    write: Literal["create_activity"] = "create_activity"
    reference: str
    deal_id: int
    kind: ActivityKind
    summary: str
    note: str
    """Plain text."""
    due: date
    owner: str
    """Login; empty: the deal's owner."""


class FieldChange(_Frozen):
    """`old` is what stood there when it was looked up: the connector refuses if something else stands there now."""

    field: str
    """One of `stage`, `revenue`, `deadline`, or the vendor's name of a further field."""
    old: str
    """Empty: nothing stood there."""
    new: str


class UpdateDeal(_Frozen):
    """New values for fields of a deal. Happens once: a field that has its new value already is left alone."""

    write: Literal["update_deal"] = "update_deal"
    reference: str
    deal_id: int
    changes: tuple[FieldChange, ...]

"""The neutral nouns of CRM: what connectors answer and what plans ask them to write."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from jobs.advice import Background
from jobs.deals import CreateActivity, DealFacts, PostNote, UpdateDeal
from jobs.erp import CreateQuotation, SaleFacts, SaveDraft
from jobs.purchasing import CreateBill, PurchaseFacts


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Customer(_Frozen):
    """A company or person in the CRM."""

    id: int
    name: str
    email: str
    """Lower case; empty where there is none."""
    emails: tuple[str, ...] = ()
    """Addresses of the company and its contacts, lower case."""
    vat: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    """Login of the account manager; empty where there is none."""
    country: str = ""
    """ISO 3166 code, upper case."""


class CustomerClues(_Frozen):
    """What a case knows of its customer, to look it up by."""

    ids: tuple[int, ...] = ()
    """The CRM's own, where a person has named the customer."""
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """Mail domains that belong to a company (no freemail)."""
    vats: tuple[str, ...] = ()
    """Compact: no spaces or dots, country prefix, upper case."""
    names: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Names of contacts: of customers that have one called exactly so."""


class OpenRecord(_Frozen):
    """A lead or ticket that is open for a customer."""

    id: int
    title: str
    reference: str


class DocumentNow(_Frozen):
    """How it stands with a document of the company at this moment. One that was withdrawn is not told of."""

    id: str
    sha256: str
    in_force: bool


class Facts(_Frozen):
    """What the CRM knew when the proposal was checked."""

    candidates: tuple[Customer, ...] = ()
    """Customers that some clue points at; the rules pick."""
    open_records: tuple[OpenRecord, ...] = ()
    teams: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    """Logins a record can be given to."""
    sale: SaleFacts | None = None
    """Only for jobs that sell."""
    purchase: PurchaseFacts | None = None
    """Only for jobs that buy."""
    deal: DealFacts | None = None
    """Only for jobs that work on deals."""
    background: Background | None = None
    """What papers and case files say of the deal; only for jobs that advise on one."""
    documents: tuple[DocumentNow, ...] | None = None
    """Only for jobs that cite documents: those that were given to the model."""


class CreateRecord(_Frozen):
    """A new lead or ticket. `reference` makes it happen once: the connector looks for it before it writes."""

    write: Literal["create_record"] = "create_record"
    reference: str
    kind: Literal["lead", "ticket"]
    title: str
    description: str
    """Plain text; the connector makes the vendor's markup of it."""
    priority: Literal["low", "normal", "high"]
    tags: tuple[str, ...]
    team: str | None
    owner: str | None
    customer_id: int | None
    company: str | None
    contact: str | None
    email: str | None
    phone: str | None


class AttachFile(_Frozen):
    """The original, attached to the record created, or the deal noted on, just before. The content is a blob."""

    write: Literal["attach_file"] = "attach_file"
    name: str
    media_type: str
    sha256: str


class GiveAnswer(_Frozen):
    """Hands an answer to a colleague who has asked: they read it in the case file. Nothing leaves the house."""

    write: Literal["give_answer"] = "give_answer"
    reference: str
    asker: str
    answer: str


Write = (
    CreateRecord
    | AttachFile
    | CreateQuotation
    | SaveDraft
    | CreateBill
    | GiveAnswer
    | PostNote
    | CreateActivity
    | UpdateDeal
)


class Written(_Frozen):
    """Where a write ended up at the vendor."""

    write: str
    model: str
    """The vendor's model, such as `crm.lead`."""
    id: int
    url: str
    found: bool
    """It stood there already: an earlier attempt had written it."""

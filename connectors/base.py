"""What a connector promises, and the three ways it can fail. One file or package per vendor implements
this."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from jobs.crm import AttachFile, CreateRecord, Customer, CustomerClues, OpenRecord, Written
from jobs.deals import Contact, CreateActivity, CustomerState, Deal, PostNote, UpdateDeal
from jobs.erp import (
    CreateQuotation,
    Ordered,
    OwnNumber,
    PricedQuotation,
    Product,
    QuotationLine,
    SaveDraft,
    Stock,
    Terms,
)
from jobs.purchasing import BookedBill, BookedLine, CreateBill, OwnCompany, PurchaseOrder, Vendor, VendorClues


class ConnectorError(Exception):
    """A vendor did not do what was asked. The message names the vendor, the call and what it answered."""


class Unavailable(ConnectorError):
    """It may work later: no connection, 408, 409, 429, 5xx. `retry_after` is the vendor's own word, in seconds."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(ConnectorError):
    """It will not work again unchanged: wrong key, missing right, bad field, unknown model."""


class OutcomeUnknown(Unavailable):
    """A write was sent and no answer came back: it may stand or not. Look by reference before repeating it."""


class Crm(Protocol):
    """Leads, tickets and customers at one vendor. Reads raise Unavailable or Refused; writes OutcomeUnknown too."""

    def find_customers(self, clues: CustomerClues) -> list[Customer]:
        """Every customer that one of the clues points at (names fuzzily); the rules pick among them."""
        ...

    def open_records(self, customer_id: int) -> list[OpenRecord]:
        """Leads and tickets still open for this customer, newest first, 20 at most."""
        ...

    def teams(self) -> list[str]: ...

    def owners(self) -> list[str]:
        """Logins of the people a record can be given to."""
        ...

    def create_record(self, record: CreateRecord) -> Written:
        """Looks for `record.reference` first and returns what it finds; creates the record only if nothing is there."""
        ...

    def attach_file(self, to: Written, file: AttachFile, content: bytes) -> Written:
        """Attaches the content once: a file of the same name and content on that record is left as it is."""
        ...

    def close(self) -> None: ...


class Deals(Protocol):
    """Opportunities, their planned steps and how it stands with their customers; errors as for Crm."""

    def find_deals(self, customer_ids: Sequence[int], emails: Sequence[str]) -> list[Deal]:
        """Open deals of these customers or with a contact of one of these addresses, newest first, 50 at most."""
        ...

    def deal(self, deal_id: int, fields: Sequence[str] = ()) -> Deal:
        """With the values of the vendor's further `fields`; a closed one, too (`is_open`). Raises Refused where there
        is no such deal or field."""
        ...

    def stale_deals(self, before: datetime) -> list[Deal]:
        """Open deals (neither won nor lost) without any contact, change or planned step since then (UTC), the one
        that waits longest first, 200 at most."""
        ...

    def contacts(self, customer_ids: Sequence[int]) -> list[Contact]: ...

    def stages(self) -> list[str]:
        """In their order."""
        ...

    def state(self, customer_id: int) -> CustomerState: ...

    def place(self, deal_id: int) -> Written:
        """The deal, as files are attached to it (`Crm.attach_file`)."""
        ...

    def post_note(self, note: PostNote) -> Written:
        """Once for its reference, as `Crm.create_record`; an internal note that notifies nobody outside."""
        ...

    def create_activity(self, activity: CreateActivity) -> Written:
        """Once for its reference, also when it has been done (and so is gone) by the time of the second call."""
        ...

    def update_deal(self, update: UpdateDeal) -> Written:
        """Raises Refused, with nothing changed, where a field holds neither its old nor its new value by now."""
        ...


class Erp(Protocol):
    """Products, prices, stock and quotations at one vendor. Every amount is the vendor's own; errors as for Crm."""

    def products(self, changed_since: datetime | None = None) -> Iterator[list[Product]]:
        """Pages of what may be sold; with `changed_since` only what changed at that moment (UTC) or later, products
        that were archived or may not be sold any more among them (`active` false)."""
        ...

    def terms(self, customer_id: int) -> Terms: ...

    def own_numbers(self, customer_id: int) -> list[OwnNumber]:
        """The customer's own part numbers; empty where the vendor keeps none."""
        ...

    def ordered(self, customer_id: int) -> list[Ordered]:
        """Lines of the customer's confirmed orders, newest order first, lines in their order, 200 at most."""
        ...

    def price(self, customer_id: int | None, lines: Sequence[QuotationLine]) -> PricedQuotation:
        """The quotation as the vendor would compute it today: price list, quantity breaks, discounts, taxes; at list
        prices where the customer is not known. Nothing is written. One priced line for each line, in order; an amount
        of zero where the vendor has no price."""
        ...

    def stock(self, product_ids: Sequence[int]) -> list[Stock]: ...

    def create_quotation(self, quotation: CreateQuotation) -> Written:
        """Looks for `reference` first, as `Crm.create_record` does. Raises Refused, with nothing left behind, where the
        vendor's totals are not the quotation's."""
        ...


class Payables(Protocol):
    """Vendors, purchase orders and vendor bills at one vendor of ERPs; errors as for Crm."""

    def company(self) -> OwnCompany: ...

    def find_vendors(self, clues: VendorClues) -> list[Vendor]:
        """Every vendor that one of the clues points at (numbers however written, names fuzzily); the rules pick."""
        ...

    def orders(self, numbers: Sequence[str]) -> list[PurchaseOrder]:
        """The purchase orders that bear one of these numbers, ours or the vendor's, however written (blanks, dashes,
        capitals); cancelled and closed ones, too."""
        ...

    def bills(
        self, vendor_ids: Sequence[int], numbers: Sequence[str], gross_total: Decimal | None = None
    ) -> list[BookedBill]:
        """The vendors' bills that stand in the ERP, drafts but not cancelled ones: with one of these numbers, however
        written, and with this total (the newest 500)."""
        ...

    def booked_lines(self, vendor_id: int) -> list[BookedLine]:
        """Lines of the vendor's posted bills, newest first, each description once, 500 at most."""
        ...

    def accounts(self, codes: Sequence[str]) -> list[str]:
        """Those of the codes that the chart of accounts has."""
        ...

    def create_bill(self, bill: CreateBill) -> Written:
        """Looks for `reference` first, as `Crm.create_record` does. Raises Refused, with nothing left behind, where the
        vendor's totals are not the bill's."""
        ...


class Mailbox(Protocol):
    """Where drafts of mails wait for a person to send them."""

    def save_draft(self, draft: SaveDraft) -> Written:
        """Puts the draft among the drafts once: one with its Message-ID there is left as it is."""
        ...

    def close(self) -> None: ...

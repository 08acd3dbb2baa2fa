"""Master data in a file, as an ERP that can only be read: vendors, purchase orders and booked invoices."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from connectors.base import Refused
from connectors.matching import closest, fold, same_vat, vat_key
from jobs.crm import Written
from jobs.invoice.accounts import account
from jobs.invoice.duplicates import alike_number, same_number
from jobs.invoice.texts import compact
from jobs.purchasing import (
    BillKind,
    BookedBill,
    BookedLine,
    CreateBill,
    OrderLine,
    OwnCompany,
    PurchaseOrder,
    Vendor,
    VendorClues,
)

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Number = Annotated[Decimal, Field(allow_inf_nan=False)]
_E = TypeVar("_E", bound="_Entry")


class MasterFileError(ValueError):
    """The file cannot be used; the message names it and the entry."""


class _Entry(BaseModel):
    """What is not used may stand in the file."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class _Vendor(_Entry):
    name: _Text
    vat_id: str = ""
    ibans: list[str] = []
    emails: list[str] = []
    country: str = ""
    payment_days: int | None = None
    payment_terms: str = ""


class _Line(_Entry):
    description: str
    quantity: _Number
    unit_price: _Number
    sku: str = ""
    vendor_sku: str = ""
    unit: str = ""
    received: _Number | None = None
    invoiced: _Number = Decimal(0)


class _Order(_Entry):
    number: _Text
    vendor: _Text
    currency: _Text
    vendor_reference: str = ""
    state: Literal["draft", "open", "closed", "cancelled"] = "open"
    lines: list[_Line] = []


class _Invoice(_Entry):
    vendor: _Text
    number: _Text
    kind: BillKind = "invoice"
    issue_date: date | None = None
    currency: str = ""
    gross_total: _Number


class MasterFile:
    """Implements `connectors.base.Payables` over one JSON object: `vendors` (name, vat_id, ibans), `purchase_orders`
    (number, vendor, currency, lines of description, quantity, unit_price) and `invoices` (vendor, number, issue_date,
    currency, gross_total). A vendor is referred to by its name. Ids are positions, from 1."""

    def __init__(self, path: Path) -> None:
        self._path = path
        content = _load(path)
        vendors = list(_entries(path, content, "vendors", _Vendor))
        self._vendors = [_vendor(id_, entry) for id_, entry in enumerate(vendors, 1)]
        self._ids = {vendor.name: vendor.id for vendor in reversed(self._vendors)}
        self._folded = {vendor.id: fold(vendor.name) for vendor in self._vendors}
        line_ids = count(1)
        orders = _entries(path, content, "purchase_orders", _Order)
        self._orders = [self._order(id_, entry, line_ids) for id_, entry in enumerate(orders, 1)]
        bills = _entries(path, content, "invoices", _Invoice)
        self._bills = [self._bill(id_, entry) for id_, entry in enumerate(bills, 1)]

    def company(self) -> OwnCompany:
        """Nobody: the file does not say who we are."""
        return OwnCompany(name="", vat="", ibans=(), currency="", country="")

    def find_vendors(self, clues: VendorClues) -> list[Vendor]:
        near = {id_ for name in clues.names for id_ in closest(fold(name), self._folded)}
        vats = [vat_key(vat) for vat in clues.vats]
        accounts, emails = {account(number) for number in clues.ibans}, set(clues.emails)
        return [
            vendor
            for vendor in self._vendors
            if vendor.id in near
            or vendor.id in clues.ids
            or any(same_vat(vat_key(vendor.vat), vat) for vat in vats)
            or not accounts.isdisjoint(account(number) for number in vendor.ibans)
            or not emails.isdisjoint(vendor.emails)
        ]

    def orders(self, numbers: Sequence[str]) -> list[PurchaseOrder]:
        wanted = {compact(number) for number in numbers} - {""}
        return [order for order in self._orders if wanted & {compact(order.number), compact(order.vendor_reference)}]

    def bills(
        self, vendor_ids: Sequence[int], numbers: Sequence[str], gross_total: Decimal | None = None
    ) -> list[BookedBill]:
        return [
            bill
            for bill in self._bills
            if bill.vendor_id in vendor_ids
            and (
                any(same_number(bill.number, number) or alike_number(bill.number, number) for number in numbers)
                or bill.gross_total == gross_total
            )
        ]

    def booked_lines(self, vendor_id: int) -> list[BookedLine]:
        return []

    def accounts(self, codes: Sequence[str]) -> list[str]:
        return []

    def create_bill(self, bill: CreateBill) -> Written:
        raise Refused(f"{self._path.name} is a file to read, no bill can be written to it")

    def close(self) -> None:
        """There is nothing to close."""

    def _order(self, id_: int, entry: _Order, line_ids: Iterator[int]) -> PurchaseOrder:
        lines = tuple(OrderLine(id=next(line_ids), **line.model_dump()) for line in entry.lines)
        return PurchaseOrder(
            id=id_,
            number=entry.number,
            vendor_id=self._id_of(f"purchase_orders[{id_ - 1}]", entry.vendor),
            vendor_reference=entry.vendor_reference,
            currency=entry.currency.upper(),
            state=entry.state,
            lines=lines,
        )

    def _bill(self, id_: int, entry: _Invoice) -> BookedBill:
        vendor_id = self._id_of(f"invoices[{id_ - 1}]", entry.vendor)
        return BookedBill(id=id_, vendor_id=vendor_id, **entry.model_dump(exclude={"vendor"}))

    def _id_of(self, place: str, vendor: str) -> int:
        if vendor not in self._ids:
            raise MasterFileError(f"{self._path}, {place}: vendors has no {vendor!r}")
        return self._ids[vendor]


def _vendor(id_: int, entry: _Vendor) -> Vendor:
    values = entry.model_dump(exclude={"vat_id", "ibans", "emails", "country"})
    return Vendor(
        id=id_,
        vat=entry.vat_id,
        ibans=tuple(iban for iban in entry.ibans if iban.strip()),
        emails=tuple(email.lower() for email in entry.emails),
        country=entry.country.upper(),
        **values,
    )


def _load(path: Path) -> Mapping[str, Any]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise MasterFileError(f"{path}: is not UTF-8") from None
    except OSError as error:
        raise MasterFileError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise MasterFileError(f"{path}: is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise MasterFileError(f"{path}: is no JSON object with vendors, purchase_orders and invoices")
    return cast("dict[str, Any]", content)


def _entries(path: Path, content: Mapping[str, Any], name: str, kind: type[_E]) -> Iterator[_E]:
    """Raises MasterFileError for the first entry that is wrong."""
    entries: Any = content.get(name, [])
    if not isinstance(entries, list):
        raise MasterFileError(f"{path}, {name}: is no list")
    for i, entry in enumerate(cast("list[Any]", entries)):
        try:
            yield kind.model_validate(entry)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(step) for step in first["loc"])
            where = f"{name}[{i}]" + (f".{place}" if place else "")
            raise MasterFileError(f"{path}, {where}: {first['msg']}") from None

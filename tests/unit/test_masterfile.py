"""Master data in a file."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Payables, Refused
from connectors.masterfile import MasterFile, MasterFileError
from jobs.purchasing import CreateBill, VendorClues

VENDORS = [
    {"name": "Kolbe Hydraulik GmbH", "vat_id": "DE129273398", "ibans": ["DE44 5001 0517 5407 3249 31", ""]},
    {"name": "Zander AG", "vat_id": "DE 136695976", "ibans": []},
    {"name": "Kolbe Service", "vat_id": "", "ibans": ["50501055"]},
]
ORDERS = [
    {
        "number": "PO-17",
        "vendor": "Zander AG",
        "currency": "eur",
        "lines": [
            {"description": "Valve", "quantity": "4", "unit_price": "12.50"},
            {"description": "Seal", "quantity": 10, "unit_price": 0.1},
        ],
    },
    {
        "number": 4711,
        "vendor": "Kolbe Service",
        "currency": "EUR",
        "lines": [{"description": "Hours", "quantity": "3", "unit_price": "80", "received": "2", "unit": "h"}],
    },
]
INVOICES = [
    {"vendor": "Zander AG", "number": "R-0815", "issue_date": "2026-03-02", "currency": "EUR", "gross_total": "11.9"},
    {"vendor": "Kolbe Service", "number": "7", "issue_date": None, "currency": "EUR", "gross_total": 5},
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "master.json"


def master(path: Path, **changes: Any) -> MasterFile:
    content = {"vendors": VENDORS, "purchase_orders": ORDERS, "invoices": INVOICES} | changes
    path.write_text(json.dumps(content), encoding="utf-8")
    return MasterFile(path)


def ids(erp: MasterFile, **clues: Any) -> list[int]:
    return [vendor.id for vendor in erp.find_vendors(VendorClues(**clues))]


def test_vendors_are_found_by_every_clue(path: Path) -> None:
    erp: Payables = master(path)
    assert isinstance(erp, MasterFile)
    assert ids(erp, vats=("DE136695976",)) == [2]
    assert ids(erp, ibans=("DE44500105175407324931",)) == [1]
    assert ids(erp, ibans=("5050 1055",)) == [3]
    assert ids(erp, names=("kolbe hydraulik",)) == [1]
    assert ids(erp, ids=(3,)) == [3]
    assert ids(erp, names=("Severn Panels",)) == []
    assert ids(erp, vats=("",), ibans=("",), names=("",)) == []
    assert erp.find_vendors(VendorClues(ids=(1,)))[0].ibans == ("DE44 5001 0517 5407 3249 31",)


def test_orders_are_found_however_their_number_is_written(path: Path) -> None:
    erp = master(path)
    [order] = erp.orders(["po 17", "99"])
    assert (order.id, order.vendor_id, order.currency, order.state) == (1, 2, "EUR", "open")
    assert [(line.id, line.quantity, line.unit_price) for line in order.lines] == [
        (1, Decimal(4), Decimal("12.50")),
        (2, Decimal(10), Decimal("0.1")),
    ]
    [other] = erp.orders(["4711"])
    assert (other.lines[0].id, other.lines[0].received) == (3, Decimal(2))
    assert erp.orders(["", "-"]) == []


def test_bills_are_found_by_number_or_by_day_and_amount(path: Path) -> None:
    erp = master(path)
    assert [bill.id for bill in erp.bills([2], ["r0815"])] == [1]
    assert [bill.id for bill in erp.bills([2], ["R-815"])] == [1]
    assert [bill.id for bill in erp.bills([1, 2], ["x"], Decimal("11.90"))] == [1]
    assert erp.bills([2], ["x"], Decimal("12")) == []
    assert erp.bills([1, 3], ["R-0815"]) == []


def test_nothing_is_written_to_it(path: Path) -> None:
    erp = master(path)
    bill = CreateBill(
        reference="1",
        kind="invoice",
        vendor_id=1,
        number="1",
        issue_date=date(2026, 1, 1),
        due_date=None,
        currency="EUR",
        order_numbers=(),
        iban="",
        lines=(),
        net=Decimal(1),
        tax=Decimal(0),
        gross=Decimal(1),
        note="",
    )
    with pytest.raises(Refused, match=r"master\.json"):
        erp.create_bill(bill)
    assert erp.company().name == ""
    assert (erp.accounts(["600"]), erp.booked_lines(1)) == ([], [])


def test_a_part_may_be_missing(path: Path) -> None:
    path.write_text('{"vendors": [{"name": "A"}], "more": 1}', encoding="utf-8")
    assert ids(MasterFile(path), names=("A",)) == [1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vendors": [{"vat_id": "DE1"}]}, r"vendors\[0\]\.name: Field required"),
        ({"vendors": [*VENDORS, {"name": " "}]}, r"vendors\[3\]\.name"),
        ({"vendors": {"name": "A"}}, "vendors: is no list"),
        ({"vendors": [*VENDORS, "Kolbe"]}, r"vendors\[3\]: "),
        ({"purchase_orders": [ORDERS[0] | {"vendor": "Nobody"}]}, r"purchase_orders\[0\]: vendors has no 'Nobody'"),
        (
            {"purchase_orders": [ORDERS[0] | {"lines": [{"description": "x", "quantity": "many", "unit_price": "1"}]}]},
            r"purchase_orders\[0\]\.lines\.0\.quantity",
        ),
        ({"invoices": [INVOICES[0] | {"issue_date": "2 March"}]}, r"invoices\[0\]\.issue_date"),
        ({"invoices": [INVOICES[0] | {"gross_total": "NaN"}]}, r"invoices\[0\]\.gross_total"),
    ],
)
def test_what_is_wrong_is_named(path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(MasterFileError, match=rf"master\.json, {words}"):
        master(path, **changes)


@pytest.mark.parametrize(
    ("content", "words"), [(b"[]", "is no JSON object"), (b"{", "is no JSON"), (b"\xff\xfe{", "is not UTF-8")]
)
def test_what_is_no_master_file_is_named(path: Path, content: bytes, words: str) -> None:
    path.write_bytes(content)
    with pytest.raises(MasterFileError, match=words):
        MasterFile(path)


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(MasterFileError, match="No such file"):
        MasterFile(path)

"""What every payables connector promises (`connectors.base.Payables`), tried on real servers through real sockets."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.base import OutcomeUnknown, Refused, Unavailable
from connectors.odoo import OdooCrm, OdooPayables, OdooRpc
from jobs.crm import AttachFile, Written
from jobs.purchasing import BillLine, CreateBill, Vendor, VendorClues
from tests.contract.conftest import Server
from tests.contract.proxy import Exchange, Proxy, gateway_timeout, reset, swallow, unavailable

LOAD = r'account\.move(/|", ?")load'
NOTE = r'mail\.message(/|", ?")load'
ISSUED, DUE = date(2026, 3, 1), date(2026, 3, 29)
TAXED = Decimal(21)


@pytest.fixture
def payables(server: Server) -> Generator[OdooPayables]:
    rpc = server.connect()
    yield OdooPayables(rpc)
    rpc.close()


def a_vendor(server: Server, word: str, **values: Any) -> int:
    return server.create("res.partner", name=f"{word} Supplies", is_company=True, **values)


def an_account(server: Server, partner: int, number: str, *, trusted: bool = True) -> int:
    return server.create("res.partner.bank", acc_number=number, partner_id=partner, allow_out_payment=trusted)


def an_iban() -> str:
    """A Dutch one with valid check digits, of a bank that does not exist."""
    account = f"KVEX{random.randrange(10**10):010}"
    number = "".join(str(int(char, 36)) for char in f"{account}NL00")
    return f"NL{98 - int(number) % 97:02}{account}"


def a_product(server: Server, word: str, **values: Any) -> int:
    product = {"name": f"Cable {word}", "default_code": word.upper(), "is_storable": True}
    return server.create("product.product", **(product | values))


def an_order(server: Server, vendor: int, *lines: dict[str, Any], **values: Any) -> tuple[int, list[int]]:
    """Its id and those of its lines."""
    order = server.create("purchase.order", partner_id=vendor, order_line=[[0, 0, line] for line in lines], **values)
    return order, server.read("purchase.order", order, "order_line")["order_line"]


def confirmed(server: Server, vendor: int, *lines: dict[str, Any], **values: Any) -> tuple[int, list[int]]:
    order, ids = an_order(server, vendor, *lines, **values)
    server.call("purchase.order", "button_confirm", ids=[order])
    return order, ids


def receive(server: Server, line: int, quantity: float) -> None:
    """Into stock; in the sandbox there are no stock moves."""
    moves = server.answer("stock.move", "search", domain=[["purchase_line_id", "=", line]])
    if not moves.is_success:
        server.call("purchase.order.line", "write", ids=[line], vals={"qty_received": quantity})
        return
    server.call("stock.move", "write", ids=moves.json(), vals={"quantity": quantity, "picked": True})
    [picking] = server.call("stock.move", "read", ids=moves.json(), fields=["picking_id"])
    skip = {"skip_backorder": True}
    server.call("stock.picking", "button_validate", ids=[picking["picking_id"][0]], context=skip)


def order_name(server: Server, order: int) -> str:
    return server.read("purchase.order", order, "name")["name"]


def a_tax(server: Server, rate: float, category: str = "", *, ours: bool = False) -> int:
    """A tax on purchases, made once. `ours`: it is the buyer who owes it."""
    name = f"{rate:g} % {category or 'plain'}{' ours' if ours else ''}"
    if known := server.ids("account.tax", ["name", "=", name], ["type_tax_use", "=", "purchase"]):
        return known[0]
    factors = (100, -100) if ours else (100,)
    parts = [
        {"document_type": kind, **part}
        for kind in ("invoice", "refund")
        for part in ({"repartition_type": "base"}, *({"factor_percent": factor} for factor in factors))
    ]
    return server.create(
        "account.tax",
        name=name,
        amount=rate,
        type_tax_use="purchase",
        tax_group_id=server.create("account.tax.group", name=name),
        ubl_cii_tax_category_code=category or False,
        repartition_line_ids=[[0, 0, {"repartition_type": "tax"} | part] for part in parts],
    )


@pytest.fixture(scope="session", autouse=True)
def taxes(server: Server) -> None:
    for rate in (21, 9, 5.5):
        a_tax(server, rate)
    a_tax(server, 0, "E")
    a_tax(server, 21, "AE", ours=True)


def an_expense_account(server: Server) -> str:
    found = server.call(
        "account.account", "search_read", domain=[["account_type", "=", "expense"]], fields=["code"], limit=3
    )
    return found[-1]["code"]


def home_currency(server: Server) -> str:
    return server.read("res.company", server.ids("res.company")[0], "currency_id")["currency_id"][1]


# Bills to write


def cents(value: float | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def line(price: str, quantity: str = "1", rate: Decimal | None = TAXED, **values: Any) -> BillLine:
    plain = BillLine(
        description="Cable",
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        net_amount=cents(Decimal(price) * Decimal(quantity)),
        vat_rate=rate,
        vat_category="",
        account="",
        product_id=None,
        order_line_id=None,
    )
    return plain.model_copy(update=values)


def a_bill(server: Server, word: str, vendor: int, *lines: BillLine, **changes: Any) -> CreateBill:
    """With the totals that EN 16931 asks for: tax is rounded once for each rate."""
    by_rate: dict[Decimal, Decimal] = defaultdict(Decimal)
    for one in lines:
        by_rate[one.vat_rate or Decimal(0)] += one.net_amount
    net, tax = sum(by_rate.values()), sum(cents(base * rate / 100) for rate, base in by_rate.items())
    bill = CreateBill(
        reference=word,
        kind="invoice",
        vendor_id=vendor,
        number=f"RE {word}/26",
        issue_date=ISSUED,
        due_date=DUE,
        currency=home_currency(server),
        order_numbers=(),
        iban="",
        lines=lines,
        net=Decimal(net),
        tax=Decimal(tax),
        gross=net + Decimal(tax),
        note="Read from an invoice.\n\n<b>Please check</b> the account.",
    )
    return bill.model_copy(update=changes)


@pytest.fixture
def bill(server: Server, word: str) -> CreateBill:
    return a_bill(server, word, a_vendor(server, word), line("12.34", "7"), line("0.0335", "333"), line("-5"))


def moves(server: Server, reference: str) -> list[int]:
    return server.ids("account.move", ["invoice_origin", "=", reference])


def notes(server: Server, move: int) -> list[str]:
    domain = [["model", "=", "account.move"], ["res_id", "=", move], ["message_type", "=", "comment"]]
    return [row["body"] for row in server.call("mail.message", "search_read", domain=domain, fields=["body"])]


def totals(server: Server, move: int) -> tuple[Decimal, ...]:
    row = server.read("account.move", move, "amount_untaxed", "amount_tax", "amount_total")
    return tuple(cents(row[f"amount_{name}"]) for name in ("untaxed", "tax", "total"))


def bill_lines(server: Server, move: int, *fields: str) -> list[dict[str, Any]]:
    ids = server.read("account.move", move, "invoice_line_ids")["invoice_line_ids"]
    return server.call("account.move.line", "read", ids=ids, fields=fields)


# The company


def test_the_company_is_as_the_erp_has_it(server: Server, payables: OdooPayables) -> None:
    [id_] = server.ids("res.company")
    company = server.read("res.company", id_, "name", "vat", "currency_id", "country_id", "partner_id")
    own = an_iban()
    an_account(server, company["partner_id"][0], own)
    found = payables.company()
    assert (found.name, found.vat) == (company["name"], company["vat"] or "")
    assert found.currency == company["currency_id"][1]
    assert found.country == server.read("res.country", company["country_id"][0], "code")["code"]
    assert own in found.ibans


# Vendors


def test_a_vendor_is_found_by_any_clue(server: Server, payables: OdooPayables, word: str) -> None:
    number, iban = f"{random.randrange(10**8):08}", an_iban()
    country = server.ids("res.country", ["code", "=", "DE"])[0]
    vendor = a_vendor(server, word, vat=f"XD{number}", email=f"AP <bills@{word}.example>", country_id=country)
    contact = server.create("res.partner", name="Eva", parent_id=vendor, email=f"eva@{word}.example")
    an_account(server, contact, f"{iban[:4]} {iban[4:8]} {iban[8:]}")
    a_vendor(server, f"{word}x", vat=f"XD{number}9")
    clues = [
        VendorClues(vats=(f"xd {number[:4]}.{number[4:]}",)),
        VendorClues(ibans=(iban.lower(),)),
        VendorClues(ibans=(f"{iban[:2]} {iban[2:10]}-{iban[10:]}",)),
        VendorClues(emails=(f"Eva@{word}.example",)),
        VendorClues(names=(f"{word.upper()} supplies GmbH",)),
        VendorClues(ids=(contact,)),
    ]
    for clue in clues:
        found = {one.id: one for one in payables.find_vendors(clue)}
        assert vendor in found, clue
    only: Vendor = payables.find_vendors(clues[0])[0]
    assert (only.id, only.name, only.vat, only.country) == (vendor, f"{word} Supplies", f"XD{number}", "DE")
    assert only.emails == (f"bills@{word}.example", f"eva@{word}.example")
    assert [account.replace(" ", "") for account in only.ibans] == [iban]
    assert (only.payment_days, only.payment_terms) == (None, "")
    assert payables.find_vendors(VendorClues()) == []
    assert (
        payables.find_vendors(
            VendorClues(ibans=(an_iban(), "")),
        )
        == []
    )


def test_we_are_no_vendor_of_ours(server: Server, payables: OdooPayables) -> None:
    [company] = server.call("res.company", "search_read", domain=[], fields=["name", "partner_id"])
    iban = an_iban()
    an_account(server, company["partner_id"][0], iban)
    partner = company["partner_id"][0]
    found = payables.find_vendors(VendorClues(names=(company["name"],), ibans=(iban,), ids=(partner,)))
    assert partner not in [one.id for one in found]


def test_an_account_that_nobody_has_trusted_finds_the_vendor_but_is_none_to_pay_to(
    server: Server, payables: OdooPayables, word: str
) -> None:
    typed, trusted = an_iban(), an_iban()
    vendor = a_vendor(server, word)
    an_account(server, vendor, typed, trusted=False)
    an_account(server, vendor, trusted)
    [found] = payables.find_vendors(VendorClues(ibans=(typed,)))
    assert (found.id, found.ibans) == (vendor, (trusted,))


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        ([{"nb_days": 30}], 30),
        ([{"nb_days": 0}], 0),
        ([{"nb_days": 10, "delay_type": "days_after_end_of_month"}], None),
        ([{"nb_days": 0, "value_amount": 30}, {"nb_days": 60, "value_amount": 70}], None),
    ],
)
def test_payment_days_are_those_after_the_invoices_date(
    server: Server, payables: OdooPayables, word: str, lines: list[dict[str, Any]], days: int | None
) -> None:
    commands = [[0, 0, {"value_amount": 100} | one] for one in lines]
    term = server.create("account.payment.term", name=f"Terms {word}", line_ids=commands)
    vendor = a_vendor(server, word, property_supplier_payment_term_id=term)
    [found] = payables.find_vendors(VendorClues(ids=(vendor,)))
    assert (found.payment_days, found.payment_terms) == (days, f"Terms {word}")


# Purchase orders


def state(payables: OdooPayables, number: str) -> str:
    [order] = payables.orders([number])
    return order.state


def test_an_order_is_found_however_its_number_is_written(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, product = a_vendor(server, word), a_product(server, word)
    contact = server.create("res.partner", name="Eva", parent_id=vendor)
    reference = f"AB-{word[:5]}/00{random.randrange(10**6, 10**7)}"
    order, _ = confirmed(server, contact, {"product_id": product}, partner_ref=reference)
    name = order_name(server, order)
    spellings = [name, name.lower(), f" {name[0]} {name[1:]}", f"{name[0]}-{name[1:]}", reference.replace("-", " ")]
    spellings += [reference.upper().replace("/", ""), f"x{word} y"]
    for number in spellings[:-1]:
        [found] = payables.orders([number, "no such"])
        assert (found.id, found.number, found.vendor_reference) == (order, name, reference), number
    [found] = payables.orders([name])
    assert (found.vendor_id, found.currency) == (vendor, home_currency(server))
    assert payables.orders([spellings[-1], "", " - "]) == payables.orders([]) == []
    assert payables.orders([name[1:], f"{name}0", "P%", "P_____", reference.replace("/00", "/")]) == []


def test_an_orders_state_says_whether_it_can_be_billed(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, product = a_vendor(server, word), a_product(server, word)
    orders = {
        state: an_order(server, vendor, {"product_id": product, "product_qty": 3})[0]
        for state in ("draft", "sent", "to approve", "purchase", "cancel")
    }
    for value in ("sent", "to approve"):
        server.call("purchase.order", "write", ids=[orders[value]], vals={"state": value})
    server.call("purchase.order", "button_confirm", ids=[orders["purchase"]])
    server.call("purchase.order", "button_cancel", ids=[orders["cancel"]])
    names = {state: order_name(server, order) for state, order in orders.items()}
    expected = {"draft": "draft", "sent": "draft", "to approve": "draft", "purchase": "open", "cancel": "cancelled"}
    assert {value: state(payables, name) for value, name in names.items()} == expected
    server.call("purchase.order", "write", ids=[orders["purchase"]], vals={"locked": True})
    assert state(payables, names["purchase"]) == "closed"
    [company] = server.ids("res.company")
    server.call("res.company", "write", ids=[company], vals={"po_lock": "lock"})
    try:
        assert state(payables, names["purchase"]) == "open"  # Where every order is locked, that says nothing.
    finally:
        server.call("res.company", "write", ids=[company], vals={"po_lock": "edit"})


def test_an_order_is_closed_when_all_of_it_is_billed(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, product = a_vendor(server, word), a_product(server, word)
    order, [first, second] = confirmed(
        server,
        vendor,
        {"product_id": product, "product_qty": 10, "price_unit": 2},
        {"product_id": product, "product_qty": 4, "price_unit": 3},
    )
    name = order_name(server, order)
    receive(server, first, 6)

    def billed(number: int, *lines: tuple[int, int]) -> None:
        rows = [line("2", str(quantity), order_line_id=id_) for id_, quantity in lines]
        payables.create_bill(a_bill(server, f"{word}{number}", vendor, *rows))

    billed(1, (first, 6))
    assert server.read("purchase.order.line", first, "qty_invoiced")["qty_invoiced"] == 6
    assert state(payables, name) == "open"  # All that has come is billed, but more is to come.
    billed(2, (first, 4), (second, 4))
    assert state(payables, name) == "closed"


def test_lines_say_what_was_ordered_received_and_billed(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, other = a_vendor(server, word), a_vendor(server, f"{word}2")
    cable = a_product(server, f"{word}c")
    service = a_product(server, f"{word}s", type="service", is_storable=False)
    template = server.read("product.product", cable, "product_tmpl_id")["product_tmpl_id"][0]
    for partner, product, code in ((vendor, False, "ALL-1"), (vendor, cable, "ONE-1"), (other, cable, "THEIRS")):
        supplied = {"partner_id": partner, "product_id": product, "product_tmpl_id": template}
        server.create("product.supplierinfo", **supplied, product_code=code, price=1)
    order, [goods, work] = confirmed(
        server,
        vendor,
        {"product_id": cable, "name": "Cable, as agreed", "product_qty": 20, "price_unit": 0.0335, "discount": 10},
        {"product_id": service, "product_qty": 2.5, "price_unit": 85},
    )
    receive(server, goods, 7)
    [found] = payables.orders([order_name(server, order)])
    first, second = found.lines
    assert (first.id, first.product_id, first.sku, first.vendor_sku) == (goods, cable, f"{word}c".upper(), "ONE-1")
    assert (first.description, first.unit) == ("Cable, as agreed", "Units")
    assert (first.quantity, first.received, first.invoiced) == (20, 7, 0)
    assert first.unit_price == Decimal("0.03015")
    assert (second.id, second.vendor_sku, second.quantity, second.received) == (work, "", Decimal("2.5"), None)
    assert second.unit_price == 85


# Booked bills


def booked(server: Server, vendor: int, number: str, *lines: tuple[str, str], post: bool = True, **values: Any) -> int:
    """Lines are words and account; each comes to 100."""
    rows: list[dict[str, Any]] = [
        {"name": name, "price_unit": 100, "tax_ids": [[6, 0, []]], "account_id": account_id(server, code)}
        for name, code in lines or [("Cable", an_expense_account(server))]
    ]
    bill = {"move_type": "in_invoice", "partner_id": vendor, "ref": number, "invoice_date": str(ISSUED)}
    id_ = server.create("account.move", **(bill | {"invoice_line_ids": [[0, 0, row] for row in rows]} | values))
    if post:
        server.call("account.move", "action_post", ids=[id_])
    return id_


def account_id(server: Server, code: str) -> int:
    return server.ids("account.account", ["code", "=", code])[0]


def test_a_bill_is_found_however_its_number_is_written(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, stranger = a_vendor(server, word), a_vendor(server, f"{word}2")
    contact = server.create("res.partner", name="Eva", parent_id=vendor)
    posted = booked(server, contact, "RE-2026/00117")
    draft = booked(server, vendor, "re 2026 00117", post=False)
    credit = booked(server, vendor, "RE2026-00117", move_type="in_refund")
    cancelled = booked(server, vendor, "RE-2026/00117", post=False)
    server.call("account.move", "button_cancel", ids=[cancelled])
    booked(server, stranger, "RE-2026/00117")
    booked(server, vendor, "RE-2026/001170")
    for number in ("RE-2026/00117", "re 2026 00117", "RE202600117", " Re–2026–117 "):
        found = {one.id: one for one in payables.bills([vendor], [number])}
        assert set(found) >= ({posted, draft, credit} if number != "RE202600117" else {posted}), number
        assert set(found) <= {posted, draft, credit}, number
    found = {one.id: one for one in payables.bills([vendor], ["RE-2026/00117"])}
    first = found[posted]
    assert (first.number, first.vendor_id, first.kind) == ("RE-2026/00117", vendor, "invoice")
    assert (first.issue_date, first.gross_total, first.currency) == (ISSUED, 100, home_currency(server))
    assert (first.draft, first.reference) == (False, "")
    assert found[draft].draft
    assert found[credit].kind == "credit_note"
    assert payables.bills([vendor], []) == payables.bills([], ["RE-2026/00117"]) == []


def test_a_bill_is_found_by_its_total(server: Server, payables: OdooPayables, word: str) -> None:
    vendor = a_vendor(server, word)
    same = {booked(server, vendor, "A 1"), booked(server, vendor, "A 2", invoice_date="2026-03-02")}
    booked(server, vendor, "A 3", ("one", an_expense_account(server)), ("two", an_expense_account(server)))
    assert {one.id for one in payables.bills([vendor], [], Decimal("100.00"))} == same
    assert len(payables.bills([vendor], ["a-1"], Decimal("100.00"))) == 2
    assert payables.bills([vendor], [], Decimal("100.01")) == []


def test_lines_that_were_booked_tell_their_accounts_newest_first(
    server: Server, payables: OdooPayables, word: str
) -> None:
    vendor, product = a_vendor(server, word), a_product(server, word)
    codes = [
        row["code"]
        for row in server.call(
            "account.account", "search_read", domain=[["account_type", "=", "expense"]], fields=["code"], limit=2
        )
    ]
    booked(server, vendor, "B 1", ("Freight", codes[0]), ("Rent", codes[0]), invoice_date="2026-01-05")
    booked(server, vendor, "B 2", ("Freight", codes[1]), invoice_date="2026-02-05")
    booked(server, vendor, "B 3", ("Never posted", codes[1]), post=False)
    cable = {"name": "Cable 5", "product_id": product, "price_unit": 3, "account_id": account_id(server, codes[0])}
    booked(server, vendor, "B 4", invoice_date="2026-02-20", invoice_line_ids=[[0, 0, cable]])
    lines = payables.booked_lines(vendor)
    assert [(one.description, one.account, one.product_id) for one in lines] == [
        ("Cable 5", codes[0], product),
        ("Freight", codes[1], None),
        ("Rent", codes[0], None),
    ]
    assert payables.booked_lines(a_vendor(server, f"{word}2")) == []


def test_accounts_are_those_of_the_chart(server: Server, payables: OdooPayables) -> None:
    code = an_expense_account(server)
    assert payables.accounts([code, "no such", f" {code}", ""]) == [code]
    assert payables.accounts([]) == []


# Draft bills


BILL_FIELDS = ("state", "move_type", "ref", "partner_id", "invoice_date", "invoice_date_due", "currency_id")


def test_a_bill_is_a_draft_with_everything(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, product, code = a_vendor(server, word), a_product(server, word), an_expense_account(server)
    asked = [
        line("12.34", "7", description="Cable, 5 × 2.5", product_id=product),
        line("42.5", account=code, description="Freight", rate=Decimal(9)),
    ]
    bill = a_bill(server, word, vendor, *asked)
    written = payables.create_bill(bill)
    assert (written.write, written.model, written.found) == ("create_bill", "account.move", False)
    assert written.url == f"{server.url}/mail/view?model=account.move&res_id={written.id}"
    move = server.read("account.move", written.id, *BILL_FIELDS)
    assert (move["state"], move["move_type"], move["ref"]) == ("draft", "in_invoice", f"RE {word}/26")
    assert (move["partner_id"][0], move["currency_id"][1]) == (vendor, bill.currency)
    assert (move["invoice_date"], move["invoice_date_due"]) == (str(ISSUED), str(DUE))
    assert totals(server, written.id) == (bill.net, bill.tax, bill.gross)
    first, second = bill_lines(
        server, written.id, "name", "quantity", "price_unit", "product_id", "account_id", "price_subtotal", "tax_ids"
    )
    assert (first["name"], first["product_id"][0], first["quantity"]) == ("Cable, 5 × 2.5", product, 7)
    assert (first["price_unit"], first["price_subtotal"]) == (12.34, 86.38)
    assert first["account_id"]
    assert second["account_id"][0] == account_id(server, code)
    rates = [server.call("account.tax", "read", ids=one["tax_ids"], fields=["amount"]) for one in (first, second)]
    assert [[tax["amount"] for tax in of_line] for of_line in rates] == [[21], [9]]
    [note] = notes(server, written.id)
    assert "&lt;b&gt;Please check&lt;/b&gt;" in note
    [found] = payables.bills([vendor], [bill.number])
    assert (found.id, found.reference, found.draft, found.gross_total) == (written.id, word, True, bill.gross)


def test_a_bill_can_be_posted(server: Server, payables: OdooPayables, bill: CreateBill) -> None:
    written = payables.create_bill(bill)
    server.call("account.move", "action_post", ids=[written.id])
    move = server.read("account.move", written.id, "state", "name", "invoice_date_due")
    assert (move["state"], move["invoice_date_due"]) == ("posted", str(DUE))
    assert move["name"].startswith("BILL/2026/03/")
    assert totals(server, written.id) == (bill.net, bill.tax, bill.gross)


def test_totals_are_the_invoices_to_the_cent(server: Server, payables: OdooPayables, word: str) -> None:
    chance, vendor, product = random.Random(word), a_vendor(server, word), a_product(server, word)
    rates = [Decimal(rate) for rate in ("21", "9", "5.5", "0")]
    for number in range(8):
        rows = [
            line(
                f"{chance.choice([0.0335, 0.999, 3.333, 12.345, 186.4, 7]) * chance.randint(1, 40):.4f}",
                f"{chance.choice([1, 3, 7, 12.5, 1.125, 0.333, 250, 1000])}",
                rate,
                vat_category="S" if rate else "E",
                product_id=chance.choice([None, product]),
            )
            for rate in chance.choices(rates, k=chance.randint(1, 9))
        ]
        bill = a_bill(server, f"{word}{number}", vendor, *rows)
        written = payables.create_bill(bill)
        assert totals(server, written.id) == (bill.net, bill.tax, bill.gross), rows
        subtotals = [cents(row["price_subtotal"]) for row in bill_lines(server, written.id, "price_subtotal")]
        assert subtotals == [row.net_amount for row in rows]


def test_a_line_of_an_order_counts_as_billed(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, product = a_vendor(server, word), a_product(server, word)
    units = server.ids("uom.uom", ["name", "=", "Units"])[0]
    box = server.create("uom.uom", name=f"Box {word}", relative_factor=50, relative_uom_id=units)
    server.call("product.product", "write", ids=[product], vals={"uom_ids": [[6, 0, [box]]]})
    order, [piece, boxed] = confirmed(
        server,
        vendor,
        {"product_id": product, "product_qty": 10, "price_unit": 3.5},
        {"product_id": product, "product_qty": 4, "product_uom_id": box, "price_unit": 160},
    )
    bill = a_bill(
        server, word, vendor, line("3.5", "4", order_line_id=piece), line("160", "3", order_line_id=boxed), line("9")
    )
    written = payables.create_bill(bill)
    rows = bill_lines(server, written.id, "purchase_line_id", "product_id", "product_uom_id")
    assert [row["purchase_line_id"] and row["purchase_line_id"][0] for row in rows] == [piece, boxed, False]
    assert [row["product_id"] and row["product_id"][0] for row in rows] == [product, product, False]
    assert [row["product_uom_id"] and row["product_uom_id"][1] for row in rows[:2]] == ["Units", f"Box {word}"]
    [found] = payables.orders([order_name(server, order)])
    assert [one.invoiced for one in found.lines] == [4, 3]


def test_a_credit_note_takes_it_back(server: Server, payables: OdooPayables, word: str) -> None:
    vendor, product = a_vendor(server, word), a_product(server, word)
    account = an_iban()
    an_account(server, vendor, account)
    order, [ordered] = confirmed(server, vendor, {"product_id": product, "product_qty": 10, "price_unit": 3.5})
    payables.create_bill(a_bill(server, word, vendor, line("3.5", "10", order_line_id=ordered)))
    credit = a_bill(
        server, f"{word}2", vendor, line("3.5", "4", order_line_id=ordered), kind="credit_note", iban=account
    )
    written = payables.create_bill(credit)
    move = server.read("account.move", written.id, "move_type", "amount_total", "partner_bank_id")
    assert (move["move_type"], cents(move["amount_total"])) == ("in_refund", credit.gross)
    assert not move["partner_bank_id"] or move["partner_bank_id"][1].replace(" ", "") != account
    [found] = payables.orders([order_name(server, order)])
    assert found.lines[0].invoiced == 6


def test_a_due_date_of_its_own_stays_whatever_the_terms_say(server: Server, payables: OdooPayables, word: str) -> None:
    term = server.create(
        "account.payment.term", name=f"30 {word}", line_ids=[[0, 0, {"value_amount": 100, "nb_days": 30}]]
    )
    vendor = a_vendor(server, word, property_supplier_payment_term_id=term)
    days = {DUE: False, date(2026, 3, 31): True, None: True}
    for number, (due, by_terms) in enumerate(days.items()):
        bill = a_bill(server, f"{word}{number}", vendor, line("10"), due_date=due)
        written = payables.create_bill(bill)
        server.call("account.move", "action_post", ids=[written.id])
        move = server.read("account.move", written.id, "invoice_date_due", "invoice_payment_term_id")
        assert move["invoice_date_due"] == str(due or date(2026, 3, 31))
        assert bool(move["invoice_payment_term_id"]) is by_terms


def test_another_currency_is_the_bills(server: Server, payables: OdooPayables, word: str) -> None:
    name = f"Q{word[:2].upper()}"
    if not server.ids("res.currency", ["name", "=", name]):
        currency = server.create("res.currency", name=name, symbol=name)
        server.create("res.currency.rate", currency_id=currency, name="2020-01-01", rate=1.2345)
    bill = a_bill(server, word, a_vendor(server, word), line("3.333", "7"), line("12.34"), currency=name)
    written = payables.create_bill(bill)
    assert server.read("account.move", written.id, "currency_id")["currency_id"][1] == name
    assert totals(server, written.id) == (bill.net, bill.tax, bill.gross)


def test_the_document_is_attached_once(server: Server, payables: OdooPayables, crm: OdooCrm, bill: CreateBill) -> None:
    written = payables.create_bill(bill)
    file = AttachFile(name="invoice.pdf", sha256="0" * 64, media_type="application/pdf")
    first, again = (crm.attach_file(written, file, b"%PDF-1.4 an invoice") for _ in range(2))
    assert (first.id, first.found, again.id, again.found) == (first.id, False, first.id, True)
    attachment = server.read("ir.attachment", first.id, "res_model", "res_id", "name")
    assert (attachment["res_model"], attachment["res_id"], attachment["name"]) == (
        "account.move",
        written.id,
        "invoice.pdf",
    )


def test_a_second_bill_with_the_vendors_number_is_refused(
    server: Server, payables: OdooPayables, bill: CreateBill
) -> None:
    """Odoo itself does not stop it, not even where it is posted."""
    first = payables.create_bill(bill)
    server.call("account.move", "action_post", ids=[first.id])
    again = bill.model_copy(update={"reference": f"{bill.reference}2", "number": bill.number.lower()})
    with pytest.raises(Refused, match=f"already: account.move {first.id}, posted"):
        payables.create_bill(again)
    by_hand = {
        "move_type": "in_invoice",
        "partner_id": bill.vendor_id,
        "ref": bill.number,
        "invoice_date": "2026-03-01",
    }
    line_values = {"name": "Cable", "price_unit": 1, "account_id": account_id(server, an_expense_account(server))}
    second = server.create("account.move", **by_hand, invoice_line_ids=[[0, 0, line_values]])
    server.call("account.move", "action_post", ids=[second])
    found = payables.bills([bill.vendor_id], [bill.number.lower()])
    assert {one.id for one in found} == {first.id, second}


# Taxes


def refused(payables: OdooPayables, bill: CreateBill, match: str = "Odoo") -> str:
    with pytest.raises(Refused, match=match) as caught:
        payables.create_bill(bill)
    return str(caught.value)


def test_a_tax_that_is_not_set_up_is_named(server: Server, payables: OdooPayables, word: str) -> None:
    vendor = a_vendor(server, word)
    said = refused(payables, a_bill(server, word, vendor, line("10", rate=Decimal("13.37"))), "no tax on purchases")
    assert "13.37 %" in said
    assert "Configuration / Taxes" in said
    coded = a_bill(server, word, vendor, line("10", rate=Decimal("13.37"), vat_category="S"))
    assert "13.37 %, category S (standard rate)" in refused(payables, coded, "no tax on purchases")
    assert moves(server, word) == []


def taxes_of(server: Server, payables: OdooPayables, word: str, **values: Any) -> list[int]:
    bill = a_bill(server, word, a_vendor(server, word), line("100", **values))
    [row] = bill_lines(server, payables.create_bill(bill).id, "tax_ids")
    return row["tax_ids"]


def test_the_tax_is_of_the_rate_and_category(server: Server, payables: OdooPayables, word: str) -> None:
    def chosen(number: int, rate: Decimal | None, category: str) -> list[dict[str, Any]]:
        ids = taxes_of(server, payables, f"{word}{number}", rate=rate, vat_category=category)
        return server.call("account.tax", "read", ids=ids, fields=["amount", "ubl_cii_tax_category_code"])

    [ours] = chosen(1, Decimal(0), "AE")
    assert (ours["amount"], ours["ubl_cii_tax_category_code"]) == (21, "AE")
    [exempt] = chosen(2, Decimal(0), "E")
    assert (exempt["amount"], exempt["ubl_cii_tax_category_code"]) == (0, "E")
    assert chosen(3, Decimal(0), "") == []
    assert chosen(4, Decimal(0), "O") == []
    assert chosen(5, None, "") == []
    [plain] = chosen(6, Decimal(9), "S")
    assert plain["amount"] == 9
    [same] = chosen(7, None, "E")
    assert same == exempt


def test_the_products_own_tax_comes_before_another_of_the_same_rate(
    server: Server, payables: OdooPayables, word: str
) -> None:
    a_tax(server, 21)
    tax = server.create("account.tax", name=f"21 {word}", amount=21, type_tax_use="purchase")
    product = a_product(server, word, supplier_taxes_id=[[6, 0, [tax]]])
    assert taxes_of(server, payables, word, product_id=product) == [tax]


def test_a_tax_that_is_in_the_price_is_not_taken(server: Server, payables: OdooPayables, word: str) -> None:
    values = {"amount": 13.25, "type_tax_use": "purchase", "price_include_override": "tax_included"}
    server.create("account.tax", name=f"13.25 {word}", **values)
    bill = a_bill(server, word, a_vendor(server, word), line("100", rate=Decimal("13.25")))
    refused(payables, bill, "no tax on purchases of 13.25 %")


@pytest.mark.parametrize("off", ["0.01", "-0.02", "0.05", "-0.05"])
def test_a_difference_of_rounding_in_the_tax_is_adjusted(
    server: Server, payables: OdooPayables, bill: CreateBill, off: str
) -> None:
    tax = bill.tax + Decimal(off)
    rounded = bill.model_copy(update={"tax": tax, "gross": bill.net + tax})
    written = payables.create_bill(rounded)
    assert totals(server, written.id) == (bill.net, tax, bill.net + tax)
    server.call("account.move", "action_post", ids=[written.id])
    assert totals(server, written.id) == (bill.net, tax, bill.net + tax)


def test_a_difference_goes_to_the_largest_tax(server: Server, payables: OdooPayables, word: str) -> None:
    rows = [line("10", rate=Decimal(9)), line("100"), line("50", rate=Decimal(0), vat_category="E")]
    bill = a_bill(server, word, a_vendor(server, word), *rows, kind="credit_note")
    written = payables.create_bill(bill.model_copy(update={"tax": Decimal("21.92"), "gross": Decimal("181.92")}))
    assert totals(server, written.id) == (160, Decimal("21.92"), Decimal("181.92"))
    taxes = server.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", written.id], ["display_type", "=", "tax"], ["amount_currency", "!=", 0]],
        fields=["amount_currency"],
    )
    assert sorted(cents(abs(row["amount_currency"])) for row in taxes) == [Decimal("0.90"), Decimal("21.02")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"tax": "0.06", "gross": "0.06"},
        {"net": "0.01", "gross": "0.01"},
        {"gross": "0.01"},
        {"tax": "0.02"},
        {"currency": "ZZZ"},
    ],
)
def test_other_totals_leave_nothing_behind(
    server: Server, payables: OdooPayables, bill: CreateBill, wrong: dict[str, str]
) -> None:
    amounts = {name: getattr(bill, name) + Decimal(off) for name, off in wrong.items() if name != "currency"}
    changes: dict[str, Any] = amounts or wrong
    said = refused(payables, bill.model_copy(update=changes))
    if amounts:
        assert f"{bill.net} + {bill.tax} tax = {bill.gross}" in said
        assert all(f"{amount}" in said for amount in amounts.values())
    assert moves(server, bill.reference) == []
    written = payables.create_bill(bill)  # Nothing is in its way, an external id neither.
    assert (moves(server, bill.reference), written.found) == ([written.id], False)


# Bank accounts


def test_the_account_is_the_vendors_own_and_none_is_ever_added(
    server: Server, payables: OdooPayables, word: str
) -> None:
    vendor, first, second, typed = a_vendor(server, word), an_iban(), an_iban(), an_iban()
    an_account(server, vendor, first)
    chosen = an_account(server, vendor, f"{second[:4]} {second[4:]}")
    an_account(server, vendor, typed, trusted=False)
    others = server.ids("res.partner.bank")
    written = payables.create_bill(a_bill(server, word, vendor, line("10"), iban=second))
    assert server.read("account.move", written.id, "partner_bank_id")["partner_bank_id"][0] == chosen
    for number, iban in enumerate((an_iban(), typed)):
        bill = a_bill(server, f"{word}{number}", vendor, line("10"), iban=iban)
        refused(payables, bill, f"no account {iban} of this vendor")
        assert moves(server, bill.reference) == []
    payables.create_bill(a_bill(server, f"{word}9", vendor, line("10")))
    assert server.ids("res.partner.bank") == others


def test_another_vendors_account_is_refused(server: Server, payables: OdooPayables, word: str) -> None:
    iban = an_iban()
    an_account(server, a_vendor(server, f"{word}2"), iban)
    refused(payables, a_bill(server, word, a_vendor(server, word), line("10"), iban=iban), "no account")


# What is not there


@pytest.mark.parametrize("what", ["account", "order_line_id", "product_id", "vendor_id"])
def test_what_the_erp_does_not_have_is_refused(
    server: Server, payables: OdooPayables, bill: CreateBill, what: str
) -> None:
    value = "987654" if what == "account" else 99_999_999
    if what == "vendor_id":
        wrong = bill.model_copy(update={"vendor_id": value})
    else:
        wrong = bill.model_copy(update={"lines": (bill.lines[0].model_copy(update={what: value}), *bill.lines[1:])})
    refused(payables, wrong)
    assert moves(server, bill.reference) == []


# Once


def test_a_bill_is_created_once(server: Server, payables: OdooPayables, bill: CreateBill) -> None:
    first, again = payables.create_bill(bill), payables.create_bill(bill)
    assert (again.id, again.found) == (first.id, True)
    assert moves(server, bill.reference) == [first.id]
    assert len(notes(server, first.id)) == 1


def test_attempts_at_the_same_time_create_one_bill(server: Server, bill: CreateBill) -> None:
    def attempt(client: OdooPayables) -> Written:
        return client.create_bill(bill)

    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(attempt, [OdooPayables(server.connect()) for _ in range(3)]))
    assert {one.id for one in written} == set(moves(server, bill.reference))
    assert len(moves(server, bill.reference)) == 1


def test_a_bill_whose_origin_someone_has_changed_is_told_and_not_doubled(
    server: Server, payables: OdooPayables, bill: CreateBill
) -> None:
    """As Odoo does when someone completes it from an order."""
    first = payables.create_bill(bill)
    server.call("account.move", "write", ids=[first.id], vals={"invoice_origin": "P00042"})
    with pytest.raises(Refused, match=rf"already: account.move {first.id}, draft, from P00042"):
        payables.create_bill(bill)
    assert len(server.ids("account.move", ["partner_id", "=", bill.vendor_id])) == 1


def test_two_cases_with_one_invoice_at_the_same_time_create_one_bill(server: Server, bill: CreateBill) -> None:
    """The duplicate that no look beforehand can see."""
    rewritten = bill.number.lower().replace("/", "-")
    cases = [
        bill,
        bill.model_copy(update={"reference": f"{bill.reference}-b"}),
        bill.model_copy(update={"reference": f"{bill.reference}-c", "number": rewritten}),
    ]

    def attempt(client: OdooPayables, case: CreateBill) -> Written | None:
        try:
            return client.create_bill(case)
        except (Refused, OutcomeUnknown):
            return None

    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(attempt, [OdooPayables(server.connect()) for _ in cases], cases))
    assert len([one for one in written if one]) == 1
    assert len(server.ids("account.move", ["partner_id", "=", bill.vendor_id])) == 1


@pytest.mark.parametrize("change", [{"ref": "theirs"}, {"invoice_line_ids": "more"}, {}])
def test_a_bill_that_someone_has_taken_on_is_left_alone(
    server: Server, payables: OdooPayables, bill: CreateBill, change: dict[str, Any]
) -> None:
    first = payables.create_bill(bill)
    time.sleep(1.1)  # Odoo tells seconds.
    if change:
        more = {"name": "Freight", "price_unit": 5, "account_id": account_id(server, an_expense_account(server))}
        vals = change if "ref" in change else {"invoice_line_ids": [[0, 0, more]]}
        server.call("account.move", "write", ids=[first.id], vals=vals)
    else:
        server.call("account.move", "action_post", ids=[first.id])
    before = server.read("account.move", first.id, "ref", "state", "amount_total")
    again = payables.create_bill(bill.model_copy(update={"gross": bill.gross + 1}))
    assert (again.id, again.found) == (first.id, True)
    assert server.read("account.move", first.id, "ref", "state", "amount_total") == before


# When the network fails


@contextmanager
def connected(server: Server, proxy: Proxy) -> Generator[OdooPayables]:
    rpc = server.connect(proxy.url)
    payables = OdooPayables(rpc)
    payables.company()  # Version and login are settled before anything fails.
    yield payables
    rpc.close()


@pytest.mark.parametrize("fault", [swallow, gateway_timeout])
def test_a_bill_whose_answer_is_lost_is_found_again(
    server: Server, proxy: Proxy, bill: CreateBill, fault: Callable[[Exchange], None]
) -> None:
    proxy.fail(LOAD, fault)
    with connected(server, proxy) as payables:
        written = payables.create_bill(bill)
    assert moves(server, bill.reference) == [written.id]
    assert len(notes(server, written.id)) == 1


def test_a_bill_that_never_arrived_can_be_repeated(server: Server, proxy: Proxy, bill: CreateBill) -> None:
    proxy.fail(LOAD, reset)
    with connected(server, proxy) as payables:
        with pytest.raises(OutcomeUnknown):
            payables.create_bill(bill)
        assert moves(server, bill.reference) == []
        written = payables.create_bill(bill)
    assert moves(server, bill.reference) == [written.id]


def test_an_attempt_killed_before_its_totals_were_checked_ends_like_one_that_was_not(
    server: Server, proxy: Proxy, bill: CreateBill
) -> None:
    wrong = bill.model_copy(update={"gross": bill.gross + 1})
    rounded = bill.model_copy(update={"tax": bill.tax + Decimal("0.02"), "gross": bill.gross + Decimal("0.02")})
    with connected(server, proxy) as payables:
        for one in (wrong, rounded):
            proxy.fail("amount_untaxed", unavailable)
            with pytest.raises(Unavailable):
                payables.create_bill(one)
            assert len(moves(server, bill.reference)) == 1
            if one is wrong:
                with pytest.raises(Refused, match="deleted again"):
                    payables.create_bill(one)
                assert moves(server, bill.reference) == []
        written = payables.create_bill(rounded)
    assert totals(server, written.id) == (rounded.net, rounded.tax, rounded.gross)
    assert len(notes(server, written.id)) == 1


@pytest.mark.parametrize("fault", [swallow, reset])
def test_an_adjustment_whose_answer_is_lost_is_made_once(
    server: Server, proxy: Proxy, bill: CreateBill, fault: Callable[[Exchange], None]
) -> None:
    rounded = bill.model_copy(update={"tax": bill.tax + Decimal("0.02"), "gross": bill.gross + Decimal("0.02")})
    proxy.fail(r'account\.move(/|", ?")write', fault)
    with connected(server, proxy) as payables:
        with pytest.raises(OutcomeUnknown):
            payables.create_bill(rounded)
        written = payables.create_bill(rounded)
    assert totals(server, written.id) == (rounded.net, rounded.tax, rounded.gross)


def test_a_lost_deletion_ends_in_the_same_refusal(server: Server, proxy: Proxy, bill: CreateBill) -> None:
    wrong = bill.model_copy(update={"gross": bill.gross + 1})
    proxy.fail("unlink", swallow)
    with connected(server, proxy) as payables:
        with pytest.raises(OutcomeUnknown):
            payables.create_bill(wrong)
        with pytest.raises(Refused, match="deleted again"):
            payables.create_bill(wrong)
    assert moves(server, bill.reference) == []


def test_a_note_that_is_missing_is_added(server: Server, proxy: Proxy, bill: CreateBill) -> None:
    proxy.fail(NOTE, unavailable)
    with connected(server, proxy) as payables:
        with pytest.raises(Unavailable):
            payables.create_bill(bill)
        written = payables.create_bill(bill)
    assert written.found
    assert len(notes(server, written.id)) == 1


def test_a_read_without_an_answer_is_unavailable(server: Server, proxy: Proxy, bill: CreateBill) -> None:
    with connected(server, proxy) as payables:
        proxy.fail("onchange", swallow)
        with pytest.raises(Unavailable) as caught:
            payables.create_bill(bill)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert moves(server, bill.reference) == []


# Rights


def test_a_clerk_needs_no_more_rights_than_to_bill(server: Server, payables: OdooPayables, word: str) -> None:
    if server.wire != "jsonrpc":
        pytest.skip("a key of one's own cannot be made over the API, and only JSON-RPC takes a password in its place")
    groups = [("account", "group_account_invoice"), ("base", "group_user")]
    ids = [group_id(server, *group) for group in groups]
    server.create("res.users", name="Clara", login=word, password=f"{word}-Pw1", group_ids=[[6, 0, ids]])
    iban, vendor, product = an_iban(), a_vendor(server, word), a_product(server, word)
    an_account(server, vendor, iban)
    order, [ordered] = confirmed(server, vendor, {"product_id": product, "product_qty": 10, "price_unit": 3.5})
    booked(server, vendor, "OLD 1")
    rpc = OdooRpc(server.url, server.database, SecretStr(f"{word}-Pw1"), user=word, protocol="jsonrpc")
    hers = OdooPayables(rpc)
    assert hers.company() == payables.company()
    clues = VendorClues(ids=(vendor,), ibans=(iban,))
    assert hers.find_vendors(clues) == payables.find_vendors(clues)
    assert hers.orders([order_name(server, order)]) == payables.orders([order_name(server, order)])
    assert hers.bills([vendor], ["old1"]) == payables.bills([vendor], ["old1"])
    assert hers.booked_lines(vendor) == payables.booked_lines(vendor)
    assert hers.accounts([an_expense_account(server)])
    bill = a_bill(server, word, vendor, line("3.5", "4", order_line_id=ordered), line("7"), iban=iban)
    rounded = bill.model_copy(update={"tax": bill.tax + Decimal("0.02"), "gross": bill.gross + Decimal("0.02")})
    written = hers.create_bill(rounded)
    assert totals(server, written.id) == (rounded.net, rounded.tax, rounded.gross)
    assert len(notes(server, written.id)) == 1
    wrong = bill.model_copy(update={"reference": f"{word} 2", "number": "2", "gross": Decimal(1)})
    refused(hers, wrong, "deleted again")
    assert moves(server, wrong.reference) == []
    rpc.close()


def group_id(server: Server, module: str, name: str) -> int:
    domain = [["module", "=", module], ["name", "=", name]]
    return server.call("ir.model.data", "search_read", domain=domain, fields=["res_id"])[0]["res_id"]

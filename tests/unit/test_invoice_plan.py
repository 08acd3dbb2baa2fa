"""What an invoice leads to: the bill, line by line, or a letter; and what it never leads to."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jobs.core import Draft, InputFile, Inputs, Mode, Release, Route, Source, Status
from jobs.crm import AttachFile
from jobs.erp import SaveDraft
from jobs.invoice.job import INVOICE
from jobs.invoice.plan import lacks, plan
from jobs.invoice.proposal import approver_role, headline, refine
from jobs.invoice.schema import AllowanceCharge, InvoiceLine, InvoiceProposal
from jobs.purchasing import BookedLine, CreateBill
from jobs.review import Review, blank_draft, edit_draft, review
from tests.unit.invoices import (
    HOSE,
    IBAN,
    ORDER,
    OTHER_IBAN,
    SEALS,
    VENDOR,
    by_model,
    codes,
    facts,
    inputs,
    proposal,
    row,
)

REACHABLE = VENDOR.model_copy(update={"emails": ("ar@kolbe.example", "boss@kolbe.example")})
ASKABLE = facts(vendors=(REACHABLE,))
AUTO = Release(mode=Mode.AUTO)
NAMES = Source(
    id="invoice.xml",
    text="Invoice/cbc:ID: RE-2026-0815\nInvoice/cbc:Name: Kolbe Hydraulik GmbH\nInvoice/cbc:Name: Severn Panels B.V.\n"
    "Invoice/cbc:OrderReference: P00017",
)


def bill(given: InvoiceProposal, at: Inputs | None = None) -> CreateBill:
    at = at or inputs()
    [write, *_] = plan(refine(given, at), at)
    assert isinstance(write, CreateBill)
    return write


def seen(given: InvoiceProposal, at: Inputs, release: Release = AUTO) -> Review:
    return review(INVOICE, Draft(proposal=given, evidence=[]), at, release, version=1)


def test_the_bill_says_what_the_invoice_says() -> None:
    write = bill(proposal())
    assert (write.reference, write.kind, write.vendor_id, write.number) == ("invoice/1", "invoice", 7, "RE-2026-0815")
    assert (write.issue_date, write.due_date, write.currency) == (date(2026, 3, 2), date(2026, 4, 1), "EUR")
    assert (write.net, write.tax, write.gross) == (Decimal("245.00"), Decimal("46.55"), Decimal("291.55"))
    assert (write.order_numbers, write.iban) == (("P00017",), IBAN)
    assert [(line.description, line.quantity, line.unit_price, line.order_line_id) for line in write.lines] == [
        ("Dichtungssatz DN 40", 10, Decimal("12.50"), 31),
        ('Schlauch 3/4" 2 m', 4, Decimal("30.00"), 32),
    ]
    assert {(line.vat_rate, line.vat_category) for line in write.lines} == {(19, "S")}


def test_the_original_and_what_belongs_to_it_are_attached() -> None:
    own, page = "a" * 64, InputFile(name="r.pdf", media_type="application/pdf", sha256="b" * 64)
    at = inputs(input_file=InputFile(name="r.xml", media_type="application/xml", sha256=own), beside=(page,))
    [_, *files] = plan(proposal(), at)
    assert [(file.name, file.sha256) for file in files if isinstance(file, AttachFile)] == [
        ("r.xml", own),
        ("r.pdf", "b" * 64),
    ]


@pytest.mark.parametrize(
    ("kind", "sign", "written"),
    [("380", 1, "invoice"), ("381", 1, "credit_note"), ("380", -1, "credit_note"), ("381", -1, "credit_note")],
)
def test_a_bill_is_never_negative_and_a_credit_note_never_owed(kind: str, sign: int, written: str) -> None:
    lines = [
        line.model_copy(update={"quantity": sign * (line.quantity or 0), "net_amount": sign * (line.net_amount or 0)})
        for line in (SEALS, HOSE)
    ]
    sums = {"net_total": Decimal("245.00") * sign, "gross_total": Decimal("291.55") * sign}
    write = bill(proposal(type=kind, lines=lines, **sums))
    assert write.kind == written
    assert (write.net, write.tax, write.gross) == (Decimal("245.00"), Decimal("46.55"), Decimal("291.55"))
    assert sum(line.net_amount for line in write.lines) == write.net
    assert all(line.quantity * line.unit_price == line.net_amount for line in write.lines)


def test_a_negative_credit_note_is_pointed_out_in_data_only() -> None:
    minus = proposal(type="381", gross_total=Decimal("-291.55"))
    assert "CREDIT_NEGATIVE" in codes(minus, inputs())
    assert "CREDIT_NEGATIVE" not in codes(minus, by_model())
    assert "CREDIT_NEGATIVE" not in codes(proposal(gross_total=Decimal("-291.55")), inputs())


def test_the_account_is_the_one_on_file_or_none() -> None:
    assert bill(proposal(iban="de44 5001 0517 5407 3249 31")).iban == IBAN
    assert bill(proposal(iban=OTHER_IBAN)).iban == ""
    assert bill(proposal(iban=OTHER_IBAN, further_ibans=[IBAN])).iban == IBAN
    assert bill(proposal(iban=None)).iban == ""


def priced(**changes: Any) -> tuple[Decimal, Decimal, Decimal]:
    line = InvoiceLine(
        description="x", quantity=Decimal(3), unit_price=None, net_amount=Decimal("10.00"), vat_rate=Decimal(19)
    )
    [written] = bill(proposal(lines=[line.model_copy(update=changes)])).lines
    return written.quantity, written.unit_price, written.net_amount


def test_prices_make_the_amount_of_their_line() -> None:
    assert priced() == (3, Decimal("3.333333"), Decimal("10.00"))
    assert priced(quantity=None) == (1, Decimal("10.00"), Decimal("10.00"))
    assert priced(quantity=Decimal(0)) == (1, Decimal("10.00"), Decimal("10.00"))
    per_hundred = {"quantity": Decimal(250), "unit_price": Decimal("64.00"), "base_quantity": Decimal(100)}
    assert priced(**per_hundred, net_amount=Decimal("160.00")) == (250, Decimal("0.64"), Decimal("160.00"))
    assert priced(**per_hundred, net_amount=None) == (250, Decimal("0.64"), Decimal("160.00"))
    discounted = {"unit_price": Decimal("4.00"), "allowance": Decimal("-2.00")}
    assert priced(**discounted) == (3, Decimal("3.333333"), Decimal("10.00"))
    assert priced(unit_price=Decimal("4.00"), base_quantity=Decimal(0)) == (3, Decimal("3.333333"), Decimal("10.00"))


def test_discounts_and_surcharges_are_lines_with_their_sign() -> None:
    items = [
        AllowanceCharge(charge=True, amount=Decimal(25), reason="Freight", vat_rate=None, vat_category="S"),
        AllowanceCharge(charge=False, amount=Decimal(5), reason=None, vat_rate=Decimal(7)),
    ]
    [_, _, freight, discount] = bill(proposal(allowances_charges=items)).lines
    assert (freight.description, freight.net_amount, freight.vat_rate, freight.vat_category) == ("Freight", 25, 19, "S")
    assert (discount.description, discount.net_amount, discount.vat_rate) == ("Discount", -5, 7)


def test_a_line_without_a_rate_takes_the_only_one_that_there_is() -> None:
    bare = SEALS.model_copy(update={"vat_rate": None})
    assert bill(proposal(lines=[bare])).lines[0].vat_rate == 19
    two = [row(), row(rate=Decimal(7))]
    assert bill(proposal(lines=[bare], tax_breakdown=two)).lines[0].vat_rate is None


@pytest.mark.parametrize("lines", [[], [SEALS.model_copy(update={"net_amount": None, "unit_price": None})]])
def test_without_priced_lines_there_is_one_for_each_rate(lines: list[InvoiceLine]) -> None:
    """BT-116 has discounts and surcharges in it: they are not added again."""
    reduced = row(rate=Decimal(7), taxable_amount=Decimal("100.00"), tax_amount=Decimal("7.00"))
    freight = AllowanceCharge(charge=True, amount=Decimal(25), reason="Freight", vat_rate=None)
    given = proposal(lines=lines, tax_breakdown=[row(), reduced], allowances_charges=[freight])
    assert [(line.net_amount, line.vat_rate) for line in bill(given).lines] == [(245, 19), (100, 7)]
    for breakdown in ([], [row(taxable_amount=None)]):
        [whole] = bill(proposal(lines=lines, tax_breakdown=breakdown)).lines
        assert (whole.net_amount, whole.vat_rate) == (245, 19)
    nothing = {"net_total": Decimal(0), "gross_total": Decimal(0)}
    assert len(bill(proposal(lines=lines, tax_breakdown=[], **nothing)).lines) == 1


def test_headings_whose_amount_other_lines_bear_are_not_billed() -> None:
    """BT-X-8 of Factur-X EXTENDED."""
    path = "CrossIndustryInvoice/ram:IncludedSupplyChainTradeLineItem/ram:AssociatedDocumentLineDocument/"
    data = Source(id="factur-x.xml", text=f"{path}ram:LineStatusReasonCode: GROUP")
    at = inputs(sources=[data], proposed_by="CII")
    heading = HOSE.model_copy(update={"description": "Set", "net_amount": Decimal("245.00")})
    write = bill(proposal(lines=[heading, SEALS, HOSE]), at)
    assert [line.description for line in write.lines] == [SEALS.description, HOSE.description]


def test_the_note_has_what_colleagues_ask_for() -> None:
    given = proposal(accepted={"PO_MISMATCH": "agreed"}, prepaid_amount=Decimal("50.00"), payment_terms="30 days")
    note = bill(given, inputs(case_url="https://ui.example/1")).note
    for words in (
        "Accepted PO_MISMATCH: agreed",
        "Paid already: 50.00 EUR",
        "Payment terms on the invoice: 30 days",
        "Read from: UBL Invoice",
        "Case: invoice/1 https://ui.example/1",
    ):
        assert words in note
    assert "Corrects" not in note


@pytest.mark.parametrize("field", ["number", "issue_date", "currency", "net_total", "gross_total"])
def test_no_bill_without_what_it_is_made_of_whatever_is_accepted(field: str) -> None:
    given = proposal(**{field: None}, accepted={"MISSING_FIELD": "known", "PO_MISMATCH": "known"})
    assert plan(given, inputs()) == []
    assert lacks(given, inputs()) == [field]
    review = seen(given, inputs())
    assert "bill" in [check.name for check in review.failed]
    assert review.route is Route.COUNTERSIGN


def test_no_bill_without_a_vendor() -> None:
    at = inputs(sources=[NAMES], known=facts(vendors=()))
    accepted = proposal(accepted={"UNKNOWN_SUPPLIER": "we know them"})
    assert plan(accepted, at) == []
    assert [check.name for check in seen(accepted, at).failed] == ["bill"]
    assert [check.name for check in seen(proposal(), at).failed] == ["UNKNOWN_SUPPLIER"], "told once"


# The letter in the bill's place


def test_a_letter_takes_the_place_of_the_bill_and_keeps_the_case_open() -> None:
    at = inputs(known=ASKABLE)
    review = seen(proposal(ask_supplier=True, gross_total=Decimal("300.00")), at)
    [letter] = review.plan
    assert isinstance(letter, SaveDraft)
    assert letter.to == ("ar@kolbe.example",)
    assert review.stays_open
    assert review.failed


def test_asked_once_the_bill_is_next_again() -> None:
    at = inputs(known=ASKABLE.model_copy(update={"asked": True}))
    review = seen(proposal(ask_supplier=True), at)
    assert review.proposal["ask_supplier"] is False
    assert not review.stays_open
    assert isinstance(review.plan[0], CreateBill)
    assert "asked" in [check.name for check in review.checks]


@pytest.mark.parametrize("vendors", [(), (VENDOR,)])
def test_nobody_is_asked_where_the_erp_has_no_address(vendors: tuple[Any, ...]) -> None:
    review = seen(proposal(ask_supplier=True), inputs(known=facts(vendors=vendors)))
    assert (review.plan, review.stays_open) == ([], False)
    assert "bill" in [check.name for check in review.failed]


# What is looked up


def test_what_was_looked_up_before_is_looked_up_anew() -> None:
    stale = SEALS.model_copy(update={"order_line_id": 99, "account": "4711", "product_id": 5})
    fresh = refine(proposal(lines=[stale, HOSE], vendor_id=1, vendor="Somebody", orders=["P9"]), inputs())
    assert (fresh.vendor_id, fresh.vendor, fresh.orders) == (7, VENDOR.name, ["P00017"])
    assert (fresh.lines[0].order_line_id, fresh.lines[0].account, fresh.lines[0].product_id) == (31, None, None)


def test_what_a_person_has_set_stays() -> None:
    edited = ("lines[0].order_line_id", "lines[0].account", "lines[1].product_id")
    lines = [
        SEALS.model_copy(update={"order_line_id": 32, "account": "4711"}),
        HOSE.model_copy(update={"product_id": 5}),
    ]
    booked = BookedLine(description=SEALS.description, account="3000", product_id=9)
    fresh = refine(proposal(lines=lines), inputs(known=facts(booked_lines=(booked,)), edited=edited))
    assert (fresh.lines[0].order_line_id, fresh.lines[0].account, fresh.lines[0].product_id) == (32, "4711", 9)
    assert fresh.lines[1].product_id == 5


def test_lines_are_booked_as_they_were_the_last_time() -> None:
    newest = BookedLine(description="dichtungssatz  DN 40", account="4800", product_id=None)
    oldest = BookedLine(description="Dichtungssatz DN 40", account="3000", product_id=8)
    fresh = refine(proposal(), inputs(known=facts(booked_lines=(newest, oldest))))
    assert (fresh.lines[0].account, fresh.lines[0].product_id) == ("4800", None)
    assert fresh.lines[1].account is None
    unknown = refine(proposal(), inputs(known=facts(vendors=(), booked_lines=(newest,))))
    assert unknown.lines[0].account is None


def test_the_product_is_that_of_the_order() -> None:
    lines = (ORDER.lines[0].model_copy(update={"product_id": 77}), *ORDER.lines[1:])
    booked = BookedLine(description=SEALS.description, account="4800", product_id=8)
    known = facts(orders=(ORDER.model_copy(update={"lines": lines}),), booked_lines=(booked,))
    assert refine(proposal(), inputs(known=known)).lines[0].product_id == 77


def test_the_line_in_the_inbox() -> None:
    at = inputs()
    line = headline(refine(proposal(), at), at)
    assert (line.customer, line.kind, line.priority) == (VENDOR.name, "invoice", "normal")
    assert (line.amount, line.currency) == (Decimal("291.55"), "EUR")
    late = replace(at, today=date(2026, 4, 2))
    assert headline(proposal(type="381"), late).priority == "high"
    assert headline(proposal(type="381"), late).kind == "credit note"
    assert headline(INVOICE.blank(at), at).customer == ""


def test_who_countersigns_follows_from_the_total() -> None:
    tiers = inputs().rules.approval
    for amount, role in (("10", tiers[0].role), ("-10", tiers[0].role), ("99999999", tiers[-1].role)):
        assert approver_role(proposal(gross_total=Decimal(amount)), inputs()) == role
    assert approver_role(proposal(gross_total=None), inputs()) == tiers[-1].role


# Through the gate


def test_a_clean_one_goes_by_itself_only_where_the_release_allows_it() -> None:
    at = inputs(sources=[NAMES])
    routes = {Mode.AUTO: Route.AUTO, Mode.ASSISTED: Route.COUNTERSIGN, Mode.MANUAL: Route.MANUAL}
    assert {mode: seen(proposal(), at, Release(mode=mode)).route for mode in routes} == routes
    assert seen(proposal(iban=OTHER_IBAN), at).route is Route.COUNTERSIGN


def test_a_form_to_fill_in_names_what_is_missing() -> None:
    at = inputs(proposed_by="")
    review_ = review(INVOICE, blank_draft(INVOICE, at), at, AUTO, version=1)
    assert (review_.route, review_.plan) == (Route.MANUAL, [])
    assert "MISSING_FIELD" in [check.name for check in review_.failed]


def test_a_picture_is_read_with_a_warning() -> None:
    checks = {check.name: check.status for check in seen(proposal(), by_model(pictures=True)).checks}
    assert (checks["grounding"], checks["FROM_PICTURE"]) == (Status.WARN, Status.WARN)


@pytest.mark.parametrize("figure", ["1E+30", "-1E+999999", "1E-30", "NaN", "Infinity"])
def test_figures_that_do_not_occur_are_no_edits(figure: str) -> None:
    given = Draft(proposal=proposal(), evidence=[])
    wrong = given.proposal.model_dump(mode="json")
    wrong["lines"][0]["unit_price"] = figure
    with pytest.raises(ValueError, match=r"lines\[0\]\.unit_price"):
        edit_draft(INVOICE, given, wrong)


@pytest.mark.parametrize("figure", ["10000000000000", "-10000000000000", "0.000000001", "0"])
@pytest.mark.parametrize("field", ["quantity", "unit_price", "net_amount", "base_quantity", "allowance"])
def test_the_largest_and_smallest_figures_end_in_words(field: str, figure: str) -> None:
    """Not in arithmetic that fails, and a check that is tried for ever."""
    line = SEALS.model_copy(update={field: Decimal(figure), "unit_price": Decimal("1E-9")})
    huge = {name: Decimal(figure) for name in ("net_total", "tax_total", "gross_total", "payable_amount")}
    for given in (
        proposal(lines=[line]),
        proposal(lines=[line], **huge, tax_breakdown=[row(taxable_amount=Decimal(figure))]),
    ):
        for at in (inputs(), by_model()):
            assert seen(given, at).checks


def test_days_at_the_end_of_time_end_in_words() -> None:
    assert seen(proposal(issue_date=date.max, due_date=date(9999, 12, 1)), inputs()).failed

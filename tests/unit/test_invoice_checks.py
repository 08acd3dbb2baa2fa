"""What is wrong with an invoice: duplicates, orders, sums, VAT, dates, official rules, and what a person accepts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jobs.core import Check, Finding, Source, Status
from jobs.invoice.duplicates import alike_number, same_number
from jobs.invoice.orders import match_lines, order_numbers
from jobs.invoice.schema import AllowanceCharge, InvoiceLine
from jobs.purchasing import PurchaseOrder
from tests.unit.invoices import (
    BILL,
    HOSE,
    IBAN,
    ORDER,
    OTHER_IBAN,
    PAGE,
    SEALS,
    VENDOR,
    XML,
    by_model,
    checked,
    codes,
    exceptions,
    facts,
    inputs,
    proposal,
    row,
)


def with_lines(*lines: InvoiceLine, **changes: Any) -> Any:
    """An invoice over these lines whose sums are right."""
    net = sum((line.net_amount or Decimal(0) for line in lines), Decimal(0))
    tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
    sums = {
        "line_total": net,
        "net_total": net,
        "tax_total": tax,
        "gross_total": net + tax,
        "payable_amount": net + tax,
    }
    breakdown = [row(taxable_amount=net, tax_amount=tax)]
    return proposal(**(sums | {"lines": list(lines), "tax_breakdown": breakdown} | changes))


def line(of: InvoiceLine, **changes: Any) -> InvoiceLine:
    changed = of.model_copy(update=changes)
    if "net_amount" in changes or changed.quantity is None or changed.unit_price is None:
        return changed
    return changed.model_copy(update={"net_amount": changed.quantity * changed.unit_price / changed.base_quantity})


def ordered(**changes: Any) -> PurchaseOrder:
    """The order with its first line changed."""
    return ORDER.model_copy(update={"lines": (ORDER.lines[0].model_copy(update=changes), *ORDER.lines[1:])})


def with_order(*orders: PurchaseOrder, given: Any = None) -> dict[str, Check]:
    return exceptions(given or proposal(), inputs(known=facts(orders=orders)))


def test_a_right_invoice_has_no_exception_and_says_what_was_verified() -> None:
    checks = checked(proposal(), inputs())
    assert {check.status for check in checks} == {Status.PASS}
    said = {check.name: check.message for check in checks}
    assert said["supplier"] == "is Kolbe Hydraulik GmbH: VAT id, bank account, name"
    assert said["bank account"] == f"{IBAN} is on file"
    assert said["order"] == "quantities and prices are within P00017"
    assert codes(proposal(), by_model()) == set()


# Duplicates


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RE-2026/0815", "re 20260815"),
        ("R 12 34", "R1234"),
        ("123-", "123"),
        ("RE_1·2", "RE12"),
        ("ＲＥ１２", "RE12"),
    ],
)
def test_a_number_is_the_same_however_it_is_grouped(one: str, other: str) -> None:
    assert same_number(one, other)


@pytest.mark.parametrize(("one", "other"), [("1234", "1235"), ("RE-12", "RF-12"), ("", ""), ("12", "0012"), ("-", "/")])
def test_other_numbers_are_others(one: str, other: str) -> None:
    assert not same_number(one, other)


def test_leading_zeros_of_a_group_may_be_dropped() -> None:
    assert alike_number("RE-2026-007", "RE 2026/7")
    assert alike_number("0012", "12")
    assert not alike_number("RE-2026-70", "RE-2026-7")
    assert not alike_number("000", "")


@pytest.mark.parametrize("number", ["RE-2026-0815", "re 2026 0815", "RE20260815", "RE/2026/815"])
def test_a_booked_number_is_a_duplicate(number: str) -> None:
    accepted = proposal(number=number, accepted={"DUPLICATE": "it is fine"})
    found = exceptions(accepted, inputs(known=facts(bills=(BILL,))))
    assert set(found) == {"DUPLICATE"}
    assert found["DUPLICATE"].status is Status.FAIL
    assert "RE-2026-0815 of 2026-03-02 over 291.55 EUR" in found["DUPLICATE"].message


def test_a_number_is_a_duplicate_whatever_day_and_amount_it_bears() -> None:
    other = BILL.model_copy(update={"issue_date": date(2025, 1, 7), "gross_total": Decimal("10.00")})
    assert codes(proposal(), inputs(known=facts(bills=(other,)))) == {"DUPLICATE"}
    zeros = other.model_copy(update={"number": "RE-2026-815"})
    assert codes(proposal(), inputs(known=facts(bills=(zeros,)))) == {"POSSIBLE_DUPLICATE"}


def test_the_same_day_and_amount_under_the_next_number_is_only_pointed_out() -> None:
    found = exceptions(proposal(number="RE-2026-0816"), inputs(known=facts(bills=(BILL,))))
    assert {code: check.status for code, check in found.items()} == {"POSSIBLE_DUPLICATE": Status.WARN}


def test_another_vendor_s_bill_and_the_case_s_own_are_no_duplicates() -> None:
    strangers = BILL.model_copy(update={"vendor_id": 99})
    own = BILL.model_copy(update={"reference": "invoice/1", "draft": True})
    assert codes(proposal(), inputs(known=facts(bills=(strangers, own)))) == set()


def test_a_namesake_s_bill_that_is_alike_in_all_is_a_duplicate() -> None:
    """Two entries of one company in the master data: the bill may be booked on the other one."""
    twin = VENDOR.model_copy(update={"id": 8, "name": "Kolbe Hydraulik Vertriebs GmbH", "ibans": ()})
    at = inputs(known=facts(vendors=(VENDOR, twin), bills=(BILL.model_copy(update={"vendor_id": 8}),)))
    assert codes(proposal(), at) == {"DUPLICATE"}


def test_the_same_content_is_a_duplicate() -> None:
    found = exceptions(proposal(), inputs(known=facts(same_file=("invoice/0",))))
    assert "invoice/0" in found["DUPLICATE"].message


def test_a_credit_note_may_bear_the_number_of_its_invoice() -> None:
    credit = proposal(type="381", preceding_invoice="RE-2026-0815", issue_date=date(2026, 3, 3), order_reference=None)
    assert codes(credit, inputs(known=facts(bills=(BILL,), orders=()))) == {"POSSIBLE_DUPLICATE"}


# Orders


@pytest.mark.parametrize(
    ("reference", "among"),
    [
        ("P00017", "P00017"),
        ("P00017, P00018", "P00018"),
        ("P00017 / P00018", "P00018"),
        ("Ihre Bestellung P00017 vom 3. März", "P00017"),
        ("Order no. 4500012345", "4500012345"),
    ],
)
def test_order_numbers_are_found_in_what_is_written(reference: str, among: str) -> None:
    assert among in order_numbers(proposal(order_reference=reference), inputs())


def test_no_reference_is_no_number() -> None:
    assert order_numbers(proposal(order_reference=None), inputs()) == []
    assert order_numbers(proposal(order_reference="  "), inputs()) == []


def test_lines_are_matched_by_number_description_and_price() -> None:
    matched = match_lines(with_lines(HOSE, SEALS), [ORDER])
    assert [found.id if found else None for found in matched] == [32, 31]
    unlike = line(HOSE, description="Beratung", unit_price=Decimal("77.00"))
    assert match_lines(with_lines(SEALS, unlike), [ORDER])[1] is None
    by_hand = line(unlike, order_line_id=32)
    found = match_lines(with_lines(SEALS, by_hand), [ORDER])[1]
    assert found is not None
    assert found.id == 32


def test_lines_alike_are_matched_one_to_one() -> None:
    same = ORDER.lines[1]
    two = ORDER.model_copy(
        update={"lines": (same, same.model_copy(update={"id": 33, "quantity": Decimal(6), "received": None}))}
    )
    lines = [line(HOSE, quantity=Decimal(6)), HOSE]
    assert [found.id if found else None for found in match_lines(with_lines(*lines), [two])] == [33, 32]
    assert set(with_order(two, given=with_lines(*lines))) == set()


def test_an_order_line_is_shared_only_when_none_is_left() -> None:
    twice = [ORDER.lines[1].model_copy(update={"id": id_, "quantity": Decimal(2)}) for id_ in (32, 33)]
    order = ORDER.model_copy(update={"lines": (ORDER.lines[0], *twice)})
    hose = line(HOSE, quantity=Decimal(2))
    assert {found.id for found in match_lines(with_lines(hose, hose), [order]) if found} == {32, 33}


def test_a_part_of_an_order_and_a_lower_price_are_fine() -> None:
    assert set(with_order(given=with_lines(line(SEALS, quantity=Decimal(3))))) == {"PO_UNKNOWN"}
    assert set(with_order(ORDER, given=with_lines(line(SEALS, quantity=Decimal(3))))) == set()
    assert set(with_order(ORDER, given=with_lines(line(SEALS, unit_price=Decimal("12.00")), HOSE))) == set()


@pytest.mark.parametrize(
    ("change", "field", "found", "expected"),
    [
        ({"unit_price": Decimal("11.25")}, "lines[0].unit_price", "12.50 EUR", "11.25 EUR"),
        ({"quantity": Decimal(5)}, "lines[0].quantity", "10", "5"),
        ({"received": Decimal(8)}, "lines[0].quantity", "10", "8"),
        ({"invoiced": Decimal(4)}, "lines[0].quantity", "10", "6"),
    ],
)
def test_more_than_ordered_or_received_is_an_error(change: Any, field: str, found: str, expected: str) -> None:
    [check] = with_order(ordered(**change)).values()
    assert (check.name, check.status, check.field) == ("PO_MISMATCH", Status.FAIL, field)
    assert (check.found, check.expected) == (found, expected)


def test_lines_that_share_an_order_line_are_counted_together() -> None:
    halves = [line(SEALS, quantity=Decimal(5)), line(SEALS, quantity=Decimal(5)), HOSE]
    assert set(with_order(ORDER, given=with_lines(*halves))) == set()
    more = [line(SEALS, quantity=Decimal(6)), line(SEALS, quantity=Decimal(5)), HOSE]
    assert set(with_order(ORDER, given=with_lines(*more))) == {"PO_MISMATCH"}


def test_tolerances_are_data() -> None:
    dearer = with_lines(line(SEALS, unit_price=Decimal("12.60")), HOSE)
    assert set(with_order(ORDER, given=dearer)) == set()
    rules = inputs().rules
    strict = rules.model_copy(update={"order": rules.order.model_copy(update={"price_percent": Decimal(0)})})
    assert codes(dearer, inputs(rules=strict)) == {"PO_MISMATCH"}
    loose = rules.model_copy(update={"order": rules.order.model_copy(update={"quantity_percent": Decimal(10)})})
    eleven = with_lines(line(SEALS, quantity=Decimal(11)), HOSE)
    assert codes(eleven, inputs(known=facts(orders=(ordered(received=None),)), rules=loose)) == set()


def test_a_small_percentage_of_a_large_line_is_an_overcharge() -> None:
    large = ordered(quantity=Decimal(100000), received=None)
    dearer = with_lines(line(SEALS, quantity=Decimal(100000), unit_price=Decimal("12.51")), HOSE)
    assert set(with_order(large, given=dearer)) == {"PO_MISMATCH"}


def test_a_price_per_hundred_is_compared_with_its_like() -> None:
    per_hundred = line(SEALS, unit_price=Decimal(1250), base_quantity=Decimal(100))
    assert set(with_order(ORDER, given=with_lines(per_hundred, HOSE))) == set()
    also = ordered(unit_price=Decimal(1250))
    assert set(with_order(also, given=with_lines(per_hundred, HOSE))) == set()
    dearer = line(SEALS, unit_price=Decimal(1400), base_quantity=Decimal(100))
    assert set(with_order(ORDER, given=with_lines(dearer, HOSE))) == {"PO_MISMATCH"}
    assert set(with_order(also, given=with_lines(dearer, HOSE))) == {"PO_MISMATCH"}


def test_a_discount_of_the_line_counts() -> None:
    cheaper = line(SEALS, unit_price=Decimal("14.00"), allowance=Decimal("-15.00"), net_amount=Decimal("125.00"))
    assert set(with_order(ORDER, given=with_lines(cheaper, HOSE))) == set()


def test_boxes_may_be_billed_as_pieces() -> None:
    boxes = ordered(quantity=Decimal(1), received=Decimal(1), unit="Box of 10", unit_price=Decimal(125))
    assert set(with_order(boxes)) == set()
    dearer = with_lines(line(SEALS, unit_price=Decimal("13.50")), HOSE)
    assert set(with_order(boxes, given=dearer)) == {"PO_MISMATCH"}


def test_a_line_that_was_not_ordered_is_an_error() -> None:
    freight = InvoiceLine(
        description="Eilzuschlag",
        quantity=Decimal(1),
        unit_price=Decimal(80),
        net_amount=Decimal(80),
        vat_rate=Decimal(19),
        vat_category="S",
    )
    found = with_order(ORDER, given=with_lines(SEALS, HOSE, freight))
    assert found["PO_MISMATCH"].field == "lines[2]"
    assert set(with_order(ORDER, given=with_lines(SEALS, HOSE, line(freight, unit_price=Decimal(0))))) == set()


@pytest.mark.parametrize("state", ["closed", "cancelled", "draft"])
def test_an_order_that_is_not_open_is_an_error(state: str) -> None:
    found = with_order(ORDER.model_copy(update={"state": state}))
    assert set(found) == {"PO_MISMATCH"}
    assert found["PO_MISMATCH"].field == "order_reference"


def test_another_currency_than_the_order_s_is_an_error() -> None:
    found = with_order(ORDER.model_copy(update={"currency": "USD"}))
    assert (found["PO_MISMATCH"].found, found["PO_MISMATCH"].expected) == ("EUR", "USD")


def test_an_invoice_without_lines_is_compared_as_a_whole() -> None:
    assert set(with_order(ORDER, given=proposal(lines=[], line_total=None))) == {"NO_LINES"}
    small = ordered(quantity=Decimal(1), received=None)
    assert set(with_order(small, given=proposal(lines=[], line_total=None))) == {"NO_LINES", "PO_MISMATCH"}


def test_surcharges_beyond_the_order_are_pointed_out() -> None:
    charge = AllowanceCharge(charge=True, amount=Decimal(60), reason="Fracht", vat_rate=Decimal(19), vat_category="S")
    given = proposal(
        allowances_charges=[charge],
        charge_total=Decimal(60),
        net_total=Decimal(305),
        tax_total=Decimal("57.95"),
        gross_total=Decimal("362.95"),
        payable_amount=Decimal("362.95"),
        tax_breakdown=[row(taxable_amount=Decimal(305), tax_amount=Decimal("57.95"))],
    )
    assert {code: check.status for code, check in with_order(ORDER, given=given).items()} == {"PO_CHARGE": Status.WARN}


def test_a_reference_that_no_order_bears_is_pointed_out() -> None:
    assert with_order()["PO_UNKNOWN"].status is Status.WARN
    foreign = with_order(ORDER.model_copy(update={"vendor_id": 99}))
    assert "was not placed with Kolbe" in foreign["PO_UNKNOWN"].message
    for none in (None, "NA", "n/a"):
        assert codes(proposal(order_reference=none), inputs(known=facts(orders=()))) == set()


def test_orders_may_be_required() -> None:
    rules = inputs().rules.model_copy(update={"orders_required": True})
    found = exceptions(proposal(order_reference=None), inputs(known=facts(orders=()), rules=rules))
    assert found["PO_UNKNOWN"].status is Status.FAIL


def test_a_credit_note_is_held_against_what_was_ordered_both_ways() -> None:
    bill = BILL.model_copy(update={"number": "RE-2026-0700", "issue_date": date(2026, 2, 1)})
    known = {"bills": (bill,)}
    credit = proposal(type="381", preceding_invoice="RE-2026-0700")
    billed = ordered(invoiced=Decimal(10))
    assert codes(credit, inputs(known=facts(orders=(billed,), **known))) == set()
    dearer = ordered(invoiced=Decimal(10), unit_price=Decimal("14.00"))
    assert codes(credit, inputs(known=facts(orders=(dearer,), **known))) == {"PO_MISMATCH"}


# Sums


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gross_total": Decimal("391.55"), "payable_amount": Decimal("391.55")}, "gross_total"),
        ({"payable_amount": Decimal("281.55")}, "payable_amount"),
        ({"line_total": Decimal("240.00")}, "line_total"),
        ({"prepaid_amount": Decimal("10.00")}, "payable_amount"),
        ({"rounding_amount": Decimal("0.45")}, "payable_amount"),
        ({"allowance_total": Decimal("5.00")}, "net_total"),
        ({"charge_total": Decimal("5.00")}, "net_total"),
        ({"tax_breakdown": [row(), row(category="Z", rate=Decimal(0), tax_amount=Decimal(0))]}, "net_total"),
        ({"tax_total": Decimal("40.00"), "gross_total": Decimal("285.00")}, "tax_total"),
    ],
)
def test_sums_that_are_wrong_are_errors(changes: dict[str, Any], field: str) -> None:
    found = exceptions(proposal(**changes), inputs())
    assert (found["TOTAL_MISMATCH"].status, found["TOTAL_MISMATCH"].field) == (Status.FAIL, field)
    assert "TOTAL_MISMATCH" in codes(proposal(**{**changes}), inputs(sources=[XML]))


def test_a_line_that_costs_more_than_it_says_is_an_error() -> None:
    more = exceptions(proposal(lines=[line(SEALS, net_amount=Decimal("142.00")), HOSE]), inputs())
    assert set(more) == {"TOTAL_MISMATCH", "LINE_MISMATCH"}
    assert more["LINE_MISMATCH"].status is Status.FAIL
    assert (more["LINE_MISMATCH"].field, more["LINE_MISMATCH"].expected) == ("lines[0].net_amount", "125.00 EUR")
    less = exceptions(with_lines(line(SEALS, net_amount=Decimal("100.00")), HOSE), inputs())
    assert {code: check.status for code, check in less.items()} == {"LINE_MISMATCH": Status.WARN}


def test_odd_but_right_arithmetic_passes() -> None:
    returned = line(SEALS, quantity=Decimal(-1))
    per_thousand = line(HOSE, quantity=Decimal(16000), unit_price=Decimal("8.80"), base_quantity=Decimal(1000))
    free = line(SEALS, unit_price=Decimal(0))
    discounted = line(SEALS, allowance=Decimal("-25.00"), net_amount=Decimal("100.00"))
    rounded = line(HOSE, quantity=Decimal(300), unit_price=Decimal("1.33"), net_amount=Decimal("400.00"))
    lines = [HOSE, returned, per_thousand, free, discounted, rounded]
    assert codes(with_lines(*lines), inputs(known=facts(orders=()))) == {"PO_UNKNOWN"}


def test_discounts_surcharges_prepaid_and_rounding_are_counted() -> None:
    off = AllowanceCharge(charge=False, amount=Decimal("45.00"), reason=None, vat_rate=Decimal(19), vat_category="S")
    on = AllowanceCharge(charge=True, amount=Decimal("10.00"), reason=None, vat_rate=Decimal(19), vat_category="S")
    given = proposal(
        allowances_charges=[off, on],
        allowance_total=Decimal("45.00"),
        charge_total=Decimal("10.00"),
        net_total=Decimal("210.00"),
        tax_total=Decimal("39.90"),
        gross_total=Decimal("249.90"),
        prepaid_amount=Decimal("100.00"),
        rounding_amount=Decimal("0.10"),
        payable_amount=Decimal("150.00"),
        tax_breakdown=[row(taxable_amount=Decimal("210.00"), tax_amount=Decimal("39.90"))],
    )
    assert codes(given, inputs()) == set()
    wrong = given.model_copy(update={"allowance_total": Decimal("35.00")})
    assert exceptions(wrong, inputs())["TOTAL_MISMATCH"].field == "allowance_total"
    printed = given.model_copy(update={"line_total": None, "allowance_total": None, "charge_total": None})
    assert codes(printed, by_model()) == set()
    assert codes(printed.model_copy(update={"lines": [SEALS]}), by_model()) == {"TOTAL_MISMATCH"}


def test_coins_are_rounded_on_paper_only() -> None:
    swedish: dict[str, Any] = {"currency": "SEK", "payable_amount": Decimal("292.00"), "order_reference": None}
    bills = facts(
        orders=(), bills=(BILL.model_copy(update={"number": "1", "currency": "SEK", "gross_total": Decimal(1)}),)
    )
    assert codes(proposal(**swedish), by_model(known=bills)) == set()
    assert codes(proposal(**swedish), inputs(known=bills)) == {"TOTAL_MISMATCH"}


def test_headings_of_a_group_of_lines_count_nothing() -> None:
    """BT-X-8 of Factur-X EXTENDED."""
    heading = InvoiceLine(
        description="Hydraulik", quantity=None, unit_price=None, net_amount=Decimal("245.00"), vat_rate=None
    )
    path = "rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem"
    text = f"{path}[1]/ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode: GROUP"
    given = proposal(lines=[heading, SEALS, HOSE])
    assert codes(given, inputs(sources=[Source(id="x.xml", text=text)], proposed_by="CII")) == set()
    assert "TOTAL_MISMATCH" in codes(given, inputs())


# VAT


def vat_row(category: str | None, rate: int, tax: str = "0.00", **changes: Any) -> dict[str, Any]:
    """An invoice whose only row has this category and rate, the sums following."""
    amount = Decimal(tax)
    lines = [line(one, vat_category=category, vat_rate=Decimal(rate)) for one in (SEALS, HOSE)]
    return {
        "tax_breakdown": [row(category=category, rate=Decimal(rate), tax_amount=amount)],
        "lines": lines,
        "tax_total": amount,
        "gross_total": Decimal("245.00") + amount,
        "payable_amount": Decimal("245.00") + amount,
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (vat_row("S", 19, "51.55"), "tax_breakdown[0].tax_amount"),
        (vat_row("S", 0), "tax_breakdown[0].rate"),
        (vat_row("Z", 19, "46.55"), "tax_breakdown[0].rate"),
        (vat_row("AE", 19, "46.55"), "tax_breakdown[0].rate"),
    ],
)
def test_vat_that_is_wrong_is_an_error(changes: dict[str, Any], field: str) -> None:
    found = exceptions(proposal(**changes), inputs())
    assert (found["VAT_WRONG"].status, found["VAT_WRONG"].field) == (Status.FAIL, field)
    assert "TOTAL_MISMATCH" not in found


def test_a_row_that_is_wrong_while_the_total_is_right_is_one_exception() -> None:
    given = proposal(tax_breakdown=[row(tax_amount=Decimal("40.00"))])
    assert codes(given, inputs()) == {"VAT_WRONG"}


def test_a_line_at_a_rate_that_the_breakdown_does_not_have_is_an_error() -> None:
    given = proposal(lines=[SEALS, line(HOSE, vat_rate=Decimal(7))])
    found = exceptions(given, inputs())
    assert set(found) == {"VAT_WRONG"}
    assert (found["VAT_WRONG"].field, found["VAT_WRONG"].found) == ("lines[1].vat_rate", "7 %")


def test_lines_that_are_taxed_otherwise_than_the_breakdown_says() -> None:
    reduced = line(HOSE, vat_rate=Decimal(7))
    rows = [
        row(taxable_amount=Decimal("100.00"), tax_amount=Decimal("19.00")),
        row(rate=Decimal(7), taxable_amount=Decimal("145.00"), tax_amount=Decimal("10.15")),
    ]
    sums = {"tax_total": Decimal("29.15"), "gross_total": Decimal("274.15"), "payable_amount": Decimal("274.15")}
    given = proposal(lines=[SEALS, reduced], tax_breakdown=rows, **sums)
    assert exceptions(given, inputs())["VAT_WRONG"].field == "tax_breakdown[0].taxable_amount"


@pytest.mark.parametrize("category", ["Z", "E", "AE", "K", "G", "O"])
def test_categories_without_vat_pass(category: str) -> None:
    assert codes(proposal(**vat_row(category, 0)), inputs()) == set()
    unstated = vat_row(category, 0, tax_breakdown=[row(category=category, rate=None, tax_amount=Decimal(0))])
    assert codes(proposal(**unstated), inputs()) == set()


def test_a_rate_that_neither_country_has_is_pointed_out() -> None:
    given = proposal(**vat_row("S", 20, "49.00"))
    assert {code: check.status for code, check in exceptions(given, inputs()).items()} == {"VAT_RATE": Status.WARN}
    dutch = proposal(**vat_row("S", 21, "51.45"))
    assert codes(dutch, inputs()) == set()
    cut = proposal(**vat_row("S", 16, "39.20", issue_date=date(2020, 9, 1), due_date=None))
    assert codes(cut, inputs()) == set()
    older = proposal(**vat_row("S", 20, "49.00", issue_date=date(2006, 9, 1), due_date=None))
    assert codes(older, inputs()) == set()


def test_reverse_charge_asks_for_our_vat_id_and_a_border() -> None:
    assert codes(proposal(**vat_row("AE", 0, buyer_vat_id=None)), inputs()) == {"REVERSE_CHARGE"}
    domestic = vat_row("K", 0, seller_country="NL")
    assert codes(proposal(**domestic), inputs()) == {"REVERSE_CHARGE"}
    assert codes(proposal(**vat_row("AE", 0, seller_country="NL")), inputs()) == set()


# The rest


@pytest.mark.parametrize("field", ["number", "issue_date", "currency", "net_total", "gross_total"])
def test_what_a_bill_needs_must_be_there(field: str) -> None:
    found = exceptions(proposal(**{field: None}, order_reference=None), inputs())
    assert (found["MISSING_FIELD"].status, found["MISSING_FIELD"].field) == (Status.FAIL, field)


def test_a_pro_forma_invoice_is_none() -> None:
    assert exceptions(proposal(type="325"), inputs())["NO_INVOICE"].status is Status.FAIL
    for invoice in ("380", "384", "389", None):
        assert codes(proposal(type=invoice), inputs()) == set()


def test_dates_currency_and_terms() -> None:
    ahead = proposal(issue_date=date(2026, 3, 6), due_date=None)
    assert codes(ahead, inputs()) == {"FUTURE_DATE"}
    assert codes(proposal(issue_date=date(2026, 3, 5), due_date=None), inputs()) == set()
    early = exceptions(proposal(due_date=date(2026, 3, 16)), inputs())
    assert {code: check.status for code, check in early.items()} == {"TERMS_DIFFER": Status.WARN}
    assert early["TERMS_DIFFER"].expected == "2026-04-01"
    assert codes(proposal(due_date=date(2026, 5, 1)), inputs()) == set()
    dollars = exceptions(proposal(currency="USD", order_reference=None), inputs(known=facts(orders=())))
    assert {code: check.status for code, check in dollars.items()} == {"CURRENCY": Status.WARN}
    assert exceptions(proposal(currency="€"), inputs())["CURRENCY"].status is Status.FAIL


@pytest.mark.parametrize(
    ("buyer", "vat", "wrong"),
    [
        ("Severn Panels B.V.", None, False),
        ("SEVERN PANELS BV, Afd. Inkoop", None, False),
        ("Somebody", "NL 0044.95.445.B01", False),
        ("Severn Panels B.V.", "DE136695976", True),
        ("Avon Panels B.V.", None, True),
        (None, None, False),
    ],
)
def test_an_invoice_to_somebody_else_is_an_error(buyer: str | None, vat: str | None, wrong: bool) -> None:
    found = codes(proposal(buyer_name=buyer, buyer_vat_id=vat), inputs())
    assert found == ({"WRONG_BUYER"} if wrong else set())


def test_a_credit_note_names_a_booked_invoice() -> None:
    credit = proposal(type="381", order_reference=None)
    assert {c: check.status for c, check in exceptions(credit, inputs()).items()} == {"NO_ORIGINAL": Status.WARN}
    of = credit.model_copy(update={"preceding_invoice": "RE 2026-0700"})
    bill = BILL.model_copy(update={"number": "RE-2026-0700", "issue_date": date(2026, 2, 1), "gross_total": Decimal(9)})
    assert codes(of, inputs(known=facts(bills=(bill,)))) == set()


def test_an_exception_is_accepted_with_a_reason_only() -> None:
    early = {"due_date": date(2026, 3, 16)}
    assert codes(proposal(**early, accepted={"TERMS_DIFFER": "  "}), inputs()) == {"TERMS_DIFFER"}
    assert codes(proposal(**early, accepted={"PO_MISMATCH": "fine"}), inputs()) == {"TERMS_DIFFER"}
    accepted = proposal(**early, accepted={"TERMS_DIFFER": "agreed for this one"})
    check = next(check for check in checked(accepted, inputs()) if check.name == "TERMS_DIFFER")
    assert check.status is Status.PASS
    assert "accepted by a person: agreed for this one" in check.message


def test_every_exception_says_what_to_do() -> None:
    stranger = proposal(
        number=None,
        seller_vat_id="DE136695976",
        iban=OTHER_IBAN,
        gross_total=Decimal(1),
        order_reference="X 9",
        issue_date=date(2026, 4, 1),
        buyer_vat_id="DE136695976",
        type="381",
    )
    found = exceptions(stranger, inputs())
    assert len(found) >= 7
    assert all(check.advice and check.message and check.name.isupper() for check in found.values())


# Pages beside the data


def test_pages_that_show_the_same_pass() -> None:
    assert codes(proposal(), inputs(sources=[XML, PAGE])) == set()
    foreign = PAGE.text.replace("291,55", "1 291,55")
    large = proposal(gross_total=Decimal("1291.55"))
    assert "PDF_DIFFERS" not in codes(large, inputs(sources=[XML, Source(id=PAGE.id, text=foreign)]))


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        (IBAN, OTHER_IBAN, "iban", OTHER_IBAN),
        ("291,55", "391,55", "gross_total", "391.55"),
        ("RE-2026-0815", "RE-2026-0816", "number", "RE-2026-0816"),
    ],
)
def test_pages_that_show_something_else_are_an_error(old: str, new: str, field: str, found: str) -> None:
    page = Source(id=PAGE.id, text=PAGE.text.replace(old, new))
    check = exceptions(proposal(), inputs(sources=[XML, page]))["PDF_DIFFERS"]
    assert (check.status, check.field, check.found) == (Status.FAIL, field, found)
    assert codes(proposal(), inputs(sources=[XML, Source(id=page.id, text="Seite")])) == set()


def test_pages_that_show_no_number_are_pointed_out() -> None:
    page = Source(id=PAGE.id, text=PAGE.text.replace("Rechnungsnummer: RE-2026-0815", ""))
    assert exceptions(proposal(), inputs(sources=[XML, page]))["PDF_DIFFERS"].status is Status.WARN


# Official rules


def finding(rule: str, *, fatal: bool = True) -> Finding:
    return Finding(rule=rule, fatal=fatal, place="Invoice/cbc:ID", words=f"[{rule}]-In the words of the standard.")


def test_broken_rules_are_told_in_sentences() -> None:
    at = inputs(findings=[finding("BR-CL-23"), finding("BR-CL-23"), finding("BR-XX-01"), finding("BR-YY", fatal=False)])
    found = exceptions(proposal(), at)
    assert {code: check.status for code, check in found.items()} == {"BR-CL-23": Status.WARN, "BR-XX-01": Status.WARN}
    assert found["BR-CL-23"].message.startswith("a unit is no known code (2 times)")
    assert found["BR-XX-01"].message.startswith("In the words of the standard.")


def test_warnings_of_the_standard_are_only_counted() -> None:
    checks = checked(proposal(), inputs(findings=[finding("UBL-CR-001", fatal=False)]))
    assert [check.message for check in checks if check.name == "official rules"] == [
        "no rule of EN 16931 is broken that is not told already; 1 warning"
    ]


def test_a_fault_is_told_once() -> None:
    wrong = proposal(gross_total=Decimal("391.55"), payable_amount=Decimal("391.55"))
    assert codes(wrong, inputs(findings=[finding("BR-CO-15"), finding("BR-S-08")])) == {"TOTAL_MISMATCH"}
    assert codes(proposal(), inputs(findings=[finding("BR-CO-15")])) == {"BR-CO-15"}
    missing = proposal(number=None)
    assert codes(missing, inputs(findings=[finding("BR-02")])) == {"MISSING_FIELD"}


@pytest.mark.parametrize(("profile", "less"), [("minimum", set[str]()), ("basicwl", {"TOTAL_MISMATCH"})])
def test_a_profile_without_lines_is_one_warning(profile: str, less: set[str]) -> None:
    path = "rsm:CrossIndustryInvoice/rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter"
    xml = Source(id="factur-x.xml", text=f"{path}/ram:ID: urn:factur-x.eu:1p0:{profile}")
    at = inputs(sources=[xml], findings=[finding("BR-16"), finding("BR-CO-10"), finding("BR-12")], proposed_by="CII")
    given = proposal(lines=[], line_total=None)
    found = exceptions(given, at)
    assert set(found) == {"NO_LINES"}
    assert "by design" in found["NO_LINES"].message
    paid = given.model_copy(update={"payable_amount": Decimal("91.55")})
    assert codes(paid, at) == {"NO_LINES"} | less

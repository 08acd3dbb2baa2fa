"""What a model has read of an invoice must stand in it, however the document writes amounts and dates."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jobs.core import Source
from jobs.invoice.grounded import check_values
from jobs.invoice.schema import AllowanceCharge, InvoiceProposal
from tests.unit.invoices import HOSE, IBAN, OTHER_IBAN, PAGE, SEALS, by_model, inputs, proposal, row


def unfounded(given: InvoiceProposal, *texts: str, **changes: Any) -> set[str | None]:
    return {check.field for check in check_values(given, by_model(*texts, **changes))}


def only(**values: Any) -> InvoiceProposal:
    """An invoice that says nothing but this."""
    nothing = dict.fromkeys(("net_total", "tax_total", "gross_total", "payable_amount", "issue_date"))
    nothing |= {"due_date": None, "iban": None, "seller_vat_id": None, "buyer_vat_id": None}
    return proposal(**{**nothing, "lines": [], "tax_breakdown": [], **values})


def test_what_the_page_says_is_founded() -> None:
    assert unfounded(proposal(buyer_vat_id=None)) == set()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("net_total", Decimal("244.00")),
        ("tax_total", Decimal("46.54")),
        ("gross_total", Decimal("29.16")),
        ("payable_amount", Decimal("291.56")),
        ("prepaid_amount", Decimal("17.00")),
        ("issue_date", date(2026, 3, 4)),
        ("due_date", date(2026, 5, 1)),
        ("iban", OTHER_IBAN),
        ("seller_vat_id", "DE999999999"),
        ("buyer_vat_id", "NL004495445B01"),
    ],
)
def test_what_no_page_says_is_named(field: str, value: Any) -> None:
    given = proposal(buyer_vat_id=None).model_copy(update={field: value})
    assert field in unfounded(given)


@pytest.mark.parametrize("name", ["quantity", "unit_price", "net_amount"])
def test_so_are_the_figures_of_lines(name: str) -> None:
    lines = [SEALS, HOSE.model_copy(update={name: Decimal("77.77")})]
    assert f"lines[1].{name}" in unfounded(proposal(lines=lines, buyer_vat_id=None))


def test_so_are_taxes_discounts_and_surcharges() -> None:
    odd = AllowanceCharge(charge=True, amount=Decimal("33.33"), reason=None, vat_rate=None)
    given = proposal(tax_breakdown=[row(tax_amount=Decimal("1.11"))], allowances_charges=[odd], buyer_vat_id=None)
    assert unfounded(given) == {"tax_breakdown[0].tax_amount", "allowances_charges[0].amount"}


def test_what_a_person_has_set_is_theirs() -> None:
    given = proposal(gross_total=Decimal("1.00"), issue_date=date(2020, 1, 1), buyer_vat_id=None)
    assert unfounded(given, edited=("gross_total",)) == {"issue_date"}
    lines = [SEALS.model_copy(update={"net_amount": Decimal("1.00")})]
    assert unfounded(proposal(lines=lines, buyer_vat_id=None), edited=("lines[0]",)) == set()


@pytest.mark.parametrize(
    "written",
    [
        *("1234.56", "1,234.56", "1.234,56", "1 234,56", "1'234.56", "1’234.56", "1\u00a0234,56", "1\u202f234,56"),
        *("-1.234,56", "1.234,56-", "EUR 1,234.56", "1,234.56 €", "€1.234,56", "(1,234.56)", "x | 1.234,56 | y"),
        *("10 1.234,56", "1.234,56.", "total:1,234.56"),
    ],
)
def test_amounts_are_found_in_any_writing(written: str) -> None:
    assert unfounded(only(gross_total=Decimal("1234.56")), f"Total {written}") == set()


@pytest.mark.parametrize(
    "written", ["1234.57", "12.345,6", "234.56", "11234.56", "1234.56.7.1", "INV1234", "1,23456", "A1234.56", ""]
)
def test_other_amounts_are_not(written: str) -> None:
    assert unfounded(only(gross_total=Decimal("1234.56")), f"Total {written}") == {"gross_total"}


def test_the_sign_does_not_count_and_nought_need_not_be_written() -> None:
    assert unfounded(only(gross_total=Decimal("-12.00")), "Credit 12,00") == set()
    assert unfounded(only(tax_total=Decimal("0.00")), "no VAT") == set()


@pytest.mark.parametrize(
    "written",
    [
        *(
            "2026-03-02",
            "02.03.2026",
            "2.3.2026",
            "02/03/2026",
            "03/02/2026",
            "02-03-26",
            "2. März 2026",
            "2 maart 2026",
        ),
        *("2 mars 2026", "March 2, 2026", "Mar 2 2026", "2nd March 2026", "2 de marzo de 2026", "2 marzo 2026"),
        *("02. 03. 2026", "2 Mar. 2026", "1er janvier 2026, 2 mars 2026"),
    ],
)
def test_days_are_found_in_any_writing(written: str) -> None:
    assert unfounded(only(issue_date=date(2026, 3, 2)), f"Date: {written}") == set()


@pytest.mark.parametrize(
    "written", ["2026-03-03", "02.04.2026", "2. Mai 2026", "31.02.2026", "12026-03-02", "March 2026"]
)
def test_other_days_are_not(written: str) -> None:
    assert unfounded(only(issue_date=date(2026, 3, 2)), f"Date: {written}") == {"issue_date"}


def test_numbers_are_found_however_they_are_grouped() -> None:
    text = "IBAN: DE44 5001 0517\n5407 3249 31, VAT de 129.273.398"
    assert unfounded(only(iban=IBAN, seller_vat_id="DE129273398"), text) == set()


def test_what_written_figures_make_need_not_be_written() -> None:
    """The VAT of two rates together, or the net total of an invoice that shows only VAT and total."""
    two = [row(tax_amount=Decimal("19.00")), row(rate=Decimal(7), tax_amount=Decimal("7.00"))]
    assert unfounded(only(tax_breakdown=two, tax_total=Decimal("26.00")), "19,00 and 7,00") == set()
    sums = {"tax_total": Decimal("19.00"), "gross_total": Decimal("119.00")}
    assert unfounded(only(net_total=Decimal("100.00"), **sums), "VAT 19.00 total 119.00") == set()
    assert unfounded(only(net_total=Decimal("99.00"), **sums), "VAT 19.00 total 119.00") == {"net_total"}


def test_what_nothing_written_makes_is_not_proven_by_itself() -> None:
    """A model that makes up consistent figures has not read them."""
    made_up = {"net_total": Decimal("100.00"), "tax_total": Decimal("19.00"), "gross_total": Decimal("119.00")}
    assert unfounded(only(**made_up, payable_amount=Decimal("119.00")), "Total 250.00") == {
        *made_up,
        "payable_amount",
    }


def test_hostile_text_ends_in_time() -> None:
    text = "1" * 20_000 + "," * 20_000 + "1.111" * 10_000 + " 1 2 3" * 10_000
    assert unfounded(only(gross_total=Decimal("12.00")), text) == {"gross_total"}


def test_every_page_counts() -> None:
    assert unfounded(proposal(buyer_vat_id=None), "Page 1", PAGE.text) == set()
    at = inputs(sources=[Source(id="mail.new_text", text="total 5.00")], proposed_by="a model")
    assert check_values(only(gross_total=Decimal("5.00")), at) == []

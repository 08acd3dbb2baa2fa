"""A model that leaves out, or answers otherwise, what the rules compare: the text itself is compared, too."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from jobs.core import Status
from jobs.invoice.grounded import check_values
from jobs.invoice.orders import order_numbers
from jobs.invoice.schema import InvoiceProposal
from tests.unit.invoices import BILL, PAGE, by_model, codes, exceptions, facts, inputs, proposal

LATER = {"number": "40-9912", "issue_date": date(2026, 4, 1)}
"""Another number and another day that stand in the text as well."""
TEXT = f"{PAGE.text}\nKundennummer 40-9912"


def test_a_number_taken_from_elsewhere_in_the_text_hides_no_duplicate() -> None:
    found = exceptions(proposal(**LATER), by_model(TEXT, known=facts(bills=(BILL,))))
    assert found["DUPLICATE"].status is Status.FAIL


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "RE-2026-08150"},
        {"number": "2026"},
        {"gross_total": BILL.gross_total + 1},
        {"kind": "credit_note"},
        {"vendor_id": 8},
    ],
)
def test_another_bill_of_the_same_supplier_is_none(changes: dict[str, object]) -> None:
    known = facts(bills=(BILL.model_copy(update=changes),))
    assert "DUPLICATE" not in codes(proposal(**LATER), by_model(TEXT, known=known))


def test_structured_data_is_taken_at_its_word() -> None:
    assert "DUPLICATE" not in codes(proposal(**LATER), inputs(known=facts(bills=(BILL,))))


def test_an_order_that_the_model_leaves_out_is_found_in_the_text() -> None:
    text = f"{PAGE.text}\nIhre Bestellung P00017 vom 20.02.2026"
    assert "P00017" in order_numbers(proposal(order_reference=None), by_model(text))
    assert order_numbers(proposal(order_reference=None), by_model("Artikel P0001")) == []
    assert order_numbers(proposal(order_reference=None), inputs()) == []


@pytest.mark.parametrize("title", ["Gutschrift Nr. 17", "CREDIT NOTE", "Creditnota", "Avoir n° 3", "Nota di credito"])
def test_a_credit_note_that_is_called_an_invoice_is_pointed_out(title: str) -> None:
    given = by_model(f"{title}\n{PAGE.text}")
    [doubt] = [check for check in check_values(proposal(buyer_vat_id=None), given) if check.name == "TYPE_DOUBTFUL"]
    assert (doubt.status, doubt.field, doubt.expected) == (Status.WARN, "type", "381")
    assert check_values(proposal(buyer_vat_id=None, type="381"), given) == []


def test_terms_at_the_foot_may_speak_of_credit_notes() -> None:
    foot = "\n".join(["", *["Zeile"] * 20, "Gutschriften werden verrechnet"])
    assert check_values(proposal(buyer_vat_id=None), by_model(f"{PAGE.text}{foot}")) == []


@pytest.mark.parametrize(("written", "value"), [("856,00", "856.00"), ("-1,5", "-1.5"), ("1234.5", "1234.5")])
def test_a_decimal_comma_is_one(written: str, value: str) -> None:
    given = InvoiceProposal.model_validate({**proposal().model_dump(mode="json"), "net_total": written})
    assert given.net_total == Decimal(value)


@pytest.mark.parametrize("written", ["1,234", "1.234,50", "1,2,3", "EUR 5", "NaN", "1E+30"])
def test_a_figure_that_may_be_another_is_none(written: str) -> None:
    with pytest.raises(ValidationError):
        InvoiceProposal.model_validate({**proposal().model_dump(mode="json"), "net_total": written})

"""The letter that asks a supplier: to whom it goes, what it says in which language, and what it never says."""

import tomllib
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from jobs.core import Check, Status
from jobs.erp import SaveDraft
from jobs.invoice.letter import Template, letter
from jobs.invoice.raising import error, warning
from jobs.invoice.rules import RULES
from jobs.mail import Address
from tests.unit.invoices import BILL, IBAN, MAIL, OTHER_IBAN, VENDOR, checked, facts, inputs, proposal

TEMPLATES = sorted(Path(str(files("jobs.invoice") / "templates")).glob("*.toml"))
SELLER = VENDOR.model_copy(update={"emails": ("ar@kolbe.example", "boss@kolbe.example"), "country": "GB"})
DEARER = error("PO_MISMATCH", "lines[1].unit_price", "dearer", found="4.95 EUR", expected="4.50 EUR")
CHANGED = error("IBAN_CHANGED", "iban", "another account", found=OTHER_IBAN, expected=IBAN)


def written(*problems: Check, country: str = "GB", sender: str = "x@elsewhere.example", **values: Any) -> SaveDraft:
    mail = MAIL.model_copy(update={"sender": Address(name="", email=sender)})
    vendor = SELLER.model_copy(update={"country": country})
    return letter(proposal(**values), vendor, problems, replace(inputs(), mail=mail))


def test_it_goes_to_the_first_address_on_file_and_answers_only_a_mail_from_there() -> None:
    stranger = written(DEARER)
    assert (stranger.to, stranger.cc, stranger.in_reply_to, stranger.references) == (("ar@kolbe.example",), (), "", ())
    known = written(DEARER, sender="boss@kolbe.example")
    assert (known.to, known.in_reply_to) == (("ar@kolbe.example",), MAIL.message_id)


def test_it_names_invoice_line_and_both_values() -> None:
    draft = written(DEARER)
    assert draft.subject == "Your invoice RE-2026-0815: a question"
    assert "invoice RE-2026-0815 of 2026-03-02" in draft.text
    assert "- Line 2: the invoice says 4.95 EUR, our purchase order 4.50 EUR." in draft.text
    assert "4.95 EUR" in draft.html


def test_what_passed_and_what_is_for_us_to_settle_is_not_asked() -> None:
    accepted = DEARER.model_copy(update={"status": Status.PASS})
    own = warning("TERMS_DIFFER", "due_date", "early", found="2026-03-10", expected="2026-04-01")
    text = written(accepted, own).text
    assert "4.95" not in text
    assert "2026-03-10" not in text
    assert "Please call us about it." in text


@pytest.mark.parametrize("country", ["GB", "DE", "NL", "FR"])
def test_a_duplicate_is_asked_about_without_what_only_we_know(country: str) -> None:
    at = inputs(known=facts(bills=(BILL,), same_file=("invoice-77",)))
    problems = [check for check in checked(proposal(), at) if check.name == "DUPLICATE"]
    text = written(*problems, country=country).text
    assert problems
    assert "invoice-77" not in text
    assert "not booked" not in text


def test_the_same_question_is_put_once() -> None:
    assert written(DEARER, DEARER).text.count("4.95 EUR") == 1


@pytest.mark.parametrize("country", ["GB", "DE", "NL", "FR", "PL"])
def test_no_bank_account_is_asked_for_or_told(country: str) -> None:
    """Whoever sent the invoice would be glad to confirm the account on it."""
    draft = written(CHANGED, DEARER, country=country, iban=OTHER_IBAN)
    for text in (draft.text, draft.html, draft.subject):
        assert OTHER_IBAN not in text
        assert IBAN not in text
        assert "iban" not in text.casefold()


@pytest.mark.parametrize(
    ("country", "word"),
    [("DE", "Rechnung"), ("AT", "Rechnung"), ("NL", "factuur"), ("FR", "facture"), ("IT", "invoice")],
)
def test_it_is_in_the_vendor_s_language(country: str, word: str) -> None:
    assert word in written(DEARER, country=country).text


def test_what_the_invoice_says_is_text_and_no_markup() -> None:
    evil = error("PO_UNKNOWN", "order_reference", "x", found="<script>{number}</script>", expected="")
    draft = written(evil, number="<b>{0}</b>")
    assert "<script>" not in draft.html
    assert "<b>" not in draft.html
    assert "<script>{number}</script>" in draft.text


def test_it_is_drafted_once_for_a_case() -> None:
    assert written(DEARER).message_id == written().message_id
    assert written(DEARER).message_id.startswith("invoice-1.question@")


def test_it_copes_with_an_invoice_that_says_little() -> None:
    draft = written(error("MISSING_FIELD", "number", "the number is missing"), number=None, issue_date=None)
    assert "invoice ? of ?" in draft.text
    assert "number is missing" in draft.text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_each_language_asks_the_same(path: Path) -> None:
    template, english = (
        Template.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in (path, TEMPLATES[0].with_name("en.toml"))
    )
    assert list(template.asks) == list(english.asks)
    assert not [code for code in template.asks if "IBAN" in code or "BANK" in code]
    given = {"place": "P", "field": "F", "found": "A", "expected": "B"}
    for code, words in template.asks.items():
        used = {name for name in given if f"{{{name}}}" in words}
        assert used == {name for name in given if f"{{{name}}}" in english.asks[code]}, code
        assert "{" not in words.format(**given)
    assert "{number}" in template.subject
    assert {"{number}", "{date}"} <= {word.strip(".,:") for word in template.opening.split()}


def test_what_is_asked_exists() -> None:
    """Codes that the checks really raise, as far as a handful of invoices shows."""
    english = Template.model_validate(tomllib.loads(TEMPLATES[0].with_name("en.toml").read_text(encoding="utf-8")))
    odd = (
        proposal(issue_date=date(2030, 1, 1), buyer_name="Somebody Else", buyer_vat_id=None),
        proposal(number=None, order_reference="P99999"),
        proposal(type="381", currency="XXX"),
        proposal(gross_total=None),
    )
    raised = {check.name for given in odd for check in checked(given, inputs()) if check.status is not Status.PASS}
    assert len(raised & set(english.asks)) >= 5
    assert RULES.never_accepted

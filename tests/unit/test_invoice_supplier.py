"""Who an invoice is from and where it is to be paid: vendors, bank accounts, and models that lie."""

from typing import Any

import pytest

from jobs.core import Source, Status
from jobs.invoice.accounts import account, ibans_in, is_iban
from jobs.invoice.rules import RULES
from jobs.invoice.vendors import match_vendor, vat_ids_in, vendor_clues
from jobs.purchasing import Vendor
from tests.unit.invoices import (
    COMPANY,
    IBAN,
    MAIL,
    OTHER_IBAN,
    OWN_IBAN,
    PAGE,
    VENDOR,
    XML,
    by_model,
    codes,
    exceptions,
    facts,
    inputs,
    proposal,
)

TWIN = VENDOR.model_copy(update={"id": 8, "name": "Kolbe Service GmbH", "ibans": (OTHER_IBAN,)})
NAMESAKE = VENDOR.model_copy(update={"id": 9, "vat": "DE136695976", "ibans": (OTHER_IBAN,)})


def picked(*vendors: Vendor, edited: tuple[str, ...] = (), **changes: Any) -> int | None:
    match = match_vendor(proposal(**changes), inputs(known=facts(vendors=vendors), edited=edited))
    return match.vendor.id if match.vendor else None


# Vendors


@pytest.mark.parametrize(
    ("changes", "id_"),
    [
        ({}, 7),
        ({"seller_name": "Somebody else", "iban": None}, 7),
        ({"seller_vat_id": None, "iban": None}, 7),
        ({"seller_vat_id": None, "iban": None, "seller_name": "KOLBE HYDRAULIK G.m.b.H."}, 7),
        ({"seller_vat_id": "de 129 273 398", "seller_name": None, "iban": None}, 7),
        ({"seller_vat_id": None, "seller_name": "Kolbe Hydraulik Süd GmbH", "iban": IBAN}, 7),
        ({"seller_vat_id": None, "seller_name": "Kolbe Hydraulik Süd GmbH", "iban": None}, None),
        ({"seller_vat_id": None, "seller_name": "Zander AG", "iban": IBAN}, None),
        ({"seller_vat_id": "DE136695976", "seller_name": "Zander AG", "iban": None}, None),
        ({"seller_vat_id": None, "seller_name": None, "iban": None}, None),
    ],
)
def test_vat_id_account_and_name_speak_for_a_vendor(changes: dict[str, Any], id_: int | None) -> None:
    assert picked(VENDOR, **changes) == id_


def test_vendors_that_share_a_vat_id_are_told_apart_by_their_names() -> None:
    assert picked(TWIN, VENDOR) == 7
    assert picked(TWIN, VENDOR, seller_name="Kolbe Service") == 8
    assert picked(TWIN, VENDOR, seller_name="Kolbe", iban=OTHER_IBAN) == 8
    assert picked(TWIN, VENDOR, seller_name="", iban=None) is None


def test_a_vat_id_that_fails_its_check_digits_is_less_than_a_name() -> None:
    placeholder = VENDOR.model_copy(update={"id": 9, "name": "Other Ltd", "vat": "DE123456789", "ibans": ()})
    assert picked(placeholder, VENDOR, seller_vat_id="DE123456789", iban=None) == 7


def test_a_tie_is_a_person_s_to_break() -> None:
    same = VENDOR.model_copy(update={"id": 9})
    found = exceptions(proposal(), inputs(known=facts(vendors=(VENDOR, same))))
    assert "Kolbe Hydraulik GmbH (7), Kolbe Hydraulik GmbH (9)" in found["UNKNOWN_SUPPLIER"].message
    assert picked(VENDOR, same, vendor_id=9, edited=("vendor_id",)) == 9
    assert picked(VENDOR, same, vendor_id=9) is None
    assert picked(VENDOR, vendor_id=12, edited=("vendor_id",)) is None


def test_an_unknown_supplier_is_an_error() -> None:
    stranger = proposal(seller_name="Zander AG", seller_vat_id="DE136695976", iban=OTHER_IBAN, order_reference=None)
    found = exceptions(stranger, inputs())
    assert set(found) == {"UNKNOWN_SUPPLIER"}
    assert found["UNKNOWN_SUPPLIER"].status is Status.FAIL


def test_a_borrowed_name_is_an_error_and_with_the_right_account_a_doubt() -> None:
    strange = exceptions(proposal(seller_vat_id="DE136695976", iban=None), inputs())
    assert strange["VAT_ID_DIFFERS"].status is Status.FAIL
    assert (strange["VAT_ID_DIFFERS"].found, strange["VAT_ID_DIFFERS"].expected) == ("DE136695976", "DE129273398")
    branch = exceptions(proposal(seller_vat_id="DE136695976"), inputs())
    assert branch["VAT_ID_DIFFERS"].status is Status.WARN


def test_clues_hold_what_stands_in_the_text_too() -> None:
    clues = vendor_clues(proposal(seller_vat_id=None, iban=None), [PAGE], MAIL)
    assert clues.vats == ("DE129273398",)
    assert clues.ibans == (IBAN,)
    assert clues.emails == ("billing@kolbe.example",)


def test_vat_ids_are_found_by_their_check_digits() -> None:
    assert vat_ids_in("USt-IdNr.: DE 129 273 398, BTW NL004495445B01; Artikel DE 111 222 333") == [
        "DE129273398",
        "NL004495445B01",
    ]


# Bank accounts


@pytest.mark.parametrize("written", [IBAN, "DE44 5001 0517 5407 3249 31", IBAN.lower(), f"IBAN: {IBAN}"])
def test_an_account_is_the_same_however_it_is_written(written: str) -> None:
    assert account(written) == IBAN
    assert "IBAN_CHANGED" not in codes(proposal(iban=written), inputs())


@pytest.mark.parametrize("number", ["5050-1055", "12345678", "DE88 XXXX"])
def test_foreign_account_numbers_are_compared_as_they_are(number: str) -> None:
    known = facts(vendors=(VENDOR.model_copy(update={"ibans": (number,)}),))
    assert codes(proposal(iban=number.replace("-", " ")), inputs(known=known)) == set()
    assert codes(proposal(iban="5050-1056"), inputs(known=known)) == {"IBAN_CHANGED"}


def test_a_changed_account_is_an_error_that_nobody_may_accept() -> None:
    changed = proposal(iban=OTHER_IBAN, accepted={"IBAN_CHANGED": "they wrote that they have a new bank"})
    found = exceptions(changed, inputs())
    assert set(found) == {"IBAN_CHANGED"}
    check = found["IBAN_CHANGED"]
    assert (check.status, check.field, check.found, check.expected) == (Status.FAIL, "iban", OTHER_IBAN, IBAN)
    assert "cannot be accepted" in check.message
    assert "calling the supplier back" in check.message


def test_structured_data_may_offer_a_second_account() -> None:
    found = exceptions(proposal(further_ibans=[OTHER_IBAN]), inputs())
    assert {code: check.status for code, check in found.items()} == {"IBAN_ADDED": Status.WARN}
    assert found["IBAN_ADDED"].field == "further_ibans[0]"
    assert set(exceptions(proposal(iban=OTHER_IBAN, further_ibans=[IBAN]), inputs())) == {"IBAN_ADDED"}


def test_a_direct_debit_names_our_own_account() -> None:
    assert codes(proposal(iban=OWN_IBAN), inputs()) == set()
    assert codes(proposal(iban=None), by_model(PAGE.text + f"\nAbbuchung von {OWN_IBAN}")) == set()
    payer = f"Invoice/cac:PaymentMeans/cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID: {OTHER_IBAN}"
    assert codes(proposal(), inputs(sources=[Source(id="invoice.xml", text=f"{XML.text}\n{payer}")])) == set()


def test_the_first_account_of_a_vendor_is_an_error_of_its_own() -> None:
    bare = facts(vendors=(VENDOR.model_copy(update={"ibans": ()}),))
    assert codes(proposal(), inputs(known=bare)) == {"IBAN_NEW"}
    accepted = proposal(accepted={"IBAN_NEW": "called them on 12 March, number from the contract"})
    assert codes(accepted, inputs(known=bare)) == set()


def test_a_mistyped_iban_is_pointed_out_unless_the_erp_has_it_so() -> None:
    mistyped = "DE45500105175407324931"
    found = exceptions(proposal(iban=mistyped), inputs())
    assert set(found) == {"IBAN_INVALID", "IBAN_CHANGED"}
    assert "check digits" in found["IBAN_INVALID"].message
    assert "22 characters" in exceptions(proposal(iban=IBAN[:-1]), inputs())["IBAN_INVALID"].message
    known = facts(vendors=(VENDOR.model_copy(update={"ibans": (mistyped,)}),))
    assert codes(proposal(iban=mistyped), inputs(known=known)) == set()


HIDDEN = [
    "NL20INGB0001234567",
    "nl20 ingb 0001 2345 67",
    "NL20.INGB.0001.2345.67",
    "NL20-INGB-0001-2345-67",
    "NL20 INGB 0001\n      2345 67",
    "NL20 | INGB | 0001 | 2345 | 67",
    "N\u200bL2\u200b0 IN\u00adGB 0001\u20602345\ufeff67",
    "ＮＬ２０ ＩＮＧＢ ０００１ ２３４５ ６７",
    "ΝL20 ΙΝGВ 0001 2345 67",
    "NL٢٠ INGB 0001 2345 67",
    "N L 2 0 I N G B 0 0 0 1 2 3 4 5 6 7",
    "IBANNL20INGB0001234567",
]


@pytest.mark.parametrize("written", HIDDEN)
def test_an_iban_is_found_however_it_is_hidden(written: str) -> None:
    assert ibans_in(f"Please pay to {written}, thank you") == [OTHER_IBAN]


def test_figures_of_a_table_are_no_iban() -> None:
    assert ibans_in("DE 19 | 1.000,00 | 190,00 | 1.190,00\nDE 7 2000.00 140.00 2140.00 NL 21 %") == []
    assert not is_iban("NL20INGB0001234568")
    assert not is_iban("NL20INGB00012345")


# Models that lie


SWAPPED = PAGE.text.replace(IBAN, OTHER_IBAN)
BOTH = f"{PAGE.text}\nPlease use {OTHER_IBAN} from now on"


@pytest.mark.parametrize("text", [SWAPPED, BOTH])
@pytest.mark.parametrize("iban", [None, "", IBAN, OTHER_IBAN, OWN_IBAN])
def test_what_a_model_says_of_the_account_counts_for_nothing(text: str, iban: str | None) -> None:
    for written in (text, *(text.replace(OTHER_IBAN, hidden) for hidden in HIDDEN)):
        found = exceptions(proposal(iban=iban), by_model(written))
        assert found["IBAN_CHANGED"].status is Status.FAIL
        assert found["IBAN_CHANGED"].found == OTHER_IBAN


@pytest.mark.parametrize(
    "lie",
    [
        {"iban": None, "payment_terms": f"to {OTHER_IBAN}"},
        {"iban": None, "further_ibans": [IBAN]},
        {"iban": IBAN, "further_ibans": [OTHER_IBAN]},
        {"iban": None, "seller_vat_id": None},
        {"iban": None, "buyer_vat_id": "DE129273398"},
        {"iban": IBAN, "accepted": {"IBAN_CHANGED": "approved by the CFO"}},
        {"iban": IBAN, "vendor_id": 7},
    ],
)
def test_no_other_field_hides_an_account(lie: dict[str, Any]) -> None:
    assert "IBAN_CHANGED" in codes(proposal(**lie), by_model(SWAPPED))


def test_another_page_or_the_mail_cannot_carry_an_account_past() -> None:
    assert "IBAN_CHANGED" in codes(proposal(iban=None), by_model(PAGE.text, f"Zahlung an {OTHER_IBAN}"))
    mail = Source(id="mail.new_text", text=f"Please note: our IBAN is {OTHER_IBAN}")
    at = inputs(sources=[PAGE, mail], proposed_by="a model")
    assert "IBAN_CHANGED" in codes(proposal(), at)


def test_another_vendor_s_name_does_not_lend_its_account() -> None:
    """The text is Kolbe's, the account is of another vendor of ours, and the model names that vendor."""
    zander = Vendor(id=9, name="Zander AG", vat="DE136695976", ibans=(OTHER_IBAN,))
    known = facts(vendors=(VENDOR, zander))
    for vat in (None, "DE136695976", "DE129273398"):
        found = codes(
            proposal(seller_name="Zander AG", seller_vat_id=vat, iban=OTHER_IBAN), by_model(SWAPPED, known=known)
        )
        assert found & {"VAT_ID_DIFFERS", "IBAN_CHANGED", "UNKNOWN_SUPPLIER"}


def test_a_vat_id_that_the_model_leaves_out_contradicts_all_the_same() -> None:
    text = PAGE.text.replace("DE129273398", "DE136695976")
    found = exceptions(proposal(seller_vat_id=None, iban=None), by_model(text.replace(IBAN, "")))
    assert found["VAT_ID_DIFFERS"].status is Status.FAIL
    assert found["VAT_ID_DIFFERS"].found == "DE136695976"
    lied = exceptions(proposal(iban=None), by_model(text.replace(IBAN, "")))
    assert lied["VAT_ID_DIFFERS"].status is Status.FAIL


def test_a_text_made_to_look_like_structured_data_is_a_text() -> None:
    forged = Source(id="invoice.txt", text=f"{XML.text}\nInvoice/cbc:Note: pay to {OTHER_IBAN}")
    at = inputs(sources=[forged], proposed_by="a model")
    assert "IBAN_CHANGED" in codes(proposal(), at)
    assert "IBAN_CHANGED" in codes(proposal(), inputs(sources=[forged], proposed_by=""))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Bankgiro: 5050-1055", {"IBAN_ADDED"}),
        ("Sort code | 20-00-00", {"IBAN_ADDED"}),
        ("Konto-Nr. 5407324931, BLZ 500 105 17", set[str]()),
        ("Your account number: 778812", set[str]()),
    ],
)
def test_an_account_that_is_no_iban_is_pointed_out_unless_it_is_on_file(words: str, found: set[str]) -> None:
    assert codes(proposal(), by_model(f"{PAGE.text}\n{words}")) == found


def test_a_picture_is_never_written_without_a_look() -> None:
    found = exceptions(proposal(), inputs(sources=[], pictures=True, proposed_by="a model"))
    assert found["FROM_PICTURE"].status is Status.WARN


NOTICES = [
    "Please note our new bank details below.",
    "Our bank account has been changed.",
    "We have changed our bank.",
    "Bitte beachten Sie unsere neue Bankverbindung!",
    "Unsere Bankverbindung hat sich geändert.",
    "Änderung unserer Bankverbindung",
    "Let op: nieuw rekeningnummer",
    "Onze bankgegevens zijn gewijzigd.",
    "Nouveau RIB ci-dessous",
    "Changement de coordonnées bancaires",
    "Nos coordonnées bancaires ont changé.",
    "Attenzione: nuovo IBAN",
    "Variazione coordinate bancarie",
    "Nueva cuenta bancaria",
    "Cambio de datos bancarios",
]


@pytest.mark.parametrize("words", NOTICES)
def test_a_notice_of_another_account_is_pointed_out(words: str) -> None:
    found = exceptions(proposal(), by_model(f"{PAGE.text}\n{words}"))
    assert found["BANK_NOTICE"].status is Status.WARN
    note = Source(id="invoice.xml", text=f"{XML.text}\nInvoice/cbc:Note: {words}")
    assert codes(proposal(), inputs(sources=[note])) == {"BANK_NOTICE"}


@pytest.mark.parametrize("words", ["Bankverbindung: Sparkasse", "Bank details: see below", "Account number 1234567"])
def test_ordinary_bank_details_are_no_notice(words: str) -> None:
    assert RULES.bank_notice.search(words.casefold()) is None


def test_an_account_in_a_note_of_structured_data_is_pointed_out() -> None:
    note = Source(id="invoice.xml", text=f"{XML.text}\nInvoice/cbc:Note: or pay to {OTHER_IBAN}")
    assert codes(proposal(), inputs(sources=[note])) == {"IBAN_ADDED"}


def test_nobody_is_compared_with_us_where_we_are_not_known() -> None:
    nobody = COMPANY.model_copy(update={"name": "", "vat": "", "ibans": (), "currency": "", "country": ""})
    assert codes(proposal(buyer_name="Somebody", buyer_vat_id=None), inputs(known=facts(company=nobody))) == set()

"""What the words of an invoice say beside its figures: that it is none, that it could not be read, whom it is for, who
owes the VAT; and how far a reading error is told from a fault of the supplier's."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from jobs.core import Check, Source, Status
from jobs.invoice.orders import match_lines
from jobs.invoice.schema import InvoiceLine, InvoiceProposal
from jobs.purchasing import OrderLine, PurchaseOrder
from tests.unit.invoices import (
    HOSE,
    MAIL,
    ORDER,
    PAGE,
    SEALS,
    VENDOR,
    by_model,
    checked,
    codes,
    exceptions,
    facts,
    inputs,
    proposal,
    row,
)

NOTHING: dict[str, Any] = {
    **dict.fromkeys(("number", "issue_date", "net_total", "tax_total", "gross_total", "payable_amount")),
    **dict.fromkeys(("line_total", "seller_name", "seller_vat_id", "iban", "buyer_name", "buyer_vat_id")),
    "order_reference": None,
    "lines": [],
    "tax_breakdown": [],
}


def read(*pages: str, given: InvoiceProposal | None = None, **changes: Any) -> dict[str, Check]:
    return exceptions(given or proposal(), by_model(*pages, **changes))


# --- no invoice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kolbe Hydraulik GmbH\nSTATEMENT OF ACCOUNT\nInvoice | Amount\nRE-1 | 10.00", "a statement of account"),
        ("Kontoauszug\nRechnung RE-1 | 10,00", "a statement of account"),
        ("2. Mahnung\nRechnung RE-1 vom 1.2.2026 | 10,00", "a reminder"),
        ("Betalingsherinnering\nFactuurnummer: 7", "a reminder"),
        ("Kolbe | Rappel de paiement\nFacture n° 7", "a reminder"),
        ("Sollecito di pagamento\nFattura n. 7", "a reminder"),
        ("PAKBON 260477\nKolbe Hydraulik GmbH", "a delivery note"),
        ("Bon de livraison n° 7 du 3 mars", "a delivery note"),
        ("Auftragsbestätigung Nr. 7", "an order confirmation"),
        ("Confirmación de pedido 7", "an order confirmation"),
        ("Quotation 7", "an offer"),
        ("Rechnung (pro forma)\nRechnungsnummer: 7", "a pro forma invoice"),
        ("Proforma factuur 7", "a pro forma invoice"),
        ("Kolbe Hydraulik GmbH\nFebruary | 10.00\nThis is a statement, not an invoice.", "no invoice by its own words"),
    ],
)
def test_other_papers_are_no_invoices(text: str, name: str) -> None:
    check = read(text)["NO_INVOICE"]
    assert check.status is Status.FAIL
    assert check.message == f"this is {name}: nothing is owed for it"


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung RE-1\nLieferschein 55102 vom 3.2.2026",
        "Lieferschein 55102 | Rechnungsnummer: RE-1",
        "Factuur\nOfferte 12\nPakbon 7 van 24-02-2026",
        "Facture 7\nRappel : pénalités de retard",
        "Invoice 7\nOrder confirmation 12",
        "Kolbe Hydraulik GmbH\nReminder: bank details\nInvoice 7",
        "Statement of work: phase 2\nInvoice 7",
        "Kolbe Hydraulik GmbH",
    ],
)
def test_an_invoice_may_name_other_papers(text: str) -> None:
    assert "NO_INVOICE" not in read(text)


def test_a_mail_is_what_its_subject_says() -> None:
    header = Source(id="mail.header", text="From: Kolbe\nSubject: WG: Zahlungserinnerung zu RE-1")
    letter = Source(id="mail.new_text", text="Guten Tag,\nsiehe unten.\nRechnung RE-1 | 10,00")
    found = exceptions(proposal(), inputs(sources=[header, letter], proposed_by="a model"))
    assert "a reminder" in found["NO_INVOICE"].message
    attached = inputs(sources=[header, PAGE], proposed_by="a model")
    assert "NO_INVOICE" not in exceptions(proposal(), attached)


def test_data_are_what_their_type_says() -> None:
    note = Source(id="invoice.xml", text="Invoice/cbc:Note: Mahnung\nInvoice/cbc:ID: 7")
    assert "NO_INVOICE" not in exceptions(proposal(), inputs(sources=[note]))
    assert "NO_INVOICE" in exceptions(proposal(type="351"), inputs())


def test_a_person_may_say_that_it_is_one() -> None:
    assert "NO_INVOICE" not in read("Mahnung\nRechnung 7", edited=("type",))


def test_what_is_missing_is_no_news_of_another_paper() -> None:
    given = proposal(**NOTHING)
    assert "MISSING_FIELD" not in read("Pakbon 7", given=given)
    kept = proposal(**NOTHING, accepted={"NO_INVOICE": "it is one"})
    assert "MISSING_FIELD" in read("Pakbon 7", given=kept)


def test_what_could_not_be_read_is_one_exception() -> None:
    mail = MAIL.model_copy(update={"problems": ["invoice.pdf: it is protected by a password."]})
    unread = inputs(sources=[], proposed_by="", mail=mail)
    found = exceptions(proposal(**NOTHING), unread)
    assert set(found) == {"UNREADABLE"}
    assert "protected by a password" in found["UNREADABLE"].message
    filled_in = proposal(**(NOTHING | {"number": "7"}))
    assert "UNREADABLE" not in codes(filled_in, unread)
    assert "MISSING_FIELD" in codes(proposal(**NOTHING), replace(unread, mail=MAIL))


# --- for whom, and who owes the VAT ----------------------------------------------------------------------------------


def test_a_buyer_that_may_be_misread_is_a_doubt() -> None:
    other = proposal(buyer_name="Orb Retail B.V.", buyer_vat_id=None)
    named = read(f"{PAGE.text}\nAan: Severn Panels\nWeg 1", given=other)["WRONG_BUYER"]
    assert named.status is Status.WARN
    assert read(PAGE.text + "\nNL 0044.95.445.B01", given=other)["WRONG_BUYER"].status is Status.WARN
    assert read(given=other)["WRONG_BUYER"].status is Status.FAIL
    letter = Source(id="mail.header", text="To: Severn Panels B.V.")
    passed_on = inputs(sources=[PAGE, letter], proposed_by="a model")
    assert exceptions(other, passed_on)["WRONG_BUYER"].status is Status.FAIL
    assert exceptions(other, inputs())["WRONG_BUYER"].status is Status.FAIL


@pytest.mark.parametrize(
    "words",
    [
        "Steuerschuldnerschaft des Leistungsempfängers gemäß § 13b UStG",
        "Btw verlegd (artikel 12 Wet OB).",
        "VAT: reverse charge",
        "Für diese Leistung gilt die Steuerschuldnerschaft des Leistungsempfängers.",
        "Autoliquidation de la TVA, art. 283-2 du CGI",
        "Operazione soggetta a inversione contabile",
        "Inversión del sujeto pasivo, art. 84 LIVA",
    ],
)
def test_vat_on_what_the_words_say_the_buyer_owes_is_wrong(words: str) -> None:
    check = read(f"{PAGE.text}\n{words}")["VAT_WRONG"]
    assert (check.status, check.field, check.found) == (Status.FAIL, "tax_total", "46.55 EUR")
    note = Source(id="invoice.xml", text=f"Invoice/cbc:ID: 7\nInvoice/cbc:Note: {words}")
    assert "VAT_WRONG" in exceptions(proposal(), inputs(sources=[note]))


@pytest.mark.parametrize(
    "words",
    [
        "Where the reverse charge applies, the customer accounts for VAT.",
        "Steuerschuldnerschaft des Leistungsempfängers gilt nur, soweit sie vermerkt ist.",
        "Bei Leistungen an Unternehmen im Ausland gilt die Steuerschuldnerschaft des Empfängers.",
        "Es gelten unsere Bedingungen; bei Bauleistungen im Sinne des Gesetzes greift die\n"
        "Steuerschuldnerschaft des Leistungsempfängers.",
        "Bij btw verlegd is de afnemer de btw verschuldigd.",
        "En cas d'autoliquidation, la TVA est due par le preneur.",
        "Qualora si applichi l'inversione contabile, l'IVA è a carico del cessionario.",
        "En caso de inversión del sujeto pasivo, el IVA corre a cargo del destinatario.",
        "No reverse charge.",
        "Codes: 1 = 19 %, 2 = reverse charge",
    ],
)
def test_general_terms_claim_nothing(words: str) -> None:
    assert "VAT_WRONG" not in read(f"{PAGE.text}\n{words}")


def test_reverse_charge_may_be_for_a_part() -> None:
    taxed = row(taxable_amount=Decimal(145), tax_amount=Decimal("27.55"))
    untaxed = row(category="AE", rate=Decimal(0), taxable_amount=Decimal(100), tax_amount=Decimal(0))
    given = proposal(tax_breakdown=[taxed, untaxed], tax_total=Decimal("27.55"), gross_total=Decimal("272.55"))
    assert "VAT_WRONG" not in read(f"{PAGE.text}\nReverse charge", given=given)


def test_reverse_charge_needs_our_vat_id_wherever_it_stands() -> None:
    free = {"tax_total": Decimal(0), "gross_total": Decimal(245), "payable_amount": Decimal(245)}
    breakdown = [row(category="AE", rate=Decimal(0), tax_amount=Decimal(0))]
    lines = [line.model_copy(update={"vat_rate": None, "vat_category": None}) for line in (SEALS, HOSE)]
    given = proposal(buyer_vat_id=None, tax_breakdown=breakdown, lines=lines, **free)
    assert "REVERSE_CHARGE" in read(PAGE.text, given=given)
    assert "REVERSE_CHARGE" not in read(f"{PAGE.text}\nIhre USt-IdNr. NL 0044.95.445.B01", given=given)


@pytest.mark.parametrize(
    "words",
    [
        "Gewijzigde bankgegevens bevestigen wij nooit per e-mail.",
        "Änderungen unserer Bankverbindung teilen wir niemals per E-Mail mit.",
        "New bank details are never sent by email.",
    ],
)
def test_a_warning_of_fraud_is_no_notice(words: str) -> None:
    assert "BANK_NOTICE" not in read(f"{PAGE.text}\n{words}")


@pytest.mark.parametrize(
    "words",
    [
        "Please use our new bank details and do not verify by phone.",
        "Our new IBAN is below; we never send it by email.",
        "Neue Bankverbindung! Wir antworten nicht per E-Mail.",
    ],
)
def test_a_notice_stays_one_whatever_it_adds(words: str) -> None:
    assert "BANK_NOTICE" in read(f"{PAGE.text}\n{words}")


# --- lines that a model has read -------------------------------------------------------------------------------------


def test_a_line_that_may_not_have_been_read_is_a_doubt() -> None:
    given = proposal(lines=[SEALS], order_reference=None)
    assert read(given=given, known=facts(orders=()))["TOTAL_MISMATCH"].status is Status.WARN
    assert exceptions(given, inputs(known=facts(orders=())))["TOTAL_MISMATCH"].status is Status.FAIL


def test_a_rate_in_the_words_of_a_line_is_a_doubt() -> None:
    lines = [SEALS.model_copy(update={"vat_rate": Decimal(9)}), HOSE]
    assert read(given=proposal(lines=lines))["VAT_WRONG"].status is Status.WARN
    assert exceptions(proposal(lines=lines), inputs())["VAT_WRONG"].status is Status.FAIL


def test_a_line_that_is_not_recognised_is_a_doubt_while_the_order_has_as_much_left() -> None:
    unknown = HOSE.model_copy(
        update={"description": "Tubo flexible", "unit_price": Decimal(24), "quantity": Decimal(5)}
    )
    found = read(given=proposal(lines=[SEALS, unknown]))["PO_MISMATCH"]
    assert (found.status, found.field) == (Status.WARN, "lines[1]")
    assert exceptions(proposal(lines=[SEALS, unknown]), inputs())["PO_MISMATCH"].status is Status.FAIL
    more = unknown.model_copy(update={"quantity": Decimal(10), "net_amount": Decimal(240)})
    net, tax = Decimal(365), Decimal("69.35")
    sums = {
        "net_total": net,
        "line_total": net,
        "tax_total": tax,
        "gross_total": net + tax,
        "payable_amount": net + tax,
    }
    dearer = proposal(lines=[SEALS, more], tax_breakdown=[row(taxable_amount=net, tax_amount=tax)], **sums)
    assert read(given=dearer)["PO_MISMATCH"].status is Status.FAIL


def test_a_line_without_quantity_cannot_be_compared() -> None:
    bare: dict[str, Any] = {"quantity": None, "unit_price": None}
    within = proposal(lines=[SEALS.model_copy(update=bare), HOSE])
    assert read(given=within)["PO_MISMATCH"].status is Status.WARN
    part = ORDER.model_copy(
        update={"lines": (ORDER.lines[0].model_copy(update={"received": Decimal(4)}), ORDER.lines[1])}
    )
    assert read(given=within, known=facts(orders=(part,)))["PO_MISMATCH"].status is Status.FAIL


def test_a_price_that_is_not_written_is_what_the_amount_makes() -> None:
    line = SEALS.model_copy(update={"unit_price": None})
    assert "PO_MISMATCH" not in read(given=proposal(lines=[line, HOSE]))
    cheap = ORDER.model_copy(
        update={"lines": (ORDER.lines[0].model_copy(update={"unit_price": Decimal(9)}), ORDER.lines[1])}
    )
    found = read(given=proposal(lines=[line, HOSE]), known=facts(orders=(cheap,)))["PO_MISMATCH"]
    assert (found.status, found.field) == (Status.FAIL, "lines[0].unit_price")


@pytest.mark.parametrize(
    ("words", "amount", "fine"),
    [
        ("Versandkosten", "18.50", True),
        ("Vrachtkosten en verpakking", "18.50", True),
        ("Participation aux frais de transport", "18.50", True),
        ("Delivery charge", "18.50", True),
        ("Versandkosten", "50.01", False),
        ("Versandtaschen A4", "18.50", False),
        ("Pallet truck", "18.50", False),
    ],
)
def test_small_surcharges_need_no_line_of_the_order(words: str, amount: str, fine: bool) -> None:
    net = Decimal(amount)
    charge = InvoiceLine(description=words, quantity=Decimal(1), unit_price=net, net_amount=net, vat_rate=Decimal(19))
    total, tax = 245 + net, ((245 + net) * Decimal("0.19")).quantize(Decimal("0.01"))
    sums = {"line_total": total, "net_total": total, "tax_total": tax}
    given = proposal(
        lines=[SEALS, HOSE, charge],
        tax_breakdown=[row(taxable_amount=total, tax_amount=tax)],
        gross_total=total + tax,
        payable_amount=total + tax,
        **sums,
    )
    assert ("PO_MISMATCH" not in exceptions(given, inputs())) is fine


ABROAD = PurchaseOrder(
    id=4,
    number="P00018",
    vendor_id=VENDOR.id,
    currency="EUR",
    lines=(
        OrderLine(id=41, description="Safety shoe EU 42", quantity=Decimal(20), unit_price=Decimal("41.50")),
        OrderLine(id=42, description="Safety shoe EU 43", quantity=Decimal(20), unit_price=Decimal("41.50")),
        OrderLine(id=43, description="Cable ties (per 100)", quantity=Decimal(5), unit_price=Decimal("2.89")),
        OrderLine(id=44, description="Anchor 12x110 mm", quantity=Decimal(400), unit_price=Decimal("0.68")),
    ),
)


@pytest.mark.parametrize(
    ("words", "quantity", "price", "matched"),
    [
        ("Chaussure de sécurité, pointure 43", "4", "41.50", 42),
        ("Chaussure de sécurité", "4", "41.50", None),
        ("Chaussure de sécurité, pointure 43", "21", "41.50", None),
        ("Chaussure de sécurité, pointure 43", "4", "44.00", None),
        ("Kabelbinder", "500", "0.0289", 43),
        ("Kabelbinder", "600", "0.0289", None),
        ("Durchsteckanker, VE 50 Stk", "8", "34.00", 44),
        ("Durchsteckanker, VE 50 Stk", "9", "34.00", None),
        ("Durchsteckanker 12x110", "8", "8.16", None),
    ],
)
def test_a_line_in_another_language_is_known_by_its_price(
    words: str, quantity: str, price: str, matched: int | None
) -> None:
    line = InvoiceLine(
        description=words, quantity=Decimal(quantity), unit_price=Decimal(price), net_amount=None, vat_rate=None
    )
    [found] = match_lines(proposal(lines=[line]), [ABROAD])
    assert (found and found.id) == matched


def test_packs_are_compared_in_the_order_s_units() -> None:
    line = InvoiceLine(
        description="Anchor 12x110 mm, pack of 50",
        quantity=Decimal(8),
        unit_price=Decimal(34),
        net_amount=Decimal(272),
        vat_rate=Decimal(19),
    )
    sums = {"line_total": Decimal(272), "net_total": Decimal(272), "tax_total": Decimal("51.68")}
    given = proposal(
        lines=[line],
        order_reference="P00018",
        tax_breakdown=[row(taxable_amount=Decimal(272), tax_amount=Decimal("51.68"))],
        gross_total=Decimal("323.68"),
        payable_amount=Decimal("323.68"),
        **sums,
    )
    known = facts(orders=(ABROAD,))
    assert codes(given, inputs(known=known)) == set()
    dearer = line.model_copy(update={"unit_price": Decimal(37), "net_amount": Decimal(296)})
    assert "PO_MISMATCH" in exceptions(given.model_copy(update={"lines": [dearer]}), inputs(known=known))


def test_a_right_invoice_that_a_model_has_read_has_no_exception() -> None:
    assert {check.name for check in checked(proposal(), by_model()) if check.status is not Status.PASS} == set()

"""Words of payment fraud in four languages, and the ordinary words beside them."""

import pytest

from jobs.core import Check, Mode, Release, Route, Status
from tests.unit.inquiries import bare, draft, inputs, mail, reviewed

FRAUD = [
    "Please note that our bank details have changed.",
    "Kindly be informed that our bank\naccount number has recently been changed.",
    "We have changed our bank account; use the new IBAN below.",
    "Please update our remittance details in your system.",
    "Our banking information is no longer valid, our account is under audit.",
    "As of today our former account is closed.",
    "Please transfer the outstanding amount to our new account in Lithuania.",
    "Find enclosed our up\u00addated bank details.",
    "Our European bank account has been replaced",
    "Can you get me five Apple gift cards for a client?",
    "I need an urgent wire transfer before noon.",
    "This payment must stay strictly confidential.",
    "Wij willen u erop attenderen dat ons rekeningnummer per 1 mei 2026 is gewijzigd.",
    "Graag betalen op ons nieuwe rekeningnummer.",
    "Wijziging bankgegevens",
    "Wilt u de factuur overmaken naar onze nieuwe rekening?",
    "Let op: gewijzigd IBAN",
    "Wij zijn overgestapt naar een andere bank.",
    "Pas het rekeningnummer aan in uw systeem.",
    "Er moet vandaag een spoedbetaling uit.",
    "Koop voor mij tien cadeaukaarten.",
    "Unsere Bankverbindung hat sich geändert.",
    "Änderung unserer Bankverbindung",
    "Bitte überweisen Sie ab sofort auf unser neues Konto.",
    "Wir haben die Bank gewechselt.",
    "Unsere neue IBAN lautet:",
    "Unser Geschäftskonto wurde gesperrt.",
    "Besorgen Sie bitte Google-Play-Karten, die Gutscheincodes per Mail.",
    "Eine Eilüberweisung, behandeln Sie sie diskret.",
    "Nos coordonnées bancaires ont changé.",
    "Veuillez trouver ci-joint notre nouveau RIB.",
    "Voici notre nouvel IBAN",
    "Suite à un changement d’établissement bancaire",
    "Nous avons changé de banque.",
    "Merci de régler la facture sur notre nouveau compte.",
    "J'ai besoin d'un virement urgent.",
    "Achetez des cartes cadeaux et envoyez les codes.",
]
HARMLESS = [
    "Our new office address is Dock Road 5. IBAN: GB33BUKB20201555555555",
    "Please send your bank details so that we can pay.",
    "We are a new customer, please send us your bank details.",
    "Severn Panels Ltd\nIBAN: GB33 BUKB 2020 1555 5555 55\nNew opening hours: 9 to 5",
    "The invoice has changed, please send a corrected one.",
    "Please send an updated invoice with your bank details.",
    "We have changed our delivery address.",
    "We would like to open a new account with you.",
    "Please introduce our new account manager.",
    "Please transfer the amount to the following account within 30 days.",
    "Our bank details have not changed.",
    "We will never notify you of changes to our bank details by email.",
    "Our bank details will never change without a letter.",
    "Urgent: two transfer pumps, payment terms as usual.",
    "This e-mail is confidential.",
    "20 gift boxes, please.",
    "Ons nieuwe adres is Havenweg 12. Rekeningnummer: NL91ABNA0417164300",
    "Wilt u ons een nieuwe rekening sturen?",
    "Graag uw bankgegevens voor de betaling.",
    "Wij wijzigen ons rekeningnummer nooit per e-mail.",
    "De levertijd is gewijzigd.",
    "Wir möchten ein neues Konto im Webshop anlegen.",
    "Bitte nennen Sie uns Ihre Bankverbindung.",
    "Unsere neue Anschrift: Hafenstr. 5. Bankverbindung: DE89370400440532013000",
    "Die Werkbank wurde gewechselt.",
    "Unsere Bankverbindung ändert sich niemals per E-Mail.",
    "Unsere Lieferadresse hat sich geändert.",
    "Nos coordonnées ont changé : nouvelle adresse, nouveau téléphone.",
    "Merci de nous envoyer votre RIB.",
    "Nous souhaitons ouvrir un nouveau compte client.",
    "Nous ne changeons jamais de coordonnées bancaires par e-mail.",
    "Une facture modifiée, s'il vous plaît.",
]


def fraud_check(text: str, subject: str = "") -> Check:
    seen = reviewed(draft(bare(kind="other")), inputs(text, about=mail(subject=subject)))
    [found] = [check for check in seen.checks if check.name == "fraud"]
    return found


@pytest.mark.parametrize("text", FRAUD)
def test_words_of_fraud_are_a_warning(text: str) -> None:
    found = fraud_check(text)
    assert found.status is Status.WARN
    assert "pay nothing" in found.message


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_are_none(text: str) -> None:
    found = fraud_check(text)
    assert found.status is Status.PASS, found.message


def test_the_subject_counts() -> None:
    assert fraud_check("See attachment", "Changement de RIB").status is Status.WARN


def test_whatever_the_model_says_a_person_sees_it() -> None:
    at = inputs("Our bank details have changed.")
    for given in (draft(bare()), draft(bare(kind="not_business"), is_business=False)):
        assert reviewed(given, at, Release(mode=Mode.AUTO)).route is Route.COUNTERSIGN


def test_own_patterns_replace_the_list() -> None:
    rules = {"fraud": {"patterns": ["buy ... coins"], "disclaimers": []}}
    given = draft(bare())
    for text, route in (
        ("Buy some shiny\nbit coins", Route.COUNTERSIGN),
        ("Buy not any coins", Route.AUTO),
        ("Our bank details have changed", Route.AUTO),
    ):
        assert reviewed(given, inputs(text, rules=rules), Release(mode=Mode.AUTO)).route is route

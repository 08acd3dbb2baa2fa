"""The grounding check: claims of trade, each with one detail changed, and the parts that tell them."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jobs.claims import borne_out, verdict
from jobs.claims.dates import dates
from jobs.claims.names import names
from jobs.claims.numbers import quantities
from jobs.claims.opposites import opposite
from jobs.claims.words import language_of, sentences

SNIPPETS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("claims_pairs.toml").read_text(encoding="utf-8")
)["snippet"]
CALL = """\
Sales: Good morning, this is Ines Dahl from Voltkraft. Is this a good time?
Client: Yes, it is. We are looking for a new supplier of cable trays for our three sites.
Sales: We deliver within five working days, and orders above EUR 750 are free of freight.
Client: Do you need a framework agreement for that? We don't have one.
Sales: No, that is not necessary. New customers get a discount of 6% on the first order.
Client: That is easy, then. Please send the quotation to our office in Ghent before Thursday.
Sales: I will send it by e-mail on Wednesday, and our engineer could visit you in March.
"""


def test_few_true_claims_are_refused_and_no_false_one_passes() -> None:
    refused = [s["true"] for s in SNIPPETS if borne_out(s["true"], s["quote"], s["text"])]
    false = [(f["claim"], s) for s in SNIPPETS for f in s["false"]]
    passed = [claim for claim, s in false if not borne_out(claim, s["quote"], s["text"])]
    assert (len(SNIPPETS), len(false)) == (80, 160)
    assert passed == []
    assert len(refused) <= 4, refused


def test_what_is_copied_is_borne_out() -> None:
    copied = [(one.text.strip(), s["text"]) for s in SNIPPETS for one in sentences(s["text"])]
    assert [(quote, why) for quote, text in copied if (why := borne_out(quote, quote, text))] == []


@pytest.mark.parametrize(
    ("claim", "quote", "reason"),
    [
        ("Returns take 30 days.", "within 31 days", "the quoted words do not stand there"),
        ("Returns take 30 days.", "", "the quoted words do not stand there"),
        ("Returns take 14 days.", "may be returned within 30 days", "the number 14 days does not stand there"),
        (
            "Goods must be returned within 30 days.",
            "may be returned within 30 days",
            'says "must", the source says "may"',
        ),
        (
            "Goods may be returned within 30 days.",
            "within 30 days",
            'the source says "unless", which the claim leaves out',
        ),
        (
            "Goods may be returned to Bakker unless opened.",
            "Goods may be returned",
            "the name Bakker does not stand there",
        ),
        (
            "Goods may be returned by 3 May unless opened.",
            "Goods may be returned",
            "the date 3 May does not stand there",
        ),
    ],
)
def test_reasons_are_said_in_words(claim: str, quote: str, reason: str) -> None:
    assert reason in borne_out(claim, quote, "Goods may be returned within 30 days, unless the box was opened.")


def test_a_claim_must_be_about_what_is_quoted() -> None:
    text = "We are closed on public holidays. Goods may be returned."
    assert borne_out("Samples are blue.", "We are closed on public holidays.", text) == (
        "the quoted words are about something else",
    )
    assert not borne_out("Closed: public holidays.", "We are closed on public holidays.", text)


def test_a_quote_may_differ_in_writing_but_not_in_words() -> None:
    text = "Goods may be\nreturned within 30\u00a0days — “always”."
    assert not borne_out(
        "Goods may be returned within 30 days.", 'goods may be returned within 30 days - "always"', text
    )
    assert borne_out("Goods may be returned within 30 days.", "goods can be returned within 30 days", text)


@pytest.mark.parametrize(
    "claim",
    [
        "Ines Dahl of Voltkraft calls a client who looks for a new supplier of cable trays.",
        "Voltkraft delivers within five business days; new customers receive a 6 percent discount on the first order.",
        "A framework agreement is not necessary.",
        "The quotation goes to the office in Ghent by e-mail.",
        "Orders of more than 750 euros are delivered free of freight.",
    ],
)
def test_a_summary_in_its_own_words_is_supported(claim: str) -> None:
    assert verdict(claim, CALL).reasons == ()


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("New customers get a discount of 16% on the first order.", "the number 16% does not stand there"),
        ("Voltkraft delivers within five weeks.", "the number five weeks does not stand there"),
        ("Ines Dahl from Stromwerk calls.", "the name Stromwerk does not stand there"),
        ("The client wants the quotation before Friday.", "Friday does not stand there"),
        ("The client is not looking for a supplier of cable trays.", 'says "not", the source does not'),
        ("The client looks for an old supplier of cable trays.", 'says "old", the source says "new"'),
        ("Existing customers get a discount of 6% on the first order.", 'says "Existing", the source says "new"'),
        ("Only the office in Ghent gets the discount.", 'says "Only", the source does not'),
        ("The client has four sites.", "the number four does not stand there"),
        ("Orders up to EUR 750 are free of freight.", 'says "up to EUR 750", the source says "above"'),
        ("Sales misinforms the client about the freight.", 'says "misinforms", the source does not'),
    ],
)
def test_a_changed_detail_of_a_call_is_told(claim: str, reason: str) -> None:
    told = verdict(claim, CALL)
    assert not told.supported
    assert reason in [one.replace("existing", "Existing") for one in told.reasons]
    assert told.score <= 0.5


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("1.250,50 €", "de", "1250.50", "EUR"),
        ("EUR 1,250.50", "en", "1250.50", "EUR"),
        ("1 250,5 kg", "fr", "1250.5", "kg"),
        ("CHF 1'250", "de", "1250", "CHF"),
        ("twelve euros and fifty cents", "en", "12.50", "EUR"),
        ("twenty - five percent", "en", "25", "%"),
        ("fünfundzwanzig Prozent", "de", "25", "%"),
        ("vijfentwintig werkdagen", "nl", "25", "working day"),
        ("quatre-vingt-dix-neuf jours ouvrés", "fr", "99", "working day"),
        ("drei Prozentpunkte", "de", "3", "percentage point"),
        ("40k", "en", "40000", ""),
        ("1,5 Mio. EUR", "de", "1500000", ""),
    ],
)
def test_numbers_are_read_with_their_units(text: str, language: str, value: str, unit: str) -> None:
    read = quantities(text, language)
    assert any(Decimal(value) in one.readings and one.unit == unit for one in read), read


def test_units_of_one_kind_are_converted_and_others_are_not() -> None:
    def same(one: str, other: str) -> bool:
        return quantities(one)[0].same_value(quantities(other)[0])

    assert same("two weeks", "14 days")
    assert same("48 hours", "2 days")
    assert same("0.8 t", "800 kg")
    assert same("24 months", "two years")
    assert same("15", "15%")
    assert not same("14 days", "14 working days")
    assert not same("5%", "5 percentage points")
    assert not same("EUR 100", "CHF 100")
    assert not same("1 month", "30 days")


@pytest.mark.parametrize(
    "text", ["1 March 2026", "March 1st, 2026", "2026-03-01", "01/03/26", "1. März 2026", "1er mars 2026"]
)
def test_a_day_is_the_same_in_whatever_notation(text: str) -> None:
    (read,) = dates(text)
    (same,) = dates("1 maart")
    (other,) = dates("1 mei 2026")
    assert read.agrees(same)
    assert not read.agrees(other)


def test_names_are_capitalised_words_and_article_numbers() -> None:
    assert set(names("We met Mr Bakker of KestrelVos in Ghent about CA-NYM-315 and 15kg.", "en")) == {
        "Bakker",
        "KestrelVos",
        "Ghent",
        "CA-NYM-315",
    }
    assert set(names("Der Vertrag mit der Müller GmbH und Frau Becker gilt für die DHL.", "de")) >= {
        "Müller",
        "Becker",
        "DHL",
    }
    assert "Vertrag" not in set(names("Der Vertrag mit der Müller GmbH.", "de"))


def test_opposites_are_told_by_list_and_by_prefix() -> None:
    assert opposite("monthly", "yearly", "en")
    assert opposite("non-exclusive", "exclusive", "en")
    assert opposite("unprofessional", "professional", "en")
    assert not opposite("yearly", "annual", "en")
    assert opposite("duurder", "goedkoper", "nl")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Lieferzeit beträgt mindestens 5 Arbeitstage.", "de"),
        ("De levertijd is minstens 5 werkdagen.", "nl"),
        ("Le délai de livraison est d'au moins 5 jours.", "fr"),
        ("Delivery takes at least 5 days.", "en"),
    ],
)
def test_the_language_of_a_sentence_is_told(text: str, language: str) -> None:
    assert language_of(text) == language

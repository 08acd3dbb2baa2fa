"""Grounding: what really stands in the mail counts however it is written; what does not stand there never counts."""

import pytest

from jobs.core import Evidence, Source, Status
from jobs.grounding import check_claims, check_evidence, locate

MAIL = """From: Peter K. Schmidt <peter.schmidt@rottmann-anlagenbau.example>
Subject: Anfrage 2026-118

Guten Tag Frau Schöller,

bitte bieten Sie uns an: 250 Kabelverschraubungen M20 (IP68) aus Messing, 40 m Kabel 3x2,5 mm²,
20,5 kg Fett. Wir sagten „bis Freitag“ – bitte nicht später als
am 20.03.2026.

Rottmann Anlagenbau GmbH & Co. KG
Anna Vogel
Tel. +49 (0)221 / 4710-338, mobil 0171.555 01 92
"""
SOURCES = [Source(id="mail.new_text", text=MAIL), Source(id="mail.thread", text="Gerrit de Boer schreef: akkoord")]


def borne_out(value: str, text: str = MAIL) -> bool:
    return not check_claims({"requests[0].company": value}, [Source(id="mail.new_text", text=text)])


def quoted(quote: str, text: str) -> bool:
    return not check_evidence([Evidence(field="summary", source="mail", quote=quote)], [Source(id="mail", text=text)])


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("deliver to Ghent by Friday", "please deliver\nto  Ghent\r\n\tby Friday."),
        ('it\'s "urgent" - really', "it’s “urgent” – really"),
        ("„bis Freitag“", '"bis Freitag"'),
        ("l'offre « express »", "l´offre \u201e express \u201d"),
        ("10 000 EUR", "10\u00a0000\u202fEUR"),
        ("Kabelverschraubung", "Kabel\u00adver\u00adschrau\u00adbung"),
        ("invoice", "in\u200bvoice\ufeff"),
        ("Müller", "Mu\u0308ller"),
        ("STRASSE", "Straße"),
        ("office", "o\ufb03ce"),
        ("80 m²", "80 m2"),
        ("€ 5.", "It costs € 5."),
    ],
)
def test_a_quote_stands_however_it_is_written(quote: str, text: str) -> None:
    assert quoted(quote, text)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("ten", "we are content"),
        ("art", "Stuttgart"),
        ("20", "in 2026"),
        ("20", "20,5 kg"),
        ("5", "2.5 mm"),
        ("M2", "M20"),
        ("not urgent", "urgent, not"),
        ("Mueller", "Müller"),
        ("", "anything"),
        (" \n", "anything"),
    ],
)
def test_a_part_of_a_word_or_number_is_no_quote(quote: str, text: str) -> None:
    assert not quoted(quote, text)


def test_a_quote_counts_only_in_the_source_it_names() -> None:
    named = ("mail.new_text", "mail.thread", "no.such")
    failed = check_evidence([Evidence(field=name, source=name, quote="akkoord") for name in named], SOURCES)
    assert [(check.field, check.status) for check in failed] == [
        ("mail.new_text", Status.FAIL),
        ("no.such", Status.FAIL),
    ]
    assert failed[0].message == "the quoted words do not stand in mail.new_text: “akkoord”"


@pytest.mark.parametrize(
    "value",
    [
        "Rottmann Anlagenbau GmbH & Co. KG",
        "ROTTMANN ANLAGENBAU",
        "Peter Schmidt",
        "Schmidt, Peter",
        "peter.schmidt@rottmann-anlagenbau.example",
        "Messing Kabelverschraubungen M20",
        "Kabel 3x2,5 mm2",
        "20,5 kg Fett",
    ],
)
def test_a_value_stands_word_for_word_or_in_another_order(value: str) -> None:
    assert borne_out(value)


@pytest.mark.parametrize(
    "value",
    [
        "Rottmann Holding",
        "Rottmann Anlagenbau AG",
        "ottmann",
        "Peter Vogel",
        "Anna Schöller",
        "peter.schmidt@rottmann-anlagenbau.com",
        "peter.schmidt@rottmann-anlagenbau",
        "schmidt@rottmann-anlagenbau.example",
        "peter-schmidt@rottmann-anlagenbau.example",
        "Messing Kabelverschraubungen M25",
        "Kabel 3x4",
        "20",
        "5 kg",
        "118 mm",
        "?",
    ],
)
def test_a_made_up_value_is_stopped(value: str) -> None:
    [check] = check_claims({"requests[0].company": value}, SOURCES)
    assert (check.name, check.status, check.field) == ("grounding", Status.FAIL, "requests[0].company")
    assert value in check.message


def test_all_words_of_a_value_must_stand_in_one_source() -> None:
    assert borne_out("Gerrit de Boer", "Gerrit de Boer schreef: akkoord")
    assert check_claims({"contact": "Gerrit Schmidt"}, SOURCES)


@pytest.mark.parametrize(
    "phone",
    [
        "+49 221 4710 338",
        "+49 (0)221 4710338",
        "+492214710338",
        "0049 221 4710-338",
        "0171 5550192",
        "0171/555-01-92",
    ],
)
def test_a_phone_number_is_its_digits(phone: str) -> None:
    assert borne_out(phone)


@pytest.mark.parametrize(
    "phone",
    [
        "+49 221 4710 339",
        "+49 221 4710 33",
        "+49 221 4710 3381",
        "+32 221 4710 338",
        "+49 171 5550192",
        "2026 20 2026",
        "250 40 20",
    ],
)
def test_another_phone_number_is_stopped(phone: str) -> None:
    assert not borne_out(phone)


@pytest.mark.parametrize("written", ["00 32 (0) 2 555 01 92", "+32 (0)2/555.01.92", "+32(0)25550192"])
def test_a_written_trunk_zero_may_be_left_out(written: str) -> None:
    assert borne_out("+32 2 555 01 92", f"bel {written} a.u.b.")


def test_claims_without_evidence_are_located_where_they_stand() -> None:
    claims = {"a": "Gerrit de Boer", "b": "Anna Vogel", "c": "Nobody", "d": "Rottmann Anlagenbau"}
    given = Evidence(field="d", source="mail.new_text", quote="Rottmann")
    found = locate(claims, [given], SOURCES)
    assert found == [
        given,
        Evidence(field="a", source="mail.thread", quote="Gerrit de Boer"),
        Evidence(field="b", source="mail.new_text", quote="Anna Vogel"),
    ]

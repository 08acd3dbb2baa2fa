"""The draft reply to a request for quotation: figures, frame, recipients, threading."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from jobs.core import Source
from jobs.crm import Customer
from jobs.erp import Money, Provenance, SaveDraft
from jobs.mail import Address, MailFacts
from jobs.quote.reply import draft_reply
from jobs.quote.schema import QuoteLine, QuoteProposal, Tier

KEES = Address(name="Kees Bos", email="kees@bos.example")
CUSTOMER = Customer(id=7, name="Bos BV", email="info@bos.example", emails=("inkoop@bos.example",), country="NL")
SOURCES = [Source(id="mail.new_text", text="Graag prijs\n<b>kabel</b>"), Source(id="mail.thread", text="Older words")]


def money(amount: str, currency: str = "EUR") -> Money:
    source = Provenance(model="sale.order.line", id=1, field="price_unit", version="2026-03-01")
    return Money(amount=Decimal(amount), currency=currency, source=source)


def line(**changes: Any) -> QuoteLine:
    offered: dict[str, Any] = {
        "requested": "kabel 3x2,5 <zwart>", "quantity": 3, "unit": "dozen", "article": None, "price_breaks": [],
        "wanted_date": None, "repeats_order": False, "sku": "XMVK325", "status": "matched", "product_id": 5,
        "name": "XMVK 3x2.5 & more", "order_quantity": Decimal(300), "order_unit": "m", "unit_price": money("0.0625"),
        "net": money("18.75"), "free_stock": Decimal(1000), "lead_days": 3,
    }  # fmt: skip
    return QuoteLine.model_validate(offered | changes)


def proposal(*lines: QuoteLine, **changes: Any) -> QuoteProposal:
    given: dict[str, Any] = {
        "language": "nl", "company": "Bos BV", "contact": "Kees Bos", "email": None, "customer_reference": "RFQ 7",
        "delivery_address": None, "wanted_date": None, "special_terms": [], "lines": list(lines or [line()]),
        "reply": "Dank u.\n\n{{lines}}\n\nTotaal {{total}}, geldig tot {{valid_until}}.", "currency": "EUR",
        "valid_until": date(2026, 4, 12), "untaxed": money("1000"), "tax": money("234.5"), "total": money("1234.50"),
        "payment_terms": "30 dagen",
    }  # fmt: skip
    return QuoteProposal.model_validate(given | changes)


def mail(**changes: Any) -> MailFacts:
    facts = MailFacts(
        message_id="m2@bos.example",
        sender=KEES,
        reply_to=None,
        to=[],
        subject="Prijsaanvraag",
        date=datetime(2026, 3, 3, 9, 12, tzinfo=UTC),
        in_reply_to=["m0@bos.example", "m1@bos.example"],
        automatic=None,
        bulk=None,
        forwarded_from=None,
        attachments=[],
        problems=[],
    )
    return facts.model_copy(update=changes)


def drafted(
    given: QuoteProposal | None = None,
    about: MailFacts | None = None,
    *,
    customer: Customer | None = CUSTOMER,
    sources: list[Source] = SOURCES,
    reference: str = "quote-1",
    language: str = "nl_NL",
) -> SaveDraft:
    return draft_reply(given or proposal(), about or mail(), customer, sources, reference, language)


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


# Figures


def test_an_offered_line_shows_its_figures_in_the_erp_s_unit_and_the_customer_s_words() -> None:
    text = plain(drafted().text)
    assert "1. XMVK325 – XMVK 3x2.5 & more\n   Aantal: 300 m\n   Stukprijs: € 0,0625 per m\n   Netto: € 18,75" in text
    assert "Uw aanvraag: 3 dozen, “kabel 3x2,5 <zwart>”" in text
    assert "Totaal € 1.234,50, geldig tot 12 april 2026." in text
    assert "Korting" not in text


def test_a_discount_has_a_column_once_a_line_has_one_and_tiers_stand_below_their_line() -> None:
    tiers = [Tier(quantity=500, unit_price=money("0.055"), discount=Decimal("2.5"))]
    draft = drafted(proposal(line(discount=Decimal("12.5"), tiers=tiers), line()))
    text = plain(draft.text)
    assert text.count("Korting: ") == 2
    assert "Korting: 12,5%" in text
    assert "vanaf 500 m: € 0,055 min 2,5%" in text
    assert draft.html.count("<th") == 6


@pytest.mark.parametrize(
    ("language", "erp", "country", "shown"),
    [
        ("nl", "nl_BE", "BE", "€ 1.234,50"),
        ("de", "nl_NL", "DE", "1.234,50 €"),
        ("de", "nl_NL", "NL", "1.234,50 €"),
        ("fr", "", "BE", "1 234,50 €"),
        ("en", "", "GB", "€1,234.50"),
        ("en", "", "", "1,234.50 €"),
        ("pl", "pl_PL", "PL", "€"),
    ],
)
def test_amounts_are_written_as_the_customer_writes_them(language: str, erp: str, country: str, shown: str) -> None:
    customer = CUSTOMER.model_copy(update={"country": country})
    assert shown in plain(drafted(proposal(language=language), customer=customer, language=erp).text)


@pytest.mark.parametrize(
    ("free", "days", "shown"),
    [("300", 3, "Op voorraad"), ("299", 3, "Levertijd: 3 dagen"), ("0", 1, "Levertijd: 1 dag")],
)
def test_stock_and_lead_time_come_from_the_erp(free: str, days: int, shown: str) -> None:
    assert f"   {shown}\n" in drafted(proposal(line(free_stock=Decimal(free), lead_days=days))).text


def test_what_is_not_offered_is_named() -> None:
    gone = line(requested="flux <i>", status="none", product_id=None, sku=None, net=None, quantity=2, unit="st")
    draft = drafted(proposal(line(), gone))
    assert "Helaas kunnen wij niet aanbieden:\n- flux <i>, 2 st" in draft.text
    assert "<li>flux &lt;i&gt;, 2 st</li>" in draft.html


# Frame


def test_missing_placeholders_are_added_unknown_ones_vanish_and_values_are_not_expanded() -> None:
    text = plain(drafted(proposal(reply="Ref {{customer_reference}} {{evil}} {x}", customer_reference="{{tax}}")).text)
    assert "{" not in text
    assert "Ref tax" in text
    assert "300 m" in text
    assert "Totaal exclusief btw: € 1.000,00\nBtw: € 234,50\nTotaal: € 1.234,50" in text
    assert "geldig tot en met 12 april 2026" in text


@pytest.mark.parametrize(
    ("language", "named", "unnamed"),
    [
        ("en", "Dear Kees Bos,", "Hello,"),
        ("de", "Guten Tag Kees Bos,", "Guten Tag,"),
        ("nl", "Beste Kees Bos,", "Goedendag,"),
        ("fr", "Bonjour Kees Bos,", "Bonjour,"),
        ("xx", "Dear Kees Bos,", "Hello,"),
    ],
)
def test_the_frame_speaks_the_mail_s_language(language: str, named: str, unnamed: str) -> None:
    assert drafted(proposal(language=language)).text.startswith(named)
    for contact in (None, "Bos, 50% off", "x" * 90):
        assert drafted(proposal(language=language, contact=contact)).text.startswith(unnamed)


def test_html_says_the_same_and_everything_from_outside_is_escaped() -> None:
    draft = drafted(proposal(reply="<img src=x> {{lines}}"))
    for part in ("&lt;img src=x&gt;", "kabel 3x2,5 &lt;zwart&gt;", "XMVK 3x2.5 &amp; more", "&lt;b&gt;kabel&lt;/b&gt;"):
        assert part in draft.html
    assert "<img" not in draft.html
    assert "http" not in draft.html


# Recipients and threading

INNER, STRANGER = Address(name="Ann", email="inkoop@bos.example"), Address(name="Eve", email="eve@evil.example")


@pytest.mark.parametrize(
    ("changes", "to"),
    [
        ({}, (KEES.email,)),
        ({"reply_to": INNER}, (INNER.email,)),
        ({"reply_to": STRANGER}, (KEES.email,)),
        ({"forwarded_from": INNER}, (INNER.email,)),
        ({"forwarded_from": STRANGER}, (KEES.email,)),
        ({"sender": Address(name="", email="")}, ()),
        ({"sender": Address(name="", email="a@b.example\nBcc: c@d.example")}, ()),
    ],
)
def test_only_the_sender_or_whom_the_crm_knows_is_addressed(changes: dict[str, Any], to: tuple[str, ...]) -> None:
    draft = drafted(about=mail(**changes))
    assert (draft.to, draft.cc) == (to, ())


def test_the_author_of_a_forwarded_mail_does_not_read_the_colleague_s_note() -> None:
    text = drafted(about=mail(forwarded_from=INNER)).text
    assert "Ann schreef:\n> Older words" in text
    assert "Graag prijs" not in text
    assert "Graag prijs" in drafted(about=mail(forwarded_from=STRANGER)).text


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Prijs", "Re: Prijs"),
        ("Re: Prijs", "Re: Prijs"),
        ("RE: Re: Prijs", "RE: Prijs"),
        ("AW: Preis", "AW: Preis"),
        ("Antw: Prijs", "Antw: Prijs"),
        ("Report: x", "Re: Report: x"),
        ("", "Re: Uw aanvraag"),
        ("a\r\nBcc: b", "Re: a Bcc: b"),
    ],
)
def test_subject(subject: str, answered: str) -> None:
    assert drafted(about=mail(subject=subject)).subject == answered


def test_it_answers_the_thread() -> None:
    draft = drafted()
    assert draft.in_reply_to == "m2@bos.example"
    assert draft.references == ("m0@bos.example", "m1@bos.example", "m2@bos.example")
    assert "Op 3 maart 2026 om 09:12 schreef Kees Bos:\n> Graag prijs\n> <b>kabel</b>\n>\n> Older words" in draft.text
    broken = drafted(about=mail(message_id="<a b\n>", in_reply_to=[]))
    assert (broken.in_reply_to, broken.references) == ("", ())


def test_a_long_mail_is_quoted_in_part() -> None:
    draft = drafted(sources=[Source(id="mail.new_text", text="word\n" * 5_000)])
    assert draft.text.count("> word") == 200


def test_the_draft_s_id_is_its_reference_s_own() -> None:
    assert drafted(reference="quote-1").message_id == "quote-1.reply@countersign.invalid"
    odd = {drafted(reference=reference).message_id for reference in ("a b", "a>b", "a-b")}
    assert len(odd) == 3
    assert all(id_.isascii() and " " not in id_ and ">" not in id_ for id_ in odd)

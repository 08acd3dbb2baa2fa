"""A machine's answer must not become a lead; and nothing that may be one is called automatic."""

import pytest

from documents.mail import read_mail
from tests.documents.building import file, mail, of_parts, part

REPORT = 'multipart/report; report-type={}; boundary="r"'


def automatic(body: str = "Text.", **fields: str) -> str | None:
    return read_mail(mail(body, **fields)).facts.automatic


def bulk(body: str = "Text.", **fields: str) -> str | None:
    return read_mail(mail(body, **fields)).facts.bulk


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "Auto-Submitted: auto-replied"),
        ({"Auto_Submitted": "auto-replied; owner-email=x", "In_Reply_To": "<1@a.example>"}, "Auto-Submitted"),
        ({"X_Autoreply": "yes"}, "X-Autoreply"),
        ({"X_Autorespond": "Re: valves"}, "X-Autorespond"),
        ({"Precedence": "auto_reply"}, "Precedence: auto_reply"),
        ({"From": "MAILER-DAEMON@mx.example"}, "mailer-daemon@mx.example"),
        ({"From": "postmaster@x.example", "Subject": "Undeliverable: valves"}, "postmaster@x.example"),
        ({"Subject": "Automatic reply: valves"}, "Automatic reply"),
        ({"Subject": "Automatisch antwoord: kleppen"}, "Automatisch antwoord"),
        ({"Subject": "Automatische Antwort: Ventile"}, "Automatische Antwort"),
        ({"Subject": "Réponse automatique : vannes"}, "Réponse automatique"),
        ({"Subject": "Abwesenheitsnotiz: AW: Ventile"}, "Abwesenheitsnotiz"),
        ({"Subject": "Afwezig: RE: kleppen"}, "Afwezig"),
        ({"Subject": "Out of Office Re: valves"}, "Out of Office"),
    ],
)
def test_automatic_by_header(fields: dict[str, str], reason: str) -> None:
    assert reason in (automatic(**fields) or "person")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"Auto_Submitted": "auto-generated"}, "Auto-Submitted: auto-generated"),
        ({"Auto_Submitted": "auto-notified"}, "Auto-Submitted: auto-notified"),
        ({"Precedence": "bulk"}, "Precedence: bulk"),
        ({"Precedence": "junk"}, "Precedence: junk"),
        ({"Precedence": "list"}, "Precedence: list"),
        ({"List_Unsubscribe": "<https://x.example>", "List_Id": "<news.x.example>"}, "List-Unsubscribe and List-Id"),
        ({"List_Unsubscribe": "<https://x.example>", "Feedback_ID": "1:2:3"}, "Feedback-Id"),
        ({"X_Auto_Response_Suppress": "All"}, "X-Auto-Response-Suppress: all"),
        ({"Return_Path": "<>"}, "empty Return-Path"),
    ],
)
def test_sent_by_a_machine_or_to_many(fields: dict[str, str], reason: str) -> None:
    assert reason in (bulk(**fields) or "person")
    assert automatic(**fields) is None


@pytest.mark.parametrize(
    "body",
    [
        "I am out of the office with limited access to mail. For urgent matters call Eva.",
        "Ik ben tot 3 december afwezig. Uw mail wordt niet doorgestuurd.",
        "Ich bin bis zum 3. Dezember nicht im Büro. In dringenden Fällen wenden Sie sich an Eva.",
        "Je suis absent jusqu'au 3 décembre. En cas d'urgence, appelez Eva.",
    ],
)
def test_out_of_office_by_its_words(body: str) -> None:
    assert "out of office" in (automatic(body, Subject="Re: valves") or "person")


def test_newsletter_that_offers_to_unsubscribe() -> None:
    assert bulk("News!\n\nAfmelden", List_Unsubscribe="<https://x.example>") is not None


@pytest.mark.parametrize(
    ("kind", "reason"), [("delivery-status", "bounce"), ("disposition-notification", "read receipt"), ("x", "report")]
)
def test_report(kind: str, reason: str) -> None:
    assert reason in (automatic("--r\r\n\r\nYour mail\r\n--r--", Content_Type=REPORT.format(kind)) or "person")


def test_calendar_answer_but_not_an_invitation() -> None:
    for method, expected in (("REPLY", True), ("REQUEST", False)):
        calendar = part(f"BEGIN:VCALENDAR\nMETHOD:{method}\nEND:VCALENDAR", f"text/calendar; method={method}")
        assert (read_mail(of_parts(part("Hello"), calendar)).facts.automatic is not None) is expected


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("We need 40 valves.", {}),
        ("We need 40 valves.", {"Auto_Submitted": "no"}),
        # a group address of the company itself: Google Groups adds all of these to a customer's mail
        (
            "We need 40 valves.",
            {
                "Precedence": "list",
                "List_Id": "<sales.firm.example>",
                "List_Post": "<mailto:sales@firm.example>",
                "List_Unsubscribe": "<mailto:x>",
            },
        ),
        # a sales tool or help desk that adds an unsubscribe header to a person's mail
        ("We need 40 valves.", {"List_Unsubscribe": "<https://x.example>"}),
        (
            "Yes, 40.",
            {"List_Unsubscribe": "<https://x.example>", "List_Id": "<t.x.example>", "In_Reply_To": "<1@a.example>"},
        ),
        ("Yes, 40.", {"Precedence": "bulk", "In_Reply_To": "<1@a.example>"}),
        # web forms, whatever their headers say
        (
            "Name: Jan\nE-mail: jan@x.example\nMessage: 40 valves",
            {"Auto_Submitted": "auto-generated", "From": "noreply@firm.example"},
        ),
        ("Naam: Jan\nTelefoon: 06\nBericht: 40 kleppen", {"Precedence": "bulk", "X_Auto_Response_Suppress": "All"}),
        ("Name | Jan\nE-Mail | jan@x.example\nNachricht | 40", {"Return_Path": "<>"}),
        (
            "E-mail: jan@x.example\n40 valves",
            {"Subject": "New contact form submission", "Auto_Submitted": "auto-generated"},
        ),
        ("Nom : Luc\nE-mail : luc@x.example\nMessage : 40", {"Auto_Submitted": "auto-generated"}),
        # people who mention an absence
        ("I am out of office from Friday, so could you send the offer before?", {}),
        ("Ik ben vrijdag afwezig, graag donderdag leveren.", {}),
        ("Our driver is absent.", {"Subject": "Absence of documents with order 5"}),
        ("Please read.", {"Subject": "Automatic valves"}),
        ("Postmaster here, we need 40 valves.", {"From": "postmaster@x.example"}),
    ],
)
def test_what_may_be_business_is_not_automatic(body: str, fields: dict[str, str]) -> None:
    assert (automatic(body, **fields), bulk(body, **fields)) == (None, None)


def test_an_order_sent_by_an_erp_is_not_automatic() -> None:
    raw = of_parts(part("Our purchase order is attached."), file(b"%PDF", "PO1.pdf"), Auto_Submitted="auto-generated")
    facts = read_mail(raw).facts
    assert (facts.automatic, facts.bulk) == (None, None)


def test_out_of_office_with_a_form_like_signature_stays_automatic() -> None:
    assert automatic("Name: Jan\nE-mail: jan@x.example", Auto_Submitted="auto-replied") is not None


def test_bounce_is_nobodys_forward() -> None:
    inner = mail("We need 40 valves.")
    raw = of_parts(part("Not delivered"), part(inner, "message/rfc822"), From="mailer-daemon@x.example", boundary="o")
    facts = read_mail(raw).facts
    assert facts.forwarded_from is None
    assert facts.automatic is not None

"""Facts, sources and files of whole mails."""

import base64
import time
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest

from documents.mail import message_key, read_mail
from jobs.mail import Address
from tests.documents.building import content, file, mail, multipart, of_parts, part, source
from tests.documents.office import docx, p, pdf, xlsx


def test_facts_and_sources_of_an_ordinary_mail() -> None:
    read = read_mail(mail("Graag 40 kleppen.\n\nGroet,\nJan\n\nDe Vries B.V.\nT. 020 1234567\n"))
    assert read.facts.sender == Address(name="Jan de Vries", email="jan@devries.example")
    assert read.facts.to == [Address(name="", email="sales@firm.example")]
    assert read.facts.date == datetime(2026, 11, 23, 10, 12, tzinfo=timezone(timedelta(hours=1)))
    assert read.facts.message_id == "1@devries.example"
    assert read.facts.automatic is None
    assert read.facts.problems == []
    assert [s.id for s in read.sources] == ["mail.header", "mail.new_text", "mail.signature"]
    assert source(read, "mail.header") == (
        "From: Jan de Vries <jan@devries.example>\nTo: sales@firm.example\nDate: 2026-11-23 Monday\nSubject: Kleppen"
    )
    assert source(read, "mail.new_text") == "Graag 40 kleppen.\n\nGroet,\nJan"
    assert source(read, "mail.signature") == "De Vries B.V.\nT. 020 1234567"
    assert read.parts == {}


def test_weekday_is_that_of_the_senders_timezone() -> None:
    read = read_mail(mail("x", Date="Sun, 22 Nov 2026 23:30:00 -0800"))
    assert "Date: 2026-11-22 Sunday" in source(read, "mail.header")


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?B?QW5mcmFnZSBTY2hyYXViZW4g?=\r\n =?utf-8?B?TTg=?=", "Anfrage Schrauben M8"),
        ("=?iso-8859-1?Q?Anfrage_Gr=F6=DFe?= 5", "Anfrage Größe 5"),
        ("=?utf-8?B?R3LDtsM=?= =?utf-8?B?n2U=?=", "Größe"),  # a character cut in two
        ("=?utf-8?B?R3LDtsOfZQ?=", "Größe"),  # padding lost
        ("Re:=?utf-8?Q?_Gr=C3=B6=C3=9Fe?=(neu)", "Re: Größe(neu)"),
        ("=?x-unknown?Q?Gr=F6=DFe?=", "Größe"),
        ("=?gb2312?B?xOO6w6Osx+vOyg==?=", "你好，请问"),
        ("=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("Größe", "Größe"),
        ("Gr\udcf6\udcdfe", "Größe"),
        ("a\r\n\tb", "a b"),
    ],
)
def test_subject(raw: str, subject: str) -> None:
    assert read_mail(mail("x", Subject=raw)).facts.subject == subject


@pytest.mark.parametrize(
    ("raw", "name", "email"),
    [
        ('"Vries, Jan de" <jan@x.example>', "Vries, Jan de", "jan@x.example"),
        ("Vries, Jan de <jan@x.example>", "Vries, Jan de", "jan@x.example"),
        ("=?utf-8?Q?M=C3=BCller=2C_Hans?= <h@x.example>", "Müller, Hans", "h@x.example"),
        ("=?utf-8?Q?M=C3=BCller_<h@x.example>?=", "Müller", "h@x.example"),
        ("jan@x.example (Jan de Vries)", "Jan de Vries", "jan@x.example"),
        ("JAN@X.example", "", "jan@x.example"),
        ("'jan@x.example' <jan@x.example>", "", "jan@x.example"),
        ("Jan [mailto:jan@x.example]", "Jan", "jan@x.example"),
        ("Jan de Vries", "Jan de Vries", ""),
        ("Boss <boss@firm.example> <jan@x.example>", "Boss <boss@firm.example>", "jan@x.example"),
        ("<>", "", ""),
    ],
)
def test_sender(raw: str, name: str, email: str) -> None:
    assert read_mail(mail("x", From=raw)).facts.sender == Address(name=name, email=email)


def test_recipients_replies_and_references() -> None:
    read = read_mail(
        mail(
            "x",
            To='"Doe, Jane" <jane@firm.example>, undisclosed-recipients:;, team: a@firm.example, b@firm.example;',
            Cc="Sales <SALES@firm.example>",
            In_Reply_To="<2@a.example>",
            References="<1@a.example>\r\n <2@a.example>",
            Reply_To="Lead <lead@x.example>",
        )
    )
    assert [a.email for a in read.facts.to] == [
        "jane@firm.example",
        "a@firm.example",
        "b@firm.example",
        "sales@firm.example",
    ]
    assert read.facts.to[0].name == "Doe, Jane"
    assert read.facts.reply_to == Address(name="Lead", email="lead@x.example")
    assert read.facts.in_reply_to == ["1@a.example", "2@a.example"]
    assert "Reply-To: Lead <lead@x.example>" in source(read, "mail.header")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Mon, 23 Nov 2026 10:12:00 -0000", datetime(2026, 11, 23, 10, 12, tzinfo=UTC)),
        ("23 Nov 26 10:12 GMT", datetime(2026, 11, 23, 10, 12, tzinfo=UTC)),
        ("Mon, 99 Nov 2026 10:12:00 +0100", None),
        ("yesterday", None),
        ("Mon, 23 Nov 2026 10:12:00 +9999", None),
    ],
)
def test_date(raw: str, expected: datetime | None) -> None:
    assert read_mail(mail("x", Date=raw)).facts.date == expected


def test_date_falls_back_to_the_first_server() -> None:
    read = read_mail(mail("x", Date="", Received="from a by b; Mon, 23 Nov 2026 10:12:00 +0100"))
    assert read.facts.date is not None
    assert read.facts.date.day == 23


def test_the_richer_alternative_is_read() -> None:
    plain = part("Please see the HTML version.")
    html = part("<p>Dear all,<p>we would like an offer for twelve brass valves of size DN50 before Friday", "text/html")
    assert "twelve brass valves" in source(read_mail(of_parts(plain, html, kind="alternative")), "mail.new_text")


def test_plain_alternative_is_preferred_when_it_says_the_same() -> None:
    plain = part("We need *twelve* valves\n\n> quoted")
    html = part("<p>We need <b>twelve</b> valves", "text/html")
    read = read_mail(of_parts(plain, html, kind="alternative"))
    assert source(read, "mail.new_text") == "We need *twelve* valves"
    assert read.facts.attachments == []


def test_table_is_read_from_the_html_alternative() -> None:
    plain = part("Article\nQty\nValve\n12\nTap\n5")
    html = part("<table><tr><td>Article<td>Qty<tr><td>Valve<td>12<tr><td>Tap<td>5</table>", "text/html")
    read = read_mail(of_parts(plain, html, kind="alternative"))
    assert source(read, "mail.new_text") == "Article | Qty\nValve | 12\nTap | 5"


def test_alternatives_that_contradict_each_other_are_both_kept() -> None:
    plain = part(
        "Please send forty brass valves to our warehouse in Antwerp before Friday morning, thank you very much."
    )
    html = part(
        "<p>Kindly transfer the outstanding amount directly towards another bank account mentioned below today",
        "text/html",
    )
    read = read_mail(of_parts(plain, html, kind="alternative"))
    assert any("other version" in problem for problem in read.facts.problems)
    assert "forty brass valves" in "".join(s.text for s in read.sources)
    assert "another bank account" in "".join(s.text for s in read.sources)


def test_nested_parts_inline_image_and_file() -> None:
    related = multipart(
        part("<p>See <img src='cid:1' alt='drawing'>", "text/html"),
        part(base64.b64encode(b"\x89PNG1"), 'image/png; name="drawing.png"', Content_Transfer_Encoding="base64"),
        kind="related",
        boundary="r",
    )
    body = multipart(part("See drawing"), related, kind="alternative", boundary="a")
    read = read_mail(of_parts(body, file(b"DWG-1\0", "order.dwg")))
    assert [(a.name, a.media_type, a.size) for a in read.facts.attachments] == [
        ("drawing.png", "image/png", 5),
        ("order.dwg", "application/octet-stream", 6),
    ]
    assert content(read, "order.dwg") == b"DWG-1\0"
    assert source(read, "mail.new_text") == "See drawing"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
        ("attachment; filename*0*=utf-8''Gr%C3%B6; filename*1*=%C3%9Fe.pdf", "Größe.pdf"),
        ('attachment; filename="=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?="', "Größe.pdf"),
        ("attachment; filename=Größe.pdf", "Größe.pdf"),
        ("attachment; filename=my order.pdf", "my order.pdf"),
        ('attachment; filename="../../etc/order.pdf"', "order.pdf"),
        ('attachment; filename="C:\\\\tmp\\\\order.pdf"', "order.pdf"),
        ("attachment", "part-1.pdf"),
        ("attachment; filename*=broken''%C3", "Ã"),
    ],
)
def test_file_names(disposition: str, name: str) -> None:
    read = read_mail(of_parts(part("%PDF", "application/pdf", Content_Disposition=disposition)))
    assert [a.name for a in read.facts.attachments] == [name]


def test_text_attachments_are_sources() -> None:
    read = read_mail(
        of_parts(
            part("See files."),
            file("Artikel;Stück\nSchraube;5".encode("cp1252"), "list.csv", "application/octet-stream"),
            file(b"<table><tr><td>a<td>b</table>", "page.html", "text/html"),
            file(b'{"qty": 5}', "order.json", "application/json"),
            file(b"x" * 70_000, "list.csv", "text/csv"),
        )
    )
    assert source(read, "attachment:list.csv") == "Artikel | Stück\nSchraube | 5"
    assert source(read, "attachment:page.html") == "a | b"
    assert source(read, "attachment:order.json") == '{"qty": 5}'
    assert source(read, "attachment:list.csv (2)").endswith("[cut here: 10000 more characters in the file]")
    assert read.facts.problems == ["list.csv: only its first 60000 characters are shown."]


def test_documents_are_sources() -> None:
    read = read_mail(
        of_parts(
            part("See files."),
            file(pdf([(50, 700, "40 valves")]), "order.pdf", "application/octet-stream"),
            file(xlsx({"S": [["Valve", 40]]}), "list.xlsx", "application/pdf"),
            file(docx(p("Drawing follows")), "letter.docx"),
            file(b"%PDF-1.7\nnothing", "broken.pdf"),
        )
    )
    assert source(read, "attachment:order.pdf") == "[page 1]\n40 valves"
    assert source(read, "attachment:list.xlsx") == "[sheet S]\nValve | 40"
    assert source(read, "attachment:letter.docx") == "Drawing follows"
    assert read.facts.problems == ["broken.pdf: it is damaged and cannot be read."]
    assert [a.problem for a in read.facts.attachments] == [None, None, None, "it is damaged and cannot be read"]


def test_only_so_many_documents_of_a_mail_are_read() -> None:
    files = [file(docx(p(f"Order {n}")), f"{n}.docx") for n in range(27)]
    read = read_mail(of_parts(part("See files."), *files, file(b"plain", "note.txt")))
    assert sum(s.id.endswith(".docx") for s in read.sources) == 25
    assert source(read, "attachment:note.txt") == "plain"
    assert read.facts.problems == [
        f"{n}.docx: it is not read, because the mail has more than 25 documents." for n in (25, 26)
    ]


def test_documents_that_take_long_leave_no_time_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.contents._MAX_DOCUMENT_SECONDS", 0)
    read = read_mail(of_parts(*(file(docx(p("Order")), f"{n}.docx") for n in range(2))))
    assert [s.id for s in read.sources if s.id.startswith("attachment:")] == ["attachment:0.docx"]
    assert read.facts.problems == ["1.docx: it is not read, because the documents before it took too long."]


def test_attached_mail_is_read_with_its_own_files() -> None:
    inner = of_parts(
        part("We need 40 valves."),
        file(b"DWG-1\0", "order.dwg"),
        boundary="in",
        From="Lead <lead@x.example>",
        Subject="Valves",
    )
    read = read_mail(of_parts(part("Can you take this?"), part(inner, "message/rfc822")))
    assert [a.name for a in read.facts.attachments] == ["Valves.eml", "order.dwg"]
    assert "From: Lead <lead@x.example>" in source(read, "attachment:Valves.eml")
    assert source(read, "attachment:Valves.eml").endswith("We need 40 valves.")
    assert read.facts.forwarded_from == Address(name="Lead", email="lead@x.example")


def test_attached_mail_with_a_long_head_keeps_its_parts_to_itself() -> None:
    long_head = {"X-Long": " \r\n ".join(["word " * 10] * 200)}
    inner = mail("", long_head, MIME_Version="1.0")[:-2] + multipart(
        part("We need 40."), part("Thanks."), boundary="in"
    )
    read = read_mail(of_parts(part("FYI"), part(inner, "message/rfc822")))
    assert source(read, "mail.new_text") == "FYI"
    assert source(read, "attachment:Kleppen.eml").endswith("We need 40.\n\nThanks.")


def test_files_of_the_same_name_are_told_apart() -> None:
    names = ["a (2).txt", "a.txt", "a.txt", "a.txt"]
    read = read_mail(of_parts(*(file(str(i).encode(), name, "text/plain") for i, name in enumerate(names))))
    assert len({s.id for s in read.sources}) == len(read.sources) == 5


def test_base64_encoded_eml_file_is_an_attached_mail() -> None:
    inner = mail("We need 40 valves.", From="Lead <lead@x.example>")
    read = read_mail(of_parts(part("FYI"), file(inner, "request.eml", "application/octet-stream")))
    assert "We need 40 valves." in source(read, "attachment:request.eml")


def test_mails_attached_to_mails_without_end() -> None:
    raw = mail("innermost")
    for depth in range(40):
        raw = of_parts(part("outer"), part(raw, "message/rfc822"), boundary=f"b{depth}.")
    read = read_mail(raw)
    assert any("too many" in problem for problem in read.facts.problems)
    assert any(b"innermost" in blob for blob, _ in read.parts.values())


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("us-ascii", "Größe 5 €".encode("cp1252"), "Größe 5 €"),
        ("iso-8859-1", "Größe 5 €".encode(), "Größe 5 €"),
        ("utf-8", "Größe".encode("cp1252"), "Größe"),
        ("x-no-such", "Größe".encode(), "Größe"),
        ("", "Größe".encode(), "Größe"),
        ("gb2312", "你好，请问价格鎔".encode("gb18030"), "你好，请问价格鎔"),
        ("utf-16", "Größe fünf".encode("utf-16"), "Größe fünf"),
        ("utf-8", "Größe fünf".encode("utf-16-le"), "Größe fünf"),
        ("iso-2022-jp", "見積もり".encode("iso2022_jp"), "見積もり"),
        ("windows-1251", "Здравствуйте".encode("cp1251"), "Здравствуйте"),
        ("rot13", b"plain", "plain"),
        ("ks_c_5601-1987", "견적".encode("cp949"), "견적"),
    ],
)
def test_charset(charset: str, body: bytes, text: str) -> None:
    read = read_mail(mail(body, Content_Type=f"text/plain; charset={charset}" if charset else "text/plain"))
    assert source(read, "mail.new_text") == text


def test_charset_of_html_from_its_meta() -> None:
    body = '<meta charset="windows-1251"><p>Здравствуйте'.encode("cp1251")
    assert source(read_mail(mail(body, Content_Type="text/html")), "mail.new_text") == "Здравствуйте"


def test_unreadable_characters_are_a_problem_and_the_part_is_kept() -> None:
    body = "Größe, Maße, Stücke".encode() + b"\xff"
    read = read_mail(mail(body, Content_Type="text/plain; charset=utf-8"))
    assert source(read, "mail.new_text") == "Größe, Maße, Stücke\ufffd"
    assert read.facts.problems == ["mail text.txt: 1 characters could not be read."]
    assert content(read, "mail text.txt") == body


def test_damaged_base64_is_kept_as_it_came() -> None:
    encoded = base64.b64encode(b"AC1032 order of forty valves\x00")
    broken = encoded[:10] + b"*" + encoded[10:-3]
    raw = of_parts(part(broken, 'application/acad; name="o.dwg"', Content_Transfer_Encoding="base64"))
    read = read_mail(raw)
    assert read.facts.problems == ["o.dwg: its base64 encoding is damaged."]
    assert broken in [blob for blob, _ in read.parts.values()]
    assert content(read, "o.dwg").startswith(b"AC1032 order of forty")


def test_text_that_is_declared_base64_but_is_not() -> None:
    read = read_mail(mail("We need 40 valves.", Content_Transfer_Encoding="base64"))
    assert source(read, "mail.new_text") == "We need 40 valves."


def test_plain_footer_behind_base64_is_not_lost() -> None:
    body = base64.encodebytes("Größe".encode() * 30) + b"\n-- \nlist footer here\n"
    read = read_mail(mail(body, Content_Transfer_Encoding="base64", Content_Type="text/plain; charset=utf-8"))
    assert source(read, "mail.new_text").startswith("GrößeGröße")
    assert any(b"list footer here" in blob for blob, _ in read.parts.values())


def test_broken_quoted_printable() -> None:
    body = b"Gr=C3=B6=C3=9Fe =ZZ 5=\r\n0 st=\r\n\r\nend="
    read = read_mail(mail(body, Content_Transfer_Encoding="quoted-printable", Content_Type="text/plain; charset=utf-8"))
    assert source(read, "mail.new_text").startswith("Größe =ZZ 50 st")


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw.replace(b"--=_b1--\r\n", b""),
        lambda raw: raw.replace(b'boundary="=_b1"', b"boundry=x"),
        lambda raw: raw.replace(b'boundary="=_b1"', b'boundary="other"'),
        lambda raw: raw.replace(b"--=_b1\r\nContent-Disposition", b"--=_bX\r\nContent-Disposition"),
        lambda raw: raw.replace(b"\r\n--=_b1\r\nContent-Type: app", b"\r\n--=_bX\r\nContent-Type: app"),
        lambda raw: raw.replace(b"\r\n", b"\n"),
        lambda raw: raw.replace(b"\r\n", b"\r"),
        lambda raw: raw.replace(b"\r\n", b"\r\r\n"),
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: b"\r\n\r\n" + raw,
        lambda raw: b"From jan@x.example Mon Nov 23 10:12:00 2026\r\n" + raw,
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: raw.replace(b"Subject:", b"This is no header\r\nSubject:"),
    ],
)
def test_damaged_structure_keeps_text_and_file(damage) -> None:
    read = read_mail(damage(of_parts(part("We need 40 valves."), file(b"AC1032 forty", "order.dwg"))))
    assert "We need 40 valves." in source(read, "mail.new_text")
    assert content(read, "order.dwg") == b"AC1032 forty"
    assert read.facts.subject == "Kleppen"


def test_text_file_without_a_head_is_all_body() -> None:
    text = "Note: call Jan\nHe needs 40 valves: soon.\n\nOur part: 5 taps"
    read = read_mail(text.encode())
    assert source(read, "mail.new_text") == text
    assert read.facts.sender == Address(name="", email="")
    assert source(read, "mail.header") == ""


def test_body_without_an_empty_line_before_it() -> None:
    assert source(read_mail(b"From: a@b.example\nSubject: x\nWe need 40 valves.\nName: Jan\n"), "mail.new_text") == (
        "We need 40 valves.\nName: Jan"
    )


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b" \n"])
def test_empty_mail(raw: bytes) -> None:
    read = read_mail(raw)
    assert read.facts.problems == ["The mail is empty."]
    assert read.sources == []


def test_control_characters_do_not_reach_the_sources() -> None:
    read = read_mail(mail(b"40\x00 val\x07ves \xed\xa0\x80 \xe2\x80\xae!", Subject="a\x00b"))
    text = "".join(s.text for s in read.sources)
    text.encode()
    assert "40 valves" in text
    assert not set(text) & {"\x00", "\x07", "\u202e"}


def test_flowed_text_gets_its_paragraphs_back() -> None:
    body = "We need forty \nvalves of brass \nbefore Friday.\n\n> You asked \n> for something.\n\n-- \nJan"
    read = read_mail(mail(body, Content_Type="text/plain; format=flowed"))
    assert source(read, "mail.new_text").startswith("We need forty valves of brass before Friday.")
    assert source(read, "mail.signature") == "-- \nJan"


def test_long_texts_are_cut_and_kept_whole() -> None:
    body = "We need valves.\n" * 10_000
    read = read_mail(mail(body))
    assert len(source(read, "mail.new_text")) < 61_000
    assert "cut here" in source(read, "mail.new_text")
    assert any("first 60000 characters" in problem for problem in read.facts.problems)
    assert content(read, "new text.txt").decode() == body.strip()


def test_sealed_mail_says_so() -> None:
    read = read_mail(of_parts(file(b"\x30\x80", "smime.p7m", "application/pkcs7-mime")))
    assert read.facts.problems == ["smime.p7m: it is encrypted or sealed and cannot be read."]


LEAD = "Lead Person <lead@x.example>"
FORWARDS = [
    ("FW: valves", f"FYI\n\nFrom: {LEAD}\nSent: Monday\nTo: Jan\nSubject: valves\n\nWe need 40."),
    ("valves", f"FYI\n\n---------- Forwarded message ---------\nFrom: {LEAD}\nDate: Mon\nSubject: v\n\nWe need 40."),
    (
        "Doorst: kleppen",
        "Van: Lead Person [mailto:lead@x.example]\nVerzonden: ma\nAan: Jan\nOnderwerp: k\n\nWij willen 40.",
    ),
    ("WG: Ventile", f"Bitte!\n\nVon: {LEAD}\nGesendet: Montag\nAn: Jan\nBetreff: Ventile\n\nWir brauchen 40."),
    ("TR : vannes", f"De : {LEAD}\nEnvoyé : lundi\nÀ : Jan\nObjet : vannes\n\nIl en faut 40."),
    ("I: valvole", f"Da: {LEAD}\nInviato: lunedì\nA: Jan\nOggetto: valvole\n\n40 pezzi."),
    ("Fwd: valves", f"> Begin forwarded message:\n>\n> From: {LEAD}\n> Subject: v\n> Date: Mon\n>\n> We need 40."),
    ("valves", f"Begin doorgestuurd bericht:\n\n> Van: {LEAD}\n> Onderwerp: kleppen\n>\n> Wij willen 40."),
    (
        "Fwd: v",
        f"-------- Weitergeleitete Nachricht --------\nBetreff: V\nDatum: Mo\nVon: {LEAD}\nAn: Jan\n\nWir brauchen 40.",
    ),
    ("valves", f"From: {LEAD}\nSent: Monday\nTo: Jan\nSubject: valves\n\nWe need 40."),
    ("Re: Fwd: valves", f"Yes?\n\n-------- Mensaje reenviado --------\nDe: {LEAD}\nAsunto: v\n\nNecesitamos 40."),
]


@pytest.mark.parametrize(("subject", "body"), FORWARDS)
def test_who_wrote_the_forwarded_mail(subject: str, body: str) -> None:
    read = read_mail(mail(body, Subject=subject))
    assert read.facts.forwarded_from == Address(name="Lead Person", email="lead@x.example")
    assert "40" in source(read, "mail.thread")


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("RE: valves", "Yes.\n\nFrom: Eva <eva@firm.example>\nSent: Monday\nTo: Jan\nSubject: valves\n\nIs 40 right?"),
        ("Re: valves", "Yes.\n\nOn 1 Feb 2027, at 18:32, Eva <eva@firm.example> wrote:\n> Is 40 right?"),
        ("valves", "We need 40."),
        ("Re: valves", "From: Eva <eva@firm.example>\nSent: Monday\nTo: Jan\nSubject: valves\n\nPlease send the list."),
    ],
)
def test_an_answer_is_not_a_forward(subject: str, body: str) -> None:
    assert read_mail(mail(body, Subject=subject)).facts.forwarded_from is None


def test_message_key() -> None:
    assert message_key(mail("x")) == message_key(mail("other words")) == "id:1@devries.example"
    assert message_key(mail("x", {"Message-ID": "<1@devries.\r\n example>"})) != message_key(mail("x"))
    assert message_key(mail("x", {"Message-ID": "1@devries.example"})) == "id:1@devries.example"


@pytest.mark.parametrize("message_id", ["", "<>", "<no-at-sign>", "<two words@x.example>", "=?utf-8?Q?=00?="])
def test_message_key_without_a_sane_id_is_the_content(message_id: str) -> None:
    raw = mail("x", {"Message-ID": message_id})
    key = message_key(raw)
    assert key.startswith("sha256:")
    assert key == message_key(raw.replace(b"\r\n", b"\n") + b"\n")
    assert key != message_key(raw + b"y")
    assert read_mail(raw).facts.message_id == ""


def test_an_ordinary_mail_is_read_in_milliseconds() -> None:
    plain = "We need forty valves of brass, as in your last offer.\n" * 30
    html = f"<html><body><p>{'</p><p>'.join(plain.splitlines())}</p></body></html>"
    raw = of_parts(part(plain), part(html, "text/html"), kind="alternative")
    read_mail(raw)
    seconds = min(_seconds(raw) for _ in range(10))
    assert seconds < 0.03, "ten times what it takes on a slow machine"


def test_a_large_attachment_costs_little_time_and_memory() -> None:
    drawing = bytes(range(256)) * (25_000_000 // 256)
    raw = of_parts(part("See file."), file(drawing, "large.dwg", "application/acad"))
    tracemalloc.start()
    read = read_mail(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert content(read, "large.dwg") == drawing
    assert peak < 130_000_000
    assert _seconds(raw) < 2


def test_the_key_of_a_large_mail_is_cheap() -> None:
    raw = mail("x" * 25_000_000)
    start = time.perf_counter()
    message_key(raw)
    assert time.perf_counter() - start < 0.2


def _seconds(raw: bytes) -> float:
    start = time.perf_counter()
    read_mail(raw)
    return time.perf_counter() - start

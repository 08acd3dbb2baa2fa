"""The bytes of a draft."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime

import pytest

from connectors.base import Refused
from connectors.mime import compose
from jobs.mail import Address
from tests.mailbox.drafts import DRAFT, SENDER, Saved, draft, parsed

HEADERS = ["From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Unsent"]
INJECTIONS = [
    "Offer\r\nBcc: thief@evil.example",
    "Offer\nBcc: thief@evil.example\n\n<b>body</b>",
    "Offer\r\n\r\n<script>",
    "Offer\x0bBcc: thief@evil.example\x85X: y\u2028Z: z",
    "=?utf-8?q?Offer=0D=0ABcc=3A_thief=40evil.example?=",
]


def composed(**changes: object) -> Saved:
    content = compose(draft(**changes), SENDER)
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    content.decode("ascii")
    return Saved(parsed(content))


def test_headers_are_the_drafts() -> None:
    mail = composed().mail
    assert mail.keys() == [*HEADERS, "Content-Type", "MIME-Version"]
    [sender] = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (SENDER.name, SENDER.email)
    assert [(to.display_name, to.addr_spec) for to in mail["To"].addresses] == [
        ("Łukasz Żółć", "lukasz@xn--mller-kva.example"),
        ("Smith, Bob", "bob@example.com"),
    ]
    assert mail["Message-ID"] == f"<{DRAFT.message_id}>"
    assert parsedate_to_datetime(mail["Date"]).tzinfo is not None
    assert mail.get_content_type() == "multipart/alternative"


def test_headers_without_a_value_are_left_out() -> None:
    assert composed(cc=(), in_reply_to="", references=()).mail.keys() == [
        *(name for name in HEADERS if name not in ("Cc", "In-Reply-To", "References")),
        "Content-Type",
        "MIME-Version",
    ]


@pytest.mark.parametrize("subject", INJECTIONS)
def test_a_subject_starts_no_header_of_its_own(subject: str) -> None:
    saved = composed(subject=subject)
    assert saved.mail.keys() == [*HEADERS, "Content-Type", "MIME-Version"]
    assert saved.mail["Subject"].startswith(("Offer ", "=?utf-8?q?Offer"))
    assert saved.body("plain") == DRAFT.text


@pytest.mark.parametrize("word", ["Angebot ", "größer ", "見積", "x", "😀", "a=?b?= "])
def test_long_subjects_are_folded_and_read_back_whole(word: str) -> None:
    subject = (word * 400).strip()
    content = compose(draft(subject=subject), SENDER)
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert parsed(content)["Subject"] == subject


@pytest.mark.parametrize(
    "name", ["x" * 300, "Überaus lange Firma " * 20, 'Quote " and \\', "=?utf-8?q?odd?=", "a@b.example"]
)
def test_names_are_read_back_whole(name: str) -> None:
    header = message_from_bytes(compose(DRAFT, Address(name=name, email="a@b.example")))["From"]
    phrase, address = parseaddr(header)
    assert (str(make_header(decode_header(phrase))), address) == (name.strip(), "a@b.example")


def test_a_domain_with_sharp_s_is_not_another_one() -> None:
    [to] = composed(to=("info@straße.example",)).mail["To"].addresses
    assert to.domain == "xn--strae-oqa.example"


def test_an_impossible_domain_is_refused() -> None:
    with pytest.raises(Refused, match="draft: to has a domain"):
        composed(to=(f"info@{'ü' * 70}.example",))


def test_long_threads_keep_their_first_mail_and_the_last_ones() -> None:
    ids = [f"{number}@{'long' * 20}.example" for number in range(50)]
    references = composed(references=ids).mail["References"].split()
    assert references == [f"<{id_}>" for id_ in (ids[0], *ids[-19:])]


@pytest.mark.parametrize(
    "odd", ["a@b>\r\nBcc: thief@evil.example", "two words@b.example", "ü@b.example", "x" * 1000, "<a@b>"]
)
def test_odd_message_ids_of_others_are_left_out(odd: str) -> None:
    mail = composed(in_reply_to=odd, references=("a@b.example", odd, "c@d.example")).mail
    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<a@b.example> <c@d.example>"


@pytest.mark.parametrize(
    "text", ["", "no end of line", "a\r\nb\rc\n", "nul \0 and \x85 and \u2028", "\udcff", "x" * 5000, "  \n \n"]
)
def test_bodies_are_read_back_whole(text: str) -> None:
    saved = composed(text=text, html=text)
    expected = text.replace("\r\n", "\n").replace("\r", "\n").replace("\udcff", "?")
    assert (saved.body("plain"), saved.body("html")) == (expected, expected)

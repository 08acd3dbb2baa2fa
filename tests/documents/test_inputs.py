"""Whatever a person hands over: mails, notes and documents."""

import pytest

from documents.inputs import is_mail, read_any
from documents.mail import message_key, read_mail
from jobs.mail import Address
from tests.documents.building import file, mail, of_parts, part, source
from tests.documents.office import docx, p, pdf, xlsx

NOTE = "Hello,\n\nPlease quote 40 valves.\n\nRegards\nJan\nDe Vries B.V.\n"


@pytest.mark.parametrize(
    "raw",
    [
        mail("We need 40."),
        mail("We need 40.", From="", Subject=""),
        b"From: a@b.example\n\nWe need 40.",
        b"Subject: Valves\nFrom: Jan\n\nWe need 40.",
        b"From jan@x.example Mon Nov 23 10:12:00 2026\r\n" + mail("We need 40."),
        mail("We need 40.").decode().encode("utf-16"),
        of_parts(part("We need 40."), file(pdf([(50, 700, "Order")]), "order.pdf")),
    ],
)
def test_mail_is_read_as_mail(raw: bytes) -> None:
    assert is_mail(raw)
    assert read_any(raw, "order.txt") == read_mail(raw)


@pytest.mark.parametrize(
    "text",
    [
        NOTE,
        "Note: x\n\nPlease quote 40 valves.",
        "From: the workshop\nWe need 40 valves.",
        "Date: Monday\nTo: purchasing\nWe need 40 valves.",
        "Subject: valves\n\nWe need 40.",
        "Van: Jan\nOnderwerp: kleppen\n\nGraag 40.",
        "On Monday Eva wrote:\n> 40 valves?\n\nYes.",
        "10 x DN50, brass\n20 x DN80, steel",
    ],
)
def test_plain_text_is_read_as_it_is(text: str) -> None:
    for name in ("note.txt", ""):
        read = read_any(text.encode(), name)
        assert [(s.id, s.text) for s in read.sources] == [("mail.new_text", text.strip("\n"))]
        assert read.facts.subject == name
        assert read.facts.sender == Address(name="", email="")
        assert read.facts.message_id == ""
        assert read.facts.problems == []
        assert message_key(text.encode()).startswith("sha256:")


@pytest.mark.parametrize(
    ("content", "name", "guessed", "text"),
    [
        (pdf([(50, 700, "40 valves")]), "order.pdf", "document.pdf", "[page 1]\n40 valves"),
        (xlsx({"S": [["Valve", 40]]}), "order.xlsx", "document.xlsx", "[sheet S]\nValve | 40"),
        (docx(p("40 valves")), "order.docx", "document.docx", "40 valves"),
        (b"<html><p>40<p>valves</html>", "order.html", "page.html", "40\n\nvalves"),
        (b"Art;Qty\nValve;40\nTap;5\n", "order.csv", "table.csv", "Art | Qty\nValve | 40\nTap | 5"),
    ],
)
def test_documents(content: bytes, name: str, guessed: str, text: str) -> None:
    read = read_any(content, f"C:\\orders\\{name}")
    assert [(s.id, s.text) for s in read.sources] == [(f"attachment:{name}", text)]
    assert read.facts.subject == name
    assert [a.name for a in read.facts.attachments] == [name]
    assert read.facts.problems == []
    assert read.parts[read.facts.attachments[0].sha256][0] == content
    assert source(read_any(content), f"attachment:{guessed}") == text
    assert message_key(content).startswith("sha256:")


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "note.txt", "The file is empty."),
        (b" \r\n", "", "The file is empty."),
        (b"<table><tr><td><img src=x></table>", "order.html", "The file holds no text."),
        (b"%PDF-1.7\nnothing", "order.pdf", "order.pdf: it is damaged and cannot be read."),
        (b"\x89PNG" + bytes(100), "scan.png", "scan.png: it is no document and cannot be read."),
        (bytes(100), "", "file.bin: it is no document and cannot be read."),
        (b"PK\x03\x04" + bytes(100), "orders.zip", "orders.zip: it is an archive, which is not opened."),
        (b"PK\x03\x04" + bytes(100), "", "file.zip: it is an archive, which is not opened."),
    ],
)
def test_what_cannot_be_read_is_told_and_kept(content: bytes, name: str, problem: str) -> None:
    read = read_any(content, name)
    assert read.facts.problems == [problem]
    assert read.sources == []
    assert not content.strip() or content in [blob for blob, _ in read.parts.values()]


def test_long_text_is_cut_and_kept_whole() -> None:
    read = read_any(b"valve\n" * 20_000, "note.txt")
    assert source(read, "mail.new_text").endswith("[cut here: 59999 more characters]")
    assert read.facts.problems == ["note.txt: only its first 60000 characters are shown."]
    assert len(read.parts) == 1

"""Invoices made to break their reader: each ends in a clear sentence and a case, in bounded time and memory."""

import re
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from documents.inputs import read_any
from documents.invoices import ReadInvoice, read_invoices
from documents.mail import ReadMail
from tests.documents.building import file, of_parts, part
from tests.documents.einvoices import ubl
from tests.documents.office import Placed, pdf
from tests.documents.pdfs import (
    bomb,
    embedding,
    invoice_page,
    locked,
    photo,
    placed,
    saved,
    with_embedded,
    with_page_of,
    with_picture,
)

SECONDS = 25
"""The reading process has 20 of its own."""
MEGABYTES = 100
"""Of the worker's memory, beside the file itself."""

INVOICE = pdf(invoice_page("RE-4711"))
UBL = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
ENTITIES = "".join(f"<!ENTITY {b} '{f'&{a};' * 50}'>" for a, b in zip("abcdefg", "bcdefgh", strict=True))
DOCTYPE = "it declares a document type of its own"
NO_TYPE = "it is not what its name and type say, and cannot be read"


def read(content: bytes, name: str) -> tuple[ReadMail, list[ReadInvoice]]:
    """Within the limits, and with a picture of nothing missing: what is there is referred to."""
    tracemalloc.start()
    started = time.monotonic()
    mail = read_any(content, name)
    found = read_invoices(mail, content, name)
    seconds, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < SECONDS
    assert peak < MEGABYTES * 1_000_000 + 3 * len(content)
    for invoice in found:
        invoice.intake.model_dump_json()
        refs = [picture.sha256 for picture in invoice.intake.pictures]
        refs += [one.sha256 for one in (invoice.intake.file, *invoice.intake.beside) if one.sha256]
        assert set(refs) <= mail.parts.keys()
    return mail, found


def told(content: bytes, name: str) -> list[str]:
    """The problems of the one case that comes of it."""
    _, (invoice,) = read(content, name)
    assert invoice.draft is None
    assert all(re.fullmatch(r"[^\n\0]+\.", problem) for problem in invoice.intake.mail.problems)
    return invoice.intake.mail.problems


def white_png(side: int) -> bytes:
    out = BytesIO()
    Image.new("1", (side, side), 1).save(out, "PNG")
    return out.getvalue()


def endless() -> bytes:
    """A form that draws itself twice, thirty times deep."""
    document = pikepdf.open(BytesIO(pdf([])))
    inner = pikepdf.Stream(document, b"BT ET")
    for _ in range(30):
        outer = pikepdf.Stream(document, b"/F Do /F Do")
        outer.Type, outer.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        outer.BBox = pikepdf.Array([0, 0, 100, 100])
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
        inner = outer
    document.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
    document.pages[0].obj.Contents = pikepdf.Stream(document, b"/F Do")
    return saved(document)


CASES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "entity bomb": (lambda: f"<!DOCTYPE x [<!ENTITY a 'ha'>{ENTITIES}]>{UBL}&h;</Invoice>".encode(), "a.xml", DOCTYPE),
    "external entity": (
        lambda: f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{UBL}&a;</Invoice>'.encode(),
        "a.xml",
        DOCTYPE,
    ),
    "in UTF-16": (lambda: f"<!DOCTYPE x []>{UBL}</Invoice>".encode("utf-16"), "a.xml", DOCTYPE),
    "deep XML": (lambda: f"{UBL}{'<a>' * 100_000}".encode(), "a.xml", "no well-formed XML"),
    "wide XML": (lambda: f"{UBL}{'<a/>' * 1_000_000}</Invoice>".encode(), "a.xml", "it has more than"),
    "large XML": (lambda: f"{UBL}{'x' * 21_000_000}</Invoice>".encode(), "a.xml", "larger than the 20 MB"),
    "NUL in XML": (lambda: f"{UBL}\0</Invoice>".encode(), "a.xml", "no well-formed XML"),
    "cut XML": (lambda: ubl()[:2000], "a.xml", "no well-formed XML"),
    "zip bomb that draws a page": (
        lambda: with_page_of(bomb(700)),
        "a.pdf",
        "it breaks the reader, or takes it too long",
    ),
    "zip bomb in a PDF": (lambda: with_embedded(bomb(700)), "a.pdf", "not all that it holds can be read"),
    "large file in a PDF": (lambda: with_embedded(bomb(20)), "a.pdf", "larger than the 10 MB"),
    "picture bomb in a PDF": (lambda: with_picture(bomb(900), 30_000), "a.pdf", "only pictures"),
    "forms in forms": (endless, "a.pdf", ""),
    "password": (lambda: locked(INVOICE, "secret"), "a.pdf", "protected by a password"),
    "cut PDF": (lambda: INVOICE[:300], "a.pdf", "damaged"),
    "noise in a PDF": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100, "a.pdf", "damaged"),
    "2,000 pages": (
        lambda: pdf(*[[(50.0, 700.0, f"Sheet {n}")] for n in range(2000)]),
        "a.pdf",
        "first 50 of 2000 pages",
    ),
    "very many files in a PDF": (
        lambda: with_embedded(bomb(1), 3000),
        "a.pdf",
        "only the first 20 of its 3000 embedded files",
    ),
    "entity bomb in a PDF": (
        lambda: embedding(INVOICE, {"factur-x.xml": f"<!DOCTYPE x [{ENTITIES}]>{UBL}&h;</Invoice>".encode()}),
        "a.pdf",
        DOCTYPE,
    ),
    "program named PDF": (lambda: b"MZ" + bytes(range(256)) * 20, "a.pdf", NO_TYPE),
    "zeros named XML": (lambda: bytes(1000), "a.xml", NO_TYPE),
    "no bytes of a PDF": (lambda: b"", "a.pdf", "empty"),
    "no bytes of XML": (lambda: b"", "a.xml", "empty"),
    "no bytes of a picture": (lambda: b"", "a.png", "empty"),
    "no bytes of nothing": (lambda: b"", "", "empty"),
    "picture bomb": (lambda: white_png(20_000), "a.png", "more than the 50 million pixels"),
    "cut picture": (lambda: photo()[:5000], "a.png", "damaged"),
    "noise named picture": (lambda: bytes(range(256)) * 20, "a.jpg", "damaged"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_clear_sentence_and_a_case(name: str) -> None:
    make, file_name, sentence = CASES[name]
    content = make()
    assert any(sentence in problem for problem in told(content, file_name)) or not sentence


@pytest.mark.parametrize("name", ["entity bomb", "password", "cut PDF", "program named PDF"])
def test_a_mail_with_it_is_a_case(name: str) -> None:
    make, file_name, sentence = CASES[name]
    (problem,) = told(of_parts(part("Invoice"), file(make(), file_name)), "")
    assert problem.startswith(f"{file_name}: ")
    assert sentence in problem


def test_what_can_be_read_is_read_although_the_rest_cannot() -> None:
    for content in (
        with_embedded(bomb(700)),
        with_embedded(bomb(20)),
        embedding(INVOICE, {"factur-x.xml": b"<Invoice"}),
    ):
        _, (invoice,) = read(content, "a.pdf")
        assert "RE-4711" in invoice.intake.sources[0].text


def test_a_pdf_that_only_must_not_be_changed_is_read() -> None:
    assert told(locked(INVOICE, ""), "a.pdf") == []


def test_names_of_embedded_files_lead_nowhere() -> None:
    names = [
        "../../etc/passwd",
        "C:\\Windows\\a.xml",
        "/abs/b.xml",
        "..",
        "",
        "\0\n",
        "a\u202efdp.exe",
        "x" * 500 + ".xml",
    ]
    mail, _ = read(embedding(INVOICE, [(name, f"<a>{name}</a>".encode()) for name in names]), "a.pdf")
    inner = [one.name for one in mail.facts.attachments if one.inside]
    assert inner[:3] == ["passwd", "a.xml", "b.xml"]
    assert len(inner) == len(names)
    assert all(re.fullmatch(r"[\w. -]{1,133}", name) and not name.startswith(".") for name in inner)


def test_pdfs_within_pdfs_end_somewhere() -> None:
    content = INVOICE
    for _ in range(12):
        content = embedding(
            content, {"invoice.pdf": content, "copy.pdf": content} if len(content) < 20_000 else {"a.pdf": content}
        )
    mail, found = read(content, "a.pdf")
    assert len(found) == 1
    assert len(mail.facts.attachments) < 30
    assert any("nested too deep" in problem for problem in mail.facts.problems)


def test_names_that_lie() -> None:
    _, (invoice,) = read(INVOICE, "a.xml")
    assert invoice.intake.sources[0].id == "a.xml, page 1"
    _, (invoice,) = read(ubl(), "a.pdf")
    assert invoice.read_by == "UBL Invoice"
    _, (invoice,) = read(ubl(), "a.exe")
    assert invoice.read_by == "UBL Invoice"


def test_very_many_letters_on_a_page_and_pages_of_text() -> None:
    crowded: list[Placed] = [(50.0, 700.0 - 0.1 * n, "x" * 200) for n in range(500)]
    told(pdf(crowded), "a.pdf")
    lines = placed(*["word " * 40] * 25)
    _, (invoice,) = read(pdf(*[lines] * 50), "a.pdf")
    assert sum(len(source.text) for source in invoice.intake.sources) <= 200_000
    assert invoice.intake.mail.problems == ["a.pdf: its text is too long to be read to its end."]

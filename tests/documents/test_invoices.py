"""Invoices, wherever they stand: in XML, in PDFs, in mails with other papers; one each, with all that belongs to it."""

import base64
from io import BytesIO

import pikepdf
import pytest

from documents.inputs import read_any
from documents.invoices import ReadInvoice, read_invoices
from documents.mail import ReadMail
from tests.documents.building import file, of_parts, part
from tests.documents.einvoices import Sample, cii, e, long_sample, ubl, zugferd_1
from tests.documents.office import docx, p, pdf, xlsx
from tests.documents.pdfs import TEXTS, embedding, invoice_page, locked, photo, placed, saved, scan

F_2041 = pdf(placed("Van Dam Kleppen", "Factuur F-2041", "Totaal | 797,55"))
TERMS = pdf(placed("General terms and conditions", "1. All deliveries are subject to these terms."))
NOTE = pdf(placed("Delivery note 88", "Your order PO-1", "Valve | 40"))


def read(content: bytes, name: str = "") -> list[ReadInvoice]:
    return read_with_mail(content, name)[1]


def read_with_mail(content: bytes, name: str = "") -> tuple[ReadMail, list[ReadInvoice]]:
    mail = read_any(content, name)
    return mail, read_invoices(mail, content, name)


def one(content: bytes, name: str = "") -> ReadInvoice:
    (invoice,) = read(content, name)
    return invoice


def letter(*parts: bytes, text: str = "Please find our invoice attached.") -> bytes:
    return of_parts(part(text), *parts)


def ids(invoice: ReadInvoice) -> list[str]:
    return [source.id for source in invoice.intake.sources]


def beside(invoice: ReadInvoice) -> list[str]:
    return [one.name for one in invoice.intake.beside]


def number(invoice: ReadInvoice) -> str | None:
    return invoice.draft.proposal.number if invoice.draft else None


@pytest.mark.parametrize(("content", "syntax"), [(ubl(), "UBL Invoice"), (cii(), "CII"), (zugferd_1(), "ZUGFeRD 1.0")])
@pytest.mark.parametrize("name", ["F-2041.xml", "C:\\in\\F-2041.xml", "F-2041.pdf", ""])
def test_a_file_of_data_is_read_without_a_model(content: bytes, syntax: str, name: str) -> None:
    invoice = one(content, name)
    assert (number(invoice), invoice.read_by) == ("F-2041", syntax)
    (source,) = invoice.intake.sources
    assert source.id in ("F-2041.xml", "F-2041.pdf", "text.txt")
    assert invoice.draft is not None
    assert {evidence.source for evidence in invoice.draft.evidence} == {source.id}
    assert "797.55" in source.text
    assert (invoice.intake.file.media_type, invoice.intake.file.sha256) == ("application/xml", "")
    assert (invoice.intake.findings, invoice.intake.mail.problems) == ([], [])


def test_a_broken_rule_of_the_standard_is_a_finding() -> None:
    wrong = one(ubl(Sample(totals=Sample().totals | {"payable": "701.00"})), "a.xml")
    assert [finding.rule for finding in wrong.intake.findings] == ["BR-CO-16"]
    embedded = one(embedding(F_2041, {"factur-x.xml": cii(Sample(totals=Sample().totals | {"payable": "701.00"}))}))
    assert [finding.rule for finding in embedded.intake.findings] == ["BR-CO-16"]


def test_data_embedded_in_a_pdf_beat_its_text_and_are_compared_with_it() -> None:
    content = embedding(F_2041, {"terms.txt": b"Thirty days.", "factur-x.xml": cii()})
    mail, (invoice,) = read_with_mail(content, "invoice.pdf")
    assert (number(invoice), invoice.read_by) == ("F-2041", "CII")
    assert ids(invoice) == ["factur-x.xml", "invoice.pdf, page 1"]
    assert invoice.intake.sources[1].text.startswith("Van Dam Kleppen\nFactuur F-2041")
    assert [(a.name, a.inside) for a in mail.facts.attachments] == [
        ("invoice.pdf", ""),
        ("terms.txt", "invoice.pdf"),
        ("factur-x.xml", "invoice.pdf"),
    ]
    assert (invoice.intake.file.name, invoice.intake.file.media_type) == ("invoice.pdf", "application/pdf")
    assert (beside(invoice), invoice.intake.pictures) == ([], [])


def test_data_embedded_in_a_scan_need_no_pictures() -> None:
    invoice = one(embedding(scan(), {"factur-x.xml": cii()}), "a.pdf")
    assert (number(invoice), invoice.intake.pictures) == ("F-2041", [])


def test_other_jobs_do_not_get_embedded_data_to_read() -> None:
    mail = read_any(letter(file(embedding(F_2041, {"factur-x.xml": cii(), "list.csv": b"a;b\n1;2\n"}), "a.pdf")))
    assert [s.id for s in mail.sources if s.id.startswith("att")] == ["attachment:a.pdf", "attachment:list.csv"]


@pytest.mark.parametrize("language", TEXTS)
def test_a_pdf_is_given_page_by_page(language: str) -> None:
    content = pdf(invoice_page("RE-4711", language), placed("Gruß & Dank"))
    invoice = one(content, "a.pdf")
    assert (invoice.draft, invoice.read_by) == (None, "")
    assert ids(invoice) == ["a.pdf, page 1", "a.pdf, page 2"]
    assert invoice.intake.sources[1].text == "Gruß & Dank"
    mail, (attached,) = read_with_mail(letter(file(content, "a.pdf")))
    assert ids(attached) == ["mail.header", "mail.new_text", "a.pdf, page 1", "a.pdf, page 2"]
    assert mail.parts[attached.intake.file.sha256] == (content, "application/octet-stream")
    assert attached.intake.mail.subject == "Kleppen"


def test_data_and_pdf_of_one_invoice_are_one() -> None:
    for name in ("F-2041.pdf", "print.pdf"):
        invoice = one(letter(file(F_2041, name), file(ubl(), "F-2041.xml"), file(TERMS, "agb.pdf")))
        assert number(invoice) == "F-2041"
        assert ids(invoice) == ["mail.header", "mail.new_text", "F-2041.xml", f"{name}, page 1"]
        assert beside(invoice) == [name, "agb.pdf"]
    other_number = pdf(invoice_page("X-1"))
    assert beside(one(letter(file(other_number, "print.pdf"), file(ubl(), "e.xml")))) == ["print.pdf"]
    assert beside(one(letter(file(scan(), "scan.pdf"), file(ubl(), "e.xml")))) == ["scan.pdf"]


def test_one_invoice_in_two_syntaxes_and_as_a_pdf_is_one() -> None:
    both = embedding(F_2041, {"factur-x.xml": cii()})
    invoice = one(letter(file(ubl(), "ubl.xml"), file(cii(), "cii.xml"), file(both, "a.pdf")))
    assert (invoice.intake.file.name, invoice.read_by) == ("a.pdf", "CII")
    assert beside(invoice) == ["ubl.xml", "cii.xml"]
    assert ids(invoice)[2:] == ["factur-x.xml", "a.pdf, page 1", "ubl.xml", "cii.xml"]


def test_several_invoices_in_a_mail() -> None:
    found = read(
        letter(
            file(ubl(Sample(number="F-2042")), "F-2042.xml"),
            file(F_2041, "F-2041.pdf"),
            file(pdf(placed("Van Dam Kleppen", "Factuur F-2042", "Totaal | 797,55")), "F-2042.pdf"),
            file(ubl(), "F-2041.xml"),
            file(pdf(invoice_page("RE-4711", "de")), "RE-4711.pdf"),
            file(locked(F_2041, "secret"), "third.pdf"),
            file(TERMS, "terms.pdf"),
        )
    )
    assert [(number(one), one.intake.file.name) for one in found] == [
        ("F-2042", "F-2042.xml"),
        ("F-2041", "F-2041.xml"),
        (None, "RE-4711.pdf"),
        (None, "third.pdf"),
    ]
    assert [beside(one) for one in found] == [
        ["F-2042.pdf", "terms.pdf"],
        ["F-2041.pdf", "terms.pdf"],
        *2 * [["terms.pdf"]],
    ]
    assert [one.intake.mail.problems for one in found] == [[], [], [], ["third.pdf: it is protected by a password."]]
    assert ids(found[2]) == ["mail.header", "mail.new_text", "RE-4711.pdf, page 1"]


def test_a_file_of_several_invoices_is_split() -> None:
    content = pdf(
        invoice_page("RE-1001", "de", "Seite 1 von 2"),
        placed("RE-1001", "Seite 2 von 2"),
        invoice_page("RE-1002", "de", "Seite 1 von 1"),
    )
    for found in (read(content, "a.pdf"), read(letter(file(content, "a.pdf")))):
        pages = [[source for source in ids(one) if "page" in source] for one in found]
        assert pages == [["a.pdf, page 1", "a.pdf, page 2"], ["a.pdf, page 3"]]
        assert {one.intake.file.name for one in found} == {"a.pdf"}


def test_what_comes_along_stays_beside_the_invoice() -> None:
    invoice = one(
        letter(
            file(pdf(invoice_page("RE-4711")), "a.pdf"),
            file(TERMS, "AGB.pdf"),
            file(NOTE, "88.pdf"),
            file(xlsx({"Timesheet": [["Timesheet", "Total"], ["Monday", 8]]}), "hours.xlsx"),
            file(photo(size=(300, 60)), "logo.png", "image/png"),
            file(photo(), "delivered.png", "image/png"),
            file(b"BEGIN:VCARD\r\nEND:VCARD\r\n", "jan.vcf", "text/vcard"),
            file(b"-----BEGIN PGP SIGNATURE-----", "signature.asc", "application/pgp-signature"),
            file(scan(), "scan0001.pdf"),
            file(docx(p("Dear customer, our office is closed in May.")), "news.docx"),
        )
    )
    assert invoice.intake.file.name == "a.pdf"
    assert beside(invoice) == [
        *("AGB.pdf", "88.pdf", "hours.xlsx", "logo.png", "delivered.png"),
        *("jan.vcf", "signature.asc", "scan0001.pdf", "news.docx"),
    ]
    assert ids(invoice) == ["mail.header", "mail.new_text", "a.pdf, page 1"]
    assert invoice.intake.pictures == []


def test_a_paper_beside_several_invoices_goes_with_the_one_that_it_names() -> None:
    note = pdf(placed("Delivery note 88", "Invoice F-2042", "Valve | 40"))
    for pair in ((ubl(), ubl(Sample(number="F-2042"))), (F_2041, pdf(invoice_page("F-2042")))):
        found = read(letter(file(pair[0], "a"), file(pair[1], "b"), file(note, "note.pdf")))
        assert [beside(one) for one in found] == [[], ["note.pdf"]]


def test_a_mail_without_an_invoice_file_is_one_as_a_whole() -> None:
    text = "Invoice 4711\nTwo hours of work | 200.00\nTotal | 200.00"
    invoice = one(letter(file(photo(size=(300, 60)), "logo.png", "image/png"), file(TERMS, "terms.pdf"), text=text))
    assert (invoice.intake.file.name, invoice.intake.file.sha256) == ("mail.eml", "")
    assert ids(invoice) == ["mail.header", "mail.new_text", "terms.pdf, page 1"]
    assert (beside(invoice), invoice.intake.pictures) == (["terms.pdf", "logo.png"], [])
    assert one(letter(file(photo(), "site.png", "image/png"), text=text)).intake.file.name == "mail.eml"
    large_logo = photo(size=(900, 250))
    assert one(letter(file(large_logo, "a.png", "image/png"))).intake.file.name == "mail.eml"
    assert ids(one(of_parts(part(text)))) == ["mail.header", "mail.new_text"]


def test_the_only_paper_is_the_invoice_if_nothing_else_is() -> None:
    unknown = pdf(placed("Kranz & Sohn", "Valve | 100,00"))
    invoice = one(letter(file(unknown, "a.pdf"), file(TERMS, "terms.pdf")))
    assert (invoice.intake.file.name, beside(invoice)) == ("a.pdf", ["terms.pdf"])
    assert one(letter(file(unknown, "a.pdf"), file(unknown + b"\n", "b.pdf"))).intake.file.name == "mail.eml"


def test_data_are_given_whole() -> None:
    long = long_sample(800)
    for invoice in (one(ubl(long), "a.xml"), one(letter(file(ubl(long), "a.xml")))):
        assert len(invoice.intake.sources[-1].text) > 250_000
        assert invoice.intake.mail.problems == []


def test_a_long_letter_is_cut_beside_a_file() -> None:
    invoice = one(letter(file(F_2041, "a.pdf"), text="word " * 3000))
    assert len(invoice.intake.sources[1].text) < 4_100


@pytest.mark.parametrize(
    ("content", "name", "source"),
    [
        (b"Invoice 4711\nTotal | 119.00", "a.txt", "a.txt"),
        (b"<html><p>Invoice 4711<p>Total 119.00</html>", "a.html", "a.html"),
        (docx(p("Invoice 4711")), "a.docx", "a.docx"),
        (xlsx({"S": [["Invoice", 4711]]}), "a.xlsx", "a.xlsx"),
        (b"<Order><ID>Invoice 4711</ID></Order>", "a.xml", "a.xml"),
    ],
)
def test_other_files(content: bytes, name: str, source: str) -> None:
    for invoice in (one(content, name), one(letter(file(content, name)))):
        assert (invoice.intake.file.name, invoice.draft) == (name, None)
        assert ids(invoice)[-1] == source
        assert "4711" in invoice.intake.sources[-1].text


def test_scans_are_shown_as_pictures() -> None:
    content = scan(pages=2)
    mail, (invoice,) = read_with_mail(content, "a.pdf")
    assert invoice.intake.sources == []
    assert [mail.parts[picture.sha256][1] for picture in invoice.intake.pictures] == ["image/jpeg"] * 2
    assert mail.parts[invoice.intake.pictures[0].sha256][0].startswith(b"\xff\xd8\xff")
    assert invoice.intake.mail.problems == ["a.pdf: it holds no text, only pictures (a scan?)."]


def test_a_scan_with_a_stamp_over_it_is_shown_too() -> None:
    invoice = one(scan(text="Received 3 Nov"), "a.pdf")
    assert ids(invoice) == ["a.pdf, page 1"]
    assert len(invoice.intake.pictures) == 1


def test_a_scanned_page_behind_an_invoice_is_not_shown() -> None:
    document = pikepdf.open(BytesIO(pdf(invoice_page("RE-4711"))))
    document.pages.extend(pikepdf.open(BytesIO(scan())).pages)
    invoice = one(saved(document), "a.pdf")
    assert invoice.intake.pictures == []
    assert invoice.intake.mail.problems == ["a.pdf: page 2 is a picture without text (a scan?)."]


def test_only_so_many_pictures() -> None:
    found = one(photo(kind="TIFF", pages=10, size=(400, 500)), "fax.tif")
    assert len(found.intake.pictures) == 8
    assert found.intake.mail.problems == ["fax.tif: only its first 8 pictures are shown."]


@pytest.mark.parametrize(
    ("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("WEBP", "a.webp"), ("TIFF", ""), ("JPEG", "")]
)
def test_photos(kind: str, name: str) -> None:
    invoice = one(photo(kind=kind), name)
    assert (invoice.intake.sources, invoice.intake.mail.problems) == ([], [])
    (picture,) = invoice.intake.pictures
    assert picture.media_type == "image/jpeg"


def test_photos_in_a_mail_are_one_invoice() -> None:
    photos = [file(photo(f"Page {n}"), f"IMG_{n}.png", "image/png") for n in (1, 2)]
    invoice = one(letter(*photos, file(photo(size=(60, 60)), "logo.png", "image/png")))
    assert (invoice.intake.file.name, beside(invoice)) == ("IMG_1.png", ["IMG_2.png", "logo.png"])
    assert len(invoice.intake.pictures) == 2


def carrying(content: bytes, *files: tuple[str, bytes]) -> bytes:
    references = "".join(
        e(
            "cac:AdditionalDocumentReference",
            e("cbc:ID", name),
            e(
                "cac:Attachment",
                e(
                    "cbc:EmbeddedDocumentBinaryObject",
                    base64.b64encode(inner).decode(),
                    mimeCode="application/pdf",
                    filename=name,
                ),
            ),
        )
        for name, inner in files
    )
    return content.replace(b"<cac:AccountingSupplierParty>", references.encode() + b"<cac:AccountingSupplierParty>", 1)


def test_a_pdf_within_the_data_is_compared_and_stays_beside() -> None:
    sheet = pdf(placed("Timesheet", "Total | 8,00"))
    mail, (invoice,) = read_with_mail(carrying(ubl(), ("print.pdf", F_2041), ("hours.pdf", sheet)), "a.xml")
    assert ids(invoice) == ["a.xml", "print.pdf, page 1"]
    assert beside(invoice) == ["print.pdf", "hours.pdf"]
    assert mail.parts[invoice.intake.beside[0].sha256] == (F_2041, "application/pdf")


def test_the_invoices_in_a_portfolio_are_found() -> None:
    cover = pdf(placed("Open this portfolio in a newer reader."))
    inner = {"a.pdf": pdf(invoice_page("RE-1")), "b.pdf": pdf(invoice_page("RE-2")), "terms.pdf": TERMS}
    found = read(embedding(cover, inner), "portfolio.pdf")
    assert [one.intake.file.name for one in found] == ["a.pdf", "b.pdf"]
    assert [beside(one) for one in found] == [["portfolio.pdf", "terms.pdf"]] * 2


def test_the_same_invoice_twice_is_one() -> None:
    assert len(read(letter(file(F_2041, "a.pdf"), file(F_2041, "b.pdf")))) == 1
    copy = pdf(placed("Copy", "Van Dam Kleppen", "Factuur F-2041", "Totaal | 797,55"))
    assert beside(one(letter(file(F_2041, "a.pdf"), file(copy, "b.pdf")))) == ["b.pdf"]
    other = pdf(placed("Van Dam Kleppen", "Factuur F-2041", "Totaal | 797,56"))
    assert len(read(letter(file(F_2041, "a.pdf"), file(other, "b.pdf")))) == 2


def test_an_invoice_in_an_attached_mail_is_found() -> None:
    inner = of_parts(part("Attached."), file(ubl(), "a.xml"), boundary="in")
    invoice = one(of_parts(part("FYI"), part(inner, "message/rfc822")))
    assert (number(invoice), beside(invoice)) == ("F-2041", [])

"""What a paper is, by its words, and where a file holds several invoices."""

import pytest

from documents.paperwork import Paper, holds, invoice_pages, paper_of
from tests.documents.pdfs import TEXTS

TOTAL = "\nTotal | 119,00"


@pytest.mark.parametrize(
    "text",
    [
        "Kranz & Sohn\nTax invoice\nNo. 4711\nTotal | 119.00",
        "Lieferschein-Nr.: 88\nRechnung RE-4711\nMwSt 19% | 19,00\nGesamtbetrag | 119,00",
        "Rechnungsadresse: Am Ring 3\nSchlussrechnung Nr. 12\nSumme | 1.190,00",
        "Gutschrift\nGesamt | -119,00",
        "Verzamelfactuur 2026-17\nPakbon 88\nTotaal | 119,00",
        "Creditnota\nTotaal | 119,00",
        "FACTURE\nN° : F-4711\nBon de livraison n° 88\nNet à payer | 119,00",
        "Avoir n° 12\nMontant | 119,00",
        "Fattura elettronica n. 12\nTotale | 119,00",
        "Nota di credito\nTotale | 119,00",
        "Factura rectificativa\nImporte total | 119,00",
        "Kranz & Sohn | Invoice number: 4711\nPurchase order | PO-1\nAmount due | 119.00",
        "Kranz & Sohn\nBelegnummer 4711\nMwSt 19% | 19,00\nZahlbetrag | 119,00",
    ],
)
def test_invoices(text: str) -> None:
    assert paper_of(text) is Paper.INVOICE


@pytest.mark.parametrize(
    "text",
    [
        "Delivery note\nValve | 40\nInvoice to: De Vries B.V.",
        "Lieferschein 4711\nRechnungsadresse: Am Ring 3\nVentil | 40",
        "Pakbon\nKlep | 40",
        "Bon de livraison\nVanne | 40",
        "Documento di trasporto\nValvola | 40",
        "Albarán\nVálvula | 40",
        "General terms and conditions\n1. The invoice is due in 30 days.",
        "Allgemeine Geschäftsbedingungen\n§ 1 Rechnungen sind sofort fällig.",
        "Algemene verkoopvoorwaarden\nArtikel 1",
        "Conditions générales de vente\nArticle 1",
        "Stundennachweis\nMontag | 8,00\nSumme | 40,00",
        "Timesheet\nTotal | 40.00",
        "Urenstaat\nTotaal | 40,00",
        "Auftragsbestätigung 88\nVentil | 100,00\nMwSt 19% | 19,00\nGesamtbetrag | 119,00",
        "Quotation\nVAT 20% | 20.00\nTotal | 120.00",
        "Devis\nTVA 20% | 20,00\nTotal TTC | 120,00",
        "Proforma invoice\nVAT 20% | 20.00\nTotal | 120.00",
        "Payment reminder\nInvoice no. | Date | Amount\n4711 | 3.11.2026 | 119.00\nTotal | 119.00",
        "2. Mahnung\nRechnung RE-4711\nGesamtbetrag | 119,00",
        "Kontoauszug\nRechnungsnummer | Betrag\nRE-4711 | 119,00\nSumme | 119,00",
    ],
)
def test_other_papers(text: str) -> None:
    assert paper_of(text) is Paper.OTHER


def test_the_name_counts_where_the_words_say_nothing() -> None:
    assert paper_of("", "Rechnung_4711.pdf") is Paper.INVOICE
    assert paper_of("", "RE-2026-4711.pdf") is Paper.INVOICE
    assert paper_of("", "factuur 4711.pdf") is Paper.INVOICE
    assert paper_of("Valve, brass", "lieferschein_4711.pdf") is Paper.OTHER
    assert paper_of("", "AGB.pdf") is Paper.OTHER
    assert paper_of("", "scan0001.pdf") is Paper.UNKNOWN
    assert paper_of("Valve, brass", "report.pdf") is Paper.UNKNOWN
    assert paper_of("Invoice 4711\nTotal | 119.00", "terms.pdf") is Paper.INVOICE


def page(number: str, language: str, count: str = "", total: bool = True) -> str:
    title, label, word, of, payable, tax = TEXTS[language]
    counted = f"{word} {count.replace('/', f' {of} ')}\n" if count else ""
    return f"{title}\n{label} | {number}\n{counted}{tax} 19% | 19,00" + (f"\n{payable} | 119,00" if total else "")


def parts(*pages: str) -> list[list[int]]:
    return [list(part) for part in invoice_pages(pages)]


@pytest.mark.parametrize("language", TEXTS)
def test_several_invoices_in_one_file(language: str) -> None:
    assert parts(page("RE-1001", language), page("RE-1002", language)) == [[0], [1]]
    counted = (page("F/77", language, "1/2", False), page("F/77", language, "2/2"), page("F/78", language, "1/1"))
    assert parts(*counted) == [[0, 1], [2]]
    assert parts(page("77", language), page("F/79", language), "VALVES: general terms") == [[0, 1, 2]]


def test_a_number_below_its_label_and_one_behind_the_title() -> None:
    first = "Invoice\nDate | Invoice No | Customer\n03.11.2026 | A-77 | 12\nTotal | 119.00"
    assert parts(first, "Invoice A-78\nTotal | 50.00") == [[0], [1]]
    assert parts(first, "Final invoice (copy) | No. A-78 of 3 Nov 2026\nTotal | 50.00") == [[0], [1]]


@pytest.mark.parametrize(
    "pages",
    [
        ("",),
        ("Invoice A-77\nValve | 100.00", "Total | 119.00"),
        (page("A-77", "en"), page("A-77", "en")),
        (page("A-77", "en", "1/2"), page("A-78", "en", "2/2")),
        (page("A-77", "en", "1/3"), page("A-78", "en", "1/1")),
        (page("A-77", "en"), page("A-78", "en", total=False)),
        (page("A-77", "en"), "Delivery note\nInvoice no. | A-77\nPage 1 of 1\nValve | 40"),
        (page("A-77", "en"), "Interim invoices\nInvoice no. | A-70\nTotal | 119.00\nFinal invoice A-77"),
        ("Final invoice A-77\nless invoice A-70\nTotal | 119.00", page("A-70", "en")),
        ("Invoice 4711\nTotal | 119.00", "Payment reminder\nInvoice no. | 4712\nTotal | 50.00"),
        ("Scope of supply", page("A-77", "en")),
    ],
)
def test_what_may_be_one_invoice_is_not_split(pages: tuple[str, ...]) -> None:
    assert parts(*pages) == [list(range(len(pages)))]


def test_a_number_stands_by_itself() -> None:
    assert holds("Invoice: RE 2026-17.", "RE2026-17")
    assert holds("your re2026-17", "RE 2026-17")
    assert not holds("RE2026-171", "RE2026-17")
    assert not holds("ARE2026-17", "RE2026-17")
    assert not holds("anything", " ")

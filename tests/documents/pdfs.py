"""PDFs for the tests that hold more than text: invoices page by page, embedded files, scans, bombs."""

import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from tests.documents.office import Placed, pdf

TEXTS = {
    "en": ("Invoice", "Invoice no.", "Page", "of", "Total", "VAT"),
    "de": ("Rechnung", "Rechnungs-Nr.", "Seite", "von", "Gesamtbetrag", "MwSt"),
    "nl": ("Factuur", "Factuurnummer", "Pagina", "van", "Totaal", "BTW"),
    "fr": ("Facture", "N° de facture", "Page", "sur", "Total TTC", "TVA"),
    "it": ("Fattura", "Numero fattura", "Pagina", "di", "Totale", "IVA"),
    "es": ("Factura", "Nº de factura", "Página", "de", "Total", "IVA"),
}
"""Title, label of the number, words of a page number, label of the total, tax."""


def placed(*lines: str) -> list[Placed]:
    """Lines from the top of a page; ` | ` is a wide gap."""
    return [
        (50 + 200 * column, 800 - 16 * row, cell)
        for row, line in enumerate(lines)
        for column, cell in enumerate(line.split(" | "))
    ]


def invoice_page(number: str, language: str = "en", count: str = "", total: str = "119,00") -> list[Placed]:
    title, label, _, _, payable, tax = TEXTS[language]
    lines = (
        "Kranz & Sohn",
        title,
        f"{label} | {number}",
        "Valve | 100,00",
        f"{tax} 19% | 19,00",
        f"{payable} | {total}",
    )
    return placed(*lines, *([count] if count else []))


def saved(document: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def embedding(content: bytes, files: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """The PDF with files in it, in the order of their names' keys."""
    document = pikepdf.open(BytesIO(content))
    for number, (name, inner) in enumerate(files.items() if isinstance(files, Mapping) else files):
        document.attachments[f"{number:05}"] = pikepdf.AttachedFileSpec(document, inner, filename=name)
    return saved(document)


def locked(content: bytes, user: str) -> bytes:
    """Encrypted; without a user's password it opens, but says that it must not be changed."""
    out = BytesIO()
    pikepdf.open(BytesIO(content)).save(out, encryption=pikepdf.Encryption(user=user, owner="owner"))
    return out.getvalue()


def photo(
    words: str = "Invoice 4711", size: tuple[int, int] = (1000, 1400), kind: str = "PNG", pages: int = 1
) -> bytes:
    out = BytesIO()
    paper = Image.effect_noise(size, 40)
    ImageDraw.Draw(paper).text((100, 100), words)
    several: dict[str, Any] = {"save_all": True, "append_images": [paper] * (pages - 1)} if pages > 1 else {}
    paper.save(out, kind, **several)
    return out.getvalue()


def scan(pages: int = 1, text: str = "") -> bytes:
    """Pages that are a picture, with a few words over it."""
    document = pikepdf.open(BytesIO(pdf(*[[(50, 20, text)] if text else [] for _ in range(pages)])))
    grey = Image.effect_noise((300, 420), 40).tobytes()
    for page in document.pages:
        _draw(document, page, zlib.compress(grey), 300, 420)
    return saved(document)


def bomb(megabytes: int) -> bytes:
    """Zeros, compressed."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 1_000_000 % 65_521) << 16 | 1
    return b"\x78\x9c" + packed * megabytes + b"\x03\x00" + checksum.to_bytes(4, "big")


def with_page_of(raw: bytes) -> bytes:
    """A PDF whose page is drawn by compressed instructions."""
    document = pikepdf.open(BytesIO(pdf([])))
    document.pages[0].obj.Contents = _stream(document, raw)
    return saved(document)


def with_embedded(raw: bytes, times: int = 1) -> bytes:
    """A PDF that reads well, with a compressed file in it."""
    document = pikepdf.open(BytesIO(pdf(invoice_page("RE-4711"))))
    stream = _stream(document, raw, Type=Name.EmbeddedFile)
    file = document.make_indirect(Dictionary(Type=Name.Filespec, F="a.xml", UF="a.xml", EF=Dictionary(F=stream)))
    names = Array([part for number in range(times) for part in (f"{number:05}", file)])
    document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
    return saved(document)


def with_picture(raw: bytes, side: int) -> bytes:
    document = pikepdf.open(BytesIO(pdf([])))
    _draw(document, document.pages[0], raw, side, side)
    return saved(document)


def _draw(document: pikepdf.Pdf, page: pikepdf.Page, raw: bytes, width: int, height: int) -> None:
    """Over all of the page, before what it draws itself."""
    grey = {"Type": Name.XObject, "Subtype": Name.Image, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
    page.obj.Resources.XObject = Dictionary(Scan=_stream(document, raw, Width=width, Height=height, **grey))
    page.contents_add(b"q 595 0 0 842 0 0 cm /Scan Do Q", prepend=True)


def _stream(document: pikepdf.Pdf, raw: bytes, **told: Any) -> pikepdf.Stream:
    stream = pikepdf.Stream(document, b"")
    stream.write(raw, filter=Name.FlateDecode)
    for key, value in told.items():
        stream[f"/{key}"] = value
    return stream

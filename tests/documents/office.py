"""Documents for the tests: PDFs and Word files written by hand, workbooks by openpyxl."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

Placed = tuple[float, float, str]
"""Points from the left, points from the bottom, text."""


def pdf(*pages: Sequence[Placed | str], size: int = 10) -> bytes:
    """Pages of placed texts in Helvetica; a string is put into the page's drawing instructions as it is."""
    return pdf_of([_drawn(page, size) for page in pages])


def pdf_of(streams: Sequence[str], trailer: str = "", *more: str) -> bytes:
    """Pages of drawing instructions, and more objects."""
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(len(streams)))
    font = 3 + 2 * len(streams)
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}>>"]
    for i, stream in enumerate(streams):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {4 + 2 * i} 0 R"
            f"/Resources<</Font<</F1 {font} 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(stream.encode('cp1252'))}>>stream\n{stream}\nendstream")
    objects += ["<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", *more]
    out = bytearray(b"%PDF-1.7\n")
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def _drawn(page: Sequence[Placed | str], size: int) -> str:
    return "\n".join(
        piece if isinstance(piece, str) else f"BT /F1 {size} Tf {piece[0]} {piece[1]} Td ({_escaped(piece[2])}) Tj ET"
        for piece in page
    )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def locked_pdf() -> bytes:
    """A PDF that opens with a password only: made-up keys fit no password."""
    encrypt = f"<</Filter/Standard/V 1/R 2/P -4/O<{'41' * 32}>/U<{'42' * 32}>>>"
    identity = "/Encrypt 6 0 R/ID[<00><00>]"
    return pdf_of(["BT ET"], identity, encrypt)


def xlsx(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    workbook = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def replaced(content: bytes, files: Mapping[str, bytes | str]) -> bytes:
    """The archive with these files in the place of its own."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name not in files}
    return zipped({**kept, **files})


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, **parts: str) -> bytes:
    """`body` is what stands in w:body; parts are further ones, such as `header1`."""
    files: dict[str, bytes | str] = {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"}
    files |= {f"word/{name}.xml": f"<w:hdr {W}>{content}</w:hdr>" for name, content in parts.items()}
    return zipped(files)


def p(*runs: str) -> str:
    return f"<w:p>{''.join(map(r, runs))}</w:p>"


def r(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: Sequence[str]) -> str:
    """Cells are text, or XML of their own."""
    lines = ("".join(f"<w:tc>{c if c.startswith('<') else p(c)}</w:tc>" for c in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"

"""Files of every kind as lines, read the way the worker reads them: PDF and Office files in processes of their own."""

import datetime as dt
import os
import shutil
import time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PIL import Image

import documents.files
from documents.files import read_document, read_file, read_pages, read_picture
from documents.lines import FileText
from tests.documents.office import docx, locked_pdf, p, pdf, pdf_of, r, replaced, saved, table, xlsx, zipped
from tests.documents.pdfs import embedding


def text(content: bytes, name: str = "", media_type: str = "") -> str:
    """Of a file that is read without a problem."""
    read = read_file(content, name, media_type)
    assert read.problem is None
    return read.text


def problem(content: bytes, name: str = "", media_type: str = "") -> str:
    return read_file(content, name, media_type).problem or ""


ORDER = (
    (50, 780, "Order 4711"),
    (50, 750, "Pos"),
    (100, 750, "Article"),
    (300, 750, "Qty"),
    (380, 750, "Price"),
    (50, 735, "1"),
    (100, 735, "Ball valve DN50, brass"),
    (305, 735, "40"),
    (380, 735, "12,50"),
    (50, 720, "2"),
    (100, 720, "Hose clamp 20-32 mm, stainless, screw"),
    (299.4, 720, "100"),
    (380, 720, "0,85"),
)


def test_pdf_keeps_lines_and_columns_whatever_order_it_was_written_in() -> None:
    expected = (
        "[page 1]\nOrder 4711\nPos | Article | Qty | Price\n1 | Ball valve DN50, brass | 40 | 12,50\n"
        "2 | Hose clamp 20-32 mm, stainless, screw | 100 | 0,85"
    )
    assert text(pdf(ORDER)) == expected
    by_column = sorted(ORDER, key=lambda placed: (-placed[0], placed[1]))
    assert text(pdf(by_column)) == expected


def test_pdf_narrow_gap_separates_where_others_line_up_with_it() -> None:
    rows = [
        (50, 700, "Valve"),
        (120, 700, "40"),
        (50, 686, "Clamp 16-27"),
        (114.5, 686, "100"),
        (50, 672, "Tap"),
        (120, 672, "5"),
    ]
    assert text(pdf(rows)) == "[page 1]\nValve | 40\nClamp 16-27 | 100\nTap | 5"


def test_pdf_prose_has_no_columns() -> None:
    justified = "BT /F1 10 Tf 4 Tw 50 700 Td (We need forty valves before Friday, ) Tj (please quote.) Tj ET"
    spread = "BT /F1 10 Tf 2 Tc 50 680 Td (S P A C E D) Tj ET"
    split = "BT /F1 10 Tf 50 660 Td [(Val) -20 (ve) 20 (s)] TJ ET"
    assert text(pdf([justified, spread, split])) == (
        "[page 1]\nWe need forty valves before Friday, please quote.\nS P A C E D\nValves"
    )


def test_pdf_raised_and_larger_letters_stay_on_their_line() -> None:
    drawn = ["BT /F1 16 Tf 50 700 Td (Total) Tj ET", "BT /F1 9 Tf 200 701 Td (12 m) Tj /F1 6 Tf 4 Ts (2) Tj ET"]
    assert text(pdf(drawn)) == "[page 1]\nTotal | 12 m2"


@pytest.mark.parametrize("matrix", ["0 1 -1 0 300 100", "-1 0 0 -1 500 700", "0 -1 1 0 100 700"])
def test_pdf_turned_page(matrix: str) -> None:
    def turned(down: int, right: int, words: str) -> str:
        return f"q {matrix} cm BT /F1 10 Tf {right} {-down} Td ({words}) Tj ET Q"

    drawn = [turned(0, 0, "Valve"), turned(15, 0, "Tap"), turned(0, 90, "40"), turned(15, 90, "5")]
    upright = "BT /F1 10 Tf 20 20 Td (Page 1) Tj ET"
    assert text(pdf([upright, *drawn])) == "[page 1]\nValve | 40\nTap | 5\nPage 1"


def test_pdf_special_characters() -> None:
    assert text(pdf([(50, 700, "Größe 5 € – 3×½")])) == "[page 1]\nGröße 5 € – 3×½"


def test_pdf_filled_form_field_is_read() -> None:
    stream = "BT /F1 10 Tf 2 4 Td (40 valves) Tj ET"
    look = (
        f"<</Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 5 0 R>>>>/Length {len(stream)}>>"
        f"stream\n{stream}\nendstream"
    )
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(40 valves)/F 4/Rect[100 700 300 720]/P 3 0 R/AP<</N 6 0 R>>>>"
    raw = pdf_of(["BT /F1 10 Tf 50 704 Td (Wanted:) Tj ET"], "", look, field)
    raw = raw.replace(b"/Pages 2 0 R>>", b"/Pages 2 0 R/AcroForm<</Fields[7 0 R]>>>>", 1)
    raw = raw.replace(b"/MediaBox", b"/Annots[7 0 R]/MediaBox", 1)
    assert text(raw) == "[page 1]\nWanted: | 40 valves"


def test_pdf_pages_are_numbered_and_empty_ones_left_out() -> None:
    assert text(pdf([(50, 700, "One")], [], [(50, 700, "Three")])) == "[page 1]\nOne\n[page 3]\nThree"


def test_pdf_without_text() -> None:
    picture = "q 100 0 0 100 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
    assert problem(pdf([picture])) == "it holds no text, only pictures (a scan?)"
    assert problem(pdf([])) == "it holds no text"
    assert problem(pdf([(50, 700, "One")], [picture])) == "page 2 is a picture without text (a scan?)"


def test_pdf_can_be_had_page_by_page_with_the_files_in_it() -> None:
    content = embedding(pdf([(50, 700, "One")], [], [(50, 700, "[page 9]")]), {"a/b.txt": b"x", "empty": b""})
    read = read_file(content, "", "")
    assert read.pages == ("One", "", "[page 9]")
    assert read.scans == ()
    assert [(file.name, file.content) for file in read.files] == [("a/b.txt", b"x"), ("empty", b"")]
    assert read.text == "[page 1]\nOne\n[page 3]\n[page 9]"


def test_pages_as_pictures() -> None:
    content = pdf([(50, 700, "One")], [], ["0 0 1 rg 0 0 595 421 re f"])
    shown = read_pages(content, [1, 2, 3])
    assert [(file.name, file.media_type) for file in shown.files] == [
        ("page 1.jpg", "image/jpeg"),
        ("page 3.jpg", "image/jpeg"),
    ]
    picture = Image.open(BytesIO(shown.files[1].content))
    assert (picture.mode, max(picture.size)) == ("L", 2000)
    assert picture.getpixel((10, 100)) == 255
    assert picture.getpixel((10, 1900)) != 255
    assert read_pages(locked_pdf(), [1]).problem == "it is protected by a password"


def test_pictures_are_shown_upright_on_white_and_not_too_large() -> None:
    drawn = Image.new("RGBA", (3000, 1500))
    drawn.paste((0, 0, 0, 255), (0, 0, 1500, 1500))
    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    drawn.save(out, "PNG", exif=exif)
    (shown,) = read_picture(out.getvalue()).files
    picture = Image.open(BytesIO(shown.content))
    assert picture.size == (1000, 2000)
    assert picture.getpixel((500, 100)) == 0
    assert picture.getpixel((500, 1900)) == 255


def test_pdf_whose_letters_are_drawn_as_lines_is_a_scan() -> None:
    lines = "\n".join(f"{50 + n} 700 m {50 + n} 710 l S" for n in range(300))
    assert read_file(pdf([lines], ["50 700 m 60 710 l S"]), "", "").scans == (1,)


def test_pdf_of_many_pages() -> None:
    read = read_file(pdf(*[[(50, 700, f"Sheet {n}")] for n in range(1, 2001)]), "", "")
    assert read.problem == "only its first 50 of 2000 pages are read"
    assert read.text.endswith("[page 50]\nSheet 50")


def test_pdf_with_a_password() -> None:
    assert problem(locked_pdf()) == "it is protected by a password"


def test_xlsx_values_as_people_see_them() -> None:
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "Order"
    sheet.append(["Art.", "Qty", None, "Price", None])
    sheet.append([])
    sheet.append([8712345678901.0, 12.0, None, 0.1 + 0.2, ""])
    sheet.append(["two\nlines", True, dt.date(2026, 11, 23), dt.datetime(2026, 11, 23, 10, 12), dt.time(8, 30)])  # noqa: DTZ001
    sheet.append([123, 0.21, 1e-7, -0.0, 1e20])
    sheet["A5"].number_format, sheet["B5"].number_format = "00000", "0.0%"
    assert text(saved(workbook)) == (
        "[sheet Order]\nArt. | Qty |  | Price\n8712345678901 | 12 |  | 0.3\n"
        "two lines | TRUE | 2026-11-23 | 2026-11-23 10:12 | 08:30\n00123 | 21% | 0.0000001 | 0 | 100000000000000000000"
    )


def test_xlsx_sheets_and_a_hidden_one() -> None:
    workbook = Workbook()
    first: Any = workbook.active
    first["B2"] = "x"
    workbook.create_sheet("Empty")
    hidden: Any = workbook.create_sheet("Lists")
    hidden["A1"], hidden.sheet_state = "secret", "hidden"
    assert text(saved(workbook)) == "[sheet Sheet]\n | x\n[sheet Lists is hidden and left out]"


def test_xlsx_formula_without_a_saved_result_is_told() -> None:
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.append(["Valve", 2, "=B1*3"])
    read = read_file(saved(workbook), "", "")
    assert read == FileText("[sheet Sheet]\nValve | 2", "1 of its formulas have no saved result and are left out")


def test_xlsx_announcing_fewer_rows_than_it_has() -> None:
    whole = xlsx({"S": [["a"], ["b"]]})
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1"/><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert text(replaced(whole, {"xl/worksheets/sheet1.xml": sheet})) == "[sheet S]\n1 | 2\n | 3"


def test_xlsx_of_very_many_rows() -> None:
    row = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'
    rows = "".join(row.format(number) for number in range(1, 100_001))
    sheet = f"{SHEET}{rows}</sheetData></worksheet>"
    content = replaced(xlsx({"S": [["a"]]}), {"xl/worksheets/sheet1.xml": sheet})
    read = read_file(content, "", "")
    assert read.problem == "only its first 5000 rows are read"
    assert read.text.endswith("\n5000")


def test_docx_paragraphs_and_tables() -> None:
    spanning = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("Total")
    body = (
        p("Dear ", "all,")
        + p("")
        + table(["Art", "Qty", "Price"], ["Valve", "", "12"], [spanning, "12"])
        + "<w:p><w:r><w:t>40</w:t><w:tab/><w:tab/><w:t>Valve</w:t><w:br/><w:t>5</w:t><w:tab/><w:t>Tap</w:t></w:r></w:p>"
        + "<w:sdt><w:sdtContent>"
        + p("In a control")
        + "</w:sdtContent></w:sdt>"
    )
    assert text(docx(body)) == (
        "Dear all,\nArt | Qty | Price\nValve |  | 12\nTotal |  | 12\n40 | Valve\n5 | Tap\nIn a control"
    )


def test_docx_head_and_foot_once() -> None:
    head = {"header1": p("De Vries B.V."), "header2": p("De Vries B.V."), "footer1": p("KvK 12345678")}
    assert text(docx(p("Order"), **head)) == "De Vries B.V.\nOrder\nKvK 12345678"


def test_docx_deleted_and_hidden_text_is_not_read() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
    body = f"<w:p>{r('40 ')}<w:del>{r('50 ')}</w:del><w:ins>{r('valves')}</w:ins>{hidden}</w:p>"
    assert text(docx(body)) == "40 valves"


def test_docx_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{p('in a box')}</w:txbxContent>"
    drawn = f"<w:r><AlternateContent><Choice>{box}</Choice><Fallback>{box}</Fallback></AlternateContent></w:r>"
    body = f"<w:p>{r('Order')}{drawn}</w:p>"
    assert text(docx(body)) == "Order\nin a box"


CSV_TEXT = "Artikel | Stück\nSchraube, lang | 5"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("Artikel;Stück\nSchraube, lang;5\n", "a.csv"),
        ('Artikel,Stück\r\n"Schraube, lang",5\r\n\r\n', "a.csv"),
        ("Artikel\tStück\nSchraube, lang\t5", "a.tsv"),
        ("Artikel|Stück\nSchraube, lang|5", "a.csv"),
        ("sep=;\nArtikel;Stück\nSchraube, lang;5;;;", "a.csv"),
        ('Artikel;Stück;\n"Schraube,\nlang";"5";\n', "a.csv"),
        ("Artikel\tStück\nSchraube, lang\t5", "export.xls"),
        ("<html><table><tr><td>Artikel<td>Stück<tr><td>Schraube, lang<td>5</table>", "export.xls"),
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_tables(content: str, name: str, charset: str) -> None:
    declared = f"application/vnd.ms-excel; charset={'' if charset == 'utf-16' else charset.removesuffix('-sig')}"
    assert text(content.encode(charset), name, declared) == CSV_TEXT


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ('A;3/4" valve;5\nB;"x" y;6', 'A | 3/4" valve | 5\nB | x y | 6'),
        ('"A;1\n' + "B;2\n" * 30, '"A | 1\n' + "\n".join(["B | 2"] * 30)),
        ("A;1,5\nB;2,5\nC;3,5", "A | 1,5\nB | 2,5\nC | 3,5"),
        ("one\n\ntwo", "one\ntwo"),
        (";\n;;\nA", "A"),
    ],
)
def test_odd_text_tables(content: str, lines: str) -> None:
    assert text(content.encode(), "a.csv") == lines


def test_text_table_of_very_many_rows() -> None:
    read = read_file(b"a;1\n" * 6000, "a.csv", "")
    assert read.problem == "only its first 5000 rows are read"
    assert read.text.count("\n") == 4999


def test_html_and_plain_text() -> None:
    assert text(b"<p>Ten<br>valves", "a.html") == "Ten\nvalves"
    assert text("<p>Größe".encode("cp1252"), "a", "text/html; charset=iso-8859-1") == "Größe"
    assert text(b"Hello, please; quote\n\nten", "a.txt") == "Hello, please; quote\n\nten"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (pdf([(50, 700, "Order")]), "[page 1]\nOrder"),
        (xlsx({"S": [["Order"]]}), "[sheet S]\nOrder"),
        (docx(p("Order")), "Order"),
    ],
)
@pytest.mark.parametrize(
    ("name", "media_type"),
    [("", ""), ("order.txt", "text/plain"), ("a/../order.pdf", "image/png"), ("order.xlsx", "application/pdf")],
)
def test_bytes_count_more_than_name_and_type(content: bytes, lines: str, name: str, media_type: str) -> None:
    assert text(content, name, media_type) == lines


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", "(.xls)"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "(.doc)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"),
        (OLE + "__substg1.0_".encode("utf-16-le"), "a.msg", "(.msg)"),
        (OLE, "a", "old Office"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "a.ods", "OpenDocument"),
        (zipped({"xl/workbook.bin": "x"}), "a.xlsb", "(.xlsb)"),
        (zipped({"order.txt": "x"}), "a.zip", "archive"),
        (b"{\\rtf1 order}", "a.doc", "RTF"),
        (bytes(range(256)), "a.pdf", "not what its name"),
        (bytes(range(256)), "a.txt", "not what its name"),
        (b"", "a.pdf", "empty"),
        (b"%PDF-1.7" + bytes(51_000_000), "a.pdf", "larger than"),
    ],
)
def test_what_is_not_read_is_told(content: bytes, name: str, told: str) -> None:
    read = read_file(content, name, "")
    assert read.text == ""
    assert told in (read.problem or "")


@pytest.mark.parametrize("name", ["logo.png", "drawing.dwg", "song.mp3", ""])
def test_what_is_no_document_is_left_alone(name: str) -> None:
    assert read_file(b"\x89PNG" + bytes(100), name, "image/png") == FileText("")


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
ENTITIES = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 50}'>" for a, b in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)


@cache
def hostile() -> dict[str, bytes]:
    whole = xlsx({"S": [["a", 1]]})
    letter = docx(p("Order"))
    order = pdf(ORDER)

    return {
        "bomb in a workbook": replaced(whole, {"xl/sharedStrings.xml": b"<a>" + bytes(60_000_000)}),
        "bomb in a letter": replaced(letter, {"word/document.xml": b" " * 60_000_000}),
        "entities in a workbook": replaced(whole, {"xl/workbook.xml": f"{ENTITIES}<workbook>&h;</workbook>"}),
        "entities in a sheet": replaced(whole, {"xl/worksheets/sheet1.xml": f"{ENTITIES}{SHEET}&h;"}),
        "entities in a letter": replaced(letter, {"word/document.xml": f"{ENTITIES}<document>&h;</document>"}),
        "deep letter": docx("<w:tbl><w:tr><w:tc>" * 5000),
        "deep but closed": docx("<w:sdt>" * 50_000 + "</w:sdt>" * 50_000),
        "cut workbook": whole[: len(whole) // 2],
        "cut letter": letter[: len(letter) // 2],
        "no sheets": replaced(whole, {"xl/workbook.xml": "<workbook/>"}),
        "cut pdf": order[:100],
        "pdf of noise": b"%PDF-1.7\n" + os.urandom(3000),
        "pages in a circle": order.replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
        "not a name at all": zipped({"xl/workbook.xml/..": "x"}),
    }


@pytest.mark.parametrize("name", hostile())
def test_hostile_files_are_refused_in_words(name: str) -> None:
    started = time.monotonic()
    read = read_file(hostile()[name], "../../etc/order", "")
    assert read.text == ""
    assert read.problem
    assert time.monotonic() - started < 8


@pytest.mark.parametrize(
    "does", ["while True: pass", "__import__('os').abort()", "print('nonsense')", "bytearray(10**9)"]
)
def test_a_reader_that_breaks_takes_nothing_down(does: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that hangs, crashes or fills the memory, in the place of the real one."""
    shutil.copytree(Path(documents.files.__file__).parent, tmp_path / "documents")
    (tmp_path / "documents" / "word.py").write_text(f"def read_docx(archive):\n    {does}\n")
    monkeypatch.setattr(documents.files, "_ROOT", tmp_path)
    monkeypatch.setattr(documents.files, "_SECONDS", 2)
    assert problem(docx(p("Order")))


def test_the_reading_process_gets_no_secrets_and_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(Path(documents.files.__file__).parent, tmp_path / "documents")
    (tmp_path / "documents" / "word.py").write_text(
        "import os, resource\nfrom documents.lines import FileText\n"
        "def read_docx(archive, marked):\n"
        "    return FileText(f'{sorted(os.environ)} {resource.getrlimit(resource.RLIMIT_AS)[0]}')\n"
    )
    monkeypatch.setattr(documents.files, "_ROOT", tmp_path)
    monkeypatch.setenv("COUNTERSIGN_CRM__API_KEY", "secret")
    seen = text(docx(p("Order")))
    assert "COUNTERSIGN" not in seen
    assert seen.endswith(" 600000000")


def test_reading_starts_quickly() -> None:
    files = {"PDF": pdf(ORDER), "XLSX": xlsx({"S": [["a", 1]]}), "DOCX": docx(p("Order"))}
    for kind, content in files.items():
        seconds = min(_seconds(content) for _ in range(3))
        assert seconds < 0.8, f"{kind}: twice what it may take on an idle machine"


def _seconds(content: bytes) -> float:
    started = time.perf_counter()
    text(content)
    return time.perf_counter() - started


def test_documents_keep_their_headings_and_lists() -> None:
    page = (
        b"<head><title>Terms</title><meta name='valid-from' content='2025-06-01'></head><h2>Fees</h2><ul><li>15 %</ul>"
    )
    read = read_document(page, "terms.html")
    assert read.text == "## Fees\n\n- 15 %"
    assert read.head == {"title": "Terms", "valid-from": "2025-06-01"}
    heading = '<w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Fees</w:t></w:r></w:p>'
    item = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>15 %</w:t></w:r></w:p>"
    styles = '<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
    assert read_document(docx(heading + item, styles=styles), "terms.docx").text == "## Fees\n- 15 %"
    assert read_file(docx(heading + item, styles=styles), "terms.docx", "").text == "Fees\n15 %"

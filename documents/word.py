"""Word files (.docx): the text a reader sees, a table's row on one line."""

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from documents.lines import FileText, Lines, row_lines
from documents.zipped import read_xml

_UNSEEN = {"del", "moveFrom", "Fallback"}
"""What a reviewer deleted, and the second version of a drawing's text."""
_MAX_SPAN = 50


def read_docx(archive: zipfile.ZipFile) -> FileText:
    """Headers, the document, footers; the same header on several kinds of page is read once.

    Raises Refused, and whatever broken XML raises."""
    lines = Lines()
    seen: set[str] = set()
    for name in _parts(archive.namelist()):
        block = list(_lines(read_xml(archive, name)))
        if "\n".join(block) in seen:
            continue
        seen.add("\n".join(block))
        if not all(lines.add_row(line.split(" | ")) for line in block):
            break
    return lines.file_text()


def _parts(names: list[str]) -> list[str]:
    """In reading order."""
    return [name for part in ("header", "document", "footer") for name in sorted(names) if _is_part(part, name)]


def _is_part(part: str, name: str) -> bool:
    return bool(re.fullmatch(rf"word/{part}\d*\.xml", name))


def _lines(element: Any) -> Iterator[str]:
    """The lines of paragraphs and tables, however deep they are nested."""
    for child in element:
        match _tag(child):
            case "p":
                text = "".join(_pieces(child))
                yield from (re.sub(r"\t+", " | ", line.strip()) for line in text.split("\n") if line.strip())
                yield from _box_lines(child)
            case "tr":
                yield from row_lines([lines for cell in _cells(child) for lines in _columns(cell)])
            case tag if tag not in _UNSEEN:
                yield from _lines(child)
            case _:
                pass


def _pieces(element: Any) -> Iterator[str]:
    """A paragraph's text, without the text boxes that hang on it."""
    for child in element:
        match _tag(child):
            case "t":
                yield child.text or ""
            case "tab":
                yield "\t"
            case "br" | "cr":
                yield "\n"
            case "noBreakHyphen":
                yield "-"
            case "r" if _is_hidden(child):
                pass
            case tag if tag not in _UNSEEN and tag not in ("txbxContent", "pPr", "rPr"):
                yield from _pieces(child)
            case _:
                pass


def _box_lines(element: Any) -> Iterator[str]:
    for child in element:
        if _tag(child) == "txbxContent":
            yield from _lines(child)
        elif _tag(child) not in _UNSEEN:
            yield from _box_lines(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if _tag(child) == "tc":
            yield child
        elif _tag(child) not in _UNSEEN:
            yield from _cells(child)


def _columns(cell: Any) -> Iterator[list[str]]:
    """The cell's lines, and an empty column for each further one that it spans."""
    yield list(_lines(cell))
    span = next((_value(found) for found in cell.iterfind("./{*}tcPr/{*}gridSpan")), "1")
    yield from [[]] * (min(int(span), _MAX_SPAN) - 1 if span.isdecimal() else 0)


def _is_hidden(run: Any) -> bool:
    properties = next((child for child in run if _tag(child) == "rPr"), ())
    return any(_tag(found) == "vanish" and _value(found) not in ("0", "false", "off") for found in properties)


def _value(element: Any) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith("}val")), "")


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]

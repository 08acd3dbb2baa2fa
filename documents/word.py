"""Word files (.docx): the text a reader sees, a table's row on one line."""

import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from documents.lines import FileText, Lines, row_lines
from documents.zipped import read_xml

_UNSEEN = {"del", "moveFrom", "Fallback"}
"""What a reviewer deleted, and the second version of a drawing's text."""
_MAX_SPAN = 50


def read_docx(archive: zipfile.ZipFile, *, marked: bool = False) -> FileText:
    """Headers, the document, footers; the same header on several kinds of page is read once. With `marked`, headings
    begin as in Markdown (`## `) and items of lists with `- `.

    Raises Refused, and whatever broken XML raises."""
    lines = Lines()
    seen: set[str] = set()
    mark = _marks(archive) if marked else _unmarked
    for name in _parts(archive.namelist()):
        block = list(_lines(read_xml(archive, name), mark))
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


_Mark = Callable[[Any], str]
"""What a paragraph's line begins with."""


def _unmarked(_: Any) -> str:
    return ""


def _marks(archive: zipfile.ZipFile) -> _Mark:
    """By the names of styles, which are the same in every language; their ids are not."""
    styles = read_xml(archive, "word/styles.xml") if "word/styles.xml" in archive.namelist() else ()
    names = {_attribute(style, "styleId"): _child_value(style, "name").lower() for style in styles}
    return lambda paragraph: _mark(paragraph, names)


def _mark(paragraph: Any, names: dict[str, str]) -> str:
    properties = next((child for child in paragraph if _tag(child) == "pPr"), ())
    style = _child_value(properties, "pStyle")
    name = names.get(style, style.lower())
    level = re.fullmatch(r"heading ?([1-6])", name)
    outline = _child_value(properties, "outlineLvl")
    if level or name == "title" or outline in tuple("012345"):
        return "#" * (int(level[1]) if level else int(outline or 0) + 1) + " "
    listed = name.startswith("list") and name != "list paragraph"
    return "- " if listed or any(_tag(child) == "numPr" for child in properties) else ""


def _child_value(element: Any, tag: str) -> str:
    return next((_value(child) for child in element if _tag(child) == tag), "")


def _lines(element: Any, mark: _Mark) -> Iterator[str]:
    """The lines of paragraphs and tables, however deep they are nested."""
    for child in element:
        match _tag(child):
            case "p":
                text = "".join(_pieces(child))
                lines = [re.sub(r"\t+", " | ", line.strip()) for line in text.split("\n") if line.strip()]
                yield from (f"{mark(child)}{line}" if line is lines[0] else line for line in lines)
                yield from _box_lines(child, mark)
            case "tr":
                yield from row_lines([lines for cell in _cells(child) for lines in _columns(cell)])
            case tag if tag not in _UNSEEN:
                yield from _lines(child, mark)
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


def _box_lines(element: Any, mark: _Mark) -> Iterator[str]:
    for child in element:
        if _tag(child) == "txbxContent":
            yield from _lines(child, mark)
        elif _tag(child) not in _UNSEEN:
            yield from _box_lines(child, mark)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if _tag(child) == "tc":
            yield child
        elif _tag(child) not in _UNSEEN:
            yield from _cells(child)


def _columns(cell: Any) -> Iterator[list[str]]:
    """The cell's lines, and an empty column for each further one that it spans."""
    yield list(_lines(cell, _unmarked))
    span = next((_value(found) for found in cell.iterfind("./{*}tcPr/{*}gridSpan")), "1")
    yield from [[]] * (min(int(span), _MAX_SPAN) - 1 if span.isdecimal() else 0)


def _is_hidden(run: Any) -> bool:
    properties = next((child for child in run if _tag(child) == "rPr"), ())
    return any(_tag(found) == "vanish" and _value(found) not in ("0", "false", "off") for found in properties)


def _value(element: Any) -> str:
    return _attribute(element, "val")


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]

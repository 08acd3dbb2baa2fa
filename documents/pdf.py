"""PDF files: the text of each page as lines in reading order, columns apart.

A PDF holds glyphs at places, not lines. They are put together here from their boxes: first to words, words to lines.
A gap that is wide, or that lines up with a wide gap in a line nearby, separates columns with ` | `."""

import ctypes
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw

from documents.lines import FileText, InnerFile, Lines
from documents.zipped import Refused

_MAX_PAGES = 50
_MAX_FILES, _MAX_FILE_BYTES, _MAX_FILES_BYTES = 20, 10_000_000, 30_000_000
"""Embedded files that are taken out; bytes of one, and of all of them."""
_FEW_LETTERS = 40
"""A page with so few and a large picture is a scan: a stamp, a page number, the scanner's mark."""
_MANY = 200
"""Lines and curves of a page that has letters drawn with them; pictures that are looked at."""
_WIDE, _MEDIUM = 1.0, 0.5
"""Gaps in heights of the line: this wide always separates columns; this wide does where others line up with it."""
_TOUCHING = 0.12
_NEARBY = 3
"""Lines before and after, whose wide gaps show where columns are."""
_HYPHENS = {"\x02": "-", "\xad": "-", "\ufffe": "-"}
"""What pdfium makes of a hyphen at the end of a line."""

_raw: Any = pypdfium2.raw


@dataclass
class Word:
    """Turned so that it is read from left to right; y grows upwards. Unit: 1/72 inch."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    spaced: bool
    """The page has a space before it."""
    space: float
    """Width of that space, if it is a single one that the file holds."""

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass
class Line:
    words: list[Word] = field(default_factory=list[Word])

    def takes(self, word: Word) -> bool:
        """Whether the word stands on the same line: its middle or its foot is where that of the line is."""
        first = self.words[0]
        tolerance = 0.35 * min(first.height, word.height)
        middles = abs(first.top + first.bottom - word.top - word.bottom) / 2
        return middles <= tolerance or abs(first.bottom - word.bottom) <= tolerance

    def gaps(self) -> Iterator[tuple[Word, Word]]:
        return pairwise(self.words)


def open_pdf(content: bytes) -> Any:
    """Raises Refused for a protected file, and pypdfium2's PdfiumError for a broken one."""
    try:
        pdf: Any = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        code: int | None = error.err_code  # type: ignore[reportUnknownMemberType]
        if code == _raw.FPDF_ERR_PASSWORD:
            raise Refused("it is protected by a password") from error
        raise
    if pdf.get_formtype() != _raw.FORMTYPE_NONE:
        pdf.init_forms()
    return pdf


def read_pdf(pdf: Any) -> FileText:
    """The pages, without the embedded files."""
    lines = Lines()
    pages: list[str] = []
    scans: list[int] = []
    for number in range(1, min(len(pdf), _MAX_PAGES) + 1):
        page = open_page(pdf, number - 1)
        found = page_lines(page)
        if _is_scan(page, found):
            scans.append(number)
        if found and not all(map(lines.add, (f"[page {number}]", *found))):
            break
        pages.append("\n".join(found))
        page.close()
    if len(pdf) > _MAX_PAGES:
        lines.problems.append(f"only its first {_MAX_PAGES} of {len(pdf)} pages are read")
    pictures = [number for number in scans if not pages[number - 1]]
    if not lines.lines:
        lines.problems += ["it holds no text, only pictures (a scan?)"] if pictures else []
    elif pictures:
        lines.problems.append(f"{_numbered(pictures)} a picture without text (a scan?)")
    return replace(lines.file_text(), pages=tuple(pages), scans=tuple(scans))


def embedded_files(pdf: Any) -> Iterator[InnerFile | str]:
    """The files in it and, in words, what is left out of them."""
    count = pdf.count_attachments()
    size = 0
    for index in range(min(count, _MAX_FILES)):
        attachment = pdf.get_attachment(index)
        content = _content(attachment)
        size += len(content)
        if len(content) > _MAX_FILE_BYTES or size > _MAX_FILES_BYTES:
            yield f"its embedded files are larger than the {_MAX_FILE_BYTES // 1_000_000} MB that are read"
            return
        yield InnerFile(_said(attachment.get_name), _said(attachment.get_subtype), content)
    if count > _MAX_FILES:
        yield f"only the first {_MAX_FILES} of its {count} embedded files are read"


def _content(attachment: Any) -> bytes:
    """Empty for an empty file and for a damaged one: pdfium does not tell them apart."""
    try:
        return bytes(attachment.get_data())
    except pypdfium2.PdfiumError:
        return b""


def _said(get: Callable[[], str]) -> str:
    try:
        return get()
    except (pypdfium2.PdfiumError, UnicodeError):
        return ""


def _is_scan(page: Any, lines: list[str]) -> bool:
    """Whether its words can only be in pictures, or are drawn as lines and curves."""
    if sum(map(len, lines)) > _FEW_LETTERS:
        return False
    if not lines:
        return bool(_objects(page, _raw.FPDF_PAGEOBJ_IMAGE)) or len(_objects(page, _raw.FPDF_PAGEOBJ_PATH)) == _MANY
    covered = sum(map(_area, _objects(page, _raw.FPDF_PAGEOBJ_IMAGE)))
    return covered > page.get_width() * page.get_height() / 2


def _objects(page: Any, kind: int) -> list[Any]:
    """Of one kind on the page, up to `_MANY`."""
    found: Iterator[Any] = page.get_objects(filter=[kind], max_depth=3)
    return list(islice(found, _MANY))


def _area(picture: Any) -> float:
    left, bottom, right, top = picture.get_bounds()
    return (right - left) * (top - bottom)


def page_lines(page: Any) -> list[str]:
    """The page's lines from top to bottom; text that runs in another direction follows behind."""
    by_angle: dict[int, list[Word]] = {}
    for angle, word in _words(page):
        by_angle.setdefault(angle, []).append(word)
    directions = sorted(by_angle.values(), key=len, reverse=True)
    return [text for words in directions for text in _texts(_lines(words))]


def open_page(pdf: Any, index: int) -> Any:
    """With what is filled into its form fields."""
    page = pdf[index]
    if page.formenv and _raw.FPDFPage_Flatten(page, _raw.FLAT_NORMALDISPLAY) == _raw.FLATTEN_SUCCESS:
        page.close()
        page = pdf[index]
    return page


def _words(page: Any) -> Iterator[tuple[int, Word]]:
    """Words in the order of the file, each with the direction it runs in (degrees, in quarters of a circle)."""
    word: Word | None = None
    word_angle, last_left = 0, 0.0
    spaces: list[float] = []
    for char, angle, (left, bottom, right, top) in _glyphs(page.get_textpage()):
        if char == " ":
            spaces.append(right - left)
        elif word and not spaces and angle == word_angle and _continues(word, last_left, left, bottom, top):
            word.text += char
            word.right = max(word.right, right)
            last_left = left
        else:
            if word:
                yield word_angle, word
            space = spaces[0] if len(spaces) == 1 else 0.0
            word, word_angle, last_left = Word(char, left, right, bottom, top, bool(spaces), space), angle, left
            spaces = []
    if word:
        yield word_angle, word


def _continues(word: Word, last_left: float, left: float, bottom: float, top: float) -> bool:
    """Half of the letter's height is beside the word, so that raised ones (m²) belong to it. The letters of a ligature
    all have the box of the whole."""
    height = top - bottom
    beside = min(word.top, top) - max(word.bottom, bottom) >= height / 2
    tolerance = 0.35 * min(word.height, height)
    return beside and last_left - tolerance <= left <= word.right + tolerance


_Box = tuple[float, float, float, float]


def _glyphs(textpage: Any) -> Iterator[tuple[str, int, _Box]]:
    """Character, direction, and its box (left, bottom, right, top) turned upright. White space is a space; one that
    pdfium adds has no width."""
    rect = _raw.FS_RECTF()
    pointer = ctypes.byref(rect)
    for index in range(_raw.FPDFText_CountChars(textpage)):
        char = chr(_raw.FPDFText_GetUnicode(textpage, index))
        char = " " if char.isspace() or char == "\0" else _HYPHENS.get(char, char)
        if not _raw.FPDFText_GetLooseCharBox(textpage, index, pointer):
            continue
        angle = (
            -round(math.degrees(_raw.FPDFText_GetCharAngle(textpage, index)) / 90) % 4 * 90
        )  # pdfium turns clockwise
        yield char, angle, _upright(angle, rect.left, rect.bottom, rect.right, rect.top)


def _upright(angle: int, left: float, bottom: float, right: float, top: float) -> _Box:
    match angle:
        case 90:
            return bottom, -right, top, -left
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return -top, left, -bottom, right
        case _:
            return left, bottom, right, top


def _lines(words: Iterable[Word]) -> list[Line]:
    """From top to bottom, the words of each from left to right."""
    lines: list[Line] = []
    for word in sorted(words, key=lambda word: -(word.top + word.bottom)):
        line = next((line for line in reversed(lines[-_NEARBY:]) if line.takes(word)), None)
        if not line:
            lines.append(line := Line())
        line.words.append(word)
    for line in lines:
        line.words.sort(key=lambda word: word.left)
    return lines


def _texts(lines: list[Line]) -> list[str]:
    wide = [[gap for gap in line.gaps() if _width(*gap) > _WIDE] for line in lines]
    texts: list[str] = []
    for index, line in enumerate(lines):
        nearby = [gap for gaps in wide[max(0, index - _NEARBY) : index + _NEARBY + 1] for gap in gaps]
        text = line.words[0].text
        for left, right in line.gaps():
            text += _separator(left, right, nearby) + right.text
        texts.append(_whole(text))
    return texts


def _separator(left: Word, right: Word, nearby: list[tuple[Word, Word]]) -> str:
    width = _width(left, right)
    if width > _WIDE:
        return " | "
    is_word_space = right.space > 0.8 * (right.left - left.right)
    if width > _MEDIUM and not is_word_space and any(_lines_up(left, right, *gap) for gap in nearby):
        return " | "
    return "" if abs(width) <= _TOUCHING and not right.spaced else " "


def _lines_up(left: Word, right: Word, wide_left: Word, wide_right: Word) -> bool:
    """Whether most of the gap lies within the wide one."""
    shared = min(right.left, wide_right.left) - max(left.right, wide_left.right)
    return shared >= 0.7 * (right.left - left.right)


def _width(left: Word, right: Word) -> float:
    """Of the gap, in heights of the smaller word."""
    return (right.left - left.right) / max(min(left.height, right.height), 0.1)


def _whole(text: str) -> str:
    """Characters that pdfium hands out in two halves (UTF-16), put together; white space as single spaces."""
    return re.sub(r"\s+", " ", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")).strip()


def _numbered(pages: list[int]) -> str:
    return f"page {pages[0]} is" if len(pages) == 1 else f"pages {', '.join(map(str, pages))} are each"

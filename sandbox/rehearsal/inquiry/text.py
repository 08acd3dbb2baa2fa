"""Pieces of a mail's text that remember which source they stand in."""

import re
from dataclasses import dataclass
from functools import cached_property

from sandbox.rehearsal.inquiry.words import fold, shared

_BULLET = re.compile(r"\s*(?:[-*•·–—▪●○►>+]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
_QUANTITY_LINE = re.compile(r"\s*(?:pos\.?\s*\d+\s+)?\d[\d.,]*\s*(?:x|×|[^\W\d]{1,8}\.?)?\s+\S", re.I)
_QUANTITY_LAST = re.compile(r"\s*[^\W\d].*(?:\s[-–x×]|[:=(])\s*\d[\d.,]*\s*(?:[^\W\d]{1,8}\.?)?\)?[.,;]?\s*$")
_CELLS = re.compile(r"\t|\s\|\s|\||;\s*\S.*;|\S\s{3,}\S")
_LABEL = re.compile(r"\s*[^\W\d][\w .()/'’-]{1,40}\s?:\s*\S")
_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s+\S)")
_MONTH = re.compile(
    r"\s+(?:\d|(?:jan|feb|fév|mar|mär|mrt|maa|apr|avr|ma[iy]|mei|jui?n|jul|jui|aug|aoû|sep|okt|oct|nov|de[czs]|déc)[a-zäéû]*\b)",
    re.I,
)


@dataclass(frozen=True)
class Sentence:
    """A sentence, a list line or a table row. `text` stands in the source as it is; `line` tells the last two."""

    source: str
    text: str
    line: bool

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    def __len__(self) -> int:
        return len(self.text)


def sentences(source: str, text: str) -> list[Sentence]:
    """Cuts a text into sentences. Wrapped lines are joined; list lines, table rows and form fields stand alone."""
    found: list[Sentence] = []
    for block, is_line in _blocks(text):
        pieces = [block] if is_line else _split(block)
        found += [Sentence(source, piece.strip(), is_line) for piece in pieces if piece.strip()]
    return found


def is_bullet(text: str) -> bool:
    return bool(_BULLET.match(text))


def without_bullet(text: str) -> str:
    match = _BULLET.match(text)
    return text[match.end() :] if match else text


def is_abbreviation(word: str) -> bool:
    """Whether a full stop behind this word ends no sentence."""
    return fold(word) in shared("abbreviations")


def _blocks(text: str) -> list[tuple[str, bool]]:
    blocks: list[tuple[str, bool]] = []
    prose: list[str] = []

    def flush() -> None:
        if prose:
            blocks.append(("".join(prose), False))
            prose.clear()

    for line in text.splitlines(keepends=True):
        stands_alone = _stands_alone(line)
        if not line.strip() or (prose and not (_wrapped(prose[-1], line) and not stands_alone)):
            flush()
        if not line.strip():
            continue
        if stands_alone:
            flush()
            blocks.append((line, not _long_prose(line)))
        else:
            prose.append(line)
    flush()
    return blocks


def _stands_alone(line: str) -> bool:
    return bool(
        _BULLET.match(line)
        or _QUANTITY_LINE.match(line)
        or _CELLS.search(line)
        or _LABEL.match(line)
        or _QUANTITY_LAST.match(line)
    )


def _long_prose(line: str) -> bool:
    """A bulleted or labelled line that holds whole sentences is read like prose."""
    return len(line) > 60 and len(_split(line)) > 1 and not _CELLS.search(line)


def _wrapped(previous: str, line: str) -> bool:
    """Whether the line goes on where the previous one was broken off."""
    before, after = previous.rstrip(), line.lstrip()
    if not before or before[-1] in ".!?:":
        return False
    return after[:1].islower() or len(before) >= 55


def _split(block: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for end in _END.finditer(block):
        if end.group().startswith(".") and _ends_in_abbreviation(block, end):
            continue
        pieces.append(block[start : end.end()])
        start = end.end()
    pieces.append(block[start:])
    return pieces


def _ends_in_abbreviation(block: str, end: re.Match[str]) -> bool:
    before = re.search(r"[\w/-]+$", block[: end.start()])
    if not before:
        return False
    word = before.group()
    rest = block[end.end() :].lstrip()
    if word.isdigit():
        return rest[:1].islower() or (len(word) <= 2 and bool(_MONTH.match(block[end.end() :])))
    return is_abbreviation(word) or rest[:1].islower()

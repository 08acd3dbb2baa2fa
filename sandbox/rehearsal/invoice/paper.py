"""An invoice's rows with what holds for all of it, and values behind, beside or below what they are called."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from sandbox.rehearsal.invoice.days import month_first
from sandbox.rehearsal.invoice.figures import decimal_mark
from sandbox.rehearsal.invoice.page import Found, Row, below, found, read_rows
from sandbox.rehearsal.invoice.vocabulary import cue, label

_FILLER = re.compile(r"[\s:.=*#|()/–-]*(?:n[°ºor]?\.?|nummer|eur|in|le|il|el|den|am|of|date)?[\s:.=*#()/–-]*")
_BEFORE_LABEL = re.compile(r"[\W_]*|.*(?:[,;:|(•·/–-]|\s\.)\s*|.*\.\s+")
_BELOW = 2
WITH_ANY_BELOW = 4
"""Ways to a value: the only one of the rows below a label, wherever it stands, is the last."""
_SKIPPED = re.compile(r"(?:eur|usd|gbp|chf|€|[£$]|:)", re.I)

T = TypeVar("T")


@dataclass(frozen=True)
class Hit(Generic[T]):
    """A value and how it hangs together with its label: 0 behind it, 1 in the next cell, 2 below it."""

    value: T
    way: int
    row: Row
    first: int
    last: int
    inner: bool
    """Words stand before the label in its cell."""
    behind: int = 0
    """Where its label ends in the row, if the value stands behind it."""

    @property
    def found(self) -> Found[T]:
        return found(self.value, self.row, self.first, self.last)


@dataclass(frozen=True)
class Paper:
    rows: list[Row]
    mark: str
    """Of decimals."""
    month_first: bool

    def labelled(self, name: str, read: Callable[[str], T | None], ways: int = 3) -> Iterator[Hit[T]]:
        """Values that `read` finds at the beginning of a text that stands where a label's value may, in the order of
        the page."""
        pattern = label(name)
        for row in self.rows:
            for cell, folded in enumerate(row.folded):
                for match in pattern.finditer(folded):
                    inner = not _BEFORE_LABEL.fullmatch(folded[: match.start()])
                    yield from self._at(row, cell, match.end(), inner, read, ways)

    def _at(
        self, row: Row, cell: int, end: int, inner: bool, read: Callable[[str], T | None], ways: int
    ) -> Iterator[Hit[T]]:
        rest = row.cells[cell][end:]
        value = read(rest)
        if value is not None:
            yield Hit(value, 0, row, cell, cell, inner, row.starts[cell] + end)
            return
        if ways < 2 or not _FILLER.fullmatch(rest.lower()):
            return
        beside = cell + 1
        if beside < len(row.cells) and _SKIPPED.fullmatch(row.cells[beside]):
            beside += 1
        value = read(row.cells[beside]) if beside < len(row.cells) else None
        if value is not None:
            yield Hit(value, 1, row, cell, beside, inner)
            return
        for under, at in below(self.rows, row, cell, _BELOW) if ways > 2 else ():
            value = read(under.cells[at])
            if value is not None:
                yield Hit(value, 2, under, at, at, inner)
                return
        for under in self.rows[row.number + 1 : row.number + 1 + _BELOW] if ways == WITH_ANY_BELOW else ():
            read_ = [(value, at) for at, text in enumerate(under.cells) if (value := read(text)) is not None]
            if len(read_) == 1 and under.source == row.source:
                yield Hit(read_[0][0], 3, under, read_[0][1], read_[0][1], inner)
                return


def read_paper(sources: Mapping[str, str]) -> Paper:
    rows = read_rows(sources)
    texts = [row.text for row in rows]
    american = any("$" in text for text in texts) and any(cue("american").search(row.whole) for row in rows)
    return Paper(rows, decimal_mark(texts), month_first(texts, american))

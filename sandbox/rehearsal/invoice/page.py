"""What an invoice's text consists of: rows of cells, each of which remembers the page it stands on."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from sandbox.rehearsal.inquiry.words import fold

_CELLS = re.compile(r"\s+\|\s+|\s*\t\s*|\s{3,}")
_MAIL = "mail."
_LETTER = ("mail.new_text", "mail.signature", "mail.thread")
"""What of a mail is read where nothing is attached to it."""
_LONGEST_ROW = 400
"""Characters; the rest of a longer line is a row of its own."""
_MOST_ROWS = 3_000

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One line of a page. `number` counts through all pages."""

    source: str
    number: int
    text: str
    cells: tuple[str, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(map(fold, self.cells))

    @cached_property
    def whole(self) -> str:
        return fold(self.text)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each cell begins in the text."""
        starts: list[int] = []
        end = 0
        for cell in self.cells:
            starts.append(self.text.index(cell, end))
            end = starts[-1] + len(cell)
        return tuple(starts)

    def quote(self, first: int, last: int) -> str:
        """The words from one cell to another, as they stand on the page."""
        return self.text[self.starts[first] : self.starts[last] + len(self.cells[last])]


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value and the words of a page that bear it out."""

    value: T
    source: str
    quote: str


def found(value: T, row: Row, first: int = 0, last: int | None = None) -> Found[T]:
    return Found(value, row.source, row.quote(first, len(row.cells) - 1 if last is None else last))


def read_rows(sources: Mapping[str, str]) -> list[Row]:
    """The rows of what is attached; of a mail's own words where nothing is."""
    attached = [name for name in sources if not name.startswith(_MAIL)]
    rows: list[Row] = []
    for name in attached or [name for name in _LETTER if name in sources]:
        for line in sources[name].splitlines():
            for text in _pieces(line.strip()):
                cells = tuple(cell for part in _CELLS.split(text) if (cell := part.strip(" |")))
                if cells and len(rows) < _MOST_ROWS:
                    rows.append(Row(name, len(rows), text, cells))
    return rows


def _pieces(line: str) -> Iterator[str]:
    while len(line) > _LONGEST_ROW:
        end = line.rfind(" ", 1, _LONGEST_ROW) + 1 or _LONGEST_ROW
        yield line[:end].strip()
        line = line[end:].strip()
    yield line


def below(rows: Sequence[Row], row: Row, cell: int, count: int) -> Iterable[tuple[Row, int]]:
    """The cells that may stand under one, with their rows. A page's text does not say how far to the right a cell
    stands: the first stands under the first, the last under the last, others where both rows have as many."""
    for under in rows[row.number + 1 : row.number + 1 + count]:
        if under.source != row.source:
            return
        if len(under.cells) == len(row.cells):
            yield under, cell
        elif cell == 0:
            yield under, 0
        elif cell == len(row.cells) - 1:
            yield under, len(under.cells) - 1

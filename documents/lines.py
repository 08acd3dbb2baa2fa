"""What a file says, as lines. Light to import: the reading process starts anew for every file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MAX_ROWS = 5_000
"""Rows of one workbook or table that are read."""
MAX_CHARACTERS = 1_000_000
"""Characters of one file that are read."""


@dataclass(frozen=True)
class InnerFile:
    """A file that another one holds, or a picture of one of its pages."""

    name: str
    """As the file around it has it: it may hold folders, or be empty."""
    media_type: str
    """As declared there; or empty."""
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class FileText:
    text: str
    problem: str | None = None
    """Why the text is not all of the file, in words that go on from its name: `it is protected by a password`."""
    pages: tuple[str, ...] = ()
    """The text of each page, where the file has pages that are read (PDF); `text` has them all, behind `[page N]`."""
    scans: tuple[int, ...] = ()
    """Numbers of the pages whose words, if there are any, stand in a picture."""
    files: tuple[InnerFile, ...] = ()
    head: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a web page says of itself besides its text: `title`, and its named metas."""


def row_line(cells: Iterable[str]) -> str:
    """A row of a table on one line; empty cells keep the columns apart, but not at the end. Blank for a blank row."""
    return " | ".join(" ".join(cell.split()) for cell in cells).rstrip(" |")


def row_lines(cells: list[list[str]]) -> list[str]:
    """A row of data, each cell as its lines, is one line; a row that only lays out the page is the lines of its cells.

    In a row of data at most one cell, the description, is long."""
    filled = [cell for cell in cells if cell]
    long = [cell for cell in filled if len(cell) > 2]
    describes = len(filled) > 2 and len(long) == 1 and len(long[0]) <= 8 and not any(" | " in line for line in long[0])
    if len(filled) <= 1 or (long and not describes):
        return [line for cell in cells for line in cell]
    return [row_line(" ".join(cell) for cell in cells)]


class Lines:
    """Collects lines up to the limits and remembers which limit cut the file short."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.problems: list[str] = []
        self._rows = 0
        self._characters = 0

    def add(self, line: str) -> bool:
        """False when the file is full: the line is left out, and so is the rest."""
        self._characters += len(line) + 1
        if self._characters > MAX_CHARACTERS:
            self.problems.append(f"only its first {MAX_CHARACTERS} characters are read")
            return False
        self.lines.append(line)
        return True

    def add_row(self, cells: Iterable[str]) -> bool:
        """Like `add`; blank rows are dropped."""
        line = row_line(cells)
        if not line:
            return True
        if self._rows >= MAX_ROWS:
            self.problems.append(f"only its first {MAX_ROWS} rows are read")
            return False
        self._rows += 1
        return self.add(line)

    def file_text(self) -> FileText:
        return FileText("\n".join(self.lines), ", and ".join(dict.fromkeys(self.problems)) or None)

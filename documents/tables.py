"""Text tables: CSV, and the same with tabs or semicolons, whatever the file calls itself."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from documents.lines import FileText, Lines

_DELIMITERS = ";\t,|"
_HINTS = {f"sep={delimiter}" for delimiter in _DELIMITERS}
"""What Excel writes and takes for a first line."""
_SAMPLE = 10_000
"""Characters that show which delimiter it is."""
_MAX_CELL_LINES = 10
"""A cell of more lines than this is not a cell but a quotation mark (3/4") that was never closed."""


def read_table(text: str) -> FileText:
    """Rows as lines, cells joined by ` | `. Text without columns stays as it is, less its blank lines."""
    hint, _, rest = text.partition("\n")
    if hint.lower() in _HINTS:
        delimiter, text = hint[4], rest
    else:
        delimiter = _delimiter(text[:_SAMPLE].rpartition("\n")[0] or text[:_SAMPLE])
    try:
        return _read(text, delimiter)
    except csv.Error:  # a cell beyond the 128 kB that the csv module allows
        return FileText(text)


def looks_like_table(sample: str) -> bool:
    """Text of which nothing else is known: three rows or more, and the same columns in each."""
    delimiter = _delimiter(sample)
    widths = [len(row) for row in _rows(sample, delimiter) if row][:-1]  # the last one may be cut off
    least = 3 if delimiter in ",|" else 2  # lines of prose may well have a comma each
    return len(widths) >= 2 and min(widths) == max(widths) >= least


def _read(text: str, delimiter: str) -> FileText:
    quotes_close = all(cell.count("\n") < _MAX_CELL_LINES for row in _rows(text, delimiter) for cell in row)
    lines = Lines()
    for row in _rows(text, delimiter, quoted=quotes_close):
        if not lines.add_row(row):
            break
    return lines.file_text()


def _rows(text: str, delimiter: str, quoted: bool = True) -> Iterator[list[str]]:
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    return csv.reader(StringIO(text), delimiter=delimiter, quoting=quoting, skipinitialspace=delimiter != "\t")


def _delimiter(sample: str) -> str:
    """The one that gives most rows the same number of columns, and then the most columns."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _rows(sample, delimiter) if row)
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (rows / sum(widths.values()), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=score)

"""Order lists in columns: pasted tables, sheets, CSV. A heading says what a column holds, else its content does."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.quote.articles import is_code, valid_ean
from sandbox.rehearsal.quote.lines import Wanted, bare_row, is_total, make_wanted
from sandbox.rehearsal.quote.quantities import cell_quantity
from sandbox.rehearsal.quote.vocabulary import headings, lists, units

_BLANKS = "  "
_SEPARATORS = ("|", "\t", ";", ",", _BLANKS)
_LOOKED_AT = 40
"""Rows from which the columns are guessed."""
_MOST = 0.7
"""Share of a column's filled cells that show what it holds."""
_PRICE = re.compile(r"\d[\d.,' ]*[.,]\d{2}|(?:€|eur|£|\$)\s?\d.*|\d.*(?:€|eur)", re.I)
_POSITION = re.compile(r"[A-Z]?\d{1,2}(?:\.\d{1,2})*\.?")
_RULE = re.compile(r"[\s|+:=_-]*")


@dataclass(frozen=True)
class Table:
    """Consecutive rows; `first` is the number of the first line."""

    first: int
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Columns:
    text: int | None
    quantity: int | None
    unit: int | None = None
    article: int | None = None
    date: int | None = None


@dataclass(frozen=True)
class TableRow:
    """What a row of a table was read as; `wanted` is None for a heading, a total or a remark."""

    line: int
    wanted: Wanted | None
    date: str = ""


def find_tables(lines: Sequence[str]) -> Iterator[Table]:
    """Runs of lines that one separator cuts into cells."""
    index = 0
    while index < len(lines):
        separator = next((s for s in _SEPARATORS if _opens(lines, index, s)), None)
        end = index + 1
        if separator:
            while end < len(lines) and (_cells(lines[end], separator) or _is_rule(lines[end])):
                end += 1
            kept = [i for i in range(index, end) if not _is_rule(lines[i])]
            yield from (_table(part, lines, separator) for part in _by_heading(kept, lines, separator))
        index = end


def read_table(table: Table, source: str, code: str) -> list[TableRow] | None:
    """Row by row; None when the table is no order list."""
    columns = _from_heading(table, code)
    body = table.rows[1:] if columns else table.rows
    columns = columns or _guessed(body, code)
    if columns is None:
        return None
    found = [TableRow(table.first, None)] if len(body) < len(table.rows) else []
    offset = len(table.rows) - len(body)
    for number, row in enumerate(body, offset):
        wanted, date = _row(row, table.lines[number], columns, source, code)
        found.append(TableRow(table.first + number, wanted, date))
    return found


# --- rows ------------------------------------------------------------------------------------------------------------


def _cells(line: str, separator: str) -> list[str]:
    """The cells of a row; empty when the line is none."""
    line = bare_row(line).text if line.lstrip()[:1] == ">" else line.strip("\r\n")
    if separator not in line:
        return []
    cells = re.split(r"\s{2,}", line.strip()) if separator == _BLANKS else line.split(separator)
    return [_unquoted(cell.strip()) for cell in cells]


def _unquoted(cell: str) -> str:
    return cell[1:-1].strip() if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _table(part: Sequence[int], lines: Sequence[str], separator: str) -> Table:
    """A table whose rows all begin and end with a separator has no cells there."""
    rows = [tuple(_cells(lines[i], separator)) for i in part]
    if all(len(row) > 2 and not row[0] and not row[-1] for row in rows):
        rows = [row[1:-1] for row in rows]
    return Table(part[0], tuple(rows), tuple(lines[i] for i in part))


def _opens(lines: Sequence[str], index: int, separator: str) -> bool:
    """Whether a table begins here. A comma or one semicolon cuts only what stands below a heading."""
    cells = _cells(lines[index], separator)
    if len(cells) < 2:
        return False
    if separator in (",", _BLANKS):
        kinds = _kinds(cells)
        least = 3 if separator == "," else 2
        return len(cells) >= least and "quantity" in kinds and kinds.count("none") <= len(cells) // 3
    if separator == ";" and len(cells) < 3:
        return "quantity" in _kinds(cells) and "none" not in _kinds(cells)
    return True


def _is_rule(line: str) -> bool:
    return bool(line.strip()) and bool(_RULE.fullmatch(line))


def _by_heading(kept: Sequence[int], lines: Sequence[str], separator: str) -> Iterator[list[int]]:
    """Parts a run of rows where another heading stands."""
    part: list[int] = []
    for index in kept:
        if part and _is_heading(_cells(lines[index], separator)):
            yield part
            part = []
        part.append(index)
    if part:
        yield part


def _row(row: Sequence[str], line: str, columns: _Columns, source: str, code: str) -> tuple[Wanted | None, str]:
    def cell(column: int | None) -> str:
        return row[column] if column is not None and column < len(row) else ""

    count = cell(columns.quantity)
    if columns.unit is not None and re.fullmatch(r"\d+[.,]\d+", count) and cell(columns.unit):
        count = f"{count} {cell(columns.unit)}"  # `2,500` of metres is read otherwise than of pieces.
    quantity = cell_quantity(count, fold(count), code) or cell_quantity(count.split(" ")[0], fold(count), code)
    article = cell(columns.article)
    text = cell(columns.text) or article
    folded = fold(text)
    filled = [value for value in row if value]
    if not text or is_total(fold(filled[0])) or is_total(folded) or cell(columns.quantity).strip(" .,") == "0":
        return None, ""
    if quantity is None and columns.quantity is not None and (len(filled) < 2 or not cell(columns.quantity)):
        return None, ""
    wanted = make_wanted(text, folded, 0, len(text), quantity, source, code)
    if wanted is None:
        return None, ""
    unit = cell(columns.unit) or wanted.unit
    wanted = replace(wanted, unit=unit, article=article or wanted.article, quote=line.strip())
    return wanted, cell(columns.date)


# --- columns ---------------------------------------------------------------------------------------------------------


def _kinds(cells: Sequence[str]) -> list[str]:
    return [_kind(cell) for cell in cells]


def _kind(cell: str) -> str:
    """What a heading's cell says its column holds; `none` when it is no heading's word."""
    name = fold(cell).strip(" .:*#?") or cell.strip()
    names = headings()
    kinds = ("quantity", "article", "text", "unit", "date", "skip")
    for kind in kinds:
        if name in names[kind] or f"{name}." in names[kind]:
            return kind
    if not cell:
        return "skip"
    if not name or re.search(r"\d", name) or len(name.split()) > 4:
        return "none"
    inner = re.findall(r"[^\W\d_]+(?:[.-][^\W\d_]+)*", name)
    for kind in ("quantity", "article", "date", "unit", "text", "skip"):
        if any(word in names[kind] for word in inner) or any(" " in n and n in name for n in names[kind]):
            return kind
    return "none"


def _is_heading(cells: Sequence[str]) -> bool:
    kinds = _kinds(cells)
    if any(re.fullmatch(r"\d[\d.,]*", cell) for cell in cells):
        return False
    return "quantity" in kinds and bool({"text", "article"} & set(kinds)) and kinds.count("none") <= len(cells) // 2


def _from_heading(table: Table, code: str) -> _Columns | None:
    cells = table.rows[0]
    if not _is_heading(cells):
        return None
    kinds = _kinds(cells)

    def first(kind: str) -> int | None:
        return next((i for i, one in enumerate(kinds) if one == kind), None)

    text, article = _text_and_article(cells, kinds, table.rows[1 : 1 + _LOOKED_AT])
    return _Columns(text, first("quantity"), first("unit"), article, first("date"))


def _text_and_article(
    cells: Sequence[str], kinds: Sequence[str], body: Sequence[Sequence[str]]
) -> tuple[int | None, int | None]:
    texts = [i for i, kind in enumerate(kinds) if kind == "text"]
    articles = [i for i, kind in enumerate(kinds) if kind == "article"]
    if texts:
        articles = [i for i in articles if _share(body, i, lambda cell: bool(_POSITION.fullmatch(cell))) < _MOST]
    if len(texts) > 1:
        described = set(map(fold, lists()["heading"]["described"].split()))
        named = [i for i in texts if set(fold(cells[i]).split()) & described]
        text = named[0] if named else max(texts, key=lambda i: _mean_length(body, i))
        codes = [i for i in texts if i != text and _share(body, i, is_code) >= _MOST]
        articles = articles or codes
        texts = [text]
    theirs = set(map(fold, lists()["heading"]["theirs"].split()))
    articles = [i for i in articles if _values(body, i)] or articles
    articles.sort(key=lambda i: not set(fold(cells[i]).split()) & theirs)
    if not texts and len(articles) > 1:  # `Ref | Code | Qty`
        texts = [max(articles, key=lambda i: _mean_length(body, i))]
        articles = [i for i in articles if i != texts[0]]
    return (texts[0] if texts else None), (articles[0] if articles else None)


def _guessed(rows: Sequence[Sequence[str]], code: str) -> _Columns | None:
    """Columns by what most of their cells hold: one of quantities, and the longest text."""
    looked_at = rows[:_LOOKED_AT]
    width = max((len(row) for row in looked_at), default=0)
    counting = [
        i
        for i in range(width)
        if _share(looked_at, i, lambda cell: _is_quantity(cell, code)) >= _MOST and not _is_positions(looked_at, i)
    ]
    texts = [i for i in range(width) if i not in counting and _share(looked_at, i, _is_text) >= 0.5]
    if not counting or not texts:
        return None
    unit = next((i for i in texts if _share(looked_at, i, _is_unit) >= _MOST), None)
    texts = [i for i in texts if i != unit]
    if not texts:
        return None
    text = max(texts, key=lambda i: (_share(looked_at, i, is_code) < _MOST, _mean_length(looked_at, i)))
    others = [i for i in range(width) if i not in (text, unit)]
    articles = [i for i in others if _share(looked_at, i, _is_article) >= _MOST and i not in counting]
    beside = [i for i in counting if unit is not None and abs(i - unit) == 1]
    with_unit = [i for i in counting if _share(looked_at, i, lambda cell: bool(re.search(r"[^\W\d]", cell))) >= 0.5]
    quantity = (with_unit or beside or counting)[0]
    if len(counting) > 1 and not with_unit and not beside and _is_price_column(looked_at, counting[0]):
        quantity = counting[1]
    return _Columns(text, quantity, unit, articles[0] if articles else None)


def _values(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in rows if column < len(row) and row[column]]


def _share(rows: Sequence[Sequence[str]], column: int, holds: Callable[[str], bool]) -> float:
    values = _values(rows, column)
    return sum(map(holds, values)) / len(values) if values else 0.0


def _mean_length(rows: Sequence[Sequence[str]], column: int) -> float:
    values = _values(rows, column)
    return sum(map(len, values)) / len(values) if values else 0.0


def _is_quantity(cell: str, code: str) -> bool:
    if re.fullmatch(r"\d{6,}|0\d+", cell) or re.fullmatch(r"\d+[.,]\d{2}", cell):
        return False
    return cell_quantity(cell, fold(cell), code) is not None


def _is_positions(rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether a column counts the rows: 1, 2, 3 or 10, 20, 30."""
    values = [re.sub(r"\D", "", row[column]) if column < len(row) else "" for row in rows]
    numbers = [int(value) for value in values if value]
    if column or len(numbers) < 2 or len({len(row) for row in rows}) > 2:
        return False
    step = numbers[1] - numbers[0]
    return step in (1, 10) and all(b - a == step for a, b in pairwise(numbers)) and len(rows[0]) > 2


def _is_text(cell: str) -> bool:
    return bool(re.search(r"[^\W\d]{2}", cell)) and not _PRICE.fullmatch(cell)


def _is_unit(cell: str) -> bool:
    return fold(cell).strip(" .") in units()


def _is_article(cell: str) -> bool:
    if _POSITION.fullmatch(cell):
        return False
    return is_code(cell) or valid_ean(cell if cell.isdigit() else "")


def _is_price_column(rows: Sequence[Sequence[str]], column: int) -> bool:
    return _share(rows, column, lambda cell: bool(_PRICE.fullmatch(cell))) >= _MOST

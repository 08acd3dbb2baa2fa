"""Items in table rows and in list lines that name the thing before its quantity."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from jobs.inquiry.schema import Item
from sandbox.rehearsal.inquiry.numbers import FIGURE, figure
from sandbox.rehearsal.inquiry.phrases import Found, inside, not_counted
from sandbox.rehearsal.inquiry.text import Sentence, without_bullet
from sandbox.rehearsal.inquiry.words import LANGUAGES, Words, fold, shared, shared_text, words

_COLUMNS = ("quantity", "text", "reference", "unit", "skip")
_POSITION = re.compile(r"^\s*pos(?:ition)?\.?\s*\d+\s*[:.)]?\s+", re.I)
_ROW_NUMBER = re.compile(r"0*\d{1,3}\.?")
_REFERENCE = re.compile(r"(?:art|ref|réf|sku|item|nr|no)\b\.?", re.I)
_UNIT = r"[^\W\d][\w²³]{0,11}\.?"
_QUANTITY = re.compile(rf"(?P<number>{FIGURE})\s*[x×]?\s*(?P<unit>{_UNIT})?(?:\s?x)?")


def cells(text: str) -> list[str]:
    """The cells of a table row; empty when the line is none."""
    text = _POSITION.sub("", text).strip().strip("|").strip()
    for separator, least in ((r"\|", 2), (r"\t+", 2), (r";", 3), (r"\s{3,}", 2)):
        found = [cell.strip() for cell in re.split(separator, text)]
        if len(found) >= least:
            return found
    return []


def table_items(rows: Sequence[Sentence], code: str) -> Iterator[tuple[Sentence, list[Found]]]:
    """The items of each row that was understood; a heading has none."""
    kinds: list[str] | None = None
    for row in rows:
        values = cells(row.text)
        heading = _heading(values)
        if heading:
            kinds = heading
            yield row, []
        elif kinds is None or len(values) == len(kinds):
            columns = kinds or _guessed_columns(values, code)
            item = _row_item(values, columns, code) if columns else None
            if item:
                yield row, [Found(item, row, row.text, 0)]


def line_item(sentence: Sentence, lists: Words) -> Found | None:
    """A list line that names the thing first: `ball valve DN50: 20 pcs`, `hi-vis vests XL - 20`."""
    if not sentence.line:
        return None
    line = _POSITION.sub("", without_bullet(sentence.text)).strip()
    match = _thing_then_quantity().fullmatch(line)
    value = figure(match["number"], lists.code) if match else None
    if not match or value is None or inside(match.start("number"), not_counted(fold(line))):
        return None
    text, unit = match["text"].strip(), match["unit"]
    first = fold(text).split()[0]
    if unit and fold(unit).strip(".") not in _all_units():
        return None
    if fold(text) in _labels_of_lines() | lists.bag("items", "not_things"):
        return None
    if first in lists.bag("items", "stop") - lists.bag("items", "units"):
        return None
    return Found(Item(text=text, quantity=value, unit=unit), sentence, sentence.text, 0)


# --- columns ---------------------------------------------------------------------------------------------------------


@cache
def _column_names(kind: str) -> frozenset[str]:
    names = "|".join(words(code).plain("items", f"{kind}_labels") for code in LANGUAGES)
    return frozenset(fold(name).strip(" .") for name in names.split("|"))


def _heading(values: Sequence[str]) -> list[str] | None:
    """What each column holds, when the row is a heading."""
    names = [fold(value).strip(" .:*") for value in values]
    kinds = [next((kind for kind in _COLUMNS if name in _column_names(kind)), "skip") for name in names]
    return kinds if "quantity" in kinds and {"text", "reference"} & set(kinds) else None


def _guessed_columns(values: Sequence[str], code: str) -> list[str] | None:
    """Columns of a row without a heading: one bare quantity (with its unit), and the longest text."""
    quantities = [i for i, value in enumerate(values) if _quantity(value, code)]
    texts = [i for i, value in enumerate(values) if i not in quantities and re.search(r"[^\W\d]{3}", value)]
    if not quantities or not texts:
        return None
    numbered = len(quantities) > 1 and quantities[0] == 0 and _ROW_NUMBER.fullmatch(values[0])
    units = words(code).bag("items", "units")
    kinds = ["unit" if i in texts and fold(value).strip(".") in units else "skip" for i, value in enumerate(values)]
    kinds[quantities[1] if numbered else quantities[0]] = "quantity"
    kinds[max(texts, key=lambda i: (not _REFERENCE.match(values[i]), len(values[i])))] = "text"
    return kinds


def _row_item(values: Sequence[str], kinds: Sequence[str], code: str) -> Item | None:
    by_kind = {kind: [v for k, v in zip(kinds, values, strict=True) if k == kind] for kind in _COLUMNS}
    quantity = _quantity(by_kind["quantity"][0], code)
    text = without_bullet(max(by_kind["text"] or by_kind["reference"], key=len))
    if not quantity or not re.search(r"[^\W\d]", text):
        return None
    return Item(text=text, quantity=quantity[0], unit=next(iter(by_kind["unit"]), None) or quantity[1])


def _quantity(cell: str, code: str) -> tuple[float, str | None] | None:
    """`20`, `20 x`, `1.000 st`: the figure and the unit."""
    match = _QUANTITY.fullmatch(cell)
    value = figure(match["number"], code) if match else None
    if not match or value is None or (match["unit"] and fold(match["unit"]).strip(".") not in _all_units()):
        return None
    return value, match["unit"]


@cache
def _all_units() -> frozenset[str]:
    return frozenset[str]().union(*(words(code).bag("items", "units") for code in LANGUAGES))


@cache
def _thing_then_quantity() -> re.Pattern[str]:
    labels = "|".join(re.escape(name) for name in sorted(_column_names("quantity"), key=len, reverse=True))
    thing = r"(?P<text>[^\W\d].*?[\w\"')²])"
    separator = rf"(?:[:;,=|]|\s[-–x×*]|\(|\s{{2,}}|\t|\s(?=(?:{labels})\b))"
    label = rf"(?:(?:{labels})\b[ .:=]*)?(?:[x×]\s*)?"
    return re.compile(rf"{thing}\s*{separator}\s*{label}{_QUANTITY.pattern}\)?[.;,]?", re.I)


@cache
def _labels_of_lines() -> frozenset[str]:
    """Labels of lines that hold a number but no item, such as `Tel` or `Total`."""
    forms = (shared_text(f"form_{name}") for name in ("name", "company", "email", "phone", "subject"))
    return frozenset(name for form in forms for name in fold(form).split("|")) | shared("line_labels")

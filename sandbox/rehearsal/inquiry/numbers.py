"""Quantities in figures and in words."""

import re
from functools import cache

from sandbox.rehearsal.inquiry.words import fold, words

FIGURE = r"\d{1,3}(?:[ '\u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)*"
_LONGEST_PHRASE = 3
"""Words in the longest number phrase, such as `half a dozen`."""


def figure(text: str, code: str) -> float | None:
    """A number in figures. `1.000` and `1,000` are read by the language's habit, 12,5 and 12.5 are the same."""
    digits = re.sub(r"[ '\u00a0\u202f]", "", text)
    separators = re.findall(r"[.,]", digits)
    decimal = words(code).plain("numbers", "decimal")
    if len(set(separators)) == 2:
        decimal = separators[-1]
    elif len(separators) == 1 and not re.search(r"[.,]\d{3}$", digits):
        decimal = separators[0]
    elif len(separators) > 1:
        decimal = "." if separators[0] == "," else ","
    thousands = "," if decimal == "." else "."
    try:
        return float(digits.replace(thousands, "").replace(decimal, "."))
    except ValueError:
        return None


def in_words(tokens: list[str], code: str) -> tuple[float, int] | None:
    """The number that the folded tokens start with, and how many of them it takes."""
    table = _table(code)
    for size in range(min(_LONGEST_PHRASE, len(tokens)), 0, -1):
        value = table.get(" ".join(tokens[:size]))
        if value is not None:
            return value, size
    return None


def first_number(text: str, code: str) -> float | None:
    """The first number in a text, in figures or words."""
    match = re.search(FIGURE, text)
    if match:
        return figure(match.group(), code)
    tokens = re.findall(r"[\w'-]+", fold(text))
    found = (in_words(tokens[start:], code) for start in range(len(tokens)))
    return next((value for value, _ in filter(None, found)), None)


@cache
def _table(code: str) -> dict[str, float]:
    """All number words of a language: the listed ones and those composed by its patterns, up to 99,999."""
    lists = words(code)
    base = lists.pairs("numbers", "words")
    units = {word: value for word, value in base.items() if 1 <= value <= 19 and " " not in word and value.is_integer()}
    tens = {word: value for word, value in base.items() if value in range(20, 100, 10) and " " not in word}
    table = dict(base)
    for unit, value in units.items():
        for ten, more in tens.items():
            if value < 10 or more in (60, 80):
                _compose(table, lists.plain("numbers", "tens_units"), unit=unit, ten=ten, value=value + more)
        for name, factor in (("hundreds", 100), ("dozens", 12), ("thousands", 1000)):
            if value > 1:
                _compose(table, lists.plain("numbers", name), unit=unit, ten="", value=value * factor)
    return table


def _compose(table: dict[str, float], pattern: str, unit: str, ten: str, value: float) -> None:
    for form in pattern.split("|"):
        table.setdefault(form.format(unit=unit, ten=ten), value)

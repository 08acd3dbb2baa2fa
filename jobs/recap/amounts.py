"""The amounts that words say: 50k, 12.500, fifty thousand, anderhalve ton."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from jobs.recap.numerals import NUMERALS

_FIGURE = r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_SCALES = {
    1_000: "k|thousand|grand|duizend|mille|tausend|tsd|tds|keur|teur|k€|mil",
    1_000_000: "m|mn|mio|mln|million|millions|miljoen|millionen|m€",
    100_000: "ton",
    100: "hundred|honderd|hundert|cent|cents",
}
"""A `ton` is a hundred thousand in Dutch; `cent` a hundred in French only behind a number word."""
_MARK = r"(?:[€$£]|eur|euros?|gbp|usd|chf)"


_RANGE = re.compile(
    r"\s*(?:[€$£]\s*)?(?:-|–|—|to|and|or|a|à|et|ou|en|of|tot|bis|und|oder|,)\s*(?:[€$£]|maybe|about)?\s*", re.I
)
_BETWEEN = re.compile(r"\b(?:between|tussen|zwischen|entre)\s+(?:(?:de|the|den)\s+)?$", re.I)


@cache
def _pattern() -> re.Pattern[str]:
    scales = "|".join(_SCALES.values())
    return re.compile(
        rf"(?<![\w.,])(?:{_MARK}\s?)?(?P<figure>{_FIGURE})(?:\s?-?(?P<scale>{scales})(?!\w))?"
        rf"|(?<!\w)(?P<words>(?:{NUMERALS.pattern})(?:(?:[\s-]+(?:and |en |und |et )?)(?:{NUMERALS.pattern}))*)(?!\w)",
        re.I,
    )


def amounts(text: str) -> list[Decimal]:
    """All of them, in the order of the words. The first of a range takes the other's thousands: 20 and 25 thousand."""
    return [amount for amount, _, _ in placed_amounts(text)]


def placed_amounts(text: str) -> list[tuple[Decimal, int, int]]:
    """With where they start and end."""
    found = list(_all(text))
    placed: list[tuple[Decimal, int, int]] = []
    for number, (amount, start, end, scale) in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        if after and scale == 1 and after[3] > 1 and amount < 1000 and _is_range(text[end : after[1]]):
            amount *= after[3]
        placed.append((amount, start, end))
    return placed


def _is_range(between: str) -> bool:
    return _RANGE.fullmatch(between) is not None


def _all(text: str) -> Iterator[tuple[Decimal, int, int, int]]:
    for match in _pattern().finditer(text):
        if match["words"]:
            between = _BETWEEN.search(text[: match.start()]) is not None
            for start, end in NUMERALS.apart(match["words"], between=between):
                value = NUMERALS.value(match["words"][start:end])
                if value:
                    scale = 1000 if value >= 1000 else 1
                    yield Decimal(str(value)), match.start() + start, match.start() + end, scale
            continue
        scale = _scale(match["scale"])
        yield _figure(match["figure"], scaled=scale > 1) * scale, match.start(), match.end(), scale


def _scale(word: str | None) -> int:
    if not word:
        return 1
    return next(scale for scale, words in _SCALES.items() if re.fullmatch(words, word, re.I))


def _figure(text: str, *, scaled: bool) -> Decimal:
    """1.000 and 1,000 are a thousand; 1.5 and 1,5 one and a half, and so is 1.500 before a million."""
    digits = re.sub(r"[' \u00a0\u202f]", "", text)
    marks = re.findall(r"[.,]", digits)
    decimal = ""
    if len(set(marks)) == 2:
        decimal = marks[-1]
    elif len(marks) == 1 and (scaled or not re.search(r"[.,]\d{3}$", digits)):
        decimal = marks[0]
    whole = digits.replace("," if decimal == "." else ".", "") if decimal else re.sub(r"[.,]", "", digits)
    return Decimal(whole.replace(decimal, ".") if decimal else whole)

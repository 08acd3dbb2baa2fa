"""Numbers with their units, in figures or in words: 1.250,50 €, two weeks, fünfundzwanzig Prozent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

from jobs.claims.words import alternatives, lexicon

_FIGURE = r"\d+(?:[.,'’\u00a0\u202f ]\d{3})*(?:[.,]\d+)?"
_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "NOK", "SEK", "DKK", "PLN")


@dataclass(frozen=True)
class Quantity:
    """A number and its unit, and where they stand. In English `1.250` can be read as 1250 and as 1.25."""

    readings: frozenset[Decimal]
    unit: str
    """Canonical, such as `EUR` or `working day`; empty: none."""
    words: str
    start: int
    end: int
    wording: bool = False
    """Spelt out: `one` may be no number at all."""

    def same_value(self, other: "Quantity") -> bool:
        """Whether both are as much, where units of one dimension are converted and a missing unit is no difference."""
        if self.unit == other.unit:
            return bool(self.readings & other.readings)
        if not (self.unit and other.unit):
            an_article = (self.wording and not self.unit) or (other.wording and not other.unit)
            return not (an_article and 1 in self.readings) and bool(self.readings & other.readings)
        mine, theirs = _dimension(self.unit), _dimension(other.unit)
        if mine[0] != theirs[0]:
            return False
        return bool({r * mine[1] for r in self.readings} & {r * theirs[1] for r in other.readings})

    def same_kind(self, other: "Quantity") -> bool:
        """Whether their units measure the same thing: their values can be compared."""
        return bool(self.unit and other.unit) and _dimension(self.unit)[0] == _dimension(other.unit)[0]


@cache
def _dimension(unit: str) -> tuple[str, Decimal]:
    factor = Decimal(lexicon()["units"][unit][0])
    home = next((name for name, units in lexicon()["dimensions"].items() if unit in units), unit)
    return home, factor


@cache
def units() -> dict[str, str]:
    """The canonical unit of every word for one."""
    return {word: unit for unit, (_, *words) in lexicon()["units"].items() for word in words}


@cache
def _spelt(language: str) -> dict[str, int]:
    """Every number word from nought to ninety-nine."""
    found: dict[str, int] = {}
    data = lexicon()[language]
    ones = alternatives(data["numbers"])
    for number, names in enumerate(ones):
        found.update(dict.fromkeys(names, number))
    for ten, names in zip(range(20, 100, 10), alternatives(data["tens"]), strict=True):
        found.update(dict.fromkeys(names, ten))
        for joined in data["joined"]:
            for number in range(1, 20):
                for name in names:
                    for one in ones[number]:
                        found.setdefault(joined.format(ten=name, one=one), ten + number)
    return found


@cache
def _pattern(language: str) -> re.Pattern[str]:
    def any_of(words: list[str]) -> str:
        return "|".join(re.escape(word).replace(r"\-", r"\s?-\s?") for word in sorted(words, key=len, reverse=True))

    unit_words, magnitudes = any_of(list(units())), any_of(list(lexicon()["magnitudes"]))
    before = any_of([word for word, unit in units().items() if unit in _CURRENCIES])
    return re.compile(
        rf"(?:(?<!\w)(?P<before>{before})\s*)?"
        rf"(?:(?<![\w.,])(?<![^\W\d_][-/])(?P<figure>{_FIGURE})|(?<![\w-])(?P<spelt>{any_of(list(_spelt(language)))})(?![\w-]*[^\W\d_]))"
        rf"(?:[\s-]*(?P<magnitude>{magnitudes})(?!\w))?"
        rf"(?:[\s-]*(?P<unit>{unit_words})(?!\w))?"
        rf"(?![\w])",
        re.IGNORECASE,
    )


def quantities(text: str, language: str = "en") -> list[Quantity]:
    """In their order, twelve euros and fifty cents as one besides. Dates are to be blanked out before."""
    found = list(_each(text, language))
    return [*found, *(both for one, two in pairwise(found) if (both := _with_cents(one, two, text)))]


def _with_cents(one: Quantity, two: Quantity, text: str) -> Quantity | None:
    between = text[one.end : two.start].strip().lower()
    small = two.unit in ("", "cent") and all(reading < 100 for reading in two.readings)
    if one.unit not in _CURRENCIES or not small or between not in ("", "and", "en", "und", "et"):
        return None
    readings = frozenset(whole + part / 100 for whole in one.readings for part in two.readings)
    return Quantity(readings, one.unit, text[one.start : two.end], one.start, two.end)


def _each(text: str, language: str) -> Iterator[Quantity]:
    for match in _pattern(language).finditer(text):
        unit = match["before"] or match["unit"] or ""
        spelt = match["spelt"]
        readings = (
            {Decimal(_spelt(language)[re.sub(r"\s?-\s?", "-", spelt.lower())])}
            if spelt
            else set(_read(match["figure"], language))
        )
        if match["magnitude"]:
            readings = {reading * lexicon()["magnitudes"][match["magnitude"].lower()] for reading in readings}
        yield Quantity(
            frozenset(readings),
            units()[unit.lower()] if unit else "",
            match[0].strip(),
            match.start(),
            match.end(),
            bool(spelt),
        )


def _read(figure: str, language: str) -> Iterator[Decimal]:
    plain = re.sub(r"['’\u00a0\u202f ]", "", figure)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        yield Decimal(plain)
        return
    last = marks[-1]
    whole, _, part = plain.rpartition(last)
    digits = re.sub(r"[.,]", "", whole)
    if len(set(marks)) == 1 and all(len(group) == 3 for group in plain.split(last)[1:]):
        yield Decimal(digits + part)
        if len(marks) == 1 and last != ("," if language == "en" else "."):
            yield Decimal(f"{digits}.{part}")
    elif len(set(marks)) == 2 or len(marks) == 1:
        yield Decimal(f"{digits}.{part}")

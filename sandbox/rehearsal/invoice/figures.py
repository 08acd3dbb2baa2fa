"""Amounts, quantities and rates as invoices write them, exact: `1.234,50`, `1'234.50`, `1 234,50`, `-12.00`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

SYMBOLS = {"€": "EUR", "£": "GBP", "$": "USD", "zł": "PLN", "fr.": "CHF", "sfr.": "CHF", "us$": "USD"}
_CURRENCY = r"(?:€|£|US\$|\$|zł|S?Fr\.|EUR|GBP|USD|CHF|PLN|SEK|NOK|DKK|CZK|HUF|RON|CAD|AUD)"
_GROUPED = r"\d{1,3}(?:(?P<group>[ .,'’\u00a0\u202f])\d{3})(?:(?P=group)\d{3})*(?:[.,]\d{1,6})?"
_FIGURE = re.compile(
    rf"(?<![\w/.,'’])(?P<minus>[-–−]\s?|\()?(?P<before>{_CURRENCY}\s?)?(?P<inner>[-–−]\s?)?"
    rf"(?P<figures>{_GROUPED}|\d+(?:[.,]\d+)?)(?P<dash>[.,][-–—]+)?"
    rf"(?![\d'’]|[.,:/]\d|\w)(?P<after>\s?(?:{_CURRENCY}(?!\w)))?(?P<behind>\s?%|-(?!\w)|\))?",
    re.I,
)
_TWO_DECIMALS = re.compile(r"\d([.,])\d{2}(?![\d.,])")
_LONGEST = 20
"""Characters of a figure; longer ones are no numbers."""


@dataclass(frozen=True)
class Figure:
    value: Decimal
    text: str
    start: int
    end: int
    decimals: int
    currency: str
    """As written; empty: none stands beside it."""
    percent: bool

    @property
    def is_money(self) -> bool:
        """Whether it can be an amount: with cents, or a currency beside it."""
        return not self.percent and (self.decimals == 2 or bool(self.currency))


def decimal_mark(texts: Iterable[str]) -> str:
    """What most amounts of a document have before their cents."""
    marks = [mark for text in texts for mark in _TWO_DECIMALS.findall(text)]
    return "," if marks.count(",") >= marks.count(".") and marks else "."


def figures(text: str, mark: str) -> Iterator[Figure]:
    """Every number of a text. `mark` decides how `1.000` is read."""
    for match in _FIGURE.finditer(text):
        written = match["figures"]
        value = exact(written, mark)
        if value is None or len(written) > _LONGEST:
            continue
        behind = (match["behind"] or "").strip()
        bracketed = match["minus"] == "(" and behind != ")"
        negative = (match["minus"] and not bracketed) or match["inner"] or behind == "-"
        shown = -value if negative else value
        decimals = max(0, -int(shown.as_tuple().exponent))
        currency = (match["before"] or match["after"] or "").strip()
        yield Figure(shown, written, match.start(), match.end(), decimals, currency, behind == "%")


def exact(written: str, mark: str) -> Decimal | None:
    """The number that figures with their separators mean."""
    digits = re.sub(r"[ '’\u00a0\u202f]", "", written)
    separators = re.findall(r"[.,]", digits)
    decimal = mark
    if len(set(separators)) == 2:
        decimal = separators[-1]
    elif len(separators) == 1 and not re.search(r"^\d{1,3}[.,]\d{3}$", digits):
        decimal = separators[0]
    elif len(separators) > 1:
        decimal = "." if separators[0] == "," else ","
    thousands = "," if decimal == "." else "."
    plain = digits.replace(thousands, "").replace(decimal, ".")
    return Decimal(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None

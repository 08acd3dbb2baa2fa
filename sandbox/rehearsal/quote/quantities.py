"""A quantity as people write it: `ca. 30`, `1.000 st`, `2x`, `100/200/500 pcs`, `ein Dutzend`."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sandbox.rehearsal.inquiry.numbers import figure, in_words
from sandbox.rehearsal.inquiry.words import words
from sandbox.rehearsal.quote.vocabulary import bag, cue, units

_FIGURE = r"\d{1,3}(?:['\u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)*"
_SPACED = r"\d{1,3}(?: \d{3})+(?![\d.,]|\s?(?:[x×]\s?\d|mm|cm|ml|v|w|g)\b)"
"""Thousands with blanks between, which English does not use."""
_ROUND = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_NEXT = re.compile(r"\s*(?P<break>/|[,;]\s|[,;]?\s(?:and|und|en|et|or|ou|oder|of|resp\.?|bzw\.?)\s|\s?&\s?)\s*(?=\d)")
_EITHER = ("or", "ou", "oder", "of")
_RANGE = re.compile(r"\s*(?:-|\.\.|\s(?:to|bis|tot|a)\s)\s*(?=\d)")
_TIMES = re.compile(r"\s*(?:[x×*](?![^\W\d])|mal\b|keer\b|fois\b)", re.I)
_UNIT = re.compile(r"\s*(?P<unit>strekkende meters?|[^\W\d_][\w²³'-]*\.?|m[²³])")
_COUNTS = re.compile(r"\s*(?:of|van|von|de|d'|a|mit|met|avec|with|per|je)\b")
_MOST = 10_000_000
_LONGEST_NUMBER = 4
"""Words of a spelt number."""


@dataclass(frozen=True)
class Quantity:
    """What was read, and where it ends in the text."""

    value: float | None
    """None for a range: the sender has not made up his mind."""
    end: int
    unit: str | None = None
    unit_start: int = 0
    breaks: tuple[float, ...] = ()
    times: bool = False
    """`x` stands behind the figure."""
    spelt: bool = False


def read_quantity(text: str, folded: str, start: int, code: str) -> Quantity | None:
    """The quantity that begins at `start`; `folded` is the text folded."""
    start = _behind_lead(folded, start)
    read = _numbers(folded, start, code)
    if read is None:
        return None
    values, is_range, end, spelt = read
    times = _TIMES.match(folded, end)
    if times:
        end = times.end()
    unit = None if spelt and folded[end : end + 1] not in (" ", "") else _unit(folded, end, bool(times), code)
    unit_start = unit[0] if unit else 0
    word = text[unit[0] : unit[1]] if unit else None
    if unit:
        end = unit[1]
        if not times and (again := re.match(r"\s*[x×]\s", folded[end:])):
            end += again.end()
    measured = word is not None and word.casefold().strip(".") in bag("measured")
    numbers = [value if spelt else _value(one, code, measured) for one, value in values]
    if any(number is None or not 0 < number <= _MOST for number in numbers):
        return None
    sure = [number for number in numbers if number is not None]
    ascending = len(sure) > 1 and all(a < b for a, b in pairwise(sure))
    if len(sure) > 1 and not ascending:
        return None
    breaks = tuple(sure) if ascending and not is_range else ()
    value = None if is_range else sure[0]
    return Quantity(value, end, word, unit_start, breaks, bool(times), spelt)


def cell_quantity(cell: str, folded: str, code: str) -> Quantity | None:
    """The quantity that fills a whole cell or label's value."""
    read = read_quantity(cell, folded, 0, code)
    return read if read and not folded[read.end :].strip(" .,;)") else None


def is_size(folded: str, position: int) -> bool:
    """Whether a unit of size follows at a position: `24 in`, `230 V`."""
    match = re.match(r"\s*([^\W\d]+[²³]?|[\"%°]|mm2)", folded[position:])
    return bool(match and match[1] in bag("sizes"))


def _behind_lead(folded: str, start: int) -> int:
    match = re.match(r"\s*(?:([a-z']+)\.?\s+|([~±+])\s*)?", folded[start:])
    if match and (match[2] or (match[1] or "") in bag("approximately")):
        return start + match.end()
    blanks = re.match(r"\s*", folded[start:])
    return start + (blanks.end() if blanks else 0)


def _numbers(folded: str, start: int, code: str) -> tuple[list[tuple[str, float | None]], bool, int, bool] | None:
    """The figures in a row, whether they are a range, where they end, and whether they are spelt out."""
    first = _figure(code).match(folded, start)
    if first and re.match(r"0\d", first.group()):
        return None
    if not first:
        return _spelt(folded, start, code)
    found: list[tuple[str, float | None]] = [(first.group(), None)]
    end = first.end()
    link = _RANGE.match(folded, end)
    if link and (second := _figure(code).match(folded, link.end())):
        return [*found, (second.group(), None)], True, second.end(), False
    either = False
    while (link := _NEXT.match(folded, end)) and (more := _figure(code).match(folded, link.end())):
        found.append((more.group(), None))
        end, either = more.end(), link["break"].strip(" ,;") in _EITHER
    if folded[end : end + 1] in ("/", ":") and folded[end + 1 : end + 2].isdigit():
        return None
    return found, either and len(found) == 2, end, False


def _spelt(folded: str, start: int, code: str) -> tuple[list[tuple[str, float | None]], bool, int, bool] | None:
    tokens = list(re.finditer(r"[^\W\d_]+(?:[-'][^\W\d_]+)*'?", folded[start : start + 60]))[:_LONGEST_NUMBER]
    if not tokens or tokens[0].start():
        return None
    names = [token.group().rstrip("'") for token in tokens]
    read = in_words(names, code) or (in_words(names, "en") if code not in ("en",) else None)
    if not read or read[0] < 1:
        return None
    return [("", read[0])], False, start + tokens[read[1] - 1].end(), True


def _unit(folded: str, start: int, times: bool, code: str) -> tuple[int, int] | None:
    """Where the unit behind a figure stands. Behind `x`, and where the word may name a thing, only before `of`."""
    match = _UNIT.match(folded, start)
    if match and match["unit"] in ("no.", "nos."):
        return match.start("unit"), match.end()
    if not match or match["unit"].strip(".").split()[0] not in units():
        return None
    word = match["unit"].strip(".")
    behind = folded[match.end() :]
    doubtful = times or (code == "en" and word in bag("ambiguous_units"))
    if code == "fr" and word in bag("things_alone") and behind.strip() and not re.match(r"\s+d", behind):
        return None
    single = not times and bool(re.search(r"(?<!\d)1\s*$", folded[:start]))
    if doubtful and not single and behind.strip(" .,;)") and not _COUNTS.match(behind):
        return None
    if re.match(r"-\w|/\w", behind) or cue("compounds").match(folded, match.start("unit")):
        return None
    end = match.end()
    if match["unit"].endswith(".") and not behind.strip():
        end -= 1
    return match.start("unit"), end


def _value(digits: str, code: str, measured: bool) -> float | None:
    """`1.000` pieces are a thousand in every language; of metres and kilos it is read as the language has it."""
    if _ROUND.fullmatch(digits) and (not measured or digits.endswith("000")):
        return float(re.sub(r"[.,]", "", digits))
    return figure(digits, code)


@cache
def _figure(code: str) -> re.Pattern[str]:
    return re.compile(_FIGURE if words(code).code == "en" else f"{_SPACED}|{_FIGURE}")

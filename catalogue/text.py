"""How names and requests are folded and cut up before they are compared."""

import re
import unicodedata

_SIGNS = str.maketrans(
    {"×": "x", "✕": "x", "⌀": " ", "ø": "o", "Ø": " ", "″": '"', "”": '"', "“": '"', "′": "'", "’": "'"}
)
_MIXED = re.compile(r"\b(\d+)[ -](\d{1,2})[/⁄](2|3|4|8|16|32|64)\b")
_FRACTION = re.compile(r"(?<![\d/.])(\d{1,2})[/⁄](2|3|4|8|16|32|64)(?![\d/])")
_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_TOKEN = re.compile(r"[^\s,;()\[\]\"']+")
_SOLID = re.compile(r"[\W_]+")
_CODE = re.compile(r"(?=.*\d)(?=.*[a-z])(?:[a-z0-9]{5,24}|[a-z0-9]*\d[a-z0-9]*\d[a-z0-9]*(?<=.{4}))|\d{5,}")
_BARCODE = 12
"""Digits of a barcode that is written in groups, at the least."""
_MEASURE = re.compile(r"\d+(?:x\d+)*[a-z]{1,6}|\d+(?:st|nd|rd|th)|[a-z]?\d+(?:[xg]\d+)+(?:[a-z]{1,3}\d?)?")
"""A figure with its unit ("1080p", "120hz") or a size ("3x25", "m8x40"), which `attributes` reads."""


def fold(text: str) -> str:
    """Lower case without accents, decimals with a point, fractions as decimals, one kind of quotes."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold()
    plain = decomposed if decomposed.isascii() else "".join(c for c in decomposed if not unicodedata.combining(c))
    if "," in plain:
        plain = _COMMA.sub(".", _THOUSANDS.sub("", plain))
    if "/" in plain or "⁄" in plain:
        plain = _MIXED.sub(lambda m: _number(int(m[1]) + int(m[2]) / int(m[3])), plain)
        plain = _FRACTION.sub(_fraction, plain)
    return plain


def _fraction(found: re.Match[str]) -> str:
    """What divides without a rest is a ratio: `24/8` is not three."""
    over, under = int(found[1]), int(found[2])
    return _number(over / under) if over % under else found[0]


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def words(folded: str) -> list[str]:
    """Runs of letters and numbers: `hd5450` is two words, as is `hd 5450`."""
    return _WORD.findall(folded)


def trigrams(split: list[str]) -> list[str]:
    joined = f" {' '.join(split)} "
    return [joined[start : start + 3] for start in range(len(joined) - 2)]


def solid(code: str) -> str:
    """Letters and digits alone, lower case: `CA-NYM-315`, `ca nym 315` and `CA.NYM.315` are one article number."""
    return _SOLID.sub("", unicodedata.normalize("NFKC", code).casefold())


def codes(folded: str) -> list[str]:
    """What looks like a model or article number: letters with a digit, four characters with two, or five digits."""
    found = (_SOLID.sub("", token) for token in _TOKEN.findall(folded) if any(c.isdigit() for c in token))
    return [token for token in found if _CODE.fullmatch(token) and not _MEASURE.fullmatch(token)]


def runs(text: str, longest: int = 3) -> list[tuple[str, str]]:
    """Every token and every few adjoining ones, solid, the longest first: where an article number may stand, written
    with spaces or not. With each, the text without it. Figures side by side are not one number, unless it is a
    barcode."""
    tokens = [
        (found.span(), part)
        for found in _TOKEN.finditer(text)
        if (part := solid(found[0])) and (not part.isdigit() or found[0].strip(".-:#").isdigit())
    ]
    return [
        (
            "".join(part for _, part in tokens[i : i + length]),
            f"{text[: tokens[i][0][0]]} {text[tokens[i + length - 1][0][1] :]}",
        )
        for length in range(longest, 0, -1)
        for i in range(len(tokens) - length + 1)
        if length == 1
        or not (joined := "".join(part for _, part in tokens[i : i + length])).isdigit()
        or len(joined) >= _BARCODE
    ]

"""Article numbers in a line: labelled, in brackets at its end, set off by a separator, or an EAN."""

import re
from dataclasses import dataclass
from functools import cache

from sandbox.rehearsal.quote.vocabulary import label

_BRACKETED = re.compile(r"\s*[(\[]\s*(?P<code>[A-Za-z0-9][\w./+-]+(?: [A-Z0-9][\w./+-]*){0,2})\s*[)\]]\s*$")
_BRACKETED_FIRST = re.compile(r"\s*[(\[](?P<code>[A-Za-z0-9][\w./+-]+)[)\]]\s+")
_STANDARD = re.compile(
    r"(?:ip|ik|m|dn|pn|ral|en|iso|din|cat|rj|r|g|ffp|usb|hdmi|ph|pz|tx|t|sn|nf|sae|aisi|a|v|b|c|d|e|f|gr|nr|no|size|sds|sw)"
    r"[-. ]?\d{1,3}[a-z]?(?:[./x-]\d+[a-z]?)*|\w+\d?[-/ ]?(?:pack|pk|er|fach|teilig|delig)|[a-z]+-?free",
    re.I,
)
"""Standards, threads and protection classes, which look like short article numbers."""
_SIZE = re.compile(
    r"\d+(?:[.,x×/-]\d+)*\s?(?:mm|cm|m|ml|l|kg|g|v|w|a|kw|gb|tb|mb|pcs|st|stk|pack|er|in|bar|k|°)?[²³]?", re.I
)
_EAN = re.compile(r"(?<![\w./-])(?:\d{13}|\d{14}|\d{12}|\d{8})(?![\w/-]|\.\d)")
_CODE = (
    r"(?=[A-Za-z0-9./-]*\d)[A-Za-z]{1,5}(?:-[A-Za-z0-9.,/]+){1,5}|[A-Z]{2,4}(?:-[A-Z]{1,4}){2,4}"
    r"|(?=[A-Z0-9./-]*\d)(?=[A-Z0-9./-]*[A-Z])[A-Z0-9][A-Z0-9./-]{3,}"
)
_OWN_CODE = re.compile(r"(?<![\w-])[A-Za-z]{2,4}(?:-[A-Za-z0-9.,/]*[A-Za-z0-9]){2,4}(?![\w-])")
_OWN_FIRST = re.compile(
    r"(?P<code>[A-Z]{2}(?:-(?:[A-Z]{1,4}|[A-Z0-9.,/]*\d[A-Z0-9.,/]*)(?![A-Z0-9])){2,4})\s+(?=[^\W\d-][^\W\d])"
)
_LEADING = re.compile(rf"(?P<code>{_CODE}|\d{{5,}})\s*[:;|=\t]\s*(?=\S)")
_TRAILING = re.compile(rf"[:;|,=\t]\s*(?P<code>{_CODE})\s*$")
_LABEL_SIGN = re.compile(r"art|ref|sku|p/?n|part|item|best|ean|cod|gtin|cat|mat|teil|model|n°")
"""What every label holds some of, so that most lines need not be searched."""
_VALUE = r"(?P<code>(?=[\w./+-]*\d)\w[\w./+-]*\w)"


@dataclass(frozen=True)
class Stripped:
    """A line's words without the article number at their beginning or end, and that number wherever it stands."""

    start: int
    end: int
    article: str | None


def find_article(text: str, folded: str, start: int, end: int) -> Stripped:
    """Looks at text[start:end]."""
    article: str | None = None
    for _ in range(3):
        found = _at_end(text, folded, start, end) or _at_start(text, folded, start, end)
        if not found:
            break
        start, end, article = found[0], found[1], article or found[2]
    if article is None:
        article = _inside(text, folded, start, end)
    return Stripped(start, end, article)


def is_code(text: str) -> bool:
    """Whether a text is nothing but an article number."""
    return bool(re.fullmatch(rf"{_CODE}|\d{{5,}}|\d+[-./]\d+[\d./-]*", text))


def valid_ean(digits: str) -> bool:
    """Whether the check digit of an EAN-8, UPC-A, EAN-13 or GTIN-14 is right."""
    weighed = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return len(digits) in (8, 12, 13, 14) and sum(weighed) % 10 == 0


@cache
def _labelled() -> re.Pattern[str]:
    return re.compile(rf"(?P<open>[(\[]?)\s*{label('article').pattern}\s?[.:=#]*\s?{_VALUE}\s*[)\]]?")


def _at_end(text: str, folded: str, start: int, end: int) -> tuple[int, int, str] | None:
    part = text[start:end]
    bracketed = _BRACKETED.search(part)
    if bracketed and bracketed.start() and _names_article(bracketed["code"], part[: bracketed.start()]):
        return start, start + bracketed.start(), bracketed["code"]
    for match in _labels(folded, start, end):
        at_end = match.end() >= start + len(part.rstrip(" .,;"))
        if at_end and match.start() > start and _is_set_off(text, match):
            return start, _bare_end(text, start, match.start()), text[match.start("code") : match.end("code")]
    trailing = _TRAILING.search(part)
    if trailing and _is_own(trailing["code"]) and trailing.start():
        return start, start + trailing.start(), trailing["code"]
    return None


def _at_start(text: str, folded: str, start: int, end: int) -> tuple[int, int, str] | None:
    for match in _labels(folded, start, end):
        if match.start() == start:
            rest = re.match(r"[\s:;,|=–-]*", text[match.end() : end])
            begin = match.end() + (rest.end() if rest else 0)
            if re.search(r"[^\W\d]{2}", text[begin:end]):
                return begin, end, text[match.start("code") : match.end("code")]
    bracketed = _BRACKETED_FIRST.match(text, start, end)
    if bracketed and _names_article(bracketed["code"], "") and re.search(r"[^\W\d]{2}", text[bracketed.end() : end]):
        return bracketed.end(), end, bracketed["code"]
    own = _OWN_FIRST.match(text, start, end)
    if own and re.search(r"[^\W\d]{2}", text[own.end() : end]):
        return own.end(), end, own["code"]
    leading = _LEADING.match(text, start, end)
    if leading and re.search(r"[^\W\d]{2}", text[leading.end() : end]):
        return leading.end(), end, leading["code"]
    return None


def _inside(text: str, folded: str, start: int, end: int) -> str | None:
    for match in _labels(folded, start, end):
        return text[match.start("code") : match.end("code")]
    for match in _EAN.finditer(text, start, end):
        if valid_ean(match.group()):
            return match.group()
    own = next((m.group() for m in _OWN_CODE.finditer(text, start, end) if _is_own(m.group())), None)
    whole = text[start:end].strip()
    return own or (whole if is_code(whole) else None)


def _labels(folded: str, start: int, end: int) -> list[re.Match[str]]:
    if not _LABEL_SIGN.search(folded, start, end):
        return []
    return list(_labelled().finditer(folded, start, end))


def _is_set_off(text: str, match: re.Match[str]) -> bool:
    return bool(match["open"]) or text[: match.start()].rstrip()[-1:] in tuple(",;:|–-/")


def _bare_end(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip(" \t,;:-–([|/"))


def _is_own(code: str) -> bool:
    """Letters, then parts with a figure among them: `CA-YMVK-3X25`; in lower case only with two letters first."""
    parts = code.split("-")
    if len(parts) < 3 or not re.search(r"\d", code):
        return False
    return code.isupper() or (code.islower() and len(parts[0]) == 2)


def _names_article(code: str, before: str) -> bool:
    """Whether what stands in brackets behind a thing is its article number rather than a size, colour or remark."""
    return all(word[:1].isupper() or word[:1].isdigit() for word in code.split()) and any(
        _looks_like_article(word, before) for word in code.split()
    )


def _looks_like_article(word: str, before: str) -> bool:
    if _STANDARD.fullmatch(word):
        return False
    if re.search(r"\d", word):
        return bool(re.search(r"\d{4}", word)) or (len(word) >= 4 and not _SIZE.fullmatch(word))
    letters = re.sub(r"[^A-Za-z]", "", word)
    if not letters.isupper() or len(letters) < 4:
        return False
    repeats = letters.lower() in re.sub(r"[^a-z]", "", before.lower())
    return len(letters) >= 5 and (repeats or sum(letter in "AEIOUY" for letter in letters) <= 1) and letters != "BLACK"

"""A line of a list: what is wanted, how many, and what else the line says."""

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property

from sandbox.rehearsal.inquiry.text import is_bullet, without_bullet
from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.quote.articles import find_article, is_code
from sandbox.rehearsal.quote.quantities import Quantity, is_size, read_quantity
from sandbox.rehearsal.quote.vocabulary import bag, label, lists

_POSITION = re.compile(
    r"\s*(?:(?:pos(?:ition)?|item|line|artikel|zeile|regel|ligne|poste?)\.?\s*(?:n[or°]\.?\s*)?\d{1,4}\s*(?:[:.)|/-]+\s*|\s)|#\d{1,3}\s)"
    r"|\s*\d{1,3}[.)]\s*(?:\)|:)?\s+(?=\S)|\s*\(\d{1,3}\)\s+",
    re.I,
)
_QUOTE_MARK = re.compile(r"(?:\s*>)+ ?")
_BOX = re.compile(r"\s*\[[ x]?\]\s*", re.I)
_TAIL_START = re.compile(r"[|;\t:=(\[,]|\s[-–—]+|\.{3,}|…|\s{2,}|\s@|\s")
_REACH = 70
"""Characters at a line's end in which its quantity stands."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
_SIZE_ALONE = re.compile(r"[SML]|X{1,4}[SL]|\d?XL|\d{2}(?:[.,/-]\d{1,2})?")
_CODE_FIRST = re.compile(r"(?P<code>(?=[A-Z0-9/-]*\d|[A-Z]+-[A-Z]+-)[A-Z][A-Z0-9./-]{4,})\s{2,}(?=\d)")
"""An article number in a column of its own, before the quantity."""
_PACK_NUMBER = re.compile(r"(?:of|van|von|de|a|mit|met|avec|with|per|je|x)\s*(?:\d|each\b)")
_PRICE = re.compile(
    r"[\s,;|@–-]*(?:@|a|à|je|per|for|für)?\s*(?:€|eur|£|\$|usd|gbp)\s?\d[\d.,]*(?:\s*(?:each|per \w+|/\w+))?\s*$|"
    r"[\s,;|@–-]+\d[\d.,]*\s?(?:€|eur)\b\s*$",
    re.I,
)
_COUNTED = re.compile(r"[x×*] ?\d|(?:per|for|at|à|bei|ab|bij|pour|par|je|ca|circa|approx|about)\b.?.?\d|~")
_OF = re.compile(r"\s*of\s+(?:(?:the|your|those|these|our)\s+)?|\s*[:,;|)–-]*\s*")
_PRICES_AT = re.compile(
    r"[\s,:;(–-]+(?:prices?|pricing|preise?|prijs|prijzen|prix|staffel\w*|price breaks?)"
    r"(?:\s+(?:at|for|per|für|voor|pour|bei|bij|ab|vanaf|je))?[\s:]*$",
    re.I,
)
_TRAILING = " \t,;:.|=–—-/*_"
_RIGHT = _TRAILING.replace(".", "")
"""A full stop may belong to the thing's last word."""
_POLITE = re.compile(
    r"[\s,;.]*(?:to go with (?:them|it|those)|dazu|daarbij|erbij"
    r"|please|pls|plz|thanks|bitte(?: (?:anbieten|kalkulieren|um (?:ein )?(?:angebot|preis\w*)))?"
    r"|graag|aub|a\.u\.b\.?|svp|s\.v\.p\.?|merci|danke|s'il vous pla[iî]t)"
    r"[\s.!]*$",
    re.I,
)


_CORRECTION = re.compile(
    r"(?:\s*(?:\.{2,}|…|,|\(|[-–])\s*|\s+)(?:ah |oh |of |euh |ach )?"
    r"(?:no|non|nee|nein|sorry|pardon|oops|i mean|ik bedoel|je veux dire)"
    r"(?![^\W\d])[\s,:.]*(?:(?:make|let's make|say) (?:that|it)|doe maar|maak er|lieber|doch|plutot|toch|besser|better"
    r"|sorry|disons|sagen wir|rather)?[\s,:]*(?=(?P<number>\d{1,6})(?![\w.,/-]*\d))"
)
"""`6 bobines... non, 6 rouleaux`: up to the second quantity, which counts."""


@dataclass(frozen=True)
class Wanted:
    """A line as read. `quote` holds the source's own words."""

    requested: str
    quantity: float | None
    unit: str | None
    article: str | None
    breaks: tuple[float, ...]
    source: str
    quote: str
    wanted_date: str | None = None
    repeats_order: bool = False
    counted_by: str = ""
    """The words that state the quantity, where they stand apart from `quote`."""
    dated_by: str = ""
    context: str | None = None
    context_source: str = ""
    open: bool = False
    """A range: there is no one quantity."""


@dataclass(frozen=True)
class Row:
    """A physical line without what lists put before the words: quotation marks, a bullet, a position number."""

    text: str
    listed: bool
    """It had a bullet or a position number."""

    @cached_property
    def folded(self) -> str:
        return fold(self.text)


@dataclass(frozen=True)
class Split:
    """A line in two: its thing (a span) and its quantity. `strength` says how surely."""

    start: int
    end: int
    quantity: Quantity
    strength: float


def bare_row(line: str) -> Row:
    text = _QUOTE_MARK.sub("", line, count=1).strip() if ">" in line else line.strip()
    text = _BOX.sub("", text, count=1) if text.startswith("[") else text
    listed = False
    for _ in range(2):
        position = _POSITION.match(text)
        if position and position.end() < len(text):
            text, listed = text[position.end() :].strip(), True
        elif is_bullet(text) and len(without_bullet(text)) < len(text):
            text, listed = without_bullet(text).strip(), True
    return Row(text, listed)


def read_line(row: Row, source: str, code: str) -> tuple[Wanted, float] | None:
    """The line's product and quantity with the strength of the signs, 0 to 4; None when there is no quantity."""
    text, folded = row.text, row.folded
    coded = _CODE_FIRST.match(text)
    if coded and (behind := read_quantity(text, folded, coded.end(), code)) and len(text) - coded.end() < _REACH:
        start = behind.end if text[behind.end :].strip() else 0
        end = len(text) if start else coded.end("code")
        wanted = make_wanted(text, folded, start, end, behind, source, code)
        return (replace(wanted, article=coded["code"]), 3.0) if wanted else None
    split = best_split(text, folded, code)
    if split is None:
        return None
    wanted = make_wanted(text, folded, split.start, split.end, split.quantity, source, code)
    return (wanted, split.strength) if wanted else None


def best_split(text: str, folded: str, code: str) -> Split | None:
    """The likeliest way to read a quantity out of a line."""
    first = _quantity_first(text, folded, code)
    last = _quantity_last(text, folded, code)
    if first and last:
        return last if last.strength > first.strength else first
    return first or last


def make_wanted(
    text: str, folded: str, start: int, end: int, quantity: Quantity | None, source: str, code: str
) -> Wanted | None:
    """A line from the span of its thing; None when no thing is left in it."""
    start, end = _trimmed(text, folded, start, end)
    stripped = find_article(text, folded, start, end)
    start, end = _trimmed(text, folded, stripped.start, stripped.end)
    requested = text[start:end]
    if not (
        _SIZE_ALONE.fullmatch(requested)
        or _LETTERS.search(requested)
        or re.search(r"[A-Za-z]\d|\d[A-Za-z]|\d{5,}", requested)
    ):
        return None
    unit = quantity.unit if quantity else None
    return Wanted(
        requested=requested,
        quantity=quantity.value if quantity else None,
        unit=unit,
        article=stripped.article,
        breaks=quantity.breaks if quantity else (),
        source=source,
        quote=text.strip(),
        open=quantity is not None and quantity.value is None,
    )


def correction(folded: str) -> re.Match[str] | None:
    """Where a text takes a quantity back, up to the one that counts (`number`)."""
    return _CORRECTION.search(folded)


def labelled(folded: str, name: str) -> int | None:
    """Where the value begins in a line such as `quantity: 50`; None when the line has no such label."""
    match = _label_line(name).match(folded)
    return match.end() if match else None


def is_total(folded: str) -> bool:
    """Whether a row sums up: `Total: 12 pcs`, but not `Total station tripod`."""
    first = re.match(r"[^\w]*(?P<word>[^\W\d]+(?:-[^\W\d]+)?)[\s.]*(?P<next>[^\W\d]*)", folded)
    return bool(first and first["word"] in bag("totals") and (not first["next"] or first["next"] in bag("of_totals")))


def with_pack_words(text: str, folded: str, start: int, quantity: Quantity) -> int:
    """Where the thing begins: in `3 boxes of 100 gloves` the pack's words belong to it."""
    if quantity.unit and _PACK_NUMBER.match(folded[start:].lstrip()):
        return quantity.unit_start
    return start


# --- where the quantity stands ---


def _quantity_first(text: str, folded: str, code: str) -> Split | None:
    labelled_at = _quantity_label().match(folded)
    quantity = read_quantity(text, folded, labelled_at.end() if labelled_at else 0, code)
    if quantity is None:
        return None
    end = quantity.end
    rest = folded[end:]
    start = with_pack_words(text, folded, end, quantity)
    if start == end:
        start = end + _behind_of(text[end:], bool(quantity.unit) or quantity.times)
    if not _is_thing(text[start:]) and not (quantity.times and _SIZE_ALONE.fullmatch(text[start:].strip())):
        return None
    if not quantity.unit and not quantity.times and _names_count(text, folded, end, code):
        return None
    if rest and rest[0] not in " \t:,;|)" and not quantity.unit and not quantity.times:
        return None
    marked = bool(quantity.unit) or quantity.times or labelled_at is not None or bool(quantity.breaks)
    strength = 3.0 if marked else 2.5
    thing = folded[start:].lstrip()
    if not marked and (is_size(folded, end) or (quantity.value or 0) % 1 or re.match(r"[-/.x×]", rest)):
        return None
    if quantity.times and re.match(r"\d[\d.,]*\s", thing) and not quantity.unit:
        strength = 2.4
    if not marked and re.match(r"(?:19|20)\d\d\b", folded):
        strength = 1.0
    return Split(start, len(text), quantity, strength)


def _names_count(text: str, folded: str, end: int, code: str) -> bool:
    """Whether a colon and a quantity of its own follow: `44: 3 pairs` is about size 44."""
    sign = re.match(r"\s*[:=]\s*", folded[end:])
    behind = read_quantity(text, folded, end + sign.end(), code) if sign else None
    return behind is not None and _ends(folded, behind.end)


def _quantity_last(text: str, folded: str, code: str) -> Split | None:
    base = max(0, len(text) - _REACH)
    best: Split | None = None
    for sign in _TAIL_START.finditer(text, base):
        if sign.start() == 0:
            continue
        found = _tail_at(text, folded, sign, code)
        if found and (best is None or found.strength > best.strength):
            best = found
    return best


def _tail_at(text: str, folded: str, sign: re.Match[str], code: str) -> Split | None:
    begin = sign.end()
    if sign.group() == " " and not _may_count(folded, begin):
        return None
    name = _quantity_label().match(folded, begin) or _quantity_label().match(folded, begin + 1)
    read_from = name.end() if name else begin
    lead = re.match(
        r"\s*(?:(?P<x>[x×*])\s*|(?:per|for|at|à|bei|ab|bij|pour|par|je)\s+(?=\d[\d.]*\s*[,/]))?", folded[read_from:]
    )
    counted = bool(lead and lead["x"])
    read_from += lead.end() if lead else 0
    quantity = read_quantity(text, folded, read_from, code)
    if quantity is None or not _ends(folded, quantity.end):
        return None
    if counted and not name and re.search(r"(?:^|\s)\d+(?:[.,]\d+)?\s*$", folded[: sign.start()]):
        return None  # `12 x 110` is a size
    size = bool(quantity.unit) and bool(_SIZE_ALONE.fullmatch(text[: sign.start()].strip()))
    if not size and not _is_thing(text[: sign.start()]):
        return None
    strength = _tail_strength(sign.group(), quantity, bool(name), counted)
    if is_code(text[: sign.start()].strip()) and (quantity.unit or counted):
        strength = max(strength, 3.0)
    if not name and not quantity.unit and not quantity.times and (quantity.value or 1) % 1 and not quantity.breaks:
        return None
    return Split(0, sign.start(), quantity, strength) if strength > 0 else None


def _may_count(folded: str, begin: int) -> bool:
    """Whether a quantity may begin behind a mere blank."""
    counted = folded[begin : begin + 1].isdigit() or _COUNTED.match(folded, begin)
    return bool(counted or _quantity_label().match(folded, begin))


def _tail_strength(sign: str, quantity: Quantity, named: bool, counted: bool) -> float:
    sure = bool(quantity.unit) or quantity.times or counted or bool(quantity.breaks)
    mark = sign.strip()
    if quantity.spelt and not quantity.unit and mark not in ("|", "\t", ":", ";"):
        return 1.0 if mark else 0
    if named or mark in ("|", ";") or "\t" in sign:
        return 4.0
    if mark in (":", "=", "(", "[") or mark.startswith("..") or mark == "…":
        return 3.2 if sure else 2.8 if mark not in ("(", "[") else 1.5
    if mark:
        return 2.9 if sure else 1.8 if mark != "," else 1.2
    if len(sign) > 1:
        return 2.7 if sure else 2.3 if len(sign) > 2 else 1.8
    if counted:
        return 1.9
    measured = quantity.unit is not None and fold(quantity.unit).strip(".") in bag("sizes") | bag("measured")
    return 2.2 if sure and not measured else 0


def _ends(folded: str, end: int) -> bool:
    """Whether nothing follows but punctuation, `each`, or a word of courtesy."""
    rest = folded[end:].strip(" .,;:)]!*|-")
    return not rest or rest in bag("each") or bool(_POLITE.fullmatch(" " + rest))


@cache
def _quantity_label() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, bag("quantity")), key=len, reverse=True))
    return re.compile(rf"\s*(?:{names})\b(?: of)?\s*[.:=]*\s*")


@cache
def _label_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*[*_]*{label(name).pattern}[*_]*\s*(?:[:=#]|(?<=[.])|(?=\s\d))[*_]*\s*")


@cache
def _of_words() -> re.Pattern[str]:
    """Small words only: `The` in capitals begins a name."""
    words = "|".join(re.escape(word) for word in sorted(lists()["of"].split("|"), key=len, reverse=True))
    return re.compile(rf"\s*(?:[:,;|)–-]+\s*)?(?:(?:{words})(?<=['’])|(?:{words})\b(?!-)\s+)?")


def _behind_of(rest: str, marked: bool) -> int:
    """The length of what stands between a quantity and its thing."""
    match = (_of_words() if marked else _OF).match(rest)
    return match.end() if match else 0


# --- the thing ---


def _is_thing(text: str) -> bool:
    bare = text.strip(_TRAILING + "()[]")
    return bool(_LETTERS.search(bare)) or is_code(bare)


def _trimmed(text: str, folded: str, start: int, end: int) -> tuple[int, int]:
    """The span without punctuation, prices and words of courtesy around it."""
    for pattern in (_POLITE, _PRICE, _PRICES_AT):
        match = pattern.search(text, start, end)
        if match and match.start() > start:
            end = match.start()
    part = text[start:end]
    start += len(part) - len(part.lstrip(_TRAILING))
    end -= len(part) - len(part.rstrip(_RIGHT)) if part.strip(_TRAILING) else 0
    if text[end - 3 : end] == "...":
        end = start + len(text[start:end].rstrip(". "))
    if text[start : start + 1] in "\"'“„«" and text[end - 1 : end] in "\"'”“»" and end - start > 2:
        start, end = start + 1, end - 1
    part = text[start:end]
    if part.count("(") < part.count(")") and text[start - 1 : start] == "(":
        start -= 1
    elif part.count("(") < part.count(")") and part.endswith(")"):
        end -= 1
    if part.count("(") > part.count(")") and text[end : end + 1] == ")":
        end += 1
    return start, end


def with_quantity(wanted: Wanted, quantity: Quantity, words: str) -> Wanted:
    """The line with the quantity that another line states."""
    return replace(
        wanted,
        quantity=quantity.value,
        unit=quantity.unit,
        breaks=quantity.breaks,
        counted_by=words,
        open=quantity.value is None,
    )

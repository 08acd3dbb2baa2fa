"""Sentences that name a thing once and count its sizes, colours or price breaks: `2 pair of 42, one 46 and a 48`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from sandbox.rehearsal.inquiry.numbers import in_words
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import fold, shared, words
from sandbox.rehearsal.quote.lines import Wanted, make_wanted
from sandbox.rehearsal.quote.quantities import Quantity, read_quantity
from sandbox.rehearsal.quote.vocabulary import bag, cue, units

Placed = tuple[int, int, Wanted]
"""Where a line's words begin and end in the sentence."""

_SIZE_NAME = r"(?:sizes?|maat|maten|gr\.?|gros+en?|groes+en?|taille|t\.?)\s?"
_SIZE = r"(?:[3-5]\d|\d?x{0,3}[sml]|\d{1,3}(?:[.,]\d+)?(?:[x/]\d{1,3}(?:[.,]\d+)?)+)"
_AND = r"(?:\s*[,;&+]\s*(?:(?:and|und|en|et|plus)\s+)?|\s+(?:and|und|en|et|plus)\s+)"
_JOINED = re.compile(_AND)
_ENDS = r"(?=\s*(?:[,;.!?)&+]|$)|\s+(?:and|und|en|et|plus|for|voor|fur|pour|please|bitte|graag|svp|aub)\b)"
_SIZE_TIMES = re.compile(
    rf"\b(?P<name>{_SIZE_NAME})(?P<size>\d{{1,2}}(?:[.,]5)?|x{{0,3}}[sml])\s*[x×]\s*(?P<count>\d{{1,5}})"
    r"(?![\w.,]*\d|\s?(?:mm|cm|m)\b)"
)
_EACH = r"(?:each|je|jeweils|telkens|elk|chaque|chacun|chacune)"
_BREAKS = re.compile(
    r"(?P<lead>(?:[\s,;:(–-]+(?:price ?breaks?|breaks?|prices?|pricing|staffel\w*|preise?|prijs|prijzen|prix))?"
    r"[\s,;:(–-]+(?:at|per|bei|ab|je|bij|vanaf|par|pour|a|fur|voor)|"
    r"[\s,;:(–-]+(?:price ?breaks?|breaks?|staffelpreise|staffelprijzen|staffel))\s*:?\s+"
    r"(?=\d[\d.]*\s*(?:[/,]|\s(?:and|und|en|et|or|ou|oder|of)\s)\s*\d)"
)
_CHUNK = re.compile(r"[.;:!?,]\s+|(?<!\w)(?:and|und|en|et|also|plus|\+)\s+(?:(?:des|les|de|die|the|some)\s+)*")
_GIVE = re.compile(r"\b(?:geven|machen|geben|doen|maken|donner|faire|give|me|us)\s+(?:for|fur|voor|pour|uber)\s+")
_FIGURES = re.compile(r"\d[\d.]*(?:\s*(?:/|,\s)\s*\d[\d.]*)*(?:,?\s+(?:and|und|en|et|or|ou|oder|of)\s+\d[\d.]*)?")
_LONGEST = 9
"""Words of a thing."""


def series_lines(sentence: Sentence, code: str) -> list[Placed]:
    """The lines of such series, in order; no two overlap."""
    taken: list[Placed] = []
    for reader in (_sizes_times, _shared_out, _counted_variants, _with_breaks):
        for start, end, wanted in reader(sentence, code):
            if all(end <= first or last <= start for first, last, _ in taken):
                taken.append((start, end, wanted))
    return sorted(taken, key=lambda one: one[0])


def _sizes_times(sentence: Sentence, code: str) -> Iterator[Placed]:
    """`gloves size 9 x 60 and size 10 x 48`: behind a size's name and x stands the quantity."""
    for match in _SIZE_TIMES.finditer(sentence.folded):
        start = _thing_start(sentence, match.start())
        quantity = Quantity(float(match["count"]), match.end(), times=True)
        yield from _line(sentence, start, match.end("size"), match.end(), quantity, code)


def _counted_variants(sentence: Sentence, code: str) -> Iterator[Placed]:
    """`2 pair of 42, one 46 and a 48`: two in a row, or one behind another line."""
    groups: list[list[tuple[re.Match[str], Quantity]]] = []
    for match in _variant_counted().finditer(sentence.folded):
        quantity = _count(sentence, match, code)
        if quantity is None:
            continue
        last = groups[-1][-1][0] if groups else None
        if last and _JOINED.fullmatch(sentence.folded, last.end(), match.start()):
            groups[-1].append((match, quantity))
        else:
            groups.append([(match, quantity)])
    for group in groups:
        before = sentence.folded[: group[0][0].start()]
        goes_on = bool(re.search(rf"{_AND}$", before)) and bool(re.search(r"\d|\b(?:an?|een|eine?n?|une?)\s", before))
        if len(group) > 1 or goes_on:
            for match, quantity in group:
                yield from _line(sentence, match.start("what"), match.end(), match.start(), quantity, code)


def _count(sentence: Sentence, match: re.Match[str], code: str) -> Quantity | None:
    unit = match["unit"]
    if unit and unit not in units():
        return None
    number = match["count"]
    value = float(number) if number.isdigit() else _spelt(number, code)
    bare = match["size"] and not match["name"]
    if not value or (match["times"] and bare):
        return None  # `4 x 50` is a size
    word = sentence.text[match.start("unit") : match.end("unit")] if unit else None
    return Quantity(value, match.end(), word)


def _spelt(word: str, code: str) -> float | None:
    if word in {"a", "an", "one", "een", "ein", "eine", "einen", "einer", "un", "une"}:
        return 1.0
    read = in_words([word], code)
    return float(read[0]) if read else None


def _shared_out(sentence: Sentence, code: str) -> Iterator[Placed]:
    """`1 roll each tape brown, blue and red`: a line for every colour or size behind the thing."""
    folded = sentence.folded
    if not re.search(rf"\b{_EACH}\b", folded):
        return
    for match in _variants().finditer(folded):
        start = max((m.end() for m in re.finditer(r"[.;:!?]\s+", folded[: match.start()])), default=0)
        head = _each().search(folded, start, match.start())
        quantity = read_quantity(sentence.text, folded, head.start("count"), code) if head else None
        if head is None or quantity is None or quantity.end > match.start():
            continue
        each = re.match(rf"\s*(?:of\s+)?{_EACH}\b", folded[quantity.end :])
        begin = quantity.end + (each.end() if each else 0)
        of = re.match(r"\s*(?:(?:of|von|van|de)\s+)?(?:\d+ ?m\s+)?(?:(?:in|en)\s+)?", folded[begin : match.start()])
        begin += of.end() if of else 0
        first = re.match(_variant(), folded[match.start() :])
        end = match.start() + (first.end() if first else 0)
        yield from _line(sentence, begin, end, head.start(), quantity, code)
        for other in re.finditer(_variant(), folded[end : match.end()]):
            at = end + other.start()
            yield from _line(sentence, at, end + other.end(), at, quantity, code)


def _with_breaks(sentence: Sentence, code: str) -> Iterator[Placed]:
    """`threaded rod M12, breaks at 25 and 50`."""
    for match in _BREAKS.finditer(sentence.folded):
        start = _thing_start(sentence, match.start())
        figures = _FIGURES.match(sentence.folded, match.end())
        more = figures and _JOINED.match(sentence.folded, figures.end())
        last = figures.end() if figures and more else len(sentence.text)
        read = read_quantity(sentence.text[:last], sentence.folded[:last], match.end(), code)
        thing = sentence.folded[start : match.start()].split()
        stop = words(code).bag("items", "stop") | shared("fresh_start") | bag("following")
        if read is None or len(read.breaks) < 2 or not 0 < len(thing) <= _LONGEST or thing[0] in stop:
            continue
        if re.match(r"\d[\d.]*\s", " ".join(thing)) or not re.search(r"[^\W\d]{4}", " ".join(thing)):
            continue
        yield from _line(sentence, start, match.start(), start, read, code, read.end)


def _thing_start(sentence: Sentence, end: int) -> int:
    """Where the thing that ends here begins: behind the last comma, conjunction or `a price for`."""
    folded = sentence.folded[:end]
    marks = [match.end() for match in _CHUNK.finditer(folded)]
    marks += [match.end() for match in [*cue("asked").finditer(folded), *_GIVE.finditer(folded)] if match.end() < end]
    start = max(marks, default=0)
    small = re.match(r"\s*(?:(?:for|fur|voor|pour|uber|van|the|des|de|die|les|some)\s+)*", folded[start:])
    return start + (small.end() if small else 0)


def _line(
    sentence: Sentence, start: int, end: int, quoted: int, quantity: Quantity, code: str, last: int = 0
) -> Iterator[Placed]:
    """A line from its thing's span; `quoted` and `last` widen the words that show it."""
    wanted = make_wanted(sentence.text, sentence.folded, start, end, quantity, sentence.source, code)
    if wanted is None:
        requested = sentence.text[start:end].strip()
        wanted = Wanted(requested, quantity.value, quantity.unit, None, quantity.breaks, sentence.source, requested)
    first, behind = min(start, quoted), max(end, quoted, last)
    yield first, behind, replace(wanted, quote=sentence.text[first:behind].strip())


@cache
def _colours() -> str:
    names = "|".join(sorted(map(re.escape, map(fold, bag("colours"))), key=len, reverse=True))
    return rf"(?:{names})(?:\s?[/-]\s?(?:{names}))?"


@cache
def _variant() -> str:
    measure = r"\d{1,3}(?:[.,]\d+)?\s?(?:mm|cm|a|w|k|m)"
    return rf"(?<![\w.,/-])(?:{_colours()}|(?:{_SIZE_NAME})?(?:{_SIZE}|{measure}))(?!\w)"


@cache
def _variants() -> re.Pattern[str]:
    return re.compile(rf"{_variant()}(?:{_AND}{_variant()})+")


@cache
def _each() -> re.Pattern[str]:
    """Where the number begins that every variant gets: `je 5`, `5 rolls each`."""
    number = r"(?:\d{1,5}|an?|one|een|eine?n?|une?)\b"
    return re.compile(
        rf"(?<![\w.,/-])(?:{_EACH}\s+(?={number})|(?={number}\s+(?:[^\W\d]+\s+)?(?:of\s+)?{_EACH}\b))(?P<count>)"
    )


@cache
def _variant_counted() -> re.Pattern[str]:
    return re.compile(
        r"(?<![\w.,/€$£-])(?P<count>\d{1,4}|(?!(?:and|und|et|plus|of|in|van|von|de)\b)[^\W\d]{1,9})(?P<times>\s?[x×])?\s+(?:(?P<unit>[^\W\d]{1,10})\s+)??"
        r"(?:(?:of|in|van|von|de|en)\s+)?(?:(?:the|het)\s+)?"
        rf"(?P<what>(?P<name>{_SIZE_NAME})?(?P<size>{_SIZE})|{_colours()})(?!\w){_ENDS}"
    )

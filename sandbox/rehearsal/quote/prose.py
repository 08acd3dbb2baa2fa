"""What is wanted in sentences, with the quantities that the inquiry's rules do not know: breaks, ranges, packs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from sandbox.rehearsal.inquiry.items import find_items
from sandbox.rehearsal.inquiry.phrases import Found
from sandbox.rehearsal.inquiry.products import find_product
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import fold, shared, words
from sandbox.rehearsal.quote.lines import Wanted, best_split, correction, make_wanted, with_pack_words
from sandbox.rehearsal.quote.quantities import Quantity, read_quantity
from sandbox.rehearsal.quote.series import Placed, series_lines
from sandbox.rehearsal.quote.vocabulary import bag, cue, units

_BREAKS = re.compile(
    r"(?<![\w.,/-])\d[\d.]*(?:\s*/\s*\d[\d.]*)+(?![\w/.,-]*\d)|"
    r"(?<![\w.,/-])\d[\d.]*(?:\s*,\s+\d[\d.]*)*,?\s+(?:and|und|en|et|or|ou|oder|of|resp\.?)\s+\d[\d.]*(?![\w/.,-]*\d)"
)
_RANGE = re.compile(r"(?<![\w.,/-])\d+\s*(?:-|\s(?:to|bis|tot|a)\s)\s*\d+(?=\s+[^\W\d])")
_UNIT_LETTER = re.compile(r"(?<=\d)\s?[AVWKLm]\b")
_FOR_TYPE = re.compile(
    r"\s+(?:for|für|voor|pour|zu|zur|type|typ)\s+(?:(?:the|our|de|die|das|le|la)\s+)?(?=[\w/-]*\d)[A-Z][\w/-]*\w"
)
_ALSO = re.compile(
    r"((?<!\w)(?:and|und|en|et|plus|sowie|&)\s)(?:also|then|another|dazu|noch|außerdem|zusätzlich|auch|weitere|ook|nog|daarnaast|aussi|également|encore)"
    r"(?:\s(?:noch|mal|eens|another|weitere))?(?=\s)",
    re.I,
)
"""Words between two things that say nothing of the second."""
_ONE_PACK = re.compile(
    r"(?<!\w)(?P<article>an?|een|eine?n?|une?)\s(?P<unit>[^\W\d]+)(?=\s(?:of|van|von|de|mit|met)\s|\sd')", re.I
)
_CHUNK = re.compile(
    r"(?:[.;:!?]|,)\s+|(?<!\w)(?:and|und|en|et|also|auch|noch|au(?:ß|ss?)erdem|ferner|ook|verder|aussi|plus|\+)\s+"
    r"(?:(?:noch|aussi|ook|also|des|les|de|die|the|some)\s+)*",
    re.I,
)
_SHORT = 12
"""Words of a sentence that may count its thing at its end."""
_AND_ONE = re.compile(
    r"(?<!\w)(?P<lead>(?:and|und|en|et|plus|\+|sowie|außerdem|&|also|dazu|ook|verder|daarnaast|aussi)\s(?:noch\s|nog\s)?)(?P<article>an?|een|eine?n?|une?)(?=\s(?P<next>[^\W\d]{4,}))",
    re.I,
)
_PACK = re.compile(r"\s*(?:of|van|von|de|a|mit|met|avec|with|per)\s+\d")


@dataclass(frozen=True)
class _Mask:
    """Figures that were blanked out behind their first one, and what they mean."""

    start: int
    end: int
    breaks: tuple[float, ...]
    value: float | None = None
    """The quantity that replaces the one before."""


def prose_lines(sentences: Sequence[Sentence], code: str) -> list[tuple[Sentence, Wanted]]:
    """Every counted thing, with the sentence it stands in."""
    masked: dict[Sentence, tuple[Sentence, list[_Mask]]] = {}
    told: list[tuple[Sentence, int, Wanted]] = []
    for sentence in sentences:
        series = series_lines(sentence, code)
        told += [(sentence, start, wanted) for start, _, wanted in series]
        text, masks = _masked(_without(sentence, series), code)
        masked[Sentence(sentence.source, text, False)] = (sentence, masks)
    found = find_items(list(masked), code)
    read = [(masked[one.sentence][0], one.start, _wanted(one, *masked[one.sentence], code)) for one in found]
    told += [(sentence, start, _turned(sentence, wanted)) for sentence, start, wanted in read]
    counted = {sentence for sentence, _, _ in told}
    told += [(s, 0, one) for s in sentences if s not in counted and (one := _told_behind(s, code))]
    order = {sentence: place for place, sentence in enumerate(sentences)}
    told.sort(key=lambda one: (order[one[0]], one[1]))
    return [(sentence, wanted) for sentence, _, wanted in told]


def _without(sentence: Sentence, series: Sequence[Placed]) -> Sentence:
    """The sentence with blanks for what was read already; every place stays where it was."""
    text = sentence.text
    for start, end, _ in series:
        text = f"{text[:start]},{' ' * (end - start - 1)}{text[end:]}"
    return Sentence(sentence.source, text, sentence.line) if series else sentence


def _told_behind(sentence: Sentence, code: str) -> Wanted | None:
    """The product of a short sentence that counts it at its end: `Also cordless drill 18V, 2 pieces.`"""
    text = sentence.text.rstrip(" .!")
    if len(text.split()) > _SHORT or sentence.text.rstrip().endswith("?"):
        return None
    split = best_split(text, fold(text), code)
    if split is None or split.start or not split.quantity.unit or "," not in text[split.end : split.end + 2]:
        return None
    start = _chunk(text, split.end)
    wanted = make_wanted(text, fold(text), start, split.end, split.quantity, sentence.source, code)
    return replace(wanted, quote=text[start:]) if wanted else None


def _turned(sentence: Sentence, wanted: Wanted) -> Wanted:
    """A unit that was read as the thing: the thing stands before its quantity (`black ties 300 mm, 3 bags`)."""
    at = sentence.text.find(wanted.quote)
    if fold(wanted.requested) not in units() or wanted.unit or at <= 0:
        return wanted
    end = len(sentence.text[:at].rstrip(" ,x×:-"))
    start = _chunk(sentence.text, end)
    thing = sentence.text[start:end]
    if not re.search(r"[^\W\d]{3}", thing) or len(thing.split()) > _SHORT:
        return wanted
    quote = sentence.text[start : at + len(wanted.quote)]
    return replace(wanted, requested=thing, unit=wanted.requested, quote=quote)


def _chunk(text: str, end: int) -> int:
    """Where the words that end at a position begin: behind the last comma, conjunction or small word."""
    breaks = [match.end() for match in _CHUNK.finditer(text, 0, end) if match.end() < end]
    return breaks[-1] if breaks else 0


def named_product(sentences: Sequence[Sentence], code: str) -> tuple[Sentence, Wanted] | None:
    """What is asked for without a quantity: `a quote for a new compressor`."""
    found = find_product(sentences, code)
    return (found.sentence, _wanted(found, found.sentence, [], code)) if found else None


def breaks_alone(sentence: Sentence, code: str) -> tuple[float, ...]:
    """The quantities of `prices per 100, 250 and 500 please`, which names no product."""
    for match in _BREAKS.finditer(sentence.folded):
        read = read_quantity(sentence.text, sentence.folded, match.start(), code)
        if read and len(read.breaks) > 1:
            ahead = sentence.folded[max(0, match.start() - 30) : match.start()].split()
            if ahead and cue("breaks_ahead").fullmatch(ahead[-1].strip(":(")):
                return read.breaks
    return ()


def _masked(sentence: Sentence, code: str) -> tuple[str, list[_Mask]]:
    """The sentence with only the first of several figures, and without `about`; every place stays where it was."""
    text, masks = sentence.text, list[_Mask]()
    corrected = correction(sentence.folded)
    first = re.search(r"(?<![\w.,/-])\d{1,6}(?![\w.,/-]*\d)", text[: corrected.start()]) if corrected else None
    if corrected and first:
        last = text[corrected.end("number") :].strip(" .!?")
        start, end = (corrected.start(), len(text)) if not last else (first.start(), corrected.end())
        text = text[:start] + " " * (end - start) + text[end:]
        masks += [] if last else [_Mask(first.start(), first.end(), (), float(corrected["number"]))]
        sentence = Sentence(sentence.source, text, sentence.line)
    ranges = [m for m in _RANGE.finditer(sentence.folded) if _begins_item(sentence.folded[: m.start()], code)]
    for match in [*_BREAKS.finditer(sentence.folded), *ranges]:
        read = read_quantity(sentence.text, sentence.folded, match.start(), code)
        open_range = read is not None and read.value is None
        if (
            read is None
            or not (read.breaks or open_range)
            or (len(read.breaks) == 2 and not _is_break(sentence, match))
        ):
            continue
        first = re.match(r"\d[\d.]*", match.group())
        kept = first.end() if first else 1
        text = text[: match.start() + kept] + " " * (match.end() - match.start() - kept) + text[match.end() :]
        masks.append(_Mask(match.start(), match.end(), read.breaks))
    text = _ONE_PACK.sub(_one, text.replace(" ,", ", "))
    text = _AND_ONE.sub(lambda match: _one_thing(match, code), text)
    text = _ALSO.sub(lambda match: match[1] + " " * (len(match.group()) - len(match[1])), text)
    return _approximately().sub(lambda match: " " * len(match.group()), text), masks


def _one_thing(match: re.Match[str], code: str) -> str:
    """`plus a dryer` as `plus 1 dryer`, in the same length; not `and a quick reply`."""
    following = fold(match["next"])
    if following in shared("not_articled") or words(code).cues("items", "not_coordinated").match(following):
        return match.group()
    return match["lead"] + "1" + " " * (len(match["article"]) - 1)


def _begins_item(before: str, code: str) -> bool:
    """Whether figures stand where a quantity may: behind a small word or a comma, not behind a thing."""
    words_before = before.split()
    last = words_before[-1] if words_before else ","
    small = words(code).bag("items", "stop") | words(code).bag("language", "stopwords") | shared("conjunctions")
    return last[-1] in ",:;(." or last in small | bag("approximately") or bool(cue("breaks_ahead").fullmatch(last))


def _one(match: re.Match[str]) -> str:
    """`a pallet of` as `1 pallet of`, in the same length."""
    if fold(match["unit"]) not in units() - bag("numbers"):
        return match.group()
    return "1" + match.group()[1:].replace(match["article"][1:], " " * (len(match["article"]) - 1), 1)


def _is_break(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether two figures are two quantities of one thing: a unit or a preposition stands by them."""
    unit = re.match(r"\s*([^\W\d]+)", sentence.folded[match.end() :])
    ahead = sentence.folded[: match.start()].split()
    named = bool(ahead) and bool(cue("breaks_ahead").fullmatch(ahead[-1]))
    return named or (unit is not None and unit[1] in units())


def _wanted(found: Found, sentence: Sentence, masks: Sequence[_Mask], code: str) -> Wanted:
    text, folded = sentence.text, sentence.folded
    end = found.start + len(found.quote)
    start = _place(text, found, end)
    end = _end(text, folded, start, end)
    lead = re.match(r"([^\W\d]+)\s+(?=\S)", folded[start:end])
    start += lead.end() if lead and lead[1] in bag("leading") else 0
    quantity = Quantity(found.item.quantity, start, found.item.unit)
    unit_at = folded.rfind(" ", 0, start)
    if found.item.unit and unit_at >= 0:
        at = text.rfind(found.item.unit, found.start, start)
        start = with_pack_words(text, folded, start, replace(quantity, unit_start=at)) if at >= 0 else start
        if at >= 0 and _PACK.match(folded[at + len(found.item.unit) :]):
            start = at
    wanted = make_wanted(text, folded, start, end, quantity, sentence.source, code)
    wanted = wanted or Wanted(found.item.text, found.item.quantity, found.item.unit, None, (), sentence.source, text)
    for mask in masks:
        if found.start <= mask.start < end:
            if mask.value is not None:
                wanted = replace(wanted, quantity=mask.value)
                continue
            breaks = mask.breaks
            wanted = replace(wanted, quantity=breaks[0] if breaks else None, breaks=breaks, open=not breaks)
    return _with_unit(replace(wanted, quote=text[found.start : end].strip()), code)


def _with_unit(wanted: Wanted, code: str) -> Wanted:
    """`a box of gloves`: the unit behind a number that is an article."""
    unit = fold(wanted.unit or "")
    if code == "fr" and unit in bag("things_alone") and not re.search(rf"\b{re.escape(unit)}\s+d", fold(wanted.quote)):
        return replace(wanted, unit=None, requested=f"{wanted.unit} {wanted.requested}")
    compound = f"{wanted.unit} {wanted.requested}"
    if wanted.unit and cue("compounds").match(fold(compound)):
        return replace(wanted, unit=None, requested=compound)
    spelt = read_quantity(wanted.requested, fold(wanted.requested), 0, code) if wanted.quantity == 1 else None
    if spelt and spelt.spelt and spelt.value and spelt.value > 1:
        rest = re.sub(r"^\s*(?:(?:of|de|von|van)\s+|d['’])?", "", wanted.requested[spelt.end :])
        return replace(wanted, quantity=spelt.value, unit=spelt.unit, requested=rest) if rest else wanted
    match = re.match(r"([^\W\d]+)\s+(?:(?:of|de|d'|van|von)\s*)?(?=[^\W\d]{2}|\d)", wanted.requested)
    first = fold(match[1]) if match else ""
    trade = first in bag("more_units")
    if not match or wanted.unit or first not in units() or (wanted.quantity != 1 and not trade):
        return wanted
    if code == "en" and first in bag("ambiguous_units") and " of " not in match.group():
        return wanted
    rest = wanted.requested[match.end() :]
    return replace(wanted, unit=match[1], requested=wanted.requested if rest[0].isdigit() else rest)


def counted_behind(sentence: Sentence, wanted: Wanted, code: str) -> Wanted:
    """The product with the quantity that stands behind it: `your 10 mm drill bits, 20 pieces`."""
    at = sentence.text.find(wanted.requested)
    for match in re.finditer(r"[,:(–-]\s*(?=[x×]?\s?\d)", sentence.text[max(at, 0) + len(wanted.requested) :]):
        start = max(at, 0) + len(wanted.requested) + match.end()
        read = read_quantity(sentence.text, sentence.folded, start, code)
        if read and (read.unit or read.times):
            words_ = sentence.text[start : read.end]
            return replace(wanted, quantity=read.value, unit=read.unit, breaks=read.breaks, counted_by=words_)
    return wanted


def _end(text: str, folded: str, start: int, end: int) -> int:
    """Where the thing ends: behind `10 A` and `for PU-200`, before `cost` and `anbieten`."""
    more = _UNIT_LETTER.match(text, end) or _FOR_TYPE.match(text, end) or _kind_behind().match(folded, end)
    if more:
        return more.end()
    while (last := re.search(r"\s+([^\W\d]+)$", folded[start:end])) and last[1] in bag("verbs_behind"):
        end = start + last.start()
    return end


def _place(text: str, found: Found, end: int) -> int:
    """Where the item's own words begin behind its quantity."""
    words = found.item.text.split()
    at = -1
    if words:
        pattern = r"\s+".join(map(re.escape, words))
        matches = list(re.finditer(pattern, text[found.start : end]))
        at = matches[-1].start() if matches else -1
    return found.start + at if at >= 0 else found.start


@cache
def _kind_behind() -> re.Pattern[str]:
    """Words that tell a thing's kind behind it: `à brides`, `en 4000K`, `in het wit`."""
    colours = "|".join(map(re.escape, bag("colours")))
    return re.compile(
        rf"\s+(?:in|en)\s+(?:(?:the|het|de)\s+)?(?:{colours}|\d{{2,5}}\s?k|\d+v)(?!\w)"
        r"|\s+a\s+(?:brides?|visser|sertir|souder|vis|clip\w*|levier|cle|ressort|brancher|encastrer|coller)(?!\w)(?:\s\d[\d.,x-]*\d)?"
    )


@cache
def _approximately() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, bag("approximately") - {"min", "max", "about"}), key=len, reverse=True))
    return re.compile(rf"\b(?:{words}|about)\b\.?(?=\s+\d)|~(?=\s?\d)", re.I)

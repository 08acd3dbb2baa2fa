"""Denial, duty, limit and condition: the small words that turn a true sentence into a false one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jobs.claims.dates import dated
from jobs.claims.numbers import Quantity
from jobs.claims.words import common, lexicon, phrases, stem, words

MODALS = ("duty", "permission", "advice", "chance", "promise")
_LOWER, _UPPER = ("least", "more", "after"), ("most", "less", "before")
_CLAUSE_END = re.compile(
    r"[,;:()–—.!?\n]|\b(?:but|and|or|while|which|although|though|however|because|so|maar|en|of|terwijl|omdat|aber|und|oder|während|weil"
    r"|mais|et|ou|tandis|car)\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(r"\b(?:not only|niet alleen|nicht nur|non seulement|pas seulement)\b", re.IGNORECASE)
_SPEAKER = re.compile(r"^\s*[^:]{1,40}:")
_WITHOUT = {"without", "zonder", "ohne", "sans"}
_DENIED_BEFORE = 12
"""Characters before a modal in which French says its `ne`, and German `nicht`."""
_BOUND_REACH = 40
"""Characters in which a limit's word stands before its number."""


@dataclass(frozen=True)
class Word:
    """One of the small words, as written, and the stems about it that it bears on."""

    words: str
    start: int
    scope: frozenset[str]


def found(kind: str, text: str, language: str) -> list[Word]:
    return [
        Word(" ".join(match[0].split()), match.start(), _scope(match, text, language))
        for match in phrases(kind, language).finditer(text)
    ]


def _scope(match: re.Match[str], text: str, language: str) -> frozenset[str]:
    """Stems of the four telling words after it and the two before it, within its clause. A bare `No, I don't` denies
    what stands in the sentence before."""
    before, after = _telling(text[: match.start()], language, -1), _telling(text[match.end() :], language, 0)
    if before or after:
        return frozenset(before[-2:] + after[:4])
    sentences_before = re.split(r"[.!?\n]+", text[: match.start()])
    asked = next((part for part in reversed(sentences_before[:-1]) if len(words(part)) > 2), "")
    return frozenset(_stems(_SPEAKER.sub("", asked), language)[-6:])


def _telling(text: str, language: str, clause: int) -> list[str]:
    return _stems(_CLAUSE_END.split(text)[clause], language)


def _stems(text: str, language: str) -> list[str]:
    small = small_words(language)
    return [stem(word, language) for word in words(text) if word not in small and len(word) > 2]


@cache
def small_words(language: str) -> frozenset[str]:
    """Common words and all the words that this module is about."""
    kinds = (
        "negation",
        "least",
        "most",
        "more",
        "less",
        "around",
        "only",
        "condition",
        "when",
        "exception",
        *MODALS[:4],
    )
    single = {word for kind in kinds for phrase in lexicon()[language][kind] for word in phrase.rstrip("*").split()}
    return common(language) | single


def denials(text: str, language: str) -> list[Word]:
    """Words that deny or exclude; `no later than` does not."""
    limits = [m.span() for kind in ("least", "most", "before") for m in phrases(kind, language).finditer(text)]
    denying = [*found("negation", text, language), *found("negative", text, language)]
    limits += [match.span() for match in _NO_DENIAL.finditer(text)]
    return [word for word in denying if not any(start <= word.start < end for start, end in limits)]


def modals(text: str, language: str) -> dict[str, str]:
    """Each kind of modal word in the text and the first word of it. What may not be is a duty, too."""
    told = {kind: words_[0].words for kind in MODALS if (words_ := found(kind, text, language))}
    for match in phrases("permission", language).finditer(text):
        rest = re.split(r"[.;:!?]", text[match.end() :])[0]
        before = text[max(0, match.start() - _DENIED_BEFORE) : match.start()]
        if any(_denies_modal(part, language) for part in (rest, before)):
            told.setdefault("duty", " ".join(match[0].split()))
    return told


def _denies_modal(text: str, language: str) -> bool:
    """`Without` denies a thing, never that something may be done."""
    return any(match[0].casefold() not in _WITHOUT for match in phrases("negation", language).finditer(text))


def bound(text: str, quantity: Quantity, language: str, *, day: bool = False) -> tuple[str, str]:
    """`lower`, `upper` or nothing, and the word for it: what limits a number. Of a date, before or after."""
    before, after = text[max(0, quantity.start - _BOUND_REACH) : quantity.start], text[quantity.end : quantity.end + 20]
    nearest = ("", "", _BOUND_REACH + 1)
    for kind, match, gap in _limits(before, after, language):
        side = "lower" if kind in _LOWER else "upper"
        if gap < nearest[2] or (gap == nearest[2] and len(match) > len(nearest[1])):
            nearest = (side, match, gap)
    return nearest[0], nearest[1]


def _limits(before: str, after: str, language: str) -> Iterator[tuple[str, str, int]]:
    for kind in (*_LOWER, *_UPPER):
        for match in phrases(kind, language).finditer(before):
            between = before[match.end() :]
            if len(words(between)) <= 3 and not dated(between) and not re.search(r"[,;:.!?\d]", between):
                yield kind, match[0], len(between)
        match = phrases(kind, language).match(after.lstrip())
        if match and kind in ("least", "most"):
            yield kind, match[0], 1

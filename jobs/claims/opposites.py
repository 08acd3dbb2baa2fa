"""Words that exclude each other: easy and hard, monthly and yearly, exclusive and non-exclusive."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_DENYING_PREFIXES = {
    "en": ("non-", "non", "un", "in", "im", "ir", "il", "dis", "mis"),
    "nl": ("niet-", "non-", "on"),
    "de": ("nicht-", "nicht", "un"),
    "fr": ("non-", "non ", "in", "im", "ir", "il", "dés", "dis"),
}
_LEAST_REST = 4
"""Letters that have to be left behind such a prefix."""

Side = tuple[int, int]
"""Number of a group, and which side of it."""


@cache
def _sides(language: str) -> tuple[Mapping[str, list[Side]], list[tuple[str, Side]]]:
    """Whole words, and beginnings of words, with the sides that they stand on."""
    data = tomllib.loads(Path(__file__).with_name("opposites.toml").read_text(encoding="utf-8"))
    whole: dict[str, list[Side]] = defaultdict(list)
    begun: list[tuple[str, Side]] = []
    for number, group in enumerate(data[language]["groups"]):
        for side, listed in enumerate(group.split(" | ")):
            for word in listed.split():
                if word.endswith("*"):
                    begun.append((word[:-1], (number, side)))
                else:
                    whole[word].append((number, side))
    return whole, begun


@cache
def sides(word: str, language: str) -> frozenset[Side]:
    whole, begun = _sides(language)
    return frozenset(whole.get(word, [])) | {side for start, side in begun if word.startswith(start)}


def opposite(word: str, other: str, language: str) -> bool:
    if other in undenied(word, language) or word in undenied(other, language):
        return True
    mine, theirs = sides(word, language), sides(other, language)
    return mine.isdisjoint(theirs) and any(a[0] == b[0] for a in mine for b in theirs)


def alike(word: str, other: str, language: str) -> bool:
    """Whether both stand on one side."""
    return not sides(word, language).isdisjoint(sides(other, language))


@cache
def undenied(word: str, language: str) -> frozenset[str]:
    """What is left of a word without its prefix that denies: `exclusive` of `non-exclusive`."""
    return frozenset(_rests(word, language))


def _rests(word: str, language: str) -> Iterator[str]:
    for prefix in _DENYING_PREFIXES[language]:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= _LEAST_REST:
            yield rest

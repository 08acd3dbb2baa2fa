"""How far words are about what a question asks. By words alone: the same for whoever proposes an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jobs.answer.lexicon import concepts, fold, phrases, stem, words_of
from jobs.answer.question import Asked, Unit, answers

_SHORTEST_PREFIX = 5
_GENERAL = 0.35
"""What a word counts that only repeats what kind of thing is asked for."""
_KIND_WORDS = {
    "duration": frozenset(("term", "day", "week", "month", "hour", "annual")),
    "money": frozenset(("cost", "price", "amount")),
    "percent": frozenset(("price",)),
    "when": frozenset(("day", "month", "annual")),
    "clock": frozenset(("hour", "hours", "day")),
    "contact": frozenset(("number", "address")),
    "person": frozenset(("employee",)),
    "count": frozenset(("number", "maximum", "minimum", "volume")),
}


@dataclass(frozen=True)
class Bag:
    """A text's words and meanings."""

    stems: frozenset[str]
    concepts: frozenset[str]

    def holds(self, unit: Unit) -> float:
        """0 to 1: how far the unit is spoken of here."""
        if unit.stem in self.stems:
            return 1.0
        shared = unit.concepts & self.concepts
        if shared:
            return 0.6 + 0.4 * len(shared) / len(unit.concepts)
        return 0.9 if self._alike(unit.stem) else 0.0

    def _alike(self, wanted: str) -> bool:
        """The same word in another form or compound: invoice address, Rechnungsadresse."""
        if len(wanted) < _SHORTEST_PREFIX or any(c.isdigit() for c in wanted):
            return False
        return any(_kin(wanted, word) for word in self.stems)


@lru_cache(maxsize=100_000)
def _kin(one: str, other: str) -> bool:
    short, long_ = sorted((one, other), key=len)
    if len(short) < _SHORTEST_PREFIX or short.isdigit():
        return False
    if short in long_:
        return len(short) >= _SHORTEST_PREFIX and (long_.startswith(short) or len(short) >= 6)
    common = 0
    for a, b in zip(short, long_, strict=False):
        if a != b:
            break
        common += 1
    return common >= max(_SHORTEST_PREFIX, round(0.8 * len(short)))


@lru_cache(maxsize=20_000)
def bag(text: str) -> Bag:
    found = [word.strip("'-.") for word in words_of(text)]
    whole = [word for word in found if word]
    pieces = [piece for word in whole for piece in re.split(r"[-/&.']", word) if len(piece) > 1]
    all_ = {*whole, *pieces}
    meant = frozenset(name for word in all_ for name in concepts(word)) | phrases(fold(text))
    return Bag(frozenset(map(stem, all_)), meant)


def weight_of(unit: Unit, kinds: frozenset[str]) -> float:
    """A word that only says what kind of thing is wanted matters less."""
    general = frozenset(name for kind in kinds for name in _KIND_WORDS.get(kind, ()))
    left = unit.concepts - general
    if unit.concepts and not left:
        return unit.weight * _GENERAL
    return unit.weight


def coverage(asked: Asked, said: str, around: str) -> float:
    """0 to 1: the share of the question's words that the passage speaks of; what stands around it (heading, title,
    neighbours) counts a little less."""
    near, far = bag(said), bag(around)
    total = sum(weight_of(unit, asked.kinds) for unit in asked.units)
    if not total:
        return 0.0
    got = sum(weight_of(unit, asked.kinds) * max(near.holds(unit), 0.85 * far.holds(unit)) for unit in asked.units)
    return got / total


def fits(asked: Asked, said: str) -> bool:
    """Whether the passage holds the kind of thing that is asked for; one of them where several may be meant."""
    return not asked.kinds or any(answers(kind, said) for kind in asked.kinds)


def score(asked: Sequence[Asked], said: str, around: str) -> float:
    """Of the part of the question that the passage answers best."""
    return max((coverage(one, said, around) * (1.0 if fits(one, said) else 0.5) for one in asked), default=0.0)

"""How far passages speak of a question by its very words: BM25 over stems, article numbers and parts of compounds."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.words import language_of, numbers_of, stems_of, words_of

_K1 = 1.2
"""How fast a word counts less the more often it stands in a passage."""
_B = 0.4
"""How much a long passage is held against its words; 0: not at all."""
_PRIOR = 30
"""Passages that are thought to have none of the words: in a handful of documents no word is common yet."""
_PART = 0.6
"""What a part of a compound counts, of a whole word: Lieferung in Teillieferung."""
_SHORTEST_PART = 4
_MOST_COMPOUNDS = 40
"""Words of the collection that one question word is taken to be a part of."""
_NUMBER = 0.3
"""What a plain number counts: a question of 12 % is answered by what holds from 10 to 15 %."""

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class _Posting:
    """Where a term stands: passages, and how much it says of each (0 to 1)."""

    passages: NDArray[np.int32]
    weights: Scores


class Words:
    """An index of the words of all passages. Never changed once it is built."""

    def __init__(self, texts: Sequence[str], languages: Sequence[str]) -> None:
        """`languages` are ISO 639-1 codes, empty where not known."""
        self._size = len(texts)
        self._postings = _postings([_terms(*pair) for pair in zip(texts, languages, strict=True)])
        self._sorted = sorted(term for term in self._postings if term.isalpha())
        self._reversed = sorted(term[::-1] for term in self._sorted)

    def coverage(self, question: str) -> Scores:
        """For each passage how much of the question, by the weight of its words, stands in it: 0 to 1."""
        total = np.zeros(self._size, dtype=np.float32)
        weight = 0.0
        for alternatives, factor in self._wanted(question):
            best = np.zeros(self._size, dtype=np.float32)
            rarity = 0.0
            for term, worth in alternatives.items():
                posting = self._postings[term]
                np.maximum.at(best, posting.passages, posting.weights * worth)
                rarity = max(rarity, worth * self._rarity(len(posting.passages)))
            rarity = factor * (rarity or self._rarity(0))
            total += rarity * best
            weight += rarity
        return total / weight if weight else total

    def _wanted(self, question: str) -> Iterator[tuple[Mapping[str, float], float]]:
        """Each thing asked for: the terms that it may stand as, with what they are worth, and how much it counts."""
        for number in dict.fromkeys(numbers_of(question, loose=True)):
            if number in self._postings:
                yield {number: 1.0}, 1.0
        for word in dict.fromkeys(words_of(question)):
            if not word.isalpha():
                yield {word: 1.0} if word in self._postings else {}, _NUMBER if word.isdigit() else 1.0
                continue
            stems = stems_of(word)
            found = {part: _PART for stem in stems for part in self._akin(stem)}
            yield found | {stem: 1.0 for stem in stems if stem in self._postings}, 1.0

    def _akin(self, stem: str) -> Iterable[str]:
        """Terms that begin or end with the stem, and those that it begins or ends with."""
        if len(stem) < _SHORTEST_PART:
            return
        if len(stem) > _SHORTEST_PART:
            yield from _starting(self._sorted, stem)
            yield from (term[::-1] for term in _starting(self._reversed, stem[::-1]))
        for at in range(_SHORTEST_PART, len(stem) - _SHORTEST_PART + 1):
            head, tail = stem[:at], stem[at:]
            # Both halves are words, but for the letters that join them: Lieferung-s-zeit.
            heads = [each for each in (head, head[:-1]) if each in self._postings and len(each) >= _SHORTEST_PART]
            if heads and tail in self._postings:
                yield from (*heads, tail)

    def _rarity(self, passages: int) -> float:
        """BM25's weight of a term that stands in so many passages."""
        return math.log(1 + (self._size + _PRIOR - passages + 0.5) / (passages + 0.5))


def _starting(terms: Sequence[str], start: str) -> Sequence[str]:
    low = bisect_left(terms, start)
    high = bisect_left(terms, start + "\uffff", lo=low)
    return terms[low : min(high, low + _MOST_COMPOUNDS)]


def _terms(text: str, language: str) -> list[str]:
    known = language or language_of(text)
    found = [stem for word in words_of(text) for stem in stems_of(word, known)]
    return found + list(numbers_of(text))


def _postings(passages: Sequence[Sequence[str]]) -> dict[str, _Posting]:
    average = sum(map(len, passages)) / max(1, len(passages))
    found: dict[str, tuple[list[int], list[float]]] = {}
    for at, terms in enumerate(passages):
        floor = _K1 * (1 - _B + _B * len(terms) / max(1.0, average))
        for term, count in Counter(terms).items():
            places, weights = found.setdefault(term, ([], []))
            places.append(at)
            weights.append(count / (count + floor))
    return {
        term: _Posting(np.array(places, dtype=np.int32), np.array(weights, dtype=np.float32))
        for term, (places, weights) in found.items()
    }

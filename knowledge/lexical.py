"""How far passages speak of a question by its words: BM25 over stems, article numbers, parts of compounds, and what a
word means in business, in whatever language."""

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.words import language_of, meanings_of, numbers_in_one, numbers_of, stems_of, telling, words_of

_K1 = 1.2
"""How fast a word counts less the more often it stands in a passage."""
_B = 0.4
"""How much a long passage is held against its words; 0: not at all."""
_PRIOR = 30
"""Passages that are thought to have none of the words: in a handful of documents no word is common yet."""
_PART = 0.6
"""What a part of a compound counts, of a whole word: Lieferung in Teillieferung."""
_MEANT = 0.9
"""What a word counts that means the same, be it in another language."""
_SHORTEST_PART = 4
_MOST_COMPOUNDS = 40
"""Words of the collection that one question word is taken to be a part of."""
_NUMBER = 0.3
"""What a plain number counts: a question of 12 % is answered by what holds from 10 to 15 %."""

_SHORT_NUMBER = 4
"""Digits; a longer one names something."""

Scores = NDArray[np.float32]


class Words:
    """An index of the words of all passages. Never changed once it is built."""

    def __init__(self, texts: Iterable[str], languages: Iterable[str]) -> None:
        """`languages` are ISO 639-1 codes, empty where not known."""
        self._rows: dict[str, int] = {}
        # Arrays, as lists of Python's numbers would take six times the memory.
        rows, passages, counts, lengths = array("i"), array("i"), array("i"), array("i")
        for at, terms in enumerate(map(_terms, texts, languages)):
            lengths.append(len(terms))
            for term, count in Counter(terms).items():
                rows.append(self._rows.setdefault(term, len(self._rows)))
                passages.append(at)
                counts.append(count)
        self._size = len(lengths)
        order = np.argsort(np.frombuffer(rows, dtype=np.int32), kind="stable") if rows else np.zeros(0, dtype=np.int64)
        self._ends = np.cumsum(np.bincount(np.array(rows, dtype=np.int32), minlength=len(self._rows)))
        self._passages = np.array(passages, dtype=np.int32)[order]
        self._weights = _weights(np.array(counts, dtype=np.float32)[order], self._passages, lengths)
        self._sorted = sorted(term for term in self._rows if term.isalpha())
        self._reversed = sorted(term[::-1] for term in self._sorted)

    def coverage(self, question: str) -> Scores:
        """For each passage how much of the question, by the weight of its words, stands in it: 0 to 1."""
        total = np.zeros(self._size, dtype=np.float32)
        weight = 0.0
        for alternatives, factor in self._wanted(question):
            best = np.zeros(self._size, dtype=np.float32)
            rarity = 0.0
            for term, worth in alternatives.items():
                passages, weights = self._where(term)
                best[passages] = np.maximum(best[passages], weights * worth)
                rarity = max(rarity, worth * self._rarity(len(passages)))
            rarity = factor * (rarity or self._rarity(0))
            total += rarity * best
            weight += rarity
        return total / weight if weight else total

    def _wanted(self, question: str) -> Iterator[tuple[Mapping[str, float], float]]:
        """Each thing asked for: the terms that it may stand as, with what they are worth, and how much it counts."""
        whole = numbers_in_one(question)
        for number in numbers_of(question, loose=True) | whole:
            if number in self._rows or number in whole:
                yield {number: 1.0} if number in self._rows else {}, 1.0
        for word in dict.fromkeys(telling(words_of(question))):
            if not word.isalpha():
                yield {word: 1.0} if word in self._rows else {}, _NUMBER if len(word) <= _SHORT_NUMBER else 1.0
                continue
            stems = stems_of(word)
            found = {part: _PART for stem in stems for part in self._akin(stem)}
            found |= {meaning: _MEANT for meaning in meanings_of(word) if meaning in self._rows}
            yield found | {stem: 1.0 for stem in stems if stem in self._rows}, 1.0

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
            heads = [each for each in (head, head[:-1]) if each in self._rows and len(each) >= _SHORTEST_PART]
            if heads and tail in self._rows:
                yield from (*heads, tail)

    def _where(self, term: str) -> tuple[NDArray[np.int32], Scores]:
        """The passages that have the term, and how much it says of each: 0 to 1."""
        row = self._rows[term]
        stretch = slice(self._ends[row - 1] if row else 0, self._ends[row])
        return self._passages[stretch], self._weights[stretch]

    def _rarity(self, passages: int) -> float:
        """BM25's weight of a term that stands in so many passages."""
        return math.log(1 + (self._size + _PRIOR - passages + 0.5) / (passages + 0.5))


def _starting(terms: Sequence[str], start: str) -> Sequence[str]:
    low = bisect_left(terms, start)
    high = bisect_left(terms, start + "\uffff", lo=low)
    return terms[low : min(high, low + _MOST_COMPOUNDS)]


def _terms(text: str, language: str) -> list[str]:
    words = words_of(text)
    known = language or language_of(words)
    stems = (stem for word in telling(words) for stem in stems_of(word, known))
    return [*stems, *numbers_of(text), *(meaning for word in words for meaning in meanings_of(word))]


def _weights(counts: Scores, passages: NDArray[np.int32], lengths: "array[int]") -> Scores:
    """BM25's of each term in each of its passages, without the term's rarity."""
    sizes = np.array(lengths, dtype=np.float32)
    average = max(1.0, float(sizes.mean()) if len(sizes) else 1.0)
    floors = _K1 * (1 - _B + _B * sizes / average)
    return np.divide(counts, counts + floors[passages], dtype=np.float32)

"""How well a product bears out the words of a request: a few named features and a fixed conditional logit over them.

Each product near the request, and "none of them", has a utility; the score of a product is its share, between 0 and 1.
So variants that the words do not tell apart share the score between them, and a strange request leaves most of it to
"none of them". The weights were fitted by maximum likelihood (L2 penalty 0.03 on standardised features) on some six
hundred product names as one shop writes them against the catalogue of another, electronics and office goods, each with
its true product among the candidates and, at 0.3 of the weight, without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Prefix

from catalogue.attributes import Attribute, attributes, conflicts
from catalogue.index import Entry, Rarity
from catalogue.text import codes, fold, words

Floats = NDArray[np.float32]

WEIGHTS = {
    "words found": 5.3,
    "words asked": 5.0,
    "code found": 3.1,
    "sibling code": -1.3,
    "conflicts": -1.7,
    "numbers missing": -2.8,
    "first word asked": 0.8,
    "strange brand": -0.6,
    "brand missing": -0.6,
    "neighbours": 1.0,
}
"""words found: share of the request's words that the product has, by rarity.
words asked: share of the product's name that the request has.
code found: a model or article number in common; less if it only begins like one.
sibling code: one that differs from the asked one towards its end.
conflicts: attributes that contradict.
numbers missing: share of the request, by rarity, that is numbers the product lacks.
first word asked: the product's first word, most often its maker, stands in the request.
strange brand, brand missing: how surely the first word of the product (of the request), not found on the other side, is
a brand.
neighbours: share of adjoining words that also adjoin in the product's name."""
_NONE = 8.0
"""Utility of "none of them"."""
_WEIGHTS = np.array(list(WEIGHTS.values()))

_FILLERS = """
the a an of for with and or to in on by
de het een van voor met en of te
der die das den dem mit fur und oder zu im
le la les un une des du pour avec et ou au aux
"""
_PASSED_OVER = frozenset(_FILLERS.split())
_LONGEST = 60
"""Words of a request that are compared."""
_ALIKE = 70
"""Ratio of rapidfuzz from which two words may be one word misspelt."""
_PREFIX = 0.8
"""Likeness of a word and its abbreviation or a longer form of it."""
_GLUED = 5
"""Letters from which words written together are recognised inside others."""
_CODE = 5


@dataclass(frozen=True, slots=True)
class Request:
    words: tuple[str, ...]
    codes: tuple[str, ...]
    attributes: tuple[Attribute, ...]


class Scored(NamedTuple):
    entry: Entry
    score: float
    conflicts: tuple[str, ...]
    borne_out: float
    """Share of the request's words, by rarity, that the product has."""


def request(text: str) -> Request:
    folded = fold(text)
    split = dict.fromkeys(word for word in words(folded) if word not in _PASSED_OVER)
    return Request(tuple(split)[:_LONGEST], tuple(codes(folded)), attributes(folded, text))


def ranked(asked: Request, entries: Sequence[Entry], rarity: Rarity) -> list[Scored]:
    """Each product once, by the name that has most of the request's words; the best first, of equals the one with the
    lower id. A product's main name comes before its other ones."""
    if not asked.words:
        return [Scored(one, 0.0, (), 0.0) for one in {one.product.id: one for one in reversed(entries)}.values()][::-1]
    if not entries:
        return []
    against = [conflicts(asked.attributes, one.attributes, one.named) for one in entries]
    spelt, matrix = features(asked, entries, rarity, against)
    weights = np.exp(np.minimum(matrix @ _WEIGHTS - _NONE, 50))
    names: dict[int, int] = {}
    for i in sorted(range(len(entries)), key=lambda i: -float(spelt[i])):
        names.setdefault(entries[i].product.id, i)
    shares = weights / (1 + weights[list(names.values())].sum())
    order = sorted(names.values(), key=lambda i: (-shares[i], entries[i].product.id))
    return [Scored(entries[i], float(shares[i]), against[i], float(matrix[i, 0])) for i in order]


def features(
    asked: Request, entries: Sequence[Entry], rarity: Rarity, against: Sequence[tuple[str, ...]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much of the request each entry has in its very words, and one row per entry, in the order of `WEIGHTS`."""
    vocabulary = {word: i for i, word in enumerate({word for one in entries for word in one.words or ("",)})}
    spread = np.array([vocabulary[word] for one in entries for word in one.words or ("",)])
    starts = np.cumsum([0, *(len(one.words) or 1 for one in entries[:-1])])
    alike = _likeness(asked.words, list(vocabulary))[:, spread]
    found = np.maximum.reduceat(alike, starts, axis=1)  # request word x entry
    covered = alike.max(axis=0)  # name word of any entry
    pairs = [one + other for one, other in zip(asked.words, asked.words[1:], strict=False)]
    adjoining = np.array([[pair in one.solid for one in entries] for pair in pairs] or [[False] * len(entries)])
    _written_together(asked, entries, found, adjoining, pairs)
    glued = "".join(asked.words)
    covered = np.maximum(covered, np.array([len(word) >= _GLUED and word in glued for word in vocabulary])[spread])
    weight = np.array([rarity.of(word) for word in asked.words])
    spelt = (weight @ found).round(4)  # So that equals are equal.
    _said_otherwise(asked, entries, found, covered, starts)

    weight_of_name = np.array([rarity.of(word) for word in vocabulary])[spread]
    numeric = np.array([word[0].isdigit() for word in asked.words])
    between = np.minimum(weight[:-1], weight[1:]) if pairs else np.ones(1)
    of_name = np.add.reduceat(weight_of_name, starts)
    first = covered[starts]
    matrix = np.column_stack(
        [
            weight @ found / weight.sum(),
            np.add.reduceat(weight_of_name * covered, starts) / of_name,
            *_codes(asked, entries),
            [float(len(one)) for one in against],
            (weight * numeric) @ (1 - found) / weight.sum(),
            first > 0.5,
            [rarity.brand(one.words[0]) if one.words else 0.0 for one in entries] * (1 - first),
            rarity.brand(asked.words[0]) * (1 - found[0]),
            between @ adjoining / between.sum(),
        ]
    )
    return spelt, matrix


def _likeness(asked: Sequence[str], offered: Sequence[str]) -> Floats:
    """1: the same word. Numbers are the same or not; words may be misspelt or cut short."""
    ratio = process.cdist(asked, offered, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.float32)
    likeness = np.maximum(ratio / 40 - 1.5, 0)
    common = process.cdist(asked, offered, scorer=Prefix.similarity, dtype=np.int32)
    shorter = np.minimum.outer([len(word) for word in asked], [len(word) for word in offered])
    likeness = np.where((common == shorter) & (common >= 3), np.maximum(likeness, _PREFIX), likeness)
    figures = np.logical_or.outer([word[0].isdigit() for word in asked], [word[:1].isdigit() for word in offered])
    return np.where(figures, ratio == 100, likeness)


def _written_together(
    asked: Request, entries: Sequence[Entry], found: Floats, adjoining: NDArray[np.bool_], pairs: Sequence[str]
) -> None:
    """`cable drop` is found in `cabledrop`, and the other way round."""
    for i, word in enumerate(asked.words):
        if len(word) >= _GLUED:
            found[i] = np.maximum(found[i], [word in one.solid for one in entries])
    for i, pair in enumerate(pairs):
        if len(pair) >= _GLUED:
            found[i : i + 2] = np.maximum(found[i : i + 2], adjoining[i])


def _said_otherwise(
    asked: Request, entries: Sequence[Entry], found: Floats, covered: Floats, starts: NDArray[np.intp]
) -> None:
    """Words of an attribute that both sides have in other words (1024 MB and 1 GB, rot and red) count as found; so does
    what stands in the description."""
    places = {word: i for i, word in enumerate(asked.words)}
    for column, one in enumerate(entries):
        if one.more:
            for word in places.keys() & one.more:
                found[places[word], column] = 1
        for mine in asked.attributes:
            for theirs in one.attributes:
                if mine.kind == theirs.kind and mine.value == theirs.value:
                    for word in mine.spelt:
                        if word in places:
                            found[places[word], column] = 1
                    for i, word in enumerate(one.words, int(starts[column])):
                        if word in theirs.spelt:
                            covered[i] = 1


def _codes(asked: Request, entries: Sequence[Entry]) -> tuple[list[float], list[float]]:
    hits: list[float] = []
    siblings: list[float] = []
    for one in entries:
        missed = [code for code in asked.codes if not _has(one, code)]
        exact = not one.codes.isdisjoint(asked.codes)
        hits.append(1.0 if exact else 0.7 if len(missed) < len(asked.codes) else 0.0)
        siblings.append(float(any(_kin(code, other) for code in missed for other in one.codes)))
    return hits, siblings


def _has(one: Entry, code: str) -> bool:
    if code in one.codes or (len(code) > _CODE and code in one.solid):
        return True
    return any(
        min(len(code), len(other)) >= _CODE and (other.startswith(code) or code.startswith(other))
        for other in one.codes
    )


def _kin(a: str, b: str) -> bool:
    """Alike in front, different behind, as of one family: KX100 and KX200."""
    return abs(len(a) - len(b)) <= 2 and 2 <= Prefix.similarity(a, b) < min(len(a), len(b))

"""The products as they are searched: character trigrams with BM25 find the few dozen that are worth a closer look."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import Any

import bm25s  # pyright: ignore[reportMissingTypeStubs]
import numpy as np

from catalogue.attributes import Attribute, attributes
from catalogue.text import codes, fold, solid, trigrams, words
from jobs.erp import Product

_K1, _B = 0.8, 0.6
_NEAR = 0.3
"""Share of the best BM25 score below which a product is not looked at."""
_BRAND = 3
"""Products that must begin with a word before it can be a brand."""
_DESCRIPTION = 300
"""Characters of a description that are read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A product by one of its names, and what is compared of it."""

    product: Product
    words: tuple[str, ...]
    """Of the name."""
    named: tuple[str, ...]
    """Words of all its names."""
    more: frozenset[str]
    """Of its article number and description."""
    solid: str
    """The name, the words without spaces."""
    codes: frozenset[str]
    attributes: tuple[Attribute, ...]
    """Of all its names."""


def entries(product: Product) -> list[Entry]:
    """One for each name, the main one first."""
    names = {fold(name): name for name in (product.name, *product.other_names)}
    split = [tuple(words(folded)) for folded in names]
    named = split[0] if len(split) == 1 else tuple(dict.fromkeys(chain.from_iterable(split)))
    said = tuple(dict.fromkeys(chain.from_iterable(attributes(folded, name) for folded, name in names.items())))
    more = f"{product.sku if not product.sku.isdigit() else ''} {product.description[:_DESCRIPTION]}".strip()
    folded = fold(more) if more else ""
    found = [number for part in names for number in codes(part)]
    if more:
        found += codes(folded)
    if is_distinctive(solid(product.sku)):
        found.append(solid(product.sku))
    others, numbers = frozenset(words(folded)) if more else _NONE, frozenset(found)
    return [Entry(product, one, named, others, "".join(one), numbers, said) for one in split]


_NONE: frozenset[str] = frozenset()


def is_distinctive(number: str) -> bool:
    """Not to be mistaken for a quantity or a size: letters and digits, or five digits and more."""
    if number.isdigit():
        return len(number) >= 5
    return len(number) >= 4 and any(c.isdigit() for c in number)


class Index:
    """Entries with their BM25 trigram index. Never changes once made."""

    def __init__(self, products: Iterable[Product]) -> None:
        self.products = {product.id: entries(product) for product in products}
        self._entries = [one for names in self.products.values() for one in names]
        vocabulary: dict[str, int] = {}
        documents = [
            [vocabulary.setdefault(part, len(vocabulary)) for part in trigrams([*one.words, *sorted(one.more)])]
            for one in self._entries
        ]
        self._vocabulary = vocabulary
        self._bm25: Any = bm25s.BM25(k1=_K1, b=_B)
        if vocabulary:
            self._bm25.index((documents, vocabulary), show_progress=False)
        known = self.products.values()
        self.firsts = Counter(word for names in known for word in {one.words[0] for one in names if one.words})
        self.frequencies = Counter(word for names in known for word in {*names[0].named, *names[0].more})

    def nearest(self, split: Sequence[str], count: int) -> list[Entry]:
        """At most `count` products, the most alike first: each by its main name, and by the most alike of the others
        where that is liker."""
        known = {self._vocabulary[part] for part in trigrams(list(split)) if part in self._vocabulary}
        if not known:
            return []
        scores = self._bm25.get_scores_from_ids(list(known))
        near = np.flatnonzero(scores >= max(float(scores.max()) * _NEAR, 1e-9))
        found: dict[int, list[Entry]] = {}
        nearest: list[int] = near[np.argsort(-scores[near], kind="stable")].tolist()
        for i in nearest:
            one = self._entries[i]
            main = self.products[one.product.id][0]
            found.setdefault(one.product.id, [main] if one is main else [main, one])
            if len(found) == count:
                break
        return [one for names in found.values() for one in names]


class Rarity:
    """What a word says, by the products of an index."""

    def __init__(self, index: Index) -> None:
        self._frequencies = index.frequencies
        self._firsts = index.firsts
        self._total = max(len(index.products), 1)

    def of(self, word: str) -> float:
        """The logarithm of how few products have it."""
        return log(1 + self._total / (self._frequencies[word] + 0.5))

    def brand(self, word: str) -> float:
        """How surely it is a brand, 0 to 1: the share of its products that have it as first word."""
        return self._firsts[word] / self._frequencies[word] if self._firsts[word] >= _BRAND else 0.0

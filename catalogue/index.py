"""The products as they are searched: character trigrams with BM25 find the few dozen that are worth a closer look."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    """A product and what is compared of it."""

    product: Product
    words: tuple[str, ...]
    """Of its name."""
    more: frozenset[str]
    """Of its article number and description."""
    solid: str
    """Its name, the words without spaces."""
    codes: frozenset[str]
    attributes: tuple[Attribute, ...]


def entry(product: Product) -> Entry:
    name = fold(product.name)
    split = tuple(words(name))
    more = f"{product.sku if not product.sku.isdigit() else ''} {product.description[:_DESCRIPTION]}".strip()
    folded = fold(more) if more else ""
    found = codes(name)
    if more:
        found += codes(folded)
    if is_distinctive(solid(product.sku)):
        found.append(solid(product.sku))
    return Entry(
        product,
        split,
        frozenset(words(folded)) if more else _NONE,
        "".join(split),
        frozenset(found),
        attributes(name, product.name),
    )


_NONE: frozenset[str] = frozenset()


def is_distinctive(number: str) -> bool:
    """Not to be mistaken for a quantity or a size: letters and digits, or five digits and more."""
    if number.isdigit():
        return len(number) >= 5
    return len(number) >= 4 and any(c.isdigit() for c in number)


class Index:
    """Entries with their BM25 trigram index. Never changes once made."""

    def __init__(self, products: Iterable[Product]) -> None:
        self.entries = [entry(product) for product in products]
        vocabulary: dict[str, int] = {}
        documents = [
            [vocabulary.setdefault(part, len(vocabulary)) for part in trigrams([*one.words, *one.more])]
            for one in self.entries
        ]
        self._vocabulary = vocabulary
        self._bm25: Any = bm25s.BM25(k1=_K1, b=_B)
        if vocabulary:
            self._bm25.index((documents, vocabulary), show_progress=False)
        self.firsts = Counter(one.words[0] for one in self.entries if one.words)
        self.frequencies = Counter(word for one in self.entries for word in {*one.words, *one.more})

    def nearest(self, split: Sequence[str], count: int) -> list[Entry]:
        """At most `count` entries, the most alike first."""
        known = {self._vocabulary[part] for part in trigrams(list(split)) if part in self._vocabulary}
        if not known:
            return []
        scores = self._bm25.get_scores_from_ids(list(known))
        near = np.flatnonzero(scores >= max(float(scores.max()) * _NEAR, 1e-9))
        top = near[np.argsort(-scores[near], kind="stable")[:count]]
        return [self.entries[i] for i in top]


class Rarity:
    """What a word says, by the products of an index."""

    def __init__(self, index: Index) -> None:
        self._frequencies = index.frequencies
        self._firsts = index.firsts
        self._total = max(len(index.entries), 1)

    def of(self, word: str) -> float:
        """The logarithm of how few products have it."""
        return log(1 + self._total / (self._frequencies[word] + 0.5))

    def brand(self, word: str) -> float:
        """How surely it is a brand, 0 to 1: the share of its products that have it as first word."""
        return self._firsts[word] / self._frequencies[word] if self._firsts[word] >= _BRAND else 0.0

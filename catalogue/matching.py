"""Which product of the catalogue do a customer's words mean? One, several that fit equally, or none: never a guess."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from catalogue.index import Entry, Index, Rarity, is_distinctive
from catalogue.scoring import Request, Scored, ranked, request
from catalogue.text import fold, runs, solid, words
from jobs.erp import Candidate, Match, Product

Status = Literal["matched", "ambiguous", "none"]
_LONGEST = 1000
"""Characters of a request that are read: more is not a product."""
_CANDIDATES = 5
_SHORTLIST = 32
_FITS = 0.3
"""Score from which a product is what was asked, if none is about as good."""
_EQUAL = 0.8
"""Share of the best score from which another product fits equally."""
_SIBLING = 0.3
"""The same for one that has the same words of the request: it differs in what the request leaves open."""
_LIKELY = 0.5
"""Sum of the scores from which the product is in all likelihood in the catalogue, whichever it is."""
_ALL = 0.95
"""Share of the request's words, by rarity, that is as good as all of them."""
_FIT = "the words fit"
_NEAR_MISS = 0.2
"""Share of the score of one that contradicts, below which another is no better answer: then it is a near miss."""
_FAR = 0.3
"""Share of the best score below which the runner-up is no rival to a product that has all the words."""
_BARCODE = 7
"""Digits of a barcode without leading zeros, at the least."""
_SHOWN = 0.003
"""Score from which a product is like the request at all."""
_BEARS_OUT = 0.25
"""Share of the request's words, by rarity, below which a product found by its number is not what the words describe."""
_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}
_DELTA = 2000
"""Changed products that are searched beside the main index before it is made anew."""


@dataclass(frozen=True)
class _State:
    """What one match sees. Replaced as a whole, never changed."""

    main: Index
    delta: Index
    products: Mapping[int, Sequence[Entry]]
    stale: frozenset[int]
    """Products in `main` that `delta` knows better, or that are gone."""
    numbers: Mapping[str, tuple[int, ...]]
    """Article numbers and barcodes, solid."""
    rarity: Rarity


class Catalogue:
    """Safe to `match` in while another thread calls `update`."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._writing = threading.Lock()
        self._state = _built({product.id: product for product in products}.values())

    def update(self, products: Iterable[Product]) -> None:
        """Takes in new, changed and no longer active products, by their id."""
        changed = {product.id: product for product in products}
        with self._writing:
            self._state = _updated(self._state, changed)

    def by_id(self, product_id: int) -> Product | None:
        found = self._state.products.get(product_id)
        return found[0].product if found else None

    def by_sku(self, sku: str) -> Product | None:
        """The only product with this article number, however it is written."""
        state = self._state
        wanted = solid(sku)
        found = [state.products[i][0].product for i in state.numbers.get(wanted, ())]
        named = [product for product in found if solid(product.sku) == wanted]
        return named[0] if len(named) == 1 else None

    def match(self, text: str, article: str | None = None, own_numbers: Mapping[str, int] | None = None) -> Match:
        """`own_numbers` are the customer's numbers for our products: number to product id."""
        state = self._state
        text, article = text[:_LONGEST], (article or "")[:_LONGEST]
        by_number = _by_number(state, text, article, own_numbers or {})
        if by_number:
            return by_number
        match = _by_words(_search(state, request(text)))
        if article and match.status != "matched" and solid(article) not in solid(text):
            return _by_words(_search(state, request(f"{text} {article}")))
        return match


def _built(products: Iterable[Product]) -> _State:
    main = Index(product for product in products if product.active)
    numbers: dict[str, tuple[int, ...]] = {}
    for names in main.products.values():
        _enter(numbers, names[0].product)
    return _State(main, Index(()), main.products, frozenset(), numbers, Rarity(main))


def _updated(state: _State, changed: Mapping[int, Product]) -> _State:
    fresh = {i: names[0].product for i, names in state.delta.products.items()} | dict(changed)
    if len(fresh) > _DELTA:
        everything = {i: names[0].product for i, names in state.products.items()} | dict(changed)
        return _built(everything.values())
    delta = Index(product for product in fresh.values() if product.active)
    products, numbers = dict(state.products), dict(state.numbers)
    for i, product in changed.items():
        if old := products.pop(i, None):
            for number in _numbers_of(old[0].product):
                numbers[number] = tuple(other for other in numbers[number] if other != i)
        if product.active:
            _enter(numbers, product)
    products |= delta.products
    return _State(state.main, delta, products, state.stale | changed.keys(), numbers, state.rarity)


def _enter(numbers: dict[str, tuple[int, ...]], product: Product) -> None:
    for number in _numbers_of(product):
        numbers[number] = (*numbers.get(number, ()), product.id)


def _numbers_of(product: Product) -> set[str]:
    return {solid(product.sku), _barcode(product.barcode)} - {""}


def _barcode(number: str) -> str:
    """Without leading zeros: a GTIN-14 is the EAN-13 behind them."""
    return solid(number).lstrip("0")


def _search(state: _State, asked: Request) -> list[Scored]:
    if not any(word.isalpha() and len(word) > 1 for word in asked.words):
        return []  # Figures alone say nothing.
    near = [one for one in state.main.nearest(asked.words, _SHORTLIST) if one.product.id not in state.stale]
    near += state.delta.nearest(asked.words, _SHORTLIST)
    return ranked(asked, near, state.rarity)


def _by_number(state: _State, text: str, article: str, own_numbers: Mapping[str, int]) -> Match | None:
    own = {solid(number): i for number, i in own_numbers.items()}
    if given := solid(article):
        rest = next((rest for run, rest in runs(text) if run == given), text)
        if found := _numbered(state, given, own):
            # A code with letters is ours even beside words in another language; few digits are not.
            anybodys = given.isdigit() and given not in own and len(given) < _BARCODE
            return _judged(state, rest, *found, anybodys=anybodys)
    for run, rest in runs(text):
        if is_distinctive(run) and (found := _numbered(state, run, own)):
            if run.isdigit() and not _bears_out(state, rest, found[0]):
                continue  # A number that happens to be one of ours.
            return _judged(state, rest, *found)
    return None


def _numbered(state: _State, number: str, own: Mapping[str, int]) -> tuple[list[Entry], str] | None:
    """The products with this number, and what number it is, in words."""
    if own.get(number) in state.products:
        return [*state.products[own[number]]], f"the customer's own number {number.upper()}"
    for key in (number, _barcode(number)):
        if found := [one for i in state.numbers.get(key, ()) for one in state.products[i]]:
            if named := [one for one in found if solid(one.product.sku) == number]:
                return named, f"article number {named[0].product.sku}"
            if len(key) >= _BARCODE:
                return found, f"barcode {number}"
    return None


def _bears_out(state: _State, rest: str, found: Sequence[Entry]) -> bool:
    scored = ranked(request(rest), found, state.rarity)
    return not words(fold(rest)) or scored[0].borne_out >= _BEARS_OUT


def _judged(state: _State, rest: str, found: Sequence[Entry], reason: str, *, anybodys: bool = False) -> Match:
    """What comes of products found by their number, when the words beside it are `rest`. A number that may be anybody's
    is ours only if the words are."""
    asked = request(rest)
    scored = ranked(asked, found, state.rarity)
    if len(scored) > 1:
        return _match("ambiguous", scored, f"{len(scored)} products have the {reason}")
    best = scored[0]._replace(score=1.0)
    near = _search(state, asked)
    others = [one for one in near if one.entry.product.id != best.entry.product.id]
    if best.conflicts:
        return _match("ambiguous", [best, *others], f"the {reason} is {best.conflicts[0]}")
    described = _by_words(near).product
    doubtful = anybodys and bool(asked.words) and best.borne_out < _BEARS_OUT
    if doubtful or (described and described.id != best.entry.product.id):
        return _match("ambiguous", [best, *others], f"the {reason} is not what the words describe")
    return _match("matched", [best, *others], reason)


def _by_words(scored: Sequence[Scored]) -> Match:
    if not scored or scored[0].score < _SHOWN:
        return _match("none", scored, "nothing in the catalogue is like it")
    rest = [one for one in scored if one.conflicts]
    possible = max(1 - sum(one.score for one in rest), 1e-9)
    sound = [one._replace(score=one.score / possible) for one in scored if not one.conflicts]
    if sound and sound[0].score * possible >= _NEAR_MISS * scored[0].score:
        best = sound[0]
        equal = [
            one for one in sound if one.score >= (_EQUAL if one.borne_out < best.borne_out else _SIBLING) * best.score
        ]
        clear = best.borne_out >= _ALL and (len(sound) == 1 or sound[1].score < _FAR * best.score)
        if len(equal) == 1 and (best.score >= _FITS or clear):
            return _match("matched", [*sound, *rest], _FIT)
        if best.borne_out >= _ALL or sum(one.score for one in sound) >= _LIKELY:
            several = f"{_COUNTS.get(len(equal), len(equal))} products fit equally"
            return _match("ambiguous", [*sound, *rest], several if len(equal) > 1 else "several products fit")
    if scored[0].conflicts:
        return _match("none", scored, f"the nearest is {scored[0].conflicts[0]}")
    return _match("none", scored, "the nearest does not bear out the words")


def _match(status: Status, scored: Sequence[Scored], reason: str) -> Match:
    candidates = tuple(
        Candidate(product=one.entry.product, score=round(min(max(one.score, 0), 1), 4), conflicts=one.conflicts)
        for one in scored[:_CANDIDATES]
    )
    scores = [*(candidate.score for candidate in candidates), 0.0, 0.0]
    margin = max(scores[0] - scores[1], 0.0)
    if status == "matched" and reason == _FIT and len(candidates) > 1:
        reason = f"{_FIT}; the runner-up is {margin:.2f} behind"
    return Match(
        status=status,
        product=scored[0].entry.product if status == "matched" else None,
        candidates=candidates,
        margin=round(margin, 4),
        reason=reason,
    )

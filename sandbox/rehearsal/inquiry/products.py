"""What is asked for without a quantity: `a quote for a new compressor`, `is the pump IP-40 suitable`."""

import re
from collections.abc import Iterable

from jobs.inquiry.schema import Item
from sandbox.rehearsal.inquiry.phrases import Found, Phrases, inside, not_counted, one_line
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import Words, fold, shared, words

_TYPE = re.compile(r"(?=[\w/-]*[A-Z])(?=[\w/-]*\d)[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)*$")
"""A type such as `IP-40` or `500L`."""
_LONGEST_NOUN = 5
"""Words between the article and the type."""


def find_product(sentences: Iterable[Sentence], code: str) -> Found | None:
    """The first product that a sentence names by its type, or that stands behind `a quote for`."""
    lists = words(code)
    found = (_named(sentence, lists) or _asked_for(sentence, lists) for sentence in sentences)
    return next((product for product in found if product), None)


def _named(sentence: Sentence, lists: Words) -> Found | None:
    phrases = Phrases(sentence, lists)
    excluded = [span for span in not_counted(sentence.folded) if "art" not in sentence.folded[slice(*span)]]
    for index, token in enumerate(phrases.tokens[1:], 1):
        typed = _TYPE.match(sentence.text[token.start : token.end]) and not inside(token.start, excluded)
        labelled = token.core in shared("type_labels") and index + 1 < len(phrases.tokens)
        start = _noun_start(phrases, index) if typed or labelled else None
        end = phrases.thing_end(start, False) if start is not None else 0
        if start is not None and end > index:
            return _found(phrases, start, end, None)
    return None


def _noun_start(phrases: Phrases, index: int) -> int | None:
    """Where the words before a type begin, right behind their article; None where they name an order or a room."""
    start = index
    ends = shared("articles") | shared("reference_nouns") | phrases.stop
    while start > 0 and index - start < _LONGEST_NOUN and not phrases.tokens[start - 1].ending:
        if phrases.core(start - 1) in ends:
            break
        start -= 1
    return start if 0 < start < index and phrases.core(start - 1) in shared("articles") else None


def _asked_for(sentence: Sentence, lists: Words) -> Found | None:
    """What stands behind `a quote for`: one of it when the sender says `a`."""
    match = lists.cues("items", "objects").search(sentence.folded)
    if not match:
        return None
    phrases = Phrases(sentence, lists)
    start = next((i for i, token in enumerate(phrases.tokens) if token.start >= match.end()), len(phrases.tokens))
    single = False
    while phrases.core(start) in shared("articles") | shared("loose_ends"):
        single = single or phrases.core(start) in shared("one_articles")
        start += 1
    while phrases.core(start) in shared("new"):
        start += 1
    if not phrases.core(start) or phrases.core(start) in lists.bag("items", "object_not") | phrases.stop:
        return None
    if inside(phrases.tokens[start].start, not_counted(sentence.folded)):
        return None
    end = phrases.thing_end(start, False)
    if phrases.core(end) in shared("purpose") and phrases.core(end + 1) in shared("articles"):
        end = phrases.thing_end(end + 2, False)
    if end <= start:
        return None
    quote = phrases.quote(start, end)
    if not re.search(r"[^\W\d]{3}", quote) or lists.cues("items", "not_coordinated").search(fold(quote)):
        return None
    return _found(phrases, start, end, 1 if single else None)


def _found(phrases: Phrases, start: int, end: int, quantity: float | None) -> Found:
    quote = phrases.quote(start, end)
    item = Item(text=one_line(quote), quantity=quantity, unit=None)
    return Found(item, phrases.sentence, quote, phrases.tokens[start].start)

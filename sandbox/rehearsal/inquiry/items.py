"""The things a mail asks for with their quantities, out of tables, lists and sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from jobs.inquiry.schema import Item
from sandbox.rehearsal.inquiry.numbers import FIGURE, figure, in_words
from sandbox.rehearsal.inquiry.phrases import Found, Phrases, inside, not_counted, one_line
from sandbox.rehearsal.inquiry.tables import cells, line_item, table_items
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import Words, fold, shared, words

_NUMBER = re.compile(rf"(?<![\w.,/€$£#-])({FIGURE})(?![\d/:%€$£]|-\d|[.,]\d| ?[€%°]| ?ct\b)")
_MOST = 1_000_000
_REFERENCE = re.compile(r"(?:[\w/-]*[a-z][\w/-]*\d[\w/-]*|[\w/-]*\d{4,}[\w/-]*|\d+[/-]\d+)$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAMES_SOMETHING = re.compile(r"[^\W\d]{2}|\d[\"'″”]|[A-Z]\d")
_TIMES = ("x", "×", "*")
_TAIL = re.compile(r"\s+(?:@|à|a|je|per|für|for)?\s*(?:€|EUR|\$|£)\s?\d.*$|\s+\d[\d.,]*\s?(?:€|EUR).*$|[\s,;.:–-]+$")
_SHORT_UNIT = 3
_LONGEST_NUMBER = 3
_LONGEST_FACTOR = 4
"""Words of `half a dozen`, and of `the same quantity of`."""
_LONGEST_VARIANT = 6


@dataclass(frozen=True)
class _Quantity:
    """A number that counts: the index of the token behind it, and the unit written onto the figure (`50m`, `20x`)."""

    value: float
    next: int
    attached: str = ""


def find_items(sentences: Sequence[Sentence], code: str) -> list[Found]:
    """Every item with a quantity, in the order of the text, none twice."""
    lists = words(code)
    found: list[Found] = []
    rows = [sentence for sentence in sentences if sentence.line and cells(sentence.text)]
    table = dict(table_items(rows, code)) if len(rows) >= 2 else {}
    for sentence in sentences:
        if sentence in table:
            found += table[sentence]
        elif sentence not in rows or len(rows) < 2:
            listed = line_item(sentence, lists)
            found += [listed] if listed else _Reader(sentence, lists).items(found[-1] if found else None)
    return _distinct(found)


def _distinct(found: Sequence[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in found:
        if not any(_same(one.item, other.item) for other in kept):
            kept.append(one)
    return kept


def _same(one: Item, other: Item) -> bool:
    return one.quantity == other.quantity and fuzz.ratio(fold(one.text), fold(other.text)) >= 90


class _Reader:
    """Reads every `<number> <unit> <words>` in a sentence, and what is counted from the item before."""

    def __init__(self, sentence: Sentence, lists: Words) -> None:
        self._sentence = sentence
        self._lists = lists
        self._phrases = Phrases(sentence, lists)
        self._excluded = not_counted(sentence.folded)

    def items(self, previous: Found | None) -> Iterator[Found]:
        index = 0
        while index < len(self._phrases.tokens):
            read = self._counted(index) or self._multiple(index, previous)
            if read is None:
                index += 1
                continue
            previous, index = read
            yield previous
            beside = self._beside(index)
            if beside:
                previous, index = beside
                yield previous

    def _found(self, start: int, end: int, item: Item) -> tuple[Found, int]:
        quote = self._phrases.quote(start, end)
        return Found(item, self._sentence, quote, self._phrases.tokens[start].start), end

    def _counted(self, start: int) -> tuple[Found, int] | None:
        quantity = self._quantity(start)
        if quantity is None:
            return None
        phrases, index, unit = self._phrases, quantity.next, None
        if quantity.attached and quantity.attached not in _TIMES:
            unit = quantity.attached
        if phrases.core(index) in _TIMES:
            index += 1
        if unit is None and index + 1 < len(phrases.tokens) and phrases.is_unit(index):
            token = phrases.tokens[index]
            if token.ending in ("", "."):
                unit = self._sentence.text[token.start : token.end + len(token.ending)]
                index += 1
        behind = self._behind_of(index)
        if unit and phrases.core(behind) in phrases.stop and len(fold(unit)) > _SHORT_UNIT:
            index, unit = index - 1, None  # `20 boxes instead of 10`
        else:
            index = behind
        end = phrases.thing_end(index, self._sentence.line) if self._can_be_thing(index, unit) else index
        if end <= index:
            return None
        text = _TAIL.sub("", one_line(phrases.quote(index, end)))
        if not self._is_thing(text, bare=not unit and not quantity.attached):
            return None
        return self._found(start, end, Item(text=text, quantity=quantity.value, unit=unit))

    # --- numbers ---

    def _quantity(self, index: int) -> _Quantity | None:
        token = self._phrases.tokens[index]
        before = self._phrases.tokens[index - 1] if index else None
        if inside(token.start, self._excluded):
            return None
        if before and not before.ending and before.core in self._lists.bag("items", "not_after") | shared("not_after"):
            return None
        if (
            index > 1
            and before
            and before.core in shared("possessives")
            and self._phrases.core(index - 2) in shared("where")
        ):
            return None
        named = before is not None and before.core in shared("reference_nouns") and before.ending[-1:] != ":"
        if named and _REFERENCE.match(token.core):
            return None
        return self._in_figures(index) or self._in_words(index)

    def _in_figures(self, index: int) -> _Quantity | None:
        token = self._phrases.tokens[index]
        match = _NUMBER.match(self._sentence.text, token.start)
        value = figure(match[1], self._lists.code) if match else None
        if not match or value is None or not 0 < value <= _MOST:
            return None
        if match.end() > token.end:  # blanks between thousands
            index += len(match[1].split()) - 1
            token = self._phrases.tokens[index]
        before = self._phrases.core(index - 1) if index else ""
        attached = self._sentence.text[match.end() : token.end]
        if fold(attached) in _TIMES:
            return _Quantity(value, index + 1, attached)
        if before in shared("one_articles"):  # `a 3 m ladder`
            return None
        if attached:
            units = self._lists.bag("items", "units") | words("en").bag("items", "units")
            return _Quantity(value, index + 1, attached) if fold(attached).strip(".") in units else None
        is_year = _YEAR.fullmatch(match[1]) and before in shared("year_before")
        return None if token.ending or is_year else _Quantity(value, index + 1)

    def _in_words(self, index: int) -> _Quantity | None:
        tokens = self._phrases.tokens[index : index + _LONGEST_NUMBER]
        if not tokens[0].core[:1].isalpha():
            return None
        spelled = in_words([token.core for token in tokens], self._lists.code)
        if spelled is None or spelled[0] < 1 or any(token.ending for token in tokens[: spelled[1]]):
            return None
        is_article = spelled[0] == 1 and tokens[0].core != "one" and "é" not in tokens[0].raw
        return None if is_article else _Quantity(spelled[0], index + spelled[1])

    # --- things ---

    def _behind_of(self, index: int) -> int:
        of = {fold(word) for word in self._lists.plain("items", "of").replace("|", " ").split()}
        tokens = self._phrases.tokens
        while index < len(tokens) - 1 and tokens[index].core in of and not tokens[index].ending:
            index += 1
        return index

    def _can_be_thing(self, index: int, unit: str | None) -> bool:
        """Whether the word behind a number can begin a thing: not days, people, a dimension or a month."""
        core = self._phrases.core(index)
        not_things = self._lists.bag("items", "not_things") | shared("not_things")
        if not core or (len(core) == 1 and core.isalpha()) or core in shared("dimensions") | _months(self._lists.code):
            return False
        return core not in not_things and (unit is not None or core.rstrip("s") not in not_things)

    def _is_thing(self, text: str, bare: bool) -> bool:
        folded = fold(text)
        if not _NAMES_SOMETHING.search(text) or (bare and re.match(r"\d+(?:[.,]\d+)?\s", text)):
            return False
        if any(word.strip(",.") in shared("street_words") for word in folded.split()[:3]):
            return False
        return folded not in shared("not_items") | self._lists.bag("items", "not_things")

    def _beside(self, index: int) -> tuple[Found, int] | None:
        """`... and a conference table` right behind an item: one of it."""
        phrases, start = self._phrases, index + 2
        if phrases.core(index) not in shared("conjunctions") or phrases.core(index + 1) not in shared("one_articles"):
            return None
        excluded = phrases.stop | self._lists.bag("items", "not_things") | shared("not_articled")
        if not phrases.core(start) or phrases.core(start) in excluded:
            return None
        end = phrases.thing_end(start, self._sentence.line)
        if end <= start:
            return None
        text = one_line(phrases.quote(start, end))
        if self._lists.cues("items", "not_coordinated").search(fold(text)):
            return None
        return self._found(start - 1, end, Item(text=text, quantity=1, unit=None))

    def _multiple(self, index: int, previous: Found | None) -> tuple[Found, int] | None:
        """`twice as many in red`: counted from the item before."""
        if previous is None or previous.item.quantity is None:
            return None
        phrases, factors = self._phrases, self._lists.pairs("numbers", "twice")
        for size in range(_LONGEST_FACTOR, 0, -1):
            factor = factors.get(" ".join(token.core for token in phrases.tokens[index : index + size]))
            start = index + size
            while factor and phrases.core(start) in shared("loose_ends") | shared("articles"):
                start += 1
            end = min(phrases.thing_end(start, False), start + _LONGEST_VARIANT) if factor else start
            if factor and end > start:
                quantity = previous.item.quantity * factor
                item = Item(text=one_line(phrases.quote(start, end)), quantity=quantity, unit=previous.item.unit)
                return self._found(index, end, item)
        return None


@cache
def _months(code: str) -> frozenset[str]:
    return frozenset(fold(words(code).plain("dates", "months")).replace("|", " ").split())

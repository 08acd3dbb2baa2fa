"""A sentence's tokens, and where the words that name a thing end."""

import re
from dataclasses import dataclass
from functools import cached_property

from jobs.inquiry.schema import Item
from sandbox.rehearsal.inquiry.numbers import in_words
from sandbox.rehearsal.inquiry.text import Sentence, is_abbreviation
from sandbox.rehearsal.inquiry.words import Words, fold, shared, words

_TOKEN = re.compile(r"(?:(?<=\s)|^)[dlDL]['’](?=\w)|\S+")
_OPENING = re.compile(r"[(\[„“\"'*«]*")
_ENDING = re.compile(r"[,.;:!?)\]*»]*$")
_NOT_COUNTED = re.compile(
    r"[\w.+-]+@[\w.-]+|https?://\S+|www\.\S+"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})?(?!\d)|\d{4}-\d\d-\d\d"
    r"|\b\d{1,2}[:h.]\d\d ?(?:uur|uhr|u\b|h\b|am\b|pm\b)|\b\d{1,2}:\d\d\b|\b\d{1,2} ?(?:am|pm|uhr|uur|o'clock)\b"
    r"|(?:€|eur|euro|usd|gbp|chf|\$|£) ?\d[\d.,' ]*(?:,-)?"
    r"|\d[\d.,]* ?(?:€|eur\b|euros?\b|usd\b|gbp\b|chf\b|\$|£|,-)"
    r"|(?<!\d )(?<!\d)\b(?:no|nr|num|number|nummer|numero|n°|ref|reference|art|artikel|article|po|kw|wk|week|semaine"
    r"|vat|btw|tva|ust|kvk|bic|iban)(?:\.|:|-nr\.?|nr\.?)?:? ?#?[\w/-]*\d[\w/.-]*"
    r"|#\d+|(?<!\w)\+?\d[\d ()./-]{8,}\d(?!\w)|\b\w+-?(?:nr|nummer|number)\.?:? [\w/-]*\d[\w/-]*"
)
"""Figures that count nothing: addresses, dates, times, money, references, phone numbers."""
_JOINING = ("à", "au", "aux")
_RULE = ("-", "@", "=", "->", "=>", "/")
_LONGEST = 14
"""Words of a thing in a sentence; in a list line twice as many."""


@dataclass(frozen=True)
class Found:
    """An item with the words it was found in; `start` is its place in the sentence."""

    item: Item
    sentence: Sentence
    quote: str
    start: int


@dataclass(frozen=True)
class Token:
    """A word with its punctuation. `start` and `end` are the word's own."""

    raw: str
    core: str
    """The word, folded."""
    start: int
    end: int
    opening: str
    ending: str


def not_counted(folded: str) -> list[tuple[int, int]]:
    """The spans of figures that count nothing."""
    return [match.span() for match in _NOT_COUNTED.finditer(folded)]


def inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Phrases:
    """A sentence to read things from."""

    sentence: Sentence
    lists: Words

    @cached_property
    def tokens(self) -> list[Token]:
        return [_token(match) for match in _TOKEN.finditer(self.sentence.text)]

    @cached_property
    def stop(self) -> frozenset[str]:
        """Words that belong to no thing's name."""
        return self.lists.bag("items", "stop")

    def core(self, index: int) -> str:
        """The word at an index; empty behind the end."""
        return self.tokens[index].core if index < len(self.tokens) else ""

    def quote(self, start: int, end: int) -> str:
        """The sentence's own words from one token up to another, with the bracket that the last one closes."""
        first, last = self.tokens[start], self.tokens[end - 1]
        text = self.sentence.text[first.start : last.end]
        open_bracket = text.count("(") > text.count(")") and last.ending.startswith(")")
        return text + ")" if open_bracket else text

    def is_unit(self, index: int) -> bool:
        foreign = words("en").bag("items", "units") - shared("no_unit")
        return self.core(index) in self.lists.bag("items", "units") | foreign

    def thing_end(self, start: int, line: bool) -> int:
        """The index behind the last word of the thing that starts at `start`; `start` itself when there is none."""
        end = self._end(start, line)
        while end > start and self._is_loose(self.tokens[end - 1]):
            end -= 1
        return end

    def begins_anew(self, index: int) -> bool:
        """Whether a word begins something else: a number, an article, a verb, a pronoun."""
        core = self.core(index)
        anew = self.stop | shared("articles") | shared("fresh_start")
        return not core or core[0].isdigit() or core in anew or in_words([core], self.lists.code) is not None

    def _end(self, start: int, line: bool) -> int:
        if self.core(start) in self.stop - shared("soft_in_lines") and not self.is_unit(start):
            return start
        depth = 0
        last = min(len(self.tokens), start + _LONGEST * (2 if line else 1))
        for index in range(start, last):
            token = self.tokens[index]
            depth += token.opening.count("(") - token.ending.count(")")
            if depth > 0:
                continue
            if index > start and not token.opening.startswith("(") and self._stops_at(index, line):
                return index
            if token.ending and self._stops_behind(index, line):
                return index + 1
        return last

    def _stops_at(self, index: int, line: bool) -> bool:
        token = self.tokens[index]
        if token.core in self.stop and not (line and token.core in shared("soft_in_lines")):
            return True
        if token.raw in _JOINING and not self._joins(index):
            return True
        if token.core in shared("conjunctions") and self.begins_anew(index + 1):
            return True
        return (token.core in _RULE and not (line and token.core == "-")) or token.raw[0] in "€$£"

    def _stops_behind(self, index: int, line: bool) -> bool:
        mark = self.tokens[index].ending.lstrip(")]*")[:1]
        if mark == ".":
            return not (is_abbreviation(self.core(index)) and self.core(index + 1))
        if mark == ",":
            return not self._goes_on(index + 1, line)
        return mark in (";", "!", "?", ":")

    def _joins(self, index: int) -> bool:
        """Whether the French `à` belongs to the thing (`machine à café`) rather than to a place (`à notre dépôt`)."""
        following = self.tokens[index + 1 : index + 2]
        return bool(following) and following[0].core not in shared("articles") and not following[0].raw[0].isupper()

    def _goes_on(self, index: int, line: bool) -> bool:
        """After a comma a thing goes on with its own details (`M20, IP68`), not with a new thing or clause."""
        core = self.core(index)
        if core in shared("reference_labels") | shared("detail_labels"):
            return True
        if self.begins_anew(index) or core in shared("conjunctions"):
            return line and bool(re.fullmatch(r"\d+[\w.,/x\"]*[a-z\"²³%]+\w*", core))
        end = next((i for i in range(index, len(self.tokens)) if self.tokens[i].ending), len(self.tokens) - 1) + 1
        if any(self.core(i) in self.stop | shared("fresh_start") for i in range(index, end)):
            return False
        return line or end - index <= 3

    def _is_loose(self, token: Token) -> bool:
        """A word that ends no thing's name: a conjunction, an article, a preposition."""
        of = frozenset(fold(self.lists.plain("items", "of")).replace("|", " ").split()) - {"x"}
        loose = shared("conjunctions") | shared("articles") | shared("loose_ends") | of
        return token.core in loose or not re.search(r"\w", token.core)


def _token(match: re.Match[str]) -> Token:
    raw = match.group()
    opening = _OPENING.match(raw)
    lead = opening.end() if opening and opening.end() < len(raw) else 0
    ending = _ENDING.search(raw, lead)
    end = ending.start() if ending and ending.start() > lead else len(raw)
    if raw[end : end + 1] == ")" and "(" in raw[lead:end]:
        end += 1
    start = match.start()
    return Token(raw, fold(raw[lead:end]), start + lead, start + end, raw[:lead], raw[end:])

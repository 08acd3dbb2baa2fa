"""Do the words that the model quotes, and the values that it claims, really stand in what it was given?"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from jobs.core import Check, Evidence, Source, Status

_FOLDED = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff")
)
"""Quotes and dashes in their plain form; soft hyphens and other invisible characters gone."""
_WORD = re.compile(r"\w+(?:(?<=\d)[.,](?=\d)\w+)*")
"""A decimal such as 2,5 is one word."""
_WITHIN_WORD = re.compile(r"(?<=\w)(?=\w)|(?<=\d)(?=[.,]\d)|(?<=\d[.,])(?=\d)")
_LONG_NUMBER = 6
"""Digits from which on a number is one that people group as they like: a phone number."""


def normalise(text: str) -> str:
    """Folds case, white space, ligatures, dashes and quotes: differences in writing, never in words."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_FOLDED)).casefold().split())


def stands_in(value: str, text: str) -> bool:
    """Whether `value` stands in `text` (both normalised): as whole words, a phone number by its digits."""
    exactly = _exactly(value)
    if exactly:
        return re.search(exactly, text) is not None
    start = text.find(value) if value else -1
    while start >= 0:
        if not _WITHIN_WORD.match(text, start) and not _WITHIN_WORD.match(text, start + len(value)):
            return True
        start = text.find(value, start + 1)
    return False


def check_evidence(evidence: Sequence[Evidence], sources: Sequence[Source]) -> list[Check]:
    """One result per quote that does not stand in the source it names."""
    texts = {source.id: normalise(source.text) for source in sources}
    lines = {source.id: set(map(normalise, source.text.splitlines())) for source in sources}

    def stands(item: Evidence) -> bool:
        quote = normalise(item.quote)
        # Structured data is quoted line by line: thousands of looks through the whole text would take minutes.
        return quote in lines.get(item.source, ()) or stands_in(quote, texts.get(item.source, ""))

    return [
        Check(
            name="grounding",
            status=Status.FAIL,
            field=item.field,
            message=f"the quoted words do not stand in {item.source}: “{item.quote}”",
        )
        for item in evidence
        if not stands(item)
    ]


def check_claims(claims: Mapping[str, str], sources: Sequence[Source]) -> list[Check]:
    """One result per claimed value that no source bears out: word for word, or all its words close together."""
    texts = [_Text(source) for source in sources]
    return [
        Check(name="grounding", status=Status.FAIL, field=path, message=f"“{value}” does not stand in what came in")
        for path, value in claims.items()
        if not any(text.bears_out(normalise(value)) for text in texts)
    ]


def locate(claims: Mapping[str, str], evidence: Sequence[Evidence], sources: Sequence[Source]) -> list[Evidence]:
    """The evidence, and for each claim without one the source in which its value stands word for word."""
    shown = {item.field for item in evidence}
    texts = {source.id: normalise(source.text) for source in sources}
    found = list(evidence)
    for path, value in claims.items():
        if path not in shown:
            home = next((id_ for id_, text in texts.items() if stands_in(normalise(value), text)), None)
            if home:
                found.append(Evidence(field=path, source=home, quote=value))
    return found


class _Text:
    """A source's text, taken to words once however many claims it has to bear out."""

    def __init__(self, source: Source) -> None:
        self.text = normalise(source.text)

    def bears_out(self, value: str) -> bool:
        return stands_in(value, self.text) or (not _exactly(value) and self._has_together(_WORD.findall(value)))

    def _has_together(self, words: Sequence[str]) -> bool:
        """In whatever order, but within reach of the rarest of them: a first name here and a surname there are no
        person."""
        if not words or not set(words) <= self._places.keys():
            return False
        reach = 2 * (len(words) - 1)
        rarest = min((self._places[word] for word in words), key=len)
        return any(set(words) <= set(self._words[max(0, at - reach) : at + reach + 1]) for at in rarest)

    @cached_property
    def _words(self) -> list[str]:
        return _WORD.findall(self.text)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self._words):
            places[word].append(at)
        return places


def _exactly(value: str) -> str | None:
    """The pattern of what no order of words bears out: an address as it is, a phone number in any grouping, with + or
    00, with or without (0). None for anything else."""
    if "@" in value:
        return rf"(?<![\w.+-]){re.escape(value)}(?![\w-]|\.\w)"
    if re.search(r"[^\d\s()/.+-]", value):
        return None
    digits = re.sub(r"\(0\)|\D", "", value).removeprefix("00")
    if len(digits) < _LONG_NUMBER:
        return None
    return r"(?<!\d)(?:00)?" + r"(?:\(0\)|[\s()/.-])*".join(digits) + r"(?!\d)"

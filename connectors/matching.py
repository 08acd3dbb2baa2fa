"""Finding customers by name, VAT number or e-mail address in a CRM whose search is exact. It casts wide; which of those
found it is, `jobs.customers` decides."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz

from jobs.customers import bare_name

_SCORE = 80
_PER_NAME = 20


def addresses(field: str) -> list[str]:
    """The addresses in an e-mail field, lower case. People write `Name <address>` there, and several of them."""
    return re.findall(r"[^\s,;:<>\"'()]+@[^\s,;:<>\"'()]+", field.lower())


def vat_key(vat: str) -> tuple[str, str]:
    """Country prefix (empty where it is missing) and number, without what differs between notations."""
    compact = re.sub(r"[^A-Z0-9]", "", vat.upper())
    prefix, number = (compact[:2], compact[2:]) if compact[:2].isalpha() else ("", compact)
    return prefix, number.lstrip("0")  # Belgian numbers are written with and without their leading zero.


def same_vat(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two keys mean one number; a missing prefix fits every country."""
    return bool(one[1]) and one[1] == other[1] and (one[0] == other[0] or not one[0] or not other[0])


def fold(name: str) -> str:
    """A company's bare name with umlauts as plain vowels, however they were written."""
    return re.sub(r"([aou])e", r"\1", bare_name(name))


def patterns(folded: str) -> list[str]:
    """SQL LIKE patterns for the longest words of a folded name, loose where spellings differ: vowels, doubled letters,
    ç and ß. A name with no word long enough for that is looked up by its longest word as it is."""
    words = sorted(folded.split(), key=len, reverse=True)[:3]
    return [pattern for pattern in map(_loose, words) if len(pattern.replace("%", "")) >= 3] or words[:1]


def _loose(word: str) -> str:
    pattern = re.sub(r"[aeiouy]|ss|(\D)\1", r"\1%", word).replace("c", "_")
    return re.sub(r"%+", "%", pattern)


def closest(name: str, candidates: Mapping[int, str]) -> list[int]:
    """Ids of the folded names that are near enough to this one, the nearest first, 20 at most."""
    scored = ((similarity(name, candidate), id_) for id_, candidate in candidates.items())
    return [id_ for score, id_ in sorted(scored, reverse=True)[:_PER_NAME] if score >= _SCORE]


def similarity(one: str, other: str) -> float:
    """0 to 100. A part of the name is as good as all of it if it has two words."""
    words, others = set(one.split()), set(other.split())
    if len(words & others) >= 2 and (words <= others or others <= words):
        return 100
    return max(fuzz.token_sort_ratio(one, other), fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")))

"""Texts taken to the words they are found by: stems in the company's four languages, article numbers however they are
written, and the parts of German and Dutch compounds."""

import re
import threading
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import Stemmer  # It has no types of its own.

from jobs.grounding import normalise

LANGUAGES = {"en": "english", "nl": "dutch_porter", "de": "german", "fr": "french"}

_WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*")
"""A decimal such as 2,5 is one word."""
_JOINED = re.compile(r"[-/._ ]{0,2}")
"""What may stand between the parts of an article number."""
_PARTS = 4
"""Most parts of an article number: NYM-J 3x1,5 100 has four."""
_LONGEST = 40
"""Characters; what is longer is no word but data."""


def _stop_words() -> dict[str, frozenset[str]]:
    content = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words.split()) for language, words in content.items()}


_STOP = _stop_words()
_SAYS_NOTHING = frozenset[str]().union(*_STOP.values())


def words_of(text: str) -> list[str]:
    """Its words, case folded, accents kept (stemmers need them), without those that say nothing."""
    found = (word for word in _WORD.findall(normalise(text)) if len(word) <= _LONGEST)
    return [word for word in found if plain(word) not in _SAYS_NOTHING and (len(word) > 1 or word.isdigit())]


def numbers_of(text: str, loose: bool = False) -> Iterator[str]:
    """Article numbers and the like without blanks, dashes and dots: NYM-J 3x1,5 is nymj3x15, UN 1950 un1950.

    In a text the parts are capitals, have digits, or hang together by dashes; `loose` takes all that stand side by
    side, as a question in lower case needs it.
    """
    found = list(_WORD.finditer(unicodedata.normalize("NFKC", text)))
    for at, first in enumerate(found):
        parts = [first[0]]
        for before, part in zip(found[at:], found[at + 1 : at + _PARTS], strict=False):
            between = text[before.end() : part.start()]
            dashed = bool(between) and " " not in between
            if not _JOINED.fullmatch(between) or not (loose or dashed or (_is_code(before[0]) and _is_code(part[0]))):
                break
            parts.append(part[0])
            if any(map(_has_digit, parts)) and any(map(_has_letter, parts)):
                yield compact("".join(parts))
        if _has_digit(first[0]) and _has_letter(first[0]):
            yield compact(first[0])


@lru_cache(maxsize=200_000)
def stems_of(word: str, language: str = "") -> tuple[str, ...]:
    """The word without its endings and accents: in that language, or in each where it is not known."""
    if not word.isalpha():
        return (word,)
    languages = [language] if language in LANGUAGES else list(LANGUAGES)
    return tuple(dict.fromkeys(plain(_stemmer(each).stemWord(word)) for each in languages))


def language_of(text: str) -> str:
    """The one of the four languages whose small words stand there most; empty where that is not clear."""
    words = [plain(word) for word in _WORD.findall(normalise(text))]
    counts = sorted(((sum(word in stop for word in words), language) for language, stop in _STOP.items()), reverse=True)
    return counts[0][1] if counts[0][0] >= 2 and counts[0][0] > counts[1][0] else ""


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """Without accents."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.replace("ß", "ss").replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def compact(number: str) -> str:
    return re.sub(r"[\W_]+", "", number).casefold()


def _is_code(word: str) -> bool:
    return _has_digit(word) or (word.isupper() and len(word) <= 6)


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _has_letter(word: str) -> bool:
    return any(letter.isalpha() for letter in word)


_local = threading.local()


def _stemmer(language: str) -> Any:
    """That of this thread: they may not be shared."""
    if not hasattr(_local, language):
        setattr(_local, language, cast("Any", Stemmer).Stemmer(LANGUAGES[language]))
    return getattr(_local, language)

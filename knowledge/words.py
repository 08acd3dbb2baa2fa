"""Texts taken to the words they are found by: stems in the company's four languages, article numbers however they are
written, and the parts of German and Dutch compounds."""

import re
import threading
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import Stemmer  # It has no types of its own.

from jobs.answer.lexicon import concepts
from jobs.grounding import normalise

LANGUAGES = {"en": "english", "nl": "dutch_porter", "de": "german", "fr": "french"}

_WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*")
"""A decimal such as 2,5 is one word."""
_DIGIT = re.compile(r"\d")
_NO_PART = re.compile(r"[\W_]+")
_JOINED = re.compile(r"[-‐‑–/._ ]{0,2}")
"""What may stand between the parts of an article number."""
_SENTENCE_END = re.compile(r"(?<=[.?!;])\s+|\n+")
_AND = re.compile(r",?\s+(?:and|en|und|sowie|et)\s+", re.IGNORECASE)
_MOST_PARTS = 5
"""Of a question; each takes as long to look up as a whole one."""
_PARTS = 4
"""Most parts of an article number: NYM-J 3x1,5 100 has four."""
_KEPT = 50_000
"""Words whose stems and meanings are remembered: as many as a company uses."""
_LONGEST = 40
"""Characters; what is longer is no word but data."""


def _small_words() -> dict[str, list[str]]:
    content = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    languages: dict[str, list[str]] = {}
    for language, words in content.items():
        for word in words.split():
            languages.setdefault(word, []).append(language)
    return languages


_LANGUAGES_OF = _small_words()
"""The languages in which a word says nothing of what a text is about."""


def words_of(text: str) -> list[str]:
    """Its words, case folded; accents are kept, as stemmers need them."""
    return [word for word in _WORD.findall(normalise(text)) if len(word) <= _LONGEST]


def telling(words: Iterable[str]) -> list[str]:
    """Those that say something: no small words, no single letters."""
    return [word for word in words if plain(word) not in _LANGUAGES_OF and (len(word) > 1 or word.isdigit())]


def numbers_of(text: str, *, loose: bool = False) -> set[str]:
    """Article numbers and the like without blanks, dashes and dots, each run of their parts: NYM-J 3x1,5 is nymj3x15
    and 3x15, UN 1950 is un1950.

    In a text the parts are capitals, have digits, or hang together by dashes; `loose` takes all that stand side by
    side, as a question in lower case needs it.
    """
    words = list(_WORD.finditer(text))
    found: set[str] = set()
    for at in [at for at, word in enumerate(words) if _DIGIT.search(word[0])]:
        first = last = at
        while first > max(0, at - _PARTS + 1) and _hang_together(text, words[first - 1], words[first], loose):
            first -= 1
        while last < min(len(words), at + _PARTS) - 1 and _hang_together(text, words[last], words[last + 1], loose):
            last += 1
        for start in range(first, at + 1):
            for end in range(at, min(last, start + _PARTS - 1) + 1):
                number = _compact(text[words[start].start() : words[end].end()])
                if not number.isdigit() or end > start:
                    found.add(number)
    return found


def numbers_in_one(text: str) -> set[str]:
    """Article numbers that are written without a blank, as a whole: they are one or they are not."""
    tokens = (_compact(token) for token in text.split())
    return {token for token in tokens if _DIGIT.search(token) and not token.isdigit()}


def _hang_together(text: str, one: re.Match[str], other: re.Match[str], loose: bool) -> bool:
    between = text[one.end() : other.start()]
    if not _JOINED.fullmatch(between):
        return False
    return loose or " " not in between or (_is_code(one[0]) and _is_code(other[0]))


def stems_of(word: str, language: str = "") -> tuple[str, ...]:
    """The word without its endings and accents: in that language, or in each where it is not known."""
    return _stems(word, language) if word.isalpha() else (word,)


@lru_cache(_KEPT)
def _stems(word: str, language: str) -> tuple[str, ...]:
    languages = [language] if language in LANGUAGES else list(LANGUAGES)
    return tuple(dict.fromkeys(plain(_stemmer(each).stemWord(word)) for each in languages))


def meanings_of(word: str) -> tuple[str, ...]:
    """What it means in business, the same for each language; such a term is no word and cannot be taken for one."""
    return _meanings(word) if word.isalpha() else ()


@lru_cache(_KEPT)
def _meanings(word: str) -> tuple[str, ...]:
    return tuple(f"={concept}" for concept in concepts(plain(word)))


def parts_of(question: str) -> list[str]:
    """The question as a whole, and where it asks several things, or among other words, each thing by itself."""
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(question)]
    asked = [sentence for sentence in sentences if "?" in sentence] or sentences
    parts = [question, *(sentence for sentence in asked if _says_enough(sentence))]
    for sentence in asked:
        for joint in _AND.finditer(sentence):
            halves = sentence[: joint.start()], sentence[joint.end() :]
            if all(map(_says_enough, halves)):
                parts += halves
    return list(dict.fromkeys(parts))[:_MOST_PARTS]


def _says_enough(part: str) -> bool:
    return len(telling(words_of(part))) >= 2


def language_of(words: Iterable[str]) -> str:
    """The one of the four languages whose small words these have most of; empty where that is not clear."""
    counts = Counter(language for word in words for language in _LANGUAGES_OF.get(plain(word), ()))
    first, second = (*counts.most_common(2), ("", 0), ("", 0))[:2]
    return first[0] if first[1] >= 2 and first[1] > second[1] else ""


def plain(word: str) -> str:
    """Without accents."""
    return word if word.isascii() else _plain(word)


@lru_cache(_KEPT)
def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.replace("ß", "ss").replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _compact(number: str) -> str:
    return _NO_PART.sub("", number).casefold()


def _is_code(word: str) -> bool:
    return (len(word) <= 6 and word.isupper()) or _DIGIT.search(word) is not None


_local = threading.local()


def _stemmer(language: str) -> Any:
    """That of this thread: they may not be shared."""
    if not hasattr(_local, language):
        setattr(_local, language, cast("Any", Stemmer).Stemmer(LANGUAGES[language]))
    return getattr(_local, language)

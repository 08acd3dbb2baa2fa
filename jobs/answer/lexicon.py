"""Words of four languages, brought together where they mean the same; their lists are in words.toml and asking.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W_]+(?:[-'’./&][^\W_]+)*", re.UNICODE)
_NUMBER = re.compile(r"\d")
_ENDINGS = (
    "ungen",
    "ings",
    "ment",
    "ing",
    "ung",
    "ies",
    "ern",
    "ene",
    "ed",
    "es",
    "en",
    "er",
    "et",
    "te",
    "s",
    "e",
    "n",
    "t",
)
_STEM = 4
"""Letters that a stem keeps at least."""


def fold(text: str) -> str:
    """Lower case without accents; typographic quotes and dashes plain."""
    plain = text.casefold().replace("’", "'").replace("‑", "-").replace("–", "-").replace("œ", "oe")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """Folded words and figures, in order; 3x2.5, EL-GLD-M20 and d'achat are one each."""
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        word = word.removesuffix("'s")
        article, mark, rest = word.partition("'")
        found.append(rest if mark and len(article) <= 2 and rest else word)
    return found


@cache
def stem(word: str) -> str:
    """The word without what inflection adds; crude, the same for all languages."""
    if _NUMBER.search(word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word


@cache
def concepts(word: str) -> frozenset[str]:
    """What the lists say that a folded word means; empty for a word they do not have."""
    exact, starts, holds = _concepts()
    found = set(exact.get(word, ())) | set(exact.get(stem(word), ()))
    found |= {name for start, name in starts if word.startswith(start)}
    found |= {name for part, name in holds if part in word}
    return frozenset(found)


def phrases(folded: str) -> frozenset[str]:
    """The meanings of what takes several words."""
    return frozenset(name for words, name in _phrases() if words in folded)


@cache
def asking(group: str) -> Sequence[str]:
    """A list of asking.toml, folded."""
    return tuple(fold(word) for word in _read("asking.toml")[group].split())


@cache
def pattern(group: str) -> re.Pattern[str]:
    """The words of a list of asking.toml as one pattern on folded text; `_` is a blank, `*` any ending."""
    alternatives = (re.escape(word).replace("_", r"\s+").replace(r"\*", r"\w*") for word in asking(group))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w-])")


def _read(name: str) -> dict[str, str]:
    return tomllib.loads((files("jobs.answer") / name).read_text(encoding="utf-8"))[
        "concepts" if name == "words.toml" else "lists"
    ]


@cache
def _entries() -> Sequence[tuple[str, str]]:
    return tuple((entry, name) for name, listed in _read("words.toml").items() for entry in listed.split())


@cache
def _concepts() -> tuple[dict[str, set[str]], Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
    exact: dict[str, set[str]] = {}
    starts: list[tuple[str, str]] = []
    holds: list[tuple[str, str]] = []
    for entry, name in _entries():
        word = fold(entry)
        if word.startswith("*"):
            holds.append((word.strip("*"), name))
        elif word.endswith("*"):
            starts.append((word.strip("*"), name))
        elif "_" not in word:
            exact.setdefault(word, set()).add(name)
            exact.setdefault(stem(word), set()).add(name)
    return exact, starts, holds


@cache
def _phrases() -> Sequence[tuple[str, str]]:
    return tuple((fold(entry).replace("_", " "), name) for entry, name in _entries() if "_" in entry.strip("_"))

"""The four languages' words for number, denial, duty and limit, read once from words.toml beside this file."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "nl", "de", "fr")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*\d|\d")
_ELISION = re.compile(r"(?<!\w)(?:[cdjlmnst]|qu)['’](?=\w)")
"""French `l'`, `n'` and the like."""
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])[\"'”)\]]*\s+(?=[\"'“(\[]?[A-ZÀ-ÝÄÖÜ0-9])|\s*\n\s*\n\s*|\s*\n(?=\s*[-*•#|\d])|(?<=:)\s*\n"
)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|z\.b|d\.h|bijv|bzw|ca|nr|no|art|p\.ex|mr|mrs|ms|dr|st|inkl|incl|excl|max|min|approx|vs)\.$", re.I
)


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands in its text."""

    start: int
    end: int
    text: str


@cache
def lexicon() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@cache
def phrases(kind: str, language: str) -> re.Pattern[str]:
    """Matches any of a language's words of this kind, as whole words, longest first."""
    return _any_of(lexicon()[language][kind])


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, sorted(words, key=len, reverse=True))), re.IGNORECASE)


def _pattern(word: str) -> str:
    if word == "n't":
        return r"n\s?['’]\s?t\b"
    if word.endswith("'"):
        return rf"(?<!\w){word[:-1]}['’](?=\w)"
    body = word if "(" in word else re.escape(word)
    body = body.replace(r"\*", r"\w*").replace(r"\ ", r"\s+").replace("'", "['’]")
    return rf"(?<![\w-]){body}(?!\w)"


def words(text: str) -> list[str]:
    return _WORD.findall(_ELISION.sub("", text.casefold()))


def sentences(text: str) -> list[Sentence]:
    """The sentences, paragraphs and list items of a text."""
    found: list[Sentence] = []
    start = 0
    ends = [end for end in _SENTENCE_END.finditer(text) if not _within(text, end)]
    for end, following in [(m.start(), m.end()) for m in ends] + [(len(text), len(text))]:
        if text[start:end].strip():
            found.append(Sentence(start, end, text[start:end]))
        start = following
    return found


def _within(text: str, end: re.Match[str]) -> bool:
    """Whether a full stop ends no sentence: after an abbreviation, or in `31. Dezember`."""
    if _ABBREVIATION.search(text[max(0, end.start() - 8) : end.start()]):
        return True
    following = re.match(r"[^\W\d_]+", text[end.end() :])
    day = re.search(r"(?<!\d)\d{1,2}\.$", text[max(0, end.start() - 4) : end.start()])
    return bool(day and following and following[0].casefold() in _month_names())


@cache
def _month_names() -> frozenset[str]:
    return frozenset(name for names in alternatives(lexicon()["de"]["months"]) for name in names)


@cache
def _common() -> dict[str, frozenset[str]]:
    return {language: frozenset(lexicon()[language]["common"].split()) for language in LANGUAGES}


def common(language: str) -> frozenset[str]:
    """A language's most frequent words, which say nothing by themselves."""
    return _common()[language]


_TELLING_KINDS = ("negation", "duty", "permission", "least", "most", "only", "condition", "when", "exception")
_LETTERS = {
    "de": re.compile("[äöüß]"),
    "fr": re.compile("[éèêçàûôœ]|l['’]|d['’]"),
    "nl": re.compile("ij|aa|oo(?!k)|ee(?!n)"),
}


@cache
def language_of(text: str, otherwise: str = "en") -> str:
    """Of the company's four, by its most frequent words, then by its letters; `otherwise` where both leave it open."""
    found = words(text)[:400]
    counts = {language: float(sum(word in _frequent(language) for word in found)) for language in LANGUAGES}
    for language, letters in _LETTERS.items():
        counts[language] += min(0.9, 0.3 * len(letters.findall(text[:2000].casefold())))
    best = max(counts.values())
    return otherwise if counts[otherwise] == best else max(LANGUAGES, key=lambda language: counts[language])


@cache
def _frequent(language: str) -> frozenset[str]:
    """Single words that a language says often or that it says a limit with."""
    told = {word for kind in _TELLING_KINDS for word in lexicon()[language][kind] if " " not in word}
    return common(language) | told


def alternatives(entry: str) -> list[Sequence[str]]:
    """`january|jan february|feb` as the ways to say each."""
    return [word.split("|") for word in entry.split()]


_ENDINGS = {
    "en": "ational ization ations ation ments ment ingly edly ings ing ies ied ers er ors or est ness ably able ed es"
    " ly s e y",
    "nl": "ingen heden ing heid baar lijke lijk den ten de te en er je s e t d",
    "de": "ungen heiten keiten ung heit keit bare bar lichen liche lich ten tet ern em en er es et st te e n s t",
    "fr": "issements issement ements ement ations ation ables able euses euse aient ons ait eurs eur ions ées ée és er"
    " ez ent es é e s x",
}
"""The longest first."""
_LEAST_STEM = 3


@cache
def stem(word: str, language: str) -> str:
    """A word without its ending: crude, but the same for both sides of a comparison."""
    bare = re.sub(r"['’]s$", "", word)
    for ending in _ENDINGS[language].split():
        if bare.endswith(ending) and len(bare) - len(ending) >= _LEAST_STEM:
            bare = bare.removesuffix(ending)
            break
    return bare[:-1] if len(bare) > _LEAST_STEM and bare[-1] == bare[-2] else bare

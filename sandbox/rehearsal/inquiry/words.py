"""The word lists, one file per language, and the small language their cues are written in.

A cue is plain words; alternatives stand on lines of their own or between ` | ` (without blanks inside brackets), and:
  `…` skips up to 60 characters of the same sentence, `‥` the same but no figures, `~` ends a word in any way,
  `#` is a number in figures or words, `§` one that counts things (not days, people, money), `@` a reference number
  such as PO-4711.
Cues match folded text (see `fold`); an umlaut in a cue also matches its two-letter spelling.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

LANGUAGES = ("en", "nl", "de", "fr")

_GAP = r"\\W(?:[^.?!;]{0,60}?\\W)?"
_GAP_WITHOUT_FIGURES = r"\\W(?:[^.?!;\\d]{0,60}?\\W)?"
_LONG_WORD = re.compile(r"[a-z]{6,}")
_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?", "ß": "ss?"}
_LISTS = resources.files("sandbox.rehearsal.inquiry") / "lists"
_FOLDED = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "ß": "s"})

_FOLDED_ASCII = {ord("`"): "'"} | {code: " " for code in range(128) if chr(code).isspace()}


@cache
def _fold_char(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 and not char.isspace() else " " if char.isspace() else char


def fold(text: str) -> str:
    """Lower case, no accents, plain quotes, every white space one blank. The length stays, so positions do too."""
    if text.isascii():
        return text.translate(_FOLDED_ASCII).lower()
    text = text.translate(_FOLDED)
    return "".join(c if "a" <= c <= "z" else _fold_char(c) for c in text)


def squash(text: str) -> str:
    """Only the letters and digits, folded: for comparing names."""
    return re.sub(r"[\W_]+", "", fold(text))


def cues(block: str, number: str = r"\d[\d.,]*", count: str = r"\d[\d.,]*") -> re.Pattern[str]:
    """Compiles a block of cues. An empty block matches nothing."""
    text = block.strip().lower()
    for umlaut, spelling in _UMLAUTS.items():
        text = text.replace(umlaut, spelling)
    text = "".join(
        c if c == "\n" else _fold_char(c) for c in text.replace("…", "\x00").replace("‥", "\x01").translate(_FOLDED)
    )
    text = re.sub(r"[ |]*\n[ |]*| +\| +", "|", text).strip("| ")
    text = re.sub(r"(?<!\\)\((?!\?)", "(?:", text)
    text = re.sub(r" ?\x00(?=[|)]|$)", "", text)
    text = re.sub(r" ?\x01 ?", _GAP_WITHOUT_FIGURES, text)
    text = re.sub(r" ?\x00 ?", _GAP, text.replace("\x00\x00", "\x00"))
    text = text.replace("~", r"\w*").replace("@", r"[\w./-]*\d[\w./-]*").replace("§", count).replace("#", number)
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)" if text else r"(?!)")


@dataclass(frozen=True)
class Words:
    """One language's lists. Cues are compiled when first asked for."""

    code: str
    data: dict[str, Any]

    def plain(self, section: str, name: str) -> str:
        return self.data[section][name]

    def bag(self, section: str, name: str) -> frozenset[str]:
        """Single words, folded."""
        return _bag(self.code, section, name)

    def cues(self, section: str, name: str) -> re.Pattern[str]:
        return _cues(self.code, section, name)

    def corrected(self, folded: str) -> str:
        """The text with misspelt cue words put right: letters swapped (`recieved`), doubled or not (`bestelen`).
        A word's length may change by a letter."""
        return _LONG_WORD.sub(lambda match: self._spelling.get(match.group(), match.group()), folded)

    @cached_property
    def _spelling(self) -> dict[str, str]:
        """Misspellings of the vocabulary that are no words of the lists themselves."""
        misspelt: dict[str, str] = {}
        for word in self.vocabulary:
            swapped = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 1))
            single = re.sub(r"(.)\1", r"\1", word, count=1)
            doubled = (word[:i] + word[i - 1] + word[i:] for i in range(2, len(word)))
            for wrong in (*swapped, single, *doubled):
                misspelt.setdefault(wrong, word)
        return {wrong: word for wrong, word in misspelt.items() if len(wrong) >= 6 and not self._known(wrong)}

    def _known(self, word: str) -> bool:
        lists = (words(code) for code in LANGUAGES)
        return any(word in ls.vocabulary or any(word[:n] in ls.stems for n in range(4, len(word) + 1)) for ls in lists)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every plain word of four letters or more in the lists, folded."""
        return frozenset(re.findall(r"(?<![\w\\(])[a-z]{4,}(?![\w~?])", fold(" ".join(_texts(self.data)))))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The beginnings that the lists let a word go on from freely (`order~`), folded."""
        return frozenset(re.findall(r"(?<![\w])([a-z]{4,})~", fold(" ".join(_texts(self.data)))))

    @cached_property
    def number(self) -> str:
        """Pattern of a number in figures or in one of the usual words."""
        return rf"(?:\d[\d.,]*[^\W\d_]{{0,4}}|(?:{'|'.join(self.count_words)})\b)"

    @cached_property
    def count(self) -> str:
        """Pattern of a number that counts things."""
        months = fold(self.plain("dates", "months")).replace("|", " ").split()
        others = "|".join(re.escape(w) for w in sorted([*self.bag("items", "not_things"), *months]) if len(w) > 1)
        return rf"{self.number}(?!\d|[.,:/]\d| ?[%€$£]| ?(?:{others})\b)"

    @cached_property
    def count_words(self) -> list[str]:
        """Words for two and more, longest first: the words for one are also articles."""
        return sorted((w for w, n in self.pairs("numbers", "words").items() if n > 1), key=len, reverse=True)

    def pairs(self, section: str, name: str) -> dict[str, float]:
        """A list of `phrase = figure`; the phrases folded."""
        pairs = (pair.partition("=") for pair in self.data[section][name].replace("\n", "").split(","))
        return {fold(phrase.strip()): float(figure) for phrase, _, figure in pairs}


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    for value in data.values():
        yield from [value] if isinstance(value, str) else _texts(value)


@cache
def words(code: str) -> Words:
    """The lists of a language; a language without any borrows the English ones."""
    name = code if code in LANGUAGES else "en"
    return Words(name, _read(name))


@cache
def shared(name: str) -> frozenset[str]:
    """Single words that hold in every language, folded."""
    return frozenset(fold(_shared()[name]).split())


def shared_text(name: str) -> str:
    return _shared()[name]


@cache
def shared_cues(name: str) -> re.Pattern[str]:
    return cues(_shared()[name])


@cache
def _shared() -> dict[str, Any]:
    return _read("shared")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_LISTS / f"{name}.toml").read_text("utf-8"))


@cache
def _bag(code: str, section: str, name: str) -> frozenset[str]:
    return frozenset(fold(words(code).data[section][name]).split())


@cache
def _cues(code: str, section: str, name: str) -> re.Pattern[str]:
    lists = words(code)
    table: Any = lists.data
    for part in section.split("."):
        table = table[part]
    return cues(table[name], lists.number, lists.count)

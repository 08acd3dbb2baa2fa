"""Names of people, companies, places and articles: what no synonym stands for."""

import re
from collections.abc import Iterator

from jobs.claims.numbers import quantities, units
from jobs.claims.words import common, lexicon, sentences
from jobs.grounding import normalise

_CODE = re.compile(r"(?<![\w-])(?=[\w.-]*\d)(?=[\w.-]*[^\W\d_])\w+(?:[.-]\w+)*")
_CAPITALISED = re.compile(r"(?<![\w'’.-])[A-ZÀ-ÖØ-Þ][\w&'’-]*")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|er|e|ste|de|h|k|x|am|pm)?", re.IGNORECASE)
_TITLES = re.compile(
    r"\b(?:mr|mrs|ms|dr|herr|herrn|frau|firma|familie|meneer|mevrouw|dhr|mevr|monsieur|madame|m|mme)\.?\s+$", re.I
)
_COMPANY = re.compile(r"\s+(?:GmbH|AG|KG|SE|B\.?V\.?|N\.?V\.?|S\.?A\.?|SARL|SAS|Ltd|Inc|LLC|plc)\b")


def names(text: str, language: str) -> Iterator[str]:
    """Capitalised words within a sentence, and what holds letters and digits. Of German, whose nouns are all
    capitalised, only what stands by a title, a legal form, or in capitals throughout."""
    for match in _CODE.finditer(text):
        if not _ORDINAL.fullmatch(match[0]) and not _is_quantity(match[0]):
            yield match[0]
    for sentence in sentences(text):
        for match in _CAPITALISED.finditer(sentence.text):
            if _counts(match, sentence.text, language):
                yield match[0]


def leading_names(text: str, language: str) -> Iterator[str]:
    """Capitalised first words of sentences: names, or just first words."""
    for sentence in sentences(text):
        match = _CAPITALISED.match(sentence.text.strip())
        if match and language != "de" and match[0].casefold() not in common(language):
            yield match[0]


def _is_quantity(code: str) -> bool:
    """15kg and 3-month are no article numbers."""
    return any(quantity.start == 0 and quantity.unit for quantity in quantities(code))


def _counts(match: re.Match[str], sentence: str, language: str) -> bool:
    word = match[0]
    if word.casefold() in common(language) or len(word) < 2 or any(c.isdigit() for c in word):
        return False
    if language == "en" and word.casefold().removesuffix("s") in _calendar():
        return False
    if word.casefold() in units():
        return False
    if word.casefold() in lexicon()[language]["roles"].split():
        return False
    in_capitals = word.isupper() and len(word) > 1
    if language == "de":
        beside = _TITLES.search(sentence[: match.start()]) or _COMPANY.match(sentence, match.end())
        return in_capitals or bool(beside) or re.search(r"[a-zß-ÿ][A-ZÀ-Þ]", word) is not None
    return in_capitals or bool(sentence[: match.start()].strip(" \t\n-*•\"'“(["))


def _calendar() -> frozenset[str]:
    data = lexicon()["en"]
    return frozenset(
        name for entry in (data["months"], data["weekdays"]) for word in entry.split() for name in word.split("|")
    )


def stands(name: str, text: str) -> bool:
    """Whether a name stands in a normalised text, be it as a part of a word (`Bakker's`, `Odoo-Server`). Of `AI-based`
    the capitals have to; an article number may be written with other marks."""
    plain = normalise(name).removesuffix("'s").strip("'")
    if plain in text or (name.isupper() and plain in text.replace("_", "")):
        return True
    if any(c.isdigit() for c in name):
        tight = re.sub(r"[\W_]", "", plain)
        return len(tight) > 3 and tight in re.sub(r"[\W_]", "", text)
    if name.isupper() and _stands_spelt_out(plain, text):
        return True
    parts = [part.casefold() for part in re.split(r"[-'’]", name) if part[:1].isupper()]
    return "-" in name and all(re.search(rf"(?<![^\W_]){re.escape(part)}(?![^\W_])", text) for part in parts)


def _stands_spelt_out(acronym: str, text: str) -> bool:
    """Whether words in a row begin with its letters: UI for user interface."""
    return (
        len(acronym) > 1
        and re.search(r"(?<!\w)" + r"\w*[\s-]+(?:(?:of|and|for|the)\s+)?".join(acronym), text) is not None
    )

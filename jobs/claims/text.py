"""A text and what it says of numbers, days, denial and duty, each read once."""

from functools import cached_property

from jobs.claims.dates import Date, dates
from jobs.claims.numbers import Quantity, quantities
from jobs.claims.polarity import Word, denials, found, modals, small_words
from jobs.claims.words import Sentence, language_of, sentences, stem, words
from jobs.grounding import normalise


class Text:
    """Of a claim, or of what it rests on."""

    def __init__(self, text: str, language: str = "") -> None:
        self.text = text
        self.language = language or language_of(text)

    @cached_property
    def plain(self) -> str:
        return normalise(self.text)

    @cached_property
    def dates(self) -> list[Date]:
        return dates(self.text)

    @cached_property
    def quantities(self) -> list[Quantity]:
        blanked = self.text
        for date in self.dates:
            blanked = blanked[: date.start] + "\x00" * (date.end - date.start) + blanked[date.end :]
        return quantities(blanked, self.language)

    @cached_property
    def denials(self) -> list[Word]:
        return denials(self.text, self.language)

    @cached_property
    def modals(self) -> dict[str, str]:
        return modals(self.text, self.language)

    @cached_property
    def words(self) -> list[str]:
        return words(self.text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of the telling words."""
        return frozenset(self.telling(self.words))

    @cached_property
    def sentences(self) -> list["Text"]:
        return [Text(sentence.text, self.language) for sentence in self.spans]

    @cached_property
    def spans(self) -> list[Sentence]:
        return sentences(self.text)

    def telling(self, words: list[str]) -> list[str]:
        """The stems of those words that say something by themselves."""
        small = small_words(self.language)
        return [stem(word, self.language) for word in words if word not in small and len(word) > 2]

    def has(self, kind: str) -> list[Word]:
        return found(kind, self.text, self.language)

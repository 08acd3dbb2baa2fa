"""Number words of four languages, up to the millions."""

import re
from functools import cached_property
from math import prod

_UNITS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
    "achttien negentien",
    "de": "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante soixante-dix quatre-vingts? quatre-vingt-dix",
}
_HUNDRED = ("hundred", "honderd", "hundert", "cent", "cents")
_THOUSAND = ("thousand", "grand", "duizend", "tausend", "mille", "k")
_MILLION = ("million", "millions", "miljoen", "millionen")
_TON = ("ton",)
_HALVES = {
    "anderhalf": 1.5,
    "anderhalve": 1.5,
    "anderthalb": 1.5,
    "half": 0.5,
    "halve": 0.5,
    "halb": 0.5,
    "halbe": 0.5,
    "demi": 0.5,
}


class Numerals:
    """Reads `forty-five thousand`, `fünfundvierzigtausend`, `quarante-cinq mille`."""

    @cached_property
    def plain(self) -> dict[str, float]:
        """One word each; the compounds of Dutch and German, too."""
        table: dict[str, float] = dict(_HALVES)
        for language in _UNITS:
            units = {word: number for number, word in enumerate(_UNITS[language].split(), 1)}
            tens = {word.rstrip("?"): number * 10 for number, word in enumerate(_TENS[language].split(), 2)}
            table |= {**units, **tens}
            for unit, small in list(units.items())[:19]:
                for ten, big in tens.items():
                    joint = {"nl": ("en", "ën"), "de": ("und",)}.get(language, ())
                    if small < 10:
                        table |= {f"{unit}{link}{ten}": small + big for link in joint}
                        table |= {f"{ten}-{unit}": small + big} if language in ("en", "fr") else {}
                        if language == "fr":
                            table[f"{ten}-et-{unit}"] = small + big
                    elif language == "fr" and ten in ("soixante", "quatre-vingt"):
                        table[f"{ten}-{unit}"] = small + big
        table["quatre-vingt"] = 80
        for word, number in list(table.items()):
            for hundred in ("honderd", "hundert"):
                if number < 10:
                    table[f"{word}{hundred}"] = number * 100
        for word, number in list(table.items()):
            for thousand in ("duizend", "tausend"):
                if number < 1000:
                    table[f"{word}{thousand}"] = number * 1000
        return table | {word.casefold(): number for word, number in table.items()}

    @cached_property
    def pattern(self) -> str:
        scales = (*_HUNDRED, *_THOUSAND, *_MILLION, *_TON)
        return "|".join(sorted(map(re.escape, (*self.plain, *scales)), key=len, reverse=True))

    def apart(self, words: str, *, between: bool = False) -> list[tuple[int, int]]:
        """Where each number of a run starts and ends: `seven and eight thousand` are two, `a hundred and twenty
        thousand` is one. `between`: the run is led by that word, so that a ten behind its unit is no `vijf en twintig`.
        """
        runs: list[tuple[int, int]] = []
        magnitude = 0.0
        unit = False
        for chunk in self._chunk.finditer(words):
            plain = self.plain.get((chunk["plain"] or "").casefold(), 1.0)
            scales = [self._scale(word) for word in re.findall(r"\w+", chunk["scales"].casefold())]
            product = prod(scales)
            added = plain * product if magnitude >= product else plain
            tens_behind = unit and not between and bool(chunk["link"]) and 20 <= plain < 100
            if runs and (added < magnitude or tens_behind):
                runs[-1] = runs[-1][0], chunk.end()
            else:
                runs.append((chunk.start("number"), chunk.end()))
            unit = not scales and 1 < plain < 10
            magnitude = product * next((ten for ten in (1000, 100, 10) if plain % ten == 0), 1)
            if plain in (60, 80) and not scales:
                magnitude *= 2  # soixante douze, quatre-vingt douze
        return runs

    @cached_property
    def _chunk(self) -> re.Pattern[str]:
        """A number word and the scales behind it."""
        scales = "|".join((*_HUNDRED, *_THOUSAND, *_MILLION, *_TON))
        plain = "|".join(sorted(map(re.escape, self.plain), key=len, reverse=True))
        return re.compile(
            rf"(?<!\w)(?P<link>(?:and|en|und|et)\s+)?(?P<number>(?:(?P<plain>{plain})(?!\w)|(?=(?:{scales})(?!\w)))"
            rf"(?P<scales>(?:[\s-]*(?:{scales})(?!\w))*))",
            re.I,
        )

    @staticmethod
    def _scale(word: str) -> int:
        sizes = {100: _HUNDRED, 1000: _THOUSAND, 1_000_000: _MILLION, 100_000: _TON}
        return next(size for size, words in sizes.items() if word in words)

    def value(self, words: str) -> float | None:
        """None where it is no number above one: `one` and `un` are articles."""
        total, current, seen = 0.0, 0.0, False
        for word in re.sub(r"\b(?:and|en|und|et)\b", " ", words.casefold()).split():
            if word in self.plain:
                half = word in _HALVES and current == 1  # een halve, ein halbes
                current = self.plain[word] + (0 if half else current)
            elif word in _HUNDRED:
                current = (current or 1) * 100
            elif word in (*_THOUSAND, *_MILLION, *_TON):
                factor = 1000 if word in _THOUSAND else 1_000_000 if word in _MILLION else 100_000
                if not current and word in (*_TON, "k", "grand", *_MILLION):
                    return None
                total, current = total + (current or 1) * factor, 0.0
            else:
                parts = word.split("-")
                if not all(part in self.plain for part in parts):
                    return None
                current += sum(self.plain[part] for part in parts)
            seen = True
        value = total + current
        return value if seen and value > 1 else None


NUMERALS = Numerals()

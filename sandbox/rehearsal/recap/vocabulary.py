"""The cues of calls, one file per language, in the small language of the inquiry job's word lists."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sandbox.rehearsal.inquiry.words import LANGUAGES, cues, words

_LISTS = resources.files("sandbox.rehearsal.recap") / "lists"
_PARTED = {"nl": "ik|wij|we", "de": "ich|wir"}
"""Whose verbs come apart around the subject: `dann stelle ich Ihnen die Unterlagen zusammen`."""
_BAR = re.compile(r"\|(?![^(]*\))")
_LINE = re.compile(r"\s*\n\s*|\s+\|\s+")


@dataclass(frozen=True)
class Cues:
    """One language's; compiled when first asked for."""

    code: str

    def __call__(self, section: str, name: str) -> re.Pattern[str]:
        return _compiled(self.code, section, name)

    def acts(self, way: str, strength: str) -> re.Pattern[str]:
        """How somebody takes something on (`commit`), offers it or asks for it, with the `strong` or `weak` verbs."""
        return _acts(self.code, way, strength)

    @property
    def labels(self) -> dict[str, re.Pattern[str]]:
        """What heads a line of notes, by field."""
        return _labels(self.code)


@cache
def cues_of(code: str) -> Cues:
    """A language without lists borrows the English ones."""
    return Cues(code if code in LANGUAGES else "en")


@cache
def ordinary() -> frozenset[str]:
    """Words that stand with a capital and are nobody's name, folded."""
    return frozenset(_read("shared")["ordinary"].split())


@cache
def _read(code: str) -> dict[str, Any]:
    return tomllib.loads((_LISTS / f"{code}.toml").read_text("utf-8"))


@cache
def _compiled(code: str, section: str, name: str) -> re.Pattern[str]:
    return cues(_read(code)[section][name], words(code).number)


@cache
def _acts(code: str, way: str, strength: str) -> re.Pattern[str]:
    do = _read(code)["do"]
    template: str = do[way]
    verbs, infinitives = _joined(do[strength]), _joined(do[f"{strength}_inf"])
    if way == "commit" and code in _PARTED:
        parted = (verb.split("…") for verb in _BAR.split(verbs) if verb.count("…") == 1)
        asides = (f"{stem.strip()} ({_PARTED[code]}) … {rest.strip()}" for stem, rest in parted if stem.strip())
        template = " | ".join([template.strip(), *asides])
    for name in ("mine", "maybe_mine", "yours"):
        template = template.replace(f"{{{name}}}", do.get(name, ""))
    return cues(template.replace("{verb}", verbs).replace("{inf}", infinitives or verbs), words(code).number)


@cache
def _labels(code: str) -> dict[str, re.Pattern[str]]:
    return {name: cues(text) for name, text in _read(code)["labels"].items()}


def _joined(block: str) -> str:
    return _LINE.sub("|", block.strip()).strip("|")

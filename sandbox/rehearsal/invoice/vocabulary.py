"""The invoice job's word lists. They hold in every language at once: an invoice's labels are often in two."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from sandbox.rehearsal.inquiry.words import cues, fold


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__ or "") / "vocabulary.toml").read_text("utf-8"))


def text(name: str) -> str:
    return _lists()[name]


@cache
def bag(name: str) -> frozenset[str]:
    """Single words, folded."""
    return frozenset(fold(_lists()[name]).split())


@cache
def label(name: str) -> re.Pattern[str]:
    """What a value is called; the notation is told in inquiry/words.py."""
    return cues(_lists()["labels"][name])


@cache
def cue(name: str) -> re.Pattern[str]:
    return cues(_lists()["cues"][name])


@cache
def heading() -> dict[str, frozenset[str]]:
    """What a table's heading may call a column, by the column's kind."""
    return {kind: frozenset(map(fold, names.split("|"))) for kind, names in _lists()["headings"].items()}


@cache
def titles() -> dict[str, re.Pattern[str]]:
    """What a title calls a kind of document, by its code; what overrules others first."""
    return {code: cues(names) for code, names in _lists()["types"].items()}


@cache
def untaxed() -> dict[str, re.Pattern[str]]:
    """Words that say why there is no VAT, by UNTDID 5305 code."""
    return {code: cues(words) for code, words in _lists()["untaxed"].items()}

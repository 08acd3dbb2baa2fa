"""The quote job's word lists. They hold in every language at once: whoever writes a list mixes them."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from sandbox.rehearsal.inquiry.words import LANGUAGES, cues, fold
from sandbox.rehearsal.inquiry.words import words as inquiry_words


@cache
def lists() -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__ or "") / "vocabulary.toml").read_text("utf-8"))


@cache
def bag(name: str) -> frozenset[str]:
    """Single words, folded."""
    return frozenset(fold(lists()[name]).split())


@cache
def cue(name: str) -> re.Pattern[str]:
    return cues(lists()["cues"][name])


@cache
def label(name: str) -> re.Pattern[str]:
    return cues(lists()["labels"][name])


@cache
def units() -> frozenset[str]:
    """Every unit in any language, folded, without the full stop."""
    listed = (inquiry_words(code).bag("items", "units") for code in LANGUAGES)
    return frozenset(unit.strip(".") for unit in bag("more_units").union(*listed)) - bag("no_units")


@cache
def headings() -> dict[str, frozenset[str]]:
    """What a table's heading may call a column, by the column's kind."""
    return {kind: frozenset(map(fold, names.strip().split("|"))) for kind, names in lists()["heading"].items()}

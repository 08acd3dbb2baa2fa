"""A value and the words that bear it out; and how the words of a field are trimmed."""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from sandbox.rehearsal.recap.hearing import Said
from sandbox.rehearsal.recap.vocabulary import Cues

T = TypeVar("T")
_LONGEST = 220


@dataclass(frozen=True)
class Found(Generic[T]):
    value: T
    quotes: tuple[str, ...]
    at: int
    """Number of the turn."""


def found(value: T, *said: Said) -> Found[T]:
    return Found(value, tuple(one.text for one in said), said[-1].turn.number)


def trimmed(text: str, cues: Cues) -> str:
    """Without `Well, yes,` in front and a full stop behind; long ones end at a comma."""
    filler = cues("word", "filler")
    words = text.strip()
    while True:
        match = filler.match(words.lower())
        rest = words[match.end() :].lstrip(" ,.;:-–…!") if match else ""
        if not match or len(rest.split()) < 3 or not re.match(r"\s*[,.;:\-–…!]|\s+\S", words[match.end() :]):
            break
        words = rest
    words = words.rstrip(" .!…")
    if len(words) > _LONGEST:
        words = words[:_LONGEST].rpartition(",")[0] or words[:_LONGEST].rpartition(" ")[0]
    return words

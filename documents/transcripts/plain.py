"""Plain text: turns with names and times in the forms that exports use, or notes without either."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.transcripts.names import HEADS, label_of, may_be_name, split_name
from documents.transcripts.turns import Turn, one_line, seconds_of

_TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_OPEN, _CLOSE = r"[\[(<]?", r"[\])>]?"
_RANGE = rf"{_TIME}(?:\s*(?:-->|[-–—]|to)\s*{_TIME})?"
_HALF = r"(?P<half>\s?[AaPp]\.?[Mm]\.?)?"
_TIME_FIRST = re.compile(
    rf"^{_OPEN}(?P<time>{_TIME}){_HALF}(?:\s*(?:-->|[-–—])\s*{_TIME})?{_CLOSE}\s*[-–—|:]?\s*(?P<rest>.*)$"
)
_TIME_BEHIND_NAME = re.compile(
    rf"^\**(?P<name>[^\W\d_][^:\[\]<>\n]{{0,60}}?)\**[\s,|–—-]*{_OPEN}(?P<time>{_TIME}){_HALF}"
    rf"(?:\s*(?:-->|[-–—])\s*{_TIME})?{_CLOSE}\**\s*(?P<colon>:?)\**\s*(?P<words>.*)$"
)
_NAME_IN_BRACKETS = re.compile(r"^\[([^\W\d_][^\[\]\d:]{1,60})\]\s*(?=[\[(<]?\d|:)")
_BULLET = re.compile(r"^\s*(?:[-*•·–—▪●○►>+]|\(?\d{1,2}[.)]|\[[ xX]?\])\s+")
_MARKUP = re.compile(r"^#{1,6}\s+|^>\s+|(?<!\w)(?:\*\*|__)|(?:\*\*|__)(?!\w)")
_DIALOGUE = 0.5
"""Share of the lines with a name in front from which a name that comes only once is a speaker, too."""


@dataclass(frozen=True)
class _Line:
    text: str
    speaker: str = ""
    words: str = ""
    seconds: float | None = None
    heads: bool = False
    """Its words stand on the lines below."""


def read_plain(text: str) -> tuple[list[Turn], list[str]]:
    """The turns, and the lines above them that say something of the call."""
    lines = [_read(one_line(_MARKUP.sub("", raw))) for raw in text.splitlines() if raw.strip()]
    known = _speakers(lines[_heads(lines) :])
    lines = [line if line.speaker in known or line.seconds is not None else _Line(line.text) for line in lines]
    if not any(line.speaker or line.seconds is not None for line in lines):
        return _notes(lines)
    start = next(i for i, line in enumerate(lines) if line.speaker or line.seconds is not None)
    return list(_turns(lines[start:])), [line.text for line in lines[:start]]


def _read(text: str) -> _Line:
    bare = _NAME_IN_BRACKETS.sub(r"\1 ", _BULLET.sub("", text))
    if match := _TIME_FIRST.match(bare):
        seconds, rest = _seconds(match), match["rest"]
        speaker, words = split_name(rest)
        if not speaker and rest and may_be_name(rest.rstrip(": ")) and len(rest.split()) <= 4:
            return _Line(text, rest.rstrip(": "), "", seconds, heads=True)
        return _Line(text, speaker, words if speaker else rest, seconds, heads=not rest)
    match = _TIME_BEHIND_NAME.match(bare)
    if match and may_be_name(match["name"]) and (match["colon"] or not match["words"]):
        return _Line(text, match["name"].strip(), match["words"], _seconds(match), heads=not match["words"])
    speaker, words = split_name(bare)
    if speaker:
        return _Line(text, speaker, words)
    if bare.endswith(":") and may_be_name(bare[:-1]) and len(bare.split()) <= 4:
        return _Line(text, bare[:-1].strip(), "", heads=True)
    return _Line(text)


def _seconds(match: re.Match[str]) -> float | None:
    """10:02 AM is a time of day: hours and minutes."""
    seconds = seconds_of(match["time"])
    of_day = match["half"] and match["time"].count(":") == 1
    return seconds * 60 if seconds is not None and of_day else seconds


def _heads(lines: Sequence[_Line]) -> int:
    """How many lines at the top say what the call is; `Customer:` is a speaker where it comes back."""
    labels = Counter(label_of(line.text.partition(":")[0]) for line in lines)
    count = 0
    for number, line in enumerate(lines):
        label = label_of(line.text.partition(":")[0])
        title = number == 0 and ":" not in line.text and not line.speaker
        if line.seconds is not None or not (title or (label in HEADS and labels[label] == 1)):
            break
        count += 1
    return count


def _speakers(lines: Sequence[_Line]) -> set[str]:
    """Names that come back; once is enough where most lines have one."""
    count = Counter(line.speaker for line in lines if line.speaker)
    timed = {line.speaker for line in lines if line.speaker and line.seconds is not None}
    again = {name for name, times in count.items() if times > 1}
    share = sum(count.values()) / max(1, len(lines))
    if (again and share >= _DIALOGUE) or (len(count) > 1 and share == 1):
        return set(count)
    return again | timed


def _turns(lines: Sequence[_Line]) -> Iterator[Turn]:
    """What stands below a name or a time belongs to it, line by line."""
    speaker, seconds = "", None
    for line in lines:
        if line.speaker or line.seconds is not None:
            speaker, seconds = line.speaker or speaker, line.seconds
            if line.words:
                yield Turn(speaker, line.words, seconds)
        else:
            yield Turn(speaker, _BULLET.sub("", line.text), seconds)


def _notes(lines: Sequence[_Line]) -> tuple[list[Turn], list[str]]:
    head: list[str] = []
    rest = list(lines)
    while rest and len(rest) > 1 and _is_head(rest[0].text, first=not head):
        head.append(rest.pop(0).text)
    return [Turn("", _BULLET.sub("", line.text)) for line in rest], head


def _is_head(text: str, *, first: bool) -> bool:
    """`Date: ...`, `Attendees: ...`, and a title above everything."""
    if _BULLET.match(text):
        return False
    label = label_of(text.partition(":")[0])
    return label in HEADS or (first and ":" not in text and len(text) < 100 and not text.endswith("."))

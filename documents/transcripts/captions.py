"""WebVTT and SRT: blocks of a time range and words."""

import html
import re
from collections.abc import Iterator, Sequence

from documents.transcripts.names import split_name, without_label
from documents.transcripts.turns import Turn, joined, one_line, seconds_of

_RANGE = re.compile(r"^\s*((?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,6})?)\s*-->\s*\S+", re.M)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>", re.I)
_TAG = re.compile(r"</?(?:[a-z][^<>]*|\d[\d:.]*)>", re.I)
_FONT = re.compile(r"\{\\[^}]*\}")
_OF_THE_FILE = re.compile(r"\s*(?:Kind|Language|X-TIMESTAMP-MAP)\s*[:=]", re.I)
_DASH = re.compile(r"^\s*[-–—]\s+")
_REPEATED = 2
"""Times that a line above the words must come back before it is taken for a name."""


def is_captions(text: str) -> bool:
    return text.lstrip().startswith("WEBVTT") or bool(_RANGE.search(text))


def read_captions(text: str) -> tuple[list[Turn], list[str]]:
    """The turns, and what the file's head and notes say of the call, line by line."""
    blocks = [block.strip("\n").split("\n") for block in re.split(r"\n[ \t]*\n", text)]
    notes: list[str] = []
    cues: list[tuple[float | None, list[str]]] = []
    for lines in blocks:
        at = next((i for i, line in enumerate(lines) if _RANGE.match(line)), None)
        if at is not None:
            cues += _cues(lines, at)
        elif lines[0].startswith(("WEBVTT", "NOTE")):
            notes += [re.sub(r"^(?:WEBVTT|NOTE)\b[ \t-]*", "", line) for line in lines]
        elif cues and not lines[0].startswith(("STYLE", "REGION")):
            cues[-1][1].extend(line for line in lines if not line.strip().isdigit())
    names = _names_above([lines for _, lines in cues])
    turns = [turn for seconds, lines in cues for turn in _turns(seconds, lines, names)]
    return joined(turns), [line for line in notes if line.strip() and not _OF_THE_FILE.match(line)]


def _cues(lines: Sequence[str], at: int) -> Iterator[tuple[float | None, list[str]]]:
    """A block, or the several that stand below each other without a blank line."""
    starts = [i for i, line in enumerate(lines) if i >= at and _RANGE.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        match = _RANGE.match(lines[start])
        body = list(lines[start + 1 : end])
        if end < len(lines) and body and body[-1].strip().isdigit():  # the number of the next one
            body.pop()
        yield seconds_of(match[1]) if match else None, body


def _names_above(cues: Sequence[Sequence[str]]) -> set[str]:
    """Lines that stand alone above the words, again and again: some recorders put the speaker there."""
    firsts = [lines[0].strip() for lines in cues if len(lines) > 1]
    often = {first for first in firsts if firsts.count(first) >= _REPEATED} if len(firsts) < 20_000 else set(firsts)
    return {first for first in often if split_name(f"{first}: x")[0] == first}


def _turns(seconds: float | None, lines: Sequence[str], names: set[str]) -> Iterator[Turn]:
    speaker = ""
    if len(lines) > 1 and lines[0].strip() in names:
        speaker, lines = lines[0].strip(), lines[1:]
    text = "\n".join(lines)
    voices = list(_VOICE.finditer(text))
    if voices:
        for voice, after in zip(voices, [*voices[1:], None], strict=True):
            words = text[voice.end() : after.start() if after else len(text)]
            yield Turn(one_line(html.unescape(voice[1])), _plain(words), seconds)
        return
    if len(lines) > 1 and all(map(_DASH.match, lines)):  # two people in one caption
        for line in lines:
            yield Turn(*split_name(_plain(_DASH.sub("", line))), seconds)
        return
    name, words = split_name(_plain(text))
    yield Turn(without_label(name or speaker), words, seconds)


def _plain(text: str) -> str:
    return one_line(html.unescape(_FONT.sub("", _TAG.sub("", text))))

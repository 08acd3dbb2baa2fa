"""What was said, turn by turn."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?")
_END = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_LONGEST = 400
"""Characters up to which a sentence that goes on is put together: captions without any full stop never end."""


@dataclass(frozen=True)
class Turn:
    """A stretch of speech of one person, or a line of notes."""

    speaker: str
    """Empty: not known."""
    words: str
    seconds: float | None = None
    """From the start of the call; None: not known."""

    @property
    def line(self) -> str:
        time = f"[{clock(self.seconds)}] " if self.seconds is not None else ""
        return f"{time}{self.speaker}: {self.words}" if self.speaker else f"{time}{self.words}"


def clock(seconds: float) -> str:
    """As `hh:mm:ss`."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def seconds_of(text: str) -> float | None:
    """Of `1:02:03.5`, `02:03` or `02:03,500`."""
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        return None
    return int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3]) + float(f"0.{match[4] or 0}")


def one_line(text: str) -> str:
    return " ".join(text.split())


def joined(turns: Iterable[Turn]) -> list[Turn]:
    """A sentence that runs over several captions becomes one turn, at the time at which it starts. A caption without a
    name goes on with the speaker before it."""
    found: list[Turn] = []
    for turn in turns:
        last = found[-1] if found else None
        if last and not turn.speaker:
            turn = replace(turn, speaker=last.speaker)
        if not turn.words:
            continue
        if last and last.speaker == turn.speaker and _goes_on(last.words, turn.words):
            found[-1] = replace(last, words=f"{last.words} {turn.words}")
        else:
            found.append(turn)
    return found


def _goes_on(before: str, after: str) -> bool:
    return not _END.search(before) and len(before) + len(after) < _LONGEST

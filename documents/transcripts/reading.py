"""A file to the turns of a call and what is known of it."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any

from documents.charset import clean, decode, is_binary
from documents.contents import safe_name
from documents.inputs import is_mail, read_any
from documents.mail import ReadMail, bare_facts
from documents.transcripts.captions import is_captions, read_captions
from documents.transcripts.days import day_in
from documents.transcripts.exports import read_export
from documents.transcripts.names import HEADS, label_of
from documents.transcripts.plain import read_plain
from documents.transcripts.turns import Turn
from jobs.core import Source

CALL = "call"
"""Id of the source that says what is known of the call itself."""
TRANSCRIPT = "transcript"
"""Id of the source with a line for each turn: `[hh:mm:ss] Speaker: words`, time and speaker where known."""
NOTES = "Kind: notes, nobody is named as speaking"
"""Line of `call` where a colon in `transcript` stands behind no name."""
_NOTHING = "No words of a call can be read in this file."
_OWN_DATE = re.compile(r"^(?:[^\W\d]+[ _]){0,2}(?:date|datum|day|recorded|started|start(?: time)?|when)\s*:", re.I)


@dataclass(frozen=True)
class Call:
    """What was said, and what the file says of it."""

    turns: list[Turn]
    head: list[str]
    """Lines such as `Participants: ...`."""
    day: date | None = None
    problem: str | None = None


def read_transcript(content: bytes, name: str = "", day: date | None = None) -> ReadMail:
    """Reads any bytes and never raises. Two sources: `call` (date, title, participants) and `transcript`; in words what
    could not be read. `day` is the call's, where a person has named it."""
    mail = None
    if is_binary(content) or is_mail(content, name):
        mail = read_any(content, name)
        call = _best([read_call(text) for text in _texts(mail)])
        if mail.facts.date and not call.day:
            call = replace(call, day=mail.facts.date.date())
    else:
        call = read_call(clean(decode(content, None)[0]), name)
    facts = mail.facts if mail else bare_facts(safe_name(name), [], [])
    head = [line for line in call.head if not _OWN_DATE.match(line)]
    held = day or call.day
    head += [NOTES] if call.turns and not any(turn.speaker for turn in call.turns) else []
    sources = [Source(id=CALL, text="\n".join([*([f"Date: {held:%Y-%m-%d} {held:%A}"] if held else []), *head]))]
    sources += [Source(id=TRANSCRIPT, text="\n".join(turn.line for turn in call.turns))]
    problems = [*facts.problems, *([call.problem] if call.problem else [])]
    title = next((line.partition(":")[2].strip() for line in head if label_of(line.partition(":")[0]) in _TITLES), "")
    update = {
        "problems": problems,
        "subject": facts.subject if mail else title,
        "date": datetime(held.year, held.month, held.day, tzinfo=UTC) if held else facts.date,
    }
    facts = facts.model_copy(update=update)
    blobs = mail.parts if mail else {}
    if not call.turns and not mail:
        blobs = {hashlib.sha256(content).hexdigest(): (content, "application/octet-stream")}
    return ReadMail(facts, [source for source in sources if source.text.strip()], blobs)


_TITLES = ("title", "subject", "meeting", "call", "topic", "meeting title", "onderwerp", "titel", "betreff", "objet")


def read_call(text: str, name: str = "") -> Call:
    """Text in whatever form: captions, JSON, named lines or notes."""
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    try:
        turns, head = _read(text, name)
    except RecursionError:
        turns, head = [], []
    dated = [line for line in head if _OWN_DATE.match(line)] or head
    day = next((found for line in dated if (found := day_in(line))), None)
    return Call(turns, _clean_head(head), day, None if turns else _NOTHING)


def _read(text: str, name: str) -> tuple[list[Turn], list[str]]:
    if is_captions(text):
        return read_captions(text)
    stripped = text.strip()
    if stripped[:1] in "{[" and (data := _json(stripped)) is not None:
        return read_export(data)
    if PurePath(name).suffix.lower() == ".json":
        return [], []
    return read_plain(text)


def _json(text: str) -> Any:
    """One document, or one on each line; None for what is none."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        return None


def _texts(mail: ReadMail) -> list[str]:
    """Attached files as they are, then the text that was read of each."""
    raw = [clean(decode(content, None)[0]) for content, kind in mail.parts.values() if kind.startswith("text/")]
    return [*raw, *(source.text for source in mail.sources if source.id != "mail.header")]


def _best(calls: list[Call]) -> Call:
    """The one with the most to say, and with speakers if any has."""
    empty = Call([], [], None, _NOTHING)
    return max(calls, key=lambda call: (any(turn.speaker for turn in call.turns), len(call.turns)), default=empty)


def _clean_head(lines: list[str]) -> list[str]:
    """As `Label: value`; a bare line is the title."""
    found: list[str] = []
    for line in lines:
        label = label_of(line.partition(":")[0])
        text = line.strip(" #*-")
        if text:
            found.append(text if ":" in line and label in HEADS else f"Title: {text}" if ":" not in line else text)
    return found

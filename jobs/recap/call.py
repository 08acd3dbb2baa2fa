"""The call as its sources tell it: turns, date, and who of the people in it are our own."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jobs.core import Source
from jobs.grounding import normalise, stands_in
from jobs.review import to_the_model

CALL = "call"
TRANSCRIPT = "transcript"
COLLEAGUES = "colleagues"
"""Source with the logins of our own people, one on each line."""
_LINE = re.compile(r"^(?:\[(\d{2,3}:\d\d:\d\d)\] )?(.*)$")
_SPEAKER = re.compile(r"^((?:[^\W\d_]|[^\W_](?=[^:]*\[))[^:\n]{0,80}?): (.*)$")
_NOTES = re.compile(r"^Kind: notes", re.M)
_DATE = re.compile(r"^Date: (\d{4}-\d\d-\d\d)", re.M)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PERSON = re.compile(r"([^,;:<>()\n]+?)\s*(?:<([^<>\s]+@[^<>\s]+)>)?\s*(?:\(([^()]*)\))?\s*(?:[,;]|$)", re.M)
_PARTICIPANTS = re.compile(
    r"^(?:participants?|attendees|present|with|who|deelnemers|aanwezig(?:en)?|teilnehmer|anwesend|présents?)\s*:\s*(.*)$",
    re.I | re.M,
)
_COMPANY = re.compile(
    r"^(?:company|customer|client|account|klant|bedrijf|kunde|firma|entreprise|société|compte)\s*:\s*(.+)$", re.I | re.M
)
_TITLE = re.compile(r"^(?:title|subject|meeting|call|topic|onderwerp|titel|betreff|objet)\s*:\s*(.+)$", re.I | re.M)
_DEAL = re.compile(r"^(?:deal|deal id|opportunity|opportunity id)\s*:\s*#?(\d+)\s*$", re.I | re.M)
_HEADING = re.compile(
    r"(?:(?:call |meeting |sales )?(?:notes?|memo|minutes|recap|voice ?mail|transcript|recording)|\w*notiz(?:en)?"
    r"|\w*notitie\w?|verslag|aantekeningen|protokoll|mailbox|compte[- ]rendu|messagerie)[\d\s./-]*",
    re.I,
)
_DAY_BEHIND = re.compile(r"\s+\d{1,4}(?:[/.-]\d{1,4})+$")
_RECORDER = re.compile(r"(?:recorded|generated|transcribed|created|powered|exported) (?:by|with)\b", re.I)
_SEPARATORS = re.compile(
    r"\s[-–—|/x×]\s|[:|,(]|\b(?:with|met|mit|avec|and|for|voor|für|pour|call|meeting|gesprek)\b", re.I
)
_OURS = re.compile(
    r"\b(?:internal|rep|sales(?: ?rep\w*)?|seller|agent|account (?:manager|executive)|host|ae|sdr|verkoper|verkäufer\w*"
    r"|vendeu\w+)\b",
    re.I,
)
_THEIRS = re.compile(r"\b(?:external|customer|client|prospect|buyer|klant|kund\w+|lead|acheteu\w+)\b", re.I)


@dataclass(frozen=True)
class Turn:
    number: int
    time: str | None
    speaker: str | None
    words: str


@dataclass(frozen=True)
class Person:
    """Somebody that the file names as taking part."""

    name: str
    email: str
    more: str
    """What stands in brackets: company, role, internal or external."""


def text_of(sources: Sequence[Source], id_: str) -> str:
    return next((source.text for source in sources if source.id == id_), "")


def turns_of(transcript: str, call: str) -> list[Turn]:
    """A line each; in notes a colon is a colon."""
    lines = [match for line in transcript.splitlines() if (match := _LINE.match(line))]
    named = [_named(_SPEAKER.match(line[2])) for line in lines]
    dialogue = _NOTES.search(call) is None
    return [
        Turn(number, line[1], name[1], name[2]) if name and dialogue else Turn(number, line[1], None, line[2])
        for number, (line, name) in enumerate(zip(lines, named, strict=True))
    ]


def _named(match: re.Match[str] | None) -> re.Match[str] | None:
    """`Voicemail:` and `Notes:` are nobody."""
    return None if match and is_heading(match[1]) else match


def is_heading(text: str) -> bool:
    """`Notes`, `Voicemail`: what heads a file or a line, and is no name."""
    return _HEADING.fullmatch(text.strip()) is not None


def audible(turns: Sequence[Turn]) -> list[Turn]:
    """Without the words of turns that talk to the model, and of what the same speaker goes on to say: nothing of that
    was said to us."""
    kept: list[Turn] = []
    silenced = False
    for number, turn in enumerate(turns):
        goes_on = silenced and turn.speaker is not None and turn.speaker == turns[number - 1].speaker
        silenced = goes_on or to_the_model(turn.words) is not None
        kept.append(replace(turn, words="") if silenced else turn)
    return kept


def date_of(call: str) -> date | None:
    match = _DATE.search(call)
    return date.fromisoformat(match[1]) if match else None


def people_of(call: str) -> list[Person]:
    return [
        Person(found[1].strip(), (found[2] or "").lower(), found[3] or "")
        for line in _PARTICIPANTS.findall(call)
        for found in _PERSON.finditer(line)
        if found[1].strip()
    ]


def companies_of(call: str) -> list[str]:
    """Names that the head of the file gives as the customer's, the surest first."""
    named = [name.strip() for name in _COMPANY.findall(call)]
    titles = [title for title in _TITLE.findall(call) if not _RECORDER.match(title)]
    parts = [_DAY_BEHIND.sub("", part.strip(" .-–#")) for title in titles for part in _SEPARATORS.split(title)]
    inside = [re.split(r"[;,]", person.more)[0].strip() for person in people_of(call)]
    inside = [name for name in inside if not _OURS.fullmatch(name) and not _THEIRS.fullmatch(name)]
    names = (*named, *inside, *parts)
    return list(dict.fromkeys(name for name in names if len(name) > 2 and not is_heading(name)))


def deal_number(call: str) -> int | None:
    match = _DEAL.search(call)
    return int(match[1]) if match else None


def emails_of(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found.lower() for text in texts for found in _EMAIL.findall(text)))


def is_ours(speaker: str, call: str, colleagues: str) -> bool | None:
    """Whether the CRM, the file or the label itself says that this is a colleague; None: nothing says."""
    name = normalise(re.sub(r"[(\[].*?[)\]]", "", speaker))
    logins = colleagues.split()
    domains = {login.rpartition("@")[2] for login in logins if "@" in login}
    person = next((one for one in people_of(call) if normalise(one.name) == name), None)
    if person and person.email:
        if person.email.rpartition("@")[2] in domains or person.email in logins:
            return True
        if domains:
            return False
    label = f"{speaker} {person.more if person else ''}"
    if _THEIRS.search(label):
        return False
    if any(_same_person(name, login) for login in logins):
        return True
    return True if _OURS.search(label) else None


def _same_person(name: str, login: str) -> bool:
    """`joost vos` is joost.vos@…, and so is wendy@… `wendy marsh`."""
    local, names = re.split(r"[._-]", login.partition("@")[0].casefold()), name.split()
    return sorted(local) == sorted(names) or local == names[:1]


def find_turn(words: str, turns: Sequence[Turn], texts: Sequence[str]) -> Turn | None:
    """Where the words stand; `texts` are the turns' words, normalised. The last place where they stand twice."""
    wanted = normalise(words)
    found = [turn for turn, text in zip(turns, texts, strict=True) if stands_in(wanted, text)]
    return found[-1] if found else None

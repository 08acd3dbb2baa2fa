"""What somebody has taken on: said outright, offered and accepted, or asked for and agreed to."""

import re
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from jobs.recap.schema import NextStep
from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.recap.days import Day, days
from sandbox.rehearsal.recap.found import Found, trimmed
from sandbox.rehearsal.recap.hearing import Hearing, Said, sentences_after

CLOCK = re.compile(
    r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?(?:am|pm|uur|uhr|h|heures?|o'clock)\b|\b(?:half|quarter) (?:past"
    r"|to)\b|\b(?:at|around|about|om|rond|um|gegen|a|vers) (?:\d{1,2}|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|half|quarter|een|twee"
    r"|drie|vier|vijf|zes|zeven|acht|negen|tien"
    r"|elf|twaalf|eins|zwei|drei|funf|sechs|sieben|neun|zehn|zwolf|une|deux|trois|quatre|cinq|sept"
    r"|huit|neuf|dix|onze|midi)\b)"
    r"|\b(?:negen|tien|elf|twaalf|acht|neun|zehn|neuf|dix|onze|quatorze|quinze) (?:uur|uhr|heures)\b"
)
_BARE = re.compile(r"\b(?:it|them|that|this|those|het|dat|ze|die|es|das|sie|le|la|les|l'|ca|cela)\b")
_BY = re.compile(
    r"\b(?:by|before|until|on|for|latest|uiterlijk|voor|per|tot|op|bis|am|spatestens|zum|vor|d'ici"
    r"|avant|le|pour)(?: the| le| den| dem| a)?$"
)
_NEEDS_OBJECT = re.compile(r"^(?:\W*\w+){1,4}\W*$")
_CLAUSE = re.compile(
    r"[,;]\s+(?=(?:(?:and|then|but|so|en|dan|und|dann|et)\s+)?(?:I'll|I will|we'll|we will|you'll|can you|could you"
    r"|please|ik|ich|je vous|kunt|"
    r"kun|können Sie|pouvez-vous|[A-Z][a-z]+,? (?:will|can you|could you))\b)"
)
_THIRD = re.compile(r"\b([A-Z][\w'’-]+)(?: [A-Z][\w'’-]+)? (?:will|is going to|'ll|takes care of|has agreed to)\b")
_ALIKE = 82
_MOST = 15


@dataclass(frozen=True)
class _Step:
    said: tuple[Said, ...]
    owner: str | None
    day: Day | None
    text: str


def find_steps(hearing: Hearing) -> list[Found[NextStep]]:
    """In the order of the call; what is said twice is one step, with the later day."""
    kept: list[_Step] = []
    for one in hearing.said:
        if hearing.notes:
            break
        for clause in _clauses(one):
            step = _committed(hearing, clause) or _agreed(hearing, clause) or _of_another(hearing, clause)
            if step and not _refused(hearing, one, step):
                _keep(kept, step)
    return [_found(hearing, step) for step in kept[:_MOST]]


def _refused(hearing: Hearing, one: Said, step: _Step) -> bool:
    """What somebody takes on and the other does not want: a promise on a condition falls with any denial."""
    reply = hearing.answer(one)
    if not reply or step.owner != one.speaker or hearing.cues("do", "promise").match(reply[0].folded):
        return False
    answer = reply[0].folded
    if hearing.cues("word", "if_").match(one.folded) or _ONCE.match(one.folded):
        denied = hearing.cues("word", "deny").search(answer) or re.search(r"\w+n't\b", answer)
        return bool(denied or hearing.cues("do", "refuse").match(answer))
    return bool(hearing.cues("do", "refuse").match(answer)) and not any(_due(hearing, part) for part in reply[:2])


_ONCE = re.compile(
    r"(?:when|once|should (?:you|we|i)|as soon as|provided|zodra|wanneer|mocht|sobald|sollten|quand|des que|lorsque)\b"
)


def _clauses(one: Said) -> list[Said]:
    """`Send me the contract, I'll sign it`: two people's tasks in one sentence."""
    texts = [text for text in _CLAUSE.split(one.text) if text.strip()]
    return [one] if len(texts) == 1 else [replace(one, text=text.strip(" ,")) for text in texts]


def _of_another(hearing: Hearing, one: Said) -> _Step | None:
    """`Jane will send me the report`, where Jane takes part."""
    match = _THIRD.search(one.text)
    if hearing.code != "en" or not match or one.asks or hearing.cues("word", "if_").search(one.folded):
        return None
    speakers = dict.fromkeys(said.speaker for said in hearing.said if said.speaker)
    whose = [speaker for speaker in speakers if speaker.split()[0] == match[1] and speaker != one.speaker]
    if len(whose) != 1 or not hearing.cues.acts("third", "strong").search(one.folded):
        return None
    return _Step((one,), whose[0], _due(hearing, one), one.text)


def _found(hearing: Hearing, step: _Step) -> Found[NextStep]:
    due = step.day.day.isoformat() if step.day else None
    what = trimmed(step.text, hearing.cues)
    quotes = tuple(dict.fromkeys(said.text for said in step.said))
    return Found(NextStep(owner=step.owner, what=what, due=due), quotes, step.said[-1].turn.number)


def _keep(kept: list[_Step], step: _Step) -> None:
    for at, other in enumerate(kept):
        if other.owner == step.owner and _is_same(other, step):
            longer = max(other.text, step.text, key=len) if not _is_bare(step.text) else other.text
            kept[at] = replace(other, said=(*other.said, *step.said), day=step.day or other.day, text=longer)
            return
    kept.append(step)


def _is_same(one: _Step, other: _Step) -> bool:
    if _is_bare(other.text) and other.said[0].turn.number - one.said[-1].turn.number <= 30:
        return True
    return fuzz.token_set_ratio(_core(one.text), _core(other.text)) >= _ALIKE


def _is_bare(text: str) -> bool:
    """`I'll send it`: what it is was said before."""
    folded = fold(text)
    return (
        bool(_BARE.search(folded))
        and len(folded.split()) <= 7
        and not re.search(r"\b(?:the|a|an|de|een|den|die|das|un|une|des) \w{4,}", folded)
    )


def _core(text: str) -> str:
    """The words that tell steps apart."""
    return " ".join(word for word in re.findall(r"\w{4,}", fold(text)) if word not in _COMMON)


_COMMON = frozenset(
    [
        "will",
        "send",
        "sent",
        "mail",
        "email",
        "your",
        "you'll",
        "that",
        "this",
        "with",
        "them",
        "then",
        "today",
        "tomorrow",
        "please",
        "stuur",
        "sturen",
        "jullie",
        "schicke",
        "ihnen",
        "vous",
        "envoie",
        "have",
        "going",
    ]
)


def _committed(hearing: Hearing, one: Said) -> _Step | None:
    cues, folded = hearing.cues, one.folded
    match = cues.acts("commit", "strong").search(folded)
    weak = None if match else cues.acts("commit", "weak").search(folded)
    given = cues("do", "you_get").search(folded)
    if given and not one.asks and not (match or weak) and (day := _due(hearing, one)):
        return _Step((one,), one.speaker or None, day, one.text)
    match = match or weak
    if not match or one.asks or cues("do", "not_step").search(folded):
        return _you_will(hearing, one)
    if _is_conditional(hearing, folded[: match.start()]):
        return None
    day = _due(hearing, one)
    if cues("do", "speak").search(match.group()) and CLOCK.search(folded):
        return None  # a meeting
    if weak and day is None:
        return None
    return _Step((one,), one.speaker or None, day, one.text)


def _is_conditional(hearing: Hearing, before: str) -> bool:
    return bool(hearing.cues("word", "if_").search(before))


def _you_will(hearing: Hearing, one: Said) -> _Step | None:
    """`And you'll send me the drawings by Monday`: the other one, unless they object."""
    cues = hearing.cues
    match = cues("do", "you_will").search(one.folded)
    if not match or cues("do", "not_step").search(one.folded) or cues("word", "if_").search(one.folded):
        return None
    verb = cues.acts("imperative", "strong").search(one.folded[match.end() :].lstrip())
    whole = hearing.code != "en" and match
    reply = hearing.answer(one)
    if not (verb or whole) or not reply or cues("do", "refuse").match(reply[0].folded):
        return None
    if one.asks and not cues("do", "promise").match(reply[0].folded):
        return None
    return _Step((one, reply[0]), reply[0].speaker, _due(hearing, one) or _due(hearing, reply[0]), one.text)


def _agreed(hearing: Hearing, one: Said) -> _Step | None:
    cues, folded = hearing.cues, one.folded
    if cues("word", "if_").search(folded) or cues("do", "not_step").search(folded):
        return None
    reply = hearing.answer(one)
    if not reply:
        return None
    answer = reply[0].folded
    offers = cues.acts("offer", "strong").search(folded)
    asks = cues.acts("request", "strong").search(folded)
    counts = cues.acts("request", "weak").search(folded) and not cues("do", "speak").search(folded)
    asks = asks or (counts and any(_due(hearing, part) for part in (one, *reply[:1])))
    orders = cues.acts("imperative", "strong").match(folded)
    refused = cues("do", "refuse").match(answer) and not cues("do", "promise").match(answer)
    if refused or reply[0].asks:
        return None
    agreed = cues("do", "promise").match(answer)
    own = _committed(hearing, reply[0]) or (_committed(hearing, reply[1]) if len(reply) > 1 else None)
    if offers and agreed:
        return _Step((one, reply[0]), one.speaker, _due(hearing, one), one.text)
    if (asks or orders) and (agreed or own or (orders and not one.asks)):
        if own and not _is_bare(own.text):
            return None  # said again, in the answer's own words
        day = _due(hearing, one) or next(
            (day for part in reply[:2] if not part.asks and (day := _due(hearing, part))), None
        )
        return _Step((one, *reply[: 2 if own and own.said[0] is not reply[0] else 1]), reply[0].speaker, day, one.text)
    return None


def _due(hearing: Hearing, one: Said) -> Day | None:
    """In the sentence, or in a short one behind it: `By Friday.`"""
    if day := _day_of(hearing, one):
        return day
    for later in sentences_after(hearing, one, 1) if one in hearing.said else ():
        if later.turn == one.turn and len(later.text.split()) <= 5 and not later.asks:
            return _day_of(hearing, later)
    return None


def _day_of(hearing: Hearing, one: Said) -> Day | None:
    named = [day for day in days(one.text, hearing.code, hearing.day) if not day.vague and day.day >= hearing.day]
    if not named:
        return None
    clause = one.text.find(", ", named[0].end)
    near = [day for day in named if clause < 0 or day.start < clause]
    if not any(day.exact for day in near):
        near = [day for day in named if day.exact] or near
    led = [day for day in near if _BY.search(one.folded[: day.start].rstrip()[-12:])]
    return next(iter([*led, *near]), None)

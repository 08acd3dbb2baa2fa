"""The call, sentence by sentence: who says it, whether that is one of us, and whether it asks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from jobs.recap.call import CALL, COLLEAGUES, TRANSCRIPT, Turn, audible, date_of, is_ours, people_of, turns_of
from sandbox.rehearsal.inquiry.language import detect
from sandbox.rehearsal.inquiry.text import is_abbreviation
from sandbox.rehearsal.inquiry.words import fold, squash
from sandbox.rehearsal.recap.vocabulary import Cues, cues_of

_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s+\S)")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
"""The dot of 8.000 ends no sentence."""
_INITIAL = re.compile(r"(?:^|\s)[A-Z]$")
_ALSO = 0.8
"""Of what the surest of us scores, from which on another is one of us, too."""
_LEAST = 0.9
_BUSINESS = ("need", "budget", "authority", "competitor_before")
"""What is said in business, even without its words."""
_GUESS = 0.5
"""How much more one asks or offers than the other, where nothing else tells the two sides."""
_SURE = 1.5
"""How much more often one says what sellers say."""


@dataclass(frozen=True)
class Said:
    """A sentence."""

    turn: Turn
    text: str
    ours: bool
    first: bool
    """It opens its turn."""

    @cached_property
    def folded(self) -> str:
        return _THOUSANDS.sub("'", fold(self.text))

    @property
    def asks(self) -> bool:
        return self.text.rstrip(" \"')").endswith("?")

    @property
    def speaker(self) -> str:
        return name_of(self.turn.speaker or "")


@dataclass(frozen=True)
class Hearing:
    """All of it."""

    said: Sequence[Said]
    turns: Sequence[Turn]
    cues: Cues
    day: date
    names: frozenset[str]
    """Words of the speakers' and our own people's names, folded: no other supplier is called so."""
    sides_known: bool
    """Somebody is surely one of us; else the sides are a guess from who asks and who needs."""

    @property
    def code(self) -> str:
        return self.cues.code

    @property
    def notes(self) -> bool:
        """Somebody's notes: nobody speaks."""
        return not any(turn.speaker for turn in self.turns)

    @cached_property
    def by_turn(self) -> dict[int, list[Said]]:
        found: dict[int, list[Said]] = {}
        for one in self.said:
            found.setdefault(one.turn.number, []).append(one)
        return found

    @property
    def is_private(self) -> bool:
        """Nobody is known as ours, and nothing of what is said sounds like business."""
        if self.notes or self.sides_known:
            return False
        text = " ".join(one.folded for one in self.said)
        words = len(set(self.cues("word", "business").findall(text)))
        return words + sum(self._says(name) for name in _BUSINESS) < 2

    def _says(self, name: str) -> bool:
        return any(not one.asks and self.cues("say", name).search(one.folded) for one in self.said)

    def answer(self, question: Said) -> list[Said]:
        """What another says next; the asker may go on for a turn."""
        for number in range(question.turn.number + 1, question.turn.number + 4):
            reply = self.by_turn.get(number, [])
            if reply and reply[0].speaker != question.speaker:
                return reply
        return []

    def earlier(self, one: Said) -> Said | None:
        at = self.said.index(one)
        return self.said[at - 1] if at else None


def hear(sources: Mapping[str, str]) -> Hearing:
    call, colleagues = sources.get(CALL, ""), sources.get(COLLEAGUES, "")
    turns = audible(turns_of(sources.get(TRANSCRIPT, ""), call))
    code = detect([" ".join(turn.words for turn in turns)[:20_000]], "")
    cues = cues_of(code)
    ours, sides_known = _ours(turns, cues, call, colleagues)
    said = [
        Said(turn, text, bool(turn.speaker and ours[turn.speaker]), number == 0)
        for turn in turns
        for number, text in enumerate(split(turn.words))
    ]
    names = {word for turn in turns if turn.speaker for word in fold(name_of(turn.speaker)).split()}
    names |= {word for person in people_of(call) for word in fold(person.name).split()}
    names |= {word for login in colleagues.split() for word in re.split(r"[._-]", login.partition("@")[0].lower())}
    names |= {stem for login in colleagues.split() for stem in [login.rpartition("@")[2].partition(".")[0]] if stem}
    return Hearing(said, turns, cues, date_of(call) or datetime.now(UTC).date(), frozenset(names), sides_known)


def name_of(label: str) -> str:
    """Without company or role behind the name."""
    return re.sub(r"\s*(?:[(\[|,/].*|\s[-–]\s.*)$", "", label).strip() or label.strip()


def split(words: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for end in _END.finditer(words):
        before, after = words[start : end.start()], words[end.end() :].lstrip()
        word = re.search(r"[\w/-]+$", before)
        if end.group().startswith(".") and len(end.group()) == 1:
            if word and (is_abbreviation(word.group()) or _INITIAL.search(before)):
                continue
            if after[:1].islower() or (word and word.group().isdigit() and len(word.group()) <= 2):
                continue
        pieces.append(words[start : end.end()].strip())
        start = end.end()
    pieces.append(words[start:].strip())
    return [piece for piece in pieces if piece]


def _ours(turns: Sequence[Turn], cues: Cues, call: str, colleagues: str) -> tuple[dict[str, bool], bool]:
    """For each speaker whether it is one of us, and whether that is sure. Where nothing says, it is whoever talks most
    like a seller."""
    speakers = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))
    known = {speaker: is_ours(speaker, call, colleagues) for speaker in speakers}
    own = {login.rpartition("@")[2].partition(".")[0] for login in colleagues.split()}
    scores = {speaker: _likeness(speaker, turns, cues, own) for speaker in speakers}
    if not any(known.values()):
        open_ = [speaker for speaker in speakers if known[speaker] is None]
        best = max(open_, key=lambda speaker: scores[speaker], default=None)
        others = [scores[speaker] for speaker in speakers if speaker != best]
        if best and scores[best] >= _LEAST and scores[best] >= max(others, default=0) + _SURE - 1:
            known[best] = True
    sure = any(known.values())
    if not sure and len(speakers) == 2 and None in known.values():
        leanings = {speaker: scores[speaker] + _leaning(speaker, turns, cues) for speaker in speakers}
        more, less = sorted(speakers, key=lambda speaker: leanings[speaker], reverse=True)
        if known[more] is None and leanings[more] - leanings[less] >= _GUESS:
            known = {more: True, less: False}
    best = max((scores[speaker] for speaker in speakers if known[speaker]), default=0.0)
    ours = {
        speaker: mine if mine is not None else scores[speaker] >= max(2 * _SURE, _ALSO * best)
        for speaker, mine in known.items()
    }
    return ours, sure or (len(speakers) != 2 and any(ours.values()))


def _leaning(speaker: str, turns: Sequence[Turn], cues: Cues) -> float:
    """Who asks for needs and days, and promises, sells; who needs, and has suppliers and worries, buys."""
    score = 0.0
    for one in (fold(text) for turn in turns if turn.speaker == speaker for text in split(turn.words)):
        if one.endswith("?"):
            score += 0.5 * any(cues("ask", topic).search(one) is not None for topic in ("need", "timeline"))
        else:
            score -= any(cues("say", name).search(one) for name in ("need", "objection", "competitor_before"))
            score += 0.5 * (cues.acts("commit", "strong").search(one) is not None)
    return score


def _likeness(speaker: str, turns: Sequence[Turn], cues: Cues, own: set[str]) -> float:
    score = 0.0
    for number, turn in enumerate(turns):
        if turn.speaker != speaker:
            continue
        folded = fold(turn.words)
        score += len(cues("role", "ours").findall(folded)) - len(cues("role", "theirs").findall(folded))
        score += _asks_like_a_seller(turn.words, cues)
        if number < 6 and any(
            stem and stem in squash(turn.words.replace(" and ", " ").replace(" en ", " ")) for stem in own
        ):
            score += 1
    return score


def _asks_like_a_seller(words: str, cues: Cues) -> float:
    questions = [fold(one) for one in split(words) if one.endswith("?")]
    topics = ("budget", "authority", "competitor", "objection")
    return 0.1 * len(questions) + sum(
        cues("ask", topic).search(one) is not None for one in questions for topic in topics
    )


def sentences_after(hearing: Hearing, one: Said, count: int) -> Iterator[Said]:
    at = hearing.said.index(one)
    yield from hearing.said[at + 1 : at + 1 + count]

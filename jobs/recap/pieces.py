"""A long call is given to the model in pieces, and what it notes of each is put together again."""

from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz import fuzz

from jobs.core import Draft, Evidence, Source
from jobs.grounding import normalise
from jobs.recap.call import TRANSCRIPT
from jobs.recap.schema import CallNotes, NextStep, RecapProposal, Said

_PIECE = 24_000
"""Characters of a transcript that a model is given at a time: some six thousand tokens, 25 minutes of talk."""
_OVERLAP = 8
"""Turns that stand in two pieces: a question and its answer are not torn apart."""
_MOST = 2_000_000
_ALIKE = 88
_LINES = 5
_SINGLE = ("need", "budget", "authority", "timeline", "competitor", "next_meeting", "signal")
_LISTS = ("objections", "decisions", "next_steps")
_EARLIEST = ("need",)
"""What people say first and then take up again; of everything else the later word holds."""


def pieces(sources: Sequence[Source]) -> list[Sequence[Source]]:
    """Each with all that is known of the call. Raises ValueError for a text that no call can have."""
    transcript = next((source for source in sources if source.id == TRANSCRIPT), None)
    if transcript is None:
        raise ValueError("no words of a call can be read in it")
    if len(transcript.text) > _MOST:
        raise ValueError(f"the transcript is too long to be read ({len(transcript.text):,} characters)")
    others = [source for source in sources if source.id != TRANSCRIPT]
    return [[*others, Source(id=TRANSCRIPT, text=text)] for text in _cut(transcript.text.split("\n"))]


def _cut(lines: Sequence[str]) -> Iterator[str]:
    start = 0
    while start < len(lines):
        end, size = start, 0
        while end < len(lines) and (size + len(lines[end]) <= _PIECE or end == start):
            size += len(lines[end]) + 1
            end += 1
        yield "\n".join(lines[start:end])
        if end == len(lines):
            return
        start = max(end - _OVERLAP, start + 1)


def join(drafts: Sequence[Draft[Any]]) -> Draft[RecapProposal]:
    """One recap of those of the pieces, with the words for each field in it. The later word holds; what is noted twice
    is one."""
    merged: dict[str, Any] = {}
    said: list[Said] = []
    for draft in drafts:
        notes: CallNotes = draft.proposal
        for name in _SINGLE:
            value = getattr(notes, name)
            if value is None or (name in _EARLIEST and merged.get(name) is not None):
                continue
            merged[name] = value
            said = [one for one in said if _root(one.field) != name] + _words(draft.evidence, name, name)
        for name in _LISTS:
            kept: list[Any] = merged.setdefault(name, [])
            for number, item in enumerate(getattr(notes, name)):
                same = next((i for i, other in enumerate(kept) if _same(item, other)), None)
                at = len(kept) if same is None else same
                if same is None:
                    kept.append(item)
                else:
                    kept[at] = _later(kept[at], item)
                    said = [one for one in said if _root(one.field) != f"{name}[{at}]"]
                said += _words(draft.evidence, f"{name}[{number}]", f"{name}[{at}]")
    first = drafts[0].proposal
    company = next((draft.proposal.company for draft in drafts if draft.proposal.company), None)
    whole: dict[str, Any] = {name: merged.get(name) for name in _SINGLE}
    proposal = RecapProposal(
        language=first.language,
        company=company,
        summary="\n".join(_summary([draft.proposal.summary for draft in drafts])),
        **whole,
        **{name: merged.get(name, []) for name in _LISTS},
        said=said,
    )
    return Draft(proposal=proposal, evidence=[])


def _words(evidence: Sequence[Evidence], field: str, name: str) -> list[Said]:
    """As many as there are; what stands below the field (`budget.amount`) bears the field out, too."""
    quotes = dict.fromkeys(one.quote for one in evidence if one.field == field or one.field.startswith(f"{field}."))
    return [Said(field=name, speaker=None, time=None, words=quote) for quote in quotes if quote.strip()]


def _root(field: str) -> str:
    return field.partition(".")[0]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, NextStep) and isinstance(other, NextStep):
        if one.owner and other.owner and normalise(one.owner) != normalise(other.owner):
            return False
        return _alike(one.what, other.what)
    return _alike(str(one), str(other))


def _alike(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(normalise(one), normalise(other)) >= _ALIKE


def _later(old: Any, new: Any) -> Any:
    if isinstance(old, NextStep) and isinstance(new, NextStep):
        what = max(old.what, new.what, key=len)
        return NextStep(owner=new.owner or old.owner, what=what, due=new.due or old.due)
    return new


def _summary(summaries: Sequence[str]) -> list[str]:
    """Five lines of all: from every part of the call its share, the last ones first where they are too many."""
    lines = [[line for line in text.splitlines() if line.strip()] for text in summaries]
    if len(lines) == 1:
        return lines[0][:_LINES]
    picked: list[tuple[int, int]] = []
    for rank in range(_LINES):
        picked += [(piece, rank) for piece in reversed(range(len(lines))) if rank < len(lines[piece])]
    return list(dict.fromkeys(lines[piece][rank] for piece, rank in sorted(picked[:_LINES])))

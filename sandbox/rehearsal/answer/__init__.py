"""The rehearsal model's answer to the job `answer`: it copies the sentence that says it, or declines."""

from collections.abc import Iterator, Mapping, Sequence

from jobs.answer.context import question_of
from jobs.answer.question import Asked, asked_in, parts_of
from jobs.answer.schema import AnswerDraft, Claim
from jobs.claims.numbers import quantities
from jobs.claims.words import language_of
from jobs.core import Draft, Source
from sandbox.rehearsal.answer.passages import Statement, passages_of, statements_of
from sandbox.rehearsal.answer.picking import ENOUGH, Candidate, candidates

_OTHERWISE = 0.35
"""Chance from which what another document says otherwise is named, too."""
_OWN_CONTRACT = 0.35
"""Chance from which what the asker's contract says is the answer, whatever general rules say."""
_MOST_WORDS = 0.6
"""Share of the question's words that a contract, or whatever says otherwise, must speak of."""
_ON_TOPIC, _SOME_WORDS = 0.2, 0.33
"""The same of what the asker's contract says where only a general rule would answer else: that alone may mislead."""
_ENOUGH_ABROAD, _AHEAD = 0.2, 1.6
"""Chance of a statement in another language, and how many times that of the next one it must be."""
_BESIDE, _MOST_BESIDES = 0.6, 2
"""Of the best one's chance, for what stands beside it; and how many of those."""
_SAME_THING = 0.6
"""Coverage of the question from which another document speaks of the same thing."""


def draft(sources: Mapping[str, str]) -> Draft[AnswerDraft]:
    """Answers each part of the question by itself."""
    question = question_of([Source(id=id_, text=text) for id_, text in sources.items()])
    passages = passages_of(sources)
    statements = [statements_of(passage) for passage in passages]
    claims: list[Claim] = []
    unanswered: list[str] = []
    for part in parts_of(question):
        asked = asked_in(part, question)
        chosen = list(_chosen(asked, candidates(asked, passages, statements)))
        claims += [_claim(one) for one in chosen]
        unanswered += [] if chosen else [part]
    proposal = AnswerDraft(language=language_of(question), claims=_once(claims), unanswered=unanswered)
    return Draft(proposal=proposal, evidence=[])


def _chosen(asked: Asked, found: Sequence[Candidate]) -> Iterator[Statement]:
    """The best statement, if it is good enough, with what its passage says on the same besides where nothing particular
    is asked for; and what another document says otherwise. A contract goes before general rules."""
    if not found:
        return
    good = [one for one in found if one.chance >= ENOUGH] or _abroad(asked, found)
    own = [one for one in found if one.statement.passage.customer and one.chance >= _OWN_CONTRACT]
    own = [one for one in own if one.marks.present >= _MOST_WORDS]
    if not good and not own:
        return
    beside = [] if own or good[0].statement.passage.customer else _agreed(found)
    best = (own or beside or good)[0]
    yield best.statement
    if beside:
        yield good[0].statement
        return
    if not asked.kinds:
        yield from _besides(best, found)
    for other in found:
        if other.chance < _OTHERWISE:
            return
        if other.statement.passage.document != best.statement.passage.document and _differs(best, other):
            yield other.statement
            return


def _abroad(asked: Asked, found: Sequence[Candidate]) -> list[Candidate]:
    """In another language words can hardly be compared: there it is enough to be of the kind asked for, and well ahead
    of what any other passage says."""
    best = found[0]
    others = [one.chance for one in found if one.statement.passage != best.statement.passage]
    ahead = best.chance >= _ENOUGH_ABROAD and best.chance >= _AHEAD * max(others, default=0.0)
    foreign = language_of(best.statement.text) != language_of(asked.text)
    return [best] if foreign and ahead and asked.kinds and best.marks.kind else []


def _agreed(found: Sequence[Candidate]) -> list[Candidate]:
    """What the asker's contract says on the topic, though in other words."""
    own = [one for one in found if one.statement.passage.customer and one.marks.kind]
    return [one for one in own if one.chance >= _ON_TOPIC and one.marks.present >= _SOME_WORDS]


def _besides(best: Candidate, found: Sequence[Candidate]) -> Iterator[Statement]:
    same = [one for one in found if one.statement.passage == best.statement.passage and one is not best]
    yield from (one.statement for one in same[:_MOST_BESIDES] if one.chance >= _BESIDE * best.chance)


def _differs(one: Candidate, other: Candidate) -> bool:
    """Figures of the same kind, and none of them the same."""
    mine, theirs = list(quantities(one.statement.text)), list(quantities(other.statement.text))
    alike = [(a, b) for a in mine for b in theirs if a.same_kind(b)]
    apart = bool(alike) and not any(a.same_value(b) for a, b in alike)
    return apart and other.marks.present >= _MOST_WORDS and other.marks.coverage >= _SAME_THING


def _claim(one: Statement) -> Claim:
    return Claim(text=one.text, source=one.passage.source, quote=one.quote)


def _once(claims: Sequence[Claim]) -> list[Claim]:
    return list({(claim.source, claim.quote): claim for claim in claims}.values())

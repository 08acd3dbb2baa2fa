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

_RUNNER_UP = 0.75
"""Of the best one's chance: what another document says to the same is named, too."""


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
    """The best statement, if it is good enough, and what another document says otherwise."""
    if not found or found[0].chance < ENOUGH:
        return
    best = found[0]
    yield best.statement
    for other in found[1:]:
        if other.chance < max(ENOUGH, _RUNNER_UP * best.chance):
            return
        if other.statement.passage.document != best.statement.passage.document and _differs(best, other):
            yield other.statement
            return


def _differs(one: Candidate, other: Candidate) -> bool:
    """Figures of the same kind, and none of them the same."""
    mine, theirs = list(quantities(one.statement.text)), list(quantities(other.statement.text))
    alike = [(a, b) for a in mine for b in theirs if a.same_kind(b)]
    return bool(alike) and not any(a.same_value(b) for a, b in alike)


def _claim(one: Statement) -> Claim:
    return Claim(text=one.text, source=one.passage.source, quote=one.quote)


def _once(claims: Sequence[Claim]) -> list[Claim]:
    return list({(claim.source, claim.quote): claim for claim in claims}.values())

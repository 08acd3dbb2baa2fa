"""What is doubtful about an answer, in words that an approver understands."""

from collections.abc import Iterator, Sequence

from jobs.answer.answering import Weighed, conflicts, kept, viewer, weigh
from jobs.answer.context import WHICH_CUSTOMER
from jobs.answer.rules import AnswerRules
from jobs.answer.schema import AnswerProposal
from jobs.core import Check, Draft, Inputs, Status


def check(draft: Draft[AnswerProposal], inputs: Inputs) -> list[Check]:
    proposal = draft.proposal
    claims = kept(proposal, inputs)
    return [
        *_or_pass("claims", "each statement is borne out by the words that it cites", _claims(proposal, inputs)),
        *_or_pass("contradiction", "the sources agree", _contradictions(claims, inputs)),
        *_or_pass("confidence", _said(proposal), _confidence(proposal, inputs)),
        *_or_pass("audience", "it stays in the house", _audience(inputs)),
        *_or_pass("customer", "no name leaves open who is meant", _customer(inputs)),
        *_or_pass("mail", "was read completely", [_warn("mail", None, problem) for problem in inputs.mail.problems]),
    ]


def _claims(proposal: AnswerProposal, inputs: Inputs) -> Iterator[Check]:
    for number, one in enumerate(weigh(proposal, inputs)):
        if one.reasons:
            why = "; ".join(one.reasons)
            words = f"“{one.claim.text}” is left out: {why}" if not one.stale else f"left out: {why}; ask again"
            yield _warn("claims", f"claims[{number}]", words)


def _contradictions(claims: Sequence[Weighed], inputs: Inputs) -> Iterator[Check]:
    for first, second in conflicts(claims, inputs):
        words = f"{first.claim.source} and {second.claim.source} give different figures; the answer names both"
        yield _warn("contradiction", "answer", words)


def _said(proposal: AnswerProposal) -> str:
    if proposal.confidence is None:
        return "nothing is answered"
    return f"{proposal.confidence:.0%} of such answers were right on the examples"


def _confidence(proposal: AnswerProposal, inputs: Inputs) -> Iterator[Check]:
    rules: AnswerRules = inputs.rules
    if proposal.confidence is not None and proposal.confidence < rules.least_confidence:
        yield _warn("confidence", "answer", f"only {_said(proposal)}")


def _audience(inputs: Inputs) -> Iterator[Check]:
    if viewer(inputs).external:
        yield _warn("audience", "answer", "it goes to somebody outside: read it first, whatever the release")


def _customer(inputs: Inputs) -> Iterator[Check]:
    names = next((source.text for source in inputs.sources if source.id == WHICH_CUSTOMER), "")
    if names:
        words = f"the name may mean {', '.join(names.splitlines())}; no contract was opened"
        yield _warn("customer", None, words)


def _or_pass(name: str, words: str, problems: Iterator[Check] | Sequence[Check]) -> list[Check]:
    return list(problems) or [Check(name=name, status=Status.PASS, field=None, message=words)]


def _warn(name: str, field: str | None, message: str) -> Check:
    return Check(name=name, status=Status.WARN, field=field, message=message)

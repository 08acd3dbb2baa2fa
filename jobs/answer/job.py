"""The answer job: a question becomes a cited answer from the company's own documents, or a plain `they do not say`."""

from collections.abc import Sequence
from importlib.resources import files

from jobs.answer.answering import needed_roles, refine, viewer, weigh
from jobs.answer.checks import check
from jobs.answer.context import question_of
from jobs.answer.plan import plan
from jobs.answer.question import parts_of
from jobs.answer.rules import RULES
from jobs.answer.schema import AnswerDraft, AnswerProposal
from jobs.claims.words import language_of
from jobs.core import Claimed, Headline, Inputs, Job, Source
from jobs.crm import CustomerClues
from jobs.customers import FREEMAIL
from jobs.mail import MailFacts

_TITLE = 80


def blank(inputs: Inputs) -> AnswerProposal:
    """The form a person starts from: the question, and no answer."""
    question = question_of(inputs.sources)
    return AnswerProposal(language=language_of(question), claims=[], unanswered=parts_of(question))


def clues(proposal: AnswerProposal, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    """The address alone: a name in a mail opens nobody's contract."""
    address = mail.sender.email
    domain = address.rpartition("@")[2]
    return CustomerClues(
        emails=(address,) if domain else (), domains=(domain,) if domain and domain not in FREEMAIL else ()
    )


def claims(proposal: AnswerProposal) -> dict[str, str]:
    """What is cited must stand in what was given."""
    return {f"citations[{i}].quote": citation.quote for i, citation in enumerate(proposal.citations)}


def rests_on(proposal: AnswerProposal) -> list[Claimed]:
    return [Claimed(field=f"claims[{i}]", text=one.text, source=one.source) for i, one in enumerate(proposal.claims)]


def headline(proposal: AnswerProposal, inputs: Inputs) -> Headline:
    asker = viewer(inputs)
    kind = "no answer" if proposal.declined else "part of an answer" if proposal.missing else "answer"
    title = next(iter(parts_of(question_of(inputs.sources))), "")[:_TITLE]
    return Headline(
        customer=next(iter(asker.customers), ""), kind=kind, priority="normal", title=inputs.mail.subject or title
    )


def approver_role(proposal: AnswerProposal, inputs: Inputs) -> str:
    """Whoever countersigns what a role-limited document says needs that role; several are separated by commas."""
    return ", ".join(needed_roles(weigh(proposal, inputs), inputs))


ANSWER = Job(
    name="answer",
    answer=AnswerDraft,
    proposal=AnswerProposal,
    prompt=(files("jobs.answer") / "prompt.md").read_text(encoding="utf-8"),
    rules=RULES,
    blank=blank,
    clues=clues,
    claims=claims,
    refine=refine,
    check=check,
    plan=plan,
    headline=headline,
    approver_role=approver_role,
    rests_on=rests_on,
)

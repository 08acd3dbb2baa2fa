"""The recap job: a call becomes a note on its deal, planned steps, and field updates that a person countersigns."""

from importlib.resources import files

from jobs.core import Headline, Inputs, Job
from jobs.recap.checks import check
from jobs.recap.dealing import clues, refine
from jobs.recap.pieces import join, pieces
from jobs.recap.plan import plan
from jobs.recap.rules import RULES
from jobs.recap.schema import CallNotes, RecapProposal


def blank(inputs: Inputs) -> RecapProposal:
    """What a person fills in where no model has read the call."""
    return RecapProposal(
        language="en",
        company=None,
        summary="",
        decisions=[],
        need=None,
        budget=None,
        authority=None,
        timeline=None,
        competitor=None,
        objections=[],
        next_steps=[],
        next_meeting=None,
        signal=None,
    )


def claims(proposal: RecapProposal) -> dict[str, str]:
    """The words for each field must stand in the transcript. Further words for the same field go by their number."""
    values: dict[str, str] = {}
    for number, said in enumerate(proposal.said):
        values[f"said[{number}].words" if said.field in values else said.field] = said.words
    return values


def headline(proposal: RecapProposal, inputs: Inputs) -> Headline:
    steps = len(proposal.next_steps)
    return Headline(
        customer=proposal.customer or proposal.company or "",
        kind="1 next step" if steps == 1 else f"{steps} next steps",
        priority="normal",
        amount=proposal.budget.amount if proposal.budget else None,
        currency=proposal.budget.currency if proposal.budget else None,
        title=proposal.deal or inputs.mail.subject,
    )


RECAP = Job(
    name="recap",
    answer=CallNotes,
    proposal=RecapProposal,
    prompt=(files("jobs.recap") / "prompt.md").read_text(encoding="utf-8"),
    rules=RULES,
    blank=blank,
    clues=clues,
    claims=claims,
    refine=refine,
    check=check,
    plan=plan,
    headline=headline,
    pieces=pieces,
    join=join,
)

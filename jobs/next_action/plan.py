"""What a recommended step leads to: one planned step on the deal, for a colleague. Nothing that a customer sees."""

from jobs.core import Inputs
from jobs.crm import Write
from jobs.deals import CreateActivity
from jobs.next_action.evidence import WORDING
from jobs.next_action.recommending import deal_of
from jobs.next_action.schema import NextStep


def plan(proposal: NextStep, inputs: Inputs) -> list[Write]:
    """One for each deal and day, however many cases there are."""
    deal = deal_of(inputs)
    if deal is None or not deal.is_open or not proposal.kind or not proposal.due or not proposal.summary:
        return []
    return [
        CreateActivity(
            reference=f"next_action-deal-{deal.id}-{inputs.opened}",
            deal_id=deal.id,
            kind=proposal.kind,
            summary=proposal.summary,
            note=_note(proposal, inputs),
            due=proposal.due,
            owner=proposal.owner,
        )
    ]


def _note(proposal: NextStep, inputs: Inputs) -> str:
    words, rules = WORDING[inputs.rules.language], inputs.rules
    others = [name.replace("_", " ") for name in proposal.others if name in rules.actions]
    lines = [
        proposal.why,
        *([words["evidence"]] if proposal.reasons else []),
        *(f"- {reason.words} ({reason.source})" for reason in proposal.reasons),
        *([words["others"].format(steps=", ".join(others))] if others else []),
        words["proposed_by"].format(name=inputs.proposed_by or words["rules"]),
        f"{inputs.case_id} {inputs.case_url}".rstrip(),
    ]
    return "\n".join(line for line in lines if line)

"""The next_action job: a deal becomes one step on its owner's list, with its reasons, or nothing."""

from collections.abc import Sequence
from importlib.resources import files

from jobs.core import Draft, Headline, Inputs, Job, Source
from jobs.crm import CustomerClues
from jobs.mail import MailFacts
from jobs.next_action.actions import ADMISSIBLE
from jobs.next_action.checks import check
from jobs.next_action.plan import plan
from jobs.next_action.recommending import refine
from jobs.next_action.rules import RULES
from jobs.next_action.schema import NextStep, Ranking


def blank(inputs: Inputs) -> NextStep:
    """Nothing ranked: the rules' own order holds."""
    return NextStep(ranking=[])


def clues(proposal: NextStep, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    """None: the deal says whose it is."""
    return CustomerClues()


def claims(proposal: NextStep) -> dict[str, str]:
    """None: every sentence is made of what was looked up, and the model's own are held against it."""
    return {}


def pieces(sources: Sequence[Source]) -> list[Sequence[Source]]:
    """All at once; nothing at all where no step is admissible, so that no model is asked."""
    return [sources] if any(source.id == ADMISSIBLE for source in sources) else []


def join(drafts: Sequence[Draft[Ranking]]) -> Draft[Ranking]:
    return drafts[0] if drafts else Draft(proposal=Ranking(ranking=[]), evidence=[])


def headline(proposal: NextStep, inputs: Inputs) -> Headline:
    action, deal = inputs.rules.actions.get(proposal.action), inputs.facts.deal
    first = deal.deals[0] if deal and deal.deals else None
    return Headline(
        customer=proposal.customer,
        kind=proposal.action.replace("_", " ") or "nothing to do",
        priority="high" if action and action.ahead else "normal" if proposal.kind else "low",
        amount=first.revenue if first else None,
        currency=(first.currency or None) if first else None,
        title=proposal.deal,
    )


NEXT_ACTION = Job(
    name="next_action",
    answer=Ranking,
    proposal=NextStep,
    prompt=(files("jobs.next_action") / "prompt.md").read_text(encoding="utf-8"),
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

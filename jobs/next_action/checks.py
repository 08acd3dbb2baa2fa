"""What is wrong with a recommended step, or doubtful, in words that its owner understands."""

from collections.abc import Sequence
from difflib import get_close_matches

from jobs.core import Check, Draft, Inputs, Status
from jobs.next_action.recommending import advice_of, deal_of, trigger_of
from jobs.next_action.schema import NextStep


def check(draft: Draft[NextStep], inputs: Inputs) -> list[Check]:
    proposal = draft.proposal
    return [
        _one("trigger", "says which deal to look at", _trigger(inputs)),
        _one("deal", f"“{proposal.deal}” was found", _deal(inputs)),
        _one("step", proposal.declined or f"the rules admit {proposal.action}", _step(proposal, inputs)),
        _one("owner", "is known", _owner(proposal, inputs)),
        _one("due", "is to come", _due(proposal, inputs)),
    ]


def _trigger(inputs: Inputs) -> Check | None:
    if trigger_of(inputs.sources):
        return None
    said = "; ".join(inputs.mail.problems) or "it is none"
    return _check("trigger", Status.FAIL, None, f"what came in says no deal to look at: {said}")


def _deal(inputs: Inputs) -> Check | None:
    deal, background = deal_of(inputs), inputs.facts.background
    if trigger_of(inputs.sources) is None:
        return _check("deal", Status.FAIL, "deal_id", "there is none")
    if deal is None:
        missing = (background.missing if background else "") or "there is no such deal"
        return _check("deal", Status.FAIL, "deal_id", f"the CRM does not give it: {missing}")
    return None


def _step(proposal: NextStep, inputs: Inputs) -> Check | None:
    """A person may choose another step than the rules admit, knowing what they say to it."""
    advice, name = advice_of(inputs), proposal.action
    if not name or not proposal.kind:
        return None
    if name not in inputs.rules.actions:
        known = list(inputs.rules.actions)
        likely = get_close_matches(name, known, n=1, cutoff=0.5)
        meant = f"; {likely[0]} is one" if likely else f"; there are {', '.join(known)}"
        return _check("step", Status.FAIL, "action", f"{name} is no step that the rules know{meant}")
    if advice.option(name) is None:
        because = advice.settled or advice.barred.get(name) or "nothing in the evidence calls for it"
        return _check("step", Status.WARN, "action", f"the rules do not admit {name}: {because}")
    return None


def _owner(proposal: NextStep, inputs: Inputs) -> Check | None:
    if not proposal.kind:
        return None
    owners: Sequence[str] = inputs.facts.owners
    if not proposal.owner:
        return _check("owner", Status.FAIL, "owner", "nobody owns the deal: set `owner` to who is to do it")
    if owners and proposal.owner not in owners:
        likely = get_close_matches(proposal.owner, owners, n=3, cutoff=0.3) or owners[:3]
        words = f"the CRM has no user {proposal.owner}; there is {', '.join(likely)}"
        return _check("owner", Status.FAIL, "owner", words)
    return None


def _due(proposal: NextStep, inputs: Inputs) -> Check | None:
    if proposal.kind and not proposal.due:
        return _check("due", Status.FAIL, "due", "a step needs a day")
    if proposal.due and proposal.due < inputs.today:
        return _check("due", Status.FAIL, "due", f"{proposal.due} has passed")
    return None


def _one(name: str, passing: str, problem: Check | None) -> Check:
    return problem or _check(name, Status.PASS, None, passing)


def _check(name: str, status: Status, field: str | None, message: str) -> Check:
    return Check(name=name, status=status, field=field, message=message)

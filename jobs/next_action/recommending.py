"""From the model's ranking to the step that is recommended: what the rules do not admit, and what the evidence does not
bear out, is dropped; what is left stands in the rules' own words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from jobs.claims.facts import facts_missing
from jobs.claims.text import Text
from jobs.core import Inputs, Source
from jobs.deals import Deal
from jobs.grounding import normalise, stands_in
from jobs.next_action.actions import Advice, Option, advise, worded, working_day
from jobs.next_action.rules import NextActionRules
from jobs.next_action.schema import NextStep, Ranked, Reason, Trigger

TRIGGER = "trigger"
"""Id of the source that holds what came in."""
_LONGEST_WHY = 400


def trigger_of(sources: Sequence[Source]) -> Trigger | None:
    """None where what came in was no trigger."""
    text = next((source.text for source in sources if source.id == TRIGGER), None)
    return Trigger.model_validate_json(text) if text else None


def deal_of(inputs: Inputs) -> Deal | None:
    return inputs.facts.deal.deals[0] if inputs.facts.deal and inputs.facts.deal.deals else None


def advice_of(inputs: Inputs) -> Advice:
    """As the facts stand."""
    trigger = trigger_of(inputs.sources)
    return advise(inputs.facts, inputs.rules, trigger.why if trigger else "asked", inputs.today)


def owner_of(deal: Deal, rules: NextActionRules) -> str:
    return deal.owner or rules.leader(deal.team)


def refine(proposal: NextStep, inputs: Inputs) -> NextStep:
    """Always made anew of the model's ranking and the facts, except for what a person has set."""
    advice, deal, rules = advice_of(inputs), deal_of(inputs), inputs.rules
    base: dict[str, Any] = {
        "deal_id": deal.id if deal else None,
        "deal": deal.title if deal else "",
        "customer": deal.customer if deal else "",
    }
    if deal is None or not advice.options:
        ranking: list[Ranked] = []
        return _keeping(NextStep(ranking=ranking, declined=advice.settled, **base), proposal, inputs)
    ranking = rank(proposal.ranking, advice)
    first = ranking[0].action
    chosen = proposal.action if "action" in inputs.edited and proposal.action in rules.actions else first
    option = advice.option(chosen)
    told = next((one for one in ranking if one.action == chosen), None)
    action = rules.actions[chosen]
    said = worded(option, advice, rules, deal.customer) if option else _bare(chosen, deal, rules)
    step = NextStep(
        ranking=ranking,
        action=chosen,
        summary=said,
        kind=None if action.kind == "none" else action.kind,
        due=None if action.kind == "none" else due_day(action.due_working_days, inputs.opened, inputs.today),
        owner=owner_of(deal, rules),
        why=told.why if told else "",
        reasons=reasons(option, told, advice),
        others=[one.action for one in ranking if one.action != chosen],
        declined=said if action.kind == "none" else "",
        **base,
    )
    return _keeping(step, proposal, inputs)


def rank(answer: Sequence[Ranked], advice: Advice) -> list[Ranked]:
    """The admissible steps: what goes ahead, then as the model has ranked them, then the rest in the rules' order."""
    sound = [one for one in answer if advice.option(one.action)]
    by_model = {one.action: one for one in reversed(sound)}
    places = {name: place for place, name in enumerate(dict.fromkeys(one.action for one in sound))}
    order = sorted(
        enumerate(advice.options),
        key=lambda item: (
            not item[1].action.ahead,
            item[1].action.priority if item[1].action.ahead else 0,
            places.get(item[1].name, len(places)),
            item[0],
        ),
    )
    return [_sound(by_model.get(option.name), option, advice) for _, option in order]


def due_day(working_days: int, opened: date, today: date) -> date:
    """Counted from the day the case was opened, so that it does not move while a person thinks; never in the past."""
    return max(working_day(opened, working_days), working_day(today, 0))


def reasons(option: Option | None, told: Ranked | None, advice: Advice) -> list[Reason]:
    """What bears the step out: what the rules rest on, then what the model names besides."""
    if advice.situation is None:
        return []
    pieces = {piece.id: piece for piece in advice.situation.pieces}
    named = [pieces[id_] for id_ in told.evidence if id_ in pieces] if told else []
    resting = option.pieces if option else ()
    ids = dict.fromkeys(piece.id for piece in (*resting, *named))
    return [Reason(source=id_, words=pieces[id_].text) for id_ in ids]


def _sound(told: Ranked | None, option: Option, advice: Advice) -> Ranked:
    """The model's words where they are borne out; the evidence's own otherwise."""
    assert advice.situation is not None
    texts = {piece.id: piece.text for piece in advice.situation.pieces}
    own = [piece.id for piece in option.pieces] or ["deal"]
    named = [id_ for id_ in dict.fromkeys(told.evidence) if id_ in texts] if told else []
    if told and named and len(told.why) <= _LONGEST_WHY:
        resting = [texts[id_] for id_ in dict.fromkeys((*named, *own))]
        quoted = any(stands_in(normalise(told.quote), normalise(text)) for text in resting)
        if quoted and _borne_out(told.why, "\n".join(resting)):
            return told.model_copy(update={"evidence": named})
    words = texts[own[0]]
    return Ranked(action=option.name, why=words, evidence=own, quote=words)


def _borne_out(why: str, evidence: str) -> bool:
    """Every figure, day and name of it. What it makes of them is an opinion, and shown as one."""
    whole = Text(evidence)
    return not any(facts_missing(Text(why), whole, whole, summary=True))


def _bare(name: str, deal: Deal, rules: NextActionRules) -> str:
    """Of a step that a person chooses although the rules do not admit it: there is no evidence to name in it."""
    return f"{deal.customer or deal.title}: {name.replace('_', ' ')}"


def _keeping(step: NextStep, proposal: NextStep, inputs: Inputs) -> NextStep:
    """With what a person has set."""
    own = {
        name: getattr(proposal, name)
        for name in ("action", "summary", "kind", "due", "owner", "why")
        if name in inputs.edited
    }
    return step.model_copy(update=own)

"""Which steps the rules admit on a deal, in their order, each with the pieces of evidence that bear it out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jobs.advice import Background, Dismissal
from jobs.core import Source
from jobs.crm import Facts
from jobs.deals import Deal
from jobs.grounding import normalise
from jobs.next_action.evidence import WORDING, Piece, Situation, situation
from jobs.next_action.rules import NAMED, OF_ONE, Action, Bar, Condition, NextActionRules, Value
from jobs.next_action.schema import Why

ADMISSIBLE = "admissible"
"""Id of the source that lists the steps for the model."""


@dataclass(frozen=True)
class Option:
    """One admissible step."""

    name: str
    action: Action
    met: tuple[tuple[Condition, Value | None], ...]
    """What calls for it, with the values that do."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Advice:
    situation: Situation | None
    options: tuple[Option, ...] = ()
    """In the rules' own order."""
    barred: Mapping[str, str] = field(default_factory=dict[str, str])
    """Steps that the evidence calls for and something stands in the way of: what does."""
    settled: str = ""
    """Why there is no step to recommend."""

    def option(self, name: str) -> Option | None:
        return next((one for one in self.options if one.name == name), None)


def advise(facts: Facts, rules: NextActionRules, why: Why, today: date) -> Advice:
    known, background = facts.deal, facts.background or Background()
    seen = situation(facts, today, why, rules.language)
    if known is None or seen is None:
        return Advice(None, settled=background.missing or "there is no deal to look at")
    if not known.deals[0].is_open:
        return Advice(seen, settled="the deal is closed")
    if background.open_case:
        return Advice(seen, settled=f"{background.open_case} on this deal waits for its decision already")
    settled = _barring(rules.settled, seen) or _standing(known.deals[0], background)
    if settled:
        return Advice(seen, settled=settled)
    called_for = [option for name, action in rules.actions.items() if (option := _option(name, action, seen))]
    barred = {one.name: words for one in called_for if (words := _bar(one, rules, seen, background, why, today))}
    options = tuple(sorted((one for one in called_for if one.name not in barred), key=_order))
    return Advice(seen, options, barred, "" if options else _nothing_left(barred))


def sources_of(advice: Advice, rules: NextActionRules) -> list[Source]:
    """What the model is given: the evidence piece by piece, and the steps to choose from. None where none is."""
    if not advice.situation or not advice.options:
        return []
    pieces = [Source(id=piece.id, text=piece.text) for piece in advice.situation.pieces]
    return [*pieces, Source(id=ADMISSIBLE, text="\n".join(_listed(advice, rules)))]


def worded(option: Option, advice: Advice, rules: NextActionRules, customer: str) -> str:
    """What the step is called on the owner's list."""
    assert advice.situation is not None
    pieces = {piece.id: piece for piece in advice.situation.pieces}
    names = {
        key: ", ".join(dict.fromkeys(one.name for one in option.pieces if one.id.startswith(prefix) and one.name))
        for key, prefix in NAMED.items()
        if prefix
    }
    someone = WORDING[rules.language]["someone"]
    names |= {"deal": pieces["deal"].name, "contact": pieces["contact"].name or someone}
    return option.action.said(rules.language).format(customer=customer or names["deal"], **names)


def working_day(start: date, days: int) -> date:
    """So many working days (Monday to Friday) later; on a weekend, at least the Monday after."""
    day = start
    while days > 0 or day.weekday() > 4:
        day += timedelta(days=1)
        days -= day.weekday() <= 4
    return day


def _option(name: str, action: Action, seen: Situation) -> Option | None:
    """None where the evidence does not call for it."""
    if any(_met([condition], seen) for condition in action.unless):
        return None
    met: list[tuple[Condition, Value | None]] = []
    pieces: list[Piece] = []
    for together in _groups(action.when):
        found = _met(together, seen)
        if found is None:
            return None
        values, bearing = found
        met += zip(together, values, strict=True)
        pieces += bearing
    return Option(name, action, tuple(met), tuple(_distinct(pieces)))


def _groups(conditions: Sequence[Condition]) -> list[list[Condition]]:
    """Those that must hold for one and the same quotation, contract or agreed step; each of the others by itself."""
    groups: dict[str, list[Condition]] = {}
    for condition in conditions:
        groups.setdefault(OF_ONE.get(condition.field, condition.field), []).append(condition)
    return list(groups.values())


def _met(together: Sequence[Condition], seen: Situation) -> tuple[list[Value | None], Sequence[Piece]] | None:
    """The values that meet the conditions of a group, and the pieces that say so; None where they are not met."""
    prefix = OF_ONE.get(together[0].field)
    if prefix is None:
        values = [seen.values.get(condition.field) for condition in together]
        holding = all(condition.holds(value) for condition, value in zip(together, values, strict=True))
        return (values, seen.said_by.get(together[0].field, ())) if holding else None
    each = [piece for piece in seen.pieces if piece.id.startswith(prefix)]
    fitting = [piece for piece in each if all(one.holds(piece.values.get(one.field)) for one in together)]
    return ([fitting[0].values.get(one.field) for one in together], fitting) if fitting else None


def _distinct(pieces: Sequence[Piece]) -> Iterator[Piece]:
    seen: set[str] = set()
    for piece in pieces:
        if piece.id not in seen:
            seen.add(piece.id)
            yield piece


def _order(option: Option) -> tuple[bool, int, str]:
    return not option.action.ahead, option.action.priority, option.name


def _bar(option: Option, rules: NextActionRules, seen: Situation, background: Background, why: Why, today: date) -> str:
    """What stands in the step's way; empty: nothing does."""
    selling = _barring(rules.no_selling, seen) if option.action.selling else ""
    if selling or why != "sweep":
        return selling
    turned_down = next((one for one in background.dismissed if _silences(one, option, rules, today)), None)
    return f"{turned_down.action} was turned down on {turned_down.day}" if turned_down else ""


def _silences(dismissal: Dismissal, option: Option, rules: NextActionRules, today: date) -> bool:
    """What a person has turned down is not repeated for a while, nor anything that the rules hold less urgent."""
    if (today - dismissal.day).days > rules.quiet_days_after_dismissal:
        return False
    turned_down = rules.actions.get(dismissal.action)
    return dismissal.action == option.name or (
        turned_down is not None and option.action.priority >= turned_down.priority
    )


def _standing(deal: Deal, background: Background) -> str:
    """Says so where a step that was recommended before stands on the deal, undone; empty otherwise."""
    ours = {normalise(summary) for summary in background.recommended}
    undone = next((one for one in deal.activities if normalise(one.summary) in ours), None)
    return f"a step recommended before, due on {undone.due}, stands on the deal" if undone else ""


def _barring(bars: Sequence[Bar], seen: Situation) -> str:
    """Why something is in the way; empty: nothing is."""
    holding = (bar for bar in bars if all(_met(together, seen) for together in _groups(bar.when)))
    return next((bar.because for bar in holding), "")


def _nothing_left(barred: Mapping[str, str]) -> str:
    if not barred:
        return "no rule calls for a step"
    return "; ".join(f"{name}: {because}" for name, because in barred.items())


def _listed(advice: Advice, rules: NextActionRules) -> Iterator[str]:
    """The steps for the model, each with what calls for it: in the rules' order, which it may change."""
    assert advice.situation is not None
    yield f"language: {rules.language}"
    for option in advice.options:
        first = " ahead" if option.action.ahead else ""
        yield f"{option.name} [{option.action.priority}{first}]"
        for condition, value in option.met:
            wanted = "" if condition.value is None else f" {_plain(condition.value)}"
            yield f"  {condition.field} {_plain(value)} ({condition.is_}{wanted})"
        yield f"  evidence: {', '.join(piece.id for piece in option.pieces) or 'deal'}"


def _plain(value: Value | tuple[str, ...] | None) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)

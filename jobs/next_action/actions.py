"""Which steps the rules admit on a deal, in their order, each with the pieces of evidence that bear it out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from jobs.advice import Background, Dismissal
from jobs.core import Source
from jobs.crm import Facts
from jobs.deals import Deal
from jobs.grounding import normalise
from jobs.next_action.evidence import WORDING, Piece, Situation, situation
from jobs.next_action.rules import NAMED, Action, Bar, Condition, NextActionRules
from jobs.next_action.schema import Why

ADMISSIBLE = "admissible"
"""Id of the source that lists the steps for the model."""


@dataclass(frozen=True)
class Option:
    """One admissible step."""

    name: str
    action: Action
    met: tuple[Condition, ...]
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
    called_for = [_option(name, action, seen) for name, action in rules.actions.items() if _holds(action, seen)]
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


def _holds(action: Action, seen: Situation) -> bool:
    met = all(one.holds(seen.values.get(one.field)) for one in action.when)
    return met and not any(one.holds(seen.values.get(one.field)) for one in action.unless)


def _option(name: str, action: Action, seen: Situation) -> Option:
    """Of several pieces that say a field's value, those that meet the condition by themselves, else all."""
    pieces: list[Piece] = []
    for condition in action.when:
        saying = seen.said_by.get(condition.field, ())
        pieces += [piece for piece in saying if condition.holds(piece.values.get(condition.field))] or saying
    return Option(name, action, action.when, tuple(_distinct(pieces)))


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
    holding = (bar for bar in bars if all(one.holds(seen.values.get(one.field)) for one in bar.when))
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
        for condition in option.met:
            value = advice.situation.values.get(condition.field)
            wanted = "" if condition.value is None else f" {_plain(condition.value)}"
            yield f"  {condition.field} {_plain(value)} ({condition.is_}{wanted})"
        yield f"  evidence: {', '.join(piece.id for piece in option.pieces) or 'deal'}"


def _plain(value: Decimal | str | tuple[str, ...] | None) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)

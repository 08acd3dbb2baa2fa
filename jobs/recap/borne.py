"""Does the call bear out what was noted of it? What it does not is emptied, and named."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jobs.claims import borne_out
from jobs.core import Inputs, Source
from jobs.edits import covered
from jobs.grounding import normalise, stands_in
from jobs.recap.amounts import amounts
from jobs.recap.call import CALL, COLLEAGUES, TRANSCRIPT, Turn, audible, date_of, find_turn, is_ours, text_of, turns_of
from jobs.recap.rules import RecapRules
from jobs.recap.schema import Budget, Emptied, NextStep, RecapProposal, Said
from jobs.review import to_the_model

_NEAR = 3
"""Turns around the quoted one in which its question and its answer stand."""
_LONG = re.compile(r"[^\W\d_]{4,}")
_SHARE = 0.5
"""Of the longer words of a field, those that were said."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_FAR = 3 * 365
"""Days ahead from which on a date is a mistake."""


@dataclass(frozen=True)
class Heard:
    """The call, read once for all fields."""

    turns: Sequence[Turn]
    texts: Sequence[str]
    """The turns' words, normalised."""
    day: date
    sources: Sequence[Source]
    rules: RecapRules
    silenced: Sequence[str]
    """Words that talk to the model, normalised: they bear nothing out."""

    @classmethod
    def of(cls, inputs: Inputs) -> "Heard":
        call = text_of(inputs.sources, CALL)
        said = turns_of(text_of(inputs.sources, TRANSCRIPT), call)
        turns = audible(said)
        silenced = [normalise(one.words) for one, kept in zip(said, turns, strict=True) if one.words and not kept.words]
        day = date_of(call) or inputs.opened
        return cls(turns, [normalise(turn.words) for turn in turns], day, inputs.sources, inputs.rules, silenced)

    def turn(self, words: str) -> Turn | None:
        return find_turn(words, self.turns, self.texts)

    def around(self, turn: Turn) -> str:
        near = self.turns[max(0, turn.number - _NEAR) : turn.number + _NEAR + 1]
        return "\n".join(f"{one.speaker}: {one.words}" if one.speaker else one.words for one in near)

    def by_us(self, turn: Turn) -> bool:
        """Whether one of our own people says it, as far as anything tells."""
        call, colleagues = text_of(self.sources, CALL), text_of(self.sources, COLLEAGUES)
        return bool(turn.speaker and is_ours(turn.speaker, call, colleagues))

    @property
    def weekdays(self) -> dict[int, re.Pattern[str]]:
        """Their names in all languages, Monday first."""
        by_day = zip(*self.rules.weekdays.values(), strict=True)
        return {number: re.compile(rf"\b(?:{'|'.join(names)})", re.I) for number, names in enumerate(by_day)}

    @property
    def everything(self) -> str:
        return "\n".join((normalise(text_of(self.sources, CALL)), *self.texts))


def hold(proposal: RecapProposal, inputs: Inputs) -> RecapProposal:
    """Only what the call says. Fields that a person has set stay as they are."""
    heard = Heard.of(inputs)
    said = [_renamed(one, "stage_suggestion", "signal") for one in proposal.said]
    emptied = [one for one in proposal.emptied if not _touched(one.field, inputs.edited)]
    words: dict[str, list[str]] = {}
    for one in said:
        words.setdefault(one.field, []).append(one.words)

    def kept(field: str, value: object, why: Callable[[Sequence[Turn], str], str]) -> bool:
        """Whether the value stands; otherwise it is noted as emptied."""
        if _touched(field, inputs.edited):
            return True
        quotes = [quote for quote in words.get(field, []) if heard.turn(quote)]
        places = [turn for quote in quotes if (turn := heard.turn(quote))]
        problem = why(places, " ".join(quotes)) if places else _no_words(words.get(field, []), heard)
        if problem:
            emptied.append(Emptied(field=field, value=_shown(value), why=problem))
        return not problem

    update: dict[str, object] = {}
    for name, why in _single(proposal, heard).items():
        value = getattr(proposal, name)
        if value is not None and not kept(name, value, why):
            update[name] = None
    renumbered: dict[str, str] = {}
    for name in ("objections", "decisions", "next_steps"):
        items = getattr(proposal, name)
        standing: list[object] = []
        for number, item in enumerate(items):
            field = f"{name}[{number}]"
            if covered(name, inputs.edited) or kept(field, item, _listed(name, item, heard)):
                renumbered[field] = f"{name}[{len(standing)}]"
                standing.append(_step(item, field, words, heard, inputs, emptied) if name == "next_steps" else item)
        update[name] = standing
    update["summary"] = _summary(proposal.summary, heard, edited="summary" in inputs.edited)
    update["emptied"] = list({(one.field, one.value): one for one in emptied}.values())
    held = proposal.model_copy(update=update)
    return held.model_copy(update={"said": list(_said(said, held, renumbered, heard))})


def _single(proposal: RecapProposal, heard: Heard) -> dict[str, Callable[[Sequence[Turn], str], str]]:
    def of_customer(field: str, value: str) -> Callable[[Sequence[Turn], str], str]:
        def why(places: Sequence[Turn], quote: str) -> str:
            return _only_ours(places, heard) or _text_problem(value, places, quote, heard)

        return why

    def timeline(places: Sequence[Turn], quote: str) -> str:
        if _ISO.fullmatch(proposal.timeline or ""):
            return _only_ours(places, heard) or _date_problem(proposal.timeline, _near(places, heard), heard)
        return of_customer("timeline", proposal.timeline or "")(places, quote)

    texts = {name: getattr(proposal, name) or "" for name in ("need", "authority")}
    return {
        **{name: of_customer(name, value) for name, value in texts.items()},
        "timeline": timeline,
        "budget": lambda places, quote: _budget_problem(proposal.budget, places, quote, heard),
        "competitor": lambda places, quote: _only_ours(places, heard) or _names_problem(proposal.competitor, quote),
        "next_meeting": lambda places, quote: _date_problem(proposal.next_meeting, _near(places, heard), heard, quote),
        "signal": lambda places, quote: "",
    }


def _listed(name: str, item: object, heard: Heard) -> Callable[[Sequence[Turn], str], str]:
    def why(places: Sequence[Turn], quote: str) -> str:
        text = item.what if isinstance(item, NextStep) else str(item)
        ours = _only_ours(places, heard) if name == "objections" else ""
        return ours or _text_problem(text, places, quote, heard)

    return why


def _touched(field: str, edited: Sequence[str]) -> bool:
    """Whether a person has set it, or a part of it."""
    return covered(field, edited) or any(path.startswith((f"{field}.", f"{field}[")) for path in edited)


def _no_words(quotes: Sequence[str], heard: Heard) -> str:
    if any(stands_in(normalise(quote), text) for quote in quotes for text in heard.silenced):
        return "the quoted words talk to the model: they say nothing of the customer"
    return "the quoted words do not stand in the transcript" if quotes else "no words of the call were given for it"


def _only_ours(places: Sequence[Turn], heard: Heard) -> str:
    """The words, and the answer to them."""
    if any(not heard.by_us(turn) for turn in places):
        return ""
    return "only we say so, not the customer"


def _text_problem(value: str, places: Sequence[Turn], quote: str, heard: Heard) -> str:
    if normalise(value) in normalise(quote):
        return ""
    near = set(_LONG.findall(normalise(heard.around(places[-1]))))
    words = _LONG.findall(normalise(value))
    if sum(word in near for word in words) < _SHARE * len(words):
        return "these are not the words of the call"
    return "; ".join(borne_out(value, places[-1].words, heard.around(places[-1])))


def _budget_problem(budget: Budget | None, places: Sequence[Turn], quote: str, heard: Heard) -> str:
    if budget is None:
        return ""
    if heard.rules.unsaid.search(quote):
        return "the words do not say that there is such a budget"
    said = set(amounts(quote))
    in_thousands = any(amount >= 1000 for amount in said) and budget.amount / 1000 in said  # make that 40
    if budget.amount not in said and not in_thousands:
        return f"{budget.amount:f} does not stand in the quoted words"
    if budget.currency:
        marks = heard.rules.currencies.get(budget.currency, [budget.currency])
        if not any(_mark_stands(mark, heard.everything) for mark in marks):
            return f"nobody speaks of {budget.currency}"
    return _only_ours(places, heard)


def _mark_stands(mark: str, text: str) -> bool:
    if not mark[-1].isalpha():
        return mark in text
    return re.search(rf"(?<![^\W\d_]){re.escape(mark)}(?!\w)", text) is not None


def _names_problem(names: str | None, quote: str) -> str:
    missing = [name for name in re.split(r"[,;]\s*", names or "") if not stands_in(normalise(name), normalise(quote))]
    return f"{', '.join(missing)}: not in the quoted words" if missing else ""


def _date_problem(day: str | None, quote: str, heard: Heard, own: str = "") -> str:
    """A date that the words cannot mean: none names a day, it lies behind the call, or on another weekday than the one
    that the field's `own` words name."""
    try:
        found = date.fromisoformat(day or "")
    except ValueError:
        return f"“{day}” is no date (YYYY-MM-DD)"
    if not 0 <= (found - heard.day).days <= _FAR:
        return f"{day} does not follow from the date of the call"
    if not heard.rules.day_words.search(quote):
        return "the words name no day"
    named = {number for number, names in heard.weekdays.items() if names.search(own)}
    rest = re.sub("|".join(names.pattern for names in heard.weekdays.values()), "", own, flags=re.I)
    if named and found.weekday() not in named and not heard.rules.day_words.search(rest):
        return f"{day} is on another weekday"
    return ""


def _near(places: Sequence[Turn], heard: Heard) -> str:
    return "\n".join(heard.around(turn) for turn in places)


def _step(
    item: NextStep,
    field: str,
    words: dict[str, list[str]],
    heard: Heard,
    inputs: Inputs,
    emptied: list[Emptied],
) -> NextStep:
    """With its owner and day, as far as the call says them."""
    update: dict[str, str | None] = {}
    quotes = [turn for quote in words.get(field, []) if (turn := heard.turn(quote))]
    if item.due and not covered(f"{field}.due", inputs.edited) and not covered("next_steps", inputs.edited):
        own = " ".join(words.get(field, []))
        problem = _date_problem(item.due, _near(quotes, heard), heard, own)
        if problem:
            update["due"] = None
            emptied.append(Emptied(field=f"{field}.due", value=item.due, why=problem))
    known = covered(f"{field}.owner", inputs.edited) or covered("next_steps", inputs.edited)
    if item.owner and not known and not _is_somebody(item.owner, heard):
        update["owner"] = None
        emptied.append(Emptied(field=f"{field}.owner", value=item.owner, why="nobody in the call is called so"))
    return item.model_copy(update=update) if update else item


def _is_somebody(name: str, heard: Heard) -> bool:
    speakers = {normalise(turn.speaker) for turn in heard.turns if turn.speaker}
    return normalise(name) in speakers or stands_in(normalise(name), "\n".join((*speakers, heard.everything)))


def _summary(summary: str, heard: Heard, *, edited: bool) -> str:
    """Without the lines whose figures and names nobody said."""
    if edited:
        return summary
    text = "\n".join(f"{turn.speaker}: {turn.words}" if turn.speaker else turn.words for turn in heard.turns)
    plain = normalise(text)
    lines = [line.strip() for line in summary.splitlines() if line.strip() and not to_the_model(line)]
    return "\n".join(line for line in lines if all(_is_said(word, plain) for word in _FIGURE.findall(line)))


_FIGURE = re.compile(r"\d[\d.,]*\d|\d+|(?<=[^\s.!?:] )[A-ZÀ-Ý][\w'’-]{2,}")
"""Figures, and names within a sentence."""


def _is_said(word: str, text: str) -> bool:
    wanted = normalise(word)
    if stands_in(wanted, text) or wanted in text:
        return True
    return any(Decimal(str(amount)) in set(amounts(text)) for amount in amounts(word))


def _said(said: Sequence[Said], held: RecapProposal, renumbered: dict[str, str], heard: Heard) -> Iterator[Said]:
    """With speaker and time, for the fields that stand."""
    for one in said:
        field = renumbered.get(one.field, one.field)
        listed = "[" in one.field
        if (listed and one.field not in renumbered) or (not listed and getattr(held, one.field, None) is None):
            continue
        turn = heard.turn(one.words)
        if turn:
            found = Said(field=field, speaker=turn.speaker, time=turn.time, words=one.words)
            yield _renamed(found, "signal", "stage_suggestion")


def _renamed(said: Said, old: str, new: str) -> Said:
    """What the signal rests on bears out the stage that is suggested for it."""
    return said.model_copy(update={"field": new}) if said.field == old else said


def _shown(value: object) -> str:
    if isinstance(value, Budget):
        return f"{value.amount:f} {value.currency or ''}".strip()
    return value.what if isinstance(value, NextStep) else str(value)

"""What there is to say of a deal: pieces with an id and plain sentences for people and models, and the values that the
rules compare. Sentences name days, never ages: what was signed yesterday must read the same today."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from jobs.advice import AgreedStep, Background
from jobs.crm import Facts
from jobs.deals import CustomerState, Deal, OpenInvoice, OpenQuotation
from jobs.next_action.rules import OF_ONE, Language, Value
from jobs.next_action.schema import Why

WORDING: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (files("jobs.next_action") / "wording.toml").read_text(encoding="utf-8")
)
_NOTE_CHARACTERS = 600


@dataclass(frozen=True)
class Piece:
    """One source: a sentence or a few, and what it says to the rules' fields."""

    id: str
    text: str
    values: Mapping[str, Value]
    name: str = ""
    """What the summary of a step calls it."""


@dataclass(frozen=True)
class Situation:
    pieces: tuple[Piece, ...]
    values: Mapping[str, Value]
    """By field of the rules; what is not known is not there."""
    said_by: Mapping[str, tuple[Piece, ...]]
    """Which pieces bear a value out."""


def situation(facts: Facts, today: date, why: Why, language: Language) -> Situation | None:
    """None where there is no deal to look at."""
    known = facts.deal
    if known is None or not known.deals:
        return None
    deal, background = known.deals[0], facts.background or Background()
    words = WORDING[language]
    pieces = [
        _deal(deal, today, words),
        _contact(deal, today, words),
        *([Piece("note", _said(words, "note", text=_cut(deal.last_note)), {})] if deal.last_note.strip() else []),
        *_steps(deal, today, words),
        *(_customer(known.state, today, words) if known.state else ()),
        *_background(background, today, words),
    ]
    pieces = _with_own_ids(pieces)
    values, said_by = _together(pieces)
    return Situation(tuple(pieces), {**values, "trigger": why}, said_by)


def amount_of(amount: Decimal, currency: str) -> str:
    return f"{amount:.2f} {currency}".rstrip()


def _together(pieces: list[Piece]) -> tuple[dict[str, Value], dict[str, tuple[Piece, ...]]]:
    """What all pieces say of a field: counts are added up. What each quotation has of its own is not among it."""
    by_field: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        for name in piece.values.keys() - OF_ONE.keys():
            by_field[name].append(piece)
    values: dict[str, Value] = {}
    said_by: dict[str, tuple[Piece, ...]] = {}
    for name, saying in by_field.items():
        numbers = [value for piece in saying if isinstance(value := piece.values[name], Decimal)]
        values[name] = sum(numbers, Decimal(0)) if len(numbers) == len(saying) else saying[0].values[name]
        said_by[name] = tuple(saying)
    return values, said_by


def _deal(deal: Deal, today: date, words: Mapping[str, str]) -> Piece:
    opened = deal.opened_at.date()
    since = deal.stage_since.date() if deal.stage_since else None
    sentences = [_said(words, "deal", title=deal.title, opened=opened)]
    if deal.stage:
        key = "stage_since" if since else "stage"
        sentences.append(_said(words, key, stage=deal.stage, since=since or ""))
    sentences += [_said(words, "team", team=deal.team)] if deal.team else []
    sentences += [] if deal.owner else [words["no_owner"]]
    values: dict[str, Value] = {"deal_days": _days(opened, today), "owned": Decimal(bool(deal.owner))}
    values |= {"stage_days": _days(since, today)} if since else {}
    values |= {"stage": deal.stage} if deal.stage else {}
    values |= {"team": deal.team} if deal.team else {}
    if deal.revenue is not None:
        sentences.append(_said(words, "revenue", amount=amount_of(deal.revenue, deal.currency)))
        values["revenue"] = deal.revenue
    if deal.probability is not None:
        # Not among the sentences: CRMs compute it anew all the time.
        values["probability"] = deal.probability
    if deal.deadline:
        sentences.append(_said(words, "closing", day=deal.deadline))
        values["closes_in_days"] = -_days(deal.deadline, today)
    return Piece("deal", " ".join(sentences), values, deal.title)


def _contact(deal: Deal, today: date, words: Mapping[str, str]) -> Piece:
    last = deal.last_contact.date() if deal.last_contact else None
    sentences = [_said(words, "contact", day=last) if last else words["no_contact"]]
    sentences += [_said(words, "person", person=deal.contact)] if deal.contact else []
    quiet = _days(last or deal.opened_at.date(), today)
    return Piece("contact", " ".join(sentences), {"quiet_days": max(quiet, Decimal(0))}, deal.contact)


def _steps(deal: Deal, today: date, words: Mapping[str, str]) -> Iterator[Piece]:
    for step in deal.activities:
        text = _said(words, "step", owner=step.owner or "–", day=step.due, summary=_line(step.summary))
        field = "steps_overdue" if step.due < today else "steps_planned"
        yield Piece(f"step:{step.id}", text, {field: Decimal(1)}, _line(step.summary))


def _customer(state: CustomerState, today: date, words: Mapping[str, str]) -> Iterator[Piece]:
    for quotation in state.quotations:
        yield _quotation(quotation, today, words)
    if state.invoices or state.paid_late_days is not None:
        yield _invoices(state, today, words)
    for number, title in enumerate(state.complaints, 1):
        text = _said(words, "complaint", title=_line(title))
        yield Piece(f"complaint:{number}", text, {"complaints": Decimal(1)}, _line(title))
    if state.last_order or state.orders_last_year:
        yield _orders(state, today, words)


def _quotation(quotation: OpenQuotation, today: date, words: Mapping[str, str]) -> Piece:
    amount = amount_of(quotation.total, quotation.currency)
    sentences = [_said(words, quotation.state, number=quotation.number, created=quotation.created, amount=amount)]
    sent = quotation.state == "sent"
    age = _days(quotation.created, today)
    values: dict[str, Value] = {
        "quotations_sent" if sent else "quotations_draft": Decimal(1),
        "quotation_days" if sent else "draft_days": age,
    }
    if quotation.valid_until:
        ends = -_days(quotation.valid_until, today)
        sentences.append(_said(words, "valid_until" if ends >= 0 else "lapsed", day=quotation.valid_until))
        values |= {"quotation_ends_in_days": ends} if ends >= 0 else {"quotation_lapsed_days": -ends}
    if quotation.short:
        sentences.append(_said(words, "short", products="; ".join(map(_line, quotation.short))))
        values["quotation_short"] = Decimal(len(quotation.short))
    return Piece(f"quotation:{quotation.number}", " ".join(sentences), values, quotation.number)


def _invoices(state: CustomerState, today: date, words: Mapping[str, str]) -> Piece:
    """Those past their due date; how the customer pays otherwise."""
    overdue = sorted((one for one in state.invoices if one.due < today), key=lambda one: one.due)
    sentences = [_invoice(one, words) for one in overdue]
    values: dict[str, Value] = {}
    if overdue:
        values = {"invoices_overdue": Decimal(len(overdue)), "overdue_days": _days(overdue[0].due, today)}
    if state.paid_late_days is not None:
        late = state.paid_late_days > 0
        sentences.append(_said(words, "paid_late" if late else "paid_early", days=state.paid_late_days))
        values["paid_late_days"] = Decimal(state.paid_late_days)
    return Piece("invoices", " ".join(sentences) or "–", values, ", ".join(one.number for one in overdue))


def _invoice(invoice: OpenInvoice, words: Mapping[str, str]) -> str:
    amount = amount_of(invoice.open_amount, invoice.currency)
    return _said(words, "invoice", number=invoice.number, amount=amount, day=invoice.due)


def _orders(state: CustomerState, today: date, words: Mapping[str, str]) -> Piece:
    sentences = [_said(words, "last_order", day=state.last_order)] if state.last_order else []
    sentences.append(_said(words, "orders", count=state.orders_last_year))
    values: dict[str, Value] = {"orders_last_year": Decimal(state.orders_last_year)}
    values |= {"last_order_days": _days(state.last_order, today)} if state.last_order else {}
    return Piece("orders", " ".join(sentences), values)


def _background(background: Background, today: date, words: Mapping[str, str]) -> Iterator[Piece]:
    for contract in background.contracts:
        key = "contract" if contract.ends >= today else "contract_ended"
        text = _said(words, key, title=_line(contract.title), day=contract.ends)
        values: dict[str, Value] = {"contract_ends_in_days": -_days(contract.ends, today)}
        yield Piece(f"contract:{contract.document}", text, values, _line(contract.title))
    recap = background.recap
    if recap is None:
        return
    yield Piece(f"recap:{recap.case_id}", _said(words, "recap", day=recap.day), {"recap_days": _days(recap.day, today)})
    for step in recap.steps:
        values = {"agreed_in_days": -_days(step.due, today)} if step.due else {}
        yield Piece(f"recap:{recap.case_id}:step", _agreed(step, words), values, _line(step.what))
    for objection in recap.objections:
        text = _said(words, "objection", text=_line(objection))
        yield Piece(f"recap:{recap.case_id}:objection", text, {"objections": Decimal(1)}, _line(objection))


def _agreed(step: AgreedStep, words: Mapping[str, str]) -> str:
    key = f"agreed{'_who' if step.owner else ''}{'_by' if step.due else ''}"
    return _said(words, key, what=_line(step.what), who=_line(step.owner), day=step.due or "")


def _with_own_ids(pieces: list[Piece]) -> list[Piece]:
    """Two quotations of one number, or two agreed steps, are two sources."""
    seen: dict[str, int] = defaultdict(int)
    distinct: list[Piece] = []
    for piece in pieces:
        seen[piece.id] += 1
        number = seen[piece.id]
        distinct.append(piece if number == 1 else Piece(f"{piece.id}#{number}", piece.text, piece.values, piece.name))
    return distinct


def _said(words: Mapping[str, str], key: str, **values: Any) -> str:
    filled = {
        name: value.isoformat() if isinstance(value, (date, datetime)) else value for name, value in values.items()
    }
    return words[key].format(**filled)


def _days(since: date, today: date) -> Decimal:
    return Decimal((today - since).days)


def _line(text: str) -> str:
    """On one line and without a full stop of its own."""
    return re.sub(r"\s+", " ", text).strip().rstrip(".")


def _cut(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= _NOTE_CHARACTERS else f"{line[:_NOTE_CHARACTERS].rstrip()}…"

"""The shape of the next_action job's rules; their values, and what each means, are in rules.toml."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from string import Formatter
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jobs.deals import ActivityKind

Language = Literal["en", "nl", "de", "fr"]
Number = Literal[
    "deal_days",
    "stage_days",
    "quiet_days",
    "closes_in_days",
    "revenue",
    "probability",
    "owned",
    "steps_planned",
    "steps_overdue",
    "quotations_sent",
    "quotations_draft",
    "quotation_days",
    "draft_days",
    "quotation_ends_in_days",
    "quotation_lapsed_days",
    "quotation_short",
    "invoices_overdue",
    "overdue_days",
    "paid_late_days",
    "complaints",
    "contract_ends_in_days",
    "recap_days",
    "agreed_in_days",
    "objections",
    "last_order_days",
    "orders_last_year",
]
Word = Literal["stage", "team", "trigger"]
Value = Decimal | str
NAMED = {
    "customer": "",
    "deal": "",
    "contact": "",
    "complaints": "complaint:",
    "invoices": "invoices",
    "agreed": "recap:",
    "objections": "recap:",
    "steps": "step:",
    "short_quotations": "quotation:",
    "sent_quotations": "quotation:",
    "draft_quotations": "quotation:",
    "contracts": "contract:",
}
"""What the words of a step may name, and how the ids of the pieces begin that give the names."""


OF_ONE: Mapping[str, str] = {
    "quotation_days": "quotation:",
    "draft_days": "quotation:",
    "quotation_ends_in_days": "quotation:",
    "quotation_lapsed_days": "quotation:",
    "quotation_short": "quotation:",
    "contract_ends_in_days": "contract:",
    "agreed_in_days": "recap:",
}
"""Fields of which each quotation, contract and agreed step has its own, and how the ids of these begin: a rule's
conditions on them must hold for one and the same."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """A field of the evidence compared with a value. What is not known meets no comparison but `unknown`."""

    model_config = ConfigDict(populate_by_name=True)

    field: Number | Word
    is_: Literal["at_least", "at_most", "one_of", "none_of", "known", "unknown"] = Field(alias="is")
    value: Decimal | tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Condition":
        number, words = isinstance(self.value, Decimal), isinstance(self.value, tuple)
        if self.is_ in ("known", "unknown"):
            wrong = "takes no value" if self.value is not None else ""
        elif self.is_ in ("at_least", "at_most"):
            wrong = "" if number and self.field in get_args(Number) else "compares numbers, with a number as its value"
        else:
            wrong = (
                "" if words and self.field in get_args(Word) else "compares words, with a list of words as its value"
            )
        if wrong:
            raise ValueError(f"{self.field} {self.is_}: {wrong}")
        return self

    def holds(self, value: Value | None) -> bool:
        match self.is_:
            case "known" | "unknown":
                return (value is not None) == (self.is_ == "known")
            case "at_least":
                return isinstance(value, Decimal) and value >= self._number
            case "at_most":
                return isinstance(value, Decimal) and value <= self._number
            case _:
                listed = isinstance(value, str) and value.casefold() in {word.casefold() for word in self._words}
                return isinstance(value, str) and listed == (self.is_ == "one_of")

    @property
    def _number(self) -> Decimal:
        return self.value if isinstance(self.value, Decimal) else Decimal(0)

    @property
    def _words(self) -> tuple[str, ...]:
        return self.value if isinstance(self.value, tuple) else ()


class Bar(_Strict):
    """What stands in the way, of every step or of those that sell."""

    when: tuple[Condition, ...] = Field(min_length=1)
    because: str = Field(min_length=1)


class Action(_Strict):
    priority: int = Field(ge=1)
    when: tuple[Condition, ...] = Field(min_length=1)
    unless: tuple[Condition, ...] = ()
    ahead: bool = False
    selling: bool = False
    kind: ActivityKind | Literal["none"]
    due_working_days: int = Field(default=0, ge=0, le=60)
    words: dict[Language, str]

    @model_validator(mode="after")
    def _is_worded(self) -> "Action":
        if "en" not in self.words:
            raise ValueError("words: en is missing")
        for language, words in self.words.items():
            unknown = {name for _, name, _, _ in Formatter().parse(words) if name is not None} - {*NAMED}
            if unknown:
                raise ValueError(f"words.{language}: {{{unknown.pop()}}} is not known; there is {', '.join(NAMED)}")
        return self

    def said(self, language: Language) -> str:
        return self.words.get(language) or self.words["en"]


class NextActionRules(_Strict):
    language: Language
    stale_days: int = Field(ge=1)
    most_per_sweep: int = Field(ge=1, le=200)
    quiet_days_after_dismissal: int = Field(ge=0)
    leaders: dict[str, str]
    settled: tuple[Bar, ...]
    no_selling: tuple[Bar, ...]
    actions: dict[str, Action] = Field(min_length=1)

    def leader(self, team: str) -> str:
        """Login of the team's leader; empty where the rules name none."""
        return next((login for name, login in self.leaders.items() if name.casefold() == team.casefold()), "")


RULES = NextActionRules.model_validate(
    tomllib.loads((files("jobs.next_action") / "rules.toml").read_text(encoding="utf-8"))
)

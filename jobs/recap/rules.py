"""The shape of the recap job's rules; their values, and what each means, are in rules.toml."""

import re
import tomllib
from functools import cached_property
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs.deals import ActivityKind
from jobs.patterns import Pattern
from jobs.recap.schema import Signal

Source = Literal["need", "budget", "authority", "timeline", "competitor", "objections"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecapRules(_Strict):
    stages: dict[Signal, str]
    qualified_by: list[Source]
    qualified_from: int = Field(gt=0)
    revenue_from_budget: bool
    deadline_from_timeline: bool
    fields: dict[Source, str]
    customer_steps: Literal["follow_up", "note"]
    follow_up_days: int = Field(ge=0)
    days_without_due: int = Field(ge=0)
    activity_kinds: dict[ActivityKind, Pattern]
    not_said: list[Pattern]
    named_days: list[Pattern]
    weekdays: dict[str, list[str]]
    currencies: dict[str, list[str]]

    @cached_property
    def unsaid(self) -> re.Pattern[str]:
        return re.compile("|".join(self.not_said), re.I)

    @cached_property
    def day_words(self) -> re.Pattern[str]:
        return re.compile("|".join(self.named_days), re.I)

    def kind(self, what: str) -> ActivityKind:
        for kind, words in self.activity_kinds.items():
            if re.search(words, what, re.I):
                return kind
        return "todo"


RULES = RecapRules.model_validate(tomllib.loads((files("jobs.recap") / "rules.toml").read_text(encoding="utf-8")))

"""The shape of the inquiry job's rules; their values, and what each means, are in rules.toml."""

import tomllib
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs.inquiry.schema import Kind, Priority
from jobs.patterns import Pattern


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Routing(_Strict):
    """Where a request goes. A limit that is None fits everything."""

    kinds: list[Kind] | None = None
    priorities: list[Priority] | None = None
    languages: list[str] | None = None
    countries: list[str] | None = None
    team: str
    record: Literal["lead", "ticket"]
    owner: str | None = None

    def fits(self, kind: str, priority: str, language: str, country: str) -> bool:
        limits = (self.kinds, kind), (self.priorities, priority), (self.languages, language), (self.countries, country)
        return all(limit is None or value in limit for limit, value in limits)


class Fraud(_Strict):
    patterns: list[Pattern]
    disclaimers: list[Pattern]


class InquiryRules(_Strict):
    sla_tags: list[str]
    hand_over: dict[Kind, str]
    hand_over_documents: dict[Kind, str]
    duplicate_title_score: float = Field(ge=0, le=100)
    routing: list[Routing]
    fraud: Fraud


RULES = InquiryRules.model_validate(tomllib.loads((files("jobs.inquiry") / "rules.toml").read_text(encoding="utf-8")))

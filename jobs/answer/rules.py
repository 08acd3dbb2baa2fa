"""The shape of the answer job's rules; their values, and what each means, are in rules.toml."""

import tomllib
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Owner(_Strict):
    about: list[str]
    who: str = Field(min_length=1)


class Step(_Strict):
    from_score: float = Field(ge=0, le=1)
    share: float = Field(ge=0, le=1)


class AnswerRules(_Strict):
    own_domains: list[str]
    least_confidence: float = Field(ge=0, le=1)
    take_over_questions: bool
    owners: list[Owner]
    confidence: list[Step]

    def share_at(self, score: float) -> float:
        """What an answer with this score is worth; 0 below the first step."""
        reached = [step for step in self.confidence if step.from_score <= score]
        return max(reached, key=lambda step: step.from_score).share if reached else 0.0


RULES = AnswerRules.model_validate(tomllib.loads((files("jobs.answer") / "rules.toml").read_text(encoding="utf-8")))

"""The shape of the quote job's rules; their values, and what each means, are in rules.toml."""

import tomllib
from decimal import Decimal
from functools import cached_property
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Approval(_Strict):
    up_to: Decimal | None = None
    least_margin: Decimal | None = None
    role: str = Field(min_length=1)

    def fits(self, net: Decimal, margin: Decimal | None) -> bool:
        """A margin that the ERP does not tell fits no tier that asks for one."""
        if self.up_to is not None and net > self.up_to:
            return False
        return self.least_margin is None or (margin is not None and margin >= self.least_margin)


class QuoteRules(_Strict):
    validity_days: int = Field(gt=0)
    least_validity_days: int = Field(ge=0)
    margin_floor: Decimal = Field(lt=1)
    largest_discount: Decimal = Field(ge=0, le=100)
    mark_unmatched: bool
    approval: list[Approval]
    units: dict[str, list[str]]
    local_units: dict[str, dict[str, list[str]]]

    def unit_kind(self, word: str, language: str = "") -> str | None:
        """What kind of unit a word names in this language (ISO 639-1); None for a word that no list has."""
        folded = word.casefold().strip(" .")
        return self._local_kinds.get(language, {}).get(folded) or self._kinds.get(folded)

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return _by_word(self.units)

    @cached_property
    def _local_kinds(self) -> dict[str, dict[str, str]]:
        return {language: _by_word(units) for language, units in self.local_units.items()}


def _by_word(units: dict[str, list[str]]) -> dict[str, str]:
    return {word.casefold(): kind for kind, words in units.items() for word in [kind, *words]}


RULES = QuoteRules.model_validate(tomllib.loads((files("jobs.quote") / "rules.toml").read_text(encoding="utf-8")))

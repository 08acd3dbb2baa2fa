"""The shape of the invoice job's rules; their values, and what each means, are in rules.toml."""

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from jobs.patterns import Pattern


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Amount = Annotated[Decimal, Field(ge=0)]


class OrderTolerance(_Strict):
    price_percent: Amount
    price_line_amount: Amount
    quantity_percent: Amount
    charge_amount: Amount


class Rounding(_Strict):
    amount: Amount
    per_line: Amount
    cash: dict[str, Amount]
    whole: list[str]

    def least(self, currency: str | None) -> Decimal:
        """The difference that is none, in this currency."""
        return Decimal(1) if currency in self.whole else self.amount


class Rates(_Strict):
    """VAT rates of a country, per cent. A limit that is None is open."""

    rates: list[Decimal]
    since: date | None = None
    until: date | None = None

    def hold(self, on: date) -> bool:
        return (self.since is None or on >= self.since) and (self.until is None or on <= self.until)


class Approval(_Strict):
    up_to: Amount | None = None
    role: str = Field(min_length=1)


class OtherPaper(_Strict):
    """What is no invoice: an offer, a reminder."""

    name: str
    types: list[str]
    title: Pattern
    overrules: bool = False
    always: bool = False


class InvoiceRules(_Strict):
    approval: list[Approval] = Field(min_length=1)
    never_accepted: list[str]
    orders_required: bool
    future_days: int = Field(ge=0)
    order: OrderTolerance
    rounding: Rounding
    reverse_charge: list[Pattern]
    reverse_charge_perhaps: list[Pattern]
    bank_notices: list[Pattern]
    no_bank_notices: list[Pattern]
    invoice_title: Pattern
    invoice_label: Pattern
    no_invoice: Pattern
    other_papers: list[OtherPaper]
    no_order: list[str]
    own_orders: Pattern
    charge_lines: Pattern
    vat_rates_since: date
    vat_rates: dict[str, list[Rates]]

    def rates(self, country: str, on: date) -> set[Decimal]:
        """The VAT rates of a country (ISO 3166) on that day; empty where no list knows."""
        if on < self.vat_rates_since:
            return set()
        return {rate for rates in self.vat_rates.get(country, []) if rates.hold(on) for rate in rates.rates}

    @cached_property
    def says_reverse_charge(self) -> re.Pattern[str]:
        return _any(self.reverse_charge)

    @cached_property
    def perhaps_reverse_charge(self) -> re.Pattern[str]:
        return _any(self.reverse_charge_perhaps)

    @cached_property
    def bank_notice(self) -> re.Pattern[str]:
        return _any(self.bank_notices)

    @cached_property
    def no_bank_notice(self) -> re.Pattern[str]:
        return _any(self.no_bank_notices)


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


RULES = InvoiceRules.model_validate(tomllib.loads((files("jobs.invoice") / "rules.toml").read_text(encoding="utf-8")))

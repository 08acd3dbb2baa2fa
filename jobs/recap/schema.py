"""What a call is turned into. The model answers `CallNotes`; `RecapProposal` adds what is looked up and derived."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


Amount = Annotated[
    Decimal,
    Field(gt=0, lt=Decimal("1e12"), allow_inf_nan=False),
    PlainSerializer(_number, return_type=int | float, when_used="json"),
]
Signal = Literal["qualified", "offered", "won"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Budget(_Strict):
    amount: Amount = Field(description="A plain number (50k is 50000); of a range its upper end.")
    currency: str | None = Field(description="ISO 4217; null when the call names none.")


class NextStep(_Strict):
    owner: str | None = Field(description="Who has taken it on, by the name in the transcript.")
    what: str = Field(description="In the words of the call.")
    due: str | None = Field(description="ISO date, worked out from the call's date; null when no day was named.")


class CallNotes(_Strict):
    language: str = Field(description="ISO 639-1 code of the call.")
    company: str | None = Field(description="The customer's company, where the call names it.")
    summary: str = Field(description="At most five lines, each one sentence that the call bears out.")
    decisions: list[str] = Field(description="What was decided or agreed in the call.")
    need: str | None = Field(description="What the customer needs or wants solved.")
    budget: Budget | None = Field(description="What the customer can or will spend, in the customer's own words.")
    authority: str | None = Field(description="Who decides on the customer's side.")
    timeline: str | None = Field(
        description="When the customer wants it or decides: an ISO date where a day is named, else the call's words."
    )
    competitor: str | None = Field(description="Other suppliers that the customer has or considers, by name.")
    objections: list[str] = Field(description="What holds the customer back.")
    next_steps: list[NextStep]
    next_meeting: str | None = Field(description="ISO date of the next talk, where one was agreed.")
    signal: Signal | None = Field(
        description="won: the customer says yes; offered: an offer was asked for or promised; qualified: need "
        "and means are clear; null: none of them."
    )


class Said(_Strict):
    """The words that bear a field out."""

    field: str
    speaker: str | None
    time: str | None
    """hh:mm:ss from the start of the call."""
    words: str


class Emptied(_Strict):
    """What the model answered and the call does not bear out."""

    field: str
    value: str
    why: str


class RecapProposal(CallNotes):
    stage_suggestion: str | None = None
    """A stage of the CRM."""
    said: list[Said] = []
    emptied: list[Emptied] = []
    call_date: str | None = None
    deal_id: int | None = None
    deal: str = ""
    """The deal's title."""
    customer: str = ""
    why_this_deal: str = ""

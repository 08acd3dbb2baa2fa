"""What an inbound mail is turned into. Every field is required in the schema, so strict structured output works;
what the mail does not say is null."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["quote_request", "order", "complaint", "service_request", "invoice", "question", "other", "not_business"]
Priority = Literal["low", "normal", "high"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Item(_Strict):
    text: str = Field(description="The product as the sender words it, with article number if given.")
    quantity: float | None = Field(description="A figure; null when none is stated.")
    unit: str | None = Field(description="The sender's own word for the unit (pcs, st, Stück, boxes); null if none.")


class Request(_Strict):
    kind: Kind
    summary: str = Field(description="One sentence in the mail's language.")
    company: str | None = Field(description="Who wants the job done; in a forwarded mail the one inside.")
    contact: str | None = Field(description="The person's name.")
    email: str | None
    phone: str | None
    priority: Priority
    priority_reason: str | None = Field(description="Why the priority is not normal; null when it is.")
    items: list[Item]
    wanted_date: str | None = Field(description="ISO date (YYYY-MM-DD) by which it is wanted.")


class InquiryProposal(_Strict):
    is_business: bool
    language: str = Field(description="ISO 639-1 code of the new text.")
    requests: list[Request]

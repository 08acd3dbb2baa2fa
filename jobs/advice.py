"""What the company's own papers and case files say of a deal, besides what the CRM knows."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contract(_Frozen):
    """A document of the customer's that ends."""

    document: str
    """Its id among the company's documents."""
    title: str
    ends: date
    """Last day on which it holds."""


class AgreedStep(_Frozen):
    what: str
    owner: str = ""
    due: date | None = None


class Recapped(_Frozen):
    """What the newest recap of a talk about the deal holds."""

    case_id: str
    day: date
    steps: tuple[AgreedStep, ...] = ()
    objections: tuple[str, ...] = ()


class Dismissal(_Frozen):
    """A person has turned this recommendation down."""

    action: str
    day: date
    """UTC."""


class Background(_Frozen):
    contracts: tuple[Contract, ...] = ()
    recap: Recapped | None = None
    dismissed: tuple[Dismissal, ...] = ()
    recommended: tuple[str, ...] = ()
    """Summaries of the steps that earlier cases have put on the deal."""
    open_case: str = ""
    """An earlier case on this deal that waits for its decision; empty: none does."""
    missing: str = ""
    """Why the CRM does not give the deal, in its words."""

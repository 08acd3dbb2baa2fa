"""What a look at a deal is turned into. The model answers a `Ranking` of the steps that the rules admit; what
`NextStep` adds is looked up or made of the rules' own words."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs.deals import ActivityKind

Why = Literal["stage change", "sweep", "asked"]
MEDIA_TYPE = "application/vnd.countersign.deal+json"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Trigger(_Strict):
    """What comes in: which deal to look at, and why."""

    deal: int = Field(gt=0)
    why: Why = "asked"
    day: date | None = None
    """UTC day for which the step is wanted; None: the day on which it is looked at."""


class Ranked(_Strict):
    action: str = Field(description="Name of one of the admissible steps.")
    why: str = Field(description="One or two sentences, in the language asked for: why this step, and why now.")
    evidence: list[str] = Field(description="Ids of the sources that bear it out.")
    quote: str = Field(description="Words copied from one of these sources.")


class Ranking(_Strict):
    ranking: list[Ranked] = Field(description="The admissible steps, the best one first; three at most.")


class Reason(_Strict):
    source: str
    words: str


class NextStep(Ranking):
    """The step that is recommended, for its owner's list. Empty fields: none is."""

    deal_id: int | None = None
    deal: str = ""
    customer: str = ""
    action: str = ""
    summary: str = ""
    kind: ActivityKind | None = None
    """None: nothing is to be done now."""
    due: date | None = None
    owner: str = ""
    """Login."""
    why: str = ""
    reasons: list[Reason] = []
    others: list[str] = []
    """Further steps that the rules admit, the best one first."""
    declined: str = ""
    """Why no step is recommended."""

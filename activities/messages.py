"""What travels between workflows, activities and the CLI. References, kinds and numbers: no customer content, except
what an approver types into a decision."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from jobs.core import BlobRef, Frozen, Release, Route
from jobs.crm import Written


class Item(Frozen):
    """One piece of work: the workflow's argument."""

    job: str
    input: BlobRef
    intake: BlobRef | None = None
    """The input as already read, for a part of a larger case."""
    draft: BlobRef | None = None
    """The proposal already made, for a part of a larger case."""
    proposed_by: str = ""
    """Name of the model that made it."""
    parent: str | None = None
    document: str = ""
    """What the same document is known by when it comes in again; empty: the file's, or the input's, sha256."""


class Received(Frozen):
    intake: BlobRef
    """The input as read: facts and sources."""
    release: Release
    automatic: bool
    """Automatic mail: no model needed."""
    earlier_outcome: str | None
    """This very input was a case before, long enough ago that the engine has forgotten it."""
    draft: BlobRef | None = None
    """What structured data says: no model needed."""
    proposed_by: str = ""
    """The kind of structured data."""
    parts: tuple["Part", ...] = ()
    """Several cases came in at once."""


class Proposed(Frozen):
    draft: BlobRef
    model: str
    """As the endpoint names it."""
    intake: BlobRef | None = None
    """The input with what was looked up for the model; None: nothing was."""


class Part(Frozen):
    """One of several cases that a case falls into."""

    job: str
    draft: BlobRef | None
    """None: a model is asked, by the part's own workflow."""
    proposed_by: str = ""
    """What made the draft, where it was not the model of the whole case."""
    input: BlobRef | None = None
    """The part's own document; None: the input of the whole case."""
    intake: BlobRef | None = None
    """The part as already read; None: it is read anew, or with the whole case."""
    document: str = ""
    """See `Item.document`."""


class Reviewed(Frozen):
    """Where to find what a person decides on, and what the engine needs to know of it."""

    version: int
    digest: str
    document: BlobRef
    draft: BlobRef
    edited: tuple[str, ...]
    """Paths that a person has set."""
    route: Route
    doubtful: tuple[str, ...]
    """Names of the checks that did not pass."""
    kind: str
    priority: str
    amount: Decimal | None
    writes: int
    parts: tuple[Part, ...]
    approver_role: str = ""
    """Who is to countersign; empty: whom the release names."""
    stays_open: bool = False
    """The writes do not settle the case: a letter that asks, say."""


class Verdict(StrEnum):
    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"


class Decision(Frozen):
    """The signal: one person's word on one exact proposal."""

    id: str
    verdict: Verdict
    digest: str
    """Of the review that was seen; a decision on any other is refused."""
    approver: str
    edits: dict[str, Any] = Field(default_factory=dict[str, Any])
    reason: str = ""
    at: datetime


Said = Literal["accepted", "revised", "stale", "changed", "invalid", "already_decided", "expired"]
"""`revised`: the edits are in, and what they led to (a price, say) is yet to be countersigned."""


class Answer(Frozen):
    """What became of a decision. The words for it are in the ledger."""

    decision_id: str
    said: Said
    by: str
    """Who decided; for `already_decided` the one who came first."""
    fields: tuple[str, ...] = ()
    """Paths that changed or are wrong."""


class Decided(Frozen):
    answer: Answer
    reviewed: Reviewed
    """What holds from now on: the same, the edited, or the new proposal that takes the stale one's place."""


class Outcome(StrEnum):
    WRITTEN = "written"
    DECLINED = "declined"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SPLIT = "split"
    DUPLICATE = "duplicate"


class Result(Frozen):
    """What the workflow returns."""

    outcome: Outcome
    written: tuple[Written, ...] = ()
    parts: tuple[str, ...] = ()


class ProposeRequest(Frozen):
    item: Item
    intake: BlobRef


class CheckRequest(Frozen):
    item: Item
    intake: BlobRef
    release: Release
    draft: BlobRef | None
    proposed_by: str
    """Name of the model; empty for a form that a person fills in."""
    edited: tuple[str, ...] = ()
    version: int = 1
    trouble: str | None = None


class DecideRequest(Frozen):
    item: Item
    intake: BlobRef
    release: Release
    current: Reviewed
    decision: Decision


class ApplyRequest(Frozen):
    item: Item
    document: BlobRef


class CloseRequest(Frozen):
    outcome: Outcome
    late: tuple[tuple[Decision, Answer], ...] = ()

# pyright: reportAssignmentType=false, reportIncompatibleVariableOverride=false
# (SQLModel declares __tablename__ so that no plain string fits)
"""The case file: what came in, what was proposed, checked, decided and written, and what it cost.

Times are UTC. Rows are keyed by what they record, so writing one twice leaves one row."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


def now() -> datetime:
    return datetime.now(UTC)


class Utc(TypeDecorator[datetime]):
    """A timezone-aware time, on databases that keep the zone and on those that do not. A naive one is taken for UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return _utc(value) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return _utc(value) if value else None


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class CaseRow(SQLModel, table=True):
    """One job on one input; the id is the workflow's."""

    __tablename__ = "cases"

    id: str = Field(primary_key=True)
    job: str = Field(index=True)
    run_id: str
    parent: str | None = Field(default=None, index=True)
    """The case this one was split off from."""
    input_sha256: str
    input_media_type: str
    input_size: int
    intake_sha256: str = ""
    """The blob with the input as read: facts and texts."""
    document_sha256: str = Field(default="", index=True)
    """Of the document that the case is about: the input, or a file in it."""
    title: str = ""
    sender: str = ""
    customer: str = ""
    kind: str = ""
    priority: str = ""
    amount: Decimal | None = Field(default=None, max_digits=16, decimal_places=2)
    currency: str | None = None
    doubtful: str = ""
    """Names of the checks that did not pass."""
    mode: str = ""
    release: int = 0
    stage: str = Field(default="received", index=True)
    outcome: str | None = Field(default=None, index=True)
    opened_at: datetime = Field(sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)


class ProposalRow(SQLModel, table=True):
    """One version of what the approver sees: proposal, evidence, checks and the writes it would lead to."""

    __tablename__ = "proposals"

    case_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    route: str
    review: dict[str, Any] = Field(sa_type=JSON)
    sources: list[dict[str, Any]] = Field(sa_type=JSON)
    """Id and sha256 of each text the proposal rests on."""
    facts: dict[str, Any] = Field(sa_type=JSON)
    """What the CRM knew when it was checked."""
    at: datetime = Field(sa_type=Utc)


class ModelCallRow(SQLModel, table=True):
    """One call of a model, successful or not."""

    __tablename__ = "model_calls"

    case_id: str = Field(primary_key=True)
    attempt: int = Field(primary_key=True)
    """The activity's attempt; several calls in one attempt (repair, fallback) count on in `call`."""
    call: int = Field(primary_key=True)
    endpoint: str
    model: str
    prompt_version: str
    repair: bool
    outcome: str
    finish_reason: str | None = None
    error: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float
    cost: Decimal | None = Field(default=None, max_digits=16, decimal_places=6)
    currency: str | None = None
    at: datetime = Field(sa_type=Utc)


class DecisionRow(SQLModel, table=True):
    """One decision that arrived by signal, and what became of it."""

    __tablename__ = "decisions"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    verdict: str
    approver: str
    reason: str
    digest: str
    edits: dict[str, Any] = Field(sa_type=JSON)
    changes: list[dict[str, Any]] = Field(sa_type=JSON)
    """What the edits changed, or what had changed under a decision that came too late: path, old, new."""
    said: str
    words: str
    at: datetime = Field(sa_type=Utc)


class WriteRow(SQLModel, table=True):
    """One write at a vendor."""

    __tablename__ = "writes"

    case_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    write: str
    model: str
    vendor_id: int = Field(sa_type=BigInteger)
    """An IMAP UID may be as large as 2³² - 1."""
    url: str
    found: bool
    at: datetime = Field(sa_type=Utc)


class ReleaseRow(SQLModel, table=True):
    """One version of a job's release. The newest is in force; none is ever changed."""

    __tablename__ = "releases"

    job: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSON)
    by: str
    at: datetime = Field(sa_type=Utc)


class KnowledgeSourceRow(SQLModel, table=True):
    """A folder of documents."""

    __tablename__ = "knowledge_sources"

    name: str = Field(primary_key=True)
    folder: str
    """Absolute, as the workers see it."""
    customer: str = ""
    """Whose contracts its documents are, where they do not say otherwise."""
    roles: list[str] = Field(sa_type=JSON)
    """Who may read them, likewise."""
    changed_at: datetime = Field(sa_type=Utc)
    """When its documents last changed."""
    synced_at: datetime | None = Field(default=None, sa_type=Utc)
    problem: str = ""
    """Why it could not be synced the last time."""


class KnowledgeDocumentRow(SQLModel, table=True):
    """A file of a source as it was last read; its passages and their vectors are blobs."""

    __tablename__ = "knowledge_documents"

    source: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    """In the source's folder."""
    fingerprint: str
    """Of all that its reading depends on: file, sidecar, the source's defaults, and how files are read."""
    sha256: str
    told: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """What it says of itself, before it is compared with the others; None: nothing could be read."""
    parts_sha256: str = ""
    vectors_sha256: str = ""
    embedder: str = ""
    """Names the vectors' space."""
    snippets: int = 0
    problem: str = ""
    """What could not be read of it."""
    read_at: datetime = Field(sa_type=Utc)

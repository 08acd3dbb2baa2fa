"""The nouns every job shares: references, sources, evidence, checks, drafts and reviews. Pure data, no I/O."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from jobs.context import Snippet, Viewer
from jobs.crm import AttachFile, CustomerClues, Facts, Write
from jobs.mail import MailFacts


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BlobRef(Frozen):
    """A content in the blob store. It travels through workflow history in the content's place."""

    sha256: str
    media_type: str
    size: int
    """Bytes."""


class Source(Frozen):
    """One text the model is given, under the id its evidence must name (`mail.new_text`, `mail.thread`, ...)."""

    id: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


MAIL = "message/rfc822"


class InputFile(Frozen):
    """What the original is called where it is attached."""

    name: str = "mail.eml"
    media_type: str = MAIL
    sha256: str = ""
    """Of its content, where it is a part of what came in; empty: it is all of that."""

    def of(self, sha256: str) -> "InputFile":
        return self.model_copy(update={"sha256": sha256})


class Claimed(Frozen):
    """One statement of a proposal, and the source that it rests on."""

    field: str
    """Path in the proposal, such as `claims[0]`."""
    text: str
    source: str
    """Its id."""


class Opined(Frozen):
    """What a second call of the model says of a claim: beside the rules, never instead of them."""

    field: str
    supported: bool | None
    """None: no model has answered."""
    wrong: str = ""
    """The detail that the source does not bear out."""


class Finding(Frozen):
    """What reading an input has shown of it, for the rules to weigh: a broken rule of a standard, say."""

    rule: str
    """Its id in the standard, such as BR-CO-15 of EN 16931."""
    fatal: bool
    place: str
    """XPath, or what else names the place; empty: the whole."""
    words: str
    """The rule in the standard's own words."""


class Intake(Frozen):
    """The input as read: what rules use, and the texts the model is given."""

    mail: MailFacts
    sources: list[Source]
    file: InputFile = InputFile()
    beside: list[InputFile] = []
    """Other parts of what came in that belong to it, and are attached with it."""
    pictures: list[BlobRef] = []
    """What has no text, page by page, for a model that reads pictures."""
    findings: list[Finding] = []
    viewer: Viewer | None = None
    """Whom the outcome is for, where documents of the company are used."""
    context: list[Snippet] = []
    """What was found in them; each is a source, too, under its own id."""
    opinions: list[Opined] = []
    """Of the claims in the model's draft; empty where none were asked for."""


class Evidence(Frozen):
    """The words that bear a field out: `quote` must stand in the source with id `source`."""

    field: str
    """Path in the proposal, such as `requests[0].company`."""
    source: str
    quote: str


P = TypeVar("P", bound=BaseModel)


class Draft(Frozen, Generic[P]):
    """What the model answers: the job's proposal and the evidence for its fields. Its JSON schema goes to the model."""

    proposal: P
    evidence: list[Evidence]


class Status(StrEnum):
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


class Check(Frozen):
    """One named result of one rule, in words an approver understands."""

    name: str
    status: Status
    field: str | None
    message: str
    found: str = ""
    """What came in says, where two values are compared."""
    expected: str = ""
    """What it is compared with."""
    advice: str = ""
    """What the approver should do about it."""


class Route(StrEnum):
    """What the gate decided: who or what moves the case on."""

    AUTO = "auto"
    """Every check passed and the release allows it: write without a person."""
    COUNTERSIGN = "countersign"
    """A person decides on the proposal."""
    MANUAL = "manual"
    """There is no model proposal: a person fills one in."""
    DECLINE = "decline"
    """Nothing to do: close without a write."""
    SPLIT = "split"
    """Several requests, or one for another job: each becomes a case of its own."""


class Mode(StrEnum):
    """How far a release may go. Shadow and canary are to come."""

    MANUAL = "manual"
    ASSISTED = "assisted"
    AUTO = "auto"


class Release(Frozen):
    """Which version of a job handles a case and how far it may go. Read once per run and recorded."""

    version: int = 0
    mode: Mode = Mode.ASSISTED
    approver_role: str = "sales"
    expires_days: int = 30
    """Days a proposal waits for its decision before the case closes as expired."""
    model_patience_seconds: int = 900
    """How long the model is retried before the case goes to a person without a proposal."""
    writes_off: tuple[str, ...] = ()
    """Kinds of write that are switched off; `*` is all of them. Read again right before every write."""


@dataclass(frozen=True)
class Inputs:
    """What a job's rules may look at: the texts, the mail's own facts, what the CRM knows, and the rules as data."""

    case_id: str
    sources: Sequence[Source]
    mail: MailFacts
    facts: Facts
    rules: Any
    """The job's own type of rules."""
    input_sha256: str
    input_file: InputFile
    opened: date
    """UTC day on which the case was opened."""
    today: date
    """UTC day on which the facts were read."""
    case_url: str = ""
    proposed_by: str = ""
    """Name of the model that made the draft; empty for a form that a person fills in."""
    edited: tuple[str, ...] = ()
    """Paths in the proposal that a person has set."""
    findings: tuple[Finding, ...] = ()
    """What reading the input has shown of it."""
    beside: tuple[InputFile, ...] = ()
    """Files that are attached with the input."""
    pictures: bool = False
    """The input, or a part of it, has no text: it was read from pictures."""
    viewer: Viewer | None = None
    """Whom the outcome is for, where documents of the company are used."""
    context: tuple[Snippet, ...] = ()
    """Passages of those documents that the model was given."""
    opinions: tuple[Opined, ...] = ()
    """A second opinion on each of the draft's claims, where one was asked for."""

    @property
    def attached(self) -> list[AttachFile]:
        """The original, and the files that belong to it."""
        original = self.input_file if self.input_file.sha256 else self.input_file.of(self.input_sha256)
        return [AttachFile(**file.model_dump()) for file in (original, *self.beside)]

    def with_facts(self, facts: Facts) -> "Inputs":
        return replace(self, facts=facts)


class Headline(Frozen):
    """A case in a line, for lists: the ledger keeps all of it, the engine only kind, priority and amount."""

    customer: str
    kind: str
    priority: str
    amount: Decimal | None = None
    currency: str | None = None
    title: str = ""
    """Empty: the mail's subject says it."""


@dataclass(frozen=True)
class Part:
    """A case that another one leads to."""

    job: str
    draft: Draft[Any] | None
    """None: the other job reads the input anew."""


@dataclass(frozen=True)
class Job(Generic[P]):
    """What a job means. Everything here is pure: the same inputs give the same result."""

    name: str
    answer: type[BaseModel]
    """What the model is asked for: the proposal, or the part of it that is read and not looked up."""
    proposal: type[P]
    prompt: str
    """Instructions to the model; versioned by its content hash."""
    rules: BaseModel
    """Routing, limits and word lists as data; a company replaces what it wants."""
    blank: Callable[[Inputs], P]
    """The proposal a person starts from when there is no model answer."""
    clues: Callable[[P, Sequence[Source], MailFacts], CustomerClues]
    """What the proposal and the texts say of the customer, to look it up in the CRM."""
    claims: Callable[[P], Mapping[str, str]]
    """The values, by path, that must stand in the sources word for word."""
    check: Callable[[Draft[P], Inputs], list[Check]]
    """The job's own business rules; schema and grounding are checked for every job."""
    plan: Callable[[P, Inputs], list[Write]]
    """The writes that carry the proposal out. Empty: close without a write."""
    headline: Callable[[P, Inputs], Headline]
    refine: Callable[[P, Inputs], P] = field(default=lambda proposal, _: proposal)
    """What the rules know better than the model (an SLA makes a request urgent), and what was looked up (prices)."""
    rests_on: Callable[[P], Sequence[Claimed]] = field(default=lambda _: ())
    """The statements on which a second opinion can be had."""
    approver_role: Callable[[P, Inputs], str] = field(default=lambda proposal, _: "")
    """Who has to countersign this one; empty: whom the release names."""
    pieces: Callable[[Sequence[Source]], list[Sequence[Source]]] = field(default=lambda sources: [sources])
    """What the model is given at a time. Raises ValueError, in words, for what is too long to be read at all."""
    join: Callable[[Sequence[Draft[Any]]], Draft[Any]] = field(default=lambda drafts: drafts[0])
    """One draft of those for the pieces."""
    split: Callable[[Draft[P], Inputs], list[Part]] = field(default=lambda draft, _: [])
    """The cases that this one falls into, or is handed over to; empty when it is a case by itself."""
    stays_open: Callable[[P, Inputs], bool] = field(default=lambda proposal, _: False)
    """Whether the planned writes do not settle the case, such as a letter that asks: failed checks do not stand in
    their way, and afterwards the case waits again."""

    @property
    def prompt_version(self) -> str:
        return hashlib.sha256(self.prompt.encode()).hexdigest()[:12]


def digest(value: Any) -> str:
    """sha256 over canonical JSON: what a countersignature names, so that what was seen is what is written."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()

"""How work comes in and how a person's word goes out: starting cases, listing those that wait, sending decisions."""

import asyncio
import hashlib
import json
import mimetypes
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowExecution
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.messages import Answer, Decision, Item, Verdict
from jobs.context import role_of
from jobs.core import MAIL, BlobRef
from ledger.blobs import Blobs
from ledger.store import CaseFile, Ledger
from ledger.tables import CaseRow
from settings import Settings
from starter.errors import CaseError
from workflows.attributes import JOB, STAGE, WAITING, search_attributes

_ANSWER_SECONDS = 30
_CAPTIONS = {".vtt": "text/vtt", ".srt": "application/x-subrip"}
_LIMITED = ("answer",)
"""Jobs that quote documents which only some colleagues may read; of the others a role is shown, not asked for."""


@dataclass(frozen=True)
class Started:
    case_id: str
    new: bool
    note: str
    """What to tell whoever sent it."""


@dataclass(frozen=True)
class Archive:
    """The case files and blobs: all that reading needs."""

    ledger: Ledger
    blobs: Blobs
    settings: Settings

    def find(self, part: str) -> CaseFile:
        """The case whose id contains `part`. Raises CaseError where none or several do, and for one that rests on
        documents which are limited to roles that the settings do not name."""
        matches = self.ledger.matching(part)
        if len(matches) > 1:
            raise CaseError(f"{part} fits several cases: {', '.join(matches)}")
        case = self.ledger.case_file(matches[0]) if matches else None
        if case is None:
            raise CaseError(f"there is no case {part}; `countersign pending` lists those that wait")
        if missing := _roles_missing(case, self.settings.roles):
            raise CaseError(f"{case.case.id} rests on documents that only {', '.join(missing)} may see (setting roles)")
        return case

    def remember_seen(self, case_id: str, digest: str) -> None:
        """Notes which proposal was on the screen, so that a later `approve` signs that one and no other."""
        self._seen_file.parent.mkdir(parents=True, exist_ok=True)
        self._seen_file.write_text(json.dumps({**self._seen(), case_id: digest}))

    def seen(self, case: CaseFile) -> str:
        """The digest that was last shown here, else the latest. Raises CaseError while there is no proposal."""
        if case.latest is None:
            raise CaseError(f"{case.case.id} has no proposal yet ({case.case.stage})")
        return self._seen().get(case.case.id, case.latest.digest)

    def _seen(self) -> dict[str, str]:
        try:
            return json.loads(self._seen_file.read_text())
        except (OSError, ValueError):
            return {}

    @property
    def _seen_file(self) -> Path:
        return self.settings.state / "seen.json"


@dataclass(frozen=True)
class Office(Archive):
    """The archive, and the engine to start cases in and send decisions to."""

    client: Client

    async def start(
        self, job: str, content: bytes, media_type: str = MAIL, *, case_id: str = "", summary: str = ""
    ) -> Started:
        """Opens a case for a mail or file. The same one (by `case_id` if there is one, else by Message-ID, else by
        content) is one case, however often. `summary` is for the engine's lists: no customer content."""
        case_id = case_id or case_id_of(job, content)
        input_ref = self.blobs.put(content, media_type)
        earlier = self.ledger.cases([case_id]).get(case_id)
        if earlier and earlier.closed_at:  # the engine forgets closed cases in time, the ledger does not
            return Started(case_id, False, _already(earlier, input_ref))
        try:
            await self.client.start_workflow(
                job,
                Item(job=job, input=input_ref),
                id=case_id,
                task_queue=self.settings.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=search_attributes(job),
                static_summary=summary or f"{job}: {media_type}, {len(content) / 1024:,.0f} kB",
                static_details=f"Input: blob `{input_ref.sha256}`. The whole story: `countersign case {case_id}`",
            )
        except WorkflowAlreadyStartedError:
            return Started(case_id, False, _already(earlier, input_ref) if earlier else "is a case already")
        return Started(case_id, True, "started")

    async def pending(self, job: str | None = None) -> list[CaseRow]:
        """The open cases that wait for a person, oldest first: the engine says which, the ledger what they are."""
        query = f"{STAGE.name} = '{WAITING}' AND ExecutionStatus = 'Running'"
        if job:
            query += f" AND {JOB.name} = '{job}'"
        waiting = [case async for case in self.client.list_workflows(query)]
        known = self.ledger.cases([case.id for case in waiting])
        rows = [known.get(case.id) or _unknown(case) for case in waiting]
        return sorted(rows, key=lambda row: row.opened_at)

    async def decide(
        self, case: CaseFile, verdict: Verdict, digest: str, *, edits: Mapping[str, Any] | None = None, reason: str = ""
    ) -> Answer | None:
        """Signals a decision and waits for what became of it. None where no worker answered in time: the decision
        stands in history and will be weighed. Raises CaseError for a case that is closed."""
        decision = Decision(
            id=uuid.uuid4().hex,
            verdict=verdict,
            digest=digest,
            approver=self.settings.approver,
            edits=dict(edits or {}),
            reason=reason,
            at=datetime.now(UTC),
        )
        handle = self.client.get_workflow_handle(case.case.id)
        try:
            await handle.signal("decide", decision)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise CaseError(self._closed(case.case.id)) from None
            raise
        return await self._await_answer(case.case.id, decision.id)

    async def _await_answer(self, case_id: str, decision_id: str) -> Answer | None:
        handle = self.client.get_workflow_handle(case_id)
        deadline = asyncio.get_running_loop().time() + _ANSWER_SECONDS
        pause = 0.05
        while asyncio.get_running_loop().time() < deadline:
            try:
                query = handle.query("answer", decision_id, result_type=Answer | None)  # pyright: ignore[reportArgumentType]
                answer = await asyncio.wait_for(query, 10)
            except (RPCError, TimeoutError):  # no worker is up at the moment
                answer = None
            if answer:
                return answer
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 1)
        return None

    def _closed(self, case_id: str) -> str:
        case = self.ledger.case_file(case_id)
        if case is None:
            return f"{case_id} is closed"
        accepted = next((row for row in case.decisions if row.said == "accepted"), None)
        by = f", decided by {accepted.approver} ({accepted.verdict})" if accepted else ""
        return f"{case_id} is closed already: {case.case.outcome}{by}"


def _roles_missing(case: CaseFile, roles: Sequence[str]) -> list[str]:
    """Which roles one needs, and has not, to see the documents that a case rests on."""
    if case.case.job not in _LIMITED:
        return []
    mine = set(map(role_of, roles))
    needed = {role.strip() for row in case.proposals for role in row.review.get("approver_role", "").split(",")}
    return sorted(role for role in needed if role and role_of(role) not in mine)


def media_type_of(name: str) -> str:
    """By the file's name; a mail where that says nothing."""
    return _CAPTIONS.get(Path(name).suffix.lower()) or mimetypes.guess_type(name)[0] or MAIL


def case_id_of(job: str, content: bytes) -> str:
    """The id of the one case that this mail is, by its Message-ID, else by its content."""
    from documents.mail import message_key  # slow to load, and the approver's commands need no mail reader

    return f"{job}-{hashlib.sha256(message_key(content).encode()).hexdigest()[:16]}"


def _already(case: CaseRow, copy: BlobRef) -> str:
    note = f"is a case already ({case.outcome or case.stage}, since {case.opened_at:%Y-%m-%d %H:%M} UTC)"
    if case.input_sha256 != copy.sha256:
        note += f"; this copy differs from the first one and is kept as blob {copy.sha256[:12]}"
    return note


def _unknown(case: WorkflowExecution) -> CaseRow:
    """A case that waits in the engine, but whose file the ledger has lost."""
    return CaseRow(
        id=case.id,
        job=case.workflow_type,
        run_id=case.run_id,
        input_sha256="",
        input_media_type="",
        input_size=0,
        title="(not in this ledger)",
        opened_at=case.start_time,
    )

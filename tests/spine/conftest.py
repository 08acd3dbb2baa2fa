"""A worker on a task queue of the test's own, and the office of its approver."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.messages import Answer, Result, Verdict
from activities.resources import Resources, open_resources
from jobs.core import MAIL, Mode
from jobs.review import Review
from ledger import migrate
from ledger.store import CaseFile
from ledger.tables import CaseRow
from settings import Settings
from starter.cases import Office
from tests.spine.crm_proxy import CrmProxy, crm_proxy
from tests.spine.model_server import ModelServer, model_server
from worker import build_worker
from workflows.registry import REGISTRY


@dataclass
class Desk:
    """What a test uses to play sender, approver and administrator."""

    office: Office
    resources: Resources
    temporal: WorkflowEnvironment
    model: ModelServer

    async def send(self, content: bytes, job: str = "inquiry", media_type: str = MAIL) -> str:
        return (await self.office.start(job, content, media_type)).case_id

    def handle(self, case_id: str) -> WorkflowHandle[object, Result]:
        return self.office.client.get_workflow_handle(case_id, result_type=Result)

    def file(self, case_id: str) -> CaseFile:
        return self.office.find(case_id)

    def review(self, case_id: str) -> Review:
        latest = self.file(case_id).latest
        assert latest is not None
        return Review.model_validate(latest.review)

    def release(self, mode: Mode, job: str = "inquiry", **values: object) -> None:
        ledger = self.office.ledger
        ledger.set_release(job, ledger.release(job).model_copy(update={"mode": mode, **values}), "test")

    async def waiting(self, case_id: str, version: int = 1) -> Review:
        """Once the case waits for a person: what they see."""
        await self.until(
            case_id, lambda row: row.stage in ("countersign", "manual") and self._versions(case_id) >= version
        )
        await self._at_rest(case_id)
        return self.review(case_id)

    async def _at_rest(self, case_id: str) -> None:
        """Until the engine, too, knows what the ledger does: it would turn a decision away that comes before."""
        for _ in range(600):
            described = (await self.handle(case_id).describe()).raw_description
            if not described.pending_activities and not described.HasField("pending_workflow_task"):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{case_id} does not come to rest")

    async def until(self, case_id: str, reached: Callable[[CaseRow], bool]) -> CaseRow:
        for _ in range(600):
            row = self.office.ledger.cases([case_id]).get(case_id)
            if row and reached(row):
                return row
            await asyncio.sleep(0.02)
        raise AssertionError(f"{case_id} did not get there: {self.office.ledger.cases([case_id])}")

    async def decide(self, case_id: str, verdict: Verdict, digest: str | None = None, **values: object) -> Answer:
        digest = digest or self.review(case_id).digest
        answer = await self.office.decide(self.file(case_id), verdict, digest, **values)  # type: ignore[arg-type]
        assert answer is not None
        return answer

    async def result(self, case_id: str) -> Result:
        return await asyncio.wait_for(self.handle(case_id).result(), 30)

    def crm(self, model: str, method: str, **arguments: Any) -> Any:
        """A call of the CRM's own API, past the connector."""
        crm = self.office.settings.crm
        headers = {"Authorization": f"bearer {crm.api_key.get_secret_value()}", "X-Odoo-Database": crm.database}
        answer = httpx.post(f"{crm.url}/json/2/{model}/{method}", headers=headers, json=arguments)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def leads(self, case_id: str) -> list[dict[str, Any]]:
        """The CRM records that carry this case's reference."""
        fields = ["name", "partner_id", "partner_name", "team_id", "user_id", "priority", "tag_ids", "description"]
        return self.crm("crm.lead", "search_read", domain=[["referred", "=", case_id]], fields=fields)

    def attachments(self, record: int, model: str = "crm.lead") -> list[dict[str, Any]]:
        domain = [["res_model", "=", model], ["res_id", "=", record]]
        return self.crm("ir.attachment", "search_read", domain=domain, fields=["name"])

    def quotations(self, case_id: str) -> list[dict[str, Any]]:
        """The ERP's quotations that carry this case's reference."""
        fields = ["state", "partner_id", "amount_untaxed", "amount_total", "order_line", "validity_date"]
        return self.crm("sale.order", "search_read", domain=[["origin", "=", case_id]], fields=fields)

    def bills(self, case_id: str) -> list[dict[str, Any]]:
        """The ERP's vendor bills that carry this case's reference."""
        fields = ["state", "move_type", "ref", "partner_id", "partner_bank_id", "invoice_date", "invoice_date_due"]
        fields += ["amount_untaxed", "amount_tax", "amount_total", "invoice_line_ids"]
        return self.crm("account.move", "search_read", domain=[["invoice_origin", "=", case_id]], fields=fields)

    def drafts(self, case_id: str) -> list[EmailMessage]:
        """The drafts in the mailbox that belong to this case."""
        files = (self.office.settings.state / "mail" / ".Drafts" / "cur").glob("*")
        mails = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
        return [mail for mail in mails if case_id in mail["Message-ID"]]

    def _versions(self, case_id: str) -> int:
        return len(self.file(case_id).proposals)


@pytest.fixture
def model() -> Generator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def proxy(company: str) -> Generator[CrmProxy]:
    with crm_proxy(company) as running:
        yield running


@pytest.fixture
def model_settings(settings: Settings, model: ModelServer, proxy: CrmProxy) -> Settings:
    """The sandbox company, but a model that says what the test wants and a CRM that can refuse."""
    updates = {
        "model": settings.model.model_copy(update={"base_url": model.url, "timeout_seconds": 5}),
        "crm": settings.crm.model_copy(update={"url": proxy.url}),
        "task_queue": f"test-{uuid.uuid4().hex}",
        "approver": "anna",
    }
    return settings.model_copy(update=updates)


@pytest.fixture
def resources(model_settings: Settings) -> Generator[Resources]:
    model_settings.state.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(model_settings.ledger_address)
    opened = open_resources(model_settings, [job for job, _ in REGISTRY])
    yield opened
    opened.close()


@asynccontextmanager
async def working(temporal: WorkflowEnvironment, settings: Settings, resources: Resources) -> AsyncGenerator[None]:
    async with build_worker(temporal.client, settings.task_queue, resources, REGISTRY, threads=8):
        yield


@pytest.fixture
async def desk(
    temporal: WorkflowEnvironment, model_settings: Settings, resources: Resources, model: ModelServer
) -> AsyncGenerator[Desk]:
    office = Office(resources.ledger, resources.blobs, model_settings, temporal.client)
    async with working(temporal, model_settings, resources):
        yield Desk(office, resources, temporal, model)


def mail(
    body: str, *, sender: str = "Jan Smit <jan@smit-new.example>", subject: str = "Request", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "sales@ourcompany.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0100"
    message["Message-ID"] = f"<{uuid.uuid4().hex}@test.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()

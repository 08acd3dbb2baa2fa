"""The webhook: who may hand work in, what is taken, what is turned away and why; the same delivery is one case."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from activities.advice import read_trigger
from activities.messages import Item
from activities.receive import read_input
from jobs.next_action.recommending import trigger_of
from ledger.blobs import Blobs
from ledger.store import Ledger
from ledger.tables import CaseRow
from settings import Settings, SettingsError
from starter import cli
from starter.cases import Office
from starter.webhook import MOST_BYTES, SIGNATURE, form_as_mail, webhook

SECRET = "5f0f0c7e-a-secret-ü"
KEY = {"Authorization": f"Bearer {SECRET}".encode()}
CALL = b"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Anna>Good morning.\n"


@pytest.fixture
async def office(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncGenerator[Office]:
    """Nobody works on what comes in here."""
    settings = Settings(
        state=tmp_path, webhook_secret=SecretStr(SECRET), task_queue=f"webhook-{tmp_path.name}-{id(tmp_path)}"
    )
    ledger = Ledger(settings.ledger_address)
    ledger.create_tables()
    yield Office(ledger, Blobs(settings.blob_folder), settings, temporal.client)
    ledger.close()


@pytest.fixture
async def client(office: Office) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(webhook(office))
    async with httpx.AsyncClient(transport=transport, base_url="http://hook", headers=KEY) as opened:
        yield opened


def signed(body: bytes) -> dict[str, str]:
    return {SIGNATURE: "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"odoo:{password}".encode()).decode()}


async def item_of(office: Office, case_id: str) -> Item:
    """What the engine was given for the case."""
    handle = office.client.get_workflow_handle(case_id)
    history = await handle.fetch_history()
    [payload] = history.events[0].workflow_execution_started_event_attributes.input.payloads
    return Item.model_validate_json(payload.data)


def test_without_a_secret_the_command_refuses_to_start() -> None:
    with pytest.raises(SettingsError, match="COUNTERSIGN_WEBHOOK_SECRET"):
        cli.webhook()


async def test_a_secret_that_is_empty_lets_nobody_in(office: Office) -> None:
    bare = Office(office.ledger, office.blobs, Settings(state=office.settings.state), office.client)
    with pytest.raises(SettingsError, match="COUNTERSIGN_WEBHOOK_SECRET"):
        webhook(bare)


@pytest.mark.parametrize("path", ["/answer", "/recap", "/inquiry", "/next_action"])
async def test_nobody_without_the_secret_is_let_in(client: httpx.AsyncClient, office: Office, path: str) -> None:
    body = b'{"deal": 1}'
    json_type = {"Content-Type": "application/json"}
    attempts: list[dict[str, Any]] = [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": SECRET.encode()},
        {"Authorization": f"Token {SECRET}".encode()},
        basic("wrong"),
        {"Authorization": "Basic !!!"},
        signed(b"another body"),
        {SIGNATURE: ""},
        # A wrong signature is not made good by a right token.
        {**signed(b"another body"), **KEY},
    ]
    for headers in attempts:
        answer = await client.post(path, content=body, headers={"Authorization": "", **json_type, **headers})
        assert answer.status_code == 401, headers
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (await client.get("/cases/x", headers={"Authorization": ""})).status_code == 401
    assert list((office.settings.state / "blobs").rglob("*.*")) == []


async def test_a_wrong_key_is_turned_away_before_the_body_is_read(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(10):
            yield b"x" * 1000
        raise AssertionError("read to the end")

    answer = await client.post("/recap", content=endless(), headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


@pytest.mark.parametrize("way", ["bearer", "basic", "signature"])
async def test_a_question_becomes_a_case(client: httpx.AsyncClient, office: Office, way: str) -> None:
    body = json.dumps({"question": f"May we ship lithium packs to Norway? ({way})", "asker": "Anna"}).encode()
    key: dict[str, Any] = {"bearer": KEY, "basic": basic(SECRET), "signature": signed(body)}[way]
    headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": "", **key}
    answer = await client.post("/answer", content=body, headers=headers)
    assert answer.status_code == 202
    case = answer.json()
    assert case["new"] is True
    assert answer.headers["Location"] == f"/cases/{case['case']}"
    item = await item_of(office, case["case"])
    assert (item.job, item.input.media_type) == ("answer", "application/json")
    assert office.blobs.get(item.input.sha256) == body


async def test_the_same_delivery_is_one_case(client: httpx.AsyncClient) -> None:
    async def send(content: bytes, **headers: str) -> tuple[str, bool]:
        answer = await client.post("/recap", content=content, headers={"Content-Type": "text/vtt", **headers})
        assert answer.status_code == 202
        return answer.json()["case"], answer.json()["new"]

    first, new = await send(CALL)
    assert new
    assert await send(CALL) == (first, False)
    named, new = await send(CALL, **{"Idempotency-Key": "call-17"})
    assert new
    assert named != first
    assert await send(CALL + b"more", **{"Idempotency-Key": "call-17"}) == (named, False)
    assert (await send(CALL, **{"X-Delivery-Id": "call-18"}))[1]


async def test_a_deal_that_moved_in_odoo(client: httpx.AsyncClient, office: Office) -> None:
    payload = {
        "_model": "crm.lead",
        "_id": 12,
        "_action": "Stage changed(#301)",
        "id": 12,
        "stage_id": [2, "Qualified"],
    }
    answer = await client.post("/next_action", json=payload)
    assert answer.status_code == 202
    today = datetime.now(UTC).date()
    assert answer.json()["case"] == f"next_action-deal-12-{today}"
    again = await client.post("/next_action", json={"deal": 12})
    assert again.json() == {"case": f"next_action-deal-12-{today}", "new": False, "note": "is a case already"}
    item = await item_of(office, answer.json()["case"])
    trigger = trigger_of(read_trigger(office.blobs.get(item.input.sha256)).sources)
    assert trigger is not None
    assert (trigger.deal, trigger.why, trigger.day) == (12, "stage change", today)


async def test_a_delivery_on_a_deal_is_one_case_whatever_the_day(client: httpx.AsyncClient) -> None:
    cases = [
        (await client.post("/next_action", json={"deal": 13}, headers={"Webhook-Id": name})).json()
        for name in ("a", "a", "b")
    ]
    assert [case["new"] for case in cases] == [True, False, True]
    assert all(case["case"].startswith("next_action-deal-13-") for case in cases)


@pytest.mark.parametrize(
    ("path", "body", "media_type", "status", "field"),
    [
        ("/answer", b"{", "application/json", 400, None),
        ("/answer", b"[]", "application/json", 422, None),
        ("/answer", b'"\xff"', "application/json", 400, None),
        ("/answer", b"[" * 100_000, "application/json", 400, None),
        ("/answer", b"{}", "application/json", 422, "question"),
        ("/answer", b'{"question": ""}', "application/json", 422, "question"),
        ("/answer", b'{"question": "?", "roles": "finance"}', "application/json", 422, "roles"),
        ("/answer", b"May we?", "text/plain", 415, "Content-Type"),
        ("/answer", b"{}", "", 415, "Content-Type"),
        ("/recap", b" \n", "text/plain", 422, None),
        ("/recap", b"x", "audio/wav", 415, "Content-Type"),
        ("/next_action", b"{}", "application/json", 422, "deal"),
        ("/next_action", b'{"deal": "12"}', "application/json", 422, "deal"),
        ("/next_action", b'{"deal": true}', "application/json", 422, "deal"),
        ("/next_action", b'{"_id": 0}', "application/json", 422, "_id"),
        ("/next_action", b'{"_id": 99999999999}', "application/json", 422, "_id"),
        ("/next_action", b'{"_model": "res.partner", "_id": 3}', "application/json", 422, "_model"),
        ("/inquiry", b"", "application/x-www-form-urlencoded", 422, None),
        ("/inquiry", b'{"message": {"deep": 1}}', "application/json", 422, "message"),
        ("/inquiry", b"x", "multipart/form-data", 415, "Content-Type"),
    ],
)
async def test_what_is_wrong_is_said(
    client: httpx.AsyncClient, path: str, body: bytes, media_type: str, status: int, field: str | None
) -> None:
    answer = await client.post(path, content=body, headers={"Content-Type": media_type} if media_type else {})
    assert answer.status_code == status
    said = answer.json()
    assert said["error"]
    assert said.get("field") == field


async def test_what_is_too_large_is_not_taken(client: httpx.AsyncClient, office: Office) -> None:
    headers = {"Content-Type": "text/plain"}
    assert (await client.post("/recap", content=b"x" * (MOST_BYTES + 1), headers=headers)).status_code == 413
    assert (await client.post("/recap", content=b"x" * MOST_BYTES, headers=headers)).status_code == 202


async def test_only_what_there_is(client: httpx.AsyncClient) -> None:
    assert (await client.get("/answer")).status_code == 405
    answer = await client.post("/elsewhere")
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


async def test_a_form_is_read_as_a_mail_of_who_filled_it_in(client: httpx.AsyncClient, office: Office) -> None:
    form = {"your-name": "Els Maes", "E-mail": "els@maes.example", "Company": "Maes Bouw", "message": "12 glands\nM20?"}
    for number in range(2):
        answer = await client.post("/inquiry", data=form) if number else await client.post("/inquiry", json=form)
        assert answer.status_code == 202
        item = await item_of(office, answer.json()["case"])
        read = read_input(office.blobs.get(item.input.sha256), office.blobs)
        assert (read.mail.sender.name, read.mail.sender.email) == ("Els Maes", "els@maes.example")
        text = "\n".join(source.text for source in read.sources)
        assert "Company: Maes Bouw" in text
        assert "12 glands\nM20?" in text


@pytest.mark.parametrize(
    ("name", "address", "sender"),
    [
        ("Eve\r\nBcc: all@victim.example", "eve@evil.example", "eve@evil.example"),
        ("Eve", "eve@evil.example\r\nBcc: all@victim.example", ""),
        ("Eve", "eve@evil.example, all@victim.example", ""),
        ("Eve", "nobody", ""),
        ("\ud800\x00", "eve@evil.example", "eve@evil.example"),
        ("Ève Müller", "eve@evil.example", "eve@evil.example"),
    ],
)
async def test_a_form_makes_no_headers_of_its_own(
    client: httpx.AsyncClient, office: Office, name: str, address: str, sender: str
) -> None:
    body = json.dumps({"name": name, "email": address, "subject": "Hi\nX-Evil: 1", "message": "Hello"})
    answer = await client.post("/inquiry", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202
    item = await item_of(office, answer.json()["case"])
    content = office.blobs.get(item.input.sha256)
    parsed = message_from_bytes(content, policy=policy.default)
    assert set(parsed.keys()) <= {
        *("From", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
    }
    assert read_input(content, office.blobs).mail.sender.email == sender


def test_the_same_form_has_one_message_id() -> None:
    first, second = (form_as_mail({"message": "Hi"}, "inquiry-1") for _ in range(2))
    assert message_from_bytes(first)["Message-ID"] == message_from_bytes(second)["Message-ID"]


async def test_how_it_stands_with_a_case(client: httpx.AsyncClient, office: Office) -> None:
    unknown = await client.get("/cases/recap-1")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "there is no such case")
    opened = datetime(2026, 11, 27, 9, tzinfo=UTC)
    row = CaseRow(
        id="recap-1", job="recap", run_id="r", input_sha256="", input_media_type="", input_size=0, opened_at=opened
    )
    office.ledger.open_case(row)
    state = (await client.get("/cases/recap-1", headers={**signed(b"")})).json()
    assert (state["job"], state["stage"], state["outcome"], state["closed_at"]) == ("recap", "received", None, None)
    assert state["opened_at"] == "2026-11-27T09:00:00+00:00"
    assert (await client.get("/cases/recap")).status_code == 404

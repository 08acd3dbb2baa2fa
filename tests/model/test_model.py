"""The model client against an endpoint that misbehaves in every way we know of. Every request is counted, so that a
retry hidden in the SDK shows."""

import base64
import gzip
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, ValidationError

from connectors.base import Refused, Unavailable
from connectors.model import (
    BrokenReply,
    Call,
    Declined,
    Endpoint,
    Garbled,
    NoAnswer,
    Outcome,
    Picture,
    Price,
    Truncated,
    propose,
)
from jobs.core import Draft, Job, Source
from jobs.inquiry.job import INQUIRY
from jobs.inquiry.schema import InquiryProposal
from tests.model import server
from tests.model.server import Answer, Flood, ModelServer, message, raw, says, serving, status

KEY = "sk-0123456789abcdef"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str


class Sorted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["letter", "parcel"]
    main: Part = Field(description="A reference with a description beside it, which strict mode does not allow.")
    parts: list[Part]


JOB: Job[Any] = replace(INQUIRY, name="sort", answer=Sorted, proposal=Sorted, prompt="Sort the mail.")
SOURCES = [
    Source(id="mail.new_text", text="Grüße, 3 Stück „Öl“ für Łódź"),
    Source(id="mail.header", text="From: a@b.eu"),
]
REPLY = {
    "proposal": {"kind": "parcel", "main": {"name": "Öl"}, "parts": []},
    "evidence": [{"field": "kind", "source": "mail.new_text", "quote": "Stück"}],
}
GOOD = json.dumps(REPLY)
BROKEN = GOOD.replace("parcel", "pigeon")
DRAFT = Draft[Sorted].model_validate(REPLY)


@dataclass
class Asked:
    """What one `propose` did: its draft or its failure, and the calls it reported."""

    draft: Draft[Sorted] | None
    failure: Exception | None
    calls: list[Call]

    @property
    def outcomes(self) -> list[str]:
        return [call.outcome for call in self.calls]


def endpoint(url: str, name: str = "main", **fields: Any) -> Endpoint:
    return Endpoint(name=name, base_url=HttpUrl(url), model="m", api_key=SecretStr(KEY), **fields)


def ask(
    *endpoints: Endpoint,
    job: Job[Any] = JOB,
    sources: list[Source] = SOURCES,
    pictures: Sequence[Picture] = (),
) -> Asked:
    calls: list[Call] = []
    try:
        draft = propose(endpoints, job=job, sources=sources, on_call=calls.append, pictures=pictures)
        return Asked(draft, None, calls)
    except (Refused, Unavailable) as failure:
        return Asked(None, failure, calls)


def ask_server(*answers: Answer, **fields: Any) -> tuple[Asked, ModelServer]:
    with serving(*answers) as model:
        return ask(endpoint(model.url, **fields)), model


# --- the request and what is recorded of it


def test_a_draft_comes_back_and_the_call_is_recorded() -> None:
    price = Price(input=Decimal("2.50"), output=Decimal(10), currency="EUR")
    asked, model = ask_server(says(GOOD), price=price)
    assert asked.draft == DRAFT
    assert len(model.received) == 1
    (call,) = asked.calls
    assert call.model_dump(exclude={"seconds"}) == {
        "endpoint": "main",
        "model": "m-2026-01-01",
        "prompt_version": JOB.prompt_version,
        "repair": False,
        "tokens_in": 1000,
        "tokens_out": 200,
        "cost": Decimal("0.0045"),
        "currency": "EUR",
        "outcome": Outcome.OK,
        "finish_reason": "stop",
        "error": None,
    }
    assert 0 < call.seconds < 5


def test_the_request_holds_prompt_sources_and_schema() -> None:
    _, model = ask_server(says(GOOD), max_output_tokens=700)
    (received,) = model.received
    assert received.path == "/v1/chat/completions"
    assert received.headers["authorization"] == f"Bearer {KEY}"
    body = received.body
    assert (body["model"], body["temperature"], body["max_completion_tokens"]) == ("m", 0, 700)
    assert body["messages"][0] == {"role": "system", "content": "Sort the mail."}
    assert body["messages"][1]["role"] == "user"
    assert body["messages"][1]["content"] == json.dumps({s.id: s.text for s in SOURCES}, ensure_ascii=False)
    assert "„Öl“ für Łódź".encode() in received.raw
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"].keys() == {"name", "strict", "schema"}
    assert (body["response_format"]["json_schema"]["name"], body["response_format"]["json_schema"]["strict"]) == (
        "sort",
        True,
    )


@pytest.mark.parametrize("proposal", [Sorted, InquiryProposal])
def test_the_schema_is_valid_in_strict_mode(proposal: type[BaseModel]) -> None:
    with serving(status(503)) as model:
        ask(endpoint(model.url), job=replace(JOB, answer=proposal, proposal=proposal))
    objects = list(_schema_nodes(model.received[0].body["response_format"]["json_schema"]["schema"]))
    assert len(objects) > 3
    for node in objects:
        assert "default" not in node
        if "$ref" in node:
            assert node.keys() == {"$ref"}
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])


def _schema_nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _schema_nodes(child)


def test_further_fields_are_added_and_replaced() -> None:
    _, model = ask_server(says(GOOD), max_output_tokens=None, extra_body={"temperature": 1, "max_tokens": 9})
    body = model.received[0].body
    assert (body["temperature"], body["max_tokens"]) == (1, 9)
    assert "max_completion_tokens" not in body


@pytest.mark.parametrize("environment", [{}, {"OPENAI_API_KEY": "another", "OPENAI_ADMIN_KEY": "another"}])
def test_without_a_key_none_is_sent(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with serving(says(GOOD)) as model:
        asked = ask(Endpoint(name="main", base_url=HttpUrl(model.url), model="m"))
    assert asked.draft == DRAFT
    assert "authorization" not in model.received[0].headers


def test_a_key_loses_its_line_end_and_must_fit_a_header() -> None:
    with serving(says(GOOD)) as model:
        ask(Endpoint(name="main", base_url=HttpUrl(model.url), model="m", api_key=SecretStr(f" {KEY}\n")))
    assert model.received[0].headers["authorization"] == f"Bearer {KEY}"
    with pytest.raises(ValidationError, match="printable ASCII") as refused:
        Endpoint.model_validate({"name": "main", "base_url": model.url, "model": "m", "api_key": f"{KEY}\nX: y"})
    assert KEY not in str(refused.value)


def test_an_endpoint_that_counts_no_tokens_costs_an_unknown_sum() -> None:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": GOOD}}
    price = Price(input=Decimal(1), output=Decimal(1), currency="EUR")
    asked, _ = ask_server(raw(200, json.dumps({"choices": [choice]}).encode()), price=price)
    assert asked.draft == DRAFT
    (call,) = asked.calls
    assert (call.model, call.tokens_in, call.tokens_out, call.cost) == ("m", 0, 0, None)


def test_a_text_without_utf8_is_sent_all_the_same() -> None:
    with serving(says(GOOD)) as model:
        asked = ask(endpoint(model.url), sources=[Source(id="mail.new_text", text="caf\udce9")])
    assert asked.draft == DRAFT
    assert json.loads(model.received[0].body["messages"][1]["content"]) == {"mail.new_text": "caf?"}


def test_many_threads_at_once_get_their_own_drafts() -> None:
    replies = [says(GOOD.replace("\\u00d6l", f"nr {i}")) for i in range(24)]
    with serving(*replies) as model, ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: ask(endpoint(model.url)), range(24)))
    assert {a.draft.proposal.main.name for a in results if a.draft} == {f"nr {i}" for i in range(24)}


# --- replies that are understood


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n\n  {json.dumps(REPLY, indent=2, ensure_ascii=False)}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```\nDo tell me if anything is {{unclear}}!",
        f"Sure! Here is the JSON you asked for:\n\n{GOOD}\n\nI hope this helps.",
        f'<think>It could be {{"kind": "letter"}} or {{x}}, no...</think>{GOOD}',
        f"{{{{ {GOOD}",
        f"{{{GOOD}",
        "\ufeff" + GOOD,
    ],
)
def test_a_draft_is_found_wherever_it_stands(text: str) -> None:
    asked, model = ask_server(says(text))
    assert asked.draft == DRAFT
    assert len(model.received) == 1


def test_a_complete_draft_counts_though_chatter_hit_the_token_limit() -> None:
    asked, _ = ask_server(says(f"{GOOD}\nAs you can see, I", "length"))
    assert asked.draft == DRAFT


# --- replies that break the schema


def test_a_broken_reply_is_repaired_once_with_the_error_named() -> None:
    asked, model = ask_server(says(BROKEN), says(GOOD))
    assert asked.draft == DRAFT
    assert asked.outcomes == ["broken_schema", "ok"]
    assert [call.repair for call in asked.calls] == [False, True]
    first, second = (received.body["messages"] for received in model.received)
    assert second[:2] == first
    assert second[2] == {"role": "assistant", "content": BROKEN}
    assert second[3]["role"] == "user"
    assert "proposal.kind: Input should be 'letter' or 'parcel'" in second[3]["content"]
    assert '"additionalProperties": false' in second[3]["content"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (BROKEN, "proposal.kind: Input should be 'letter' or 'parcel'"),
        (f"```json\n{BROKEN}\n```", "proposal.kind: Input should be 'letter' or 'parcel'"),
        (
            GOOD.replace('"parts": []', '"parts": [{"name": 5}]'),
            "proposal.parts.0.name: Input should be a valid string",
        ),
        (
            GOOD.replace('"parts": []', '"parts": [], "colour": "red"'),
            "proposal.colour: Extra inputs are not permitted",
        ),
        (GOOD[:-20] + "}", "reply: Invalid JSON"),
        ('{"proposal": "\\ud800"}', "reply: Invalid JSON"),
        ("I would say it is a parcel.", "reply: Invalid JSON"),
        ("[]", "reply: Input should be an object"),
        ("null", "reply: Input should be an object"),
        ("{" * 100_000, "reply: Invalid JSON"),
        ('{"a":' * 100_000, "reply: Invalid JSON"),
        ("{}" * 100_000, "reply: Invalid JSON"),
    ],
)
def test_a_reply_that_stays_broken_is_refused_in_words(text: str, fault: str) -> None:
    asked, model = ask_server(says(text), says(text))
    assert isinstance(asked.failure, BrokenReply)
    assert str(asked.failure).startswith(f"Model endpoint 'main' broke the schema: {fault}")
    assert len(str(asked.failure)) < 600
    assert len(model.received) == 2
    assert asked.outcomes == ["broken_schema", "broken_schema"]
    assert [call.tokens_in for call in asked.calls] == [1000, 1000]
    assert max(call.seconds for call in asked.calls) < 2


def test_a_repair_names_ten_faults_at_most() -> None:
    _, model = ask_server(says(GOOD.replace("[]", f"[{', '.join(['5'] * 50)}]")), says(GOOD))
    assert model.received[1].body["messages"][3]["content"].count("proposal.parts.") == 10


def test_the_error_of_a_broken_reply_does_not_quote_it() -> None:
    asked, _ = ask_server(says(BROKEN), says(BROKEN))
    assert "pigeon" not in str(asked.failure)
    assert "Öl" not in str(asked.failure)


def test_a_repair_that_finds_the_endpoint_down_heals_later() -> None:
    asked, model = ask_server(says(BROKEN), status(503, retry_after="9"))
    assert isinstance(asked.failure, Unavailable)
    assert asked.failure.retry_after == 9
    assert asked.outcomes == ["broken_schema", "unavailable"]
    assert len(model.received) == 2


# --- replies without a draft


@pytest.mark.parametrize(
    ("answer", "error", "outcome", "words"),
    [
        (says(GOOD[:40], "length"), Truncated, "truncated", "reached its token limit before the draft was complete."),
        (says("", "length"), Truncated, "truncated", "reached its token limit before the draft was complete."),
        (message({"content": None, "refusal": "I can't help."}), Declined, "refused", "refused: I can't help."),
        (says(GOOD, "content_filter"), Declined, "refused", "refused: its content filter withheld the reply."),
        (server.completion({"choices": []}), NoAnswer, "no_answer", "answered without a choice."),
        (says(""), NoAnswer, "no_answer", "answered nothing for text."),
        (
            message({"content": None, "tool_calls": [{"id": "1", "type": "function", "function": {}}]}, "tool_calls"),
            NoAnswer,
            "no_answer",
            "answered a tool call for text.",
        ),
    ],
)
def test_a_reply_without_a_draft_is_refused(answer: Answer, error: type[Refused], outcome: str, words: str) -> None:
    asked, model = ask_server(answer)
    assert type(asked.failure) is error
    assert isinstance(asked.failure, Refused)
    assert str(asked.failure) == f"Model endpoint 'main' {words}"
    assert asked.outcomes == [outcome]
    assert asked.calls[0].error == str(asked.failure)
    assert len(model.received) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Back soon</title>",
        b'{"choices": [',
        b"[]",
        b"",
        b"\xff\xfe\x00",
        b'{"error": {"message": "upstream is busy", "code": 502}}',
        b'{"choices": "none"}',
        b'{"choices": [{"delta": {}}]}',
        b'{"choices":' + b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
def test_an_answer_that_is_no_completion_may_heal(body: bytes, content_type: str) -> None:
    asked, model = ask_server(raw(200, body, content_type=content_type))
    assert type(asked.failure) is Garbled
    assert isinstance(asked.failure, Unavailable)
    words = "Model endpoint 'main' answered something that is no chat completion: "
    assert str(asked.failure).startswith(words + (body[:20].decode(errors="replace") or "an empty body"))
    assert len(str(asked.failure)) < 600
    assert asked.outcomes == ["garbled"]
    assert len(model.received) == 1


# --- the endpoint says no


@pytest.mark.parametrize("code", [408, 409, 429, 500, 502, 503, 504, 529])
def test_statuses_that_heal(code: int) -> None:
    asked, model = ask_server(status(code, "too busy"))
    assert type(asked.failure) is Unavailable
    assert asked.failure.retry_after is None
    assert str(asked.failure).startswith(f"Model endpoint 'main' answered {code} ")
    assert str(asked.failure).endswith(": too busy")
    assert asked.outcomes == ["unavailable"]
    assert len(model.received) == 1


@pytest.mark.parametrize("code", [301, 307, 400, 401, 403, 404, 413, 422])
def test_statuses_that_do_not_heal(code: int) -> None:
    asked, model = ask_server(status(code, f"not for {KEY} at all", location="/v1/elsewhere"))
    assert type(asked.failure) is Refused
    assert str(asked.failure).startswith(f"Model endpoint 'main' answered {code} ")
    assert str(asked.failure).endswith(": not for *** at all")
    assert asked.outcomes == ["rejected"]
    assert KEY not in asked.calls[0].model_dump_json()
    assert len(model.received) == 1


def test_an_error_without_json_is_quoted_briefly() -> None:
    asked, _ = ask_server(raw(404, b"<h1>Not\nhere</h1>" + b"." * 10_000, content_type="text/html"))
    assert str(asked.failure).startswith("Model endpoint 'main' answered 404 Not Found: <h1>Not here</h1>...")
    assert len(str(asked.failure)) < 600


@pytest.mark.parametrize(
    ("code", "said", "error"),
    [(429, "false", Refused), (503, "false", Refused), (400, "true", Unavailable), (503, "true", Unavailable)],
)
def test_the_endpoint_decides_whether_it_heals(code: int, said: str, error: type[Exception]) -> None:
    asked, model = ask_server(status(code, x_should_retry=said, retry_after="7"))
    assert type(asked.failure) is error
    assert len(model.received) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after": "86400"}, 300),
        ({"retry_after": "1" * 400}, 300),
        ({"retry_after_ms": "1500", "retry_after": "60"}, 1.5),
        ({"retry_after_ms": "soon", "retry_after": "60"}, 60),
        ({"retry_after": "0"}, None),
        ({"retry_after": "-3"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "Mon, 01 Jan 2024 00:00:00 GMT"}, None),
        ({"retry_after": "Mon, 99 Jan 99999 99:99:99 GMT"}, None),
        ({"retry_after": "Fri, 31 Dec 2125 23:59:59 GMT"}, 300),
    ],
)
def test_retry_after_is_read_and_capped(headers: dict[str, str], seconds: float | None) -> None:
    asked, _ = ask_server(status(429, **headers))
    assert isinstance(asked.failure, Unavailable)
    assert asked.failure.retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    asked, _ = ask_server(
        status(503, retry_after=format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True))
    )
    assert isinstance(asked.failure, Unavailable)
    assert asked.failure.retry_after == pytest.approx(120, abs=5)


# --- the line


@pytest.mark.parametrize("answer", [server.hang_up, server.half_a_body])
def test_a_line_that_breaks_may_heal(answer: Answer) -> None:
    asked, model = ask_server(answer)
    assert type(asked.failure) is Unavailable
    assert str(asked.failure).startswith("Model endpoint 'main' gave no usable answer: ")
    assert len(model.received) == 1


def test_nobody_listening_may_heal() -> None:
    asked = ask(endpoint(server.closed_port()))
    assert type(asked.failure) is Unavailable
    assert asked.outcomes == ["unavailable"]


@pytest.mark.parametrize(
    "answer", [server.silence, server.trickling_headers, server.trickling_body, server.trickling_error]
)
def test_silence_and_trickle_end_at_the_deadline(answer: Answer) -> None:
    started = time.monotonic()
    asked, model = ask_server(answer, timeout_seconds=0.4)
    assert 0.4 <= time.monotonic() - started < 1
    assert type(asked.failure) is Unavailable
    assert str(asked.failure) == "Model endpoint 'main' did not complete its answer within 0.4 s."
    assert asked.calls[0].seconds == pytest.approx(0.4, abs=0.3)
    assert len(model.received) == 1


@pytest.mark.parametrize("code", [200, 400, 503])
def test_a_body_without_end_is_cut_off(code: int) -> None:
    flood = Flood(code)
    asked, _ = ask_server(flood)
    assert type(asked.failure) is Unavailable
    assert "it is larger than 4,194,304 bytes" in str(asked.failure)
    assert flood.ended.wait(5)
    assert flood.sent < 32 * 1024 * 1024


def test_a_compressed_answer_is_not_unpacked() -> None:
    asked, model = ask_server(raw(200, gzip.compress(b" " * 50_000_000), content_encoding="gzip"))
    assert model.received[0].headers["accept-encoding"] == "identity"
    assert type(asked.failure) is Unavailable
    assert "compressed" in str(asked.failure)


# --- the second endpoint


@pytest.mark.parametrize(
    ("answers", "outcomes"),
    [
        ([status(503)], ["unavailable"]),
        ([status(429, retry_after="60")], ["unavailable"]),
        ([status(401)], ["rejected"]),
        ([status(400, "context too long")], ["rejected"]),
        ([server.hang_up], ["unavailable"]),
        ([raw(200, b"<html>")], ["garbled"]),
        ([says(GOOD[:40], "length")], ["truncated"]),
        ([message({"refusal": "No."})], ["refused"]),
        ([says("")], ["no_answer"]),
        ([says(BROKEN), says(BROKEN)], ["broken_schema", "broken_schema"]),
    ],
)
def test_every_failure_moves_on_to_the_fallback(answers: list[Answer], outcomes: list[str]) -> None:
    with serving(*answers) as main, serving(says(GOOD)) as spare:
        asked = ask(endpoint(main.url), endpoint(spare.url, "spare"))
    assert asked.draft == DRAFT
    assert asked.outcomes == [*outcomes, "ok"]
    assert [call.endpoint for call in asked.calls] == ["main"] * len(outcomes) + ["spare"]
    assert (len(main.received), len(spare.received)) == (len(answers), 1)
    assert len(spare.received[0].body["messages"]) == 2


def test_the_fallback_is_left_alone_while_the_first_works() -> None:
    with serving(says(BROKEN), says(GOOD)) as main, serving(says(GOOD)) as spare:
        assert ask(endpoint(main.url), endpoint(spare.url, "spare")).draft == DRAFT
    assert spare.received == []


@pytest.mark.parametrize(
    ("main", "spare", "error", "retry_after"),
    [
        (status(503, retry_after="20"), status(429, retry_after="5"), Unavailable, 5),
        (status(503), status(429, retry_after="5"), Unavailable, 5),
        (status(401), status(503), Unavailable, None),
        (status(503, retry_after="20"), status(401), Unavailable, 20),
        (status(401), says("", "length"), Refused, None),
        (message({"refusal": "No."}), status(404), Refused, None),
    ],
)
def test_when_all_fail_it_heals_if_one_of_them_may(
    main: Answer, spare: Answer, error: type[Exception], retry_after: float | None
) -> None:
    with serving(main) as first, serving(spare) as second:
        asked = ask(endpoint(first.url), endpoint(second.url, "spare"))
    assert type(asked.failure) is error
    assert getattr(asked.failure, "retry_after", None) == retry_after
    assert str(asked.failure).startswith("Model endpoint 'main' ")
    assert "; Model endpoint 'spare' " in str(asked.failure)
    assert len(asked.calls) == 2


def test_without_an_endpoint_it_is_refused() -> None:
    assert str(ask().failure) == "No model endpoint is configured."


def test_a_failure_carries_no_sdk_exception_along() -> None:
    asked, _ = ask_server(status(401, f"bad key {KEY}"))
    assert asked.failure is not None
    assert (asked.failure.__cause__, asked.failure.__context__) == (None, None)


# --- pictures


PICTURES = [Picture("image/jpeg", b"\xff\xd8\xff the front"), Picture("image/png", b"\x89PNG the back")]
PAGE = Source(id="scan.pdf, page 1", text="Carried over: 12.00")
LETTER_AND_PAGE = [*SOURCES, PAGE]


def reads(model: ModelServer, name: str = "sees") -> Endpoint:
    return endpoint(model.url, name, reads_pictures=True)


def parts(model: ModelServer, request: int = 0) -> list[tuple[str, Any]]:
    """What the user message of one request holds: texts as JSON, pictures as the media type and bytes of their URL."""
    content = model.received[request].body["messages"][1]["content"]
    if isinstance(content, str):
        return [("text alone", json.loads(content))]
    return [_opened(part) for part in content]


def _opened(part: dict[str, Any]) -> tuple[str, Any]:
    if part["type"] == "text":
        assert part.keys() == {"type", "text"}
        return "text", json.loads(part["text"])
    assert (part["type"], part.keys()) == ("image_url", {"type", "image_url"})
    head, comma, data = part["image_url"]["url"].partition(",")
    assert (head[:5], head[-7:], comma) == ("data:", ";base64", ",")
    return head[5:-7], base64.b64decode(data, validate=True)


def test_pictures_go_in_order_behind_the_texts() -> None:
    with serving(says(GOOD)) as model:
        asked = ask(reads(model), pictures=PICTURES)
    assert asked.draft == DRAFT
    assert parts(model) == [("text", {source.id: source.text for source in SOURCES}), *PICTURES]
    assert model.received[0].body["messages"][0] == {"role": "system", "content": "Sort the mail."}


def test_pictures_go_along_without_any_text() -> None:
    with serving(says(GOOD)) as model:
        assert ask(reads(model), sources=[], pictures=PICTURES).draft == DRAFT
    assert parts(model) == [("text", {}), *PICTURES]


def test_without_pictures_a_reader_of_pictures_gets_plain_text() -> None:
    with serving(says(GOOD)) as model:
        assert ask(reads(model)).draft == DRAFT
    assert [kind for kind, _ in parts(model)] == ["text alone"]


def test_the_pictures_are_shown_again_when_a_reply_is_repaired() -> None:
    with serving(says(BROKEN), says(GOOD)) as model:
        assert ask(reads(model), pictures=PICTURES).draft == DRAFT
    assert parts(model, 1) == parts(model, 0)
    assert [kind for kind, _ in parts(model, 1)] == ["text", "image/jpeg", "image/png"]


@pytest.mark.parametrize("sources", [[], SOURCES, LETTER_AND_PAGE])
def test_endpoints_that_read_no_pictures_are_passed_over(sources: list[Source]) -> None:
    with serving() as blind, serving(says(GOOD)) as model:
        asked = ask(endpoint(blind.url), reads(model), sources=sources, pictures=PICTURES)
    assert asked.draft == DRAFT
    assert [call.endpoint for call in asked.calls] == ["sees"]
    assert blind.received == []


def test_when_the_reader_of_pictures_fails_nobody_reads_half_of_it() -> None:
    with serving(status(503)) as model, serving() as blind:
        asked = ask(reads(model), endpoint(blind.url), sources=LETTER_AND_PAGE, pictures=PICTURES)
    assert type(asked.failure) is Unavailable
    assert asked.outcomes == ["unavailable"]
    assert blind.received == []


@pytest.mark.parametrize("sources", [[], SOURCES], ids=["by itself", "with a letter"])
@pytest.mark.parametrize("endpoints", [0, 1, 2])
def test_a_picture_that_no_model_reads_is_refused_in_words(sources: list[Source], endpoints: int) -> None:
    with serving() as blind:
        asked = ask(*[endpoint(blind.url)] * endpoints, sources=sources, pictures=PICTURES)
    assert type(asked.failure) is Refused
    words = "it is a picture, and no model is configured that reads pictures (setting model.pictures)"
    assert str(asked.failure) == words
    assert (asked.calls, blind.received) == ([], [])


def test_texts_beside_a_picture_that_no_model_reads_are_read_alone() -> None:
    with serving(says(GOOD)) as blind:
        asked = ask(endpoint(blind.url), sources=LETTER_AND_PAGE, pictures=PICTURES)
    assert asked.draft == DRAFT
    assert parts(blind) == [("text alone", {source.id: source.text for source in LETTER_AND_PAGE})]


def test_pictures_go_with_the_first_piece_only() -> None:
    with serving(says(GOOD), says(GOOD)) as model, serving() as blind:
        asked = ask(reads(model), endpoint(blind.url), job=replace(JOB, pieces=_one_by_one), pictures=PICTURES)
    assert asked.draft == DRAFT
    first, second = SOURCES
    assert parts(model, 0) == [("text", {first.id: first.text}), *PICTURES]
    assert parts(model, 1) == [("text alone", {second.id: second.text})]


def _one_by_one(sources: Sequence[Source]) -> list[Sequence[Source]]:
    return [[source] for source in sources]

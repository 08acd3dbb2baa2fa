"""The endpoint as any OpenAI client sees it."""

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sandbox.rehearsal.api import rehearsal_routes
from tests.rehearsal.reading import mail

CLIENT = TestClient(Starlette(routes=rehearsal_routes()))


def chat(**changes: Any) -> Any:
    body: dict[str, Any] = {
        "model": "rehearsal",
        "messages": [
            {"role": "system", "content": "the job's prompt"},
            {"role": "user", "content": json.dumps(mail("Please send 20 boxes of tea."))},
        ],
        "response_format": {"type": "json_schema", "json_schema": {"name": "inquiry", "schema": {}}},
    }
    return CLIENT.post("/v1/chat/completions", json=body | changes)


def test_answer_has_openais_shape() -> None:
    answer = chat().json()
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "rehearsal"
    assert "not-a-language-model" in answer["system_fingerprint"]
    assert answer["choices"][0]["finish_reason"] == "stop"
    draft = json.loads(answer["choices"][0]["message"]["content"])
    assert draft["proposal"]["requests"][0]["items"] == [{"text": "tea", "quantity": 20, "unit": "boxes"}]
    assert draft["evidence"]
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 100


def test_content_parts_and_a_repair_round_are_read() -> None:
    user = {"role": "user", "content": [{"type": "text", "text": json.dumps(mail("Please send 20 boxes of tea."))}]}
    repair = [{"role": "assistant", "content": "{}"}, {"role": "user", "content": "This breaks the schema."}]
    assert chat(messages=[user, *repair]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "gpt-5"}, "`gpt-5` does not exist"),
        ({"stream": True}, "does not stream"),
        ({"response_format": None}, "json_schema"),
        ({"response_format": {"type": "json_object"}}, "json_schema"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "horoscope"}}},
            "knows no job 'horoscope'",
        ),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "no user message"),
        ({"messages": [{"role": "user", "content": "hello"}]}, "JSON object of source ids"),
        ({"messages": [{"role": "user", "content": '{"mail.header": 1}'}]}, "JSON object of source ids"),
    ],
)
def test_bad_request_says_what_is_wrong(changes: dict[str, Any], words: str) -> None:
    response = chat(**changes)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert words in error["message"]


def test_body_that_is_no_json() -> None:
    response = CLIENT.post("/v1/chat/completions", content=b"{")
    assert response.status_code == 400
    assert "JSON" in response.json()["error"]["message"]


def test_models() -> None:
    assert [model["id"] for model in CLIENT.get("/v1/models").json()["data"]] == ["rehearsal"]

"""The rehearsal model behind OpenAI's chat completions API, as far as a client needs that asks for one JSON answer."""

import json
import time
from itertools import count
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.rehearsal import MODEL, UnknownJob, answer

FINGERPRINT = "rules-not-a-language-model"
_CHARACTERS_PER_TOKEN = 4
_SOURCES = TypeAdapter(dict[str, str])
_ids = count(1)


def rehearsal_routes() -> list[Route]:
    """`/v1/chat/completions` and `/v1/models`, without authentication."""
    return [
        Route("/v1/chat/completions", _complete, methods=["POST"]),
        Route("/v1/models", _models),
    ]


class _Part(BaseModel):
    type: str = "text"
    text: str = ""


class _Message(BaseModel):
    role: str
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.content) if isinstance(self.content, list) else self.content or ""


class _JsonSchema(BaseModel):
    name: str


class _ResponseFormat(BaseModel):
    type: str
    json_schema: _JsonSchema | None = None


class _ChatRequest(BaseModel):
    model: str
    messages: list[_Message] = Field(min_length=1)
    response_format: _ResponseFormat | None = None
    stream: bool = False


class _BadRequest(Exception):
    def __init__(self, message: str, param: str | None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


async def _models(_: Request) -> Response:
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "countersign"}
    return JSONResponse({"object": "list", "data": [model]})


async def _complete(request: Request) -> Response:
    try:
        body = _parse(await request.body())
        job, sources = _task(body)
        content = json.dumps(await run_in_threadpool(answer, job, sources), ensure_ascii=False)
    except _BadRequest as error:
        return _error(str(error), error.param, error.code)
    except UnknownJob as error:
        return _error(str(error), "response_format.json_schema.name", "unknown_job")
    return JSONResponse(_completion(body, content))


def _parse(raw: bytes) -> _ChatRequest:
    try:
        return _ChatRequest.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise _BadRequest(f"{path or 'body'}: {first['msg']}", path or None) from error


def _task(body: _ChatRequest) -> tuple[str, dict[str, str]]:
    """The job's name and the source texts that a request carries."""
    if body.model != MODEL:
        message = f"The model `{body.model}` does not exist; this endpoint has `{MODEL}`."
        raise _BadRequest(message, "model", "model_not_found")
    if body.stream:
        raise _BadRequest("The rehearsal model does not stream.", "stream", "unsupported_value")
    schema = body.response_format.json_schema if body.response_format else None
    if schema is None:
        raise _BadRequest(
            "The rehearsal model only answers to a response_format of type json_schema.", "response_format"
        )
    user = next((message for message in body.messages if message.role == "user"), None)
    if user is None:
        raise _BadRequest("There is no user message.", "messages")
    return schema.name, _sources(user.text)


def _sources(text: str) -> dict[str, str]:
    try:
        return _SOURCES.validate_json(text)
    except ValidationError as error:
        raise _BadRequest(
            "The first user message must be a JSON object of source ids and texts.", "messages"
        ) from error


def _completion(body: _ChatRequest, content: str) -> dict[str, Any]:
    tokens_in = sum(_tokens(message.text) for message in body.messages)
    tokens_out = _tokens(content)
    return {
        "id": f"chatcmpl-{MODEL}-{next(_ids)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "system_fingerprint": FINGERPRINT,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out},
    }


def _tokens(text: str) -> int:
    """An estimate: there is no tokenizer here."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def _error(message: str, param: str | None, code: str | None) -> JSONResponse:
    return JSONResponse(
        {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}, status_code=400
    )

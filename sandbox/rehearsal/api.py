"""The rehearsal model behind OpenAI's chat completions API."""

import json
import time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.rehearsal import MODEL, UnknownJob, answer

_CHARACTERS_PER_TOKEN = 4


def rehearsal_routes() -> list[Route]:
    return [
        Route("/v1/chat/completions", _chat_completions, methods=["POST"]),
        Route("/v1/models", _models, methods=["GET"]),
    ]


async def _chat_completions(request: Request) -> JSONResponse:
    try:
        body: dict[str, Any] = json.loads(await request.body())
        job: str = body["response_format"]["json_schema"]["name"]
        sources: dict[str, str] = json.loads(body["messages"][1]["content"])
        reply = await run_in_threadpool(answer, job, sources)
    except UnknownJob as error:
        return _refusal(str(error))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        return _refusal(
            "the rehearsal model reads a system message, a user message with a JSON object of texts, and "
            f"response_format json_schema named after the job ({type(error).__name__}: {error})"
        )
    content = json.dumps(reply, ensure_ascii=False)
    tokens_in = sum(len(message["content"]) for message in body["messages"]) // _CHARACTERS_PER_TOKEN
    tokens_out = len(content) // _CHARACTERS_PER_TOKEN
    message = {"role": "assistant", "content": content, "refusal": None}
    return JSONResponse(
        {
            "id": f"rehearsal-{time.time_ns()}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": MODEL,
            "system_fingerprint": "rules-of-thumb-no-model",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            },
        }
    )


async def _models(_: Request) -> JSONResponse:
    return JSONResponse({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "sandbox"}]})


def _refusal(message: str) -> JSONResponse:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return JSONResponse({"error": error}, status_code=400)

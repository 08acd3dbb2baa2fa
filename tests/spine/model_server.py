"""An OpenAI-compatible endpoint that answers what a test tells it to."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class ModelServer:
    """`reply` gets the sources and returns the content, or (status, headers, body) for anything else."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests = 0
        self.reply: Callable[[dict[str, str]], Any] = lambda sources: (503, {}, "not told what to say")

    def proposes(self, *requests: dict[str, Any], is_business: bool = True, language: str = "en") -> None:
        proposal = {"is_business": is_business, "language": language, "requests": [request(**r) for r in requests]}
        self.reply = lambda sources: json.dumps({"proposal": proposal, "evidence": []})

    def quotes(self, *lines: dict[str, Any], **values: Any) -> None:
        """Answers a request for quotation with these lines."""
        proposal = {**_NOTHING_SAID, "lines": [{**_BARE_LINE, **line} for line in lines], **values}
        self.reply = lambda sources: json.dumps({"proposal": proposal, "evidence": []})


_NOTHING_SAID = {
    "language": "en",
    "company": None,
    "contact": None,
    "email": None,
    "customer_reference": None,
    "delivery_address": None,
    "wanted_date": None,
    "special_terms": [],
    "reply": "Thank you for your request.\n\n{{lines}}\n\n{{total}} {{valid_until}}",
}
_BARE_LINE = {
    "context": None,
    "quantity": 1,
    "unit": None,
    "article": None,
    "price_breaks": [],
    "wanted_date": None,
    "repeats_order": False,
}


def request(**values: Any) -> dict[str, Any]:
    """One request of an inquiry proposal; what a test does not name is not said in the mail."""
    return {
        "kind": "order",
        "summary": "Orders cable glands",
        "company": None,
        "contact": None,
        "email": None,
        "phone": None,
        "priority": "normal",
        "priority_reason": None,
        "items": [],
        "wanted_date": None,
        **values,
    }


@contextmanager
def model_server() -> Generator[ModelServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.requests += 1
            answer = state.reply(json.loads(body["messages"][1]["content"]))
            status, headers, text = (200, {}, _completion(answer)) if isinstance(answer, str) else answer
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = ModelServer(f"http://127.0.0.1:{server.server_port}/v1")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def _completion(content: str) -> str:
    return json.dumps(
        {
            "id": "test",
            "object": "chat.completion",
            "created": 0,
            "model": "scripted",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
        }
    )

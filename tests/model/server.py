"""A model endpoint on loopback that misbehaves to order: each request gets the next scripted answer."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "ModelServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.close_connection = True
        self.server.next_answer(Received(self.path, headers, body))(self)

    def log_message(self, format: str, *args: object) -> None: ...


Answer = Callable[[Handler], None]


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, answers: Sequence[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[Received] = []
        self._answers = list(answers)
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def next_answer(self, received: Received) -> Answer:
        with self._lock:
            self.received.append(received)
            return self._answers.pop(0) if self._answers else status(410, "the script has no further answer")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what some tests are about."""


@contextmanager
def serving(*answers: Answer) -> Iterator[ModelServer]:
    server = ModelServer(answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def closed_port() -> str:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{s.getsockname()[1]}/v1"


def raw(code: int, body: bytes, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def status(code: int, message: str = "try later", **headers: str) -> Answer:
    return raw(code, json.dumps({"error": {"message": message, "type": "x", "code": None}}).encode(), **headers)


def completion(body: Mapping[str, Any]) -> Answer:
    return raw(200, json.dumps({"id": "1", "object": "chat.completion", "created": 1, **body}).encode())


def message(message: Mapping[str, Any], finish_reason: str = "stop", model: str = "m-2026-01-01") -> Answer:
    return completion(
        {
            "model": model,
            "choices": [{"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", **message}}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200},
        }
    )


def says(text: str, finish_reason: str = "stop") -> Answer:
    return message({"content": text}, finish_reason)


def silence(handler: Handler) -> None:
    time.sleep(5)


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def half_a_body(handler: Handler) -> None:
    handler.wfile.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"choi')


def trickling_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _trickle(handler, b"x")


def trickling_body(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n")
    _trickle(handler, b" ")


def trickling_error(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 1000000\r\n\r\n")
    _trickle(handler, b"x")


def _trickle(handler: Handler, byte: bytes) -> None:
    for _ in range(200):
        handler.wfile.write(byte)
        time.sleep(0.02)


@dataclass
class Flood:
    """A body without end, as fast as the client takes it."""

    code: int = 200
    sent: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __call__(self, handler: Handler) -> None:
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        handler.wfile.write(
            b"HTTP/1.1 %d x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n" % self.code
        )
        try:
            while self.sent < 256 * 1024 * 1024:
                handler.wfile.write(chunk)
                self.sent += len(chunk)
        finally:
            self.ended.set()

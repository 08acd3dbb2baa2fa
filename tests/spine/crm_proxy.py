"""A proxy in front of the CRM that refuses writes, or everything, while a test wants it to."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

_WRITES = ("load", "create", "write")
_REFUSAL = {"name": "odoo.exceptions.AccessError", "message": "You are not allowed to create leads", "arguments": []}


class CrmProxy:
    def __init__(self, url: str) -> None:
        self.url = url
        self.refusing = False
        self.locked = False
        self.refused = 0


@contextmanager
def crm_proxy(target: str) -> Generator[CrmProxy]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if state.locked or (state.refusing and self.path.rpartition("/")[2] in _WRITES):
                state.refused += 1
                return self._answer(403, json.dumps(_REFUSAL).encode())
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = client.post(target + self.path, content=body, headers=headers)
            return self._answer(answer.status_code, answer.content)

        def do_GET(self) -> None:
            answer = client.get(target + self.path)
            self._answer(answer.status_code, answer.content)

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = CrmProxy(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    with httpx.Client(timeout=30) as client:
        try:
            yield state
        finally:
            server.shutdown()
            server.server_close()

"""A proxy that misbehaves on demand, for what networks and load balancers do to a vendor's API."""

import http.client
import re
import socket
import struct
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

Fault = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request. A fault decides whether it is forwarded and what comes back."""

    server: "Proxy"
    body: bytes

    def handle_any(self) -> None:
        self.close_connection = True
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.fault_for(f"{self.path} {self.body.decode()}")
        fault(self) if fault else self.answer(*self.forward())

    do_GET = do_POST = handle_any

    def forward(self) -> tuple[int, bytes, str]:
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        upstream.request(self.command, self.path, self.body, headers)
        response = upstream.getresponse()
        content = response.read()
        upstream.close()
        return response.status, content, response.headers.get("Content-Type", "")

    def answer(self, status: int, content: bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.upstream = urlsplit(upstream).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.seen: list[str] = []
        self._faults: list[tuple[re.Pattern[str], Fault]] = []
        self._lock = Lock()

    def fail(self, pattern: str, fault: Fault, times: int = 1) -> None:
        """The next `times` requests whose path and body match the pattern meet this fault."""
        self._faults += [(re.compile(pattern), fault)] * times

    def fault_for(self, request: str) -> Fault | None:
        with self._lock:
            self.seen.append(request)
            for number, (pattern, fault) in enumerate(self._faults):
                if pattern.search(request):
                    del self._faults[number]
                    return fault
        return None

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A client that gave up waiting is what some tests are about.


@contextmanager
def proxy_to(upstream: str) -> Generator[Proxy]:
    proxy = Proxy(upstream)
    thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


def swallow(exchange: Exchange) -> None:
    """Carried out, but no answer comes back."""
    exchange.forward()
    exchange.reset()


def gateway_timeout(exchange: Exchange) -> None:
    """Carried out, but a load balancer has given up on it."""
    exchange.forward()
    exchange.answer(504, b"<h1>Gateway Time-out</h1>", "text/html")


def reset(exchange: Exchange) -> None:
    """It never arrives."""
    exchange.reset()


def unavailable(exchange: Exchange) -> None:
    exchange.answer(503, b"<h1>Down for maintenance</h1>", "text/html")

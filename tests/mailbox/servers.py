"""IMAP servers that misbehave, and a network that does."""

import re
import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Thread

GOOD = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done",
    "AUTHENTICATE": "+ \r\n",
    "LOGIN": "{tag} OK in",
    "LIST": '* LIST (\\HasNoChildren) "/" Drafts\r\n{tag} OK done',
    "EXAMINE": "* 0 EXISTS\r\n{tag} OK [READ-ONLY] done",
    "UID SEARCH": "* SEARCH\r\n{tag} OK done",
    "APPEND": "+ go on\r\n",
    "LOGOUT": "* BYE bye\r\n{tag} OK done",
}
"""What a server says to each command; after `+`, what it is sent next is answered by `COMMAND literal`."""
Behaviour = dict[str, str]


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Generator[int]:
    """The port of a server that handles each connection in a thread of its own."""
    server = socket.create_server(("127.0.0.1", 0))

    def guarded(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            serve(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=guarded, args=(server.accept()[0],), daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def scripted(
    behaviour: Behaviour, *, greeting: str = "* OK ready", commands: list[str] | None = None
) -> Callable[[socket.socket], None]:
    """A server by rote, which adds what it is sent to `commands`. An empty answer is none at all: the server goes on in
    silence. `HANG UP` and BYE close the connection."""
    answers = behaviour | {name: answer for name, answer in GOOD.items() if name not in behaviour}

    def serve(connection: socket.socket) -> None:
        connection.sendall(f"{greeting}\r\n".encode())
        lines = connection.makefile("rb")
        while line := lines.readline().decode():
            tag, command = line.split(" ", 1)
            if commands is not None:
                commands.append(command)
            known = next((name for name in answers if command.upper().startswith(name)), "")
            answer = answers[known] if known else "{tag} BAD what?"
            if answer.startswith("+"):
                connection.sendall(answer.encode())
                length = re.search(r"\{(\d+)\}", command)
                lines.read(int(length[1]) if length else 0)
                lines.readline()
                answer = answers.get(f"{known} literal", "{tag} OK done")
            if answer and answer != "HANG UP":
                connection.sendall(f"{answer}\r\n".replace("{tag}", tag).encode())
            if answer.startswith(("HANG UP", "* BYE")):
                return

    return serve


AFTER_THE_ANSWER = 2.0


class Network:
    """A way to a real server that breaks, once, in the middle of an APPEND: when `share` of it was carried to the
    server (0 is the command alone, 1 all of it), or when the server's answer is on its way back. Then `strike` happens,
    and both sides are cut off. With `late`, the rest of the APPEND does reach the server, that many seconds later."""

    def __init__(
        self,
        upstream: int,
        share: float,
        strike: Callable[[], object] = bool,
        *,
        late: float | None = None,
        down_after: bool = False,
    ) -> None:
        self._upstream = upstream
        self._share: float | None = share
        self._strike = strike
        self._late = late
        self._down_after = down_after
        self._down = False

    def serve(self, client: socket.socket) -> None:
        if self._down:
            return
        with socket.create_connection(("127.0.0.1", self._upstream)) as server:
            Thread(target=self._answers, args=(server, client), daemon=True).start()
            self._commands(client, server)

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if b"[APPENDUID" in data and self._share == AFTER_THE_ANSWER:
                    self._break(client)
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)

    def _commands(self, client: socket.socket, server: socket.socket) -> None:
        while data := client.recv(65536):
            command = re.search(rb" APPEND .*\{(\d+)\}\r\n$", data)
            server.sendall(data)
            if command and self._share is not None and self._share <= 1:
                self._append(client, server, int(command[1]) + 2)
                return

    def _append(self, client: socket.socket, server: socket.socket, length: int) -> None:
        assert self._share is not None
        content = client.recv(length, socket.MSG_WAITALL) if self._share or self._late else b""
        part = int(length * self._share)
        server.sendall(content[:part])
        self._break(client)
        if self._late is not None:
            time.sleep(self._late)
            server.sendall(content[part:])
            time.sleep(0.3)

    def _break(self, client: socket.socket) -> None:
        self._share = None
        self._down = self._down_after
        self._strike()
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)

"""A Maildir, and a real Dovecot: two of them, the second with TLS and with a folder marked as the one for drafts."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from pydantic import SecretStr

import connectors.imap
from connectors.imap import ImapMailbox
from connectors.maildir import Maildir
from tests.mailbox.drafts import PASSWORD, SENDER, Box, Saved, in_maildir, on_server

ROOT = Path(__file__).parents[2]
TOOL = Path(os.environ.get("DOVECOT_TOOL") or ROOT / "../shared/tools/dovecot/dovecot.py")
_MORE = """
namespace inbox {{
  mailbox Entwürfe {{
    special_use = \\Drafts
    auto = create
  }}
}}
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
service imap-login {{
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


@dataclass
class Dovecot:
    folder: Path
    port: int
    tls_port: int
    process: "subprocess.Popen[bytes]"
    _users: Iterator[int] = field(default_factory=count)

    def new_user(self) -> str:
        return f"user{next(self._users)}"

    def url(self) -> str:
        return f"imap://127.0.0.1:{self.port}"


def connect(url: str, user: str, *, password: str = PASSWORD, folder: str = "", timeout: float = 20.0) -> ImapMailbox:
    return ImapMailbox(url, user, SecretStr(password), SENDER, folder=folder, timeout=timeout)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _missing() -> str:
    missing = [
        *([] if TOOL.is_file() else [f"no {TOOL} (set DOVECOT_TOOL)"]),
        *([] if shutil.which("dovecot") else ["no dovecot (apt-get install dovecot-imapd dovecot-lmtpd)"]),
        *([] if os.geteuid() == 0 else ["not root"]),
    ]
    return ", ".join(missing)


@contextmanager
def _running(prefix: str) -> Generator[Dovecot]:
    if missing := _missing():
        reason = f"NOT TESTED AGAINST A REAL IMAP SERVER: {missing}"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    specification = importlib.util.spec_from_file_location("dovecot_tool", TOOL)
    assert specification
    assert specification.loader
    tool = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(tool)
    folder = Path(tempfile.mkdtemp(prefix=prefix))  # Not pytest's, which is closed to the user that Dovecot runs as.
    port = free_port()
    users = tuple((f"user{number}", PASSWORD) for number in range(100))
    process = tool.start(folder, imap=port, lmtp=free_port(), users=users)
    try:
        yield Dovecot(folder, port, free_port(), process)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def dovecot() -> Generator[Dovecot]:
    with _running("dovecot-") as server:
        yield server


@pytest.fixture(scope="session")
def tls_dovecot() -> Generator[Dovecot]:
    with _running("dovecot-tls-") as server:
        _make_certificate(server.folder)
        with (server.folder / "dovecot.conf").open("a") as configuration:
            configuration.write(_MORE.format(folder=server.folder, port=server.tls_port))
        server.process.send_signal(signal.SIGHUP)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", server.tls_port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield server


def _make_certificate(folder: Path) -> None:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors.imap, "_LOOK_AFTER", (0.02, 0.05, 0.1, 0.2))


@pytest.fixture(params=["imap", "maildir"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Box:
    if request.param == "maildir":
        path = tmp_path / "mail"
        return Box(lambda: Maildir(path, SENDER), lambda: in_maildir(path))
    server: Dovecot = request.getfixturevalue("dovecot")
    user = server.new_user()

    def saved() -> list[Saved]:
        return on_server(server.port, user)

    return Box(lambda: connect(server.url(), user), saved)

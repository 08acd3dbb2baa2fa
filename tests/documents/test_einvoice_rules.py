"""The official rules, applied by a process of their own that may be killed, be slow, or run out of memory."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from documents.einvoice import rules
from documents.einvoice.rules import NOT_APPLIED, check_rules
from jobs.core import Finding
from tests.documents.einvoices import Sample, cii, long_sample, ubl, zugferd_1

WRONG = Sample().totals | {"payable": "701.00"}


def broken(content: bytes, syntax: str) -> set[str]:
    return {finding.rule for finding in check_rules(content, syntax)}


def helper() -> int:
    """Its process id."""
    check_rules(ubl(), "UBL Invoice")
    running = rules._process._running
    assert running is not None
    return running.pid


def test_an_invoice_that_adds_up_breaks_no_rule() -> None:
    assert check_rules(ubl(), "UBL Invoice") == []
    assert check_rules(ubl(Sample(type="381"), "CreditNote"), "UBL CreditNote") == []
    assert check_rules(cii(), "CII") == []


def test_a_broken_rule_is_told_with_its_place_in_the_source() -> None:
    words = (
        "[BR-CO-16]-Amount due for payment (BT-115) = Invoice total amount with VAT (BT-112) -Paid amount (BT-113) "
        "+Rounding amount (BT-114)."
    )
    place = "Invoice/cac:LegalMonetaryTotal"
    expected = [Finding(rule="BR-CO-16", fatal=True, place=place, words=words)]
    assert check_rules(ubl(Sample(totals=WRONG)), "UBL Invoice") == expected
    (finding,) = check_rules(cii(Sample(totals=WRONG)), "CII")
    assert (finding.rule, finding.fatal) == ("BR-CO-16", True)
    assert finding.place.endswith("/ram:SpecifiedTradeSettlementHeaderMonetarySummation")


def test_the_place_names_the_line() -> None:
    nameless = ubl().replace(b"<cbc:Name>Cable NYM 3x1.5</cbc:Name>", b"")
    places = {finding.rule: finding.place for finding in check_rules(nameless, "UBL Invoice")}
    assert places["BR-25"] == "Invoice/cac:InvoiceLine[2]"
    odd = ubl().replace(b'unitCode="MTR">250', b'unitCode="yards">250')
    places = {finding.rule: finding.place for finding in check_rules(odd, "UBL Invoice")}
    assert places["BR-CL-23"] == "Invoice/cac:InvoiceLine[2]/cbc:InvoicedQuantity"


def test_a_warning_is_no_fatal_rule() -> None:
    more = ubl().replace(b"<cbc:ID>F-2041</cbc:ID>", b"<cbc:ID>F-2041</cbc:ID><cbc:UUID>7</cbc:UUID>")
    (finding,) = check_rules(more, "UBL Invoice")
    assert (finding.rule, finding.fatal) == ("UBL-CR-005", False)


def test_a_rule_that_every_line_breaks_is_not_told_for_every_line() -> None:
    nameless = ubl(long_sample(100)).replace(b"<cbc:Name>Hose clamp 20-32 mm</cbc:Name>", b"")
    findings = [finding for finding in check_rules(nameless, "UBL Invoice") if finding.rule == "BR-25"]
    assert len(findings) == 20


def test_zugferd_1_is_older_than_the_rules() -> None:
    assert check_rules(zugferd_1(), "ZUGFeRD 1.0") == []


def test_a_document_that_is_not_read_is_not_handed_on() -> None:
    (finding,) = check_rules(b"<!DOCTYPE Invoice><Invoice/>", "UBL Invoice")
    assert (finding.rule, finding.fatal) == (NOT_APPLIED, True)
    assert "document type" in finding.words


def test_a_value_that_the_rules_cannot_reckon_with() -> None:
    before = helper()
    (finding,) = check_rules(ubl().replace(b">700.00<", b">1.234,50<"), "UBL Invoice")
    assert (finding.rule, finding.fatal) == (NOT_APPLIED, True)
    assert "a value stops them" in finding.words
    assert "1.234,50" in finding.words
    assert "/" not in finding.words
    assert helper() == before


def test_killed_between_two_documents() -> None:
    before = helper()
    os.kill(before, signal.SIGKILL)
    assert check_rules(ubl(), "UBL Invoice") == []
    assert helper() != before
    assert not psutil.pid_exists(before)


def test_killed_in_the_middle_of_a_document() -> None:
    before = helper()
    content = ubl(long_sample(1000))
    with ThreadPoolExecutor() as pool:
        result = pool.submit(check_rules, content, "UBL Invoice")
        time.sleep(0.15)
        assert not result.done()
        os.kill(before, signal.SIGKILL)
        assert result.result() == []
    assert helper() != before


def test_a_process_that_always_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    os.kill(helper(), signal.SIGKILL)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/bin/false")
        (finding,) = check_rules(ubl(), "UBL Invoice")
        assert (finding.rule, finding.fatal) == (NOT_APPLIED, True)
        patch.setattr(sys, "executable", "/nowhere/python")
        assert broken(ubl(), "UBL Invoice") == {NOT_APPLIED}
    assert check_rules(ubl(), "UBL Invoice") == []


def test_a_document_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    before = helper()
    with monkeypatch.context() as patch:
        patch.setattr(rules, "_SECONDS", 0.2)
        (finding,) = check_rules(ubl(long_sample(1000)), "UBL Invoice")
    assert (finding.rule, finding.words) == (NOT_APPLIED, "The rules could not be applied: it takes too long")
    assert not psutil.pid_exists(before)
    assert check_rules(ubl(), "UBL Invoice") == []


def test_rules_that_need_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    os.kill(helper(), signal.SIGKILL)
    with monkeypatch.context() as patch:
        patch.setattr(rules, "_MEMORY", 100_000_000)
        (finding,) = check_rules(ubl(), "UBL Invoice")
    assert finding.rule == NOT_APPLIED
    assert "memory" in finding.words
    assert check_rules(ubl(), "UBL Invoice") == []


def test_a_process_that_has_grown_makes_room_for_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert helper() == helper()
    os.kill(helper(), signal.SIGKILL)
    with monkeypatch.context() as patch:
        patch.setattr(rules, "_GROWN", 50_000_000)
        assert helper() != helper()


def test_from_many_threads_at_once() -> None:
    documents = [
        (ubl(), "UBL Invoice", set[str]()),
        (ubl(Sample(totals=WRONG)), "UBL Invoice", {"BR-CO-16"}),
        (cii(), "CII", set[str]()),
        (cii(Sample(totals=WRONG)), "CII", {"BR-CO-16"}),
    ] * 10
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda document: broken(document[0], document[1]), documents))
    assert found == [document[2] for document in documents]


def test_it_holds_no_secrets() -> None:
    environment = psutil.Process(helper()).environ()
    assert environment.keys() <= {"PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LC_CTYPE"}


_USES = """
import os, sys
from documents.einvoice import rules
from tests.documents.einvoices import ubl
assert rules.check_rules(ubl(), "UBL Invoice") == []
print(rules._process._running.pid, flush=True)
{}
"""


@pytest.mark.parametrize("ends", ["", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_it_ends_with_the_worker_however_that_ends(ends: str) -> None:
    root = Path(rules.__file__).parents[2]
    used = subprocess.run(
        [sys.executable, "-c", _USES.format(ends)], cwd=root, capture_output=True, timeout=60, check=False
    )
    pid = int(used.stdout)
    until = time.monotonic() + 5
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_threads_do_not_hold_up_the_end() -> None:
    """A process that is closed while it works gives its document's caller an answer, not a hang."""
    helper()
    found: list[set[str]] = []
    thread = threading.Thread(target=lambda: found.append(broken(ubl(long_sample(1000)), "UBL Invoice")))
    thread.start()
    time.sleep(0.15)
    rules._process.close()
    thread.join(20)
    assert found

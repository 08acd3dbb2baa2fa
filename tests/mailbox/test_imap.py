"""Drafts on an IMAP server: Dovecot, also behind a bad network, and servers that misbehave."""

import subprocess
import sys
import time

import pytest

from connectors.base import OutcomeUnknown, Refused, Unavailable
from tests.mailbox.conftest import ROOT, Dovecot, connect
from tests.mailbox.drafts import DRAFT, PASSWORD, draft, on_server
from tests.mailbox.servers import AFTER_THE_ANSWER, Behaviour, Network, listening, scripted, silent

# Folders


def test_written_says_where_the_draft_is(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(dovecot.url(), user).save_draft(draft(message_id="first@countersign.example"))
    written = connect(dovecot.url(), user).save_draft(DRAFT)
    assert (written.model, written.id) == ("imap", 2)
    assert written.url == f"imap://{user}@127.0.0.1:{dovecot.port}/Drafts/;UID=2"


@pytest.mark.parametrize(
    ("folder", "wire"),
    [("Entwürfe", "Entw&APw-rfe"), ('Ver"kauf & Co', 'Ver\\"kauf &- Co'), ("提案.見積😀", "&Y9BoSA-.&iYt6Tdg93gA-")],
)
def test_a_configured_folder_is_created_and_found_again(dovecot: Dovecot, folder: str, wire: str) -> None:
    user = dovecot.new_user()
    first = connect(dovecot.url(), user, folder=folder).save_draft(DRAFT)
    second = connect(dovecot.url(), user, folder=folder).save_draft(DRAFT)
    assert (first.found, second.found) == (False, True)
    assert len(on_server(dovecot.port, user, wire)) == 1
    assert on_server(dovecot.port, user) == []


def test_the_folder_that_the_server_marks_is_used(tls_dovecot: Dovecot) -> None:
    user = tls_dovecot.new_user()
    written = connect(tls_dovecot.url(), user, folder="Other").save_draft(DRAFT)
    assert len(on_server(tls_dovecot.port, user, "Entw&APw-rfe")) == 1
    assert written.url.endswith("/Entw%C3%BCrfe/;UID=1")


@pytest.mark.parametrize(
    ("listed", "used"),
    [
        ('* LIST (\\HasNoChildren) "." INBOX\r\n* LIST (\\Marked) "." "INBOX.Drafts"', '"INBOX.Drafts"'),
        (
            '* LIST () "/" Drafts\r\n* LIST (\\HasNoChildren \\Drafts) "/" "[Gmail]/Con \\"cept\\""',
            '"[Gmail]/Con \\"cept\\""',
        ),
        ('* LIST (\\drafts) NIL {7}\r\nEnt"wrf\r\n* LIST () NIL Drafts', '"Ent\\"wrf"'),
    ],
)
@pytest.mark.usefixtures("quick_looks")
def test_folders_are_read_from_any_form_of_list(listed: str, used: str) -> None:
    commands: list[str] = []
    with (
        listening(scripted({"LIST": f"{listed}\r\n{{tag}} OK done"}, commands=commands)) as port,
        pytest.raises(OutcomeUnknown),
    ):
        connect(f"imap://127.0.0.1:{port}", "user").save_draft(DRAFT)
    assert any(command.startswith(f"APPEND {used} ") for command in commands)


@pytest.mark.usefixtures("quick_looks")
def test_where_all_folders_are_inside_inbox_the_new_one_is_too() -> None:
    commands: list[str] = []
    refusing: Behaviour = {
        "LIST": '* LIST () "." INBOX\r\n{tag} OK done',
        'CREATE "DRAFTS"': "{tag} NO no",
        "CREATE": "{tag} OK done",
    }
    with listening(scripted(refusing, commands=commands)) as port, pytest.raises(OutcomeUnknown):
        connect(f"imap://127.0.0.1:{port}", "user").save_draft(DRAFT)
    assert any(command.startswith('APPEND "INBOX.Drafts" ') for command in commands)


# Encryption


@pytest.mark.parametrize("scheme", ["", "imaps://", "imap+starttls://"])
def test_drafts_go_over_tls(tls_dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls_dovecot.folder / "cert.pem"))
    port = tls_dovecot.port if scheme.startswith("imap+") else tls_dovecot.tls_port
    user = tls_dovecot.new_user()
    assert not connect(f"{scheme}localhost:{port}", user).save_draft(DRAFT).found
    assert len(on_server(tls_dovecot.port, user, "Entw&APw-rfe")) == 1


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(tls_dovecot: Dovecot, scheme: str) -> None:
    port = tls_dovecot.port if scheme.startswith("imap+") else tls_dovecot.tls_port
    with pytest.raises(Refused, match="certificate"):
        connect(f"{scheme}://localhost:{port}", tls_dovecot.new_user()).save_draft(DRAFT)


def test_without_starttls_there_is_no_login() -> None:
    commands: list[str] = []
    with listening(scripted({}, commands=commands)) as port, pytest.raises(Refused, match="STARTTLS"):
        connect(f"imap+starttls://127.0.0.1:{port}", "user").save_draft(DRAFT)
    assert not any(command.startswith(("AUTHENTICATE", "LOGIN")) for command in commands)


@pytest.mark.parametrize("url", ["http://mail.example", "imaps://", "pop3://mail.example"])
def test_an_address_of_something_else_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="IMAP server"):
        connect(url, "user")


# Refusals and failures


def test_a_wrong_password_is_refused_in_the_servers_words(tls_dovecot: Dovecot) -> None:
    with pytest.raises(Refused, match="AUTHENTICATIONFAILED") as refused:
        connect(tls_dovecot.url(), tls_dovecot.new_user(), password="wrong-password").save_draft(DRAFT)
    assert "wrong-password" not in str(refused.value)


@pytest.mark.parametrize(
    ("behaviour", "error", "words"),
    [
        ({"AUTHENTICATE literal": "{tag} NO [UNAVAILABLE] try later"}, Unavailable, "try later"),
        ({"AUTHENTICATE literal": f"{{tag}} NO bad password {PASSWORD}"}, Refused, "bad password"),
        ({"AUTHENTICATE literal": "* BYE too many connections"}, Unavailable, "too many connections"),
        ({"AUTHENTICATE literal": "HANG UP"}, Unavailable, "EOF"),
        ({"CAPABILITY": "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK done"}, Refused, "ASCII"),
        ({"LIST": "{tag} NO [NOPERM] not for you"}, Refused, "not for you"),
        ({"EXAMINE": "{tag} NO [NOPERM] not for you"}, Refused, "not for you"),
        ({"UID SEARCH": "{tag} BAD no such thing"}, Refused, "no such thing"),
        ({"UID SEARCH": "what is this"}, Unavailable, "what is this"),
        ({"APPEND": "{tag} NO [OVERQUOTA] mailbox is full"}, Refused, "OVERQUOTA.*mailbox is full"),
        ({"APPEND literal": "{tag} NO [OVERQUOTA] mailbox is full"}, Refused, "OVERQUOTA.*mailbox is full"),
        ({"APPEND literal": "{tag} NO [INUSE] locked"}, Unavailable, "locked"),
    ],
)
def test_what_servers_answer(behaviour: Behaviour, error: type[Exception], words: str) -> None:
    with listening(scripted(behaviour)) as port, pytest.raises(error, match=words) as raised:
        connect(f"imap://127.0.0.1:{port}", "user").save_draft(DRAFT)
    assert type(raised.value) is error
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    "behaviour", [{"APPEND literal": "HANG UP"}, {"APPEND literal": ""}, {"APPEND literal": "* BYE bye"}, {}]
)
@pytest.mark.usefixtures("quick_looks")
def test_after_an_append_that_no_look_finds_the_outcome_is_unknown(behaviour: Behaviour) -> None:
    commands: list[str] = []
    with listening(scripted(behaviour, commands=commands)) as port, pytest.raises(OutcomeUnknown):
        connect(f"imap://127.0.0.1:{port}", "user", timeout=0.3).save_draft(DRAFT)
    names = [command.split()[0] for command in commands]
    assert names.count("APPEND") == 1
    assert names[names.index("APPEND") :].count("UID") >= 4


def test_a_draft_that_search_does_not_know_yet_is_read_back_by_its_uid() -> None:
    head = f"Message-ID: <{DRAFT.message_id}>\r\n\r\n"
    fetched = f"* 1 FETCH (UID 3955 BODY[HEADER.FIELDS (MESSAGE-ID)] {{{len(head)}}}\r\n{head})"
    behaviour = {
        "APPEND literal": "{tag} OK [APPENDUID 38505 3955] done",
        "UID FETCH 3955": f"{fetched}\r\n{{tag}} OK done",
    }
    with listening(scripted(behaviour)) as port:
        written = connect(f"imap://127.0.0.1:{port}", "user").save_draft(DRAFT)
    assert (written.id, written.found) == (3955, False)


@pytest.mark.parametrize("greeting", ["* BYE down for maintenance", "HTTP/1.1 400 Bad Request"])
def test_a_server_that_does_not_welcome_us_may_do_so_later(greeting: str) -> None:
    with listening(scripted({}, greeting=greeting)) as port, pytest.raises(Unavailable, match=greeting[-11:]):
        connect(f"imap://127.0.0.1:{port}", "user").save_draft(DRAFT)


@pytest.mark.parametrize("scheme", ["imap", "imaps"])
def test_a_server_that_says_nothing_is_not_waited_for(scheme: str) -> None:
    begun = time.monotonic()
    with listening(silent) as port, pytest.raises(Unavailable, match="timed out"):
        connect(f"{scheme}://127.0.0.1:{port}", "user", timeout=0.3).save_draft(DRAFT)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("silence", ["CAPABILITY", "AUTHENTICATE literal", "LIST", "EXAMINE", "UID SEARCH"])
def test_a_server_that_falls_silent_is_not_waited_for(silence: str) -> None:
    with listening(scripted({silence: ""})) as port, pytest.raises(Unavailable, match="timed out"):
        connect(f"imap://127.0.0.1:{port}", "user", timeout=0.3).save_draft(DRAFT)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with listening(silent) as port:
        pass
    with pytest.raises(Unavailable, match="refused"):
        connect(f"imap://127.0.0.1:{port}", "user").save_draft(DRAFT)


# A bad network before a real server


@pytest.mark.usefixtures("quick_looks")
def test_an_append_whose_answer_is_lost_is_found(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with listening(Network(dovecot.port, AFTER_THE_ANSWER).serve) as port:
        assert not connect(f"imap://127.0.0.1:{port}", user).save_draft(DRAFT).found
    assert len(on_server(dovecot.port, user)) == 1


@pytest.mark.usefixtures("quick_looks")
def test_an_append_that_arrives_late_is_found(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with listening(Network(dovecot.port, 0.5, late=0.1).serve) as port:
        assert not connect(f"imap://127.0.0.1:{port}", user).save_draft(DRAFT).found
    assert len(on_server(dovecot.port, user)) == 1


@pytest.mark.parametrize(("share", "stored"), [(0.0, False), (0.5, False), (0.999, False), (AFTER_THE_ANSWER, True)])
@pytest.mark.usefixtures("quick_looks")
def test_what_stays_unknown_is_settled_by_the_next_attempt(dovecot: Dovecot, share: float, stored: bool) -> None:
    user = dovecot.new_user()
    network = Network(dovecot.port, share, down_after=True)
    with listening(network.serve) as port, pytest.raises(OutcomeUnknown):
        connect(f"imap://127.0.0.1:{port}", user).save_draft(DRAFT)
    assert connect(dovecot.url(), user).save_draft(DRAFT).found == stored
    assert len(on_server(dovecot.port, user)) == 1


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999, 1.0, AFTER_THE_ANSWER])
def test_a_process_killed_in_the_middle_of_append_leaves_one_draft(dovecot: Dovecot, share: float) -> None:
    user = dovecot.new_user()
    killed: list[subprocess.Popen[bytes]] = []
    with listening(Network(dovecot.port, share, lambda: killed[0].kill()).serve) as port:
        command = [sys.executable, "-m", "tests.mailbox.saving", f"imap://127.0.0.1:{port}", user, DRAFT.message_id]
        killed.append(subprocess.Popen(command, cwd=ROOT))
        assert killed[0].wait(60) == -9
    connect(dovecot.url(), user).save_draft(DRAFT)
    [saved] = on_server(dovecot.port, user)
    assert saved.body("html") == DRAFT.html

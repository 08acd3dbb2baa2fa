"""Drafts in a Maildir."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from connectors.base import Refused, Unavailable
from connectors.maildir import Maildir
from tests.mailbox.conftest import ROOT
from tests.mailbox.drafts import DRAFT, SENDER, draft, in_maildir


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mail"


def saving(path: Path, *message_ids: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.mailbox.saving", str(path), "", *message_ids]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def file_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


def test_written_says_where_the_draft_is(path: Path) -> None:
    written = Maildir(path, SENDER).save_draft(DRAFT)
    assert written.model == "maildir"
    assert 0 < written.id < 2**31
    assert DRAFT.message_id.encode() in file_of(written.url).read_bytes()
    assert file_of(written.url).stat().st_mode & 0o777 == 0o600
    assert (path / ".Drafts" / "maildirfolder").exists()
    assert list((path / ".Drafts" / "tmp").iterdir()) == []


def test_a_draft_that_a_mail_program_has_touched_is_found(path: Path) -> None:
    mailbox = Maildir(path, SENDER)
    file = file_of(mailbox.save_draft(DRAFT).url)
    renamed = file.with_name("1700000000.M1P1.host,S=100:2,DFS")
    renamed.write_bytes(file.read_bytes().replace(b"Message-ID: <", b"MESSAGE-Id:\r\n <"))
    file.unlink()
    written = mailbox.save_draft(DRAFT)
    assert written.found
    assert file_of(written.url) == renamed


def test_what_a_dead_process_left_is_swept_after_two_days(path: Path) -> None:
    mailbox = Maildir(path, SENDER)
    mailbox.save_draft(DRAFT)
    for name, age in (("old", 48), ("new", 1)):
        file = path / ".Drafts" / "tmp" / name
        file.touch()
        then = time.time() - age * 3600
        os.utime(file, (then, then))
    mailbox.save_draft(DRAFT)
    assert [file.name for file in (path / ".Drafts" / "tmp").iterdir()] == ["new"]


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing" / "mail", tmp_path / "file"):
        with pytest.raises(Refused, match=str(path)):
            Maildir(path, SENDER).save_draft(DRAFT)


def test_a_message_that_is_renamed_again_and_again_is_not_waited_for(path: Path) -> None:
    Maildir(path, SENDER).save_draft(draft(message_id="first@countersign.example"))
    (path / ".Drafts" / "cur" / "gone:2,").symlink_to("nowhere")
    with pytest.raises(Unavailable, match="changes while it is read"):
        Maildir(path, SENDER).save_draft(DRAFT)


def test_processes_at_the_same_time_write_each_draft_once(path: Path) -> None:
    message_ids = [f"{number}@countersign.example" for number in range(15)]
    processes = [saving(path, *message_ids) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(saved.message_id for saved in in_maildir(path)) == sorted(message_ids)


def test_a_process_killed_while_it_writes_leaves_no_half_and_no_second_draft(path: Path) -> None:
    message_ids = [f"{number}@countersign.example" for number in range(50)]
    for pause in (0.0, 0.0021, 0.0043, 0.0067):
        process = saving(path, *message_ids)
        assert process.stdout
        process.stdout.readline()
        time.sleep(pause)
        process.kill()
        assert process.wait(10) == -9
    left = in_maildir(path)
    assert 0 < len(left) < len(message_ids)
    mailbox = Maildir(path, SENDER)
    for message_id in message_ids:
        mailbox.save_draft(draft(message_id=message_id))
    assert sorted(saved.message_id for saved in in_maildir(path)) == sorted(message_ids)
    assert {saved.body("html") for saved in in_maildir(path)} == {DRAFT.html}

"""Drafts to save, and mails as they are read back."""

import mailbox
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from imaplib import IMAP4
from pathlib import Path
from typing import Any

from connectors.base import Mailbox
from jobs.erp import SaveDraft
from jobs.mail import Address

SENDER = Address(name="Jörg, Verkauf", email="verkauf@groothandel.example")
PASSWORD = 'Gehëim "1"'
DRAFT = SaveDraft(
    message_id="quote-1@countersign.example",
    to=("Łukasz Żółć <lukasz@müller.example>", '"Smith, Bob" <bob@example.com>'),
    cc=("inkoop@example.com",),
    subject="Re: Offerte für 20 Stück — dringend",
    in_reply_to="ask.3@example.com",
    references=("ask.1@example.com", "ask.2@example.com", "ask.3@example.com"),
    text="Guten Tag,\n\nFrom here on 20 Stück: € 12,50\n.\n" + "lang " * 300 + "\n\n-- \nVerkauf",
    html="<p>Guten Tag,</p><p>20 Stück: €&nbsp;12,50</p>" + "<p>größer</p>" * 200,
)


def draft(**changes: Any) -> SaveDraft:
    return SaveDraft.model_validate(DRAFT.model_dump() | changes)


@dataclass
class Saved:
    """A message among the drafts."""

    mail: EmailMessage
    flags: set[str] = field(default_factory=set[str])

    @property
    def message_id(self) -> str:
        return self.mail["Message-ID"].strip("<>")

    def body(self, subtype: str) -> str:
        part = self.mail.get_body((subtype,))
        assert part is not None
        return part.get_content().replace("\r\n", "\n")


@dataclass
class Box:
    """A mailbox under test, and a plain way into it that owes nothing to the connector."""

    connect: Callable[[], Mailbox]
    saved: Callable[[], list[Saved]]


def parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def in_maildir(path: Path) -> list[Saved]:
    folder = mailbox.Maildir(path).get_folder("Drafts")
    return [Saved(parsed(folder.get_bytes(key)), set(folder[key].get_flags())) for key in folder.keys()]  # noqa: SIM118


def on_server(port: int, user: str, folder: str = "Drafts") -> list[Saved]:
    names = {rb"\Draft": "D", rb"\Seen": "S", rb"\Deleted": "T"}
    with IMAP4("127.0.0.1", port, timeout=20) as imap:
        imap.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
        if imap.select(f'"{folder}"', readonly=True)[0] != "OK":
            return []
        answer = imap.fetch("1:*", "(FLAGS BODY.PEEK[])")[1] if imap.search(None, "ALL")[1][0] else []
        parts = [part for part in answer if isinstance(part, tuple)]
    return [Saved(parsed(content), {names[flag] for flag in names if flag in head}) for head, content in parts]

"""Reads a mail: the facts that rules use, the texts that a model reads, and every file in it."""

import hashlib
import logging
import re
from dataclasses import dataclass, field

from documents.automatic import Clues, automatic_reason, bulk_reason
from documents.charset import clean, decode
from documents.contents import Contents, head_lines
from documents.forwarded import forwarded_from
from documents.headers import Headers
from documents.lines import FileText
from documents.mime import parse, parse_head
from documents.split import Split, split_text
from jobs.core import Source
from jobs.mail import Address, Attachment, MailFacts

MAX_TEXT = 60_000
"""Characters of the new text, and of the thread, that are given to read."""
_MAX_SPLIT = 200_000
"""Characters of a mail's text that are split at all."""
_MAX_RECIPIENTS = 100
_DOCUMENT = re.compile(r"\.(?:pdf|xml|csv|xlsx?|docx?|od[st]|txt|edi|zip)$", re.I)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReadMail:
    """A mail, read as far as it could be."""

    facts: MailFacts
    sources: list[Source]
    """`mail.header`, `mail.new_text`, `mail.thread`, `mail.signature` and `attachment:<name>`, without empty ones."""
    parts: dict[str, tuple[bytes, str]]
    """sha256: content and media type of every file in the mail, and of every text that was cut or not readable."""
    files: dict[str, FileText] = field(default_factory=dict[str, FileText])
    """sha256: what was read of a file, page by page."""


def read_mail(raw: bytes) -> ReadMail:
    """Reads any bytes and never raises. What cannot be read is in `parts`, and `facts.problems` says so in words."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001 - a customer's mail must not be lost to a bug in reading it
        _log.exception("A mail could not be read")
        return _unread(raw)


def message_key(raw: bytes) -> str:
    """The mail's identity: `id:` and its Message-ID, or `sha256:` and a hash of it all where it has no sane one."""
    message_id = _message_id(parse_head(without_utf16(raw)))
    if message_id:
        return f"id:{message_id}"
    same_lines = raw.replace(b"\r\n", b"\n").strip()
    return f"sha256:{hashlib.sha256(same_lines).hexdigest()}"


def _read(raw: bytes) -> ReadMail:
    plain = without_utf16(raw)
    root, problems = parse(plain)
    contents = Contents(problems)
    if not raw.strip():
        problems.append("The mail is empty.")
    if plain is not raw:
        contents.keep(raw, "message/rfc822")
    text = contents.cut("mail text.txt", contents.read(root), _MAX_SPLIT)
    split = split_text(text)
    texts = {
        "mail.header": head_lines(root.headers),
        "mail.new_text": contents.cut("new text.txt", split.new_text, MAX_TEXT),
        "mail.thread": contents.cut("thread.txt", split.thread, MAX_TEXT),
        "mail.signature": contents.cut("signature.txt", split.signature, MAX_TEXT),
    }
    sources = [Source(id=name, text=text) for name, text in texts.items() if text.strip()]
    return ReadMail(_facts(root.headers, contents, split), sources + contents.sources, contents.blobs, contents.files)


def _facts(headers: Headers, contents: Contents, split: Split) -> MailFacts:
    subject = headers.text("subject")
    sender = headers.sender()
    documents = any(_DOCUMENT.search(file.name) for file in contents.attachments)
    clues = Clues(headers, sender, subject, split.new_text, contents.calendar, documents)
    automatic = automatic_reason(clues)
    author = forwarded_from(subject, split) or next(iter(contents.inner_senders), None)
    return MailFacts(
        message_id=_message_id(headers),
        sender=sender,
        reply_to=next(iter(headers.addresses("reply-to")), None),
        to=[*headers.addresses("to"), *headers.addresses("cc")][:_MAX_RECIPIENTS],
        subject=subject,
        date=headers.date(),
        in_reply_to=headers.ids("references", "in-reply-to"),
        automatic=automatic,
        bulk=None if automatic else bulk_reason(clues),
        forwarded_from=None if automatic else author,
        attachments=contents.attachments,
        problems=list(dict.fromkeys(contents.problems)),
    )


def _message_id(headers: Headers) -> str:
    """Without angle brackets; empty where it is not of the form that makes it unique."""
    bracketed = headers.ids("message-id")
    bare = re.fullmatch(r"[^\s<>@]{1,400}@[^\s<>@]{1,400}", headers.text("message-id"))
    return bracketed[0] if bracketed else bare[0] if bare else ""


def without_utf16(raw: bytes) -> bytes:
    """Windows programs save mails as UTF-16 too."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return decode(raw, None)[0].encode("utf-8", "replace")
    return raw


def bare_facts(subject: str, attachments: list[Attachment], problems: list[str]) -> MailFacts:
    """Of an input without a head: nobody sent it."""
    return MailFacts(
        message_id="",
        sender=Address(name="", email=""),
        reply_to=None,
        to=[],
        subject=subject,
        date=None,
        in_reply_to=[],
        automatic=None,
        bulk=None,
        forwarded_from=None,
        attachments=attachments,
        problems=problems,
    )


def _unread(raw: bytes) -> ReadMail:
    sha256 = hashlib.sha256(raw).hexdigest()
    text = clean(decode(raw[:MAX_TEXT], None)[0])
    facts = bare_facts("", [], ["The mail could not be taken apart; it is shown as it came."])
    sources = [Source(id="mail.new_text", text=text)] if text.strip() else []
    return ReadMail(facts, sources, {sha256: (raw, "message/rfc822")})

"""What comes in: a mail, or any other file that a person hands over."""

import hashlib
import logging
import mimetypes
import re

from documents.charset import is_binary
from documents.contents import Contents, safe_name
from documents.files import Kind, guess_name, kind_of, read_file
from documents.headers import Headers
from documents.mail import MAX_TEXT, ReadMail, bare_facts, read_mail, without_utf16
from documents.mime import parse_head
from jobs.core import Source

_MACHINE_FIELDS = ("message-id", "received", "mime-version", "content-type", "return-path", "delivered-to")
"""Nobody writes these by hand."""
NO_DOCUMENT = "it is no document and cannot be read"
_MEDIA = re.compile(r"(?:image|audio|video)/(?!svg)")

_log = logging.getLogger(__name__)


def read_any(content: bytes, name: str = "") -> ReadMail:
    """Reads any bytes and never raises. What is no mail has facts without a sender, its name as the subject, and its
    text as `mail.new_text`, or as `attachment:<name>` if it is a document."""
    if is_mail(content, name):
        return read_mail(content)
    try:
        return _read(content, safe_name(name))
    except Exception:  # noqa: BLE001 - as in read_mail: an input must not be lost to a bug in reading it
        _log.exception("A file could not be read")
        facts = bare_facts(safe_name(name), [], ["The file could not be read."])
        return ReadMail(facts, [], {hashlib.sha256(content).hexdigest(): (content, "application/octet-stream")})


def is_mail(content: bytes, name: str = "") -> bool:
    """Whether it has the head of a mail: fields that only machines write, or From and what goes with it."""
    if name.lower().endswith(".eml"):
        return True
    head = parse_head(without_utf16(content))
    if any(head.has(field) for field in _MACHINE_FIELDS):
        return True
    return head.has("from") and ("@" in head.sender().email or any(head.has(field) for field in ("subject", "date")))


def _read(content: bytes, name: str) -> ReadMail:
    given, name = name, name or guess_name(content)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = kind_of(content, name, media_type)
    contents = Contents([])
    if not content.strip():
        contents.problems.append("The file is empty.")
    elif kind == Kind.OTHER and (is_binary(content) or _MEDIA.match(media_type)):
        contents.attach(name, media_type, content, NO_DOCUMENT)
    elif kind in (Kind.TEXT, Kind.OTHER):
        read = read_file(content, name, "text/plain")
        if read.problem:
            contents.attach(name, media_type, content, read.problem)
        text = contents.cut(name, read.text, MAX_TEXT)
        contents.sources += [Source(id="mail.new_text", text=text)] if text.strip() else []
    else:
        contents.add_file(name, media_type, content, None, Headers(), 0)
    if not contents.problems and not contents.sources:
        contents.problems.append("The file holds no text.")
    facts = bare_facts(given, contents.attachments, contents.problems)
    return ReadMail(facts, contents.sources, contents.blobs, contents.files)

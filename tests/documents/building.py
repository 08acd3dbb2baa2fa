"""Mails for the tests, written as bytes so that they can be as wrong as real ones."""

import base64
from collections.abc import Mapping

from documents.mail import ReadMail

HEAD = {
    "From": "Jan de Vries <Jan@DeVries.example>",
    "To": "sales@firm.example",
    "Subject": "Kleppen",
    "Date": "Mon, 23 Nov 2026 10:12:00 +0100",
    "Message-ID": "<1@devries.example>",
}


def mail(body: str | bytes, head: Mapping[str, str] | None = None, **fields: str) -> bytes:
    """A mail with HEAD, `head` over it, and `fields` over both (underscores for hyphens, empty to leave one out)."""
    merged = {**HEAD, **(head or {}), **{name.replace("_", "-"): value for name, value in fields.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in merged.items() if value)
    return lines.encode("utf-8", "surrogateescape") + b"\r\n" + (body if isinstance(body, bytes) else crlf(body))


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "=_b1") -> bytes:
    """A part (or, joined to a head, a mail) of several parts."""
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + lines + b"--" + boundary.encode() + b"--\r\n"


def part(body: str | bytes, content_type: str = "text/plain; charset=utf-8", **fields: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"Content-Type: {content_type}\r\n{lines}\r\n".encode() + (body if isinstance(body, bytes) else crlf(body))


def file(content: bytes, name: str, content_type: str = "application/octet-stream") -> bytes:
    return part(
        base64.encodebytes(content).replace(b"\n", b"\r\n"),
        content_type,
        Content_Disposition=f'attachment; filename="{name}"',
        Content_Transfer_Encoding="base64",
    )


def of_parts(*parts: bytes, kind: str = "mixed", boundary: str = "=_b1", **fields: str) -> bytes:
    """A mail of several parts."""
    return mail("", MIME_Version="1.0", **fields)[:-2] + multipart(*parts, kind=kind, boundary=boundary)


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def source(read: ReadMail, name: str) -> str:
    """The text of one source; empty where it was left out."""
    return next((source.text for source in read.sources if source.id == name), "")


def content(read: ReadMail, name: str) -> bytes:
    """The bytes of the attachment with that name."""
    return read.parts[next(file.sha256 for file in read.facts.attachments if file.name == name)][0]

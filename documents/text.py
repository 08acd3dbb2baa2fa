"""Bytes of a text part to lines: its charset, HTML, and paragraphs that were broken into lines."""

import re

from documents.charset import clean, decode
from documents.headers import Headers
from documents.html import html_to_text


def readable(content: bytes, media_type: str, headers: Headers) -> tuple[str, str | None]:
    """Text of plain, HTML and other text parts, and what is doubtful about it."""
    text, doubt = decoded(content, media_type, headers)
    if media_type == "text/html":
        return html_to_text(text), doubt
    if headers.parameter("content-type", "format").lower() == "flowed":
        return _unflowed(text, headers.parameter("content-type", "delsp").lower() == "yes"), doubt
    return text.strip("\n"), doubt


def decoded(content: bytes, media_type: str, headers: Headers) -> tuple[str, str | None]:
    """The characters of a text part, markup and all, and what is doubtful about them."""
    charset = headers.parameter("content-type", "charset")
    if media_type == "text/html" and not charset:
        meta = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", content[:4000], re.I)
        charset = meta[1].decode() if meta else ""
    text, doubt = decode(content, charset or None)
    return clean(text), doubt


def _unflowed(text: str, delete_space: bool) -> str:
    """Paragraphs that format=flowed (RFC 3676) broke into lines, in one line again; quotations keep their depth."""
    paragraphs: list[list[str]] = []
    open_marks: str | None = None
    for line in text.split("\n"):
        marks = line[: len(line) - len(line.lstrip(">"))]
        content = line[len(marks) :].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        kept = content[:-1] if flows and delete_space else content
        if open_marks == marks and content != "-- ":
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([f"{marks} {kept}" if marks else kept])
        open_marks = marks if flows else None
    return "\n".join(map("".join, paragraphs)).strip("\n")

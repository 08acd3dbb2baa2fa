"""Any file to text. What kind it is, its bytes say first, its name and declared type only then.

PDF and Office files are read in a process of their own (documents/reader.py)."""

import json
import os
import re
import subprocess
import sys
from binascii import a2b_base64
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from documents.charset import clean, decode, is_binary
from documents.headers import Headers
from documents.html import html_head, html_to_text
from documents.lines import MAX_CHARACTERS, FileText, InnerFile
from documents.tables import looks_like_table, read_table
from documents.text import decoded, readable

_MAX_BYTES = 50_000_000
_SAMPLE = 10_000
"""Bytes of a text without a name that show whether it is a table."""
_SECONDS = 20
"""For one file, by the clock; the process has limits of its own besides."""


_ROOT = Path(__file__).parents[1]
"""Where the package `documents` lies."""


class Kind(StrEnum):
    PDF = "pdf"
    OFFICE = "office"
    TABLE = "table"
    HTML = "html"
    TEXT = "text"
    UNREADABLE = "unreadable"
    """A document of a kind that is not read, or not what it is declared as."""
    OTHER = "other"
    """No document: pictures, sound, programs, drawings."""


IN_PROCESS = {Kind.PDF, Kind.OFFICE}

_TEXT_TYPES = re.compile(
    r"text/(?!rtf|richtext)|application/(?:json|xml|csv|x-ndjson|yaml|[\w.-]+\+(?:xml|json))$|"
    r"message/(?:delivery-status|disposition-notification|feedback-report)$"
)
_TEXT_NAMES = re.compile(r"\.(?:txt|csv|tsv|tab|html?|json|xml|md|log|ics|vcf|ya?ml)$", re.I)
_TABLE_TYPES = re.compile(r"(?:text|application)/(?:csv|tab-separated-values)|application/vnd\.ms-excel")
_TABLE_NAMES = re.compile(r"\.(?:csv|tsv|tab|xls[xm]?)$", re.I)
_DOCUMENT_TYPES = re.compile(
    r"application/(?:pdf|msword|rtf|vnd\.ms-(?:excel|word|outlook)|vnd\.openxmlformats|vnd\.oasis)"
)
_DOCUMENT_NAMES = re.compile(r"\.(?:pdf|xls[xmb]?|doc[xm]?|od[st]|rtf|msg)$", re.I)
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,500}?-->\s*){0,5}<(?:!doctype html|html|head|body|table|meta)\b", re.I | re.S
)
_XML_START = re.compile(r"<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z_][\w.-]{0,60}(?::[\w.-]{1,60})?[\s>/])")

_OFFICE = ((b"xl/workbook.xml", "document.xlsx"), (b"word/document", "document.docx"))
"""The names of an archive's members stand in it as they are."""
_PICTURES = (
    (re.compile(rb"\xff\xd8\xff"), "picture.jpg"),
    (re.compile(rb"\x89PNG\r\n"), "picture.png"),
    (re.compile(rb"RIFF....WEBP", re.S), "picture.webp"),
    (re.compile(rb"II\*\0|MM\0\*"), "picture.tif"),
)
_ZIPPED = (
    (b"application/vnd.oasis.opendocument", "it is an OpenDocument file, which is not read (.xlsx, .docx and PDF are)"),
    (b"xl/workbook.bin", "it is a binary Excel file (.xlsb), which is not read (.xlsx is)"),
    (b"ppt/presentation.xml", "it is a PowerPoint file, which is not read (PDF is)"),
)
_OLE = (
    ("EncryptedPackage", "it is protected by a password"),
    ("__substg1.0_", "it is an Outlook message (.msg), which is not read (.eml is)"),
    ("WordDocument", "it is an old Word file (.doc), which is not read (.docx and PDF are)"),
    ("Workbook", "it is an old Excel file (.xls), which is not read (.xlsx is)"),
    ("Book", "it is an old Excel file (.xls), which is not read (.xlsx is)"),
)
"""A name that stands in the file: what the file is."""


def read_file(content: bytes, name: str, media_type: str) -> FileText:
    """The file's text, and in words what is missing from it. No text and no problem: it is no document.

    `media_type` is the declared one, with its parameters (`text/csv; charset=cp1252`) or without, or empty."""
    match kind := kind_of(content, name, media_type):
        case Kind.OTHER:
            return FileText("")
        case Kind.UNREADABLE:
            return FileText("", _why_unreadable(content))
        case _ if not content:
            return FileText("", "it is empty")
        case _ if len(content) > _MAX_BYTES:
            return FileText("", f"it is larger than the {_MAX_BYTES // 1_000_000} MB that are read")
        case Kind.PDF | Kind.OFFICE:
            return _read_apart(content, kind.value)
        case _:
            return _read_text(content, kind, media_type)


def read_document(content: bytes, name: str) -> FileText:
    """Like read_file, with the structure that an outline needs: headings of web pages and Word files begin as in
    Markdown (`## `), items of lists with `- `; `head` is filled in."""
    kind = kind_of(content, name, "")
    if len(content) > _MAX_BYTES or kind not in (Kind.OFFICE, Kind.HTML):
        return read_file(content, name, "")
    if kind is Kind.OFFICE:
        return _read_apart(content, kind.value, "marked")
    markup, problem = decoded(content[:MAX_CHARACTERS], "text/html", Headers())
    if len(content) > MAX_CHARACTERS:
        problem = f"only its first {MAX_CHARACTERS} bytes are read"
    return FileText(html_to_text(markup, marked=True), problem, head=html_head(markup))


def kind_of(content: bytes, name: str, media_type: str) -> Kind:
    """How the file is to be read."""
    media_type = media_type.partition(";")[0].strip().lower()
    says_document = bool(_DOCUMENT_TYPES.match(media_type) or _DOCUMENT_NAMES.search(name))
    if content.startswith(b"%PDF-") or (says_document and b"%PDF-" in content[:1024]):
        return Kind.PDF
    if content.startswith(b"PK\x03\x04"):
        return Kind.OFFICE if any(mark in content for mark, _ in _OFFICE) else Kind.UNREADABLE
    if content.startswith((_OLE_START, b"{\\rtf")):
        return Kind.UNREADABLE
    says_text = bool(_TEXT_TYPES.match(media_type) or _TEXT_NAMES.search(name)) and not media_type.startswith("image/")
    if not says_text and not says_document:
        return Kind.OTHER
    if is_binary(content):
        return Kind.UNREADABLE
    if media_type == "text/html" or re.search(r"\.html?$", name, re.I):
        return Kind.HTML
    if says_document and _starts_as_html(content):  # as web shops export to “Excel”
        return Kind.HTML
    return Kind.TABLE if _TABLE_TYPES.match(media_type) or _TABLE_NAMES.search(name) else Kind.TEXT


def is_xml(content: bytes) -> bool:
    """By its first bytes, in any usual encoding."""
    start = decode(content[:_SAMPLE], None)[0].lstrip("\ufeff \t\r\n")
    return bool(_XML_START.match(start)) and not _HTML_START.match(start)


def _starts_as_html(content: bytes) -> bool:
    return bool(_HTML_START.match(decode(content[:_SAMPLE], None)[0]))


def guess_name(content: bytes) -> str:
    """A name with the extension that the bytes call for."""
    if content.startswith(b"%PDF-"):
        return "document.pdf"
    if content.startswith(b"PK\x03\x04"):
        return next((name for mark, name in _OFFICE if mark in content), "file.zip")
    if picture := next((name for mark, name in _PICTURES if mark.match(content)), None):
        return picture
    if is_binary(content):
        return "file.bin"
    if _starts_as_html(content):
        return "page.html"
    text, _ = readable(content[:_SAMPLE], "text/plain", Headers())
    return "table.csv" if looks_like_table(text) else "text.txt"


_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _why_unreadable(content: bytes) -> str:
    if content.startswith(b"PK"):
        return _known(content, _ZIPPED) or "it is an archive, which is not opened"
    if content.startswith(_OLE_START):
        names = [(name.encode("utf-16-le"), told) for name, told in _OLE]
        return _known(content, names) or "it is an old Office file, which is not read"
    if content.startswith(b"{\\rtf"):
        return "it is an RTF file, which is not read (.docx and PDF are)"
    return "it is not what its name and type say, and cannot be read"


def _known(content: bytes, names: Iterable[tuple[bytes, str]]) -> str:
    return next((told for name, told in names if name in content), "")


def _read_text(content: bytes, kind: Kind, content_type: str) -> FileText:
    media_type = "text/html" if kind == Kind.HTML else content_type.partition(";")[0].strip().lower()
    headers = Headers([("content-type", content_type.encode("utf-8", "replace"))])
    text, problem = readable(content[:MAX_CHARACTERS], media_type, headers)
    if len(content) > MAX_CHARACTERS:
        problem = f"only its first {MAX_CHARACTERS} bytes are read"
    if kind != Kind.TABLE:
        return FileText(text, problem)
    table = read_table(text)
    return FileText(table.text, problem or table.problem)


def read_pages(content: bytes, numbers: Sequence[int]) -> FileText:
    """Pictures of pages of a PDF, counted from 1, as `files`: greyscale JPEG. A blank page has none."""
    return _read_apart(content, "pages", ",".join(map(str, numbers)))


def read_picture(content: bytes) -> FileText:
    """A photo or a fax as `files`: upright greyscale JPEG, not larger than a model can use."""
    return _read_apart(content, "picture")


def _read_apart(content: bytes, *arguments: str) -> FileText:
    """By a process that may crash or hang, without the secrets that this one's environment holds."""
    command = [sys.executable, "-m", "documents.reader", *arguments]
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    trouble = ""
    try:
        ended = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            cwd=_ROOT,
            env=environment,
        )
        answer = ended.stdout
        if ended.returncode:
            trouble = "it cannot be read: it breaks the reader, or takes it too long"
    except subprocess.TimeoutExpired as expired:
        answer = expired.stdout or b""
        trouble = "it takes too long to be read"
    return _answered(answer, trouble)


def _answered(answer: bytes, trouble: str) -> FileText:
    """The lines that the process wrote before it ended, whether it came to the end or not."""
    text = FileText("")
    files: list[InnerFile] = []
    problems: list[str] = []
    for line in answer.splitlines():
        try:
            found = json.loads(line)
            match found:
                case {"text": said, "pages": pages, "scans": scans}:
                    text = FileText(clean(said), None, tuple(map(clean, pages)), tuple(scans))
                case {"content": inner}:
                    files.append(InnerFile(found["name"], found["media_type"], a2b_base64(inner)))
                case _:
                    pass
            problems += [found["problem"]] if found.get("problem") else []
        except (ValueError, TypeError, KeyError, AttributeError):  # half a line, or what a parser printed
            trouble = trouble or "it cannot be read: it breaks the reader, or takes it too long"
    if trouble:
        problems.append("not all that it holds can be read" if text.text or files else trouble)
    return replace(text, problem=", and ".join(dict.fromkeys(problems)) or None, files=tuple(files))

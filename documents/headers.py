"""The head of a mail or of one of its parts: fields, addresses, dates and ids, from bytes that may be anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from documents.charset import clean, decode, decode_header, decode_words
from jobs.mail import Address

_MAX_LINES = 5_000
_MAX_VALUE = 20_000
"""Characters of one field that are read: more is not a header but an attack or an accident."""

_KNOWN = frozenset(
    b"""
    from to cc bcc subject date sender reply-to message-id in-reply-to references received return-path mime-version
    content-type content-transfer-encoding content-disposition content-id content-description content-location
    content-language delivered-to envelope-to dkim-signature arc-seal authentication-results list-id precedence
    organization comments keywords priority status lines auto-submitted importance thread-topic thread-index
    user-agent x-mailer x-original-to x-received
    """.split()
)
_FAMILIES = tuple(
    b"""
    x- content- mime- list- auto- arc- resent- received- dkim- domainkey- authentication- thread- return- delivered-
    envelope- original- accept- disposition- feedback- errors- ms-
    """.split()
)
"""How the names of other fields begin. What else looks like a field and is last in the head, may be a form's label."""
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_LINE = re.compile(rb"\r{0,2}\n|\r")
_BLANK_LINE = re.compile(rb"[ \t]*(?:\r{0,2}\n|\r)")


@dataclass(frozen=True)
class Headers:
    """Fields in their order, names in lower case, values as they came."""

    fields: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def raw(self, name: str) -> Iterator[bytes]:
        return (value for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        return any(self.raw(name))

    def text(self, name: str) -> str:
        """The first field of that name, decoded, on one line; empty where there is none."""
        return decode_header(next(self.raw(name), b"")[:_MAX_VALUE])

    def parameter(self, name: str, parameter: str) -> str:
        """A parameter of a structured field (RFC 2231 and RFC 2047), decoded; empty where there is none."""
        message = Message()
        message[name] = _unfolded(next(self.raw(name), b""))
        try:
            value = message.get_param(parameter, "", header=name)
            return " ".join(clean(decode_words(collapse_rfc2231_value(value))).split())
        except (ValueError, LookupError, TypeError, AttributeError):  # what the standard library does to odd ones
            return ""

    def addresses(self, name: str) -> list[Address]:
        """Every address in the fields of that name. A name without an address counts; nothing does not."""
        found: list[Address] = []
        for raw in self.raw(name):
            found += [address for item in _items(_unfolded(raw)) if (address := parse_address(item))]
        return found

    def sender(self) -> Address:
        """From, or else Sender; the whole field is one person, even with an unquoted comma in the name."""
        for name in ("from", "sender"):
            text = _unfolded(next(self.raw(name), b""))
            if len(re.findall(r"[^\s<>@]@[^\s<>@]", text)) == 1 and (address := parse_address(text)):
                return address
            if found := self.addresses(name):
                return found[0]
        return Address(name="", email="")

    def date(self) -> datetime | None:
        """Date, or else when the first server received it; in the mail's own timezone, UTC where it names none."""
        dates = [
            self.text("date"),
            *(raw.decode("ascii", "replace").rpartition(";")[2] for raw in self.raw("received")),
        ]
        return next((date for text in dates if (date := _parse_date(text))), None)

    def ids(self, *names: str) -> list[str]:
        """Message-IDs in these fields, without angle brackets, each once, 50 at most."""
        text = " ".join(_unfolded(raw) for name in names for raw in self.raw(name))
        return list(dict.fromkeys(_ID.findall(text)))[:50]


_ID = re.compile(r"<\s?([^\s<>@]{1,400}@[^\s<>@]{1,400})\s?>")


def parse_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int, list[bytes]]:
    """The fields, where the body starts, and lines of the head that are no fields, as they came.

    The head ends at the first empty line, or behind its last known field if text follows without an empty line. Where
    there is no known field at all it is no head, and the body starts at `start`."""
    lines = list(_head_lines(raw, start, end))
    names = [_name(raw[first:last]) for first, last, _ in lines]
    known = [index for index, name in enumerate(names) if name in _KNOWN or name.startswith(_FAMILIES)]
    if not any(names[index] in _KNOWN for index in known):
        return Headers(), start, []
    count = known[-1] + 1
    while count < len(lines) and raw[lines[count][0] : lines[count][0] + 1] in (b" ", b"\t"):
        count += 1
    fields: list[tuple[str, bytes]] = []
    junk: list[bytes] = []
    for (first, last, _), name in zip(lines[:count], names, strict=False):
        line = raw[first:last]
        if name:
            fields.append((name.decode("ascii"), line.partition(b":")[2].strip()))
        elif fields and line[:1] in (b" ", b"\t"):
            fields.append((fields[-1][0], fields.pop()[1] + b"\n" + line))
        else:
            junk.append(line)
    body = lines[count - 1][2]
    if count == len(lines) and (blank := _BLANK_LINE.match(raw, body, end)):
        body = blank.end()
    return Headers(fields), body, junk


def parse_address(text: str) -> Address | None:
    """`Name <a@b>`, `a@b (Name)`, `Name [mailto:a@b]`, or only a name or an address."""
    if "@" not in text or (text.startswith("=?") and text.endswith("?=")):
        text = decode_words(text)
    if bracketed := (list(_BRACKETED.finditer(text)) or [None])[-1]:
        name, email = text[: bracketed.start()], bracketed[1] or bracketed[2]
    elif bare := _BARE.search(text):
        name, email = text[: bare.start()] + text[bare.end() :], bare[0]
    else:
        name, email = re.sub(r"<\s*>", "", text), ""
    name = " ".join(clean(decode_words(name)).replace('\\"', '"').strip(" \t\"'()*,;").split())
    email = clean(email).removeprefix("mailto:").strip("'\"*").lower()
    return Address(name="" if name.lower() == email else name[:200], email=email[:320]) if name or email else None


_BRACKETED = re.compile(
    r"<\s*(?:mailto:)?([^<>\s]{1,320}@[^<>\s]{0,320})\s*>|\[\s*(?:mailto:)?([^\[\]\s]{1,320}@[^\[\]\s]{1,320})\s*\]"
)
_BARE = re.compile(r"[^\s<>()\"',;:]{1,100}@[^\s<>()\"',;]+")


def _head_lines(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and end with line break of each line up to the first empty one."""
    for _ in range(_MAX_LINES):
        found = _LINE.search(raw, start, end)
        last, after = found.span() if found else (end, end)
        if not raw[start:last].strip():
            return
        yield start, last, after
        start = after


def _name(line: bytes) -> bytes:
    found = _FIELD.match(line[:100])
    return found[1].lower() if found else b""


def _unfolded(raw: bytes) -> str:
    return " ".join(clean(decode(raw[:_MAX_VALUE], None)[0]).split())


def _items(text: str) -> list[str]:
    """An address list at its commas and semicolons, but not those in quotes or brackets."""
    items = [""]
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\([^()]*\)|[^,;"<(]+|.', text):
        if token in ",;":
            items.append("")
        else:
            items[-1] += token
    return [re.sub(r"^[^<>@\"]*:(?!/)", "", item) for item in items if item.strip()]


def _parse_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text[:200].strip())
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

"""winmail.dat (TNEF, [MS-OXTNEF]): what Outlook wraps text and files in. Read as far as it is intact.

Own reader, on purpose: tnefparse trusts the counts in the file, so one flipped bit can ask it for four billion values,
and it strips zero bytes from the end of files."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from documents.charset import clean, decode
from documents.html import html_to_text

SIGNATURE = b"\x78\x9f\x3e\x22"

_MESSAGE, _ATTACHMENT = 1, 2
_BODY, _DATA, _TITLE, _NEW_FILE, _MESSAGE_PROPERTIES, _FILE_PROPERTIES, _CODEPAGE = (
    0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007,
)  # fmt: skip
_P_BODY, _P_RTF, _P_HTML, _P_DISPLAY_NAME, _P_DATA, _P_SHORT_NAME, _P_LONG_NAME, _P_TYPE = (
    0x1000, 0x1009, 0x1013, 0x3001, 0x3701, 0x3704, 0x3707, 0x370E,
)  # fmt: skip
_FIXED = {1: 0, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 20: 8, 64: 8, 72: 16}
"""MAPI type: bytes of one value."""
_TEXT, _UNICODE, _BINARY, _OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
_MULTIPLE, _NAMED = 0x1000, 0x8000
_EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")
"""The class id before an embedded message, which is TNEF again."""


@dataclass
class TnefFile:
    name: str = ""
    media_type: str = "application/octet-stream"
    content: bytes = b""


@dataclass
class Tnef:
    text: str = ""
    files: list[TnefFile] = field(default_factory=list[TnefFile])
    problem: str | None = None
    """What could not be read, in words."""


def read_tnef(data: bytes) -> Tnef:
    """Text and files; `problem` says what is missing. Takes any bytes."""
    found = Tnef()
    if not data.startswith(SIGNATURE):
        found.problem = "it is not in the format of winmail.dat"
        return found
    charset = "cp1252"
    try:
        for level, name, value in _objects(data):
            if name == _CODEPAGE and len(value) >= 4:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            elif level == _ATTACHMENT:
                _read_file(found, name, value, charset)
            elif name == _BODY:
                found.text = clean(decode(value, charset)[0])
            elif name == _MESSAGE_PROPERTIES:
                _read_body(found, dict(_properties(value, charset)))
    except (struct.error, ValueError):
        found.problem = "it is damaged; what is in front of the damage was read"
    return found


def _objects(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 6
    while position < len(data):
        level, name, length = struct.unpack_from("<BHxxI", data, position)
        position += 9
        if position + length > len(data) or level not in (_MESSAGE, _ATTACHMENT):
            raise ValueError("an object that cannot be")
        yield level, name, data[position : position + length]
        position += length + 2


def _read_file(found: Tnef, name: int, value: bytes, charset: str) -> None:
    if name == _NEW_FILE or not found.files:
        found.files.append(TnefFile())
    file = found.files[-1]
    if name == _TITLE:
        file.name = file.name or clean(decode(value, charset)[0]).strip()
    elif name == _DATA:
        file.content = value
    elif name == _FILE_PROPERTIES:
        properties = dict(_properties(value, charset))
        for key in (_P_LONG_NAME, _P_SHORT_NAME, _P_DISPLAY_NAME):
            if isinstance(title := properties.get(key), str) and title:
                file.name = title
                break
        if isinstance(media_type := properties.get(_P_TYPE), str) and "/" in media_type:
            file.media_type = media_type.lower()
        if isinstance(content := properties.get(_P_DATA), bytes):
            file.content = content.removeprefix(_EMBEDDED)


def _read_body(found: Tnef, properties: dict[int, bytes | str]) -> None:
    markup = properties.get(_P_HTML)
    if isinstance(markup, bytes):
        charset = re.search(rb"charset=[\"']?([\w-]+)", markup[:2000])
        markup = decode(markup, charset[1].decode() if charset else None)[0]
    text = properties.get(_P_BODY)
    found.text = html_to_text(clean(markup)) if markup else text if isinstance(text, str) and text else found.text
    if not found.text and _P_RTF in properties:
        found.problem = "its text is compressed RTF, which cannot be read"


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, bytes | str]]:
    """MAPI properties that are text or bytes, by id; the first of several values."""
    (count,), position = struct.unpack_from("<I", data), 4
    for _ in range(min(count, len(data) // 4)):
        kind, name = struct.unpack_from("<HH", data, position)
        position += 4
        if name >= _NAMED:
            is_text, length = struct.unpack_from("<II", data, position + 16)
            position += 24 + (-(-length // 4) * 4 if is_text else 0)
        kind, multiple = kind & ~_MULTIPLE, bool(kind & _MULTIPLE)
        if kind in _FIXED:
            values = struct.unpack_from("<I", data, position)[0] if multiple else 1
            position += 4 * multiple + -(-values * _FIXED[kind] // 4) * 4
            continue
        if kind not in (_TEXT, _UNICODE, _BINARY, _OBJECT):
            raise ValueError("a property type that does not exist")
        (values,) = struct.unpack_from("<I", data, position)
        position += 4
        for index in range(min(values, len(data) // 4)):
            (length,) = struct.unpack_from("<I", data, position)
            position += 4
            value = data[position : position + length]
            if len(value) < length:
                raise ValueError("a value longer than the file")
            position += -(-length // 4) * 4
            if index == 0:
                yield name, _typed(kind, value, charset)


def _typed(kind: int, value: bytes, charset: str) -> bytes | str:
    if kind in (_BINARY, _OBJECT):
        return value
    text = value.decode("utf-16-le", "replace") if kind == _UNICODE else decode(value, charset)[0]
    return clean(text).strip()

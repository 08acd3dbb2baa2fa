"""Bytes to text when the declared charset is wrong, missing or unknown. Nothing here raises."""

import binascii
import codecs
import re

_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
}
"""Python's name of a declared charset: the charset that mailers really mean by it."""

_NICKNAMES = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac_roman",
    "ansi": "cp1252",
}
_NOT_FOR_MAIL = {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem", "utf-7"}
_DOUBLE_BYTE = {"gb18030", "cp932", "cp949", "cp950", "euc_jp", "johab", "big5hkscs"}
_ESCAPED = {"hz", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Control and formatting characters that nobody sees: PostgreSQL refuses NUL, lone surrogates have no UTF-8, and
# direction marks and Unicode tags can hide words from the reader that a model would read.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u034f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
_HIGH = bytes(range(128, 256))
_LINE_END = re.compile("\r{0,2}\n|\r|\x0c|\x85|\u2028|\u2029")


def clean(text: str) -> str:
    """Lines end in a line feed; characters that nobody can see, and those that UTF-8 cannot hold, are gone."""
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text))
    return text.encode("utf-8", "replace").decode()


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text, and in words what is doubtful about it. A declared charset is only one of the clues."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _replace(data[len(bom) :], name)
    codec = _codec(declared)
    wide = codec is not None and codec.startswith(("utf-16", "utf-32"))
    if guess := _unmarked_utf16(data):
        text, problem = _replace(data, guess)
        return text, problem if wide else f"its charset was guessed ({guess})"
    if wide and len(data.translate(None, _CONTROLS + _HIGH)) > 0.7 * len(data):
        codec = None
    if data.isascii():
        return _from_ascii(data, codec)
    if (text := _strict(data, "utf-8")) is not None and not _chance_utf8(text, codec):
        return text, None
    if codec and codec != "utf-8" and (text := _strict(data, codec)) is not None:
        return text, None
    return _damaged(data, declared, codec)


def is_binary(data: bytes) -> bool:
    """Too many control characters for text in any charset."""
    sample = data[:4000]
    if sample[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or _unmarked_utf16(sample):
        return False
    return len(sample.translate(None, _CONTROLS)) < 0.9 * len(sample)


def decode_header(raw: bytes) -> str:
    """A header's value as one line of text: unfolded, with its encoded words (RFC 2047) read."""
    text = decode(raw, None)[0]
    return " ".join(clean(decode_words(text)).split())


_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?(.{0,2000}?)\?=", re.I | re.S)


def decode_words(text: str) -> str:
    """RFC 2047, read leniently: any encoded word anywhere. Neighbours are joined before decoding, because mailers
    cut characters in two."""
    out: list[str] = []
    run: list[bytes] = []
    charset, end = "", 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if run and (between.strip() or word[1].lower() != charset):
            out.append(decode(b"".join(run), charset)[0])
            run = []
            between = between if between.strip() else ""
        elif run:
            between = ""
        out.append(between)
        run.append(_word_bytes(word))
        charset, end = word[1].lower(), word.end()
    if run:
        out.append(decode(b"".join(run), charset)[0])
    return "".join(out) + text[end:]


def _word_bytes(word: re.Match[str]) -> bytes:
    payload = word[3].encode("utf-8", "replace")
    try:
        if word[2] in "qQ":
            return binascii.a2b_qp(payload, header=True)
        return binascii.a2b_base64(payload.rstrip(b"= ") + b"===")
    except binascii.Error:
        return word[0].encode("utf-8", "replace")


def _codec(declared: str | None) -> str | None:
    """Python's codec for a declared charset; None for what Python does not know or mail must not use."""
    name = (declared or "").strip("\"' \t").lower()
    name = _NICKNAMES.get(name, name)
    if not re.fullmatch(r"[\w.:+-]{1,40}", name, re.A):
        return None
    try:
        found = codecs.lookup(name)
        b"a".decode(found.name, "ignore")  # a LookupError for codecs that are not of text, such as rot13
    except (LookupError, UnicodeError):
        return None
    return None if found.name in _NOT_FOR_MAIL else _SUPERSETS.get(found.name, found.name)


def _unmarked_utf16(data: bytes) -> str | None:
    sample = data[:2000]
    half = len(sample) // 2
    if half < 2 or b"\x00" not in sample:
        return None
    if sample[1::2].count(0) > 0.6 * half > sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > 0.6 * half > sample[1::2].count(0):
        return "utf-16-be"
    return None


def _from_ascii(data: bytes, codec: str | None) -> tuple[str, str | None]:
    if b"\x1b$" in data and (codec is None or not codec.startswith("iso2022")):
        codec = "iso2022_jp"
    if codec in _ESCAPED and (text := _strict(data, codec)) is not None:
        return text, None
    return data.decode("ascii"), None


def _chance_utf8(text: str, codec: str | None) -> bool:
    """A word or two in a double-byte charset can happen to be valid UTF-8; a sentence cannot."""
    return codec in _DOUBLE_BYTE and sum(not char.isascii() for char in text[:200]) < 3


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _replace(data: bytes, codec: str) -> tuple[str, str | None]:
    text = data.decode(codec, "replace")
    lost = text.count("\ufffd")
    return text, f"{lost} characters could not be read" if lost else None


def _damaged(data: bytes, declared: str | None, codec: str | None) -> tuple[str, str | None]:
    """Neither UTF-8 nor the declared charset reads all of it: take the one that loses little, or Western European."""
    for name in ("utf-8", codec):
        if name is None:
            continue
        text, problem = _replace(data, name)
        lost = text.count("\ufffd")
        if lost * 3 < sum(not char.isascii() for char in text):
            return text, problem
    text = data.decode("cp1252", "replace")
    if codec is None and not declared and "\ufffd" not in text:
        return text, None
    return text, f"its charset ({declared or 'not declared'}) does not fit; read as Western European"

"""A draft as the bytes of a mail (RFC 5322): text and HTML, threaded, with nothing in a header that is not its own."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from email.charset import QP, Charset
from email.errors import MessageError
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, quote

import idna

from connectors.base import Refused
from jobs.erp import SaveDraft
from jobs.mail import Address

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+"
_OWN_ID = re.compile(rf"{_ATOM}@{_ATOM}")
_FOREIGN_ID = re.compile(r"[!-;=?-~]{1,900}")
"""What others call their mails: odd at times, but printable, without brackets, and fit for a line of 998 octets."""
_NAME = r'"(?:[^"\\]|\\.)*"|[^"<>]*'
_ADDRESS = re.compile(rf'(?:(?P<name>{_NAME})\s*<)?(?P<local>{_ATOM})@(?P<domain>[^\s@<>"(),:;]+)(?(name)>)')
_REFERENCES = 20
_LINE = 76
_POLICY = compat32.clone(linesep="\r\n", mangle_from_=False)
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


def compose(draft: SaveDraft, sender: Address) -> bytes:
    """The mail, with CRLF at the end of its lines. Raises Refused, naming the field, for a Message-ID or an address
    that is none. A control character in the subject becomes a space; an odd Message-ID of another's is left out."""
    thread = _thread(draft.references)
    headers = {
        "From": _mailbox("sender", f"{_quoted(sender.name)} <{sender.email}>"),
        "To": _list(_mailbox("to", address) for address in draft.to),
        "Cc": _list(_mailbox("cc", address) for address in draft.cc),
        "Subject": _subject(draft.subject),
        "Date": format_datetime(datetime.now(UTC)),
        "Message-ID": f"<{own_id(draft.message_id)}>",
        "In-Reply-To": _ids(_thread([draft.in_reply_to])),
        "References": _ids(thread[:1] + thread[1:][1 - _REFERENCES :]),
        "X-Unsent": "1",
    }
    body = MIMEMultipart("alternative")
    body.attach(_part("plain", draft.text))
    body.attach(_part("html", draft.html))
    lines = (f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return "".join(lines).encode("ascii") + body.as_bytes(policy=_POLICY)


def own_id(message_id: str) -> str:
    """The same Message-ID, fit to be looked for. Raises Refused for what is none."""
    if not _OWN_ID.fullmatch(message_id) or len(message_id) > 250:
        raise Refused(f"draft: message_id is no Message-ID: {message_id[:100]!r}")
    return message_id


def has_message_id(head: bytes, message_id: str) -> bool:
    """Whether a mail, of which `head` is at least the header, has this very Message-ID."""
    if message_id.encode() not in head:  # It has no place where it could be folded.
        return False
    try:
        value = BytesHeaderParser(policy=compat32).parsebytes(head)["Message-ID"]
    except MessageError:
        return False
    return str(value or "").strip() == f"<{message_id}>"


def _subject(text: str) -> str:
    clean = " ".join("".join(" " if _is_control(character) else character for character in _utf8(text)).split())
    # Plain ASCII can be folded only at its spaces, and "=?" would be read as an encoded word.
    plain = clean.isascii() and "=?" not in clean and all(len(word) < _LINE - 10 for word in clean.split())
    return _folded(clean, "us-ascii" if plain else "utf-8", "Subject")


def _mailbox(field: str, text: str) -> str:
    """One address as a header has it. `text` is an address, or a name and an address in angle brackets."""
    clean = _utf8(text).strip()
    parts = None if any(map(_is_control, clean)) else _ADDRESS.fullmatch(clean)
    if parts is None:
        raise Refused(f"draft: {field} is no e-mail address: {text[:100]!r}")
    address = f"{parts['local']}@{_domain(field, parts['domain'])}"
    name = re.sub(r"\\(.)", r"\1", (parts["name"] or "").strip().removeprefix('"').removesuffix('"')).strip()
    return f"{_phrase(name)}<{address}>" if name else address


def _phrase(name: str) -> str:
    if name.isascii() and "=?" not in name and len(name) < _LINE:
        return f"{_quoted(name)} "
    return _folded(name, "utf-8", "Reply-To") + "\r\n "


def _quoted(name: str) -> str:
    return f'"{quote(name)}"' if name else ""


def _domain(field: str, domain: str) -> str:
    try:
        return domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise Refused(f"draft: {field} has a domain that cannot be: {domain[:100]!r} ({error})") from error


def _thread(ids: Iterable[str]) -> list[str]:
    return [id_ for id_ in dict.fromkeys(ids) if _FOREIGN_ID.fullmatch(id_)]


def _ids(ids: list[str]) -> str:
    return "\r\n ".join(f"<{id_}>" for id_ in ids)


def _list(addresses: Iterable[str]) -> str:
    return ",\r\n ".join(addresses)


def _folded(text: str, charset: str, header: str) -> str:
    """In lines of 76 characters, the first one shorter by the name of the header."""
    return Header(text, charset, header_name=header, maxlinelen=_LINE).encode(linesep="\r\n")


def _part(subtype: str, text: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype)
    part.set_payload(_utf8(text).replace("\r\n", "\n").replace("\r", "\n"), _UTF8)
    return part


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


def _utf8(text: str) -> str:
    """Without lone surrogates, which UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode()

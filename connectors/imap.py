"""Drafts in a mailbox on an IMAP server (RFC 3501 and 9051).

IMAP cannot append on condition. So a draft is looked for by its Message-ID before it is appended, and once more after:
where two attempts crossed each other, the later one takes its own draft away again.
"""

import base64
import re
import ssl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from imaplib import IMAP4, IMAP4_SSL
from typing import Any, Literal, NamedTuple, cast
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from connectors.base import ConnectorError, OutcomeUnknown, Refused, Unavailable
from connectors.mime import compose, has_message_id, own_id
from jobs.crm import Written
from jobs.erp import SaveDraft
from jobs.mail import Address

_PORTS = {"imaps": 993, "imap+starttls": 143, "imap": 143}
_LOOK_AFTER = (0.2, 0.5, 1.0, 2.0)
"""Seconds between looks for a draft whose outcome is unknown."""
_PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|SERVERBUG|THROTTLED)\b", re.I)
"""Response codes (RFC 5530) of a NO that may be a yes later."""
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"\\?(?P<separator>.)"|NIL) (?P<name>.*)', re.S | re.I)
_APPENDED = re.compile(rb"\[APPENDUID \d+ (\d+)\]", re.I)


class ImapMailbox:
    """Implements `connectors.base.Mailbox`, with one connection for each call. Safe to share between threads.

    `url` is `imaps://HOST[:PORT]` (TLS; a bare HOST means the same), `imap+starttls://HOST` or, without encryption,
    `imap://HOST`. `sender` is who the drafts are from. `folder` is where drafts go if the server marks no folder as
    the one for drafts (RFC 6154). `timeout` is in seconds, for each answer of the server.
    """

    def __init__(
        self, url: str, user: str, password: SecretStr, sender: Address, *, folder: str = "", timeout: float = 20.0
    ) -> None:
        parts = urlsplit(url if "://" in url else f"imaps://{url}")
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"not an address of an IMAP server ({', '.join(_PORTS)}): {url}")
        self._scheme = cast(Literal["imaps", "imap+starttls", "imap"], parts.scheme)
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = user
        self._password = password.get_secret_value()
        self._sender = sender
        self._folder = folder
        self._timeout = timeout

    def close(self) -> None:
        """Nothing stays open between calls."""

    def save_draft(self, draft: SaveDraft) -> Written:
        content = compose(draft, self._sender)
        try:
            with self._session() as imap:
                folder = self._drafts(imap)
                uids = self._find(imap, folder, draft.message_id)
                uid = uids[0] if uids else self._append(imap, folder, draft.message_id, content)
        except OutcomeUnknown as unknown:
            return self._look_again(draft.message_id, unknown)
        return self._written(folder, uid, found=bool(uids))

    def _written(self, folder: str, uid: int, *, found: bool) -> Written:
        path = quote(_from_utf7(folder), safe="/")
        url = f"imap://{quote(self._user, safe='')}@{self._host}:{self._port}/{path}/;UID={uid}"
        return Written(write="save_draft", model="imap", id=uid, url=url, found=found)

    # The draft

    def _find(self, imap: IMAP4, folder: str, message_id: str) -> list[int]:
        """UIDs of the messages with this Message-ID, lowest first. Selects the folder."""
        self._ask("EXAMINE", imap.select, _quoted(folder), True)
        answer = self._ask("SEARCH", imap.uid, "SEARCH", "HEADER", "Message-ID", _quoted(f"<{own_id(message_id)}>"))
        uids = [int(uid) for line in answer if line for uid in line.split()]
        # SEARCH finds parts of a Message-ID too, and some servers fold case.
        return sorted(uid for uid in uids if self._is_draft(imap, uid, message_id))

    def _is_draft(self, imap: IMAP4, uid: int, message_id: str) -> bool:
        parts = self._ask("FETCH", imap.uid, "FETCH", str(uid), "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        heads = [cast(tuple[bytes, bytes], part)[1] for part in parts if isinstance(part, tuple)]
        return any(has_message_id(head, message_id) for head in heads)

    def _append(self, imap: IMAP4, folder: str, message_id: str, content: bytes) -> int:
        try:
            answer = self._ask("APPEND", imap.append, _quoted(folder), r"(\Draft \Seen)", "", content)
        except (IMAP4.abort, OSError) as error:
            raise OutcomeUnknown(self._message("APPEND", error)) from error
        try:
            return self._read_back(imap, folder, message_id, _APPENDED.search(answer[0] or b""))
        except (ConnectorError, IMAP4.error, OSError) as error:
            raise OutcomeUnknown(self._message("APPEND was answered OK, but the draft is not seen", error)) from error

    def _read_back(self, imap: IMAP4, folder: str, message_id: str, appended: re.Match[bytes] | None) -> int:
        uids = self._find(imap, folder, message_id)
        own = int(appended[1]) if appended else 0
        if own and own not in uids and self._is_draft(imap, own, message_id):  # Some servers index what came in later.
            uids = sorted([*uids, own])
        if not uids:
            raise OutcomeUnknown(f"{folder} does not hold it")
        if own in uids[1:]:
            # A server that answers with APPENDUID can expunge a single message, too (UIDPLUS, RFC 4315).
            self._ask("SELECT", imap.select, _quoted(folder))
            self._ask("STORE", imap.uid, "STORE", str(own), "+FLAGS.SILENT", r"(\Deleted)")
            self._ask("EXPUNGE", imap.uid, "EXPUNGE", str(own))
        return uids[0]

    def _look_again(self, message_id: str, unknown: OutcomeUnknown) -> Written:
        for pause in _LOOK_AFTER:
            time.sleep(pause)
            try:
                with self._session() as imap:
                    folder = self._drafts(imap)
                    uids = self._find(imap, folder, message_id)
            except ConnectorError:
                continue
            if uids:
                return self._written(folder, uids[0], found=False)
        raise unknown

    # The folder

    def _drafts(self, imap: IMAP4) -> str:
        """The folder for drafts, as its name is written on the wire; created if it is missing."""
        capabilities = self._ask("CAPABILITY", imap.capability)[-1] or b""  # They change with the login.
        extended = {b"SPECIAL-USE", b"LIST-EXTENDED"} <= set(capabilities.upper().split())
        answer = self._ask("LIST", imap.list, '""', '"*" RETURN (SPECIAL-USE)' if extended else '"*"')
        folders = [folder for line in answer if line and (folder := _listed(line))]
        marked = [folder.name for folder in folders if "\\drafts" in folder.flags]
        separator = folders[0].separator if folders else "/"
        fallback = [_to_utf7(self._folder)] if self._folder else ["Drafts", f"INBOX{separator}Drafts"]
        wanted = marked[:1] or fallback
        there = {folder.name for folder in folders if folder.flags.isdisjoint(("\\noselect", "\\nonexistent"))}
        return next((name for name in wanted if name in there), "") or self._create(imap, wanted)

    def _create(self, imap: IMAP4, names: list[str]) -> str:
        """Creates the first one that the server allows: on some, every folder is inside INBOX."""
        answer: list[Any] = [b""]
        for name in names:
            status, answer = imap.create(_quoted(name))
            if status == "OK":
                with suppress(IMAP4.error):
                    imap.subscribe(_quoted(name))  # Many clients show only what is subscribed to.
                return name
            if b"[ALREADYEXISTS]" in answer[-1]:
                return name
        raise self._refusal("CREATE", answer[-1])

    # The connection

    @contextmanager
    def _session(self) -> Generator[IMAP4]:
        """Logged in, until the end of the block. What goes wrong in it is raised as Unavailable or Refused."""
        try:
            imap = self._connect()
            try:
                self._secure(imap)
                self._login(imap)
                yield imap
                with suppress(IMAP4.error, OSError):
                    imap.logout()
            except IMAP4.abort as error:
                if goodbye := imap.untagged_responses.get("BYE"):
                    raise IMAP4.abort(goodbye[-1]) from error
                raise
            finally:
                with suppress(OSError):
                    imap.shutdown()
        except ssl.SSLCertVerificationError as error:
            raise Refused(self._message("TLS", error)) from error
        except (IMAP4.abort, OSError) as error:
            raise Unavailable(self._message("connection", error)) from error
        except IMAP4.error as error:
            raise Refused(self._message("protocol", error)) from error

    def _connect(self) -> IMAP4:
        try:
            if self._scheme == "imaps":
                context = ssl.create_default_context()
                return IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=self._timeout)
            return IMAP4(self._host, self._port, timeout=self._timeout)
        except IMAP4.error as error:  # It said BYE for a greeting, or something that is not IMAP.
            raise Unavailable(self._message("greeting", error)) from error

    def _secure(self, imap: IMAP4) -> None:
        if self._scheme != "imap+starttls":
            return
        if "STARTTLS" not in imap.capabilities:
            raise Refused(self._message("STARTTLS", "the server does not offer it"))
        imap.starttls(ssl.create_default_context())

    def _login(self, imap: IMAP4) -> None:
        plain = f"\0{self._user}\0{self._password}".encode()
        try:
            if "AUTH=PLAIN" in imap.capabilities:
                imap.authenticate("PLAIN", lambda _: plain)
            else:
                imap.login(self._user, self._password)
        except IMAP4.abort:
            raise
        except IMAP4.error as error:
            raise self._refusal("login", error) from error
        except UnicodeEncodeError:
            raise Refused(self._message("login", "user and password have to be ASCII for this server")) from None

    def _ask(self, call: str, command: Callable[..., tuple[str, list[Any]]], *arguments: Any) -> list[Any]:
        status, answer = command(*arguments)
        if status != "OK":
            raise self._refusal(call, answer[-1])
        return answer

    def _refusal(self, call: str, answer: object) -> ConnectorError:
        message = self._message(call, answer)
        return Unavailable(message) if _PASSING.search(message) else Refused(message)

    def _message(self, call: str, answer: object) -> str:
        """With the server's own words, but never with the password."""
        words = answer.args[0] if isinstance(answer, IMAP4.error) and answer.args else answer
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words) or type(words).__name__
        return f"IMAP {self._host} {call}: {' '.join(text.split())}".replace(self._password or "***", "***")


class _Folder(NamedTuple):
    flags: frozenset[str]
    """Lower case."""
    separator: str
    name: str
    """As it is written on the wire."""


def _listed(line: bytes | tuple[bytes, bytes]) -> _Folder | None:
    """A folder of LIST's answer; None for a line that is none. A name that came as a literal is a part of its own."""
    parts = _LISTED.fullmatch(line[0] if isinstance(line, tuple) else line)
    if parts is None:
        return None
    name = line[1] if isinstance(line, tuple) else parts["name"].strip()
    if name.startswith(b'"') and not isinstance(line, tuple):
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
    flags = frozenset(parts["flags"].decode("ascii", "replace").lower().split())
    return _Folder(flags, (parts["separator"] or b"/").decode("ascii", "replace"), name.decode("ascii", "replace"))


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _to_utf7(name: str) -> str:
    """In the modified UTF-7 in which IMAP writes names of folders (RFC 3501, 5.1.3)."""

    def encoded(run: re.Match[str]) -> str:
        return "&" + base64.b64encode(run[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"[^ -~]+", encoded, name.replace("&", "&-"))


def _from_utf7(name: str) -> str:
    def decoded(run: re.Match[str]) -> str:
        return f"+{run[1].replace(',', '/')}-".encode().decode("utf-7", "replace") if run[1] else "&"

    return re.sub(r"&([^-]*)-", decoded, name)

"""Drafts in a Maildir++ folder: for the sandbox, and for companies whose mail is files."""

import errno
import hashlib
import mailbox
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from connectors.base import ConnectorError, Refused, Unavailable
from connectors.mime import compose, has_message_id, own_id
from jobs.crm import Written
from jobs.erp import SaveDraft
from jobs.mail import Address

_HEAD = 64 * 1024
"""Bytes of a mail in which its Message-ID has to be."""
_LASTING = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT),
    *(errno.ENOENT, errno.ENOTDIR, errno.EEXIST),
    errno.ENOTSUP,
}
"""No right or over quota, no such folder, no hard links: what does not heal by itself."""
_SCANS = 10


class Maildir:
    """Implements `connectors.base.Mailbox` over the Maildir at `path`, which is created if its parent is there. Safe to
    share between threads and processes. `sender` is who the drafts are from."""

    def __init__(self, path: Path, sender: Address) -> None:
        self._path = path
        self._drafts = path / ".Drafts"
        self._sender = sender

    def close(self) -> None:
        """Nothing stays open between calls."""

    def save_draft(self, draft: SaveDraft) -> Written:
        content = compose(draft, self._sender)
        try:
            self._create()
            there = self._find(draft.message_id)
            path, found = (there, True) if there else self._deliver(draft.message_id, content)
        except OSError as error:
            raise _failure(error) from error
        return Written(
            write="save_draft",
            model="maildir",
            id=int(_digest(draft.message_id)[:8], 16) >> 1,
            url=path.absolute().as_uri(),
            found=found,
        )

    def _create(self) -> None:
        for folder in (self._path, self._drafts):
            for path in (folder, folder / "tmp", folder / "new", folder / "cur"):
                path.mkdir(mode=0o700, exist_ok=True)
        (self._drafts / "maildirfolder").touch(mode=0o600)
        with suppress(FileNotFoundError):  # Another process cleans, too.
            mailbox.Maildir(self._drafts, create=False).clean()

    def _find(self, message_id: str) -> Path | None:
        for _ in range(_SCANS):
            try:
                return next((path for path in self._messages() if _is_draft(path, own_id(message_id))), None)
            except FileNotFoundError:
                continue  # A mail program has renamed or deleted a message meanwhile.
        raise Unavailable(f"Maildir: {self._drafts} changes while it is read")

    def _messages(self) -> Iterator[Path]:
        for folder in ("new", "cur"):  # The way messages go.
            yield from (self._drafts / folder).iterdir()

    def _deliver(self, message_id: str, content: bytes) -> tuple[Path, bool]:
        """The draft's file, and whether another process was faster. Of several that link the same name, one can."""
        temporary = self._drafts / "tmp" / uuid.uuid4().hex
        path = self._drafts / "cur" / f"{_digest(message_id)}:2,DS"
        try:
            with open(temporary, "xb", opener=_private) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, path)
        except FileExistsError:
            return path, True
        finally:
            temporary.unlink(missing_ok=True)
        _sync(path.parent)
        return path, False


def _is_draft(path: Path, message_id: str) -> bool:
    with path.open("rb") as file:
        return has_message_id(file.read(_HEAD), message_id)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:40]


def _failure(error: OSError) -> ConnectorError:
    return (Refused if error.errno in _LASTING else Unavailable)(f"Maildir: {error}")

"""What the company knows in writing, kept searchable in this process."""

import threading
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from jobs.context import Snippet
from knowledge.embedding import Embedder
from knowledge.library import Library
from ledger.blobs import Blobs
from ledger.store import Ledger


class Problem(BaseModel):
    """A file that could not be read, or not all of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    """Its path in the folder."""
    reason: str
    """In words that go on from its name: `it is protected by a password`."""


class KnowledgeFeed:
    """All documents that were synced, rebuilt when they have changed. Safe to share between threads."""

    def __init__(self, ledger: Ledger, blobs: Blobs, embedder: Embedder) -> None:
        self._ledger, self._blobs, self._embedder = ledger, blobs, embedder
        self._library: Library | None = None
        self._lock = threading.Lock()

    def current(self) -> Library:
        with self._lock:
            if self._library is None:
                self._library = Library([], None, self._embedder)
            return self._library


def read_folder(folder: Path) -> tuple[list[Snippet], list[Problem]]:
    """The snippets of every file in a folder and its folders, and what could not be read."""
    raise NotImplementedError(folder)

"""What the company knows in writing, kept searchable in this process."""

import hashlib
import threading
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from documents.files import read_document
from jobs.context import Snippet
from knowledge.embedding import Embedder
from knowledge.library import Library
from knowledge.reading import Defaults, Read, read, snippets_of
from knowledge.versions import Filed, resolved
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
    found: list[tuple[Filed, Read]] = []
    problems: list[Problem] = []
    for path in files_in(folder):
        name = path.relative_to(folder).as_posix()
        content, sidecar = path.read_bytes(), sidecar_of(path)
        one, problem = read_one(name, content, sidecar, Defaults())
        if problem:
            problems.append(Problem(file=name, reason=problem))
        if one:
            found.append((Filed(name, hashlib.sha256(content).hexdigest(), one.told), one))
    documents = resolved([filed for filed, _ in found])
    snippets = [
        snippet
        for document, (_, one) in zip(documents, found, strict=True)
        for snippet in snippets_of(document, one.parts)
    ]
    return snippets, problems


def files_in(folder: Path) -> list[Path]:
    """The files that may be documents, in a fixed order; not the hidden ones, nor sidecars."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in found if not _is_hidden(path.relative_to(folder)) and not _describes(path)]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def _describes(path: Path) -> bool:
    return any(path.name.endswith(ending) and _described(path, ending) for ending in SIDECARS)


def _described(path: Path, ending: str) -> bool:
    """Whether it is beside the file that it describes: `contract.pdf.meta.yaml` or `contract.meta.yaml`."""
    name = path.name.removesuffix(ending)
    return path.with_name(name).is_file() or any(
        other.stem == name and other != path and other.suffix not in (".yaml", ".yml", ".json")
        for other in path.parent.iterdir()
    )


def sidecar_of(path: Path) -> str:
    """The text of the file beside a document that describes it; empty where there is none."""
    for ending in SIDECARS:
        for name in (f"{path.name}{ending}", f"{path.stem}{ending}"):
            beside = path.with_name(name)
            if beside != path and beside.is_file():
                return beside.read_text(encoding="utf-8-sig", errors="replace")
    return ""


SIDECARS = (".meta.yaml", ".meta.yml", ".meta.json", ".yaml", ".yml", ".json")


def read_one(name: str, content: bytes, sidecar: str, defaults: Defaults) -> tuple[Read | None, str]:
    """What is kept of a file, and in words what could not be read of it."""
    file = read_document(content, name)
    if not file.text.strip():
        return None, file.problem or "it is of a kind that is not read"
    one = read(name, file.text, pages=file.pages, head=file.head, sidecar=sidecar, defaults=defaults)
    return one, file.problem or ""

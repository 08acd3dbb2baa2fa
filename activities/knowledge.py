"""What the company knows in writing: folders are read to snippets, kept in the ledger and the blob store, and searched
in this process."""

import hashlib
import io
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.calling import heartbeating
from documents.files import read_document
from jobs.context import Document, Snippet
from jobs.core import digest
from knowledge.embedding import Embedder, Vectors
from knowledge.library import Library, passage
from knowledge.metadata import Told
from knowledge.reading import READING, Defaults, Part, Read, read, snippets_of
from knowledge.versions import Filed, resolved
from ledger.blobs import Blobs
from ledger.knowledge import Shelf
from ledger.store import Ledger
from ledger.tables import KnowledgeDocumentRow, KnowledgeSourceRow, now

SIDECARS = (".meta.yaml", ".meta.yml", ".meta.json", ".yaml", ".yml", ".json")
"""Endings of a file that describes the one beside it: `contract.pdf.meta.yaml`, or `contract.meta.yaml`."""
_MAX_BYTES = 50_000_000
_AT_ONCE = 2
"""Files that are read at the same time, each in a process of its own."""
_NUMPY = "application/x-npy"
_PARTS = TypeAdapter(tuple[Part, ...])


class KnowledgeError(Exception):
    """A source cannot be synced; the message says why, in words."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(_Frozen):
    """A file that could not be read, or not all of it."""

    file: str
    """Its path in the folder."""
    reason: str
    """In words that go on from its name: `it is protected by a password`."""


class Synced(_Frozen):
    """What a sync of one source has done."""

    source: str
    read: tuple[str, ...] = ()
    """Files that were new or had changed."""
    unchanged: int = 0
    gone: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    """All that there are, also of files that have not changed."""
    failed: str = ""
    """Why nothing was done."""


class SyncCounts(_Frozen):
    """The same for workflow history, which names no documents."""

    source: str
    read: int = 0
    unchanged: int = 0
    gone: int = 0
    problems: int = 0
    failed: str = ""
    """Why nothing was done."""


@dataclass(frozen=True)
class Known:
    """A document with all that is known of it, for a person to look through."""

    row: KnowledgeDocumentRow
    told: Told | None
    """None: nothing could be read."""
    document: Document | None


class KnowledgeFeed:
    """All documents that were synced, rebuilt when they have changed. Safe to share between threads."""

    def __init__(self, ledger: Ledger, blobs: Blobs, embedder: Embedder) -> None:
        self._shelf, self._blobs, self._embedder = Shelf(ledger), blobs, embedder
        self._library: Library | None = None
        self._state: object = None
        self._lock = threading.Lock()

    def current(self) -> Library:
        with self._lock:
            state = self._shelf.state()
            if self._library is None or state != self._state:
                self._library, self._state = self._load(), state
            return self._library

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    def _load(self) -> Library:
        snippets: list[Snippet] = []
        vectors: list[Vectors] = []
        for known in known_documents(self._shelf):
            if known.document is None or not known.row.snippets:
                continue
            cut = snippets_of(known.document, _PARTS.validate_json(self._blobs.get(known.row.parts_sha256)))
            snippets += cut
            vectors.append(self._vectors(known.row, cut))
        return Library(snippets, np.concatenate(vectors) if vectors else None, self._embedder)

    def _vectors(self, row: KnowledgeDocumentRow, snippets: Sequence[Snippet]) -> Vectors:
        """As kept; made anew where another embedder has made them."""
        if row.embedder == self._embedder.name:
            return _unpacked(self._blobs.get(row.vectors_sha256))
        return self._embedder.embed([passage(snippet) for snippet in snippets])


def known_documents(shelf: Shelf) -> list[Known]:
    """Every file of every source, with what has taken its place and whose it is."""
    rows = shelf.documents()
    told = [Told.model_validate(row.told) if row.told else None for row in rows]
    filed = [Filed(_id(row), row.sha256, one) for row, one in zip(rows, told, strict=True) if one]
    documents = {document.id: document for document in resolved(filed)}
    return [Known(row, one, documents.get(_id(row))) for row, one in zip(rows, told, strict=True)]


def _id(row: KnowledgeDocumentRow) -> str:
    return f"{row.source}/{row.path}"


def read_folder(folder: Path) -> tuple[list[Snippet], list[Problem]]:
    """The snippets of every file in a folder and its folders, and what could not be read. Raises OSError where there is
    no such folder."""
    files = _files(folder)
    found = _read_all(files, Defaults())
    problems = [
        Problem(file=file.path, reason=one.problem) for file, one in zip(files, found, strict=True) if one.problem
    ]
    readable = [(file, one.read) for file, one in zip(files, found, strict=True) if one.read]
    documents = resolved([Filed(file.path, file.sha256, one.told) for file, one in readable])
    snippets = [
        snippet
        for document, (_, one) in zip(documents, readable, strict=True)
        for snippet in snippets_of(document, one.parts)
    ]
    return snippets, problems


def sync_source(source: KnowledgeSourceRow, ledger: Ledger, blobs: Blobs, embedder: Embedder) -> Synced:
    """Reads what is new or has changed in a source's folder, and takes away what is gone. Nothing of it is seen before
    all of it is done. Raises KnowledgeError where the folder is not there."""
    shelf = Shelf(ledger)
    try:
        files = _files(Path(source.folder))
    except OSError as error:
        problem = f"{source.folder}: {error.strerror or error}"
        shelf.note_problem(source.name, problem)
        raise KnowledgeError(problem) from None
    defaults = Defaults(customer=source.customer, roles=tuple(source.roles))
    standing = {row.path: row for row in shelf.documents(source.name)}
    if standing and not files:
        problem = f"{source.folder} is empty now; its {len(standing)} documents are kept until it is removed"
        shelf.note_problem(source.name, problem)
        raise KnowledgeError(problem)
    known = {path: row.fingerprint for path, row in standing.items() if row.embedder == embedder.name}
    changed = [file for file in files if known.get(file.path) != file.fingerprint(defaults)]
    found = _read_all(changed, defaults)
    rows = [_kept(source.name, file, defaults, one, blobs) for file, one in zip(changed, found, strict=True)]
    for row, one in zip(rows, found, strict=True):
        _embed(row, one, standing.get(row.path), blobs, embedder)
    gone = sorted(standing.keys() - {file.path for file in files})
    shelf.replace(source.name, rows, gone, now())
    told = {**{path: row for path, row in standing.items() if path not in gone}, **{row.path: row for row in rows}}
    return Synced(
        source=source.name,
        read=tuple(row.path for row in rows),
        unchanged=len(files) - len(rows),
        gone=tuple(gone),
        problems=tuple(Problem(file=path, reason=row.problem) for path, row in sorted(told.items()) if row.problem),
    )


@dataclass(frozen=True)
class _File:
    path: str
    """In the source's folder."""
    place: Path
    sha256: str = ""
    sidecar: str = ""
    """The text of the file beside it that describes it."""
    problem: str = ""

    def fingerprint(self, defaults: Defaults) -> str:
        return digest([self.sha256, self.sidecar, self.problem, defaults.model_dump(), READING])


@dataclass(frozen=True)
class _ReadFile:
    read: Read | None
    problem: str
    settled: bool = True
    """False: the next sync is to try again."""


def _files(folder: Path) -> list[_File]:
    """Those that may be documents, in a fixed order; not the hidden ones, nor sidecars."""
    os.listdir(folder)  # rglob is silent about a folder that is missing or may not be read
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if (path.is_file() or _leads_out(folder, path)) and not _is_hidden(path.relative_to(folder))
    ]
    beside = {path: _sidecar_of(path) for path in paths}
    sidecars = {sidecar for sidecar in beside.values() if sidecar}
    return [_opened(folder, path, beside[path]) for path in paths if path not in sidecars]


def _leads_out(folder: Path, path: Path) -> bool:
    """Whether it is a link to what is not in the folder: whoever may write there would read what the worker may."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def _sidecar_of(path: Path) -> Path | None:
    """The file beside a document that describes it."""
    if path.suffix in (".yaml", ".yml", ".json"):
        return None
    named = (path.with_name(f"{name}{ending}") for name in (path.name, path.stem) for ending in SIDECARS)
    return next((beside for beside in named if beside.is_file()), None)


def _opened(folder: Path, path: Path, sidecar: Path | None) -> _File:
    name = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "replace")
    if _leads_out(folder, path):
        return _File(name, path, problem="it is a link that leads out of the folder, and is not followed")
    if sidecar and _leads_out(folder, sidecar):
        return _File(name, path, problem="the file that describes it is a link that leads out of the folder")
    try:
        if path.stat().st_size > _MAX_BYTES:
            return _File(name, path, problem=f"it is larger than the {_MAX_BYTES // 1_000_000} MB that are read")
        described = sidecar.read_text(encoding="utf-8-sig", errors="replace") if sidecar else ""
        return _File(name, path, _sha256(path.read_bytes()), described)
    except OSError as error:
        return _File(name, path, problem=f"it cannot be opened: {error.strerror}")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_all(files: Sequence[_File], defaults: Defaults) -> list[_ReadFile]:
    def read_one(file: _File) -> _ReadFile:
        return _read_file(file, defaults)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(read_one, files))


def _read_file(file: _File, defaults: Defaults) -> _ReadFile:
    """What is kept of a file, and in words what could not be read of it."""
    if file.problem:
        return _ReadFile(None, file.problem)
    try:
        content = file.place.read_bytes()
    except OSError as error:
        return _ReadFile(None, f"it cannot be opened: {error.strerror}", settled=False)
    if _sha256(content) != file.sha256:
        return _ReadFile(None, "it was written to while it was read; the next sync reads it", settled=False)
    text = read_document(content, file.path)
    if not text.text.strip():
        return _ReadFile(None, text.problem or ("it is of a kind that is not read" if content else "it is empty"))
    one = read(file.path, text.text, pages=text.pages, head=text.head, sidecar=file.sidecar, defaults=defaults)
    return _ReadFile(one, text.problem or "")


def _kept(source: str, file: _File, defaults: Defaults, found: _ReadFile, blobs: Blobs) -> KnowledgeDocumentRow:
    """The row of a file, its passages in the blob store."""
    row = KnowledgeDocumentRow(
        source=source,
        path=file.path,
        fingerprint=file.fingerprint(defaults) if found.settled else "",
        sha256=file.sha256,
        problem=found.problem,
        read_at=now(),
    )
    if found.read:
        row.told, row.snippets = found.read.told.model_dump(mode="json"), len(found.read.parts)
        row.parts_sha256 = blobs.put(_PARTS.dump_json(found.read.parts), "application/json").sha256
    return row


def _embed(
    row: KnowledgeDocumentRow, found: _ReadFile, before: KnowledgeDocumentRow | None, blobs: Blobs, embedder: Embedder
) -> None:
    """The vectors of its passages in the blob store; those from before where the passages are the same ones."""
    row.embedder = embedder.name
    if found.read is None:
        return
    if before and before.embedder == embedder.name and _embedded(before) == _embedded(row):
        row.vectors_sha256 = before.vectors_sha256
        return
    document = Document(id=row.path, title=found.read.told.title, sha256=row.sha256)
    vectors = embedder.embed([passage(snippet) for snippet in snippets_of(document, found.read.parts)])
    row.vectors_sha256 = blobs.put(_packed(vectors), _NUMPY).sha256


def _embedded(row: KnowledgeDocumentRow) -> tuple[str, str]:
    return row.parts_sha256, (row.told or {}).get("title", "")


def _packed(vectors: Vectors) -> bytes:
    out = io.BytesIO()
    np.save(out, vectors, allow_pickle=False)
    return out.getvalue()


def _unpacked(content: bytes) -> Vectors:
    return np.load(io.BytesIO(content), allow_pickle=False)


class Keeping:
    """The activities of a sync."""

    def __init__(self, ledger: Ledger, blobs: Blobs, embedder: Embedder) -> None:
        self._ledger, self._blobs, self._embedder = ledger, blobs, embedder

    @activity.defn
    def knowledge_sources(self) -> list[str]:
        return [source.name for source in Shelf(self._ledger).sources()]

    @activity.defn
    def sync_knowledge(self, name: str) -> SyncCounts:
        """Raises an ApplicationError that is not retried where the folder is not there: the next sync looks again."""
        source = next((one for one in Shelf(self._ledger).sources() if one.name == name), None)
        if source is None:
            return SyncCounts(source=name, failed="it was removed meanwhile")
        try:
            with heartbeating():
                done = sync_source(source, self._ledger, self._blobs, self._embedder)
        except KnowledgeError as error:
            raise ApplicationError(str(error), type="KnowledgeError", non_retryable=True) from error
        return SyncCounts(
            source=name,
            read=len(done.read),
            unchanged=done.unchanged,
            gone=len(done.gone),
            problems=len(done.problems),
        )

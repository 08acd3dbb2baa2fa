"""The blob store: content in, reference out, the same for the same."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobs.core import BlobRef
from jobs.crm import OpenRecord
from ledger.blobs import Blobs, MissingBlob

CONTENT = "Größe\r\n".encode() + bytes(range(256))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_content_is_stored_once_under_its_hash(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "new" / "blobs")
    ref = blobs.put(CONTENT, "message/rfc822")
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert ref == BlobRef(sha256=sha256, media_type="message/rfc822", size=len(CONTENT))
    [file] = files(tmp_path)
    written = file.stat().st_mtime_ns
    assert blobs.put(CONTENT, "message/rfc822") == ref
    assert files(tmp_path) == [file]
    assert file.stat().st_mtime_ns == written
    assert Blobs(tmp_path / "new" / "blobs").get(sha256) == CONTENT


def test_an_empty_content_is_one_too(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert blobs.get(blobs.put(b"", "text/plain").sha256) == b""


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    blobs, record = Blobs(tmp_path), OpenRecord(id=1, title="Größe „Ü“", reference="x")
    ref = blobs.put_model(record)
    assert ref.media_type == "application/json"
    assert blobs.get_model(ref, OpenRecord) == record


def test_a_missing_content_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingBlob, match=f"no blob {'ab' * 32} in {tmp_path}"):
        Blobs(tmp_path).get("ab" * 32)


def test_many_writers_of_one_content_leave_one_file(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        refs = set(threads.map(blobs.put, [CONTENT * 1000] * 40, ["text/plain"] * 40))
    assert len(refs) == 1
    assert len(files(tmp_path)) == 1
    assert blobs.get(refs.pop().sha256) == CONTENT * 1000

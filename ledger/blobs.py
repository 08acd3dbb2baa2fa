"""The blob store: contents under their sha256, stored once. Workflow history carries the references."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from jobs.core import BlobRef

M = TypeVar("M", bound=BaseModel)
JSON = "application/json"


class MissingBlob(Exception):
    """A reference points at nothing: the blob store is not the one that this case was written to."""


class Blobs:
    """A folder of contents. `put` is idempotent and durable: it returns once the content is on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes, media_type: str) -> BlobRef:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
        return BlobRef(sha256=sha256, media_type=media_type, size=len(content))

    def get(self, sha256: str) -> bytes:
        """Raises MissingBlob when nothing is stored under this hash."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise MissingBlob(f"no blob {sha256} in {self.folder}") from None

    def put_model(self, value: BaseModel) -> BlobRef:
        return self.put(value.model_dump_json().encode(), JSON)

    def get_model(self, ref: BlobRef, model: type[M]) -> M:
        return model.model_validate_json(self.get(ref.sha256))

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

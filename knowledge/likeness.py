"""How near a question lies to passages by their vectors, on a scale that is the same for every embedding model."""

import tomllib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors


class Likeness:
    """1 is how near an answer lies to its question in the usual case, 0 how near strangers do.

    Both are taken from the model itself, by pairs that have nothing to do with the company's documents. What lies near
    to a question merely because it lies near to every question is held to be half as near for it.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        pairs = tomllib.loads((Path(__file__).parent / "likeness.toml").read_text(encoding="utf-8"))["pair"]
        questions = embedder.embed([pair["question"] for pair in pairs])
        self._common = questions.mean(axis=0) / 2
        nearness = (questions - self._common) @ embedder.embed([pair["passage"] for pair in pairs]).T
        strangers = nearness[~np.eye(len(pairs), dtype=bool)]
        self._zero = float(strangers.mean())
        self._unit = max(float(np.diag(nearness).mean()) - self._zero, 1e-6)

    def to(self, question: str, passages: Vectors) -> NDArray[np.float32]:
        """For each passage how near the question lies to it."""
        raw = passages @ (self._embedder.embed([question])[0] - self._common)
        return (raw - self._zero) / self._unit

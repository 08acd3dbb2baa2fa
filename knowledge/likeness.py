"""How near a question lies to passages by their vectors, on a scale that is the same for every embedding model."""

import tomllib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors


class Likeness:
    """1 is how near an answer lies to its question in the usual case, 0 how near strangers do.

    Both are taken from the model itself, by pairs that have nothing to do with any company's documents. Passages that
    lie near to every question, and questions that lie near to every passage, are held to be half as near for it.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        pairs = tomllib.loads((Path(__file__).parent / "likeness.toml").read_text(encoding="utf-8"))["pair"]
        questions = embedder.embed([pair["question"] for pair in pairs])
        passages = embedder.embed([pair["passage"] for pair in pairs])
        self._questions = questions.mean(axis=0) / 2
        self._passages = passages.mean(axis=0) / 2
        nearness = self._raw(questions, passages)
        strangers = nearness[~np.eye(len(pairs), dtype=bool)]
        self._zero = float(strangers.mean())
        self._unit = max(float(np.diag(nearness).mean()) - self._zero, 1e-6)

    def to(self, question: str, passages: Vectors) -> NDArray[np.float32]:
        """For each passage how near the question lies to it."""
        return (self._raw(self._embedder.embed([question]), passages)[0] - self._zero) / self._unit

    def _raw(self, questions: Vectors, passages: Vectors) -> NDArray[np.float32]:
        """Cosines, less half of what each side has in common with strangers."""
        return (questions - self._questions) @ passages.T - (questions @ self._passages)[:, None]

"""Finds the passages that a question is about, among those that its asker may see and that hold on the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jobs.context import Document, Snippet, Viewer, may_see
from knowledge.embedding import Embedder, Vectors

_ALIKE = 0.3
"""Cosine below which a passage is about something else."""


@dataclass(frozen=True)
class Hit:
    """A passage that was found, and how well it fits."""

    snippet: Snippet
    score: float
    """0 to 1, comparable within one search."""


def passage(snippet: Snippet) -> str:
    """A snippet as it is embedded and searched: a rule alone does not say what it is a rule of."""
    return "\n".join((snippet.document.title, *snippet.headings, snippet.text))


class Library:
    """All snippets of the company, to be searched. Never changed once it is built, so that threads may share it."""

    def __init__(self, snippets: Sequence[Snippet], vectors: Vectors | None, embedder: Embedder) -> None:
        """`vectors` are those of `passage(snippet)` by the same embedder, one row each; None: they are made now."""
        self._snippets = tuple(snippets)
        self._embedder = embedder
        self._vectors = embedder.embed([passage(snippet) for snippet in snippets]) if vectors is None else vectors
        documents = {snippet.document.id: snippet.document for snippet in snippets}
        self._documents = tuple(documents.values())
        number = {id_: at for at, id_ in enumerate(documents)}
        self._home = np.array([number[snippet.document.id] for snippet in snippets], dtype=np.int32)

    def documents(self) -> tuple[Document, ...]:
        return self._documents

    def search(self, question: str, viewer: Viewer, day: date, limit: int = 8) -> list[Hit]:
        """The passages that the question is about, best first; none where no document is about it."""
        open_ = np.array([doc.holds(day) and may_see(viewer, doc) for doc in self._documents], dtype=bool)
        candidates = np.flatnonzero(open_[self._home])
        if not candidates.size or not question.strip():
            return []
        scores = self._vectors[candidates] @ self._embedder.embed([question])[0]
        best = np.argsort(-scores)[:limit]
        return [Hit(self._snippets[candidates[at]], float(scores[at])) for at in best if scores[at] >= _ALIKE]

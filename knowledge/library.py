"""Finds the passages that a question is about, among those that its asker may see and that hold on the day."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from jobs.context import Document, Snippet, Viewer, may_see
from knowledge.embedding import Embedder, Vectors
from knowledge.lexical import Scores, Words
from knowledge.likeness import Likeness
from knowledge.words import parts_of

_WORDS = np.float32(1.5)
"""What a passage with all words of the question gains; one that means the same has 1."""
_ABOUT = 0.6
"""Score below which a passage is about something else."""
_BESIDE = 0.4
"""Share of the best score below which a passage adds nothing to it."""
_NEAR = 2000
"""Passages that are compared with each part of a question."""
_OWN = np.float32(0.3)
"""What a customer's own contract gains on what holds for all, where both are about the question."""
_FEW = 0.1
"""Share of all passages below which only those that are open are looked at."""
_LONGEST = 2000
"""Characters of a question that are read."""


@dataclass(frozen=True)
class Hit:
    """A passage that was found, and how well it fits."""

    snippet: Snippet
    score: float
    """From what is just about the question (0.6) over what usually answers one (1) to what has all its words, too."""


def passage(snippet: Snippet) -> str:
    """A snippet as it is embedded and searched: a rule alone does not say what it is a rule of."""
    return "\n".join((snippet.document.title, *snippet.headings, snippet.text))


class Library:
    """All snippets of the company, to be searched. Never changed once it is built, so that threads may share it."""

    def __init__(self, snippets: Sequence[Snippet], vectors: Vectors | None, embedder: Embedder) -> None:
        """`vectors` are those of `passage(snippet)` by the same embedder, one row each; None: they are made now."""
        self._snippets = tuple(snippets)
        self._vectors = embedder.embed([*map(passage, snippets)]) if vectors is None else vectors
        self._words = Words(map(passage, snippets), (snippet.document.language for snippet in snippets))
        self._likeness = Likeness(embedder) if snippets else None
        documents = {snippet.document.id: snippet.document for snippet in snippets}
        self._documents = tuple(documents.values())
        number = {id_: at for at, id_ in enumerate(documents)}
        self._home = np.array([number[snippet.document.id] for snippet in snippets], dtype=np.int32)
        self._agreed = np.array([bool(snippet.document.customer) for snippet in snippets], dtype=np.float32)
        # Viewers are frozen, thus hashable, which their type does not show.
        self._open = cast("Callable[[Viewer, date], NDArray[np.intp]]", lru_cache(maxsize=64)(self._open_now))

    def documents(self) -> tuple[Document, ...]:
        return self._documents

    def writes(self, word: str) -> bool:
        """Whether it stands in what is nobody's contract, in whatever case: then it is a word like others."""
        wanted = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        return any(not one.document.customer and wanted.search(one.text) for one in self._snippets)

    def search(self, question: str, viewer: Viewer, day: date, limit: int = 8, *, contracts: bool = False) -> list[Hit]:
        """The passages that the question is about, best first, what was agreed with the customer a little before what
        holds for all; none where no document is about it. `contracts`: only what was agreed with a customer."""
        question = question[:_LONGEST]
        candidates = self._open(viewer, day)
        if contracts:
            candidates = candidates[self._agreed[candidates] > 0]
        if self._likeness is None or not candidates.size or not question.strip():
            return []
        whole, *parts = parts_of(question)
        scores = self._scores(self._likeness, whole, candidates)
        if parts:
            # What is about a part of the question is not far from the whole of it, of all that there is.
            near = _highest(scores, _NEAR)
            for part in parts:
                scores[near] = np.maximum(scores[near], self._scores(self._likeness, part, candidates[near]))
        best = _highest(np.add(scores, _OWN * self._agreed[candidates], dtype=np.float32), limit)
        floor = max(_ABOUT, _BESIDE * float(scores.max()))
        return [Hit(self._snippets[candidates[at]], float(scores[at])) for at in best if scores[at] >= floor]

    def _scores(self, likeness: Likeness, question: str, candidates: NDArray[np.intp]) -> Scores:
        words = self._words.coverage(question)[candidates]
        # Picking many rows of the vectors out takes longer than to compare with all.
        few = candidates.size < _FEW * len(self._snippets)
        nearness = (
            likeness.to(question, self._vectors[candidates])
            if few
            else likeness.to(question, self._vectors)[candidates]
        )
        return np.add(nearness, _WORDS * words, dtype=np.float32)

    def _open_now(self, viewer: Viewer, day: date) -> NDArray[np.intp]:
        """Where the snippets stand that this viewer may be given on this day."""
        documents = [document.holds(day) and may_see(viewer, document) for document in self._documents]
        return np.flatnonzero(np.array(documents, dtype=bool)[self._home])


def _highest(scores: Scores, count: int) -> NDArray[np.intp]:
    """Where the highest scores stand, best first; of equal ones the first."""
    if count < scores.size:
        least = np.partition(scores, -count)[-count]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(scores.size)
    return places[np.argsort(-scores[places], kind="stable")][:count]

"""The rehearsal model: honest rules that answer like a model, with nothing to download and nothing to sign up for."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.rehearsal import answer as questions
from sandbox.rehearsal import inquiry, invoice, next_action, quote, recap

MODEL = "rehearsal"

_JOBS: Mapping[str, Callable[[Mapping[str, str]], Any]] = {
    "answer": questions.draft,
    "inquiry": inquiry.draft,
    "invoice": invoice.draft,
    "next_action": next_action.draft,
    "quote": quote.draft,
    "recap": recap.draft,
}


class UnknownJob(Exception):
    """The rehearsal model has no rules for this job."""


def answer(job: str, sources: dict[str, str]) -> dict[str, Any]:
    """The job's draft (`proposal` and `evidence`) for these source texts. Raises UnknownJob."""
    if job not in _JOBS:
        raise UnknownJob(f"the rehearsal model knows no job {job!r}, only {', '.join(sorted(_JOBS))}")
    return _JOBS[job](sources).model_dump(mode="json")

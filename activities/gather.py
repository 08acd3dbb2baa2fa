"""Gather: what the model must know to be right, looked up before it is asked. Each piece is a source with an id."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from activities.advice import gather_advice
from activities.asked import find_passages
from activities.calls import gather_call
from activities.resources import Resources
from jobs.core import Intake, Job


def gather(resources: Resources, job: Job[Any], intake: Intake, day: date | None = None) -> Intake:
    """The input with the sources that the job needs besides; the very same one where it needs none. `day` is the one on
    which documents must hold; None: today, UTC."""
    look = _SOURCES.get(job.name)
    return look(resources, intake, day or datetime.now(UTC).date()) if look else intake


_SOURCES: Mapping[str, Callable[[Resources, Intake, date], Intake]] = {
    "answer": find_passages,
    "next_action": gather_advice,
    "recap": gather_call,
}
"""By job; the others have all they need in what came in."""

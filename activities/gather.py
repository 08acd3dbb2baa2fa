"""Gather: what the model must know to be right, looked up before it is asked. Each piece is a source with an id."""

from collections.abc import Callable, Mapping
from typing import Any

from activities.resources import Resources
from jobs.core import Intake, Job


def gather(resources: Resources, job: Job[Any], intake: Intake) -> Intake:
    """The input with the sources that the job needs besides; the very same one where it needs none."""
    look = _SOURCES.get(job.name)
    return look(resources, intake) if look else intake


_SOURCES: Mapping[str, Callable[[Resources, Intake], Intake]] = {}
"""By job; the others have all they need in what came in."""

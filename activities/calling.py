"""What every activity that calls the outside needs: the vendor's failures in Temporal's terms, and a heartbeat."""

import contextvars
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from connectors.base import Refused, Unavailable

_HEARTBEAT_SECONDS = 3


@contextmanager
def heartbeating() -> Generator[None]:
    """Heartbeats while the work lasts, so that a killed worker is noticed in seconds."""
    done = threading.Event()
    beat = threading.Thread(target=contextvars.copy_context().run, args=(_beat, done), daemon=True)
    beat.start()
    try:
        yield
    finally:
        done.set()


@contextmanager
def calling_vendor(*, only_reading: bool = False) -> Generator[None]:
    """Heartbeats while the call lasts. Unavailable becomes a retryable ApplicationError (with the vendor's
    Retry-After), Refused a non-retryable one; except that a read which is refused (a wrong key, a missing right) is
    tried until an administrator has mended it: the case must not fail over it."""
    try:
        with heartbeating():
            yield
    except Unavailable as error:
        delay = timedelta(seconds=error.retry_after) if error.retry_after else None
        raise ApplicationError(str(error), type="Unavailable", next_retry_delay=delay) from error
    except Refused as error:
        raise ApplicationError(str(error), type="Refused", non_retryable=not only_reading) from error


def _beat(done: threading.Event) -> None:
    while not done.wait(_HEARTBEAT_SECONDS):
        activity.heartbeat()

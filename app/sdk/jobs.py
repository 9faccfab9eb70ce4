"""Jobs as data: what runs beside the requests, and when."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

# Set where the process shall end soon: its generation is over, or it was told to stop.
_stopping = threading.Event()


@dataclass(frozen=True, slots=True)
class Job:
    """One job, in steps of at most 5 seconds and safe to run twice.

    `run` gets the payload inside no unit of work: it opens its own, as short ones as it can. A job with `cron` is
    scheduled by it in `timezone`; `timeout` is in seconds. A run that fails is repeated, later each time, until
    `tries` are used up.
    """

    name: str
    run: Callable[[dict[str, Any]], None]
    cron: str | None = None
    timezone: str = "UTC"
    timeout: int = 60
    tries: int = 10


class Again(Exception):
    """Raised by a job that is not finished: run it again with this payload (its cursor), after a while."""

    def __init__(self, payload: dict[str, Any] | None = None, after: timedelta = timedelta(0)) -> None:
        super().__init__(payload)
        self.payload = payload or {}
        self.after = after


def is_stopping() -> bool:
    """Say whether the process shall end soon. A job of several steps asks between them and raises Again."""
    return _stopping.is_set()


def stop_soon() -> None:
    """Let the jobs of this process know that it shall end soon."""
    _stopping.set()

"""Jobs as data: what runs beside the requests, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """One job, in steps of at most 5 seconds and safe to run twice.

    `run` gets the payload inside no unit of work: it opens its own, as short ones as it can. A job with `cron` is
    scheduled by it in `timezone`; `timeout` is in seconds.
    """

    name: str
    run: Callable[[dict[str, Any]], None]
    cron: str | None = None
    timezone: str = "UTC"
    timeout: int = 60

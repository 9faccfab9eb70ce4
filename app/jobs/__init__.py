"""Jobs: the outbox, its relay to RQ, the workers, the schedules."""

from typing import Any

from app.jobs.outbox import put
from app.sdk import events

__all__ = ["init_app", "put"]


def init_app(_app: Any) -> None:
    """Let announced events put the jobs of their `after` listeners into the outbox."""
    events.put_job = put

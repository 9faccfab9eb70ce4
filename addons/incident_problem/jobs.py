"""Incidents are told of workarounds in the background, some at a time."""

import time
from datetime import timedelta
from typing import Any

from addons.incident_problem.services.telling import JOB, tell_some
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again, Job, is_stopping

STEP_SECONDS = 3.0


def tell(payload: dict[str, Any]) -> None:
    """Tell all open incidents of a problem; carried on later where there are many."""
    until = time.monotonic() + STEP_SECONDS
    while _some(payload["problem_id"]):
        if is_stopping() or time.monotonic() > until:
            raise Again(payload, after=timedelta(seconds=1))


def _some(problem_id: int) -> bool:
    with unit_of_work(write=True), acting_as(SYSTEM, via="job", cause="workaround"):
        return tell_some(problem_id)


JOBS = [Job(JOB, tell)]

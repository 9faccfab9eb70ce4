"""What nobody answers in time is closed."""

import time
from typing import Any

import structlog
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import unit_of_work
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError
from app.sdk.jobs import Again, Job, is_stopping
from app.sdk.workflow import RESOLVED

log = structlog.get_logger(__name__)
NAME, CAUSE = "incident.close_unanswered", "closed by timeout"
BATCH, SECONDS = 50, 4.0


def close_unanswered(payload: dict[str, Any]) -> None:
    """Close, one by one, the solved incidents whose time to answer is over; one that is refused stays for the next run.

    `after` is the id of the last one that was looked at.
    """
    last, until = int(payload.get("after", 0)), time.monotonic() + SECONDS
    while ids := _over(last):
        for key in ids:
            if is_stopping() or time.monotonic() > until:
                raise Again({"after": last})
            last = key
            try:
                with unit_of_work(write=True), acting_as(SYSTEM, via="job", cause=CAUSE):
                    incident_service.expire(key)
            except BusinessError as refused:
                log.warning("incident_not_closed", incident=key, code=refused.code, error=refused.message)


def _over(after: int) -> list[int]:
    statement = select(Incident.id).where(
        Incident.answer_by <= clock.now(), Incident.state_category == RESOLVED, Incident.id > after)
    with unit_of_work() as session, acting_as(SYSTEM):
        return list(session.execute(statement.order_by(Incident.id).limit(BATCH)).scalars())


JOBS = [Job(NAME, close_unanswered, cron="*/10 * * * *")]

"""Orders for later: done by a worker as the user who gave them, with the rights that they have by then."""

from datetime import datetime
from typing import Any

import structlog

from app.db import unit_of_work
from app.jobs.outbox import put
from app.notify.service import notify
from app.orders import performing
from app.sdk.actor import SYSTEM, Actor, acting_as, current_context
from app.sdk.errors import BusinessError
from app.sdk.jobs import Job

log = structlog.get_logger(__name__)
NAME = "orders.perform"


def plan(actor: Actor, order: performing.Order, at: datetime) -> None:
    """Have an order done at a time. Needs a writing unit of work."""
    put(NAME, {"user": actor.user_id, "order": dict(order)}, available_at=at)


def perform(payload: dict[str, Any]) -> None:
    """Do an order, all of it or nothing. What is refused is not tried again: whoever gave it is told."""
    actor = None
    try:
        with unit_of_work(write=True):
            actor = performing.actor_of(payload["user"])
            with acting_as(actor, via="job", cause=current_context().cause):
                performing.perform(actor, payload["order"])
    except BusinessError as refused:
        log.warning("order_refused", user=payload["user"], order=payload["order"], error=refused.message)
        with unit_of_work(write=True), acting_as(SYSTEM, via="job"):
            notify([actor.person_id if actor is not None else None], "orders.refused", why=refused.message)


JOBS = [Job(NAME, perform)]

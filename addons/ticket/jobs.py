"""What tickets have done in the background: large families end one ticket after another."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from flask_babel import force_locale
from sqlalchemy import select

from addons.ticket.notices import FAMILY_STUCK
from addons.ticket.services import family, graph
from app.db import session, unit_of_work
from app.notify import notify
from app.organisation.models import Person
from app.records import timeline
from app.records.service import services
from app.sdk.actor import SYSTEM, Actor, acting_as, current_context
from app.sdk.errors import BusinessError
from app.sdk.i18n import LANGUAGES
from app.sdk.jobs import Again, Job, is_stopping
from app.web.as_user import user_actor

log = structlog.get_logger(__name__)
NAME = "ticket.end_family"
STEP_SECONDS = 3.0


def end_family(payload: dict[str, Any]) -> None:
    """Resolve the tickets that hang on one, each in a transaction of its own, then it itself.

    Who is over by then is left alone, so that this may be done any number of times. What is refused is not tried
    again: it is written into the ticket, and whoever wanted it is told.
    """
    until = time.monotonic() + STEP_SECONDS
    try:
        while not _one_step(payload):
            if is_stopping() or time.monotonic() > until:
                raise Again(payload, after=timedelta(seconds=1))
    except BusinessError:
        why = _why(payload)
        if not why:
            raise Again(payload, after=timedelta(seconds=1)) from None
        _tell(payload, why)


def _why(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return what is said against the next step, in each language: who reads it speaks another one than this job.

    A refusal is words already, so that the step is tried once in each. Nothing where nothing is against it any more.
    """
    found: dict[str, str] = {}
    for spoken in LANGUAGES:
        with force_locale(spoken):
            try:
                _one_step(payload)
            except BusinessError as refused:
                found[spoken] = " ".join(dict.fromkeys(refused.fields.values())) or refused.message
            else:
                return {}
    return found


def _one_step(payload: Mapping[str, Any]) -> bool:
    # Whether all is done: one of the family ends, or the last of it, which is the ticket itself.
    with unit_of_work(write=True):
        actor = user_actor(payload["user_id"])
        with acting_as(actor, via="job", cause=current_context().cause):
            return _end_next(actor, payload)


def _end_next(actor: Actor, payload: Mapping[str, Any]) -> bool:
    service: Any = services[payload["ticket_type"]]
    ticket = service.get_for_update(payload["ticket_id"])
    if ticket.state_category not in graph.UNDONE:
        return True
    members = family.members_of(ticket, payload["chosen"])
    if members:
        family.resolve(actor, ticket, members[0], payload["action"], payload["values"])
        return False
    service.transition(actor, ticket.id, payload["action"], payload["values"])
    return True


def _tell(payload: Mapping[str, Any], why: Mapping[str, str]) -> None:
    log.warning("family_stuck", ticket=payload["ticket_id"], error=why["en"])
    with unit_of_work(write=True), acting_as(SYSTEM, via="job"):
        ticket = services[payload["ticket_type"]].get_for_update(payload["ticket_id"])
        timeline.add_entry(session(), ticket, "system", data={"happened": ["stuck", dict(why)]})
        whose = session().execute(select(Person.id).where(Person.user_id == payload["user_id"])).scalar()
        notify([whose], FAMILY_STUCK, (payload["ticket_type"], payload["ticket_id"]), why=dict(why))


JOBS = [Job(NAME, end_family)]

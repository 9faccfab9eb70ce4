"""Logging while somebody is on the phone: one call, one incident, however often the button is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from addons.incident.models import Incident, QuickEntry
from addons.incident.services.incident import incident_service
from addons.ticket import repositories
from addons.ticket.services.worked import WORKED
from app.db import session
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, NotFound
from app.sdk.i18n import _

# What is done with the incident at once, beside logging it.
TAKE, SOLVE = "take", "solve"
CHANNEL = "phone"
# A form that lay open for longer is sent anew on purpose.
KEPT = timedelta(days=7)
SOLUTION = ("solution", "resolution_code", WORKED)


@dataclass(frozen=True, slots=True)
class Logged:
    """The incident of a form, and whether it was logged just now."""

    incident: Incident
    is_new: bool


@all_or_nothing
def log_quickly(actor: Actor, token: str, values: Mapping[str, Any], then: str = "") -> Logged:
    """Log an incident once for a form's `token`; `then` takes it or solves it at once.

    Raises Forbidden, MissingFields, InvalidField, and Conflict where it cannot be taken; nothing is logged then.
    """
    entry = _claim(actor, token)
    if entry is None:
        return Logged(_logged_before(actor, token), is_new=False)
    given = {name: value for name, value in values.items() if name not in SOLUTION}
    given.setdefault("channel", repositories.channel_id(CHANNEL))
    group_id = given.get("group")
    incident = incident_service.create(actor, given)
    if then == TAKE or (then == SOLVE and (group_id is None or group_id in actor.group_ids)):
        incident_service.transition(actor, incident.id, "pick", {})
    if then == SOLVE:
        incident_service.transition(actor, incident.id, "resolve", {name: values.get(name) for name in SOLUTION})
    entry.incident_id = incident.id
    session().flush()
    return Logged(incident, is_new=True)


def _claim(actor: Actor, token: str) -> QuickEntry | None:
    # Of two that send the same form at once, the second waits here for the first, and finds what it has logged.
    now = clock.now()
    connection = session().connection()
    connection.execute(delete(QuickEntry).where(QuickEntry.at < now - KEPT))
    if session().execute(select(QuickEntry.id).where(QuickEntry.token == token)).first() is not None:
        return None
    entry = QuickEntry(token=token, user_id=actor.user_id, at=now)
    try:
        with session().begin_nested():
            session().add(entry)
            session().flush()
    except IntegrityError:
        return None
    return entry


def _logged_before(actor: Actor, token: str) -> Incident:
    kept = session().execute(select(QuickEntry).where(QuickEntry.token == token)).scalar_one_or_none()
    if kept is None or kept.incident_id is None or kept.user_id != actor.user_id:
        raise Conflict(_("This form was sent already."))
    found = session().get(Incident, kept.incident_id)
    if found is None:
        raise NotFound
    return found

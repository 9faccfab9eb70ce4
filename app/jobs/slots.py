"""Jobs that need somebody, on the start page of whoever looks after them."""

from typing import Any

from sqlalchemy import func, select

from app.db import session
from app.jobs.models import DEAD, PARKED, WAITING, OutboxMessage
from app.jobs.permissions import JOB_READ
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.tiles import Tile


def troubled_jobs(_actor: Actor) -> dict[str, Any]:
    """Load how many jobs were given up, are parked, or wait; and since when the longest has been due."""
    message, now = OutboxMessage, clock.now()
    rows = session().execute(
        select(message.state, func.count(), func.min(message.available_at))
        .where(message.state.in_([DEAD, PARKED, WAITING])).group_by(message.state)).all()
    counts, since = {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
    due = since.get(WAITING)
    return {"given_up": counts.get(DEAD, 0), "parked": counts.get(PARKED, 0), "waiting": counts.get(WAITING, 0),
            "due_since": due if due is not None and due < now else None}


SLOTS = [Tile("jobs.trouble", _l("Jobs in trouble"), "desk/tiles/jobs.html", troubled_jobs, permission=JOB_READ,
              place=60, icon="clock", help=_l("What the desk does by itself and could not finish."))]

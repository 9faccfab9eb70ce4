"""What the cockpit counts, under the reader's row rights; one statement a tile, two where rows have names."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from addons.incident.models import Incident
from addons.incident.repositories import IS_OPEN
from app.db import field_rights, session
from app.sdk.workflow import RESOLVED
from app.web.local_dates import day_start, reader_zone
from app.web.time_filters import today

CUSTOMER = "customer"
# Solved, and whoever called does not know.
IS_TO_TELL = and_(Incident.state_category == RESOLVED, Incident.told_at.is_(None))


def today_of(column: Any) -> Any:
    """Return the criterion of what has a time of the reader's day."""
    first, after = _bounds()
    return and_(column >= first, column < after)


def _bounds() -> tuple[datetime, datetime]:
    zone, day = reader_zone(), today()
    return day_start(day, zone), day_start(day + timedelta(days=1), zone)


def numbers() -> dict[str, int]:
    """Return the numbers at the top of the cockpit."""
    opened, resolved = today_of(Incident.opened_at), today_of(Incident.resolved_at)
    wanted = {
        "open": IS_OPEN, "unassigned": and_(IS_OPEN, Incident.assignee_id.is_(None)),
        "waiting": and_(IS_OPEN, Incident.pending_reason == CUSTOMER), "vip": and_(IS_OPEN, Incident.is_vip),
        "to_tell": IS_TO_TELL, "in": opened, "out": resolved,
    }
    statement = select(*(func.sum(case((one, 1), else_=0)) for one in wanted.values())).select_from(Incident)
    row = session().execute(statement.where(or_(IS_OPEN, IS_TO_TELL, opened, resolved))).one()
    return {name: int(number or 0) for name, number in zip(wanted, row, strict=True)}


def open_by(column: Any, limit: int = 0) -> list[tuple[Any, int]]:
    """Return (value, how many are open) of a column, the most at the top."""
    if field_rights.is_hidden(Incident, column.key):
        return []
    counted = func.count(Incident.id)
    statement = select(column, counted).where(IS_OPEN).group_by(column).order_by(counted.desc(), column)
    return [(row[0], int(row[1])) for row in session().execute(statement.limit(limit) if limit else statement)]


def oldest(limit: int) -> list[Incident]:
    """Return the open incidents that were opened first."""
    statement = select(Incident).where(IS_OPEN).order_by(Incident.opened_at, Incident.id).limit(limit)
    return list(session().execute(statement).scalars())

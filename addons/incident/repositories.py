"""The reads of tiles and cards. Row rights are in every SELECT: nobody counts what they may not see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from addons.incident.models import Incident
from addons.incident.workflow import IncidentState
from app.db import session
from app.organisation.models import WorkGroup
from app.sdk import clock
from app.sdk.workflow import OPEN, PAUSED

# Of the states, those that an administrator added included.
IS_OPEN, IS_PAUSED = Incident.state_category.in_((OPEN, PAUSED)), Incident.state_category == PAUSED


@dataclass(frozen=True, slots=True)
class Queue:
    """What one work group has open."""

    group_id: int
    name: str
    open: int
    unassigned: int
    pending: int


def open_incidents(column: Any, person_id: int | None, limit: int) -> tuple[list[Incident], int]:
    """Return the open incidents in which a column names somebody, those opened first at the top, and their number."""
    if person_id is None:
        return [], 0
    wanted = (column == person_id, IS_OPEN)
    statement = (
        select(Incident).where(*wanted).options(joinedload(Incident.priority))
        .order_by(Incident.opened_at, Incident.id).limit(limit)
    )
    rows = list(session().execute(statement).scalars())
    if len(rows) < limit:
        return rows, len(rows)
    return rows, int(session().execute(select(func.count(Incident.id)).where(*wanted)).scalar() or 0)


def waiting_of(person_id: int | None) -> list[tuple[str, str | None, int]]:
    """Return (state, pending reason, number) of what somebody holds and does not work on."""
    counted = (
        select(Incident.state, Incident.pending_reason, func.count(Incident.id))
        .where(Incident.assignee_id == person_id, (Incident.state == IncidentState.ASSIGNED) | IS_PAUSED)
        .group_by(Incident.state, Incident.pending_reason)
    )
    rows = [] if person_id is None else session().execute(counted).all()
    return sorted(((row[0], row[1], int(row[2])) for row in rows), key=lambda row: (row[0] != "assigned", -row[2]))


# (at most so many days old, more than so many days old)
AGES: tuple[tuple[int | None, int | None], ...] = ((1, None), (3, 1), (7, 3), (None, 7))


def unassigned_by_age() -> list[int]:
    """Return how many open incidents nobody holds, by AGES."""
    now, counts = clock.now(), []
    for newer, older in AGES:
        parts = [Incident.opened_at >= now - timedelta(days=newer)] if newer else []
        parts += [Incident.opened_at < now - timedelta(days=older)] if older else []
        counts.append(func.sum(case((and_(*parts), 1), else_=0)))
    statement = select(*counts).where(Incident.assignee_id.is_(None), IS_OPEN)
    return [int(number or 0) for number in session().execute(statement).one()]


def queues_of(group_ids: Iterable[int]) -> list[Queue]:
    """Return the open work of these groups, the fullest first."""
    mine = list(group_ids)
    if not mine:
        return []
    is_free = case((Incident.assignee_id.is_(None), 1), else_=0)
    is_paused = case((IS_PAUSED, 1), else_=0)
    counted = (
        select(Incident.group_id, func.count(), func.sum(is_free), func.sum(is_paused))
        .where(Incident.group_id.in_(mine), IS_OPEN).group_by(Incident.group_id)
    )
    numbers = {row[0]: row[1:] for row in session().execute(counted)}
    groups = session().execute(select(WorkGroup).where(WorkGroup.id.in_(mine))).scalars()
    found = [Queue(group.id, str(group), *map(int, numbers.get(group.id, (0, 0, 0)))) for group in groups]
    return sorted(found, key=lambda queue: (-queue.open, queue.name))


def incidents_of_caller(person_id: int, limit: int, past: int) -> tuple[list[Incident], list[Incident]]:
    """Return what somebody called about and is open, the newest first, and the last that is over."""
    theirs = select(Incident).where(Incident.caller_id == person_id)
    is_open = theirs.where(IS_OPEN).order_by(Incident.opened_at.desc(), Incident.id.desc())
    is_over = theirs.where(~IS_OPEN).order_by(Incident.opened_at.desc(), Incident.id.desc())
    return (list(session().execute(is_open.limit(limit)).scalars()),
            list(session().execute(is_over.limit(past)).scalars()))


def counts_of_company(company_id: int) -> dict[str, int]:
    """Return how many incidents of a company are in each category of states; one statement."""
    counted = select(Incident.state_category, func.count()).where(Incident.company_id == company_id)
    return {row[0]: int(row[1]) for row in session().execute(counted.group_by(Incident.state_category))}


def latest_of_company(company_id: int, limit: int) -> list[Incident]:
    """Return a company's incidents that were opened last."""
    theirs = select(Incident).where(Incident.company_id == company_id)
    newest = theirs.order_by(Incident.opened_at.desc(), Incident.id.desc())
    return list(session().execute(newest.limit(limit)).scalars())

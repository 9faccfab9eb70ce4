"""The reads of the start page. Row rights are in every SELECT: nobody counts what they may not see."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from addons.incident.models import Incident
from addons.incident.workflow import INCIDENT
from app.db import session
from app.organisation.models import WorkGroup

OPEN_STATES = INCIDENT.codes("open", "paused")


@dataclass(frozen=True, slots=True)
class Queue:
    """What one work group has open."""

    group_id: int
    name: str
    open: int
    unassigned: int
    pending: int


def open_incidents_of(person_id: int | None, limit: int) -> list[Incident]:
    """Return the open incidents that somebody holds, those opened first at the top."""
    statement = (
        select(Incident).where(Incident.assignee_id == person_id, Incident.state.in_(OPEN_STATES))
        .options(joinedload(Incident.priority), joinedload(Incident.caller))
        .order_by(Incident.opened_at, Incident.id).limit(limit)
    )
    return list(session().execute(statement).scalars())


def queues_of(group_ids: Iterable[int]) -> list[Queue]:
    """Return the open work of these groups, the fullest first."""
    mine = list(group_ids)
    if not mine:
        return []
    is_free = case((Incident.assignee_id.is_(None), 1), else_=0)
    is_paused = case((Incident.state.in_(INCIDENT.codes("paused")), 1), else_=0)
    counted = (
        select(Incident.group_id, func.count(), func.sum(is_free), func.sum(is_paused))
        .where(Incident.group_id.in_(mine), Incident.state.in_(OPEN_STATES)).group_by(Incident.group_id)
    )
    numbers = {row[0]: row[1:] for row in session().execute(counted)}
    groups = session().execute(select(WorkGroup).where(WorkGroup.id.in_(mine))).scalars()
    found = [Queue(group.id, str(group), *map(int, numbers.get(group.id, (0, 0, 0)))) for group in groups]
    return sorted(found, key=lambda queue: (-queue.open, queue.name))

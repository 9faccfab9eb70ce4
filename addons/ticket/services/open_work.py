"""How many open tickets groups and their members hold, whoever may see them."""

from collections.abc import Collection

from sqlalchemy import func, select

from addons.ticket.models import Ticket
from app.db import session, system_scope
from app.organisation import open_work
from app.sdk.workflow import OPEN, PAUSED

UNDONE = (OPEN, PAUSED)


def of_groups(group_ids: Collection[int]) -> dict[int, int]:
    """Return {group: open tickets}."""
    counting = select(Ticket.group_id, func.count()).where(
        Ticket.group_id.in_(group_ids), Ticket.state_category.in_(UNDONE)).group_by(Ticket.group_id)
    with system_scope():
        return {int(row[0] or 0): row[1] for row in session().execute(counting)}


def of_members(group_id: int, person_ids: Collection[int]) -> dict[int, int]:
    """Return {person: open tickets of the group}."""
    counting = select(Ticket.assignee_id, func.count()).where(
        Ticket.group_id == group_id, Ticket.assignee_id.in_(person_ids), Ticket.state_category.in_(UNDONE))
    with system_scope():
        return {int(row[0] or 0): row[1] for row in session().execute(counting.group_by(Ticket.assignee_id))}


open_work.register("ticket", open_work.OpenWork(of_groups, of_members))

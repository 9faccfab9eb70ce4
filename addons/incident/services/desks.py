"""The work groups that are service desks, and which of them owns an incident. Read whoever may see the groups."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from addons.ticket.models import Service
from app.db import session, system_scope
from app.organisation.models import GroupMember, Person, WorkGroup
from app.records.settings import setting
from app.sdk.actor import Actor


def _rows() -> list[Any]:
    statement = select(WorkGroup.id, WorkGroup.code, WorkGroup.name).where(
        WorkGroup.is_service_desk, WorkGroup.is_active).order_by(WorkGroup.id)
    with system_scope():
        return list(session().execute(statement).all())


def choices() -> dict[str, Any]:
    """Return {code: name in both languages} of the service desks in use."""
    from app.sdk.i18n import bilingual

    return {row.code: bilingual(row.name) for row in _rows()}


def is_desk(group_id: int) -> bool:
    """Say whether a group is a service desk in use."""
    return any(row.id == group_id for row in _rows())


def desk_for(actor: Actor, group_id: int | None, service_id: int | None) -> int | None:
    """Return the desk that owns what somebody logs, None where there is none.

    That of whoever logs it, of several the one that gets it; else the work group, else the group of the service, where
    these are service desks; else the one of the settings, else the first.
    """
    rows = _rows()
    if not rows:
        return None
    known = [row.id for row in rows]
    own = [key for key in known if key in actor.group_ids]
    if own:
        return group_id if group_id in own else own[0]
    if group_id in known:
        return group_id
    supports = _group_of_service(service_id) if service_id is not None else None
    if supports in known:
        return supports
    wanted = setting("incident.default_desk")
    return next((row.id for row in rows if row.code == wanted), known[0])


def key_in(values: Mapping[str, Any], relation: str) -> int | None:
    """Return the id that values give for a relation, by its name or its column; None where it is none."""
    given = values.get(relation) if values.get(relation) is not None else values.get(f"{relation}_id")
    given = getattr(given, "id", given)
    return int(given) if isinstance(given, int) or (isinstance(given, str) and given.isdecimal()) else None


def person_of_user(user_id: int | None) -> int | None:
    """Return the person who logs in as a user."""
    return session().execute(select(Person.id).where(Person.user_id == user_id)).scalar() if user_id else None


def members_among(group_id: int, person_ids: list[int]) -> set[int]:
    """Return which of these people are active members of a group."""
    statement = select(GroupMember.person_id).join(Person, Person.id == GroupMember.person_id).where(
        GroupMember.group_id == group_id, GroupMember.person_id.in_(person_ids), Person.is_active)
    with system_scope():
        return set(session().execute(statement).scalars())


def _group_of_service(service_id: int) -> int | None:
    return session().execute(select(Service.group_id).where(Service.id == service_id)).scalar()

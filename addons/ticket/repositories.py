"""The reads that tickets of every type share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from addons.ticket.models import Channel, PriorityRule, ServiceOffering, Ticket, WorkEntry
from app.db import session, system_scope
from app.organisation.models import Company, GroupMember, Person, WorkGroup
from app.records.links import Watcher
from app.records.picklists import Picklist, PicklistValue
from app.records.timeline import TimelineEntry


def priority_for(impact_id: int | None, urgency_id: int | None) -> int | None:
    """Return the priority that the matrix gives, or None."""
    statement = select(PriorityRule.priority_id).where(
        PriorityRule.impact_id == impact_id, PriorityRule.urgency_id == urgency_id
    )
    return session().execute(statement).scalar()


def value_id(picklist: str, code: str) -> int | None:
    """Return the id of a list's value."""
    statement = select(PicklistValue.id).join(Picklist, Picklist.id == PicklistValue.picklist_id)
    return session().execute(statement.where(Picklist.code == picklist, PicklistValue.code == code)).scalar()


def default_value_id(picklist: str) -> int | None:
    """Return the id of a list's default value."""
    statement = select(PicklistValue.id).join(Picklist, Picklist.id == PicklistValue.picklist_id)
    return session().execute(statement.where(Picklist.code == picklist, PicklistValue.is_default)).scalar()


def group_state(group_id: int) -> tuple[bool, int] | None:
    """Return (is active, support line) of a group, or None."""
    row = session().execute(
        select(WorkGroup.is_active, WorkGroup.support_line).where(WorkGroup.id == group_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def is_member(person_id: int, group_id: int) -> bool:
    """Say whether an active person is in a group."""
    statement = (
        select(GroupMember.id).join(Person, Person.id == GroupMember.person_id)
        .where(GroupMember.person_id == person_id, GroupMember.group_id == group_id, Person.is_active)
    )
    return session().execute(statement).first() is not None


def works_here(person_id: int) -> bool:
    """Say whether somebody is in a work group, whoever may see that."""
    with system_scope():
        return session().execute(select(GroupMember.id).where(GroupMember.person_id == person_id)).first() is not None


def group_at_work(person_id: int | None, ticket: Any) -> int | None:
    """Return in which of their work groups somebody works on a ticket: one that has to do with it, else the first."""
    statement = select(GroupMember.group_id).where(GroupMember.person_id == person_id)
    with system_scope():
        theirs = list(session().execute(statement.order_by(GroupMember.sequence, GroupMember.id)).scalars())
    concerned = (ticket.group_id, ticket.solved_group_id, ticket.desk_group_id)
    return next((key for key in (*concerned, *theirs) if key in theirs), None)


def has_work(ticket_id: int) -> bool:
    """Say whether any work was logged on a ticket, by whomever."""
    statement = select(WorkEntry.id).where(WorkEntry.ticket_id == ticket_id, WorkEntry.deleted_at.is_(None))
    with system_scope():
        return session().execute(statement.limit(1)).first() is not None


def person_place(person_id: int) -> tuple[int | None, int | None, int | None, bool, str | None] | None:
    """Return (company, department, site, VIP, phone) of a person."""
    row = session().execute(
        select(Person.company_id, Person.department_id, Person.site_id, Person.is_vip, Person.phone)
        .where(Person.id == person_id)
    ).one_or_none()
    return tuple(row) if row else None  # type: ignore[return-value]


def is_vip(person_id: int) -> bool:
    """Say whether a person is a VIP or belongs to a key customer."""
    statement = (
        select(Person.is_vip, Company.is_key_customer).outerjoin(Company, Company.id == Person.company_id)
        .where(Person.id == person_id)
    )
    with system_scope():
        row = session().execute(statement).one_or_none()
    return bool(row and (row[0] or row[1]))


def channel_id(code: str) -> int | None:
    """Return the id of an active channel."""
    return session().execute(select(Channel.id).where(Channel.code == code, Channel.is_active)).scalar()


def service_of_offering(offering_id: int) -> int | None:
    """Return the service that an offering belongs to."""
    return session().execute(select(ServiceOffering.service_id).where(ServiceOffering.id == offering_id)).scalar()


@dataclass(frozen=True, slots=True)
class People:
    """Who has to do with a ticket, as ids of persons."""

    assignee: int | None = None
    caller: int | None = None
    watchers: tuple[int, ...] = ()
    group: int | None = None
    # Whether the caller has been told of the solution.
    is_told: bool = False


def people_of(ticket_type: str, ticket_id: int) -> People:
    """Return who holds, reported and watches a ticket, whoever may see it."""
    statement = (
        select(Ticket.assignee_id, Ticket.caller_id, Watcher.person_id, Ticket.group_id, Ticket.told_at)
        .outerjoin(Watcher, (Watcher.record_id == Ticket.id) & (Watcher.record_type == ticket_type))
        .where(Ticket.id == ticket_id)
    )
    with system_scope():
        rows = session().execute(statement).all()
    watchers = tuple(row[2] for row in rows if row[2] is not None)
    return People(rows[0][0], rows[0][1], watchers, rows[0][3], rows[0][4] is not None) if rows else People()


def callers_of(ticket_ids: Iterable[int], *, but: int | None) -> dict[int, tuple[str, int]]:
    """Return {person: (type, id) of the latest of these tickets that they reported}, whoever may see them."""
    statement = select(Ticket.caller_id, Ticket.type, Ticket.id).where(
        Ticket.id.in_(list(ticket_ids)), Ticket.deleted_at.is_(None))
    with system_scope():
        rows = session().execute(statement.order_by(Ticket.id)).all()
    return {person: (kind, key) for person, kind, key in rows if person is not None and person != but}


def members_of(group_id: int) -> list[int]:
    """Return the members of a group."""
    return list(session().execute(select(GroupMember.person_id).where(GroupMember.group_id == group_id)).scalars())


def group_name(group_id: int | None) -> dict[str, str] | None:
    """Return a group's name in both languages."""
    return session().execute(select(WorkGroup.name).where(WorkGroup.id == group_id)).scalar()


def waits_for_customer(ticket_id: int) -> bool:
    """Say whether a ticket waits for an answer of the customer."""
    with system_scope():
        return session().execute(select(Ticket.pending_reason).where(Ticket.id == ticket_id)).scalar() == "customer"


def latest_reply(ticket_type: str, ticket_id: int) -> int | None:
    """Return the id of the latest public reply, or None."""
    statement = select(TimelineEntry.id).where(
        TimelineEntry.record_type == ticket_type, TimelineEntry.record_id == ticket_id, TimelineEntry.is_public,
        TimelineEntry.kind.in_(("reply", "mail")))
    return session().execute(statement.order_by(TimelineEntry.id.desc()).limit(1)).scalar()


def reply_text(entry_id: int | None) -> str:
    """Return what a public reply says; nothing where it is public no more."""
    statement = select(TimelineEntry.body).where(TimelineEntry.id == entry_id, TimelineEntry.is_public)
    return session().execute(statement).scalar() or "" if entry_id is not None else ""

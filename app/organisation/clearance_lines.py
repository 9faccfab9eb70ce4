"""What people hold in the platform itself: groups, people who report to them, places in companies, shared filters."""

from typing import Any

from sqlalchemy import Select, select

from app.db import session
from app.organisation.clearance import NONE, Line, register
from app.organisation.companies import company_contact_service, company_service
from app.organisation.contacts import CompanyContact
from app.organisation.groups import LEAD, member_service, work_group_service
from app.organisation.models import Company, Department, GroupMember, Person, WorkGroup
from app.organisation.people import person_service
from app.organisation.permissions import WORK_GROUP_WRITE
from app.organisation.services import department_service
from app.records.ending import step_out_of
from app.records.saved_filters import NOBODY, SavedFilter
from app.sdk.actor import Actor
from app.sdk.errors import Conflict
from app.sdk.i18n import _, _l

DEPUTY = "deputy"


def _rows(model: type[Any], column: str) -> Any:
    def held(person_id: int) -> Select[Any]:
        return select(model.id).where(getattr(model, column) == person_id).order_by(model.id)

    return held


def _theirs(relation: str) -> Any:
    return lambda person_id: ((relation, "rel_o_m", person_id),)


def _by(service: Any, field: str) -> Any:
    def hand(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
        service.update(actor, row_id, {field: to.id if to is not None else None})

    return hand


# Groups --------------------------------------------------------------------------------------------------------------


def deputies(person_id: int) -> Select[Any]:
    """Select the memberships in which somebody stands in for the lead."""
    return _memberships(person_id).where(GroupMember.role_in_group == DEPUTY)


def memberships(person_id: int) -> Select[Any]:
    """Select all other memberships."""
    return _memberships(person_id).where(GroupMember.role_in_group != DEPUTY)


def _memberships(person_id: int) -> Select[Any]:
    # A group that the reader may not see is one that they cannot hand over.
    return select(GroupMember.id).join(WorkGroup, WorkGroup.id == GroupMember.group_id).where(
        GroupMember.person_id == person_id, WorkGroup.deleted_at.is_(None)).order_by(GroupMember.id)


def _hand_membership(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    actor.require(WORK_GROUP_WRITE)
    row = member_service.get_for_update(row_id)
    if to is not None:
        present = session().execute(select(GroupMember).where(
            GroupMember.group_id == row.group_id, GroupMember.person_id == to.id)).scalar_one_or_none()
        if present is None:
            member_service.create(actor, {"group": row.group_id, "person": to.id, "role_in_group": row.role_in_group,
                                          "sequence": row.sequence})
        elif row.role_in_group == DEPUTY and present.role_in_group != LEAD:
            member_service.update(actor, present.id, {"role_in_group": DEPUTY, "sequence": row.sequence})
    member_service.delete(actor, row_id)


def group_names(ids: list[int]) -> dict[int, str]:
    """Return {membership: the group}."""
    rows = session().execute(select(GroupMember.id, WorkGroup).join(
        WorkGroup, WorkGroup.id == GroupMember.group_id).where(GroupMember.id.in_(ids)))
    return {row[0]: str(row[1]) for row in rows}


# People and companies ------------------------------------------------------------------------------------------------


def _hand_report(actor: Actor, person: Person, row_id: int, to: Person | None) -> None:
    if to is None:
        person_service.update(actor, row_id, {"manager": None})
        return
    # Whoever takes over reports to whom the leaver reported to, and not to themselves.
    step_out_of(person, to)
    if to.id != row_id:
        person_service.update(actor, row_id, {"manager": to.id})


def _hand_contact(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    row = company_contact_service.get_for_update(row_id)
    is_there = to is not None and session().execute(select(CompanyContact.id).where(
        CompanyContact.company_id == row.company_id, CompanyContact.person_id == to.id,
        CompanyContact.purpose == row.purpose)).first() is not None
    if to is None or is_there:
        company_contact_service.delete(actor, row_id)
    else:
        company_contact_service.update(actor, row_id, {"person": to.id})


def contact_names(ids: list[int]) -> dict[int, str]:
    """Return {contact: the company}."""
    rows = session().execute(select(CompanyContact.id, Company.name).join(
        Company, Company.id == CompanyContact.company_id).where(CompanyContact.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


# Shared filters ------------------------------------------------------------------------------------------------------


def shared_filters(person_id: int) -> Select[Any]:
    """Select the filters that somebody has shared."""
    user = select(Person.user_id).where(Person.id == person_id).scalar_subquery()
    return select(SavedFilter.id).where(SavedFilter.owner_id == user, SavedFilter.shared != NOBODY).order_by(
        SavedFilter.id)


def _hand_filter(_actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    row = session().execute(select(SavedFilter).where(SavedFilter.id == row_id).with_for_update(
        of=SavedFilter)).scalar_one()
    if to is None:
        row.shared, row.group_id = NOBODY, None
    elif to.user_id is None:
        raise Conflict(_("Without a log-in nobody can keep filters."))
    else:
        row.owner_id = to.user_id
    session().flush()


LINES = [
    Line("work_group.led", _l("Groups that they lead"), WorkGroup, _rows(WorkGroup, "lead_id"),
         _by(work_group_service, "lead"), _l("The group has no lead"), conditions=_theirs("lead"), sequence=10),
    Line("work_group.deputy", _l("Groups in which they stand in for the lead"), GroupMember, deputies,
         _hand_membership, _l("They leave the group"), conditions=_theirs("person"), shown=group_names, sequence=20),
    Line("work_group.member", _l("Work groups that they are in"), GroupMember, memberships, _hand_membership,
         _l("They leave the group"), NONE, conditions=_theirs("person"), shown=group_names, sequence=30),
    Line("person.reports", _l("People who report to them"), Person, _rows(Person, "manager_id"), _hand_report,
         _l("They report to nobody"), conditions=_theirs("manager"), sequence=40),
    Line("department.head", _l("Departments that they head"), Department, _rows(Department, "head_id"),
         _by(department_service, "head"), _l("The department has no head"), conditions=_theirs("head"), sequence=50),
    Line("company.account_manager", _l("Companies that they look after"), Company,
         _rows(Company, "account_manager_id"), _by(company_service, "account_manager"),
         _l("Nobody looks after the company"), conditions=_theirs("account_manager"), sequence=60),
    Line("company.contact", _l("Companies whose contact they are"), CompanyContact,
         _rows(CompanyContact, "person_id"), _hand_contact, _l("The company has one contact less"),
         conditions=_theirs("person"), shown=contact_names, sequence=70),
    Line("saved_filter.shared", _l("Filters that they share with others"), SavedFilter, shared_filters, _hand_filter,
         _l("They are shared no more"), sequence=90),
]
for one in LINES:
    register(one)

"""Reading who some users are and what they may do: for all of them together, a dozen statements however many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_appbuilder.security.sqla.models import User, assoc_user_role
from sqlalchemy import Row, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.organisation.models import GroupMember, GroupRole, MemberRole, Person, WorkGroup
from app.sdk.actor import Actor
from app.security import reach
from app.security.models import RoleProfile, UserPreference

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Account:
    """A user's actor, whether the log-in rule lets them in, and their language and time zone."""

    actor: Actor
    may_log_in: bool
    language: str | None
    timezone: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody in an active work group."""

    id: int
    group_id: int
    support_line: int


class Reading:
    """What is known of some users. Needs system scope."""

    def __init__(self, session: Session, users: Sequence[User]) -> None:
        ids = [user.id for user in users]
        self._people = _people(session, ids)
        self._members = _members(session, self._people)
        every = [member for found in self._members.values() for member in found]
        self._by_group = _granted(session, GroupRole.group_id, GroupRole.role_id, {one.group_id for one in every})
        self._by_member = _granted(session, MemberRole.member_id, MemberRole.role_id, {one.id for one in every})
        self._own = _own_roles(session, ids)
        self._preferences = {row[0]: (row[1], row[2]) for row in session.execute(
            select(UserPreference.user_id, UserPreference.language, UserPreference.timezone)
            .where(UserPreference.user_id.in_(ids)))}
        self._places = reach.places_of(session, [(row[2], row[4]) for row in self._people.values()])
        self.roles = {user.id: self._roles_of(user.id) for user in users}
        self._bounds = reach.Bounds(session, set().union(*self.roles.values()), {one.group_id for one in every})

    def account(self, user: User, permissions: frozenset[str]) -> Account:
        """Return the account of one of them, given the rights of their roles."""
        person, members = self._people.get(user.id), self._members.get(user.id, [])
        groups = frozenset(member.group_id for member in members)
        bounds = self._bounds.of(self.roles[user.id], groups)
        place = self._places[(person[2], person[4])] if person is not None else reach.Place()
        actor = Actor(
            user_id=user.id, label=person[3] if person else user.username, person_id=person[1] if person else None,
            permissions=permissions, group_ids=groups, company_id=person[2] if person else None,
            company_ids=place.company_ids, site_ids=place.site_ids, shares_tickets=place.shares_tickets,
            support_lines=frozenset(member.support_line for member in members), clearance=bounds.clearance,
            rules=bounds.rules, hidden_fields=bounds.hidden, locked_fields=bounds.locked,
            is_administrator=bounds.is_administrator,
        )
        own = self._own.get(user.id, {})
        is_customer = bool(own) and all(own.values())
        language, timezone = self._preferences.get(user.id, (None, None))
        return Account(actor, bool(user.active) and (bool(members) or is_customer), language, timezone)

    def _roles_of(self, user_id: int) -> frozenset[int]:
        members = self._members.get(user_id, [])
        return frozenset(self._own.get(user_id, {})).union(
            *(self._by_group.get(member.group_id, NOBODY) for member in members),
            *(self._by_member.get(member.id, NOBODY) for member in members))


def _people(session: Session, ids: list[int]) -> dict[int, Row[int | None, int, int | None, str, int | None]]:
    # user id -> (user, person, company, name, site)
    statement = select(Person.user_id, Person.id, Person.company_id, Person.name, Person.site_id).where(
        Person.user_id.in_(ids), Person.is_active, Person.deleted_at.is_(None))
    return {row[0]: row for row in session.execute(statement) if row[0] is not None}


def _members(session: Session, people: dict[int, Row[int | None, int, int | None, str, int | None]],
             ) -> dict[int, list[Membership]]:
    users, found = {row[1]: user_id for user_id, row in people.items()}, defaultdict[int, list[Membership]](list)
    if users:
        statement = (
            select(GroupMember.person_id, GroupMember.id, GroupMember.group_id, WorkGroup.support_line)
            .join(WorkGroup, WorkGroup.id == GroupMember.group_id)
            .where(GroupMember.person_id.in_(users), WorkGroup.is_active))
        for row in session.execute(statement):
            found[users[row[0]]].append(Membership(row[1], row[2], row[3]))
    return found


def _granted(session: Session, holder: InstrumentedAttribute[int], role: InstrumentedAttribute[int],
             holders: Iterable[int]) -> dict[int, frozenset[int]]:
    found, wanted = defaultdict[int, set[int]](set), sorted(holders)
    for key, role_id in session.execute(select(holder, role).where(holder.in_(wanted))) if wanted else ():
        found[key].add(role_id)
    return {key: frozenset(roles) for key, roles in found.items()}


def _own_roles(session: Session, ids: list[int]) -> dict[int, dict[int, bool]]:
    # user id -> {role id: is it for self-service}
    found = defaultdict[int, dict[int, bool]](dict)
    statement = (
        select(assoc_user_role.c.user_id, assoc_user_role.c.role_id, RoleProfile.is_self_service)
        .outerjoin(RoleProfile, RoleProfile.role_id == assoc_user_role.c.role_id)
        .where(assoc_user_role.c.user_id.in_(ids)))
    for user_id, role_id, is_self_service in session.execute(statement):
        found[user_id][role_id] = bool(is_self_service)
    return found

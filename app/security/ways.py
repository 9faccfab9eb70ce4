"""By which way somebody has come by a role: their own, a work group's, or as a member of one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session, system_scope
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person, WorkGroup
from app.sdk.i18n import _, bilingual

OWN, GROUP, MEMBER = "own", "group", "member"


@dataclass(frozen=True, slots=True)
class Way:
    """How a role was granted; `group` is the work group's name where one is part of it."""

    kind: str
    group_id: int | None = None
    group: Any = None

    def __str__(self) -> str:
        name = bilingual(self.group)
        if self.kind == GROUP:
            return _("granted to the work group %(group)s", group=name)
        return _("granted as a member of %(group)s", group=name) if self.kind == MEMBER else _("the user's own role")


def ways_of(user_id: int) -> dict[int, list[Way]]:
    """Return {role id: the ways} of the roles that a user holds at this moment; groups that are off give none."""
    found: dict[int, list[Way]] = defaultdict(list)
    with system_scope():
        own = select(assoc_user_role.c.role_id).where(assoc_user_role.c.user_id == user_id)
        for role_id in session().execute(own).scalars():
            found[role_id].append(Way(OWN))
        members = session().execute(
            select(GroupMember.id, WorkGroup.id, WorkGroup.name)
            .join(WorkGroup, WorkGroup.id == GroupMember.group_id).join(Person, Person.id == GroupMember.person_id)
            .where(Person.user_id == user_id, Person.is_active, Person.deleted_at.is_(None), WorkGroup.is_active)
            .order_by(WorkGroup.id)
        ).all()
        if members:
            _granted(found, members)
    return dict(found)


def _granted(found: dict[int, list[Way]], members: Iterable[Any]) -> None:
    groups = {row[1]: row[2] for row in members}
    of_member = {row[0]: row[1] for row in members}
    by_group = select(GroupRole.role_id, GroupRole.group_id).where(GroupRole.group_id.in_(groups))
    for role_id, group_id in session().execute(by_group):
        found[role_id].append(Way(GROUP, group_id, groups[group_id]))
    by_member = select(MemberRole.role_id, MemberRole.member_id).where(MemberRole.member_id.in_(of_member))
    for role_id, member_id in session().execute(by_member):
        found[role_id].append(Way(MEMBER, of_member[member_id], groups[of_member[member_id]]))


def sources(held: Mapping[int, frozenset[str]], ways: Mapping[int, list[Way]]) -> dict[str, list[tuple[int, Way]]]:
    """Return {right: (role id, way) of each grant} for what the roles hold."""
    found: dict[str, list[tuple[int, Way]]] = defaultdict(list)
    for role_id, keys in held.items():
        for key in keys:
            found[key] += [(role_id, way) for way in ways.get(role_id, ())]
    return dict(found)


def users_with(session: Session, key: str, limit: int, offset: int = 0) -> list[User]:
    """Return active users whose roles, however they came, hold a right, by name."""
    resource, action = key.split(".", 1)
    grants = assoc_permissionview_role.c
    roles = (
        select(grants.role_id).join(PermissionView, PermissionView.id == grants.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(Permission.name == f"can_{action}", ViewMenu.name == resource)
    )
    member = (
        select(Person.user_id).join(GroupMember, GroupMember.person_id == Person.id)
        .join(WorkGroup, WorkGroup.id == GroupMember.group_id)
        .where(WorkGroup.is_active, Person.user_id.is_not(None))
    )
    own = select(assoc_user_role.c.user_id).where(assoc_user_role.c.role_id.in_(roles))
    by_group = member.join(GroupRole, GroupRole.group_id == GroupMember.group_id).where(GroupRole.role_id.in_(roles))
    by_member = member.join(MemberRole, MemberRole.member_id == GroupMember.id).where(MemberRole.role_id.in_(roles))
    statement = select(User).where(User.active, User.id.in_(own.union(by_group, by_member)))
    with system_scope():
        found = session.execute(statement.order_by(User.first_name, User.id).limit(limit).offset(offset))
        return list(found.scalars())

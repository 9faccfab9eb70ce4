"""By which ways a user has which roles: of their own, by a work group, as a member of one."""

from collections.abc import Iterable
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

from app.db import system_scope
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person, WorkGroup
from app.sdk.i18n import _, bilingual
from app.sdk.permissions import key_of
from app.security.models import RoleProfile

OWN, GROUP, MEMBER = "own", "group", "member"


@dataclass(frozen=True, slots=True)
class Way:
    """One role, how it came, and what it allows."""

    role_id: int
    role: str
    kind: str
    group_id: int | None
    group: str
    rights: frozenset[str]

    def __str__(self) -> str:
        if self.kind == GROUP:
            return _("%(role)s (of the work group %(group)s)", role=self.role, group=self.group)
        if self.kind == MEMBER:
            return _("%(role)s (as a member of %(group)s)", role=self.role, group=self.group)
        return _("%(role)s (own role)", role=self.role)


def ways_of(session: Session, user_id: int) -> list[Way]:
    """Return every way by which a user has a role at this moment; three statements."""
    member = (
        select(GroupMember.id, GroupMember.group_id, WorkGroup.name)
        .join(Person, Person.id == GroupMember.person_id).join(WorkGroup, WorkGroup.id == GroupMember.group_id)
        .where(Person.user_id == user_id, Person.is_active, Person.deleted_at.is_(None), WorkGroup.is_active)
    ).subquery()
    none: Any = None
    with system_scope():
        rows = [(role, OWN, none, none) for role in session.execute(
            select(assoc_user_role.c.role_id).where(assoc_user_role.c.user_id == user_id)).scalars()]
        rows += [(row[0], GROUP, row[1], row[2]) for row in session.execute(
            select(GroupRole.role_id, member.c.group_id, member.c.name)
            .join(member, member.c.group_id == GroupRole.group_id))]
        rows += [(row[0], MEMBER, row[1], row[2]) for row in session.execute(
            select(MemberRole.role_id, member.c.group_id, member.c.name)
            .join(member, member.c.id == MemberRole.member_id))]
    names, rights = _names(session, {row[0] for row in rows}), _rights(session, {row[0] for row in rows})
    return [Way(role, names.get(role, str(role)), kind, group, bilingual(label), rights.get(role, frozenset()))
            for role, kind, group, label in rows]


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


def _names(session: Session, roles: Iterable[int]) -> dict[int, str]:
    statement = select(RoleProfile.role_id, RoleProfile.label).where(RoleProfile.role_id.in_(sorted(roles)))
    return {row[0]: bilingual(row[1]) for row in session.execute(statement)}


def _rights(session: Session, roles: Iterable[int]) -> dict[int, frozenset[str]]:
    grants, found = assoc_permissionview_role.c, dict[int, set[str]]()
    statement = (
        select(grants.role_id, Permission.name, ViewMenu.name)
        .join(PermissionView, PermissionView.id == grants.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id).where(grants.role_id.in_(sorted(roles)))
    )
    for role_id, action, resource in session.execute(statement):
        found.setdefault(role_id, set()).add(key_of(action, resource))
    return {role_id: frozenset(keys) for role_id, keys in found.items()}

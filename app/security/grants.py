"""What roles allow, and that nobody hands out administrative rights that they do not hold themselves."""

from collections import defaultdict
from collections.abc import Iterable

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import system_scope
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person
from app.sdk.actor import Actor
from app.sdk.errors import Forbidden
from app.sdk.i18n import _
from app.sdk.permissions import key_of
from app.security.models import RoleProfile

# Whoever holds one of these could give themselves any other right.
ADMINISTRATIVE = frozenset({"user", "role", "login_session", "api_token", "addon", "job", "setting"})


def rights_of(session: Session, role_ids: Iterable[int]) -> frozenset[str]:
    """Return the keys of all rights that these roles hold."""
    grants = assoc_permissionview_role.c
    statement = (
        select(Permission.name, ViewMenu.name).distinct()
        .join(PermissionView, PermissionView.permission_id == Permission.id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(assoc_permissionview_role, grants.permission_view_id == PermissionView.id)
        .where(grants.role_id.in_(list(role_ids)))
    )
    return frozenset(key_of(permission, view_menu) for permission, view_menu in session.execute(statement))


def rights_by_role(session: Session, role_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return {role id: the keys of its rights} of these roles, in one statement."""
    grants, found = assoc_permissionview_role.c, defaultdict[int, set[str]](set)
    statement = (
        select(grants.role_id, Permission.name, ViewMenu.name)
        .join(PermissionView, PermissionView.id == grants.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(grants.role_id.in_(list(role_ids)))
    )
    for role_id, permission, view_menu in session.execute(statement):
        found[role_id].add(key_of(permission, view_menu))
    return {role_id: frozenset(keys) for role_id, keys in found.items()}


def roles_of(session: Session, user_id: int) -> set[int]:
    """Return the ids of the roles that a user has in any way, switched off groups included."""
    member = select(GroupMember.id, GroupMember.group_id).join(Person, Person.id == GroupMember.person_id)
    with system_scope():
        rows = session.execute(member.where(Person.user_id == user_id)).all()
    by_group = select(GroupRole.role_id).where(GroupRole.group_id.in_([row[1] for row in rows]))
    by_member = select(MemberRole.role_id).where(MemberRole.member_id.in_([row[0] for row in rows]))
    own = select(assoc_user_role.c.role_id).where(assoc_user_role.c.user_id == user_id)
    return set(session.execute(own.union(by_group, by_member)).scalars())


def check_stronger(session: Session, actor: Actor, user_id: int) -> None:
    """Raise Forbidden where a user has administrative rights that the actor lacks."""
    if actor.is_system or actor.user_id == user_id:
        return
    if _lacking(session, actor, roles_of(session, user_id)):
        raise Forbidden(_("This user has administrative rights that you do not have yourself."))


def check_grant(session: Session, actor: Actor, role_ids: Iterable[int]) -> None:
    """Raise Forbidden where the roles hold administrative rights, or a clearance, that the actor lacks."""
    if actor.is_system:
        return
    wanted = list(role_ids)
    if _lacking(session, actor, wanted):
        raise Forbidden(_("You cannot grant administrative rights that you do not have yourself."))
    levels = select(func.max(RoleProfile.clearance)).where(RoleProfile.role_id.in_(wanted))
    check_clearance(actor, session.execute(levels).scalar() or 0)


def check_clearance(actor: Actor, level: int) -> None:
    """Raise Forbidden for a level of confidentiality above the actor's own."""
    if not actor.is_system and level > actor.clearance:
        raise Forbidden(_("You cannot grant a higher clearance than you have yourself."))


def is_administrative(actor: Actor) -> bool:
    """Say whether an actor holds any right by which others could be had."""
    return any(key.split(".", 1)[0] in ADMINISTRATIVE for key in actor.permissions)


def _lacking(session: Session, actor: Actor, role_ids: Iterable[int]) -> set[str]:
    return {key for key in rights_of(session, role_ids)
            if key.split(".", 1)[0] in ADMINISTRATIVE and not actor.can(key)}

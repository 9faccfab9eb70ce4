"""Who a user is and what they may do, read once an epoch of rights and kept by the process."""

from collections.abc import Container
from dataclasses import dataclass, replace

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import session, system_scope
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person, WorkGroup
from app.sdk.actor import Actor
from app.sdk.permissions import key_of
from app.security import reach
from app.security.models import RoleProfile, UserPreference

_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Account:
    """A user's actor, whether the log-in rule lets them in, and their language and time zone."""

    actor: Actor
    may_log_in: bool
    language: str | None
    timezone: str | None


_accounts: dict[tuple[int, int, int], Account] = {}
_rights: dict[tuple[int, int, frozenset[int]], frozenset[str]] = {}


def account_of(user: User, epoch: int) -> Account:
    """Return the account of a user as of an epoch."""
    key = (id(current_registry()), epoch, user.id)
    if key not in _accounts:
        if len(_accounts) > _KEPT:
            _accounts.clear()
        _accounts[key] = _read(user, epoch)
    return _accounts[key]


def narrowed(actor: Actor, scopes: list[str] | None) -> Actor:
    """Return the actor with the rights that a token's scopes leave: keys, or "<resource>.*"."""
    if not scopes:
        return actor
    kept = frozenset(key for key in actor.permissions if key in scopes or f"{key.split('.', 1)[0]}.*" in scopes)
    return replace(actor, permissions=kept)


def within_modules(held: frozenset[str], declared: Container[str]) -> frozenset[str]:
    """Return the rights that have an effect: none of a resource is worth anything without the right to read it."""
    def counts(key: str) -> bool:
        module = f"{key.split('.', 1)[0]}.read"
        return module in held or module not in declared

    return frozenset(key for key in held if counts(key))


def _read(user: User, epoch: int) -> Account:
    with system_scope():
        person = session().execute(
            select(Person.id, Person.company_id, Person.name, Person.site_id)
            .where(Person.user_id == user.id, Person.is_active, Person.deleted_at.is_(None))
        ).first()
        members = session().execute(
            select(GroupMember.id, GroupMember.group_id, WorkGroup.support_line)
            .join(WorkGroup, WorkGroup.id == GroupMember.group_id)
            .where(GroupMember.person_id == person.id, WorkGroup.is_active)
        ).all() if person else []
        own = _own_roles(user.id)
        groups = frozenset(row[1] for row in members)
        roles = frozenset(own) | _granted([row[0] for row in members], groups)
        bounds = reach.of(session(), roles, groups)
        place = reach.place_of(session(), person.company_id if person else None, person.site_id if person else None)
        preference = session().execute(
            select(UserPreference.language, UserPreference.timezone).where(UserPreference.user_id == user.id)
        ).first()
    actor = Actor(
        user_id=user.id, label=person.name if person else user.username, person_id=person.id if person else None,
        permissions=_permissions(roles, epoch), group_ids=groups,
        company_id=person.company_id if person else None, company_ids=place.company_ids, site_ids=place.site_ids,
        shares_tickets=place.shares_tickets, support_lines=frozenset(row[2] for row in members),
        clearance=bounds.clearance, rules=bounds.rules, hidden_fields=bounds.hidden, locked_fields=bounds.locked,
        is_administrator=bounds.is_administrator,
    )
    is_customer = bool(own) and all(own.values())
    return Account(actor, bool(user.active) and (bool(members) or is_customer),
                   preference[0] if preference else None, preference[1] if preference else None)


def _own_roles(user_id: int) -> dict[int, bool]:
    # role id -> is it for self-service
    rows = session().execute(
        select(assoc_user_role.c.role_id, RoleProfile.is_self_service)
        .outerjoin(RoleProfile, RoleProfile.role_id == assoc_user_role.c.role_id)
        .where(assoc_user_role.c.user_id == user_id)
    )
    return {row[0]: bool(row[1]) for row in rows}


def _granted(members: list[int], groups: frozenset[int]) -> frozenset[int]:
    by_group = select(GroupRole.role_id).where(GroupRole.group_id.in_(sorted(groups)))
    by_member = select(MemberRole.role_id).where(MemberRole.member_id.in_(members))
    return frozenset(session().execute(by_group.union(by_member)).scalars()) if members else frozenset()


def _permissions(roles: frozenset[int], epoch: int) -> frozenset[str]:
    registry = current_registry()
    key = (id(registry), epoch, roles)
    if key not in _rights:
        if len(_rights) > _KEPT:
            _rights.clear()
        rows = session().execute(
            select(Permission.name, ViewMenu.name)
            .select_from(assoc_permissionview_role)
            .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
            .join(Permission, Permission.id == PermissionView.permission_id)
            .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
            .where(assoc_permissionview_role.c.role_id.in_(roles)).distinct()
        )
        # The rights of an addon that is switched off are nobody's, though the grants are kept.
        _rights[key] = within_modules(frozenset(key_of(*row) for row in rows) & registry.permissions.keys(),
                                      registry.permissions)
    return _rights[key]

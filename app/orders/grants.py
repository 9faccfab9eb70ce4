"""Orders that grant and take back: a role of a user, of a work group or of one of its members, a right of a role."""

from collections.abc import Iterable
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.db import session, system_scope
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person, WorkGroup
from app.organisation.services import group_role_service, member_role_service
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.auth import find
from app.security.models import RoleProfile
from app.security.services import role_service, user_service


def user_role(actor: Actor, is_grant: bool, username: str, role: str) -> bool:
    """Grant a user a role of their own, or take it back; return whether that changed anything. Raises BusinessError."""
    user, profile = _user(username), _role(role)
    held = {one.id for one in user.roles}
    wanted = held | {profile.role_id} if is_grant else held - {profile.role_id}
    if wanted != held:
        user_service.update(actor, user.id, {"roles": sorted(wanted)})
    return wanted != held


def group_role(actor: Actor, is_grant: bool, group: str, role: str, member: str = "") -> bool:
    """Grant a work group a role, or one of its members, or take it back; return whether that changed anything."""
    group_id, role_id = _group(group), _role(role).role_id
    model: Any = MemberRole if member else GroupRole
    service = member_role_service if member else group_role_service
    name, key = ("member", _member(group_id, group, member)) if member else ("group", group_id)
    held = session().execute(select(model.id).where(getattr(model, f"{name}_id") == key,
                                                    model.role_id == role_id)).scalar()
    if is_grant and held is None:
        service.create(actor, {name: key, "role": role_id})
    elif not is_grant and held is not None:
        service.delete(actor, held)
    return (held is None) is is_grant


def role_rights(actor: Actor, is_grant: bool, role: str, rights: Iterable[str]) -> bool:
    """Grant a role some rights, or take them back; return whether that changed anything."""
    keys = list(rights)
    return role_service.change_rights(actor, _role(role).id, add=keys if is_grant else (),
                                      take=() if is_grant else keys)


def _user(username: str) -> User:
    user = find(username)
    if user is None:
        raise InvalidField("user", _("There is no “%(text)s”.", text=username))
    return user


def _role(code: str) -> RoleProfile:
    found = session().execute(select(RoleProfile).where(RoleProfile.code == code)).scalar_one_or_none()
    if found is None:
        raise InvalidField("role", _("There is no “%(text)s”.", text=code))
    return found


def _group(code: str) -> int:
    found = session().execute(select(WorkGroup.id).where(WorkGroup.code == code)).scalar()
    if found is None:
        raise InvalidField("group", _("There is no “%(text)s”.", text=code))
    return int(found)


def _member(group_id: int, group: str, username: str) -> int:
    user = _user(username)
    with system_scope():
        found = session().execute(
            select(GroupMember.id).join(Person, Person.id == GroupMember.person_id)
            .where(GroupMember.group_id == group_id, Person.user_id == user.id)).scalar()
    if found is None:
        raise InvalidField("member", _("“%(user)s” is not in the group “%(group)s”.", user=username, group=group))
    return int(found)

"""The log-in rule, guarded at the flush, so that no way of changing people, groups or roles goes round it.

- Who loses the last active work group loses the open sessions as well.
- The last administrator who can log in can neither be removed, nor switched off, nor left without a group.
"""

from typing import Any

from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role
from sqlalchemy import Select, event, exists, select, update
from sqlalchemy.orm import Session

from app.db import DeskSession, system_scope
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person, WorkGroup
from app.records import moving
from app.sdk import clock
from app.sdk.errors import Conflict
from app.sdk.i18n import _
from app.security import epoch
from app.security.models import LoginSession, RoleProfile

ADMIN_ROLE = "Admin"


def users_with_group() -> "Select[int | None]":
    """Return the ids of the users whose person is active and in an active work group."""
    return (
        select(Person.user_id).join(GroupMember, GroupMember.person_id == Person.id)
        .join(WorkGroup, WorkGroup.id == GroupMember.group_id)
        .where(Person.user_id.is_not(None), Person.is_active, Person.deleted_at.is_(None), WorkGroup.is_active)
    )


def self_service_users() -> Select[tuple[int]]:
    """Return the ids of the users who have roles of their own and all of them for self-service: customers."""
    table = assoc_user_role
    other = (
        select(table.c.user_id).outerjoin(RoleProfile, RoleProfile.role_id == table.c.role_id)
        .where(RoleProfile.is_self_service.is_not(True), table.c.user_id.is_not(None))
    )
    return select(table.c.user_id).where(table.c.user_id.is_not(None), table.c.user_id.not_in(other))


def administrators() -> Select[tuple[int]]:
    """Return the ids of the users who hold the Admin role, in any way, and can log in."""
    role = select(Role.id).where(Role.name == ADMIN_ROLE)
    direct = select(assoc_user_role.c.user_id).where(assoc_user_role.c.role_id.in_(role))
    member = (
        select(Person.user_id).join(GroupMember, GroupMember.person_id == Person.id)
        .join(WorkGroup, WorkGroup.id == GroupMember.group_id)
        .where(WorkGroup.is_active, Person.user_id.is_not(None))
    )
    by_group = member.join(GroupRole, GroupRole.group_id == GroupMember.group_id).where(GroupRole.role_id.in_(role))
    by_member = member.join(MemberRole, MemberRole.member_id == GroupMember.id).where(MemberRole.role_id.in_(role))
    return select(User.id).where(
        User.active, User.id.in_(users_with_group()),
        User.id.in_(direct) | User.id.in_(by_group) | User.id.in_(by_member),
    )


def _after_flush(session: Session, _context: Any) -> None:
    if not session.info.get("rights_touched"):
        return
    removes = _removes(session)
    if removes:
        _end_sessions(session)
        session.info["administrators_at_risk"] = True


def _after_flush_postexec(session: Session, _context: Any) -> None:
    session.info.pop("rights_touched", None)
    if session.info.pop("administrators_at_risk", False):
        _check_administrators(session)


def _check_administrators(session: Session) -> None:
    with system_scope():
        left = session.connection().execute(select(exists(administrators()))).scalar()
        anybody = session.connection().execute(select(exists(select(User.id)))).scalar()
    if anybody and not left:
        raise Conflict(_("The last administrator must stay in an active work group and keep the role."),
                       code="security.last_administrator")


def _after_move(session: Session, tables: set[str]) -> None:
    # Memberships that were moved in bulk never passed the flush.
    if tables & {model.__tablename__ for model in epoch.WATCHED}:
        epoch.bump(session.connection())
        _end_sessions(session)
        _check_administrators(session)


def _removes(session: Session) -> bool:
    # Only what takes something away can leave nobody; set-up, which adds step by step, is never stopped.
    if any(type(item) in epoch.WATCHED for item in session.deleted):
        return True
    return any(isinstance(item, WorkGroup | Person | User | Role | GroupMember | GroupRole | MemberRole)
               for item in session.info.get("rights_touched", ()) if item not in session.new)


def _end_sessions(session: Session) -> None:
    table, now = LoginSession.__table__, clock.now()
    allowed = users_with_group().union(self_service_users()).subquery()
    inactive = select(User.id).where(User.active.is_not(True))
    with system_scope():
        session.connection().execute(
            update(table)
            .where(table.c.ended_at.is_(None),
                   table.c.user_id.not_in(select(allowed.c[0])) | table.c.user_id.in_(inactive))
            .values(ended_at=now, ended_because="no_group")
        )


def install(session_class: type[Session] = DeskSession) -> None:
    """Attach to a session class, after the epoch; once a process."""
    epoch.install(session_class)
    if not event.contains(session_class, "after_flush", _after_flush):
        event.listen(session_class, "after_flush", _after_flush)
        event.listen(session_class, "after_flush_postexec", _after_flush_postexec)


install()
moving.after_move(_after_move)

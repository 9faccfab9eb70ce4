"""What the end of a person brings with it: nobody ends or inherits rights that they could not grant."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import system_scope
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person
from app.sdk import clock
from app.sdk.actor import Actor
from app.security.grants import check_grant, check_stronger


def end_log_in(session: Session, actor: Actor, person: Person) -> bool:
    """Switch a person's log-in off and end its sessions; return whether there was one that was on."""
    from flask_appbuilder.security.sqla.models import User

    from app.records import audit
    from app.security import sessions

    user = session.get(User, person.user_id) if person.user_id is not None else None
    if user is None or not user.active:
        return False
    check_stronger(session, actor, user.id)
    user.active = False
    session.flush()
    audit.write(session, "user", user.id, "update", {"active": (True, False)})
    sessions.end_all(user.id, "switched_off")
    return True


def check_same_rights(session: Session, actor: Actor, *people: Person) -> None:
    """Raise Forbidden where one of these people has administrative rights that the actor lacks.

    Whoever takes over somebody's memberships takes over their roles.
    """
    members = select(GroupMember.id, GroupMember.group_id).where(GroupMember.person_id.in_([one.id for one in people]))
    with system_scope():
        rows = session.execute(members).all()
    by_group = select(GroupRole.role_id).where(GroupRole.group_id.in_([row[1] for row in rows]))
    by_member = select(MemberRole.role_id).where(MemberRole.member_id.in_([row[0] for row in rows]))
    check_grant(session, actor, session.execute(by_group.union(by_member)).scalars().all())
    for person in people:
        if person.user_id is not None:
            check_stronger(session, actor, person.user_id)


def revoke_keys(session: Session, person: Person) -> int:
    """Take back every key for programs of a person who leaves; return how many were in use."""
    from app.security.models import ApiToken

    if person.user_id is None:
        return 0
    keys = session.execute(select(ApiToken).where(
        ApiToken.user_id == person.user_id, ApiToken.revoked_at.is_(None))).scalars().all()
    for key in keys:
        key.revoked_at = clock.now()
    session.flush()
    return len(keys)

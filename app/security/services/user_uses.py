"""Where a log-in is used, and what goes to whoever takes its place: what is kept by it, never what it may do."""

from collections.abc import Iterator
from typing import Any

from flask_appbuilder.security.sqla.models import User, assoc_user_role
from sqlalchemy import Column, Select, select

from app.db import session
from app.organisation.models import GroupMember, Person
from app.records.audit import AuditEntry
from app.records.references import references_to
from app.records.uses import Use, counted
from app.security.models import ApiToken, LoginSession, RoleProfile

NAME_LENGTH = 100


def kept_by_name() -> Iterator[tuple[type[Any], Column[Any]]]:
    """Yield (class, column of the owner) of what users keep by a name on a page: filters, mappings of imports."""
    for one in references_to(User):
        if one.column.info.get("passes_on") and one.model is not None:
            yield one.model, one.column


def uses_of_user(user: User) -> list[Use]:
    """Return where a log-in is used, two statements in all; what was done by it counts as entries of the audit log."""
    return counted(session(), _counted(user.id))


def hand_over(old: User, new: User) -> None:
    """Let what one user keeps by a name be another's, who may have some of the same name: those get a note."""
    for model, _column in kept_by_name():
        names = select(model.page, model.name).where(model.owner_id == new.id)
        taken = {(page, name) for page, name in session().execute(names)}
        for row in session().execute(select(model).where(model.owner_id == old.id)).scalars():
            if (row.page, row.name) in taken:
                mark = f" ({old.username})"
                row.name = row.name[:NAME_LENGTH - len(mark)] + mark
            taken.add((row.page, row.name))
            row.owner_id = new.id
    session().flush()


def _counted(user_id: int) -> list[tuple[type[Any], str, Select[Any]]]:
    people = select(Person.id).where(Person.user_id == user_id, Person.deleted_at.is_(None))
    members = select(GroupMember.id).join(Person, Person.id == GroupMember.person_id).where(
        Person.user_id == user_id, Person.deleted_at.is_(None))
    return [
        (Person, "user_id", people),
        (GroupMember, "person_id", members),
        (RoleProfile, "users", select(assoc_user_role.c.id).where(assoc_user_role.c.user_id == user_id)),
        *((model, "owner_id", select(model.id).where(column == user_id)) for model, column in kept_by_name()),
        (ApiToken, "user_id", select(ApiToken.id).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))),
        (LoginSession, "user_id",
         select(LoginSession.id).where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))),
        (AuditEntry, "actor_id", select(AuditEntry.id).where(AuditEntry.actor_id == user_id)),
    ]

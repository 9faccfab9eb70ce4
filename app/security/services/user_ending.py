"""The end of a log-in: switched off, replaced by another or deleted into the recycle bin, restored, purged.

A deleted log-in keeps its user name and e-mail address until it is purged, so that it can always come back and nobody
else appears in the history under its name. Its person stays; so does what was done by it, with its name.
"""

from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import delete, select, update

from app.db import fresh_ids, include_deleted, past_audit, session, system_scope
from app.organisation.models import Person
from app.records import audit, deleted, purging
from app.records.ending import DEACTIVATE, DELETE, REPLACE, Choice, told_reason
from app.records.permissions import RECYCLE_BIN_PURGE
from app.records.references import Reference, references_to
from app.records.uses import InUse
from app.records.values import all_or_nothing, flush
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, NotFound
from app.sdk.i18n import _
from app.security import sessions
from app.security.grants import check_stronger
from app.security.models import ApiToken, PasswordLink
from app.security.permissions import USER_DELETE
from app.security.services.user_uses import hand_over, uses_of_user

KIND = "user"


class UserEnding:
    """Mixed into UserService."""

    delete_permission = USER_DELETE
    delete_needs_reason = True
    can_deactivate = True
    # Though log-ins are no records of ours.
    has_bin = True

    @all_or_nothing
    def delete(self, actor: Actor, user_id: int, reason: str | None = None, choice: Choice | None = None) -> None:
        """Lay a log-in into the bin: it is off, its sessions end and its keys are taken back.

        One that is in use needs a choice. Raises InUse without one, Conflict for one's own and for the last
        administrator's, Forbidden, InvalidField, MissingFields.
        """
        user: User = self.get_for_update(user_id)  # type: ignore[attr-defined]
        actor.require(self.delete_permission)
        if actor.user_id == user.id:
            raise Conflict(_("You cannot delete yourself."))
        check_stronger(session(), actor, user.id)
        told, how = told_reason(reason, is_needed=True) or "", choice.how if choice is not None else ""
        if how == DEACTIVATE:
            self.update(actor, user.id, {"active": False})  # type: ignore[attr-defined]
            audit.write(session(), KIND, user.id, "update", {"reason": (None, told)})
            return
        if how == REPLACE:
            self._replace(actor, user, choice.by if choice is not None else None)
        elif how != DELETE:
            if how:
                raise InvalidField("how", _("Choose an entry of the list."))
            if found := uses_of_user(user):
                raise InUse(found)
        self._put_away(user, told)

    @all_or_nothing
    def restore(self, actor: Actor, user_id: int) -> User:
        """Take a log-in out of the bin, on or off as it was; its keys stay taken back.

        Raises NotFound for one that is not there, Conflict where its person has another log-in by now.
        """
        actor.require(self.delete_permission)
        user, entry = _lying(user_id)
        check_stronger(session(), actor, user.id)
        before = deleted.take(session(), entry)
        _check_person(before.get("person_id"), user.id)
        user.active = bool(before.get("active"))
        flush(session(), User)
        audit.write(session(), KIND, user.id, "update",
                    {"deleted_at": (entry.deleted_at, None), "active": (False, user.active)})
        return user

    @all_or_nothing
    def purge(self, actor: Actor, user_id: int) -> None:
        """Remove a log-in of the bin for good; its name stays in the history. Raises NotFound, Forbidden."""
        actor.require(RECYCLE_BIN_PURGE)
        actor.require(self.delete_permission)
        user, _entry = _lying(user_id)
        check_stronger(session(), actor, user.id)
        with include_deleted():
            _cut_loose(user.id)
            purging.remove(user, KIND)

    def _replace(self, actor: Actor, user: User, by: int | None) -> None:
        if by is None or by == user.id:
            raise InvalidField("by", _("Choose another one of the same kind."))
        try:
            other: User = self.get_for_update(by)  # type: ignore[attr-defined]
        except NotFound:
            raise InvalidField("by", _("Choose another one of the same kind.")) from None
        check_stronger(session(), actor, other.id)
        hand_over(user, other)

    @staticmethod
    def _put_away(user: User, reason: str) -> None:
        with system_scope():
            person_id = session().execute(select(Person.id).where(Person.user_id == user.id)).scalar()
        before = {"active": user.active, "person_id": person_id}
        sessions.end_all(user.id, "deleted")  # before the guard of log-ins ends them for another reason
        user.active = False
        for key in session().execute(
                select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))).scalars():
            key.revoked_at = clock.now()
        flush(session(), User)
        links = PasswordLink.__table__
        session().connection().execute(update(links).where(links.c.user_id == user.id, links.c.used_at.is_(None))
                                       .values(used_at=clock.now()))
        audit.write(session(), KIND, user.id, "delete",
                    {"reason": (None, reason), "active": (before["active"], False)})
        deleted.put(session(), user, name_of(user), reason, before, KIND)


def name_of(user: User) -> str:
    """Return how a log-in is called once it is gone: "Ann Lee (ann)"."""
    return f"{user.first_name} ({user.username})" if user.first_name else str(user.username)


def is_deleted(user_id: int) -> bool:
    """Say whether a log-in lies in the recycle bin."""
    return session().execute(deleted.lying(KIND).where(deleted.DeletedRecord.record_id == user_id)).first() is not None


def next_id() -> int | None:
    """Return the id of a new log-in where the database would give that of a purged one again, else None."""
    connection = session().connection()
    if connection.dialect.name != "sqlite":
        return None
    return fresh_ids.take_ids(connection, User.__table__, KIND, 1)[0]


def _lying(user_id: int) -> tuple[User, Any]:
    statement = select(User).where(User.id == user_id, User.id.in_(deleted.lying(KIND))).with_for_update(of=User)
    user = session().execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if user is None:
        raise NotFound
    return user, deleted.find(session(), KIND, user_id)


def _check_person(person_id: int | None, user_id: int) -> None:
    # The person may have got a new log-in meanwhile, or be gone.
    with system_scope():
        present = session().execute(select(Person.user_id).where(Person.id == (person_id or 0))).scalar()
    if present is not None and present != user_id:
        raise Conflict(_("The person of this user has another log-in by now."))
    person = session().execute(select(Person).where(Person.id == (person_id or 0))).scalar_one_or_none()
    if person is not None and present is None:
        person.user_id = user_id


@past_audit("tables of Flask-AppBuilder, and what goes with a purged log-in; the purge itself is audited")
def _cut_loose(user_id: int) -> None:
    # Flask-AppBuilder's own keys say nothing of what becomes of them.
    session().flush()
    for one in references_to(User):
        if one.ondelete is None and one.is_key:
            _cut(one, user_id)


def _cut(one: Reference, user_id: int) -> None:
    mine = one.column == user_id
    session().connection().execute(
        update(one.table).where(mine).values({one.column: None}) if one.column.nullable
        else delete(one.table).where(mine))

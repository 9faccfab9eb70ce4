"""The one way to tell people something, and what they do with what they were told."""

from collections.abc import Iterable
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import insert, select, update

from app.addon_system.registry import current_registry
from app.db import session, system_scope
from app.notify.models import Notice
from app.organisation.models import Person
from app.sdk import clock
from app.sdk.actor import Actor, current_actor
from app.sdk.notices import NoticeKind
from app.security.guards import self_service_users
from app.security.models import UserChoice

CHOICES = "notices"


def kinds() -> dict[str, NoticeKind]:
    """Return every kind of notice of the loaded units, by its key."""
    return {kind.key: kind for kind in current_registry().notices}


def notify(people: Iterable[int | None], kind: str, record: tuple[str, int] | None = None, *, is_internal: bool = False,
           url: str | None = None, **params: Any) -> int:
    """Tell people (ids of persons) what has just happened, in the running unit of work; return how many are told.

    `record` is (record type, id). Left out are whoever acts, people who do not want this kind, and customers where
    `is_internal`. What is unread already about the same record and of the same kind becomes one line with a number.
    """
    declared = kinds().get(kind)
    users = _users_of(people, declared, is_internal) if declared is not None else []
    if not users:
        return 0
    record_type, record_id = record or (None, None)
    told = {"at": clock.now(), "actor_label": current_actor().label[:200], "params": params, "url": url}
    connection = session().connection()
    same = select(Notice.id, Notice.user_id).where(
        Notice.user_id.in_(users), Notice.read_at.is_(None), Notice.kind == kind,
        Notice.record_type == record_type, Notice.record_id == record_id)
    known = {row.user_id: row.id for row in connection.execute(same)} if record is not None else {}
    if known:
        connection.execute(update(Notice).where(Notice.id.in_(known.values())).values(**told, number=Notice.number + 1))
    new = [{**told, "user_id": user, "kind": kind, "record_type": record_type, "record_id": record_id, "number": 1}
           for user in users if user not in known]
    if new:
        connection.execute(insert(Notice), new)
    return len(users)


def _users_of(people: Iterable[int | None], kind: NoticeKind, is_internal: bool) -> list[int]:
    wanted = {person for person in people if person is not None}
    if not wanted:
        return []
    statement = (
        select(User.id, UserChoice.value).join(Person, Person.user_id == User.id)
        .outerjoin(UserChoice, (UserChoice.user_id == User.id) & (UserChoice.key == CHOICES))
        .where(Person.id.in_(wanted), Person.is_active, Person.deleted_at.is_(None), User.active)
    )
    if is_internal:
        statement = statement.where(User.id.not_in(self_service_users()))
    with system_scope():
        rows = session().execute(statement).all()
    oneself = current_actor().user_id
    return sorted({row[0] for row in rows if row[0] != oneself and is_wanted(kind, row[1])})


def is_wanted(kind: NoticeKind, choices: Any) -> bool:
    """Say whether a user with these choices wants to be told of a kind."""
    chosen = choices.get(kind.key) if isinstance(choices, dict) else None
    return kind.is_on if chosen is None else bool(chosen)


class NoticeService:
    """What readers do with their own notices."""

    @staticmethod
    def read(actor: Actor, notice_id: int) -> None:
        """Mark one of one's notices as read, and with it all about the same record: whoever opens it sees them."""
        connection = session().connection()
        mine = Notice.user_id == (actor.user_id or 0)
        found = connection.execute(
            select(Notice.record_type, Notice.record_id).where(mine, Notice.id == notice_id)).one_or_none()
        if found is None:
            return
        same = Notice.id == notice_id
        if found.record_id is not None:
            same = (Notice.record_type == found.record_type) & (Notice.record_id == found.record_id)
        connection.execute(update(Notice).where(mine, same, Notice.read_at.is_(None)).values(read_at=clock.now()))

    @staticmethod
    def read_all(actor: Actor) -> None:
        """Mark all of one's notices as read."""
        session().connection().execute(
            update(Notice).where(Notice.user_id == (actor.user_id or 0), Notice.read_at.is_(None))
            .values(read_at=clock.now()))


notice_service = NoticeService()

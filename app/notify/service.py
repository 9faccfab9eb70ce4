"""The one way to tell people something, and what they do with what they were told."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, update

from app.addon_system.registry import current_registry
from app.db import session
from app.notify import mails
from app.notify.models import Notice
from app.notify.recipients import CHOICES, by_mail, is_wanted, on_the_desk, recipients
from app.sdk import clock
from app.sdk.actor import Actor, current_actor
from app.sdk.notices import NoticeKind

__all__ = ["CHOICES", "is_wanted", "kinds", "notice_service", "notify"]


def kinds() -> dict[str, NoticeKind]:
    """Return every kind of notice of the loaded units, by its key."""
    return {kind.key: kind for kind in current_registry().notices}


def notify(people: Iterable[int | None], kind: str, record: tuple[str, int] | None = None, *, is_internal: bool = False,
           url: str | None = None, **params: Any) -> int:
    """Tell people (ids of persons) what has just happened, in the running unit of work; return how many see it here.

    `record` is (record type, id). Left out are whoever acts, people who do not want this kind, and customers where
    `is_internal`. What is unread already about the same record and of the same kind becomes one line with a number.
    Mails go out to who wants them of this kind, and of kinds for customers also to people without log-in.
    """
    declared = kinds().get(kind)
    found = recipients(people, declared, is_internal=is_internal) if declared is not None else []
    if declared is None or not found:
        return 0
    mails.queue(by_mail(found, declared), kind, record, url, params)
    users = on_the_desk(found, declared)
    if users:
        _keep(users, kind, record, url, params)
    return len(users)


def _keep(users: list[int], kind: str, record: tuple[str, int] | None, url: str | None,
          params: dict[str, Any]) -> None:
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


class NoticeService:
    """What readers do with their own notices."""

    @staticmethod
    def read(actor: Actor, notice_id: int) -> bool:
        """Mark one of one's notices as read, and with it all about the same record: whoever opens it sees them.

        Return whether there is such a notice.
        """
        connection = session().connection()
        mine = Notice.user_id == (actor.user_id or 0)
        found = connection.execute(
            select(Notice.record_type, Notice.record_id).where(mine, Notice.id == notice_id)).one_or_none()
        if found is None:
            return False
        same = Notice.id == notice_id
        if found.record_id is not None:
            same = (Notice.record_type == found.record_type) & (Notice.record_id == found.record_id)
        connection.execute(update(Notice).where(mine, same, Notice.read_at.is_(None)).values(read_at=clock.now()))
        return True

    @staticmethod
    def read_all(actor: Actor) -> None:
        """Mark all of one's notices as read."""
        session().connection().execute(
            update(Notice).where(Notice.user_id == (actor.user_id or 0), Notice.read_at.is_(None))
            .values(read_at=clock.now()))


notice_service = NoticeService()

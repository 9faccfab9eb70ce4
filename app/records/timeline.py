"""Timeline: notes, replies, calls, mails and steps of any record, in one place."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Identity, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Audited, Id, Json, Model, UtcDateTime
from app.records.rich_text import MAX_TEXT
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

KINDS = ("note", "reply", "transition", "call", "mail", "file", "system")


class TimelineEntry(Model):
    """One thing that was said or done. Public entries are what the customer sees."""

    __tablename__ = "timeline_entry"
    __table_args__ = (Index("ix_timeline_entry_record", "record_type", "record_id", "at"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)
    actor_id: Mapped[int | None] = mapped_column(Id)
    actor_label: Mapped[str] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any] | None] = mapped_column(Json)


def add_entry(
    session: Session, record: Audited, kind: str, body: str | None = None, *,
    is_public: bool = False, data: dict[str, Any] | None = None,
) -> TimelineEntry:
    """Add an entry to a record, by the present actor, now. Raises InvalidField for a text without end."""
    if body and len(body) > MAX_TEXT:
        raise InvalidField("body", _("A text has at most %(number)s characters.", number=MAX_TEXT))
    actor = current_actor()
    entry = TimelineEntry(
        record_type=type(record).record_type(), record_id=record.id, at=clock.now(), kind=kind, is_public=is_public,
        actor_id=actor.user_id, actor_label=actor.label[:200], body=body, data=data,
    )
    session.add(entry)
    return entry


def add_note(session: Session, record: Audited, body: str, *, is_public: bool) -> TimelineEntry:
    """Add an internal note or a public reply. Raises InvalidField where there is no text."""
    if not body or not body.strip():
        raise InvalidField("body", _("Write something first."))
    return add_entry(session, record, "reply" if is_public else "note", body.strip(), is_public=is_public)


def entries(session: Session, record_type: str, record_id: int, *, public_only: bool = False,
            limit: int = 200) -> list[TimelineEntry]:
    """Return a record's entries, newest first. The caller has checked that the record may be seen."""
    statement = select(TimelineEntry).where(
        TimelineEntry.record_type == record_type, TimelineEntry.record_id == record_id
    )
    if public_only:
        statement = statement.where(TimelineEntry.is_public)
    statement = statement.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(limit)
    return list(session.execute(statement).scalars())

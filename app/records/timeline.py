"""Timeline: notes, replies, calls, mails and steps of any record, in one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, Identity, Index, String, Text, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Audited, Id, Json, Model, UtcDateTime
from app.records.rich_text import MAX_TEXT
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

KINDS = ("note", "reply", "transition", "call", "mail", "file", "system")
# What a reader may narrow a timeline to.
PARTS: dict[str, tuple[str, ...]] = {
    "conversation": ("note", "reply", "call", "mail"), "steps": ("transition", "system"), "files": ("file",),
}


class TimelineEntry(Model):
    """One thing that was said or done. Public entries are what the customer sees."""

    __tablename__ = "timeline_entry"
    __record_type__: ClassVar[str] = "timeline_entry"
    __searched__: ClassVar[tuple[str, ...]] = ("body",)
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
    # When the text was last changed; what it was before is kept (app.records.timeline_versions).
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Struck through: by whom, when and why.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(Id)
    withdrawn_by_label: Mapped[str | None] = mapped_column(String(200))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)


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


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which entries are wanted, so many at most: one of PARTS, only those before or after the entry of an id.

    Or those that were changed or withdrawn after a moment.
    """

    part: str = ""
    before: int | None = None
    after: int | None = None
    changed: datetime | None = None
    limit: int = 200


def entries(session: Session, record_type: str, record_id: int, *, public_only: bool = False,
            stretch: Stretch = Stretch(), parts: Iterable[int] = ()) -> list[TimelineEntry]:
    """Return a record's entries, and those of records of its type that became `parts` of it, newest first.

    The caller has checked that all of them may be seen.
    """
    entry, ids = TimelineEntry, [record_id, *parts]
    statement = select(entry).where(entry.record_type == record_type, entry.record_id.in_(ids))
    if public_only:
        statement = statement.where(entry.is_public)
    if stretch.part in PARTS:
        statement = statement.where(entry.kind.in_(PARTS[stretch.part]))
    if stretch.after is not None:
        statement = statement.where(entry.id > stretch.after)
    if stretch.changed is not None:
        statement = statement.where((entry.edited_at > stretch.changed) | (entry.withdrawn_at > stretch.changed))
    if stretch.before is not None:
        here = select(entry.at).where(entry.id == stretch.before, entry.record_type == record_type,
                                      entry.record_id.in_(ids))
        at = session.execute(here).scalar()
        if at is None:
            return []
        statement = statement.where(tuple_(entry.at, entry.id) < tuple_(at, stretch.before))
    ordered = statement.order_by(entry.at.desc(), entry.id.desc()).limit(stretch.limit)
    return list(session.execute(ordered).scalars())


def latest_step(session: Session, record_type: str, record_id: int) -> TimelineEntry | None:
    """Return the entry of the last step of a record's life cycle, or None."""
    entry = TimelineEntry
    statement = select(entry).where(entry.record_type == record_type, entry.record_id == record_id,
                                    entry.kind == "transition")
    return session.execute(statement.order_by(entry.at.desc(), entry.id.desc()).limit(1)).scalar_one_or_none()

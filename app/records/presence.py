"""Who has a record open at this moment, and who of them is typing: each open page says so every few seconds."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Boolean, ForeignKey, Identity, Integer, String, UniqueConstraint, and_, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Id, Model, UtcDateTime, upsert
from app.records.timeline import TimelineEntry
from app.sdk import clock
from app.sdk.actor import Actor

# A page that has not spoken for so long is closed, or nobody looks at it.
FRESH = timedelta(seconds=40)


class RecordPresence(Model):
    """One user at one record, as of their page's last word."""

    __tablename__ = "record_presence"
    __table_args__ = (UniqueConstraint("record_type", "record_id", "user_id", name="uq_record_presence"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    is_typing: Mapped[bool] = mapped_column(Boolean, default=False)


class Present(NamedTuple):
    """Somebody who has the record open."""

    user_id: int
    name: str
    is_typing: bool


class Around(NamedTuple):
    """Who is at a record, the id of its newest entry, and when one was last changed or withdrawn."""

    here: list[Present]
    newest: int
    changed: datetime | None


def be_here(session: Session, actor: Actor, record_type: str, record_id: int, *, is_typing: bool) -> None:
    """Note that the actor looks at a record now. The caller has checked that they may."""
    if actor.user_id is None:
        return
    here = {"record_type": record_type, "record_id": record_id, "user_id": actor.user_id, "label": actor.label[:200],
            "seen_at": clock.now(), "is_typing": is_typing}
    upsert.put(session, RecordPresence, [here], unique=("record_type", "record_id", "user_id"))


def around(session: Session, record_type: str, record_id: int, *, public_only: bool) -> Around:
    """Return who is at a record, and how far its timeline is, in one statement."""
    entry, here = TimelineEntry, RecordPresence
    written = select(func.max(entry.id).label("newest"), func.max(entry.edited_at).label("edited"),
                     func.max(entry.withdrawn_at).label("withdrawn")).where(
        entry.record_type == record_type, entry.record_id == record_id)
    if public_only:
        written = written.where(entry.is_public)
    told = written.subquery()
    is_here = and_(here.record_type == record_type, here.record_id == record_id, here.seen_at >= clock.now() - FRESH)
    statement = select(told, here.user_id, here.label, here.is_typing).select_from(told).outerjoin(here, is_here)
    rows = session.execute(statement.order_by(here.id)).all()
    moments = [moment for moment in (rows[0].edited, rows[0].withdrawn) if moment is not None]
    return Around([Present(row.user_id, row.label, row.is_typing) for row in rows if row.user_id is not None],
                  int(rows[0].newest or 0), max(moments, default=None))

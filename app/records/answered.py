"""Requests of programs that carry a key of their own, so that one that is sent twice is done once.

The key is taken in the transaction of the change itself: either both are there or neither. Of a twin at the same time
the database lets one wait for the other. No answer is kept, but which record it was about: it is read again, with the
rights of whoever asks then, so that nothing is told twice that is not theirs any more.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Identity, Integer, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Id, Model, UtcDateTime, upsert
from app.sdk import clock

KEPT = timedelta(hours=24)
LONGEST_KEY = 200


class AnsweredRequest(Model):
    """One request that was done, for as long as it may be sent again."""

    __tablename__ = "answered_request"
    __table_args__ = (UniqueConstraint("user_id", "key", name="uq_answered_request"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    # What was asked, hashed: the same key for something else is a fault of the program.
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    record_id: Mapped[int] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def take(session: Session, user_id: int, key: str, request_hash: str) -> AnsweredRequest | None:
    """Take the key for a request that is about to be done; return the one that was done with it where there is one."""
    known, now = AnsweredRequest, clock.now()
    mine = (known.user_id == user_id) & (known.key == key)
    connection = session.connection()
    connection.execute(delete(known).where(mine, known.expires_at <= now))
    taken = connection.execute(upsert.insert_for(session, known).values(
        user_id=user_id, key=key, request_hash=request_hash, status=0, record_id=0, expires_at=now + KEPT,
    ).on_conflict_do_nothing(index_elements=[known.user_id, known.key]).returning(known.id)).first()
    if taken is not None:
        return None
    return session.execute(select(known).where(mine)).scalar_one_or_none()


def answered(session: Session, user_id: int, key: str, status: int, record_id: int) -> None:
    """Note what became of the request that has taken the key."""
    known = AnsweredRequest
    session.connection().execute(update(known).where(known.user_id == user_id, known.key == key).values(
        status=status, record_id=record_id))

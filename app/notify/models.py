"""The table of notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Json, Model, UtcDateTime


class Notice(Model):
    """One line for one user. It keeps a kind and its parameters, never words: each reader gets it in their language."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_user", "user_id", "at"),
        # What the bell counts and what a further notice of the same kind is folded into.
        Index("ix_notice_unread", "user_id", "record_type", "record_id", sqlite_where=text("read_at IS NULL"),
              postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(64))
    # What it is about: a record, whose page is found by its type, or an address of the desk.
    record_type: Mapped[str | None] = mapped_column(String(64))
    record_id: Mapped[int | None] = mapped_column(Id)
    url: Mapped[str | None] = mapped_column(String(400))
    actor_label: Mapped[str] = mapped_column(String(200))
    params: Mapped[Any] = mapped_column(Json)
    # How often it happened since the reader last looked.
    number: Mapped[int] = mapped_column(Integer, default=1)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignedLink(Model):
    """A link by which one person decides one thing, once, without logging in; only the hash of its secret is kept."""

    __tablename__ = "signed_link"
    __table_args__ = (Index("ix_signed_link_record", "record_type", "record_id", "purpose"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(64))
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    params: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


__all__ = ["Notice", "SignedLink"]

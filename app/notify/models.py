"""The tables of notices, of mails and their texts, and of links."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Audited, Id, Json, Model, UtcDateTime
from app.organisation.models import Person


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


WAITING, SENT, FAILED, LEFT_OUT = "waiting", "sent", "failed", "left_out"


class Mail(Model):
    """One mail to one recipient: what it is about, never its words, which are made when it is sent."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'left_out')", "state"),
        Index("ix_mail_state", "state", "created_at"),
        Index("ix_mail_record", "record_type", "record_id"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    record_type: Mapped[str | None] = mapped_column(String(64))
    record_id: Mapped[int | None] = mapped_column(Id)
    url: Mapped[str | None] = mapped_column(String(400))
    actor_label: Mapped[str] = mapped_column(String(200))
    params: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    # Until when a failing server is tried again.
    try_until: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    error: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.id}"


class MailTemplate(Audited, Model):
    """A text of mails that an administrator has changed; without a row it is as shipped."""

    __tablename__ = "mail_template"
    __table_args__ = (UniqueConstraint("kind", "language", name="uq_mail_template"),)

    kind: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


__all__ = ["FAILED", "LEFT_OUT", "SENT", "WAITING", "Mail", "MailTemplate", "Notice", "SignedLink"]

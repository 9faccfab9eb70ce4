"""Log-in sessions, the epoch of rights, and what a role is called."""

from datetime import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import Boolean, ForeignKey, Identity, Index, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Audited, Id, Json, Label, Model, UtcDateTime
from app.organisation.models import WorkGroup
from app.sdk.i18n import bilingual


class LoginSession(Model):
    """One log-in. The cookie holds its secret, the row only the hash of it; ending the row ends the session."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_user", "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(40))
    ip: Mapped[str | None] = mapped_column(String(64))
    user_agent: Mapped[str | None] = mapped_column(String(300))
    # As whom the user looks at the desk in this session (app.security.view_as).
    viewing_id: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("ab_user.id", ondelete="SET NULL"), index=True
    )

    user: Mapped[User] = relationship(lazy="select", passive_deletes=True, foreign_keys=[user_id])

    def __str__(self) -> str:
        return f"{self.id}"


class RightsEpoch(Model):
    """Moves on with every change of rights, so that cached sets of rights are never stale; one row."""

    __tablename__ = "rights_epoch"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, default=1)


class LoginAttempt(Model):
    """A failed log-in: too many in a row make an account wait, too many from one address make the address wait."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_name", "username", "at"), Index("ix_login_attempt_ip", "ip", "at"))

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ip: Mapped[str | None] = mapped_column(String(64))
    # What was wrong (app.security.attempts.REASONS).
    reason: Mapped[str] = mapped_column(String(20), default="password", server_default="password")
    # When it stopped to count against the account: by a good log-in, or because an administrator said so.
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleProfile(Audited, Model):
    """What Flask-AppBuilder's role lacks: a stable code, a name in both languages, whose it is."""

    __tablename__ = "role_profile"

    role_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_role.id", ondelete="CASCADE"), unique=True)
    code: Mapped[str] = mapped_column(String(100), unique=True)
    label: Mapped[dict[str, str]] = mapped_column(Label)
    # Somebody with self-service roles only is a customer and needs no work group to log in.
    is_self_service: Mapped[bool] = mapped_column(Boolean, default=False)
    addon: Mapped[str] = mapped_column(String(64), default="")
    # Up to which level of confidentiality its holders see what is not theirs (app.sdk.confidentiality).
    clearance: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    # Whoever has it in any way logs in with a second factor.
    needs_second_factor: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    role: Mapped[Role] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.label)


class AccessRule(Audited, Model):
    """A data rule: which rows of a record type its holders may do something with, or are limited to.

    Held by a role, by a work group, or by everybody but the administrators where neither is named.
    """

    __tablename__ = "access_rule"

    name: Mapped[dict[str, str]] = mapped_column(Label)
    record_type: Mapped[str] = mapped_column(String(64), index=True)  # type: ignore[assignment]
    is_limit: Mapped[bool] = mapped_column(Boolean, default=False)
    may_read: Mapped[bool] = mapped_column(Boolean, default=True)
    may_create: Mapped[bool] = mapped_column(Boolean, default=False)
    may_write: Mapped[bool] = mapped_column(Boolean, default=False)
    may_delete: Mapped[bool] = mapped_column(Boolean, default=False)
    scope: Mapped[str] = mapped_column(String(40))
    # [[column, operator, value], …] as lists are filtered, for the scope that takes conditions.
    conditions: Mapped[list[list[Any]] | None] = mapped_column(Json)
    role_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_role.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="CASCADE"), index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    role: Mapped[Role | None] = relationship(lazy="select", passive_deletes=True)
    group: Mapped[WorkGroup | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


class FieldRight(Audited, Model):
    """What one may do with a field: everybody, or as an exception that gives more the holders of a role."""

    __tablename__ = "field_right"
    __table_args__ = (UniqueConstraint("record_type", "field", "role_id", name="uq_field_right"),)

    record_type: Mapped[str] = mapped_column(String(64))  # type: ignore[assignment]
    field: Mapped[str] = mapped_column(String(64))
    role_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_role.id", ondelete="CASCADE"), index=True)
    level: Mapped[str] = mapped_column(String(10))

    role: Mapped[Role | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.record_type}.{self.field}"


class UserPreference(Audited, Model):
    """A user's language and time zone."""

    __tablename__ = "user_preference"

    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    language: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str | None] = mapped_column(String(60))

    user: Mapped[User] = relationship(lazy="select", passive_deletes=True)


class UserChoice(Model):
    """How a user has arranged something for themselves (app.security.preferences)."""

    __tablename__ = "user_choice"
    __table_args__ = (UniqueConstraint("user_id", "key", name="uq_user_choice"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(100))
    value: Mapped[Any] = mapped_column(Json)


class ApiToken(Audited, Model):
    """A key for a program that acts for a user; only its hash is kept, and its scopes narrow the user's rights."""

    __tablename__ = "api_token"

    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Permission keys, or "<resource>.*"; None for all rights of the user, [] where those that it had are gone.
    scopes: Mapped[list[str] | None] = mapped_column(Json)
    # Addresses and networks from which it is taken, e.g. ["10.0.0.0/8"]; empty for everywhere.
    networks: Mapped[list[str] | None] = mapped_column(Json)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Written once a minute at most, past the flush: using a key is no change of it.
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    last_used_ip: Mapped[str | None] = mapped_column(String(64))

    __unaudited__ = Audited.__unaudited__ | {"token_hash"}

    user: Mapped[User] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name


class ExternalIdentity(Model):
    """By which entry of a directory or an OpenID Connect provider an account logs in; it has no password of its own."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("provider", "subject", name="uq_external_identity"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    provider: Mapped[str] = mapped_column(String(20))
    # What never changes of the entry: entryUUID, objectGUID, sub.
    subject: Mapped[str] = mapped_column(String(255))
    username: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LoginProfile(Model):
    """How a user logs in: since when the password is what it is, and the second factor."""

    __tablename__ = "login_profile"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    # Sealed (app.security.sealing); None where there is no second factor.
    totp_secret: Mapped[str | None] = mapped_column(String(400))
    # The step of time whose code was used last, so that none is taken twice.
    totp_step: Mapped[int | None] = mapped_column(Id)
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """A code that stands in for the second factor, once; only its mark is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    code_mark: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OldPassword(Model):
    """The hash of a password that a user has or had, so that it is not chosen again."""

    __tablename__ = "old_password"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    password: Mapped[str] = mapped_column(String(256))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasswordLink(Model):
    """A link by which a user sets a new password, once and for a day; only the hash of its secret is kept."""

    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


__all__ = [
    "AccessRule", "ApiToken", "ExternalIdentity", "FieldRight", "LoginAttempt", "LoginProfile", "LoginSession",
    "OldPassword", "PasswordLink", "RecoveryCode", "RightsEpoch", "RoleProfile", "UserChoice", "UserPreference",
]

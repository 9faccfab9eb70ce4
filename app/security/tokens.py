"""API tokens: `Authorization: Bearer tsd_…`. Hashed, scoped, ending; a token never sees more than its user."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import g, request
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import or_, select, update

from app.db import past_audit, session
from app.sdk import clock
from app.security import epoch, networks, sessions
from app.security.models import ApiToken
from app.security.sessions import digest

PREFIX = "tsd_"
_TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a key is for, what it may, from where and until when."""

    name: str
    scopes: list[str] = field(default_factory=list)
    expires_at: datetime | None = None
    networks: list[str] = field(default_factory=list)


def create(user_id: int, new: NewToken) -> str:
    """Make a token for a user and return its secret, which is never shown again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    session().add(ApiToken(user_id=user_id, name=new.name, token_hash=digest(secret), scopes=new.scopes or None,
                           expires_at=new.expires_at, networks=new.networks or None, created_at=clock.now()))
    session().flush()
    return secret


def user_of_request() -> User | None:
    """Return the user whose token the request carries, and keep token and epoch for the request; None without one."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.startswith(PREFIX):
        return None
    statement = (
        select(User, ApiToken.scopes, epoch.NUMBER.scalar_subquery(), ApiToken.networks, ApiToken.id,
               ApiToken.last_used_at)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(User.active, ApiToken.token_hash == digest(secret.strip()), ApiToken.revoked_at.is_(None),
               or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.now()))
    )
    row = session().execute(statement).one_or_none()
    if row is None or (row[3] and not networks.contain(row[3], request.remote_addr)):
        return None
    g.api_token, g.rights_epoch = (row[1],), row[2] or 0
    _note_use(row[4], row[5])
    return row[0]  # type: ignore[no-any-return]


def _note_use(token_id: int, used_at: datetime | None) -> None:
    # Once a minute at most: a program that asks every second must not write every second.
    if used_at is None or clock.now() - used_at > _TOUCH_AFTER:
        table = ApiToken.__table__
        with past_audit("using a key changes nothing of it"):
            sessions.write(update(table).where(table.c.id == token_id)
                           .values(last_used_at=clock.now(), last_used_ip=request.remote_addr))

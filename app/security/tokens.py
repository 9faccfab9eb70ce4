"""API tokens: `Authorization: Bearer tsd_…`. Hashed, scoped, ending; a token never sees more than its user."""

import secrets
from datetime import datetime

from flask import g, request
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import or_, select

from app.db import session
from app.sdk import clock
from app.security import epoch
from app.security.models import ApiToken
from app.security.sessions import digest

PREFIX = "tsd_"


def create(user_id: int, name: str, scopes: list[str] | None = None, expires_at: datetime | None = None) -> str:
    """Make a token for a user and return its secret, which is never shown again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    session().add(ApiToken(user_id=user_id, name=name, token_hash=digest(secret), scopes=scopes or None,
                           expires_at=expires_at, created_at=clock.now()))
    session().flush()
    return secret


def user_of_request() -> User | None:
    """Return the user whose token the request carries, and keep token and epoch for the request; None without one."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.startswith(PREFIX):
        return None
    statement = (
        select(User, ApiToken.scopes, epoch.NUMBER.scalar_subquery()).join(ApiToken, ApiToken.user_id == User.id)
        .where(User.active, ApiToken.token_hash == digest(secret.strip()), ApiToken.revoked_at.is_(None),
               or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.now()))
    )
    row = session().execute(statement).one_or_none()
    if row is None:
        return None
    g.api_token, g.rights_epoch = (row[1],), row[2] or 0
    return row[0]  # type: ignore[no-any-return]

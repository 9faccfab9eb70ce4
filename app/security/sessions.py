"""Log-in sessions: the cookie holds a secret, the row its hash. Ending the row ends the session at the next click."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import g, request, session
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select, update

from app.db import db
from app.db import session as database_session
from app.db.unit import current as current_unit
from app.records.settings import setting
from app.sdk import clock
from app.security import epoch
from app.security.models import LoginSession

KEY = "sid"
BACKGROUND = "X-Background"
_TOUCH_AFTER = timedelta(minutes=5)


def digest(secret: str) -> str:
    """Return what is stored of a secret. It is 32 random bytes, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(user: User) -> None:
    """Open a session for a user: a row, and a new secret in the cookie."""
    secret, now = secrets.token_urlsafe(32), clock.now()
    session[KEY] = secret
    database_session().add(LoginSession(
        token_hash=digest(secret), user_id=user.id, created_at=now, last_seen_at=now, ip=request.remote_addr,
        user_agent=(request.user_agent.string or "")[:300] or None,
    ))
    database_session().flush()


def find(user_id: int) -> tuple[User, int] | None:
    """Return the user of the request's session and the epoch of rights, in one statement; None where it is over."""
    secret = session.get(KEY)
    if not secret:
        return None
    statement = (
        select(User, LoginSession.id, LoginSession.last_seen_at, epoch.NUMBER.scalar_subquery(),
               LoginSession.created_at)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(User.id == user_id, User.active, LoginSession.token_hash == digest(secret),
               LoginSession.ended_at.is_(None))
    )
    row = database_session().execute(statement).one_or_none()
    if row is None:
        return None
    g.login_session_id = row[1]
    g.rights_epoch = row[3] or 0  # by which the settings are kept that are asked now
    if _is_over(row[4], row[2]):
        return None
    # What a page asks by itself keeps nobody logged in who has gone away.
    if clock.now() - row[2] > _TOUCH_AFTER and BACKGROUND not in request.headers:
        write(update(LoginSession.__table__).where(LoginSession.__table__.c.id == row[1])
               .values(last_seen_at=clock.now()))
    return row[0], row[3] or 0


def _is_over(began_at: datetime, seen_at: datetime) -> bool:
    now = clock.now()
    return (now - seen_at >= timedelta(hours=setting("security.idle_hours"))
            or now - began_at >= timedelta(days=setting("security.session_days")))


def end(reason: str) -> None:
    """End the request's session."""
    secret = session.pop(KEY, None)
    if secret:
        table = LoginSession.__table__
        write(update(table).where(table.c.token_hash == digest(secret), table.c.ended_at.is_(None))
               .values(ended_at=clock.now(), ended_because=reason))


def end_all(user_id: int, reason: str) -> None:
    """End every session of a user, in the running unit of work."""
    table = LoginSession.__table__
    database_session().connection().execute(
        update(table).where(table.c.user_id == user_id, table.c.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=reason)
    )


def write(statement: Any) -> None:
    """Write bookkeeping that a page does by the way; within a reading unit in a short transaction of its own."""
    unit = current_unit()
    if unit is not None and unit.write:
        database_session().connection().execute(statement)
        return
    with db.engine.begin() as connection:
        connection.execute(statement)

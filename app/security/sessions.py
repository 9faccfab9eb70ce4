"""Log-in sessions: the cookie holds a secret, the row its hash. Ending the row ends the session at the next click."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import g, request, session
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Connection, select, update

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


class Found(NamedTuple):
    """The request's session: its user, the epoch of rights, and as whom its user looks at the desk."""

    user: User
    epoch: int
    viewing_id: int | None


def find(user_id: int) -> Found | None:
    """Return what the request's session says, in one statement; None where it is over."""
    secret = session.get(KEY)
    if not secret:
        return None
    statement = (
        select(User, LoginSession.id, LoginSession.last_seen_at, epoch.NUMBER.scalar_subquery(),
               LoginSession.created_at, LoginSession.viewing_id)
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
    return Found(row[0], row[3] or 0, row[5])


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


def look_as(user_id: int | None) -> None:
    """Have the user of the request's session look at the desk as another one, or as themselves again."""
    table = LoginSession.__table__
    write(update(table).where(table.c.token_hash == digest(session.get(KEY, "")), table.c.ended_at.is_(None))
           .values(viewing_id=user_id))


def end_all(user_id: int, reason: str) -> None:
    """End every session of a user, in the running unit of work."""
    table = LoginSession.__table__
    database_session().connection().execute(
        update(table).where(table.c.user_id == user_id, table.c.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=reason)
    )


def write(statement: Any) -> None:
    """Write bookkeeping that a page does by the way."""
    on_connection(lambda connection: connection.execute(statement))


def on_connection(run: Callable[[Connection], Any]) -> None:
    """Write in the running unit of work; within a reading one in a short transaction of its own."""
    unit = current_unit()
    if unit is not None and unit.write:
        run(database_session().connection())
        return
    with db.engine.begin() as connection:
        run(connection)

"""Failed log-ins: what was tried, and when an account or an address has to wait.

A row is written for each failure and kept for a month, so that an administrator sees who tried what. It counts against
the account until a good log-in or an administrator clears it, and against the address for as long as the window is.
"""

from datetime import datetime, timedelta

from flask import request
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select, update

from app.db import session
from app.records import audit
from app.records.settings import setting
from app.sdk import clock
from app.sdk.i18n import _l
from app.security.models import LoginAttempt

PASSWORD, NO_GROUP, NETWORK, GONE, FACTOR = "password", "no_group", "network", "gone", "factor"
REASONS = {
    PASSWORD: _l("Wrong password"), NO_GROUP: _l("In no active work group"), NETWORK: _l("From an address not allowed"),
    GONE: _l("Not let in by the directory"), FACTOR: _l("Wrong code of the second factor"),
}
# What a guess looks like; the others show that somebody knows the password.
GUESSES = (PASSWORD, FACTOR)
SHOWN = 20


def key_of(user: User | None, typed: str) -> str:
    """Return the name under which attempts are counted: the account's, however it was typed."""
    return str(user.username) if user is not None else typed[:200].casefold()


def window() -> timedelta:
    """Return for how long failures count."""
    return timedelta(minutes=setting("security.lockout_minutes"))


def _since() -> datetime:
    return clock.now() - window()


def of_account(key: str) -> int:
    """Return how many guesses count against a name now."""
    return session().execute(
        select(func.count()).select_from(LoginAttempt)
        .where(LoginAttempt.username == key, LoginAttempt.at > _since(), LoginAttempt.reason.in_(GUESSES),
               LoginAttempt.cleared_at.is_(None))
    ).scalar_one()


def account_waits(key: str) -> bool:
    """Say whether nobody gets in by that name for now."""
    return of_account(key) >= setting("security.login_attempts")


def address_waits() -> bool:
    """Say whether nobody gets in from the request's address for now."""
    most = setting("security.address_attempts")
    if not most or not request.remote_addr:
        return False
    number = session().execute(
        select(func.count()).select_from(LoginAttempt)
        .where(LoginAttempt.ip == request.remote_addr, LoginAttempt.at > _since(), LoginAttempt.reason.in_(GUESSES))
    ).scalar_one()
    return number >= most


def note(key: str, reason: str, user: User | None = None) -> None:
    """Write a failure down; the one that makes an account wait is told in its history as well."""
    session().add(LoginAttempt(username=key, at=clock.now(), ip=request.remote_addr, reason=reason))
    session().flush()
    if user is not None and reason in GUESSES and of_account(key) == setting("security.login_attempts"):
        audit.write(session(), "user", user.id, "update", {"is_locked": (False, True)})


def clear(key: str) -> int:
    """Let failures count no more against a name; return how many did."""
    table = LoginAttempt.__table__
    done = session().connection().execute(
        update(table).where(table.c.username == key, table.c.cleared_at.is_(None)).values(cleared_at=clock.now()))
    return int(done.rowcount)


def recent(key: str) -> list[LoginAttempt]:
    """Return the latest failures of a name, newest first."""
    statement = (select(LoginAttempt).where(LoginAttempt.username == key)
                 .order_by(LoginAttempt.at.desc(), LoginAttempt.id.desc()).limit(SHOWN))
    return list(session().execute(statement).scalars())

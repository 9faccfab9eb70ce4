"""Between the password and the session: who has shown who they are, and what is still asked of them.

It lives in the signed cookie, for ten minutes, and is over with the password that it was made with. Until every step
is done there is no session, so no page lets them in.
"""

from datetime import timedelta
from typing import Any

from flask import session
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.db import session as database_session
from app.records.settings import setting
from app.sdk import clock
from app.security import reader, second_factor
from app.security.models import LoginProfile
from app.security.sealing import mark

KEY, SECONDS = "pending", 600
CODE, PASSWORD, ENROL = "code", "new-password", "second-factor"
LOCAL, DIRECTORY, PROVIDER = "local", "directory", "provider"


def begin(user: User, way: str) -> bool:
    """Keep whoever has more to do than to show who they are; say whether there is more."""
    if step_of(user, {"way": way}) is None:
        return False
    language = session.get(reader.KEY)
    session.clear()
    if language:
        reader.choose(language)
    session[KEY] = {"user": user.id, "mark": mark(user.password or "")[:16], "way": way,
                    "at": int(clock.now().timestamp())}
    return True


def present() -> tuple[User, dict[str, Any]] | None:
    """Return who is on the way in and what is known of it; None where nobody is, or it took too long."""
    found = session.get(KEY)
    if not found or clock.now().timestamp() - found["at"] > SECONDS:
        return None
    user = database_session().get(User, found["user"])
    if user is None or not user.active or mark(user.password or "")[:16] != found["mark"]:
        return None
    return user, found


def step_of(user: User, known: dict[str, Any]) -> str | None:
    """Return what is asked next, None where nothing is."""
    if known["way"] == PROVIDER:
        return None  # which has its own second factor and its own rules of passwords
    has_factor = second_factor.has(user.id)
    if has_factor and not known.get("code"):
        return CODE
    if known["way"] == LOCAL and _is_password_over(user):
        return PASSWORD
    return ENROL if not has_factor and second_factor.is_needed(user.id) else None


def pass_step(user: User, known: dict[str, Any], **now: Any) -> None:
    """Keep that a step is done."""
    session[KEY] = {**known, "mark": mark(user.password or "")[:16], **now}


def forget() -> None:
    """Let nobody be on the way in."""
    session.pop(KEY, None)


def _is_password_over(user: User) -> bool:
    days = setting("security.password_days")
    profile = database_session().execute(
        select(LoginProfile.must_change_password, LoginProfile.password_at).where(LoginProfile.user_id == user.id)
    ).first()
    if profile is None:
        return False  # from before anybody wrote it down: the first log-in lets it begin to age
    is_old = bool(days) and profile[1] is not None and clock.now() - profile[1] > timedelta(days=days)
    return bool(profile[0]) or is_old

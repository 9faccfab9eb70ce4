"""Whom to tell of something that concerns everybody who holds a right."""

from app.db import session
from app.sdk.permissions import Permission
from app.security import epoch
from app.security.accounts import accounts_of
from app.security.ways import users_with

PAGE = 200


def holders(right: Permission) -> dict[int, int]:
    """Return {user: person} of whoever may log in and holds a right. Needs a unit of work."""
    found: dict[int, int] = {}
    number, start = epoch.current(session().connection()), 0
    while users := users_with(session(), str(right), PAGE, start):
        for account in accounts_of(users, number):
            actor = account.actor
            if account.may_log_in and actor.can(right) and actor.user_id and actor.person_id:
                found[actor.user_id] = actor.person_id
        start += PAGE
    return found

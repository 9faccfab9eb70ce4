"""What a user has arranged for themselves: columns of a list, how close its rows stand, the tiles of the start page.

Small values by key, read once a request. They say how something looks, never what may be seen.
"""

import json
from typing import Any

from flask import g, has_request_context
from sqlalchemy import delete, select

from app.db import session, upsert
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.models import UserChoice

MAX_KEY, MAX_VALUE = 100, 10_000


def preference(key: str, default: Any = None) -> Any:
    """Return what the reader has chosen under a key, else the default. One statement a request, for all keys."""
    return _mine().get(key, default)


def prefer(key: str, value: Any) -> None:
    """Keep a choice of the reader's; None forgets it. Raises InvalidField for what is no preference any more."""
    if not key or len(key) > MAX_KEY or len(json.dumps(value)) > MAX_VALUE:
        raise InvalidField("value", _("This is too long to be kept."))
    user_id = current_actor().user_id
    if user_id is None:
        return
    if value is None:
        session().connection().execute(
            delete(UserChoice).where(UserChoice.user_id == user_id, UserChoice.key == key))
    else:
        # Two pages of one user may keep the same choice at once: the later one stands.
        upsert.put(session(), UserChoice, [{"user_id": user_id, "key": key, "value": value}],
                   unique=("user_id", "key"))
    if has_request_context():
        g.pop("desk_preferences", None)


def _mine() -> dict[str, Any]:
    if has_request_context() and "desk_preferences" in g:
        return g.desk_preferences  # type: ignore[no-any-return]
    user_id = current_actor().user_id
    rows: Any = [] if user_id is None else session().execute(
        select(UserChoice.key, UserChoice.value).where(UserChoice.user_id == user_id))
    found = {row[0]: row[1] for row in rows}
    if has_request_context():
        g.desk_preferences = found
    return found

"""Entity tags of records: `"v7-3f9a…"`, a strong one, of the state of the record and of the bytes that tell of it.

The bytes differ by language, rights and chosen columns, and with the names of other records; so the whole tag answers
If-None-Match. Whether somebody else was faster only the state says; so If-Match compares that part alone, and takes a
tag that a proxy made weak (`W/"…"`), because which state is meant stays clear.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from flask import request
from sqlalchemy import inspect
from werkzeug.wrappers import Response

from app.db import plain, session
from app.sdk.errors import BusinessError, Conflict
from app.sdk.i18n import _

_STATE = re.compile(r"(v[0-9]{1,18}|h[0-9a-f]{16})(-[0-9a-f]{16})?", re.ASCII)


class PreconditionFailed(BusinessError):
    """The record is not in the state any more that If-Match names."""

    code, http_status = "precondition_failed", 412


def state_of(item: Any, more: Any = None) -> str:
    """Return the state of a record: its version, or a hash of its row where it counts none; `more` belongs to it."""
    version = getattr(item, "version", None)
    if isinstance(version, int) and more is None:
        return f"v{version}"
    row = {one.key: plain(getattr(item, one.key)) for one in inspect(type(item)).column_attrs}
    return state_of_values([row, more])


def state_of_values(values: Any) -> str:
    """Return the state that values make up."""
    return f"h{_digest(json.dumps(values, sort_keys=True, default=str).encode())}"


def tag(answer: Response, state: str) -> Response:
    """Give an answer its tag."""
    answer.set_etag(f"{state}-{_digest(answer.get_data())}")
    return answer


def asked() -> set[str] | None:
    """Return the states that If-Match names, {"*"} for any; None where it is not there."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    if header.strip() == "*":
        return {"*"}
    # Of an empty tag werkzeug makes None.
    found = (_STATE.fullmatch(one or "") for one in request.if_match.as_set(include_weak=True))
    return {one[1] for one in found if one is not None}


def check(state: str, attempt: Callable[[int], Any] | None = None) -> None:
    """Raise PreconditionFailed where If-Match names other states than the present one.

    `attempt` tries the change as of a version that is gone: its Conflict tells what was changed in the meantime.
    """
    wanted = asked()
    if wanted is None or wanted & {"*", state}:
        return
    error = PreconditionFailed(_("Somebody else changed this record meanwhile. Look at their change, then save again."))
    old = next((int(one[1:]) for one in sorted(wanted) if one.startswith("v")), None)
    if attempt is not None and old is not None:
        try:
            attempt(old)
        except Conflict as conflict:
            error.details, error.fields = conflict.details, conflict.fields
    raise error


def must_match(record: Any) -> None:
    """Lock a record, and raise PreconditionFailed where If-Match names another state of it than the present one."""
    if asked() is not None:
        session().refresh(record, with_for_update=True)
        check(state_of(record))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]

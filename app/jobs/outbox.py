"""The outbox: a job is a row, written in the transaction that wants it."""

from datetime import datetime
from typing import Any

from sqlalchemy import case

from app.db import WriteOutsideUnit, plain, session
from app.db.unit import current
from app.db.upsert import insert_for
from app.jobs.models import WAITING, OutboxMessage
from app.sdk import clock
from app.sdk.actor import current_context


def put(
    name: str, payload: dict[str, Any] | None = None, *, dedupe_key: str | None = None,
    available_at: datetime | None = None,
) -> None:
    """Have a job run once the running unit of work has committed. Raises WriteOutsideUnit without a writing one.

    Of several messages with one `dedupe_key` only one runs, as long as it has not begun: what is put later counts as
    put then. `available_at` is the earliest time at which it may run.
    """
    unit = current()
    if unit is None or not unit.write:
        raise WriteOutsideUnit
    context, now = current_context(), clock.now()
    values = {
        "name": name, "payload": _plain(payload or {}), "dedupe_key": dedupe_key, "state": WAITING, "attempts": 0,
        "available_at": available_at or now, "created_at": now, "actor_label": context.actor.label[:200],
        "request_id": context.request_id,
    }
    statement = insert_for(session(), OutboxMessage).values(**values)
    if dedupe_key is not None:
        # The update does more than choose the earlier time: it locks the row until this unit commits, so that the
        # job cannot begin before it can see what this unit wrote.
        sooner = case((OutboxMessage.available_at < values["available_at"], OutboxMessage.available_at),
                      else_=statement.excluded.available_at)
        statement = statement.on_conflict_do_update(
            index_elements=[OutboxMessage.dedupe_key], set_={"available_at": sooner})
    session().connection().execute(statement)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return plain(value)

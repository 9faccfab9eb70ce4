"""Mails that wait: a row each, written in the transaction that tells people something, and a job that sends it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import insert

from app.db import plain, session
from app.notify.models import WAITING, Mail
from app.sdk import clock
from app.sdk.actor import current_actor

JOB = "platform.send_mail"
# How long a mail server that is away or refuses for now is tried.
TRIED_FOR = timedelta(days=3)


def is_possible() -> bool:
    """Say whether there is a mail server at all."""
    return bool(current_app.config["SMTP_HOST"])


def queue(to: Iterable[tuple[int | None, str]], kind: str, record: tuple[str, int] | None, url: str | None,
          params: Mapping[str, Any]) -> int:
    """Let mails of a kind go out once the running unit of work has committed; return how many.

    `to` is (person, address) each. Nothing happens where there is no mail server.
    """
    recipients = list(to)
    if not recipients or not is_possible():
        return 0
    from app.jobs import put

    now, (record_type, record_id) = clock.now(), record or (None, None)
    told = {name: value if isinstance(value, dict) else plain(value) for name, value in params.items()}
    connection = session().connection()
    for person_id, address in recipients:
        row = connection.execute(insert(Mail).values(
            created_at=now, kind=kind, person_id=person_id, address=address[:254], record_type=record_type,
            record_id=record_id, url=url, actor_label=current_actor().label[:200], params=told, state=WAITING,
            attempts=0, try_until=now + TRIED_FOR).returning(Mail.id))
        put(JOB, {"mail": row.scalar_one()})
    return len(recipients)

"""Leavers: whoever is gone from the directory, or from its groups that let in, is logged out within minutes."""

import time
from typing import Any

import structlog
from flask import current_app, g
from sqlalchemy import exists, select

from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again, Job, is_stopping
from app.security import directory
from app.security.asking import LDAP, Lookup
from app.security.models import ExternalIdentity, LoginSession

log = structlog.get_logger(__name__)
BATCH, STEP_SECONDS = 100, 3.0


def check_directory(payload: dict[str, Any]) -> None:
    """Ask the directory about everybody who is logged in by it, a hundred at a time."""
    if not current_app.config["LDAP_SERVER"]:
        return
    after, until = int(payload.get("after", 0)), time.monotonic() + STEP_SECONDS
    while rows := _logged_in(after):
        gone = _gone(rows)
        if gone is None:
            return  # a directory that does not answer says nothing about anybody
        _log_out(gone)
        after = rows[-1][0]
        if is_stopping() or time.monotonic() > until:
            raise Again({"after": after})


def _logged_in(after: int) -> list[Any]:
    is_open = exists().where(LoginSession.user_id == ExternalIdentity.user_id, LoginSession.ended_at.is_(None))
    with unit_of_work() as session:
        return list(session.execute(
            select(ExternalIdentity.id, ExternalIdentity.user_id, ExternalIdentity.username, ExternalIdentity.subject)
            .where(ExternalIdentity.provider == LDAP, ExternalIdentity.id > after, is_open)
            .order_by(ExternalIdentity.id).limit(BATCH)).all())


def _gone(rows: list[Any]) -> list[int] | None:
    manager = current_app.extensions["appbuilder"].sm
    found: list[int] = []
    import ldap  # python-ldap, or app.security.ldap_calls in its place

    try:
        connection = manager.directory_connection()
        for row in rows:
            g.lookup = asked = Lookup(None)
            manager._search_ldap(ldap, connection, row.username)
            # Whoever is bound and has not logged in since has no session that would be asked about.
            if asked.entry is None or asked.entry.subject != row.subject or not directory.is_allowed(asked.entry):
                found.append(row.user_id)
        connection.unbind_s()
    except ldap.LDAPError as error:
        log.warning("directory_unreachable", error=str(error)[:200])
        return None
    finally:
        g.pop("lookup", None)
    return found


def _log_out(user_ids: list[int]) -> None:
    if user_ids:
        with unit_of_work(write=True), acting_as(SYSTEM, via="job", cause="directory"):
            for user_id in user_ids:
                directory.end_sessions(user_id)


JOBS = [Job("platform.check_directory", check_directory, cron="*/10 * * * *")]

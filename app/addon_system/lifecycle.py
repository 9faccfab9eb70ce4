"""Actions on addons, for pages, jobs, commands and tests: each is planned, journalled and done by a fresh process.

Adding migrates first, then raises the generation. Removing is two-phase: switch off, raise the generation, wait until
no living process serves the old set, and only then touch tables.
"""

from flask import Flask, current_app
from sqlalchemy.orm import Session

from app.addon_system import hand, journal
from app.addon_system import plan as plans
from app.addon_system.permissions import ADDON_WRITE
from app.addon_system.plan import Plan
from app.db import after_commit, db, unit_of_work
from app.sdk.actor import current_actor
from app.sdk.errors import Conflict


def plan(name: str, action: str) -> Plan:
    """Return what an action would do, without doing it. Raises NotFound, or Conflict that says why it cannot be."""
    with unit_of_work() as session:
        return plans.build(session.connection(), _app(), name, action)


def request(session: Session, name: str, action: str) -> int:
    """Have an action done once the running unit of work commits; return the journal row to look at meanwhile."""
    current_actor().require(ADDON_WRITE)
    journal_id = journal.open_row(session, plans.build(session.connection(), _app(), name, action))
    app = _app()
    after_commit(lambda: _start(app, journal_id))
    return journal_id


def carry_on(journal_id: int) -> None:
    """Have an action finished whose process is gone."""
    current_actor().require(ADDON_WRITE)
    _start(_app(), journal_id)


def _start(app: Flask, journal_id: int) -> None:
    hand.start(app, "perform", str(journal_id))


def install(name: str) -> Plan:
    """Install an addon with what it needs; data that an uninstallation kept come back."""
    return _do(name, plans.INSTALL)


def activate(name: str) -> Plan:
    """Switch an addon on again."""
    return _do(name, plans.ACTIVATE)


def deactivate(name: str) -> Plan:
    """Switch an addon off; its data stay."""
    return _do(name, plans.DEACTIVATE)


def uninstall(name: str, erase: bool = False) -> Plan:
    """Archive an addon's data and drop its tables; `erase` takes away also what it left in the platform's tables."""
    return _do(name, plans.ERASE if erase else plans.UNINSTALL)


def upgrade(name: str) -> Plan:
    """Bring an installed addon to the version on disk."""
    return _do(name, plans.UPGRADE)


def _do(name: str, action: str) -> Plan:
    # Waits for the end: for commands and tests, never within a request (whose own process must be replaced).
    with unit_of_work(write=True) as session:
        current_actor().require(ADDON_WRITE)
        made = plans.build(session.connection(), _app(), name, action)
        journal_id = journal.open_row(session, made)
    hand.run(_app(), "perform", str(journal_id))
    with db.engine.connect() as connection:
        row = journal.get(connection, journal_id)
    if row is None or row["state"] != journal.DONE:
        raise Conflict(str(row["error"]) if row else name)
    return made


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]

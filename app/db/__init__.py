"""The database, for everybody above: models, the unit of work, row rights, and what a flush changed."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.db import changes, guard, rights
from app.db.base import Audited, Configured, Id, Json, Label, Model, Record, UtcDateTime, db, record_type_of
from app.db.changes import Change, plain, record_changes
from app.db.guard import PastTheUnit, past_audit
from app.db.repeating import is_repeatable
from app.db.rights import Part, include_deleted, register_limit, register_reasons, register_scope, system_scope
from app.db.session import DeskSession
from app.db.unit import WriteOutsideUnit, after_commit, doom, prepare_engine, unit_of_work
from app.sdk import events

__all__ = [
    "Audited", "Change", "Configured", "DeskSession", "Id", "Json", "Label", "Model", "Part", "PastTheUnit", "Record",
    "UtcDateTime", "WriteOutsideUnit", "after_commit", "db", "doom", "include_deleted", "past_audit", "plain",
    "prepare_engine", "record_changes", "record_type_of", "register_limit", "register_reasons", "register_scope",
    "session", "system_scope", "unit_of_work",
]

rights.install(DeskSession)
changes.install(DeskSession)
events.savepoint = lambda: db.session().begin_nested()
events.is_repeatable = is_repeatable


def session() -> Session:
    """Return the session of the running unit of work."""
    return db.session()


def init_app(app: Any) -> None:
    """Bind the database to an application."""
    db.init_app(app)
    with app.app_context():
        engine: Engine = db.engine
        prepare_engine(engine)
        guard.install(engine)

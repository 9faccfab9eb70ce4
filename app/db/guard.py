"""No statement changes what people work on, or who may do what, but the flush of a unit of work.

A flush tells the recorders (audit, intervals) and is under the data rule; an UPDATE or DELETE that is sent any other
way, by Core, in bulk or as text, would go past both. It is refused at the cursor, where every statement passes; so is
an INSERT into a table that says who may do what. The few writers that have to (an addon's data leaves with it, counters
are recounted) say so: `with past_audit("why"):`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

from app.db.base import Audited, Model
from app.db.flushing import is_flushing

# Who holds which right; Flask-AppBuilder's tables, of which roles are changed by one service only.
ROLES = frozenset({"ab_role", "ab_permission_view", "ab_permission_view_role", "ab_user_role"})
# All by which somebody comes by a right: into these nothing is inserted past the flush either.
GRANTS = ROLES | {"role_profile", "group_role", "member_role", "group_member", "access_rule", "field_right"}
_past: ContextVar[str] = ContextVar("past_audit", default="")
_HARMLESS = ("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
_INSERTED = re.compile(r'\bINSERT(?:\s+OR\s+\w+)?\s+INTO\s+(?:"?\w+"?\.)?"?(\w+)"?', re.IGNORECASE)
_TARGET = re.compile(r'\b(?:UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|INTO|TRUNCATE(?:\s+TABLE)?)\s+'
                     r'(?:"?\w+"?\.)?"?(\w+)"?', re.IGNORECASE)
_CHANGING_INSERT = re.compile(r"\bDO\s+UPDATE\b|^\s*INSERT\s+OR\s+REPLACE\b", re.IGNORECASE)
_guarded: frozenset[str] = frozenset()
_counted = 0


class PastTheUnit(RuntimeError):
    """A statement would change audited rows or grants past the unit of work: a fault of the program, never a user's."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table} is changed by the session alone: a bulk or raw statement goes past audit and rights")


@contextmanager
def past_audit(why: str) -> Iterator[None]:
    """Let statements change audited rows without audit; `why` is the reason, for whoever reads the code."""
    token = _past.set(why)
    try:
        yield
    finally:
        _past.reset(token)


def guarded_tables() -> frozenset[str]:
    """Return the names of the tables whose rows are audited, and of those that grant rights."""
    global _guarded, _counted  # noqa: PLW0603 - counted anew once an addon's classes are there
    mappers = Model.registry.mappers
    if len(mappers) != _counted:
        _guarded = ROLES | {table.name for mapper in mappers if issubclass(mapper.class_, Audited)
                             for table in mapper.tables}
        _counted = len(mappers)
    return _guarded


def _before_cursor_execute(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    begin = statement.lstrip()[:9].upper()
    if begin.startswith(_HARMLESS) or is_flushing() or _past.get():
        return
    for found in _INSERTED.finditer(statement):
        if found[1].lower() in GRANTS:
            raise PastTheUnit(found[1])
    if begin.startswith("INSERT") and not _CHANGING_INSERT.search(statement):
        return
    for found in _TARGET.finditer(statement):
        if found[1].lower() in guarded_tables():
            raise PastTheUnit(found[1])


def install(engine: Engine) -> None:
    """Attach the guard to an engine; once an engine. Migrations have an engine of their own."""
    if not event.contains(engine, "before_cursor_execute", _before_cursor_execute):
        event.listen(engine, "before_cursor_execute", _before_cursor_execute)

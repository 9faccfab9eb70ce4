"""Bookkeeping rows that are written whether they are there or not, in one statement on either database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_for(session: Session, model: type[Any]) -> Any:
    """Return the INSERT of a table that knows ON CONFLICT in the words of the session's database."""
    insert: Any = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    return insert(model)


def put(session: Session, model: type[Any], rows: list[Mapping[str, Any]], *, unique: tuple[str, ...]) -> None:
    """Write rows of one shape; of one that is there already by its unique columns all others are replaced."""
    if not rows:
        return
    statement = insert_for(session, model)
    told = {name: statement.excluded[name] for name in rows[0] if name not in unique}
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=[getattr(model, name) for name in unique], set_=told), rows)

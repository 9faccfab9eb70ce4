"""No id is given twice: what history still says of a record that is gone is never said of another.

SQLite gives a new row the id after the highest that is there, and so the id of a newest row that was purged. There the
ids of new rows are taken here, above whatever the recorders (audit, the recycle bin) still know of their kind.
PostgreSQL counts on whatever is deleted; only a table that was dropped and made again has to be told where to go on.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, Table, func, inspect, select, text, union_all
from sqlalchemy.orm import Session

from app.db.base import Audited, Model, record_type_of

Highest = Callable[[list[str]], ScalarSelect[int]]
_known: list[Highest] = []


def remember(highest: Highest) -> None:
    """Keep ids free of reuse that a table speaks of: `highest` gives its highest record id of some record types."""
    _known.append(highest)
    _last.cache_clear()


def take_ids(connection: Connection, table: Table, record_type: str, count: int) -> list[int]:
    """Return ids for new rows of a table. On SQLite the caller holds the write lock and uses them at once."""
    if connection.dialect.name == "sqlite":
        last = connection.execute(_last(table, record_type)).scalar_one()
        return list(range(last + 1, last + 1 + count))
    statement = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return list(connection.execute(statement, {"name": table.name, "count": count}).scalars())


def give(session: Session, new: Iterable[Any]) -> None:
    """Give the new rows of a flush their ids, in their order, where the database would give some again."""
    waiting: dict[Table, list[Any]] = {}
    for item in new:
        if isinstance(item, Audited) and item.id is None:
            waiting.setdefault(inspect(item).mapper.base_mapper.local_table, []).append(item)  # type: ignore[arg-type]
    connection = session.connection() if waiting else None
    if connection is None or connection.dialect.name != "sqlite":
        return
    for table, items in waiting.items():
        kinds = {record_type_of(type(item)) for item in items}
        last = max(connection.execute(_last(table, kind)).scalar_one() for kind in kinds)
        for number, item in enumerate(items, last + 1):
            item.id = number


@lru_cache(maxsize=512)
def _last(table: Table, record_type: str) -> Select[int]:
    present = select(func.max(table.c.id).label("id"))
    spoken_of = (select(highest([record_type]).label("id")) for highest in _known)
    return select(func.coalesce(func.max(union_all(present, *spoken_of).subquery().c.id), 0))


def go_on(connection: Connection, table: Table) -> None:
    """Let a table that was dropped and made again go on with its ids where history ends; on PostgreSQL."""
    kinds = sorted({record_type_of(mapper.class_) for mapper in Model.registry.mappers
                    if issubclass(mapper.class_, Audited) and mapper.base_mapper.local_table is table})
    if connection.dialect.name != "postgresql" or not kinds:
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
    highest = max(connection.execute(select(one(kinds))).scalar() or 0 for one in _known)
    # Never where rows are being made: the next one may be taken this moment.
    connection.execute(text(f"SELECT setval(:sequence, :highest) FROM {sequence} "  # noqa: S608 - its own name
                            "WHERE :highest > 0 AND (:highest > last_value OR NOT is_called)"),
                       {"sequence": sequence, "highest": highest})

"""All that a database holds, as text, to say whether two moments are the same. Also for the benchmarks."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, inspect, select
from sqlalchemy.dialects.postgresql import TSVECTOR

# {table: its rows, each as text}
Picture = dict[str, list[str]]
# Kept by SQLite for its own search, and the order in which its words lie.
_INNER = re.compile(r"^(search_index.*|sqlite_.*|.*_(fts|fts_\w+))$")
# What goes on by itself: processes, their number, the log of actions, and the seals of audit.
RUNNING = frozenset({"desk_process", "generation", "rights_epoch", "addon_journal", "audit_seal", "audit_entry"})


def engine_of(url: str) -> Engine:
    """Return an engine on a database, whichever way its address is written."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def picture(engine: Engine, *, without: Iterable[str] = (), of_time: bool = True) -> Picture:
    """Return every row of every table; `of_time` is off where columns with instants are left out."""
    left_out, metadata = set(without), MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        found = {}
        for name, table in sorted(metadata.tables.items()):
            if name in left_out or _INNER.match(name):
                continue
            columns = [column for column in table.columns if not isinstance(column.type, TSVECTOR)
                       and (of_time or "TIME" not in str(column.type).upper())]
            rows = connection.execute(select(*columns)).mappings()
            found[name] = sorted(json.dumps(dict(row), default=str, sort_keys=True, ensure_ascii=False) for row in rows)
    return found


def schema(engine: Engine) -> dict[str, list[str]]:
    """Return {table: its columns, keys and indexes as text}."""
    seen = inspect(engine)
    return {name: sorted([*(f"{one['name']} {one['type']} {one['nullable']}" for one in seen.get_columns(name)),
                          *(f"index {one['name']} {one['column_names']}" for one in seen.get_indexes(name)),
                          *(f"key {one['constrained_columns']} {one['referred_table']} {one['options']}"
                            for one in seen.get_foreign_keys(name))])
            for name in sorted(seen.get_table_names()) if not _INNER.match(name)}


def changed(before: Picture, after: Picture) -> dict[str, tuple[list[str], list[str]]]:
    """Return {table: (rows that are gone, rows that are new)} of those that differ."""
    found = {}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, []), after.get(name, [])
        if old != new:
            gone, come = set(old) - set(new), set(new) - set(old)
            found[name] = (sorted(gone), sorted(come))
    return found


def mentions(rows: Mapping[str, list[str]], names: Iterable[str]) -> dict[str, list[str]]:
    """Return {table: its rows} in which one of these words stands as a name: alone, or as the first part of a key."""
    word = re.compile("|".join(rf'"(?:[a-z]+[:/])*/?{re.escape(name)}(?:[./][^"\s]*)?"' for name in names))
    found = {table: [row for row in lines if word.search(_values(row))] for table, lines in rows.items()}
    return {table: lines for table, lines in found.items() if lines}


def _values(row: str) -> str:
    # The values without the names of their columns; the document of a JSON column is taken with its keys.
    return json.dumps([_flat(value) for value in json.loads(row).values()], ensure_ascii=False)


def _flat(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value

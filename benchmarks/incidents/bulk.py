"""Writing millions of rows on a connection of its own: indexes are put aside and made again, keys are not checked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, text

from app.db.bulk import BulkTable, Ready

FOR_SQLITE = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "temp_store=MEMORY",
              "locking_mode=EXCLUSIVE")


@contextmanager
def loading(url: str, tables: list[str]) -> Iterator[Connection]:
    """Yield a connection for bulk writing; at the end the indexes are there again and the planner knows the tables."""
    engine = create_engine(url)
    with engine.connect() as connection:
        aside = _begin(connection, tables)
        yield connection
        for statement in aside:
            connection.execute(text(statement))
        connection.commit()
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(f"VACUUM (ANALYZE) {', '.join(tables)}"))
        else:
            connection.exec_driver_sql("PRAGMA locking_mode=NORMAL")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    engine.dispose()


def _begin(connection: Connection, tables: list[str]) -> list[str]:
    if connection.dialect.name == "sqlite":
        for pragma in FOR_SQLITE:
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        found = connection.execute(text("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'index' "
                                        "AND sql IS NOT NULL")).all()
    else:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET maintenance_work_mem = '512MB'"))
        found = connection.execute(text(
            "SELECT indexname, indexdef, tablename FROM pg_indexes WHERE schemaname = 'public' "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)")).all()
    aside = [(name, made) for name, made, table in found if table in tables and not re.search("UNIQUE", made)]
    for name, _made in aside:
        connection.execute(text(f'DROP INDEX "{name}"'))
    connection.commit()
    return [made for _name, made in aside]


def write(connection: Connection, tables: dict[Any, BulkTable], rows: dict[Any, list[Ready]]) -> None:
    """Write rows and commit."""
    for model, found in rows.items():
        tables[model].write(connection, found)
    connection.commit()

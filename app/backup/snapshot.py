"""One consistent look at the database, however long it takes and whatever others write meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, MetaData, Table, cast, column, func, inspect, select, text
from sqlalchemy.dialects.postgresql import REGCLASS

from app.addon_system.models import AddonRow
from app.backup.format import LEFT_OUT, Unit

_VERSIONS = "alembic_"


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read everything as it is at this moment; nobody who writes has to wait for it."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def table_names(connection: Connection) -> list[str]:
    """Return the tables of rows: neither those of migrations nor what SQLite keeps its full-text index in."""
    names = inspect(connection).get_table_names()
    virtual: list[str] = []
    if connection.dialect.name == "sqlite":
        virtual = list(connection.execute(text(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'")).scalars())
    return sorted(name for name in names if not name.startswith(_VERSIONS) and name not in LEFT_OUT
                  and not any(name == one or name.startswith(f"{one}_") for one in virtual))


def is_empty(connection: Connection) -> bool:
    """Say whether the database has no table at all."""
    return not inspect(connection).get_table_names()


def units(connection: Connection) -> list[Unit]:
    """Return the platform and the addons that have tables, with the revision of each."""
    row = AddonRow.__table__
    said = {one.name: one for one in connection.execute(select(row.c.name, row.c.version, row.c.state))}
    found = []
    for name in sorted(inspect(connection).get_table_names()):
        if name.startswith(_VERSIONS):
            unit, versions = name.removeprefix(_VERSIONS), Table(name, MetaData())
            revision = connection.execute(select(column("version_num")).select_from(versions)).scalar()
            if revision and unit in said:
                found.append(Unit(unit, said[unit].version, revision, said[unit].state))
    return found


def counters(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """Return where PostgreSQL goes on counting the ids of each table; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return {}
    found = {}
    for table in [one for one in tables if "id" in one.c]:
        counter = cast(func.pg_get_serial_sequence(table.name, "id"), REGCLASS)
        last = connection.execute(select(func.pg_sequence_last_value(counter))).scalar()
        if last is not None:
            found[table.name] = int(last)
    return found

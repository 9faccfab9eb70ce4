"""What SQLite's planner knows of the tables: PostgreSQL looks by itself."""

from sqlalchemy import Connection, text

# Of each index. A small sample begins with the empty values and says that all are alike; this one takes a second for
# a million tickets.
ENTRIES = 100_000


def look_at_tables(connection: Connection) -> None:
    """Let SQLite look at what its tables hold; nothing on PostgreSQL.

    Without that it takes every index for equally good, and read a million tickets of one type to find a word.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {ENTRIES}")
        connection.exec_driver_sql("ANALYZE")


def look_again(connection: Connection) -> None:
    """Do so where it was done before: what SQLite knew of a table is lost when a migration makes that table anew."""
    if connection.dialect.name == "sqlite" and connection.scalar(
            text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")):
        look_at_tables(connection)

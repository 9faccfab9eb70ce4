"""What a test database holds at a named moment, brought back row by row.

A new copy of a PostgreSQL database costs its file copies, and then each connection reads the catalogue anew: half a
second a test. What a test wrote is known from its statements, so only those tables are emptied and filled again from
a copy that lies in a schema beside them. Whatever cannot be read from a statement counts as everything.
"""

import re

import psycopg

_WRITTEN = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+(?:ONLY\s+)?"?(\w+)"?', re.IGNORECASE)
_READS = ("SELECT", "BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW", "SET ")
EVERYTHING = "*"

# A row of an identity column keeps its id, rules and keys are not asked: the rows were right when they were copied.
_FUNCTIONS = r"""
CREATE SCHEMA kept;
CREATE TABLE kept.sequences (moment text, name text, value bigint, is_called boolean);
CREATE FUNCTION kept.keep(moment text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE one record; value bigint; called boolean;
BEGIN
    EXECUTE format('CREATE SCHEMA %I', moment);
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%I', moment, one.name, one.name);
    END LOOP;
    FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT last_value, is_called FROM public.%I', one.name) INTO value, called;
        INSERT INTO kept.sequences VALUES (moment, one.name, value, called);
    END LOOP;
END $$;
CREATE FUNCTION kept.bring_back(wanted text, tables text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE one text;
BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '5s';
    FOREACH one IN ARRAY tables LOOP
        EXECUTE format('DELETE FROM public.%I', one);
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE %I.%I', one, wanted, one);
    END LOOP;
    PERFORM setval(format('public.%I', name)::regclass, value, is_called) FROM kept.sequences WHERE moment = wanted;
END $$;
"""


def written_by(statement: str) -> set[str]:
    """Return the tables that a statement writes to: none for one that reads, EVERYTHING where it cannot be told."""
    if statement.lstrip().upper().startswith(_READS):
        return set()
    found = _WRITTEN.match(statement)
    # What hangs on a deleted row goes or is changed by the database itself; a log may have triggers.
    if found is None or found[1].upper() == "DELETE FROM" or found[2].startswith("audit"):
        return {EVERYTHING}
    return {found[2]}


def changes_tables(statement: str) -> bool:
    """Say whether a statement changes the tables themselves, so that only a new copy of the database helps."""
    return statement.lstrip().upper().startswith(("CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "GRANT"))


def keep(url: str, moment: str) -> None:
    """Copy every row and the place of every sequence, under a name."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT to_regnamespace('kept') IS NULL").fetchone() == (True,):
            connection.execute(_FUNCTIONS)
        connection.execute("SELECT kept.keep(%s)", (moment,))


def bring_back(url: str, moment: str, tables: set[str]) -> None:
    """Bring the rows of these tables back as they were; of every table where EVERYTHING is among them."""
    with psycopg.connect(url) as connection:
        if EVERYTHING in tables:
            rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (moment,)).fetchall()
            tables = {row[0] for row in rows}
        connection.execute("SELECT kept.bring_back(%s, %s)", (moment, sorted(tables)))

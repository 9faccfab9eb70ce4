"""Migrations: one folder of scripts and one version table a unit; their order comes from the manifests alone.

    platform    migrations/versions            alembic_platform
    ticket      addons/ticket/migrations       alembic_ticket

One run of a unit is one transaction, on PostgreSQL and on SQLite: a script that fails leaves nothing behind.
On SQLite foreign keys are off before BEGIN, because rebuilding a table would delete what refers to it, and are
checked before COMMIT.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.autogenerate import RevisionContext, compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Column, Connection, Engine, Identity, MetaData, String, Table, inspect, select

from app.addon_system import migration_rendering
from app.addon_system.manifest import Manifest
from app.addon_system.migration_connection import migrating, patient, reading
from app.addon_system.tables import owners
from app.db import Model
from app.db.statistics import look_again
from app.platform import MIGRATIONS, PLATFORM

TEMPLATES = MIGRATIONS.parent
EXPAND, CONTRACT = "expand", "contract"
_FILE_NAME = "%(rev)s_%(slug)s"


class CannotWrite(ValueError):
    """A migration that cannot be written as things are; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One revision that is still to be run, and which half of an upgrade it belongs to."""

    revision: str
    phase: str


def folder_of(unit: Manifest) -> Path:
    """Return where a unit's migration scripts lie; the folder need not exist."""
    return MIGRATIONS if unit.name == PLATFORM.name else unit.folder / "migrations"


def version_table(unit: Manifest) -> str:
    """Return the name of a unit's version table."""
    return f"alembic_{unit.name}"


def heads(unit: Manifest) -> tuple[str, ...]:
    """Return the newest revisions among the scripts: one, or none where the unit has no tables."""
    return tuple(_scripts(unit).get_heads())


def head(unit: Manifest) -> str | None:
    """Return the newest revision. Raises ValueError where there are several."""
    found = heads(unit)
    if len(found) > 1:
        raise ValueError(f"{unit.name} has several newest migrations: {', '.join(found)}")
    return found[0] if found else None


def knows(unit: Manifest, revision: str) -> bool:
    """Say whether a revision is among the scripts on disk."""
    return any(script.revision == revision for script in _scripts(unit).walk_revisions())


def current(connection: Connection, unit: Manifest) -> str | None:
    """Return the revision that the database is at."""
    name = version_table(unit)
    if not inspect(connection).has_table(name):
        return None
    table = Table(name, MetaData(), Column("version_num", String(32)))
    return connection.execute(select(table.c.version_num)).scalar()


def pending(connection: Connection, unit: Manifest) -> list[Step]:
    """Return the revisions between the database and the newest script, in order."""
    present, newest = current(connection, unit), head(unit)
    if present == newest or newest is None:
        return []
    scripts = list(_scripts(unit).iterate_revisions(newest, present or "base"))
    return [Step(item.revision, getattr(item.module, "phase", EXPAND)) for item in reversed(scripts)]


def last_expand(connection: Connection, unit: Manifest) -> str | None:
    """Return how far the database may go while processes with the old code still run; None is nowhere."""
    reached = None
    for step in pending(connection, unit):
        if step.phase == CONTRACT:
            break
        reached = step.revision
    return reached


def upgrade(engine: Engine, unit: Manifest, revision: str = "head") -> None:
    """Run a unit's scripts up to a revision, in one transaction."""
    if heads(unit):
        _run(engine, unit, lambda scripts, present: scripts._upgrade_revs(revision, present), destination=revision)


def downgrade(engine: Engine, unit: Manifest, revision: str = "base") -> None:
    """Run a unit's scripts back to a revision; "base" drops its tables and its version table."""
    if not heads(unit):
        return
    _run(engine, unit, lambda scripts, present: scripts._downgrade_revs(revision, present), destination=revision)
    if revision == "base":
        forget(engine, unit)


def stamp(engine: Engine, unit: Manifest, revision: str) -> None:
    """Say that the database is at a revision, without running anything."""
    _run(engine, unit, lambda scripts, present: scripts._stamp_revs(revision, present), destination=revision)


@patient
def forget(engine: Engine, unit: Manifest) -> None:
    """Drop a unit's version table: it was never here."""
    with migrating(engine) as connection:
        Table(version_table(unit), MetaData()).drop(connection, checkfirst=True)


def check(engine: Engine, unit: Manifest) -> list[Any]:
    """Return how the unit's tables differ from its models; the models must have been imported."""
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts=_options(connection, unit))
        return list(compare_metadata(context, Model.metadata))


def make_first(engine: Engine, unit: Manifest, message: str) -> Path:
    """Write the unit's only script anew, from its models. Raises CannotWrite where somebody may have run it."""
    present = sorted(folder_of(unit).glob("*.py")) if folder_of(unit).is_dir() else []
    if len(present) > 1:
        raise CannotWrite(f"{unit.name} has {len(present)} migrations; only one that is alone can be written anew")
    if _present(engine, unit):
        raise CannotWrite(f"{unit.name} is installed here. Remove it by `addon uninstall {unit.name} --erase`, or "
                          "leave out --first: what changes becomes its next migration")
    texts = {path: path.read_text(encoding="utf-8") for path in present}
    for path in present:
        path.unlink()
    try:
        return make_revision(engine, unit, message)
    except BaseException:
        for path in folder_of(unit).glob("*.py"):
            path.unlink()
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        raise


def make_revision(engine: Engine, unit: Manifest, message: str) -> Path:
    """Write the script that takes the unit's tables to its models. Raises ValueError where nothing differs.

    CannotWrite where the tables here are not at the last script: what differs could not be told.
    """
    behind = set(heads(unit)) - _present(engine, unit)
    if behind:
        raise CannotWrite(f"the tables of {unit.name} are not at {', '.join(sorted(behind))} here. Run `addon install "
                          f"{unit.name}` or `addon upgrade {unit.name}` first; if nobody has installed it yet, write "
                          "its first migration anew by --first")
    folder_of(unit).mkdir(parents=True, exist_ok=True)
    scripts, config = _scripts(unit), Config()
    number = len(list(scripts.walk_revisions())) + 1
    making = RevisionContext(config, scripts, {
        "message": message, "sql": False, "head": "head", "splice": False, "branch_label": None, "version_path": None,
        "rev_id": f"{unit.name}_{number:04d}", "depends_on": None, "autogenerate": True,
    })

    def compare(present: Any, context: MigrationContext) -> list[Any]:
        making.run_autogenerate(present, context)
        return []

    environment = EnvironmentContext(config, scripts, fn=compare)
    with environment, reading(engine) as connection:
        environment.configure(**_options(connection, unit))
        environment.run_migrations()
    if all(operations.is_empty() for operations in making.generated_revisions[-1].upgrade_ops_list):
        raise ValueError(f"the tables of {unit.name} are as its models say")
    written = next(script for script in making.generate_scripts() if isinstance(script, Script))
    return migration_rendering.tidy(Path(written.path))


def _present(engine: Engine, unit: Manifest) -> set[str]:
    with reading(engine) as connection:
        return {found} if (found := current(connection, unit)) is not None else set()


def _scripts(unit: Manifest) -> ScriptDirectory:
    return ScriptDirectory(str(TEMPLATES), file_template=_FILE_NAME, version_locations=[str(folder_of(unit))])


@patient
def _run(engine: Engine, unit: Manifest, steps: Callable[[ScriptDirectory, Any], Any], *, destination: str) -> None:
    scripts, taken = _scripts(unit), list[Any]()

    def chosen(present: Any, _context: Any) -> list[Any]:
        taken.extend(steps(scripts, present))
        return taken

    environment = EnvironmentContext(Config(), scripts, fn=chosen, destination_rev=destination)
    with environment, migrating(engine) as connection:
        environment.configure(**_options(connection, unit))
        environment.run_migrations()
        if taken:
            look_again(connection)


def _options(connection: Connection, unit: Manifest) -> dict[str, Any]:
    owner = owners()

    def is_own(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        if kind == "index" and _is_of_other_database(item, connection):
            return False
        return kind != "table" or owner.get(name or "") == unit.name

    return {
        "connection": connection, "target_metadata": Model.metadata, "version_table": version_table(unit),
        "include_object": is_own, "include_name": lambda name, kind, _parents: kind != "table" or name in owner,
        "compare_type": True,
        "compare_server_default": _default_differs if connection.dialect.name == "sqlite" else True,
        "render_as_batch": True,
        "render_item": migration_rendering.render_item, "user_module_prefix": None,
        "process_revision_directives": migration_rendering.plain_indexes,
    }


def _is_of_other_database(index: Any, connection: Connection) -> bool:
    # Alembic does not ask what `Index(…).ddl_if(dialect=…)` says.
    only = getattr(index, "_ddl_if", None)
    return only is not None and only.dialect not in (None, connection.dialect.name)


def _default_differs(_context: MigrationContext, _found: Any, _wanted: Any, _found_default: Any, wanted_default: Any,
                     _rendered: Any) -> bool | None:
    # SQLite counts up every integer key and knows no identity; everything else Alembic compares itself.
    return False if isinstance(wanted_default, Identity) else None

"""Every unit's scripts go up, down and up again on both databases and end where the models are."""

import importlib
import shutil

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from app.addon_system import graph, lifecycle, loader, manifest, migrations
from app.addon_system.manifest import discover
from app.addon_system.migration_connection import BrokenReferences, LostTriggers, migrating
from app.db import db, prepare_engine
from app.db.statistics import look_at_tables
from app.platform import PLATFORM
from tests.addon_system.conftest import SAMPLES
from tests.support.live import ROOT


@pytest.fixture
def units(app):
    importlib.import_module("addons").__path__.append(str(SAMPLES))
    bundled, _faults = discover([loader.BUNDLED])
    ordered, _left_out = graph.order(bundled)
    return [PLATFORM, *ordered]


@pytest.fixture
def engine(empty_url):
    made = create_engine(empty_url)
    prepare_engine(made)
    yield made
    made.dispose()


def test_up_down_up_leaves_no_difference(engine, units):
    for unit in units:
        migrations.upgrade(engine, unit)
    assert {unit.name: migrations.check(engine, unit) for unit in units} == {unit.name: [] for unit in units}
    for unit in reversed(units):
        migrations.downgrade(engine, unit)
    assert inspect(engine).get_table_names() == []
    for unit in units:
        migrations.upgrade(engine, unit)
        assert migrations.check(engine, unit) == []
    with engine.connect() as connection:
        assert [migrations.current(connection, unit) for unit in units] == [migrations.head(unit) for unit in units]


def test_each_unit_has_one_newest_script(units):
    assert {unit.name: len(migrations.heads(unit)) for unit in units} == {unit.name: 1 for unit in units}


def test_a_script_says_which_half_it_is(engine, units):
    with engine.connect() as connection:
        steps = [step for unit in units for step in migrations.pending(connection, unit)]
    assert steps
    assert {step.phase for step in steps} <= {migrations.EXPAND, migrations.CONTRACT}


def test_nothing_is_left_of_a_migration_that_fails(engine):
    with pytest.raises(RuntimeError, match="half-way"), migrating(engine) as connection:
        connection.execute(text("CREATE TABLE left_over (id INTEGER)"))
        raise RuntimeError("half-way")
    assert inspect(engine).get_table_names() == []


def test_rebuilding_a_table_keeps_what_refers_to_it(engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL changes tables in place")
    with migrating(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE shelf (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(
            "CREATE TABLE book (id INTEGER PRIMARY KEY, shelf_id INTEGER REFERENCES shelf (id) ON DELETE CASCADE)")
        connection.exec_driver_sql("INSERT INTO shelf VALUES (1)")
        connection.exec_driver_sql("INSERT INTO book VALUES (1, 1)")
    with migrating(engine) as connection:
        for statement in ("CREATE TABLE shelf_new (id INTEGER PRIMARY KEY, label TEXT)",
                          "INSERT INTO shelf_new (id) SELECT id FROM shelf", "DROP TABLE shelf",
                          "ALTER TABLE shelf_new RENAME TO shelf"):
            connection.exec_driver_sql(statement)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM book").scalar() == 1
    with pytest.raises(BrokenReferences, match="book"), migrating(engine) as connection:
        connection.exec_driver_sql("DELETE FROM shelf")


def test_a_unit_compares_only_its_own_tables(engine, units):
    platform, ticket = units[0], units[1]
    migrations.upgrade(engine, platform)
    assert migrations.check(engine, platform) == []
    assert {change[0] for change in migrations.check(engine, ticket)} == {"add_table", "add_index"}


def test_the_installed_database_is_as_the_models_say(app, units):
    with app.app_context():
        assert [migrations.check(db.engine, unit) for unit in units] == [[] for _unit in units]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_rebuilding_a_table_keeps_what_watches_over_it(engine):
    migrations.upgrade(engine, PLATFORM)
    with pytest.raises(LostTriggers, match="audit_entry_kept of audit_entry"), migrating(engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_entry_unchanged")
        with operations.batch_alter_table("audit_entry", recreate="always"):
            pass
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    assert {"audit_entry_kept", "audit_entry_unchanged", "audit_seal_unchanged"} <= set(found)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_the_planner_knows_is_there_after_a_migration(engine):
    migrations.upgrade(engine, PLATFORM)
    insert = "INSERT INTO setting (key, value) VALUES ('a.b', '1')"
    known = text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'setting'")
    with migrating(engine) as connection:
        connection.exec_driver_sql(insert)
        look_at_tables(connection)
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")  # as making a table anew does for that table
    migrations.stamp(engine, PLATFORM, "platform_0001")
    with engine.connect() as connection:
        assert connection.execute(known).scalar_one() == 1


class TestWriting:
    """The commands `addon revision NAME` and `addon revision NAME --first`."""

    @pytest.fixture
    def copied(self, desk, tmp_path):
        """An addon whose models this process knows, a copy that may be changed, and its only script."""
        folder = tmp_path / "addons" / "problem"
        shutil.copytree(ROOT / "addons" / "problem", folder, ignore=shutil.ignore_patterns("__pycache__"))
        importlib.import_module("addons.problem.models")
        return manifest.read(folder), folder / "migrations" / "problem_0001_create.py"

    def test_what_nobody_has_installed_has_no_next_one_but_its_first_is_written_anew(self, copied):
        lifecycle.uninstall("problem", erase=True)
        unit, script = copied
        before = script.read_text(encoding="utf-8")
        with pytest.raises(migrations.CannotWrite, match="--first"):
            migrations.make_revision(db.engine, unit, "more")
        assert script.read_text(encoding="utf-8") == before
        written = migrations.make_first(db.engine, unit, "all of it")
        assert list(script.parent.glob("*.py")) == [written]
        migrations.upgrade(db.engine, unit)
        assert migrations.check(db.engine, unit) == []

    def test_what_is_installed_keeps_its_first_one(self, copied):
        unit, script = copied
        before = script.read_text(encoding="utf-8")
        with pytest.raises(migrations.CannotWrite, match="installed"):
            migrations.make_first(db.engine, unit, "again")
        assert script.read_text(encoding="utf-8") == before

    def test_what_cannot_be_written_leaves_the_first_one_as_it_was(self, copied, monkeypatch):
        lifecycle.uninstall("problem", erase=True)
        unit, script = copied
        before = script.read_text(encoding="utf-8")
        monkeypatch.setattr(migrations.migration_rendering, "tidy", raises(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            migrations.make_first(db.engine, unit, "all of it")
        assert {path: path.read_text(encoding="utf-8") for path in script.parent.glob("*.py")} == {script: before}


def raises(error):
    def refuse(*_arguments):
        raise error

    return refuse

"""Migrations make exactly what the models say, on both databases, and go down and up again."""

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from app.addon_system import migrations
from app.addon_system.registry import current_registry
from app.db import Model, db

LEADING = (PrimaryKeyConstraint, UniqueConstraint)


def units():
    return current_registry().units


def test_the_tables_are_those_of_the_models(context):
    assert {unit.name: migrations.check(db.engine, unit) for unit in units()} == {unit.name: [] for unit in units()}


def test_each_unit_has_one_newest_revision_and_the_database_is_at_it(context):
    with db.engine.connect() as connection:
        for unit in units():
            newest = migrations.head(unit)
            assert newest is not None, unit.name
            assert migrations.current(connection, unit) == newest


def test_addons_go_down_and_up_again(context, database):
    database.is_dirty = True
    addons = [unit for unit in units() if unit.name != "platform"]
    for unit in reversed(addons):
        migrations.downgrade(db.engine, unit)
    for unit in addons:
        migrations.upgrade(db.engine, unit)
    assert {unit.name: migrations.check(db.engine, unit) for unit in addons} == {unit.name: [] for unit in addons}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestTables:
    def test_every_foreign_key_has_an_index(self, context):
        lacking = []
        for table in Model.metadata.tables.values():
            if not table.name.startswith("ab_"):
                groups = [*table.indexes, *(c for c in table.constraints if isinstance(c, LEADING))]
                covered = {next(iter(group.columns)).name for group in groups if len(group.columns)}
                covered |= {column.name for column in table.columns if column.unique}
                lacking += [f"{table.name}.{column.name}" for column in table.columns
                            if column.foreign_keys and column.name not in covered]
        assert lacking == []

    def test_every_foreign_key_says_what_happens_when_its_target_goes(self, context):
        silent = [f"{table.name}.{key.parent.name}" for table in Model.metadata.tables.values()
                  if not table.name.startswith("ab_") for key in table.foreign_keys if key.ondelete is None]
        assert silent == []

    def test_every_constraint_has_a_name(self, context):
        nameless = [table.name for table in Model.metadata.tables.values() for constraint in table.constraints
                    if constraint.name is None and not table.name.startswith("ab_")]
        assert nameless == []

    def test_every_time_knows_its_zone(self, context):
        naive = [f"{table.name}.{column.name}" for table in Model.metadata.tables.values() for column in table.columns
                 if getattr(column.type, "timezone", None) is False and "DateTime" in type(column.type).__name__
                 and not table.name.startswith("ab_")]
        assert naive == []

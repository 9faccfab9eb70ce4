"""Migrations make exactly what the models say, on both databases, and go down and up again."""

from datetime import timedelta

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, select

from addons.ticket.models import Service
from app.addon_system import migrations
from app.addon_system.registry import current_registry
from app.db import Model, db, unit_of_work
from app.records import attachments
from app.records.attachments import Attachment
from app.sdk.actor import Actor, acting_as
from tests.support.people import make_company

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


def test_what_columns_of_later_say_of_rows_of_old(context, database):
    """Who attached a file when comes from the timeline; how a service is typed from its name."""
    database.is_dirty = True
    platform, ticket = (unit for unit in units() if unit.name in ("platform", "ticket"))
    with unit_of_work(write=True) as session, acting_as(Actor(user_id=None, label="Li Na")):
        kept = attachments.add(session, make_company(), "a.txt", b"x")
        session.add(Service(code="mail", name={"en": "E-mail", "zh": "邮箱"}))
    migrations.downgrade(db.engine, ticket, "ticket_0001")
    migrations.downgrade(db.engine, platform, "platform_0007")
    migrations.upgrade(db.engine, platform)
    migrations.upgrade(db.engine, ticket)
    with unit_of_work() as session:
        ((at, by),) = session.execute(select(Attachment.created_at, Attachment.created_by_label)).all()
        assert (by, abs(at - kept.created_at) < timedelta(seconds=5)) == ("Li Na", True)
        assert session.execute(select(Service.sort_zh, Service.sort_en)).all() == [("you2 xiang1", "e-mail")]

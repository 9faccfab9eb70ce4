"""Installing, switching off, uninstalling, bringing back: on both databases, by the process that does it for real."""

import json

import pytest

from app.addon_system import archive, generation, lifecycle
from app.db import db
from app.sdk.actor import Actor, acting_as
from app.sdk.errors import BusinessError, Conflict, Forbidden, NotFound

OWN = {"sample_notebook", "sample_notebook_page", "sample_errand", "incident_sample_link"}
AT = "'2026-01-05 08:00:00.500000+00:00'"

# Where no table is made or dropped in a way of its own one database tells as much as two: each case starts processes.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def write_rows(desk):
    """Two notebooks, three pages of which the first follows the last, an errand with its note and history."""
    at = AT if db.engine.dialect.name == "postgresql" else AT.replace("+00:00", "")
    no = "false" if db.engine.dialect.name == "postgresql" else "0"
    name = r'{"en"\: "One", "zh"\: "\u4e00"}'
    at = at.replace(":", r"\:")
    desk.run(
        "INSERT INTO sample_notebook (id, code, name, price, read_at, created_at, updated_at, version) VALUES "
        f"(1, 'A', '{name}', 1.50, {at}, {at}, {at}, 1), (2, 'B', '{{}}', NULL, NULL, {at}, {at}, 3)",
        "INSERT INTO sample_notebook_page (id, notebook_id, body) VALUES (1, 1, '中文 é'), (2, 1, NULL), (3, 2, 'c')",
        "UPDATE sample_notebook_page SET follows_id = 3 WHERE id = 1",
        "INSERT INTO ticket (id, type, kind, number, title, state, state_category, is_vip, opened_at, reopen_count, "
        "transfer_count, is_priority_overridden, created_at, updated_at, version) VALUES "
        f"(1, 'errand', 'errand', 'E1', 'Fetch milk', 'new', 'open', {no}, {at}, 0, 0, {no}, {at}, {at}, 1)",
        "INSERT INTO sample_errand (id, thing) VALUES (1, 'milk')",
        "INSERT INTO timeline_entry (id, record_type, record_id, at, kind, is_public, actor_label, body) VALUES "
        f"(1, 'errand', 1, {at}, 'note', {no}, 'Li', 'two litres')",
    )


def content(desk):
    return {name: desk.rows(f"SELECT * FROM {name} ORDER BY id") for name in sorted(OWN | {"ticket", "timeline_entry"})}


class TestInstall:
    def test_makes_tables_rights_data_and_the_bridge(self, desk):
        before = generation.current()
        plan = lifecycle.install("sample")
        assert plan.order == ["sample", "incident_sample"]
        assert desk.states()["sample"] == desk.states()["incident_sample"] == "enabled"
        assert desk.tables() >= OWN
        assert generation.current() == before + 1
        assert desk.rows("SELECT count(*) FROM data_record WHERE addon = 'sample'") == [(4,)]
        assert desk.rows("SELECT base FROM record_type WHERE name = 'errand'") == [("ticket",)]
        assert desk.rows(
            "SELECT count(*) FROM ab_permission_view_role g JOIN ab_permission_view pv ON pv.id = g.permission_view_id "
            "JOIN ab_view_menu m ON m.id = pv.view_menu_id WHERE m.name = 'notebook'") == [(3,)]

    @ON_POSTGRESQL
    def test_is_audited_with_its_actor(self, desk):
        with acting_as(Actor(None, "Wang Wei", permissions=frozenset({"addon.write"})), via="ui"):
            lifecycle.install("sample")
        found = desk.rows("SELECT actor_label, via, cause, field FROM audit_entry WHERE record_type = 'addon' "
                          "AND record_id > 0 AND via = 'ui' ORDER BY id")
        assert found == [("Wang Wei", "ui", "addon install", name) for name in ("sample", "incident_sample")]

    def test_needs_the_right(self, desk):
        with acting_as(Actor(None, "Li Na", permissions=frozenset({"addon.read"}))), pytest.raises(Forbidden):
            lifecycle.install("sample")
        assert desk.rows("SELECT count(*) FROM addon_journal") == [(0,)]

    def test_of_what_is_there_or_unknown_is_refused(self, desk):
        with pytest.raises(Conflict, match="installed already"):
            lifecycle.plan("incident", "install")
        with pytest.raises(NotFound):
            lifecycle.plan("no_such_addon", "install")
        with pytest.raises(BusinessError):
            lifecycle.plan("sample", "explode")

    def test_that_fails_leaves_everything_as_it_was(self, desk):
        # A table of that name is there already, so the first statement of the script fails.
        desk.run("CREATE TABLE sample_notebook_page (id INTEGER PRIMARY KEY)")
        before = desk.tables()
        with pytest.raises(Conflict, match="sample_notebook_page"):
            lifecycle.install("sample")
        assert desk.tables() == before
        assert "sample" not in desk.states()
        assert desk.rows("SELECT state FROM addon_journal") == [("failed",)]


class TestDeactivate:
    @ON_SQLITE
    def test_keeps_the_data_and_takes_the_bridge_along(self, desk):
        lifecycle.install("sample")
        write_rows(desk)
        before = content(desk)
        plan = lifecycle.deactivate("sample")
        assert plan.order == ["incident_sample", "sample"]
        assert desk.states()["sample"] == desk.states()["incident_sample"] == "disabled"
        assert content(desk) == before
        lifecycle.activate("sample")
        assert desk.states()["sample"] == desk.states()["incident_sample"] == "enabled"
        assert content(desk) == before

    @ON_SQLITE
    def test_a_bridge_that_somebody_switched_off_stays_off(self, desk):
        lifecycle.install("sample")
        lifecycle.deactivate("incident_sample")
        lifecycle.deactivate("sample")
        assert lifecycle.plan("sample", "activate").order == ["sample"]

    @pytest.mark.parametrize("action", ["deactivate", "uninstall", "erase"])
    def test_part_of_every_desk_cannot_go(self, desk, action):
        with pytest.raises(Conflict, match="ticket"):
            lifecycle.plan("ticket", action)


class TestUninstall:
    def test_archives_drops_exactly_its_tables_and_comes_back_whole(self, desk):
        tables = desk.tables()
        lifecycle.install("sample")
        write_rows(desk)
        before = content(desk)
        lifecycle.uninstall("sample")
        assert desk.tables() == tables
        assert desk.states()["sample"] == "uninstalled"
        [(name,)] = desk.rows("SELECT archive FROM addon WHERE name = 'sample'")
        folder = archive.folder_of(desk.app, name)
        assert {table: rows for table, rows in archive.verify(folder).items() if rows} == {
            "sample_notebook": 2, "sample_notebook_page": 3, "sample_errand": 1, "ticket": 1, "timeline_entry": 1,
            **{table: rows for table, rows in archive.verify(folder).items() if table == "audit_entry" and rows},
        }
        # A ticket of a type that is off stays readable as a ticket.
        assert desk.rows("SELECT number FROM ticket") == [("E1",)]
        lifecycle.install("sample")
        assert content(desk) == before
        desk.run("INSERT INTO sample_notebook_page (notebook_id, body) VALUES (2, 'd')")
        assert desk.rows("SELECT max(id) FROM sample_notebook_page") == [(4,)]

    def test_its_ids_go_on_where_its_history_ends(self, desk):
        if db.engine.dialect.name == "sqlite":
            pytest.skip("there the ids of each new row are taken above what history knows")
        lifecycle.install("sample")
        desk.run("INSERT INTO audit_entry (at, actor_label, via, record_type, record_id, action, old, new) "
                 "VALUES (now(), 'Li', 'ui', 'sample_notebook', 9, 'create', 'null', 'null')")
        lifecycle.uninstall("sample", erase=True)
        lifecycle.install("sample")
        assert desk.rows("SELECT nextval('sample_notebook_id_seq')") == [(10,)]

    @ON_SQLITE
    def test_what_it_referred_to_may_be_gone_when_it_comes_back(self, desk):
        lifecycle.install("sample")
        write_rows(desk)
        lifecycle.uninstall("sample")
        desk.run("DELETE FROM ticket")
        lifecycle.install("sample")
        assert desk.rows("SELECT title FROM ticket") == [("Fetch milk",)]
        assert desk.rows("SELECT thing FROM sample_errand") == [("milk",)]

    @ON_POSTGRESQL
    def test_a_damaged_archive_is_refused(self, desk):
        lifecycle.install("sample")
        write_rows(desk)
        lifecycle.uninstall("sample")
        [(name,)] = desk.rows("SELECT archive FROM addon WHERE name = 'sample'")
        path = archive.folder_of(desk.app, name) / "sample_notebook.jsonl"
        lines = path.read_text().splitlines()
        path.write_text("\n".join([json.dumps({**json.loads(lines[0]), "price": "9.99"}), *lines[1:]]) + "\n")
        tables = desk.tables()
        with pytest.raises(Conflict, match="BrokenArchive"):
            lifecycle.install("sample")
        assert desk.tables() == tables
        assert desk.states()["sample"] == "uninstalled"

    def test_erasing_leaves_only_what_was_done(self, desk):
        before = {name: desk.rows(f"SELECT count(*) FROM {name}")
                  for name in ("data_record", "picklist", "picklist_value", "number_sequence", "ab_role",
                               "role_profile", "ab_permission_view", "timeline_entry", "ticket")}
        lifecycle.install("sample")
        write_rows(desk)
        lifecycle.uninstall("sample", erase=True)
        assert {name: desk.rows(f"SELECT count(*) FROM {name}") for name in before} == before
        assert not desk.tables() & OWN
        assert desk.rows("SELECT state, archive FROM addon WHERE name = 'sample'") == [("uninstalled", None)]
        assert desk.rows("SELECT count(*) FROM audit_entry WHERE record_type = 'addon' AND field = 'sample'") == [(3,)]
        lifecycle.install("sample")
        assert desk.rows("SELECT count(*) FROM sample_notebook") == [(0,)]
        assert desk.rows("SELECT count(*) FROM data_record WHERE addon = 'sample'") == [(4,)]

    @ON_POSTGRESQL
    def test_waits_for_every_process_before_it_touches_a_table(self, desk):
        lifecycle.install("sample")
        old = generation.register("web", generation.current())
        desk.app.config["ADDON_WAIT"] = 1
        with pytest.raises(Conflict, match="still serve"):
            lifecycle.uninstall("sample")
        assert desk.states()["sample"] == "disabled"
        assert desk.tables() >= OWN
        generation.unregister(old)
        lifecycle.uninstall("sample")
        assert not desk.tables() & OWN


def test_the_page_and_the_command_plan_alike(desk):
    plan = lifecycle.plan("sample", "install")
    assert plan.tables == dict.fromkeys(sorted(OWN - {"incident_sample_link"}), 0) | {"incident_sample_link": 0}
    assert plan.fresh == plan.order == ["sample", "incident_sample"]

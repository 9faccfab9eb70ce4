"""The database prepared from nothing, by one and by several processes at once."""

import subprocess
import sys
import time

from sqlalchemy import text

from app.addon_system import hand, permission_sync
from app.addon_system.install import needs_work, prepare_database
from app.addon_system.registry import current_registry
from app.db import db, unit_of_work
from tests.addon_system.conftest import bare_app

BOOT = "from app import create_app; from app.addon_system.install import prepare_database as prepare; " \
       "prepare(create_app(load_addons=False)); create_app(); print('up')"


def test_four_processes_boot_together_on_an_empty_database(empty_url, tmp_path):
    app = bare_app(empty_url, tmp_path)
    environment = {**hand.environment(app), "ADDON_PATHS": ""}
    booting = [subprocess.Popen([sys.executable, "-c", BOOT], cwd=hand.ROOT, env=environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _number in range(4)]
    ended = [process.communicate(timeout=100) for process in booting]
    assert [out.strip().splitlines()[-1:] for out, _err in ended] == [["up"]] * 4, ended
    with app.app_context():
        with db.engine.connect() as connection:
            states = dict(connection.execute(text("SELECT name, state FROM addon")).all())
            rights = connection.execute(text("SELECT permission_id, view_menu_id FROM ab_permission_view")).all()
            types = connection.execute(text("SELECT name FROM record_type")).scalars().all()
            generation = connection.execute(text("SELECT number FROM generation")).scalars().all()
        db.engine.dispose()
    assert states == {"platform": "enabled", "ticket": "enabled", "incident": "enabled"}
    assert len(rights) == len(set(rights)) > 20
    assert {"ticket", "incident", "person"} <= set(types)
    assert generation == [1]  # prepared once, by one of them


def test_a_prepared_database_is_left_alone_at_once(desk):
    before = desk.rows("SELECT number FROM generation")
    begun = time.perf_counter()
    prepare_database(desk.app)
    assert time.perf_counter() - begun < 1
    assert desk.rows("SELECT number FROM generation") == before


def test_changed_files_are_noticed(desk):
    assert not needs_work(desk.app)
    [(number,)] = desk.rows("SELECT number FROM generation")
    desk.run("UPDATE addon SET fingerprint = 'of another version' WHERE name = 'incident'")
    assert needs_work(desk.app)
    prepare_database(desk.app)
    assert not needs_work(desk.app)
    assert desk.rows("SELECT number FROM generation") == [(number + 1,)]


def test_the_administrators_hold_every_right(app):
    with app.app_context(), unit_of_work() as session:
        held = session.execute(text(
            "SELECT count(*) FROM ab_permission_view_role g JOIN ab_role r ON r.id = g.role_id WHERE r.name = 'Admin'"
        )).scalar()
        stored = session.execute(text("SELECT count(*) FROM ab_permission_view")).scalar()
        assert held == stored == len(current_registry().permissions)


def test_nothing_is_written_where_nothing_changed(app):
    with app.app_context(), unit_of_work(write=True) as session:
        begun = time.perf_counter()
        assert permission_sync.sync(session, current_registry()) == 0
        assert time.perf_counter() - begun < 1

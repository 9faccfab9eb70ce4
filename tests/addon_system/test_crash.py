"""A process that is killed half-way: its action is undone before the generation is raised, completed after it.

Each case starts three or four processes, so that it runs on one of the two databases; the benchmark of crashes kills
at many more points, on both.
"""

import signal
import subprocess
import sys

import pytest

from app.addon_system import hand, journal, lifecycle
from app.addon_system import plan as plans
from app.addon_system.install import needs_work, prepare_database
from app.db import db, unit_of_work
from tests.addon_system.test_lifecycle import OWN, content, write_rows
from tests.addon_system.whole import RUNNING, changed, picture

# Dies by SIGKILL as soon as the step that is about to be done begins.
DIE = """
import os, signal, sys
from app.addon_system import perform, hand
action, number = sys.argv[1], int(sys.argv[2])
steps = list(perform.STEPS[action])
{before}
perform.STEPS[action] = steps
hand.main(["perform", sys.argv[3]])
"""
AT_THE_BEGINNING = "steps[number - 1] = lambda work: os.kill(os.getpid(), signal.SIGKILL)"
AT_THE_END = "real = steps[number - 1]\n" \
             "steps[number - 1] = lambda work: (real(work), os.kill(os.getpid(), signal.SIGKILL))"

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def ask(desk, name, action):
    with unit_of_work(write=True) as session:
        return journal.open_row(session, plans.build(session.connection(), desk.app, name, action))


def die(desk, name, action, step, where):
    journal_id = ask(desk, name, action)
    ended = subprocess.run([sys.executable, "-c", DIE.format(before=where), action, str(step), str(journal_id)],
                           cwd=hand.ROOT, env=hand.environment(desk.app), capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    db.engine.dispose()
    return journal_id


def state_of(desk, journal_id):
    [(state,)] = desk.rows("SELECT state FROM addon_journal WHERE id = :id", id=journal_id)
    return state


@pytest.mark.parametrize(("database_kind", "step", "where"), [
    ("postgresql", 1, AT_THE_END), ("sqlite", 2, AT_THE_BEGINNING),
], ids=["tables", "rights"], indirect=["database_kind"])
def test_an_installation_is_undone_before_it_took_effect(desk, step, where):
    tables, rows = desk.tables(), picture(db.engine, without=RUNNING, of_time=False)
    journal_id = die(desk, "sample", "install", step, where)
    assert desk.tables() > tables
    assert needs_work(desk.app)
    prepare_database(desk.app)
    assert desk.tables() == tables
    # Nor a right: its code is loaded to undo it, and declares some.
    assert changed(rows, picture(db.engine, without=RUNNING, of_time=False)) == {}
    assert "sample" not in desk.states()
    assert state_of(desk, journal_id) == "undone"
    assert not needs_work(desk.app)
    lifecycle.install("sample")
    assert desk.states()["sample"] == "enabled"


@ON_POSTGRESQL
def test_an_installation_is_completed_once_it_took_effect(desk):
    journal_id = die(desk, "sample", "install", 3, AT_THE_BEGINNING)
    assert desk.states()["sample"] == "enabled"
    prepare_database(desk.app)
    assert state_of(desk, journal_id) == "done"


@pytest.mark.parametrize(("database_kind", "step", "where"), [
    ("sqlite", 2, AT_THE_BEGINNING), ("postgresql", 3, AT_THE_END), ("sqlite", 4, AT_THE_END),
], ids=["switched off", "archived", "dropped"], indirect=["database_kind"])
def test_an_uninstallation_is_completed_and_nothing_is_lost(desk, step, where):
    lifecycle.install("sample")
    write_rows(desk)
    before = content(desk)
    journal_id = die(desk, "sample", "uninstall", step, where)
    assert desk.states()["sample"] in {"disabled", "uninstalled"}
    prepare_database(desk.app)
    assert state_of(desk, journal_id) == "done"
    assert desk.states()["sample"] == "uninstalled"
    assert not desk.tables() & OWN
    lifecycle.install("sample")
    assert content(desk) == before


@ON_POSTGRESQL
def test_an_erasing_is_completed_and_leaves_no_right(desk):
    lifecycle.install("sample")
    journal_id = die(desk, "sample", "erase", 4, AT_THE_END)
    prepare_database(desk.app)
    assert state_of(desk, journal_id) == "done"
    assert desk.rows("SELECT name FROM ab_view_menu WHERE name = 'notebook'") == []
    assert desk.rows("SELECT name FROM record_type WHERE addon = 'sample'") == []


@ON_SQLITE
def test_another_action_settles_what_was_left(desk):
    journal_id = die(desk, "sample", "install", 2, AT_THE_BEGINNING)
    # As another version of the desk would have written it.
    desk.run("UPDATE addon_journal SET plan = json_set(plan, '$.of_later', 1)")
    other = ask(desk, "sample", "install")
    hand.run(desk.app, "perform", str(other))
    assert state_of(desk, journal_id) == "undone"
    assert state_of(desk, other) == "done"
    assert desk.tables() >= OWN


@ON_POSTGRESQL
def test_an_abandoned_action_is_told_from_one_under_way(desk, monkeypatch):
    monkeypatch.setattr(journal, "START_TIME", journal.START_TIME * 0)
    journal_id = die(desk, "sample", "install", 3, AT_THE_BEGINNING)
    with db.engine.connect() as connection:
        assert journal.is_abandoned(journal.get(connection, journal_id))
    hand.run(desk.app, "perform", str(journal_id))
    with db.engine.connect() as connection:
        assert not journal.is_abandoned(journal.get(connection, journal_id))
    assert state_of(desk, journal_id) == "done"


@ON_SQLITE
def test_actions_wait_for_one_another_and_are_planned_anew(desk):
    lifecycle.install("sample")
    ids = [ask(desk, *wanted) for wanted in (("sample", "uninstall"), ("sample", "uninstall"),
                                             ("incident_sample", "deactivate"))]
    for journal_id in ids:
        hand.run(desk.app, "perform", str(journal_id))
    assert [state_of(desk, journal_id) for journal_id in ids] == ["done", "failed", "failed"]
    [(archive,)] = desk.rows("SELECT archive FROM addon WHERE name = 'sample'")
    assert archive == f"sample-1.0.0-{ids[0]}"

"""The addon `problem` and its bridge, filled: they come back whole, and erased they leave nothing behind."""

import json
import subprocess
import sys

import pytest

from app.addon_system import hand, lifecycle
from app.db import db
from tests.addon_system.whole import RUNNING, changed, mentions, picture, schema

NAMES = ("problem", "problem_cause", "problem_task", "problem_review", "incident_problem", "incident_problem_telling")
# What the installation brought before, and is gone with it.
BROUGHT = {"ab_permission", "ab_permission_view", "ab_permission_view_role", "ab_role", "ab_view_menu", "addon",
           "alembic_incident_problem", "alembic_problem", "data_record", "number_sequence", "picklist",
           "picklist_value", "record_type", "role_profile"}
# Where others speak of a problem: an incident's link, field and history, by the problem's number and title.
TOLD = {"custom_field", "custom_value", "record_link", "search_entry", "ticket", "timeline_entry"}
# What an incident waits for, and that the addon was there.
OF_OTHERS = ("ticket.pending_reason_problem", "Waiting for a problem", '"state": "uninstalled"')
INCIDENT, WITH_FIELD = "/incident/incidents/show/1", "/incident/incidents/show/3"
REST = "/api/v1/incident/3"
LIST, LEFT_OUT = "/problem/problems/list/", "left out here: Problem management"
# What each page says of the addon while it is off.
OFF = {"/search/?q=Filled": LEFT_OUT, "/notices/": LEFT_OUT, "/exchange/exports/": LEFT_OUT,
       "/jobs/": "Its addon is not switched on.", "/security/data-rules/list/": "Problem (addon is off: no effect)"}
PLANNED = ("Lose the rights of the addon and keep others 1", "End, for they have no other right 1",
           "Links from other records 2", "Values of custom fields at other records 1")


def of_others(row):
    return any(known in row for known in OF_OTHERS)


def program(desk, name, *arguments):
    return run(desk, "-m", f"tests.addon_system.{name}", *map(str, arguments))


def run(desk, *arguments):
    done = subprocess.run([sys.executable, *arguments], cwd=hand.ROOT, env=hand.environment(desk.app),
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    db.engine.dispose()
    return done.stdout


@pytest.mark.timeout(240)
def test_it_comes_back_whole_and_is_erased_without_a_trace(desk, tmp_path, database_kind):
    told = tmp_path / "told.json"
    program(desk, "filling", told)
    before, empty = json.loads(told.read_text()).values()
    assert empty == [], "tables of the platform in which the program leaves nothing of the addon's"
    filled, tables = picture(db.engine), schema(db.engine)
    lifecycle.uninstall("problem")
    lifecycle.install("problem")
    assert schema(db.engine) == tables
    assert changed(filled, picture(db.engine)).keys() - RUNNING == {"addon"}  # by whom and when it was changed
    said = " ".join(run(desk, "run.py", "addon", "plan", "problem", "erase").split())
    assert [line for line in PLANNED if line not in said] == []
    lifecycle.uninstall("problem", erase=True)
    left = changed(before, picture(db.engine, without=RUNNING))
    assert {name for name, (gone, _come) in left.items() if gone} - RUNNING <= {*BROUGHT, "ticket", "api_token"}
    assert {name for name, (_gone, come) in left.items() if come} <= {*TOLD, "addon", "user_choice", "api_token"}
    assert [(one["scopes"], one["revoked_at"] is not None) for one in map(json.loads, left["api_token"][1])] == [
        (["incident.read"], False), ([], True)]
    assert left["user_choice"][1] == [json.dumps({"id": 3, "key": "home.recent", "user_id": 1,
                                                  "value": [["incident", 1]]})]
    still = mentions(picture(db.engine, without=RUNNING), NAMES)
    assert [row for name, rows in still.items() if name not in TOLD for row in rows if not of_others(row)] == []
    assert len(left["search_entry"][1]) == 2  # the words of the workaround, as two incidents tell it
    assert not schema(db.engine).keys() & {*NAMES, "alembic_problem", "alembic_incident_problem"}
    assert not [path for path in desk.folder.rglob("filled.*") if "archives" not in path.parts]
    if database_kind == "sqlite":
        _others_read_of_it_as_text(desk)


def _others_read_of_it_as_text(desk):
    asked = (INCIDENT, WITH_FIELD, REST, "/api/v1/incident/1/links", "/incident/incidents/list/?_flt_0_problems=1")
    found = json.loads(program(desk, "reading", *asked))
    assert {one: status for one, (status, _text) in found.items() if status >= 500} == {}
    assert "PRB00001 Filled 0 问题 <span class=\"text-secondary\">(removed)</span>" in found[INCIDENT][1]
    assert "<dd>PRB00002 Filled 1 问题 (removed)</dd>" in found[WITH_FIELD][1]
    assert json.loads(found[REST][1])["result"]["custom_fields"]["origin"] == "PRB00002 Filled 1 问题"
    [link] = json.loads(found["/api/v1/incident/1/links"][1])["result"]
    assert (link["type"], link["label"]) == ("removed:problem", "PRB00001 Filled 0 问题")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_while_it_is_off_everything_passes_over_it_and_says_so(desk, tmp_path):
    program(desk, "filling", tmp_path / "told.json")
    lifecycle.deactivate("problem")
    found = json.loads(program(desk, "reading", *OFF, "/", INCIDENT, WITH_FIELD, LIST, "/api/v1/problem/"))
    assert {one: status for one, (status, _text) in found.items() if status >= 500} == {}
    for page, told in OFF.items():
        status, text = found[page]
        assert status == 200, page
        assert told in text, page
        assert LIST not in text, f"in the menu of {page}"
    for page in ("/search/?q=Filled", "/notices/", "/"):
        assert "PRB0000" not in found[page][1], page
    assert "problem.remind" not in found["/jobs/"][1]
    for page in (INCIDENT, WITH_FIELD):
        assert "PRB0000" in found[page][1], page
        assert "(removed)" not in found[page][1], page
    assert (found[LIST][0], "is switched off" in found[LIST][1]) == (404, True)
    assert (found["/api/v1/problem/"][0], json.loads(found["/api/v1/problem/"][1])["code"]) == (404, "addon.off")

"""The page of the addons: who sees it, what it says, that nothing happens without a plan and a typed name."""

import pytest
from sqlalchemy import text

from app.addon_system import hand
from app.db import db, unit_of_work
from tests.addon_system.conftest import SAMPLES
from tests.support.people import submit


@pytest.fixture
def started(app, monkeypatch):
    """What would have been started in a process of its own: here nothing is."""
    monkeypatch.setitem(app.config, "ADDON_PATHS", str(SAMPLES))
    calls = []
    monkeypatch.setattr(hand, "start", lambda _app, *arguments: calls.append(arguments))
    return calls


@pytest.fixture
def admin(cast, logged_in, started):
    return logged_in(cast.admin)


def journal(app):
    with app.app_context(), db.engine.connect() as connection:
        return connection.execute(text("SELECT action, addon, state, actor_label FROM addon_journal")).all()


def put_row(app, name, state):
    with app.app_context(), unit_of_work(write=True) as session:
        session.connection().execute(text(
            "INSERT INTO addon (name, version, state, changed_at, changed_by) VALUES (:name, '1.0.0', :state, "
            "'2026-01-05 08:00:00', 'Li')"), {"name": name, "state": state})


class TestWhoSeesIt:
    def test_others_are_refused(self, cast, logged_in, started):
        for who in (cast.agent, cast.manager, cast.customer):
            client = logged_in(who)
            assert client.get("/apps/").status_code in {302, 403}
            assert client.get("/apps/sample/install").status_code in {302, 403}
            assert submit(client, "/apps/sample/install", page="/profile/").status_code in {302, 403}
        assert started == []

    def test_a_visitor_logs_in_first(self, client):
        assert client.get("/apps/").status_code in {302, 401}

    def test_a_form_of_another_site_is_refused(self, app, admin, started):
        assert admin.post("/apps/sample/install").status_code == 400
        assert journal(app) == []
        assert started == []


class TestCards:
    def test_say_what_each_is_and_offer_what_fits(self, admin):
        page = admin.get("/apps/").text
        for words in ("Incident management", "Part of every desk.", "Sample notebooks", "Needs: Tickets",
                      "Not installed"):
            assert words in page
        assert "/apps/sample/install" in page
        assert "/apps/incident/deactivate" not in page

    def test_speak_the_readers_language_also_for_an_addon_that_is_off(self, admin):
        admin.get("/lang/zh")
        assert "示例笔记本" in admin.get("/apps/").text

    def test_show_why_an_addon_does_not_load(self, app, admin):
        put_row(app, "sample", "faulty")
        with app.app_context(), unit_of_work(write=True) as session:
            session.connection().execute(text("UPDATE addon SET fault = 'Traceback: no <wood>' WHERE name = 'sample'"))
        page = admin.get("/apps/").text
        assert "Traceback: no &lt;wood&gt;" in page
        assert "/apps/sample/activate" in page


class TestActions:
    def test_an_action_is_planned_written_down_and_done_elsewhere(self, app, admin, started):
        page = admin.get("/apps/sample/install").text
        assert "sample_notebook" in page
        assert "Incidents in notebooks" in page
        answer = submit(admin, "/apps/sample/install")
        assert answer.status_code == 302
        [row] = journal(app)
        assert tuple(row) == ("install", "sample", "waiting", "Administrator")
        assert [call[0] for call in started] == ["perform"]
        assert answer.headers["Location"] == f"/apps/progress/{started[0][1]}"
        shown = admin.get(answer.headers["Location"]).text
        assert 'hx-trigger="every 1s"' in shown
        assert admin.get(f"/apps/progress/{started[0][1]}/state").headers.get("HX-Refresh") is None

    def test_removing_wants_the_name_typed(self, app, admin, started):
        put_row(app, "sample", "enabled")
        refused = submit(admin, "/apps/sample/uninstall", typed="smaple")
        assert refused.status_code == 422
        assert journal(app) == []
        assert submit(admin, "/apps/sample/uninstall", typed="sample", is_erased="1").status_code == 302
        assert [row.action for row in journal(app)] == ["erase"]

    def test_what_cannot_be_is_said_on_the_plan(self, app, admin, started):
        page = admin.get("/apps/ticket/uninstall")
        assert page.status_code == 200
        assert "part of every desk" in page.text
        assert submit(admin, "/apps/ticket/deactivate", page="/apps/sample/install").status_code == 409
        assert journal(app) == []
        assert started == []

    @pytest.mark.parametrize("address", ["/apps/sample/explode", "/apps/no_such/install", "/apps/progress/99"])
    def test_unknown_ones_are_not_there(self, admin, address):
        assert admin.get(address).status_code == 404

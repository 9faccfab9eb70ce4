"""The pages of the addons: who sees them, what they say, that nothing happens without a plan, erasing by typed name."""

import html
import json
import re
from argparse import Namespace

import pytest
from sqlalchemy import text

from app.addon_system import archive, commands, hand, loader, manifest
from app.addon_system.registry import EXTENSION
from app.db import db, unit_of_work
from app.jobs.models import JobSchedule
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from tests.addon_system.conftest import SAMPLES
from tests.support.people import submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


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
        return connection.execute(text(
            "SELECT action, addon, state, actor_label FROM addon_journal WHERE addon = 'sample'")).all()


def put_row(app, name, state):
    with app.app_context(), unit_of_work(write=True) as session:
        session.connection().execute(text(
            "INSERT INTO addon (name, version, state, changed_at, changed_by) VALUES (:name, '1.0.0', :state, "
            "'2026-01-05 08:00:00', 'Li')"), {"name": name, "state": state})


def words_of(page):
    """Return what a page says, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def put_job(app, state):
    with app.app_context(), unit_of_work(write=True) as session:
        session.connection().execute(text(
            "INSERT INTO outbox_message (name, payload, state, available_at, attempts, actor_label, created_at) VALUES "
            "('sample.tidy', '{}', :state, '2026-01-05 08:00:00', 0, 'Li', '2026-01-05 08:00:00')"), {"state": state})


def fault(app, reason):
    with app.app_context(), unit_of_work(write=True) as session:
        session.connection().execute(text("UPDATE addon SET fault = :reason WHERE name = 'sample'"), {"reason": reason})


class TestWhoSeesIt:
    def test_others_are_refused(self, cast, logged_in, started):
        for who in (cast.agent, cast.manager, cast.customer):
            client = logged_in(who)
            for address in ("/apps/", "/apps/sample", "/apps/sample/install"):
                assert client.get(address).status_code in {302, 403}
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
        for words in ("Incident management", "Part of every desk.", "Sample notebooks", "Not installed"):
            assert words in page
        assert "/apps/sample/install" in page
        assert "/apps/incident/deactivate" not in page

    def test_are_found_by_words_state_and_category(self, app, admin):
        put_row(app, "sample", "disabled")
        for query, is_found in (("q=notebook+pages", True), ("state=disabled", True), ("category=test", True),
                                ("q=notebook&state=enabled", False), ("category=service_operation", False)):
            assert ('id="app-sample"' in admin.get(f"/apps/?{query}").text) == is_found, query
        none = admin.get("/apps/?q=no+such+thing")
        assert "No addon fits." in none.text
        admin.get("/lang/zh")
        assert "示例笔记本" in admin.get("/apps/?q=示例").text, "also an addon that is off speaks the reader's language"


class TestOneAddon:
    def test_tells_all_that_is_known_of_it(self, app, admin, statements, monkeypatch, tmp_path):
        monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
        folder = tmp_path / "archives" / "sample-0.9.0-7"
        folder.mkdir(parents=True)
        (folder / archive.CONTENTS).write_text(json.dumps(
            {"addon": "sample", "version": "0.9.0", "tables": {"sample_notebook": {"rows": 12}}}))
        put_row(app, "sample", "disabled")
        with statements() as seen:
            page = admin.get("/apps/sample").text
        assert len(seen) <= 20, seen
        said = words_of(page)
        for words in ("<b>Nobody</b> needs one", "It needs Tickets", "Bridges that follow by themselves Incidents in",
                      "View notebooks notebook.read", "Notebook reader", "sample.tidy 0 3 * * *",
                      "sample-0.9.0-7", "12 rows", "sample_notebook_page", "Three ways to take it away"):
            assert words in said, words
        assert "<b>Nobody" not in page
        assert "Needs" not in said
        assert admin.get("/apps/no_such").status_code == 404

    def test_shows_its_pictures_in_the_readers_language_also_while_it_is_off(self, app, admin, monkeypatch):
        registry = app.extensions[EXTENSION]
        # Not taken out of it: put back it would stand at the end, after what needs it.
        others = {name: unit for name, unit in registry.addons.items() if name != "problem"}
        monkeypatch.setattr(registry, "addons", others)
        for language, caption in (("en", "A problem and its causes"), ("zh", "问题及其原因")):
            admin.get(f"/lang/{language}")
            page = admin.get("/apps/problem").text
            of_it = rf'src="(/static/addon/problem/pictures/2_[a-z_]+\.{language}\.webp\?v=\w+)"'
            [address] = set(re.findall(of_it, page))
            assert caption in words_of(page)
            answer = admin.get(address)
            assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        for wrong in ("problem/problem.css", "problem/pictures/..%2Fproblem.css", "no_such/pictures/1_a.en.webp"):
            assert admin.get(f"/static/addon/{wrong}").status_code == 404, wrong

    def test_that_does_not_load_shows_its_traceback_and_can_be_tried_again(self, app, admin):
        put_row(app, "sample", "faulty")
        fault(app, "Traceback: no <wood>")
        assert "does not load" in admin.get("/apps/").text
        page = admin.get("/apps/sample").text
        assert "Traceback: no &lt;wood&gt;" in page
        assert "/apps/sample/activate" in page
        assert "/apps/sample/deactivate" in page


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
        assert "Install" in words_of(admin.get("/apps/sample").text).partition("What was done")[2]

    def test_erasing_wants_the_name_typed_and_keeping_does_not(self, app, admin, started):
        put_row(app, "sample", "enabled")
        refused = submit(admin, "/apps/sample/erase", typed="smaple")
        assert refused.status_code == 422
        assert 'aria-describedby="typed-error"' in refused.text
        assert journal(app) == []
        assert 'name="typed"' not in admin.get("/apps/sample/uninstall").text
        assert submit(admin, "/apps/sample/uninstall").status_code == 302
        assert submit(admin, "/apps/sample/erase", typed="sample").status_code == 302
        assert [row.action for row in journal(app)] == ["uninstall", "erase"]

    @pytest.mark.parametrize(("action", "language"), [("deactivate", "en"), ("erase", "zh")])
    def test_the_command_line_says_the_same_as_the_page(self, app, admin, capsys, action, language):
        put_row(app, "sample", "enabled")
        for state in ("running", "waiting"):
            put_job(app, state)
        admin.get(f"/lang/{language}")
        page = admin.get(f"/apps/sample/{action}").text
        parts = page[page.index('<div class="plan-parts">'):page.index('<div class="form-buttons">')]
        parts = parts.partition('<div class="field plan-typed">')[0]
        parts = re.sub(r'<span class="page-count">\d+</span>|<summary>.*?</summary>', "", parts)
        with app.app_context(), acting_as(SYSTEM, via="cli"):
            assert commands.show_plan(Namespace(name="sample", action=action, language=language)) == 0
        _title, _newline, said = capsys.readouterr().out.partition("\n")
        assert " ".join(said.split()) == words_of(parts)
        for words in ("sample.tidy", "notebook.read", "sample_notebook_page"):
            assert words in said

    def test_a_job_whose_name_is_put_together_is_told_of_too(self, app, admin):
        put_row(app, "sample", "enabled")
        assert "f'sample.{often}' 0 4 * * 1" in words_of(admin.get("/apps/sample/deactivate").text)
        with app.app_context(), unit_of_work(write=True) as session:
            session.add(JobSchedule(name="sample.weekly", cron="0 4 * * 1", timezone="UTC", next_run_at=clock.now()))
        for page in ("/apps/sample/deactivate", "/apps/sample"):
            said = words_of(admin.get(page).text)
            assert "sample.tidy 0 3 * * * sample.weekly 0 4 * * 1" in said
            assert "often" not in said

    def test_the_command_line_erases_only_what_was_named_twice(self, app, capsys):
        put_row(app, "sample", "enabled")
        for typed in ("", "smaple"):
            with app.app_context(), acting_as(SYSTEM, via="cli"):
                assert commands.act(Namespace(name="sample", action="erase", yes_erase=typed)) == 1
        assert "--yes-erase sample" in capsys.readouterr().out
        assert journal(app) == []

    def test_the_command_line_shows_who_did_what(self, app, admin, capsys):
        put_row(app, "sample", "faulty")
        fault(app, "Traceback: no wood")
        submit(admin, "/apps/sample/deactivate")
        with app.app_context(), acting_as(SYSTEM, via="cli"):
            assert commands.show_one(Namespace(name="no_such")) == 1
            assert commands.show_one(Namespace(name="sample")) == 0
        said = capsys.readouterr().out
        assert re.search(r"deactivate +waiting +Administrator", said)
        assert "no wood" in said

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


class TestAddressesOfOneThatIsOff:
    @pytest.fixture(autouse=True)
    def _known(self, app, monkeypatch, started):
        # As a process finds it at its start that has the folder of the samples among its own.
        monkeypatch.setitem(app.extensions[EXTENSION].known, "sample", manifest.read(SAMPLES / "sample"))

    def test_explain_themselves_to_whoever_is_logged_in(self, app, cast, logged_in, client):
        put_row(app, "sample", "disabled")
        for who, may_switch in ((cast.admin, True), (cast.agent, False)):
            page = logged_in(who).get("/sample/notebooks/list/")
            assert page.status_code == 404
            assert "“Sample notebooks” is switched off" in page.text
            assert ("/apps/sample/activate" in page.text) == may_switch
        nobody = client.get("/sample/notebooks/list/")
        assert nobody.status_code == 404
        assert "Sample notebooks" not in nobody.text

    def test_tell_programs_by_a_code(self, app, cast, logged_in):
        put_row(app, "sample", "disabled")
        answer = logged_in(cast.agent).get("/api/v1/notebook/?q=(page:0)")
        assert answer.status_code == 404
        assert (answer.json["code"], answer.json["addon"]) == ("addon.off", "sample")
        assert "code" not in logged_in(cast.agent).get("/api/v1/notebooks/").json

    def test_of_one_that_was_never_here_are_like_any_other(self, cast, logged_in):
        page = logged_in(cast.admin).get("/sample/notebooks/list/")
        assert page.status_code == 404
        assert "Sample notebooks" not in page.text


def test_safe_mode_loads_only_what_is_part_of_every_desk(app, monkeypatch, started):
    put_row(app, "sample", "enabled")
    with app.app_context():
        assert "sample" in loader.names_to_load(app)
        monkeypatch.setitem(app.config, "SAFE_MODE", True)
        assert set(loader.names_to_load(app)) == {"ticket", "incident"}

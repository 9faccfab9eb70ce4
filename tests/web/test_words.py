"""Words: every visible text is translated, and the catalogues hold what the code says."""

import subprocess
import sys
from typing import Any

import pytest
from babel.dates import get_month_names
from flask_babel import Domain, force_locale

from addons.incident.services import incident_service
from addons.incident_problem.settings import CURRENCIES
from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.organisation.services import company_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.i18n import _, _n, _p
from app.web import tiles
from app.web.bulk import actions_of
from app.web.record_view import RecordView
from app.welcome.steps import steps
from tests.support.people import csrf_token, log_in, make_cast, make_company, make_person
from tests.web.pseudo import Brackets, bare, data_of
from tools import translations

NO_PAGES = ("/api/", "/static/", "/logout", "/healthz", "/readyz", "/metrics")
# Files, and what fields and mentions fetch; pages of an action under way, which test_apps_page reads.
ELSEWHERE = {"static", "attachment", "picture", "options", "colleagues", "canned", "LanguageView.index",
             "file", "AppsView.progress", "AppsView.state", "list_rows", "SavedFilterView.edit",
             "LogInStepsView.link", "ExplainView.options",
             "ExchangeView.columns", "ExchangeView.show", "ExchangeView.state", "ExchangeView.faults",
             "ExchangeView.new", "ExportsView.show", "ExportsView.state", "ExportsView.file", "face", "LinkView.index",
             "edit_entry", "withdraw_entry", "versions",  # of an entry of a timeline
             "MailTextsView.edit",  # what it shows is a text of mails, in one language
             "sheet"}  # a certificate, in both languages at once
# Pages of one record beside its own.
OWN_PAGES = ("row", "entries", "card", "password", "week", "between", "import", "week/1", "order", "take_in", "replace",
             "transfer", "merge-into", "split", "clone", "add-child")
# Names of languages are written in the language itself; the rest are names, units and codes of money, not words.
NAMES = {*get_month_names("abbreviated", locale="en").values(),
         "中文", "English", "UTC", "API", "VIP", "Redis", "Python", "csrf_token", "Tianhui Service Desk", "天汇服务台",
         "kB", "MB", *CURRENCIES}


@pytest.fixture
def brackets(monkeypatch):
    """Let the desk speak the language of brackets."""
    words = Brackets()
    monkeypatch.setattr(Domain, "get_translations", lambda _domain: words)


@pytest.fixture
def desk(app, client):
    """An administrator's browser, on a desk in which each list has a row."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        cast = make_cast()
        caller = make_person(name="Li Na")
        values = {"title": "Printer on fire", "caller_id": caller.id, "group_id": cast.first_line}
        made = incident_service.create(SYSTEM, values)
        incident_service.add_note(SYSTEM, made.id, "It is out", is_public=False)
        company_service.delete(SYSTEM, make_company(name="Gone and Sons").id, "Bankrupt")
        company_service.merge(SYSTEM, make_company(name="Whole").id, make_company(name="Part").id)
    log_in(client, cast.admin)
    return client


def addresses(client: Any, app: Any) -> list[str]:
    """Return every address without a variable, an unknown one, and what the lists and their first rows lead to."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    found = ["/nowhere", *sorted({rule.rule for rule in rules if not rule.rule.startswith(NO_PAGES)})]
    found += ["/apps/incident/uninstall", "/apps/problem", "/apps/problem/deactivate", "/apps/problem/erase"]
    found += ["/list-filters/new/incident/incidents", "/recycle-bin/1/purge", "/merging/person/1/2",
              "/merging/undo/1", "/organisation/leaving/2", "/organisation/anonymising/2",
              "/security/field-rights/incident/category", "/security/explain/?type=incident&record=1&user=1"]
    with app.test_request_context(), unit_of_work(), acting_as(SYSTEM):
        found += [f"/tiles/{key}" for key in tiles.available(SYSTEM)]
        found += [f"/welcome/{step.key}" for step in steps()]
        for view in app.extensions["appbuilder"].instances.values():
            if isinstance(view, RecordView):
                found += _of_list(view)
                for row in view.datamodel.query(page_size=1)[1]:
                    found += _of_row(view, row)
    return found


def _of_list(view: RecordView) -> list[str]:
    base = f"{view.route_base}/list/"
    return [f"{base}?q=%2A%2A", *(mode.url(view) for mode in view.list_modes)]


def _of_row(view: RecordView, row: Any) -> list[str]:
    shut, base, own = view.exclude_route_methods, view.route_base, f"{view.route_base}/{row.id}"
    found = [f"{base}/show/{row.id}"]
    found += [f"{base}/edit/{row.id}"] if "edit" not in shut else []
    found += [f"{base}/delete/{row.id}"] if view.delete_needs_reason else []
    found += [f"{own}/transition/{step.action}" for step in (view.workflow.steps(row.state) if view.workflow else ())]
    found += [f"{own}/panel/{panel.key}" for panel in view.panels if getattr(panel, "is_lazy", False)]
    found += [f"{own}/{part}" for part in OWN_PAGES
              if hasattr(view, {"import": "bring_in", "week/1": "week_edit"}.get(part, part.replace("-", "_")))]
    found += [f"{own}/cell/{name}" for name in view.cell_editors(row)]
    found += [f"{base}/bulk/{action.key}?rowid={row.id}" for action in actions_of(view) if action.may(view, SYSTEM)]
    return found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
def test_no_page_says_what_nobody_translated(app, desk, brackets):
    with app.app_context(), unit_of_work(), acting_as(SYSTEM):
        known = data_of() | NAMES | set(current_registry().permissions)
    seen, found = 0, {}
    for address in addresses(desk, app):
        answer = desk.get(address)
        assert answer.status_code in (200, 302, 404), (address, answer.status_code)
        if answer.is_json:  # what the palette fetches: the labels of the menu, which the pages show
            continue
        seen += answer.status_code == 200
        if answer.status_code != 302:
            found |= dict.fromkeys(bare(answer.text, known), address)
    assert found == {}
    assert seen > 150, "too few pages to mean anything"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
def test_nor_does_a_form_that_is_refused(app, desk, brackets):
    with app.app_context(), unit_of_work(), acting_as(SYSTEM):
        known = data_of() | NAMES | set(current_registry().permissions)
    token = csrf_token(desk, "/profile/")
    # A form takes no more than a field of it: every one that must be there is missing.
    sent = [address for address in addresses(desk, app) if address.endswith(("/add", "/profile/password"))
            or "/transition/" in address or "/delete/" in address or "/cell/" in address]
    found: dict[tuple[str, str], str] = {}
    refused = 0
    for address in sent:
        answer = desk.post(address, data={"csrf_token": token, "version": "0", "joined_on": "x"})
        refused += answer.status_code in (409, 422)
        if answer.mimetype == "text/html" and answer.status_code >= 400:
            found |= dict.fromkeys(bare(answer.text, known), address)
    assert found == {}
    assert refused > 20, "too few refusals to mean anything"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_address_that_is_read_is_among_these(app, desk):
    adapter = app.url_map.bind("localhost")
    reached = {adapter.match(address.partition("?")[0], "GET")[0] for address in addresses(desk, app)[1:]}
    views = [view for view in app.extensions["appbuilder"].instances.values() if isinstance(view, RecordView)]
    records = {view.endpoint for view in views}

    def route_of(endpoint: str) -> str:
        # A route of all records is read of one of them; not every list has a row here.
        view, _dot, route = endpoint.rpartition(".")
        return route if view in records else endpoint

    read = {rule.endpoint for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and not rule.rule.startswith(NO_PAGES)}
    missed = {route_of(endpoint) for endpoint in read} - {route_of(endpoint) for endpoint in reached} - ELSEWHERE
    assert missed == set()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nor_do_the_pages_before_the_log_in(app, client, brackets):
    assert list(bare(client.get("/setup").text, NAMES)) == []
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        make_cast()
    assert list(bare(client.get("/login/").text, NAMES)) == []
    refused = client.post("/login/", data={"username": "nobody", "password": "wrong"})
    assert list(bare(refused.text, NAMES)) == []


@pytest.mark.parametrize(("page", "found"), [
    ("<p>⟦Save⟧ Li Na</p>", []),
    ("<p>Save</p>", [("p", "Save")]),
    ("<p>⟦Save ⟦it⟧⟧ now</p>", [("p", "⟦Save ⟦it⟧⟧ now")]),
    ('<a title="Next page">⟦Next⟧</a>', [("a title", "Next page")]),
    ("<b>Li Nature</b> INC00001 <code>x_y</code> <time>25 Nov</time><script>var word</script>", [("b", "Li Nature")]),
])
def test_the_reader_finds_bare_words(page, found):
    assert list(bare(page, {"Li Na"})) == found


class TestCatalogues:
    def test_hold_what_the_code_says_and_nothing_else(self):
        # In a process of its own, because it loads all addons at once.
        command = [sys.executable, translations.__file__, "check"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        assert done.returncode == 0

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_are_what_the_desk_speaks(self, app):
        with app.test_request_context(), force_locale("zh"):
            assert _("Home") == "首页"
            assert _p("state", "Pending") == "挂起"
            assert _n("%(num)s hour", "%(num)s hours", 3) == "3 小时"
            assert _("Access is Denied") == "您没有访问此页面的权限。"
        with app.test_request_context(), force_locale("en"):
            assert _("Home") == "Home"
            assert _("Access is Denied") == "You do not have the right to see this page."

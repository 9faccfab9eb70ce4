"""Pages of data rules, of field rights, and of why somebody sees a record."""

import json

import pytest
from sqlalchemy import func, select

from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.security.models import AccessRule, FieldRight
from app.security.services import access_rule_service, field_right_service
from tests.fab.conftest import make_incident
from tests.support.people import AGENT, SECOND_LINE, csrf_token, role_ids

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
RULES, FIELDS, WHY = "/security/data-rules", "/security/field-rights", "/security/explain"


@pytest.fixture
def admin(cast, logged_in):
    return logged_in(cast.admin)


@pytest.fixture
def incident(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        return make_incident(title="no paper", group=cast.first_line).id


@pytest.fixture
def roles(app, cast):
    with app.app_context(), unit_of_work():
        return dict(zip((AGENT, SECOND_LINE), role_ids(AGENT, SECOND_LINE), strict=True))


# Rules that the role of a customer's manager brings.
SHIPPED = 4


def count(app, model):
    with app.app_context(), unit_of_work() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def send(browser, page, **values):
    return browser.post(page, data={"csrf_token": csrf_token(browser, page), **values})


def add(browser, **values):
    return send(browser, f"{RULES}/add", **{
        "name-en": "Resolved ones", "record_type": "incident", "scope": "conditions", "may_read": "y",
        "is_active": "y", **values})


class TestDataRules:
    def test_made_from_the_address_of_a_list(self, app, admin, roles):
        listed = "http://localhost/incident/incidents/list/?_flt_0_state=resolved"
        answer = add(admin, role=roles[AGENT], conditions=listed)
        assert answer.status_code == 302, answer.text
        with app.app_context(), unit_of_work() as session:
            rule = session.execute(select(AccessRule).order_by(AccessRule.id.desc()).limit(1)).scalar_one()
            assert (rule.role_id, rule.is_limit, rule.may_read, rule.may_write) == (roles[AGENT], False, True, False)
            assert [one[::2] for one in rule.conditions] == [["state", "resolved"]]
        page = admin.get(f"{RULES}/show/{rule.id}").text
        assert "/incident/incidents/list/?_flt_0_state=resolved" in page
        assert "Resolved" in page
        form = admin.get(f"{RULES}/edit/{rule.id}").text
        assert "_flt_0_state=resolved" in form
        assert send(admin, f"{RULES}/edit/{rule.id}", **{
            "name-en": "Closed ones", "record_type": "incident", "scope": "own", "may_read": "y", "is_active": "y",
            "role": roles[AGENT]}).status_code == 302
        with app.app_context(), unit_of_work() as session:
            rule = session.execute(select(AccessRule).order_by(AccessRule.id.desc()).limit(1)).scalar_one()
            assert (rule.name["en"], rule.scope, rule.conditions) == ("Closed ones", "own", None)
        assert admin.get(f"{RULES}/{rule.id}/panel/audit").status_code == 200
        token = csrf_token(admin, f"{RULES}/edit/{rule.id}")
        assert admin.post(f"{RULES}/delete/{rule.id}", data={"csrf_token": token}).status_code == 302
        assert count(app, AccessRule) == SHIPPED

    @pytest.mark.parametrize(("values", "field"), [
        ({"scope": "own"}, "role"), ({"role": "1", "conditions": ""}, "conditions"),
        ({"role": "1", "conditions": "?_flt_0_secret=1"}, "conditions"),
        ({"role": "1", "group": "1", "scope": "own"}, "group"), ({"record_type": "nothing"}, "record_type"),
    ])
    def test_refused_beside_its_field_and_nothing_is_left(self, app, admin, values, field):
        answer = add(admin, **values)
        assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
        assert count(app, AccessRule) == SHIPPED

    def test_by_rest(self, app, admin, roles):
        token = csrf_token(admin, "/profile/")
        values = {"name": {"en": "Own groups"}, "record_type": "incident", "scope": "own_groups", "is_limit": True,
                  "role": roles[AGENT]}
        wrong = admin.post("/api/v1/data_rule/", json={**values, "scope": "nowhere"}, headers={"X-CSRFToken": token})
        assert (wrong.status_code, list(json.loads(wrong.text)["fields"])) == (422, ["scope"])
        made = admin.post("/api/v1/data_rule/", json=values, headers={"X-CSRFToken": token})
        assert made.status_code == 201, made.text
        assert admin.get("/api/v1/data_rule/").json["result"][0]["scope"] == "own_groups"

    def test_not_for_who_may_not_change_roles(self, app, cast, logged_in):
        browser = logged_in(cast.manager)
        assert browser.get(f"{RULES}/list/").status_code in (302, 403)
        answer = browser.post("/api/v1/data_rule/", json={}, headers={"X-CSRFToken": csrf_token(browser, "/profile/")})
        assert (answer.status_code, count(app, AccessRule)) == (403, SHIPPED)


class TestFieldRights:
    def test_everybody_and_a_role_that_may_do_more(self, app, admin, roles):
        page = f"{FIELDS}/incident/category"
        assert send(admin, page, everybody="hidden", **{f"role_{roles[AGENT]}": "edit"}).status_code == 302
        shown = admin.get(f"{FIELDS}/?type=incident").text
        assert "Service desk agent: View and change" in shown
        assert send(admin, page, everybody="edit").status_code == 302
        assert count(app, FieldRight) == 0

    @pytest.mark.parametrize(("path", "values", "status"), [
        ("incident/title", {"everybody": "hidden"}, 404), ("nothing/category", {"everybody": "hidden"}, 404),
        ("incident/category", {"everybody": "all"}, 422),
    ])
    def test_nonsense(self, app, admin, path, values, status):
        token = csrf_token(admin, f"{FIELDS}/incident/category")
        answer = admin.post(f"{FIELDS}/{path}", data={"csrf_token": token, **values})
        assert (answer.status_code, count(app, FieldRight)) == (status, 0)

    def test_not_for_who_may_not_change_roles(self, app, cast, logged_in):
        browser = logged_in(cast.manager)
        answer = browser.post(f"{FIELDS}/incident/category",
                              data={"csrf_token": csrf_token(browser, "/profile/"), "everybody": "hidden"})
        assert (answer.status_code in (302, 403), count(app, FieldRight)) == (True, 0)


class TestWhy:
    def ask(self, browser, incident, who=None):
        user = f"&user={who.user_id}" if who else ""
        return browser.get(f"{WHY}/?type=incident&record={incident}{user}").text

    def test_a_record_of_another_group(self, cast, admin, incident):
        page = self.ask(admin, incident, cast.specialist)
        assert "Has the right “View incidents” by Second-line agent" in page
        assert 'chip chip-red">no' in page
        assert 'chip chip-red">no' not in self.ask(admin, incident, cast.admin)

    def test_a_limit_is_named_and_leads_to_its_rule(self, app, cast, admin, incident, roles):
        with app.test_request_context(), unit_of_work(write=True), acting_as(SYSTEM):
            rule = access_rule_service.create(SYSTEM, {
                "name": {"en": "Own only"}, "record_type": "incident", "scope": "own", "is_limit": True,
                "may_read": True, "role": roles[AGENT]})
            field_right_service.set(SYSTEM, "incident", "category", {None: "read"})
        page = self.ask(admin, incident, cast.agent)
        assert f'<a href="{RULES}/show/{rule.id}">Within the limit “Own only”</a>' in page
        assert "View only" in page

    def test_who_can_see_it(self, cast, admin, incident):
        page = self.ask(admin, incident)
        assert page.count("does not see it") >= 1
        assert "Name of agent" in page
        assert f'href="{WHY}/?type=incident&amp;record={incident}"' not in page

    def test_from_the_page_of_the_record_and_of_the_user(self, cast, admin, incident):
        assert f"{WHY}/?type=incident&amp;record={incident}" in admin.get(f"/incident/incidents/show/{incident}").text
        assert f"{WHY}/?user={cast.agent.user_id}" in admin.get(f"/security/users/show/{cast.agent.user_id}").text

    def test_nothing_is_told_of_a_record_that_the_asker_does_not_see(self, app, cast, logged_in, incident):
        from app.security.services import role_service, user_service

        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            role_service.create(SYSTEM, {"code": "asker", "label": {"en": "Asker"}, "permissions": ["role.read"]})
            user_service.update(SYSTEM, cast.specialist.user_id, {"roles": role_ids("asker", SECOND_LINE)})
        browser = logged_in(cast.specialist)
        page = self.ask(browser, incident, cast.agent)
        assert "There is no such record, or you may not see it yourself." in page
        assert "no paper" not in page
        found = browser.get(f"{WHY}/options/record?type=incident&q=no").json["results"]
        assert found == []

    @pytest.mark.parametrize("query", [
        "?type=nothing&record=1", "?type=incident&record=x&user=y&page=-1", f"?type=incident&record={10**20}",
        f"?type=incident&record=1&page={2**62}", "options/x", "options/record?type=nothing",
    ])
    def test_nonsense(self, admin, query):
        assert admin.get(f"{WHY}/{query}").status_code == 200

    def test_not_for_who_may_not_see_roles(self, cast, logged_in, incident):
        browser = logged_in(cast.manager)
        assert browser.get(f"{WHY}/?type=incident&record={incident}").status_code in (302, 403)
        assert WHY not in browser.get(f"/incident/incidents/show/{incident}").text

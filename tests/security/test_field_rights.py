"""Fields that are hidden or locked: by every way that shows or takes values."""

import re

import pytest

from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Forbidden, InvalidField
from app.security.services import field_right_service
from tests.fab.conftest import make_incident
from tests.support.people import MANAGER, csrf_token, make_actor, make_company, role_ids

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
BASE = "/incident/incidents"


@pytest.fixture
def incident(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        return make_incident(title="Secret supplier", supplier=make_company(name="Whispering Ltd").id).id


def set_level(app, levels, field="supplier"):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        roles = {None if code is None else role_ids(code)[0]: level for code, level in levels.items()}
        field_right_service.set(SYSTEM, "incident", field, roles)


def test_a_hidden_field_is_nowhere(app, cast, logged_in, incident):
    agent, manager = logged_in(cast.agent), logged_in(cast.manager)
    assert "Whispering" in agent.get(f"{BASE}/show/{incident}").text
    set_level(app, {None: "hidden", MANAGER: "edit"})
    assert "Whispering" in manager.get(f"{BASE}/show/{incident}").text
    for page in (f"{BASE}/show/{incident}", f"{BASE}/edit/{incident}", f"{BASE}/{incident}/panel/audit"):
        assert "Whispering" not in agent.get(page).text, page
    form = agent.get(f"{BASE}/edit/{incident}").text
    assert not re.search(r'name="supplier"', form)
    assert "supplier" not in agent.get(f"{BASE}/columns").text.split("<main", 1)[-1].replace("supplier_reference", "")
    row = agent.get(f"/api/v1/incident/{incident}").get_json()
    assert "supplier_id" not in row["result"]
    assert "supplier_id" in manager.get(f"/api/v1/incident/{incident}").get_json()["result"]
    found = agent.get("/api/v1/incident/").get_json()["result"]
    assert all("supplier_id" not in one for one in found)


def test_what_is_hidden_is_no_filter_order_or_graph(app, cast, logged_in, incident):
    agent = logged_in(cast.agent)
    set_level(app, {None: "hidden"}, "priority")
    text = agent.get(f"{BASE}/list/").text
    assert "_flt_0_priority" not in text
    assert "col-priority" not in text
    everything = agent.get(f"{BASE}/list/?_flt_0_priority=999").text
    assert "Secret supplier" in everything
    graph = agent.get(f"{BASE}/list/?as=graph").text
    assert 'value="priority"' not in graph
    refused = agent.get("/api/v1/incident/?q=(filters:!((col:priority,opr:rel_o_m,value:1)))")
    assert refused.status_code == 400


def test_a_locked_field_is_read_and_not_changed(app, cast, logged_in, incident):
    agent = logged_in(cast.agent)
    set_level(app, {None: "read"})
    assert "Whispering" in agent.get(f"{BASE}/show/{incident}").text
    assert not re.search(r'name="supplier"', agent.get(f"{BASE}/edit/{incident}").text)
    token = csrf_token(agent, f"{BASE}/add")
    answer = agent.put(f"/api/v1/incident/{incident}", json={"supplier_id": None, "title": "Other"},
                       headers={"X-CSRFToken": token})
    assert (answer.status_code, "supplier_id" in str(answer.get_json())) == (403, True)
    row = agent.get(f"/api/v1/incident/{incident}").get_json()["result"]
    assert (row["title"], row["supplier_id"] is not None) == ("Secret supplier", True)
    saved = agent.post(f"{BASE}/edit/{incident}", data={"csrf_token": token, "title": "By the form", "supplier": ""})
    assert saved.status_code in (302, 422)
    assert agent.get(f"/api/v1/incident/{incident}").get_json()["result"]["supplier_id"] is not None


def test_rules_of_tickets_hold_for_incidents_and_administrators_see_all(app, cast, logged_in, incident):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        field_right_service.set(SYSTEM, "ticket", "supplier", {None: "hidden"})
    assert "Whispering" not in logged_in(cast.agent).get(f"{BASE}/show/{incident}").text
    assert "Whispering" in logged_in(cast.admin).get(f"{BASE}/show/{incident}").text


@pytest.mark.parametrize(("arguments", "field"), [
    (("incident", "number", {None: "hidden"}), "field"), (("incident", "nonsense", {None: "hidden"}), "field"),
    (("nothing", "supplier", {None: "hidden"}), "field"), (("incident", "supplier", {None: "gone"}), "level"),
    (("incident", "supplier", {1: "read"}), "level"),
])
def test_what_makes_no_sense_is_refused(unit, arguments, field):
    with acting_as(SYSTEM), pytest.raises(InvalidField) as refused:
        field_right_service.set(SYSTEM, *arguments)
    assert set(refused.value.fields) == {field}
    assert field_right_service.of("incident") == []


def test_who_may_not_change_roles_changes_no_field(unit):
    with pytest.raises(Forbidden):
        field_right_service.set(make_actor(["role.read"]), "incident", "supplier", {None: "hidden"})
    assert field_right_service.of("incident") == []


def test_the_service_names_each_field_that_it_refuses(unit):
    from addons.incident.services import incident_service

    actor = make_actor(["incident.read", "incident.read_all", "incident.write", "person.read"], user_id=1)
    locked = actor.__class__(**{**{name: getattr(actor, name) for name in actor.__dataclass_fields__},
                                "locked_fields": frozenset({("ticket", "category"), ("incident", "symptom")})})
    with acting_as(locked), pytest.raises(BusinessError) as refused:
        incident_service.create(locked, {"title": "x", "caller": 1, "category_id": None, "symptom": None})
    assert (refused.value.http_status, set(refused.value.fields)) == (403, {"category_id", "symptom"})

"""That nobody but the owning desk ends an incident, by page, REST and in bulk; and what an administrator sets."""

import pytest

from addons.incident.tests.page_helpers import BASE, LIST, send
from tests.support.people import csrf_token, submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def solved(queue, cast, **values):
    """Log an incident of the first line that the second line has solved."""
    code = queue.value("incident.resolution_code", "solved")
    return queue.make("Router down", ("transfer", {"group": cast.second_line, "reason": "x"}),
                      ("resolve", {"solution": "New router", "resolution_code": code}), **values)


def test_others_are_not_offered_what_is_the_desks_and_are_refused(cast, logged_in, queue):
    pk = solved(queue, cast)
    assert queue.now(pk, "desk_group_id", "group_id", "told_at") == (cast.first_line, cast.first_line, None)
    admin, agent = logged_in(cast.admin), logged_in(cast.agent)
    for client, is_offered in ((admin, False), (agent, True)):
        page = client.get(f"{BASE}/show/{pk}").text
        assert (f"{pk}/transition/close" in page, f"{pk}/transition/tell" in page) == (is_offered, is_offered)
    asked = admin.post(f"/api/v1/incident/{pk}/transition/close", json={},
                       headers={"X-CSRFToken": csrf_token(admin, f"{BASE}/add")})
    assert (asked.status_code, "owns the incident" in asked.text) == (409, True), asked.text
    bulk = admin.get(f"{BASE}/bulk/step.close?ids={pk}", headers={"HX-Request": "true"}).text
    assert "Only the service desk that owns the incident closes it." in bulk
    send(admin, f"{BASE}/bulk/step.close", pick=queue.versions(pk))
    assert queue.now(pk, "state") == "resolved"
    assert "Back at the service desk" in agent.get(f"{BASE}/show/{pk}").text


def test_the_list_shows_what_is_to_be_told(cast, logged_in, queue):
    pk, other = solved(queue, cast), queue.make("Not solved")
    agent = logged_in(cast.agent)
    found = agent.get(f"{LIST}?_flt_0_desk_group={cast.first_line}&_flt_0_state=resolved").text
    assert (f"show/{pk}" in found, f"show/{other}" in found) == (True, False)
    assert "customer not told" in agent.get(LIST).text


def test_an_administrator_keeps_the_policies(cast, logged_in, queue):
    category, admin = queue.value("ticket.category", "network"), logged_in(cast.admin)
    page = "/incident/closing-policies"
    made = submit(admin, f"{page}/add", category=category, mode="close")
    assert made.status_code == 302, made.text
    assert "Network" in admin.get(f"{page}/list/").text
    assert queue.now(solved(queue, cast, category=category), "state") == "closed"
    assert logged_in(cast.specialist).get(f"{page}/list/").status_code in (302, 403)


def test_a_manager_of_the_desk_says_who_owns_it(cast, logged_in, queue):
    pk = queue.make()
    shown = ['name="desk_group"' in logged_in(who).get(f"{BASE}/edit/{pk}").text for who in (cast.agent, cast.manager)]
    assert shown == [False, True]

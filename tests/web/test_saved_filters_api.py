"""Filters of lists by REST: one's own and those that are shared, under the rights of the page."""

import pytest

from addons.incident.tests.page_helpers import rest
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
BASE = "/api/v1/saved_filter/"
PAGE = "incident/incidents"


@pytest.fixture
def calls(cast, logged_in):
    return {name: rest(logged_in(getattr(cast, name))) for name in ("agent", "specialist", "manager")}


def names(call):
    return [one["name"] for one in call("GET", f"{BASE}?page={PAGE}").json["result"]]


def keep(call, **values):
    return call("POST", BASE, **{"page": PAGE, "name": "Printers", "query": "_flt_0_title=printer&x=1", **values})


def test_one_is_kept_shared_changed_and_deleted(cast, logged_in, calls):
    agent, specialist = calls["agent"], calls["specialist"]
    made = keep(agent)
    assert made.status_code == 201, made.json
    assert made.json["result"]["query"] == "_flt_0_title=printer"
    address = made.headers["Location"]
    assert made.json["result"]["url"].startswith("/incident/incidents/list/?_flt_0_title=printer&view=")
    assert (names(agent), names(specialist)) == (["Printers"], [])
    assert specialist("GET", address).status_code == specialist("PUT", address, name="x").status_code == 404
    assert agent("PATCH", address, shared="group", group_id=cast.first_line).status_code == 200
    assert agent("PUT", address, name="All printers").json["result"]["shared"] == "group"
    client = logged_in(cast.agent)
    token = csrf_token(client, "/profile/password")
    late = client.put(address, json={"name": "Late"}, headers={"X-CSRFToken": token, "If-Match": made.headers["ETag"]})
    assert (late.status_code, names(agent)) == (412, ["All printers"])
    late = client.delete(address, headers={"X-CSRFToken": token, "If-Match": made.headers["ETag"]})
    assert (late.status_code, names(agent)) == (412, ["All printers"])
    tag = agent("GET", address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert specialist("DELETE", address).status_code == 404
    assert client.delete(address, headers={"X-CSRFToken": token, "If-Match": tag}).status_code == 200
    assert names(agent) == []


@pytest.mark.parametrize(("values", "status", "field"), [
    ({"name": " "}, 422, "name"), ({"name": 7}, 422, "name"), ({"name": "x" * 101}, 422, "name"),
    ({"query": ["a"]}, 422, "query"), ({"query": "&".join(["q=x"] * 501)}, 422, "query"),
    ({"shared": "everybody"}, 403, None), ({"shared": "the world"}, 422, "shared"),
    ({"shared": "group", "group_id": 999}, 422, "group"), ({"group_id": 1}, 422, "shared"),
    ({"group_id": "1", "shared": "group"}, 422, "group_id"), ({"owner_id": 1}, 422, "owner_id"),
    ({"page": "no/list"}, 404, None), ({"page": "notices/mails"}, 404, None), ({"page": 1}, 422, "page"),
])
def test_a_wrong_one_is_refused_and_nothing_is_kept(calls, values, status, field):
    answer = keep(calls["agent"], **values)
    assert answer.status_code == status, answer.json
    assert field is None or list(answer.json["fields"]) == [field]
    assert names(calls["agent"]) == []


def test_a_list_that_one_may_not_read_has_no_filters(cast, logged_in):
    customer = rest(logged_in(cast.customer))
    assert customer("GET", f"{BASE}?page=security/users").status_code in (403, 404)
    assert customer("POST", BASE, page="security/users", name="x", query="").status_code in (403, 404)
    assert customer("GET", BASE).status_code == 404
    assert customer("GET", f"{BASE}?page={PAGE}&all=1").status_code == 400

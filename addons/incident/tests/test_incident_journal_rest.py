"""Calls, entries and their versions by REST: the rights of the page, and nobody's change lost."""

import pytest

from addons.incident.tests.page_helpers import rest
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def base(queue):
    return f"/api/v1/incident/{queue.make()}"


def entries(call, base):
    return call("GET", f"{base}/timeline?part=conversation").json["result"]


def test_an_entry_is_read_changed_once_and_its_versions_are_for_colleagues(cast, logged_in, base):
    agent, customer = logged_in(cast.agent), logged_in(cast.customer)
    mine, theirs = rest(agent), rest(customer)
    made = mine("POST", f"{base}/note", body="Call us on 110", is_public=True)
    entry = f"{base}/entries/{made.json['id']}"
    read = mine("GET", entry)
    assert (read.json["result"]["body"], read.json["result"]["edited_at"]) == ("Call us on 110", None)
    assert agent.get(entry, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    assert mine("PUT", entry, body=" ").json["fields"].keys() == {"body"}
    assert mine("PUT", entry, body="Call us on 120").status_code == 200
    # Whoever read the first text overwrites nothing with it, neither by changing nor by withdrawing.
    token = csrf_token(agent, "/profile/password")
    late = {"X-CSRFToken": token, "If-Match": read.headers["ETag"]}
    assert agent.put(entry, json={"body": "Call us on 119"}, headers=late).status_code == 412
    assert agent.delete(f"{entry}?reason=x", headers=late).status_code == 412
    now = {**late, "If-Match": mine("GET", entry).headers["ETag"]}
    assert agent.put(entry, json={"body": "Call us on 130"}, headers=now).status_code == 200
    assert [one["body"] for one in mine("GET", f"{entry}/versions").json["result"]] == [
        "Call us on 120", "Call us on 110"]
    assert (theirs("GET", entry).json["result"]["body"], theirs("GET", f"{entry}/versions").status_code) == (
        "Call us on 130", 404)
    assert theirs("PUT", entry, body="Call nobody").status_code == 403


def test_what_is_withdrawn_says_so_and_keeps_its_text_for_few(cast, logged_in, base):
    mine, theirs, above = (rest(logged_in(who)) for who in (cast.agent, cast.customer, cast.manager))
    entry = f"{base}/entries/{mine('POST', f'{base}/note', body='Wrong ticket', is_public=True).json['id']}"
    assert mine("DELETE", entry).json["fields"].keys() == {"reason"}
    assert mine("DELETE", f"{entry}?reason=Of+another").status_code == 200
    for call, body, reason in ((mine, None, "Of another"), (theirs, None, None), (above, "Wrong ticket", "Of another")):
        for told in (call("GET", entry).json["result"], entries(call, base)[0]):
            assert (told["body"], told.get("withdrawn_reason"), told["withdrawn_at"] is not None) == (
                body, reason, True)
    assert mine("GET", f"{entry}/versions").status_code == 403
    assert above("GET", f"{entry}/versions").status_code == 200


def test_a_call_is_noted_once_and_is_for_colleagues(cast, logged_in, base):
    agent = logged_in(cast.agent)
    mine, theirs = rest(agent), rest(logged_in(cast.customer))
    for wrong in ({"direction": "up"}, {"minutes": "7"}, {"minutes": 1441}, {"minutes": True}, {"body": ""}):
        refused = mine("POST", f"{base}/call", **{"body": "x", "direction": "in", **wrong})
        assert (refused.status_code, refused.json["fields"].keys()) == (422, wrong.keys())
    assert theirs("POST", f"{base}/call", body="x", direction="in").status_code == 403
    assert entries(mine, base) == []
    token = csrf_token(agent, "/profile/password")
    for _again in range(2):
        made = agent.post(f"{base}/call", json={"body": "Asked for news", "direction": "in", "minutes": 7},
                          headers={"X-CSRFToken": token, "Idempotency-Key": "call-1"})
        assert made.status_code == 201
    told = entries(mine, base)
    assert [(one["kind"], one["body"], one["data"]) for one in told] == [
        ("call", "Asked for news", {"direction": "in", "minutes": 7})]
    assert entries(theirs, base) == []
    assert theirs("GET", f"{base}/entries/{told[0]['id']}").status_code == 404

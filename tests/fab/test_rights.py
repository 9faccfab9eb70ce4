"""Row rights by HTTP: what `base_filters` leaked in lists, related lists, options, actions and REST."""

import pytest

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.sdk.actor import SYSTEM
from app.security import tokens
from tests.fab.conftest import make_incident
from tests.support.people import make_company, make_person, submit

BASE = "/incident/incidents"
API = "/api/v1/incident/"


@pytest.fixture
def incidents(cast, written):
    """One the second line holds, one it does not, and one deleted."""
    with written():
        mine = make_incident(title="mine to see", group=cast.second_line).id
        other = make_incident(title="hidden from me", group=cast.first_line).id
        gone = make_incident(title="deleted long ago", group=cast.second_line).id
        incident_service.delete(SYSTEM, gone, "duplicate")
    return {"mine": mine, "other": other, "gone": gone}


@pytest.fixture
def specialist(cast, logged_in):
    return logged_in(cast.specialist)


def test_lists_and_counts(specialist, incidents):
    text = specialist.get(f"{BASE}/list/").text
    assert "mine to see" in text
    assert "hidden from me" not in text
    assert "deleted long ago" not in text
    answer = specialist.get(API).json
    assert (answer["count"], answer["ids"]) == (1, [incidents["mine"]])


def test_filters_search_and_order_show_no_more(specialist, incidents):
    order = "_oc_IncidentView=number&_od_IncidentView=asc"
    for query in ("_flt_0_title=hidden", "_flt_1_title=hidden", "q=hidden", order):
        assert "hidden from me" not in specialist.get(f"{BASE}/list/?{query}").text, query
    found = specialist.get(f"{API}?q=(filters:!((col:title,opr:sw,value:hidden)))")
    assert "hidden from me" not in found.text


@pytest.mark.parametrize("which", ["other", "gone"])
def test_by_its_address_it_is_not_there(specialist, incidents, which):
    key = incidents[which]
    for path in ("show/{}", "edit/{}", "{}/transition/resolve", "{}/panel/audit"):
        assert specialist.get(f"{BASE}/{path.format(key)}").status_code == 404, path
    assert specialist.get(f"{API}{key}").status_code == 404


def test_nothing_is_done_to_it(cast, specialist, incidents, seen, written, app):
    key, page = incidents["other"], f"{BASE}/add"
    for path, values in (
        (f"edit/{key}", {"title": "changed"}), (f"delete/{key}", {"reason": "x"}), (f"{key}/note", {"body": "x"}),
        (f"{key}/transition/cancel", {"reason": "x"}),
    ):
        assert submit(specialist, f"{BASE}/{path}", page=page, **values).status_code in (403, 404), path
    with written():
        secret = tokens.create(cast.specialist.user_id, tokens.NewToken("tests"))
    client, headers = app.test_client(), {"Authorization": f"Bearer {secret}"}
    assert client.put(f"{API}{key}", json={"title": "changed"}, headers=headers).status_code == 404
    assert client.delete(f"{API}{key}", headers=headers).status_code in (403, 404)
    assert client.post(f"{API}{key}/transition/cancel", json={"reason": "x"}, headers=headers).status_code == 404
    with seen() as session:
        incident = session.get(Incident, key)
        assert (incident.title, incident.state, incident.version) == ("hidden from me", "assigned", 2)


def test_a_customer_sees_their_own_only(cast, logged_in, written):
    with written():
        make_incident(title="my printer", caller=cast.customer.person_id)
        make_incident(title="not mine")
    client = logged_in(cast.customer)
    text = client.get(f"{BASE}/list/").text
    assert "my printer" in text
    assert "not mine" not in text
    assert client.get(API).json["count"] == 1


def test_options_offer_what_one_may_see(cast, logged_in, written):
    with written():
        make_person(name="Zhang Wei")
    assert "Zhang Wei" in logged_in(cast.agent).get(f"{BASE}/options/caller?q=Zhang").text
    assert "Zhang Wei" not in logged_in(cast.customer).get(f"{BASE}/options/caller?q=Zhang").text
    assert "Zhang Wei" not in logged_in(cast.customer).get(f"{API}options/caller?q=Zhang").text
    # A field that is on no form is nobody's business.
    assert logged_in(cast.agent).get(f"{BASE}/options/created_by_id").status_code == 404


class TestHiddenTarget:
    """A relation to what one may not see: shown as hidden, locked, and kept when the form is sent without it."""

    @pytest.fixture
    def incident(self, cast, written):
        with written():
            # The customer sees the incident but not the person on whose behalf it is.
            return make_incident(title="for somebody", caller=cast.customer.person_id, on_behalf_of=make_person().id).id

    def test_is_shown_as_hidden(self, cast, logged_in, incident):
        text = logged_in(cast.customer).get(f"{BASE}/show/{incident}").text
        assert "(hidden)" in text

    def test_is_locked_and_not_emptied(self, cast, logged_in, incident, seen):
        client = logged_in(cast.customer)
        page = f"{BASE}/edit/{incident}"
        assert "(hidden)" in client.get(page).text
        with seen() as session:
            before = session.get(Incident, incident)
        answer = submit(client, page, caller=cast.customer.person_id, title="changed", kind="incident",
                        version=before.version, on_behalf_of="")
        assert answer.status_code == 302, answer.text
        with seen() as session:
            after = session.get(Incident, incident)
            assert (after.title, after.on_behalf_of_id) == ("changed", before.on_behalf_of_id)

    def test_cannot_be_set_to_another_hidden_one(self, cast, logged_in, incident, seen, written):
        with written():
            other = make_person().id
        client = logged_in(cast.customer)
        submit(client, f"{BASE}/edit/{incident}", caller=other, title="x", kind="incident", on_behalf_of=other)
        with seen() as session:
            present = session.get(Incident, incident)
            assert other not in (present.caller_id, present.on_behalf_of_id)


def test_an_action_needs_its_own_right(cast, logged_in, written, seen):
    with written():
        incident = make_incident(caller=cast.customer.person_id, group=cast.first_line).id
    client = logged_in(cast.customer)
    answer = submit(client, f"{BASE}/{incident}/transition/cancel", page=f"{BASE}/add", reason="x")
    assert answer.status_code == 403
    with seen() as session:
        assert session.get(Incident, incident).state == "assigned"


def test_a_revoked_right_is_gone_at_the_next_click(cast, logged_in, written):
    from app.organisation.models import GroupMember

    with written() as session:
        make_company(name="Acme")
    client = logged_in(cast.specialist)
    assert client.get(f"{BASE}/list/").status_code == 200
    with written() as session:
        session.delete(session.query(GroupMember).filter_by(person_id=cast.specialist.person_id).one())
    answer = client.get(f"{BASE}/list/")
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]

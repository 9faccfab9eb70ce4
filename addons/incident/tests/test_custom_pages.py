"""Custom fields on an incident's pages and by REST: there at the next click, for those who may see them."""

import re

import pytest

from addons.incident.tests.page_helpers import ADD, BASE, LIST, send
from app.db import unit_of_work
from app.records.custom.services import custom_field_service
from app.records.services import picklist_service, picklist_value_service
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token, submit


@pytest.fixture
def fields(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        floors = picklist_service.create(SYSTEM, {"code": "floors", "label": {"en": "Floors", "zh": "楼层"}})
        ids = {code: picklist_value_service.create(SYSTEM, {
            "picklist": floors, "code": code, "label": {"en": code.title(), "zh": code}, "colour": "red"}).id
            for code in ("ground", "roof")}
        for code, kind, more in (("floor", "choice", {"picklist": floors}), ("price", "number", {"minimum": "1"}),
                                 ("due", "date", {}), ("is_hot", "bool", {}), ("note", "text", {}),
                                 ("secret", "text", {"read_right": "incident.delete"})):
            custom_field_service.create(SYSTEM, {"subject": "incident", "code": code, "kind": kind,
                                                 "label": {"en": f"The {code}", "zh": code}, **more})
    return ids


def rest(client, method, address, **body):
    token = csrf_token(client, ADD)
    return getattr(client, method)(f"/api/v1/incident/{address}", json=body, headers={"X-CSRFToken": token})


class TestForms:
    def test_filled_shown_changed(self, cast, logged_in, fields):
        agent = logged_in(cast.agent)
        page = agent.get(ADD).text
        assert "The floor" in page
        assert "The secret" not in page
        given = {"caller": cast.customer.person_id, "title": "Jam", "kind": "incident"}
        wrong = submit(agent, ADD, **given, **{"custom_fields.price": "0.5"})
        assert wrong.status_code == 422
        assert "Give at least 1." in wrong.text
        made = submit(agent, ADD, **given, **{
            "custom_fields.floor": fields["roof"], "custom_fields.price": "12.50", "custom_fields.due": "2026-03-01",
            "custom_fields.note": "beside the stairs"})
        assert made.status_code == 302, made.text
        shown = agent.get(made.headers["Location"]).text
        for words in ("The floor", "Roof", "12.5", "2026-03-01", "beside the stairs"):
            assert words in shown
        edit = made.headers["Location"].replace("/show/", "/edit/")
        form = agent.get(edit).text
        for words in ('value="12.5"', 'value="2026-03-01"', ">Roof</option>"):
            assert words in form
        changed = submit(agent, edit, **given, **{"custom_fields.floor": fields["ground"], "custom_fields.note": ""})
        assert changed.status_code == 302, changed.text
        shown = agent.get(made.headers["Location"]).text
        assert ("Ground" in shown, "beside the stairs" in shown) == (True, False)

    def test_options(self, cast, logged_in, fields):
        agent = logged_in(cast.agent)
        found = agent.get(f"{BASE}/options/custom_fields.floor?q=roo").json["results"]
        assert [one["text"] for one in found] == ["Roof"]
        assert agent.get(f"{BASE}/options/custom_fields.secret").json["results"] == []


class TestLists:
    def test_column_filter_and_order(self, cast, logged_in, fields, statements):
        agent = logged_in(cast.agent)
        for title, code, price in (("One", "roof", 3), ("Two", "ground", 20), ("Three", "roof", 100)):
            made = rest(agent, "post", "", title=title, caller_id=cast.customer.person_id, group_id=cast.first_line,
                        custom_fields={"floor": code, "price": price})
            assert made.status_code == 201, made.text
        submit(agent, f"{BASE}/columns", column=["title", "custom_fields.floor", "custom_fields.price"])
        agent.get(LIST)
        with statements() as sent:
            page = agent.get(f"{LIST}?_oc_IncidentView=custom_fields.price&_od_IncidentView=desc").text
        assert len(sent) <= 12
        assert "The price" in page
        assert page.index("Three") < page.index("Two") < page.index("One")
        found = agent.get(f"{LIST}?_flt_0_custom_fields.floor={fields['roof']}&_flt_1_custom_fields.price=5").text
        assert ("Three" in found, "One" in found, "Two" in found) == (True, False, False)
        rows = agent.get('/api/v1/incident/?q=(filters:!((col:custom_fields.price,opr:lt,value:50)))').json
        assert {row["title"]: row["custom_fields"] for row in rows["result"]} == {
            title: {"floor": floor, "price": price, "due": None, "is_hot": None, "note": None}
            for title, floor, price in (("One", "roof", 3), ("Two", "ground", 20))}
        sheet = submit(agent, f"{BASE}/export", page=LIST, format="csv").data.decode("utf-8-sig")
        assert "Three,Roof,100" in sheet


class TestRest:
    def test_a_wrong_value_is_named(self, cast, logged_in, fields):
        agent = logged_in(cast.agent)
        made = rest(agent, "post", "", title="One", caller_id=cast.customer.person_id, custom_fields={"due": "soon"})
        assert (made.status_code, set(made.json["fields"])) == (422, {"custom_fields.due"})
        made = rest(agent, "post", "", title="One", caller_id=cast.customer.person_id, custom_fields={"secret": "x"})
        assert (made.status_code, set(made.json["fields"])) == (422, {"custom_fields.secret"})
        made = rest(agent, "post", "", title="One", caller_id=cast.customer.person_id, custom_fields=[])
        assert (made.status_code, set(made.json["fields"])) == (422, {"custom_fields"})


class TestMany:
    def test_changed_for_many_and_put_back(self, queue, cast, logged_in, fields):
        agent, pks = logged_in(cast.agent), [queue.make("One"), queue.make("Two")]
        page = f"{BASE}/bulk/custom?" + "&".join(f"rowid={pk}" for pk in pks)
        assert "The floor" in agent.get(page).text
        done = send(agent, f"{BASE}/bulk/custom", pick=queue.versions(*pks), **{
            "custom_fields.floor": fields["roof"], "custom_fields.note": ""})
        assert done.status_code == 200, done.text
        rows = agent.get("/api/v1/incident/").json["result"]
        assert [row["custom_fields"]["floor"] for row in rows] == ["roof", "roof"]
        token = re.search(r'name="token"[^>]*value="([^"]+)"', done.text)
        assert token is not None, done.text
        send(agent, f"{BASE}/bulk/undo", token=token[1])
        rows = agent.get("/api/v1/incident/").json["result"]
        assert [row["custom_fields"]["floor"] for row in rows] == [None, None]


def test_a_record_page_with_custom_fields_stays_within_its_statements(cast, logged_in, fields, statements):
    agent = logged_in(cast.agent)
    made = rest(agent, "post", "", title="One", caller_id=cast.customer.person_id,
                custom_fields={"floor": "roof", "price": 3})
    page = f"{BASE}/show/{made.json['id']}"
    agent.get(page)
    with statements() as sent:
        assert "Roof" in agent.get(page).text
    assert len(sent) <= 12

"""Programs beside people: nobody's change is lost, nothing is done twice, no row is left out between two pages."""

import threading
from datetime import timedelta

import pytest
import time_machine

from addons.incident.models import Incident
from app.records.answered import AnsweredRequest
from app.sdk import clock
from app.security import tokens
from tests.fab.conftest import count, make_incident
from tests.support.people import make_person

INCIDENTS = "/api/v1/incident/"


@pytest.fixture
def api(app, cast, written):
    """Calls as the agent's program, with a token."""
    with written():
        secret = tokens.create(cast.agent.user_id, tokens.NewToken("tests"))
        caller = make_person(name="Caller").id

    class Api:
        person = caller

        def __call__(self, method, path="", headers=(), **options):
            given = {"Authorization": f"Bearer {secret}", **dict(headers)}
            address = path if path.startswith("/") else f"{INCIDENTS}{path}"
            return app.test_client().open(address, method=method, headers=given, **options)

        def new(self, **more):
            return {"title": "Printer on fire", "kind": "incident", "caller_id": self.person, **more}

    return Api()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestEntityTags:
    def test_what_one_has_is_not_sent_again(self, api):
        made = api("POST", json=api.new())
        path = made.headers["Location"]
        first = api("GET", path)
        tag = first.headers["ETag"]
        assert tag.startswith('"v1-')
        again = api("GET", path, {"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert api("GET", path, {"If-None-Match": tag, "Accept-Language": "zh"}).status_code in (200, 304)
        api("PUT", path, json={"title": "Other"})
        assert api("GET", path, {"If-None-Match": tag}).status_code == 200

    def test_a_change_of_another_state_is_refused(self, api):
        path = api("POST", json=api.new()).headers["Location"]
        tag = api("GET", path).headers["ETag"]
        assert api("PUT", path, {"If-Match": tag}, json={"title": "First"}).status_code == 200
        for method, to, body in (("PUT", "", {"title": "Second"}), ("PATCH", "", {"title": "Second"}),
                                 ("POST", "/transition/assign", {}), ("DELETE", "", None)):
            answer = api(method, f"{path}{to}", {"If-Match": tag}, json=body)
            assert (answer.status_code, answer.json["code"]) == (412, "precondition_failed"), (method, answer.text)
            assert answer.mimetype == "application/problem+json"
        assert api("GET", path).json["result"]["title"] == "First"

    def test_any_of_several_states_will_do(self, api):
        path = api("POST", json=api.new()).headers["Location"]
        for match in ('"x", "v1"', "*", 'W/"v1-0123456789abcdef"'):
            version = api("GET", path).json["result"]["version"]
            answer = api("PUT", path, {"If-Match": match.replace("v1", f"v{version}")}, json={"title": match})
            assert answer.status_code == 200, (match, answer.text)
        for match in ("", '""', 'W/"", "#"', "v1", '"x"', '"v99999999999999999999"'):
            assert api("PUT", path, {"If-Match": match}, json={"title": "z"}).status_code == 412, match

    def test_a_record_without_a_version_has_a_state_too(self, app, cast, written):
        with written():
            secret = tokens.create(cast.admin.user_id, tokens.NewToken("tests"))
        call = {"Authorization": f"Bearer {secret}"}
        client, path = app.test_client(), "/api/v1/channel/"
        made = client.post(path, json={"code": "pigeon", "name": {"en": "Pigeon", "zh": "信鸽"}}, headers=call)
        tag, path = made.headers["ETag"], made.headers["Location"]
        assert client.put(path, json={"sequence": 7}, headers={**call, "If-Match": tag}).status_code == 200
        assert client.put(path, json={"sequence": 8}, headers={**call, "If-Match": tag}).status_code == 412
        assert client.get(path, headers=call).json["result"]["sequence"] == 7


class TestKeys:
    def test_what_is_sent_twice_is_done_once(self, api, seen):
        first, again = (api("POST", headers={"Idempotency-Key": "a-1"}, json=api.new()) for _ in "ab")
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json == again.json
        assert first.headers["Location"] == again.headers["Location"]
        assert [one.headers.get("Idempotency-Replayed") for one in (first, again)] == [None, "true"]
        with seen() as session:
            assert count(session, Incident) == 1

    def test_twins_at_the_same_time_make_one(self, api, seen):
        answers, start = [], threading.Barrier(4)

        def send():
            start.wait()
            answers.append(api("POST", headers={"Idempotency-Key": "twin"}, json=api.new()))

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json["id"] for answer in answers}) == 1
        with seen() as session:
            assert count(session, Incident) == 1

    def test_a_key_belongs_to_one_request_of_one_user(self, app, cast, api, written, seen):
        headers = {"Idempotency-Key": "a-1"}
        assert api("POST", headers=headers, json=api.new()).status_code == 201
        other = api("POST", headers=headers, json=api.new(title="Other"))
        assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
        assert "Idempotency-Key" in other.json["fields"]
        with written():
            secret = tokens.create(cast.manager.user_id, tokens.NewToken("tests"))
        headers["Authorization"] = f"Bearer {secret}"
        assert app.test_client().post(INCIDENTS, headers=headers, json=api.new()).status_code == 201
        with seen() as session:
            assert count(session, Incident) == 2

    def test_a_refusal_leaves_no_trace_of_its_key(self, api, seen):
        headers = {"Idempotency-Key": "a-1"}
        assert api("POST", headers=headers, json={"title": "x"}).status_code == 422
        with seen() as session:
            assert count(session, AnsweredRequest) == 0
        assert api("POST", headers=headers, json=api.new()).status_code == 201

    def test_steps_and_notes_too(self, api, seen):
        path = api("POST", json=api.new()).headers["Location"]
        for address, body in ((f"{path}/note", {"body": "Looked at it"}), (f"{path}/transition/pick", {})):
            key = {"Idempotency-Key": address[-60:]}
            first, again = (api("POST", address, key, json=body) for _ in "ab")
            assert first.status_code == again.status_code < 300, first.text
            assert first.json == again.json
            assert again.headers["Idempotency-Replayed"] == "true"

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_a_key_that_is_none_is_named(self, api):
        for key in ("", "with space", "x" * 201, "é"):
            answer = api("POST", headers={"Idempotency-Key": key}, json=api.new())
            assert (answer.status_code, "Idempotency-Key" in answer.json["fields"]) == (422, True), key

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_a_key_is_kept_for_a_day(self, api, seen):
        headers = {"Idempotency-Key": "a-1"}
        api("POST", headers=headers, json=api.new())
        with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
            assert api("POST", headers=headers, json=api.new()).headers.get("Idempotency-Replayed") is None
        with seen() as session:
            assert count(session, Incident) == 2


class TestPages:
    @pytest.fixture
    def many(self, written, cast):
        with written():
            return [make_incident(title=f"Number {number}", group=cast.agent.group_ids[0] if number % 3 else None).id
                    for number in range(9)]

    def test_whoever_follows_next_reads_each_row_once(self, api, many, written):
        for query in ("page_size:2", "page_size:4,order_column:opened_at,order_direction:asc",
                      "page_size:2,order_column:resolved_at,order_direction:desc",
                      "page_size:2,order_column:priority,order_direction:asc",
                      "page_size:2,filters:!((col:title,opr:sw,value:Number)),order_column:number,order_direction:asc"):
            found, address = [], f"?q=({query})"
            while address:
                answer = api("GET", address)
                assert answer.status_code == 200, answer.text
                found += answer.json["ids"]
                address = answer.json["next"]
            assert sorted(found) == many, query

    def test_new_rows_shift_nothing(self, api, many, written):
        first = api("GET", "?q=(page_size:4)").json
        with written():
            make_incident(title="Newest")
        second = api("GET", first["next"]).json
        assert first["ids"] + second["ids"] == many[::-1][:8]

    def test_a_place_belongs_to_its_filters_and_order(self, api, many):
        token = api("GET", "?q=(page_size:2)").json["next"].partition("after=")[2]
        for query in (f"?q=(page_size:2,order_column:number,order_direction:asc)&after={token}",
                      "?after=x", "?after=x.y",
                      f"?q=(filters:!((col:title,opr:sw,value:N)))&after={token}", f"?after={token}x"):
            answer = api("GET", query)
            assert (answer.status_code, "after" in answer.json.get("fields", {})) == (400, True), (query, answer.text)

    @pytest.mark.parametrize(("query", "field"), [
        ("q=(filters:!((col:nothing,opr:eq,value:1)))", "filters"), ("q=(columns:!(nothing))", "columns"),
        ("q=(filters:!((col:title,opr:nothing,value:1)))", "filters"), ("state=new", "state"), ("q=(", "q"),
        ("q=(order_column:nothing,order_direction:asc)", "order_column"), ("q=(page:-1)", "page"),
        ("q=(page:1000,page_size:200)", "page"), ("q=(page:x)", "q"), ("q=" + "(" * 40, "q"),
    ])
    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_what_cannot_be_asked_is_named(self, api, query, field):
        answer = api("GET", f"?{query}")
        assert answer.status_code == 400, answer.text
        assert field in answer.json["fields"], answer.text

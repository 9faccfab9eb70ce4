"""REST: FAB makes rows from nested objects, takes cookies for writing, breaks under marshmallow 4, answers 500."""

import pytest
from flask import current_app
from flask_appbuilder.api import ModelRestApi
from flask_appbuilder.api.convert import Model2SchemaConverter
from flask_appbuilder.security.sqla.models import User
from marshmallow_sqlalchemy.fields import Related

from addons.incident.models import Incident
from app.organisation.models import Company, Person, WorkGroup
from app.security import tokens
from app.web.record_api import RecordApi
from app.web.schemas import RecordSchemaConverter
from tests.fab.conftest import count, make_incident
from tests.support.people import csrf_token, make_person

INCIDENTS = "/api/v1/incident/"


@pytest.fixture
def api(app, cast, written):
    """Calls as the agent's program, with a token."""
    with written():
        secret = tokens.create(cast.agent.user_id, tokens.NewToken("tests"))
        caller = make_person(name="Caller").id
    client = app.test_client()

    class Api:
        person = caller

        def __call__(self, method, path="", **options):
            headers = {"Authorization": f"Bearer {secret}"}
            return client.open(f"{INCIDENTS}{path}", method=method, headers=headers, **options)

    return Api()


def values(api, **more):
    return {"title": "x", "kind": "incident", "caller_id": api.person, **more}


class TestRelations:
    """A user who could only post a ticket created a user with a password, and logged in as it."""

    NESTED = [
        ("caller_id", {"name": "New person"}),
        ("caller", {"name": "New person"}),
        ("caller_id", {"user": {"username": "evil", "password": "x"}}),
        ("group_id", {"name": {"en": "New group"}, "code": "new"}),
        ("company_id", [{"name": "New company"}]),
        ("caller_id", [1]), ("caller_id", 1.5), ("caller_id", "1; DROP TABLE person"),
    ]

    def test_an_object_is_refused_and_nothing_is_made(self, api, seen, written):
        with written():
            incident = make_incident().id
        with seen() as session:
            before = [count(session, model) for model in (Person, Company, WorkGroup, User, Incident)]
        for field, value in self.NESTED:
            for answer in (
                api("POST", json={**values(api), field: value}),
                api("PUT", str(incident), json={field: value}),
                api("POST", f"{incident}/transition/assign", json={field: value}),
            ):
                assert answer.status_code == 422, (field, value, answer.text)
                assert answer.mimetype == "application/problem+json"
        with seen() as session:
            assert [count(session, model) for model in (Person, Company, WorkGroup, User, Incident)] == before
            present = session.get(Incident, incident)
            assert (present.version, present.state) == (1, "new")

    def test_an_id_is_taken(self, api):
        answer = api("POST", json=values(api))
        assert answer.status_code == 201, answer.text
        assert answer.json["result"]["caller_id"] == api.person

    def test_an_id_that_is_nobody_s_names_the_field(self, api):
        for key in (10**6, 0, -1, 10**30):
            answer = api("POST", json=values(api, caller_id=key))
            assert answer.status_code == 422, (key, answer.text)
            assert "caller" in answer.text

    def test_the_original_still_makes_rows(self):
        # What our field stands in for: it deserialises a dict into an instance of the related class.
        assert "dict" in Related._deserialize.__code__.co_names or "_get_existing_instance" in vars(Related)
        assert issubclass(RecordSchemaConverter, Model2SchemaConverter)


class TestCookies:
    def test_a_cookie_alone_does_not_write(self, cast, logged_in, seen, api):
        client = logged_in(cast.agent)
        answer = client.post(INCIDENTS, json=values(api))
        assert answer.status_code == 403, answer.text
        with seen() as session:
            assert count(session, Incident) == 0

    def test_a_cookie_with_the_header_writes(self, cast, logged_in, api):
        client = logged_in(cast.agent)
        token = csrf_token(client, "/incident/incidents/add")
        answer = client.post(INCIDENTS, json=values(api), headers={"X-CSRFToken": token})
        assert answer.status_code == 201, answer.text

    def test_a_wrong_header_does_not(self, cast, logged_in, api):
        answer = logged_in(cast.agent).post(INCIDENTS, json=values(api), headers={"X-CSRFToken": "x"})
        assert answer.status_code == 403

    def test_a_cookie_reads(self, cast, logged_in):
        assert logged_in(cast.agent).get(INCIDENTS).status_code == 200

    def test_nobody_is_told_nothing(self, client, cast):
        for method in ("GET", "POST"):
            assert client.open(INCIDENTS, method=method, json={}).status_code == 401

    def test_a_form_without_its_token_is_refused(self, cast, logged_in, seen):
        answer = logged_in(cast.agent).post("/incident/incidents/add", data={"title": "x"})
        assert answer.status_code == 400
        with seen() as session:
            assert count(session, Incident) == 0


class TestTokens:
    """FAB's API keys: 92 ms and a commit a request, and their scopes are never enforced."""

    def call(self, app, secret, method="GET", **options):
        headers = {"Authorization": f"Bearer {secret}"}
        return app.test_client().open(INCIDENTS, method=method, headers=headers, **options)

    def test_a_scope_narrows(self, app, cast, written):
        with written():
            scopes = ["incident.read", "incident.read_all"]
            secret = tokens.create(cast.agent.user_id, tokens.NewToken("reader", scopes))
        assert self.call(app, secret).status_code == 200
        assert self.call(app, secret, "POST", json={"title": "x"}).status_code == 403

    def test_a_wrong_one_is_nobody(self, app, cast):
        assert self.call(app, "tsd_" + "x" * 43).status_code == 401

    def test_only_its_hash_is_kept(self, app, cast, written, seen):
        from app.security.models import ApiToken

        with written():
            secret = tokens.create(cast.agent.user_id, tokens.NewToken("tests"))
        with seen() as session:
            kept = session.query(ApiToken).one()
            assert secret not in {str(value) for value in vars(kept).values()}

    def test_a_read_writes_nothing_but_once_a_minute_that_the_key_is_used(self, app, cast, written, statements):
        with written():
            secret = tokens.create(cast.agent.user_id, tokens.NewToken("tests"))
        self.call(app, secret)
        with statements() as sent:
            self.call(app, secret)
        assert [text for text in sent if not text.lstrip().upper().startswith("SELECT")] == []


class TestRefusals:
    def test_what_is_missing_is_named(self, api):
        answer = api("POST", json={"title": "x"})
        assert answer.status_code == 422
        assert "caller" in answer.text

    def test_an_unknown_field_is_named(self, api):
        answer = api("POST", json=values(api, sponsor="x"))
        assert answer.status_code == 422
        assert "sponsor" in answer.text

    def test_what_the_desk_itself_decides_cannot_be_given(self, api):
        for column in ("number", "state", "id", "type", "created_by_id", "deleted_at", "version"):
            answer = api("POST", json=values(api, **{column: 1}))
            assert answer.status_code == 422, (column, answer.text)

    def test_a_duplicate_key_names_the_field(self, app, cast, written, logged_in):
        with written():
            secret = tokens.create(cast.admin.user_id, tokens.NewToken("tests"))
        headers = {"Authorization": f"Bearer {secret}"}
        client = app.test_client()
        answers = [client.post("/api/v1/company/", json={"name": "Acme", "code": "A"}, headers=headers) for _ in "ab"]
        assert [answer.status_code for answer in answers] == [201, 422]
        assert "code" in answers[1].text

    def test_what_is_no_object_is_no_fault(self, api):
        for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff"):
            answer = api("POST", data=body, content_type="application/json")
            assert answer.status_code in (400, 422), (body, answer.text)

    def test_what_is_not_there_is_not_found(self, api):
        for path in ("999999", "abc", "0", "-1", "99999999999999999999999"):
            # What is no number is no address of FAB's at all, so the method is what is not there.
            assert api("GET", path).status_code in (404, 405), path
            assert api("PUT", path, json={"title": "x"}).status_code == 404, path
            assert api("DELETE", path).status_code == 404, path

    def test_a_query_that_makes_no_sense_is_no_fault(self, api):
        for query in (
            "(", "!(1)", "(filters:!((col:nothing,opr:eq,value:1)))", "(filters:!((col:title,opr:nothing,value:1)))",
            "(order_column:nothing,order_direction:asc)", "(page:-1,page_size:-5)", "(columns:!(nothing))",
            "(page_size:1000000)", "(filters:!((col:group,opr:rel_o_m,value:99999999999999999999)))",
        ):
            answer = api("GET", f"?q={query}")
            assert answer.status_code in (200, 400), (query, answer.text)

    def test_a_zero_byte_is_no_fault(self, api):
        answer = api("POST", json=values(api, title="a\0b"))
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["title"])

    def test_an_unexpected_fault_is_not_swallowed(self, api, monkeypatch):
        # FAB's @safe turns every error into a 500 with its text; ours bubbles to the one handler.
        def breaks(*_args, **_kwargs):
            raise ZeroDivisionError

        monkeypatch.setattr(RecordApi, "_answer", breaks)
        with pytest.raises(ZeroDivisionError):
            api("POST", json=values(api))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestSurface:
    def test_the_security_api_is_off(self, app):
        routes = [rule.rule for rule in app.url_map.iter_rules()]
        assert [route for route in routes if route.startswith("/api/v1/security")] == []

    def test_raw_foreign_keys_are_in_schemas(self, context):
        found = next(api for api in current_app.appbuilder.baseviews if type(api).__name__ == "IncidentApi")
        assert {"caller_id", "group_id"} <= set(found.show_model_schema.fields)


def test_the_originals_are_wrapped_as_ours_unwrap_them():
    # protect(safe(method)): `unguarded` takes both off and puts the first on again.
    for name in ("get", "get_list", "info"):
        wrapped = getattr(ModelRestApi, name)
        assert wrapped.__code__.co_qualname.startswith("protect."), name
        assert wrapped.__wrapped__.__code__.co_qualname.startswith("safe."), name

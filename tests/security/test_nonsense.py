"""Nonsense at every address, in every field and in every query: a clear 4xx or an honest answer, never a fault.

An error inside a request is not turned into a page here, so any unforeseen one fails the test by itself.
"""

import itertools
import json
import re
from collections import Counter
from html import unescape
from urllib.parse import quote

import pytest

from app.addon_system.registry import current_registry

KEYS = ("0", "-1", "9" * 20, "%00", "..%2F..%2Fetc%2Fpasswd")
TEXTS = ("\0", "x" * 400_000, "'; DROP TABLE ticket;--", "{{7*7}}", "%s%(x)s", "\u3000", "-1", "1e400")
VALUES = (True, -1, 2**70, 1.5, float("nan"), float("inf"), [1], {"id": 1}, "\ud800", "\0", "x" * 400_000, None)
# What a database takes or refuses by itself: all there is for PostgreSQL, where the rest would be refused as on SQLite.
OF_THE_DATABASE = {"9" * 20, "%00", "\0", "x" * 400_000, "1e400", 2**70, "\ud800"}
FILTER = "(filters:!((col:{},opr:{},value:{})))"
QUERIES = (
    "(page_size:100000000)", "(page_size:-1)", "(page:-5)", "(page:999999999999999999)", "(" * 2000, "!(", "1", "()",
    "(order_column:created_by_id,order_direction:asc)", "(order_column:'id; drop',order_direction:asc)",
    "(columns:!(created_by_id,secret))", "(columns:1)", "(keys:1)", "(order_column:1)", "(filters:1)",
    FILTER.format("created_by_id", "eq", "1"), FILTER.format("name", "nosuch", "1"),
    FILTER.format("opened_at", "gt", "nodate"), FILTER.format("group", "rel_o_m", "9" * 20),
    FILTER.format("title", "ct", "!(1,2)"), FILTER.format("title", "ct", "!n"), FILTER.format("state", "eq", "(a:1)"),
)
ARGUMENTS = (
    "_flt_0_created_by_id=1", "_flt_99_title=a", "_flt_x_title=a", "_flt_0_opened_at=0001-01-01",
    "_flt_0_opened_at=99999-01-01", "_flt_1_opened_at=2026-11-25T00:00:00%2B99:99", "_flt_0_group=-1",
    "_oc_IncidentView=caller.name&_od_IncidentView=asc", "_oc_IncidentView=opened_at&_od_IncidentView=sideways",
    "psize_IncidentView=999999999&page_IncidentView=999999999", "psize_IncidentView=0", "q=%00", "q=%FF",
    "q=" + "x" * 5000,
)


@pytest.fixture
def admin(cast, logged_in):
    return logged_in(cast.admin)


@pytest.fixture
def token(admin):
    return unescape(re.search(r'name="csrf-token" content="([^"]+)"', admin.get("/").text)[1])


def for_database(kind, values):
    """Return what is tried on a kind of database."""
    return [one for one in values if kind == "sqlite" or (isinstance(one, str | int) and one in OF_THE_DATABASE)]


def addresses(app, keys):
    """Yield every (method, address) with nonsense in its changing parts, two kinds by turns; log-out would end it."""
    turns = itertools.cycle(keys)
    for rule in app.url_map.iter_rules():
        if "static" in rule.endpoint or "logout" in rule.rule:
            continue
        for key in (next(turns), next(turns)) if "<" in rule.rule else ("",):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield method, re.sub(r"<[^>]+>", key, rule.rule)


@pytest.mark.timeout(240)
def test_addresses(app, admin, token, database_kind):
    codes = Counter()
    for method, path in addresses(app, for_database(database_kind, KEYS)):
        body = {} if method == "GET" else (
            {"json": {"title": "a"}} if path.startswith("/api/") else {"data": {"csrf_token": token, "body": "a"}})
        answer = admin.open(path, method=method, headers={"X-CSRFToken": token}, **body)
        assert answer.status_code < 500, (method, path)
        codes[answer.status_code] += 1
    assert codes[404] > (500 if database_kind == "sqlite" else 200), codes
    assert admin.get("/profile/").status_code == 200, "the walk went on without being logged in"


@pytest.mark.timeout(240)
def test_rest_fields(app, admin, token, database_kind):
    with app.app_context():
        resources = [(api.resource_name, list(getattr(api, "add_columns", ()) or ()))
                     for api in current_registry().apis]
    for resource, columns in resources:
        for column in (*columns, "id", "nosuch", "__class__"):
            for value in for_database(database_kind, VALUES):
                # A record that is not there is told of before its values are looked at, whatever they are.
                for method, path in (("POST", ""), ("PUT", "999999"))[:1 if value in ("\0", "x" * 400_000) else 2]:
                    answer = admin.open(
                        f"/api/v1/{resource}/{path}", method=method, data=json.dumps({column: value}),
                        content_type="application/json", headers={"X-CSRFToken": token})
                    assert answer.status_code < 500, (method, resource, column, str(value)[:30])
                    assert answer.status_code != 400 or method == "PUT" or answer.json, answer.text


def test_rest_queries(admin, cast):
    for resource in ("incident", "person", "work_group", "picklist"):
        for query in QUERIES:
            for path in ("", "_info", "1"):
                answer = admin.get(f"/api/v1/{resource}/{path}?q={quote(query)}")
                assert answer.status_code in (200, 400, 404), (resource, path, query[:80])
                assert "created_by_id" not in (answer.json or {}).get("list_columns", ())


def test_list_arguments(admin):
    for page in ("/incident/incidents/list/", "/organisation/people/list/", "/security/users/list/"):
        for arguments in ARGUMENTS:
            assert admin.get(f"{page}?{arguments}").status_code == 200, (page, arguments[:80])


@pytest.mark.timeout(240)
def test_form_fields(app, admin, token, database_kind):
    with app.app_context():
        views = [(view.route_base, list(view.add_columns or ())) for view in current_registry().views
                 if hasattr(view, "add_columns")]
    for base, columns in views:
        for column in columns:
            for text in for_database(database_kind, TEXTS):
                given = {"csrf_token": token, **dict.fromkeys((column, f"{column}-en", f"{column}-zh"), text)}
                answer = admin.post(f"{base}/add", data=given)
                assert answer.status_code < 500, (base, column, text[:30])

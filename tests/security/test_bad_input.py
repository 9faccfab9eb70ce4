"""Bad input by page and by REST: a clear message in the reader's language that names the field, and nothing changed."""

import hashlib
import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select

from app.db import Model, db, unit_of_work
from app.records.attachments import most_bytes
from app.sdk.actor import SYSTEM, acting_as
from app.security import tokens
from app.security.services import user_service
from tests.fab.conftest import make_incident
from tests.support.people import csrf_token, make_person

PAGE, REST = "/incident/incidents/add", "/api/v1/incident/"
# What tells that somebody was there, and numbers that are taken beforehand and may be left out.
BOOKKEEPING = {"login_session", "api_token", "login_attempt", "number_sequence", "ab_user", "record_presence",
               "user_choice"}
FIELDS = [  # what is sent beside what is right, and the field that is named
    ({"title": "x" * 5000}, "title"), ({"title": ""}, "title"), ({"title": "a\0b"}, "title"),
    ({"title": "invoice\u202efdp.exe"}, "title"), ({"caller_id": 10**6}, "caller"), ({"caller_id": 2**70}, "caller"),
    ({"group_id": -1}, "group"), ({"priority_id": 10**6}, "priority"), ({"kind": "no such"}, "kind"),
    ({"description": "x" * 1_000_001}, "description"),
]
ONLY_REST = [
    ({"title": 5}, "title"), ({"title": ["a"]}, "title"), ({"title": "a\ud800"}, "title"),
    ({"caller_id": "x"}, "caller"), ({"caller_id": 1.5}, "caller"), ({"nosuch": 1}, "nosuch"),
    ({"number": "INC1"}, "number"), ({"id": 1}, "id"),
    ({"title": {"en": {"zh": "x"}}}, "title"), ({"caller_id": True}, "caller"),
]
BODIES = [b"{", b"[]", b"null", b"\xff\xfe{\x00}\x00", '{"title": "打印机"}'.encode("gbk"), b"[" * 100_000,
          b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"title": NaN}', b'{"caller_id": 1e999}']
MESSAGES = {"zh": re.compile(r"[\u4e00-\u9fff]"), "en": re.compile(r"[A-Za-z]{3}")}


@pytest.fixture
def desk(app, cast, logged_in):
    """What sends by page and by REST, and what tells whether anything is another than it was."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        key = tokens.create(cast.agent.user_id, tokens.NewToken("tests"))
        caller, incident = make_person(name="Caller").id, make_incident().id
    browser = logged_in(cast.agent)
    token = csrf_token(browser, PAGE)

    class Desk:
        person, record = caller, incident

        @staticmethod
        def hashes():
            with app.app_context(), unit_of_work(), acting_as(SYSTEM):
                found = {}
                for name, table in Model.metadata.tables.items():
                    if name not in BOOKKEEPING:
                        rows = db.session.connection().execute(select(table)).all()
                        found[name] = (len(rows), hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest())
                return found

        @staticmethod
        def speak(language):
            with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
                user_service.update(SYSTEM, cast.agent.user_id, {"language": language})

        @staticmethod
        def rest(method="POST", path=REST, **options):
            headers = {"Authorization": f"Bearer {key}"}
            return app.test_client().open(path, method=method, headers=headers, **options)

        @staticmethod
        def page(path=PAGE, **data):
            return browser.post(path, data={"csrf_token": token, **data})

    return Desk


def form(name, content):
    """Return a form with one file; werkzeug's own way leaves files of its own open."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return {"data": head + content + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def right(desk, **more):
    return {"title": "Printer", "kind": "incident", "caller_id": desk.person, **more}


def test_fields(desk):
    for language in ("en", "zh"):
        desk.speak(language)
        before = desk.hashes()
        for values, field in [*FIELDS, *ONLY_REST]:
            body = json.dumps(right(desk, **values))
            answer = desk.rest(data=body, content_type="application/json")
            assert answer.status_code == 422, (values, answer.text[:300])
            named = {name.removesuffix("_id"): text for name, text in answer.json["fields"].items()}
            assert field.removesuffix("_id") in named, (field, answer.text[:300])
            assert MESSAGES[language].search(named[field]), (language, named)
    for values, field in (one for one in FIELDS if one[1] != "priority"):  # which the form of a new one has not
        form = {name.removesuffix("_id"): value for name, value in right(desk, **values).items()}
        answer = desk.page(**form)
        assert answer.status_code == 422, (values if len(str(values)) < 99 else field, answer.status_code)
        assert field in answer.text
    assert desk.hashes() == before


def test_bodies(desk):
    before = desk.hashes()
    for body in BODIES:
        answer = desk.rest(data=body, content_type="application/json")
        assert answer.status_code in (400, 422), (body[:40], answer.status_code)
        assert answer.mimetype == "application/problem+json"
        assert answer.json["title"]
    for kind in ("text/plain", "application/xml", None):
        assert desk.rest(data=b"{}", content_type=kind).status_code == 415
    for encoded in ("打印机".encode("gbk"), "打印机".encode("utf-16"), b"\xff\xfe", b"\xc3("):
        body = b"--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n" + encoded + b"\r\n--x--\r\n"
        answer = desk.rest("POST", f"{REST}{desk.record}/attachments", data=body,
                           content_type="multipart/form-data; boundary=x")
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["title"]), encoded
    assert desk.hashes() == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_is_nobody_or_forges_a_token(app, desk, cast, logged_in):
    before = desk.hashes()
    for headers in ({}, {"Authorization": "Bearer tsd_" + "x" * 43}, {"Authorization": "Bearer "},
                    {"Authorization": "Basic YWRtaW46YWRtaW4="}, {"Authorization": "Bearer a\u00e9"}):
        assert app.test_client().post(REST, headers=headers, json=right(desk)).status_code == 401, headers
    browser = logged_in(cast.agent)
    for data in ({}, {"csrf_token": "x"}, {"csrf_token": "x" * 10_000}):
        answer = browser.post(PAGE, data={"title": "x", **data})
        assert answer.status_code == 400
        assert "<form" in answer.text or "alert" in answer.text or len(answer.text) > 100
    assert browser.post(REST, json=right(desk)).status_code == 403
    assert desk.hashes() == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_files(app, desk):
    before = desk.hashes()
    files = f"{REST}{desk.record}/attachments"
    with app.app_context(), unit_of_work():
        most = most_bytes()
    for name, content, status in (("big.bin", b"x" * (most + 1), 422), ("bigger.bin", b"x" * 20 * 2**20, 422),
                                  ("huge.bin", b"x" * 25 * 2**20, 413),
                                  ("empty.txt", b"", 422), ("invoice\u202efdp.exe", b"MZ", 422)):
        answer = desk.rest("POST", files, **form(name, content))
        assert answer.status_code == status, (name, answer.text[:200])
        assert status == 413 or "file" in answer.json["fields"]
    assert desk.rest("POST", files, json={}).status_code == 415
    assert desk.rest("POST", files, data={}, content_type="multipart/form-data").status_code in (400, 422)
    assert desk.hashes() == before
    assert desk.rest("POST", files, **form("fits.bin", b"x" * most)).status_code == 201


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_sheet_that_grows_without_end(app, cast, desk):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        key = tokens.create(cast.admin.user_id, tokens.NewToken("admin"))
    before = desk.hashes()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 60_000_000)
    assert len(bomb.getvalue()) < 5_000_000
    answer = app.test_client().post("/api/v1/import/person", headers={"Authorization": f"Bearer {key}"},
                                    **form("people.xlsx", bomb.getvalue()))
    assert (answer.status_code, "file" in answer.json["fields"]) == (422, True), answer.text
    assert desk.hashes() == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_markup_is_shown_as_it_was_typed(app, cast, desk, logged_in):
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    made = desk.rest(json=right(desk, title=evil, contact_phone="<b>1</b>", supplier_reference="<i>x</i>",
                                description=f"{evil}<p>text</p>"))
    assert made.status_code == 201, made.text
    pk = made.json["id"]
    assert desk.rest("POST", f"{REST}{pk}/note", json={"body": evil, "is_public": False}).status_code == 201
    assert desk.rest("PUT", f"{REST}{pk}/tags", json={"tags": ["<b>tag</b>"]}).status_code == 200
    browser = logged_in(cast.agent)
    for path in ("/incident/incidents/list/", f"/incident/incidents/show/{pk}", f"/incident/incidents/edit/{pk}",
                 "/incident/incidents/list/?as=kanban", f"/incident/incidents/{pk}/entries"):
        answer = browser.get(path, headers={"HX-Request": "true"} if "entries" in path else {}, follow_redirects=True)
        assert answer.status_code in (200, 404), path
        for raw in ("<img src=x", "<script>alert", "<b>1</b>", "<i>x</i>", "<b>tag</b>"):
            assert raw not in answer.text, (path, raw)

"""What somebody with few rights, or with none, tries: each is refused in plain words and changes nothing."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import quote, urljoin

import pytest
from sqlalchemy import func, select, text

from addons.incident.models import Incident
from app.records import attachments, timeline
from app.records.attachments import Attachment
from tests.fab.conftest import make_incident, seen, written  # noqa: F401 - fixtures
from tests.support.people import PASSWORD, csrf_token, log_in, submit

BASE, API = "/incident/incidents", "/api/v1/incident/"


@pytest.fixture
def two(cast, written):  # noqa: F811 - the fixture
    """One incident that the specialist sees, and one of another group with a file and a note."""
    with written() as session:
        mine = make_incident(title="mine to see", group=cast.second_line).id
        other = make_incident(title="hidden from me", group=cast.first_line)
        file = attachments.add(session, other, "secret.txt", b"the secret")
        timeline.add_note(session, other, "a secret note", is_public=False)
        return {"mine": mine, "other": other.id, "file": file.id}


@pytest.fixture
def specialist(cast, logged_in):
    return logged_in(cast.specialist)


def header_token(browser):
    return unescape(re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/").text)[1])


def facts(seen, incident):  # noqa: F811 - the fixture
    """Return what must stay as it was."""
    with seen() as session:
        row = session.execute(select(Incident).where(Incident.id == incident)).scalar_one()
        notes = session.execute(select(func.count()).select_from(timeline.TimelineEntry)).scalar_one()
        files = session.execute(select(func.count()).select_from(Attachment)).scalar_one()
        return row.version, row.title, row.state, row.group_id, notes, files


def is_here(place):
    """Say whether a browser at the log-in page that is sent there stays at this desk; it reads a \\ as a /."""
    return urljoin("http://localhost/login/", place.replace("\\", "/")).startswith("http://localhost/")


class TestOtherGroupsRecords:
    def test_a_file_is_not_had_through_ones_own_record(self, specialist, two):
        for incident in (two["mine"], two["other"]):
            assert specialist.get(f"{BASE}/{incident}/attachments/{two['file']}").status_code == 404

    def test_no_page_of_it_says_anything(self, specialist, two):
        for path in ("show/{}", "edit/{}", "delete/{}", "{}/transition/transfer", "{}/transition/pick",
                     "{}/panel/audit", "{}/panel/holders", "{}/panel/attachments"):
            answer = specialist.get(f"{BASE}/{path.format(two['other'])}")
            assert answer.status_code in (404, 405), path
            assert not re.search("hidden from me|secret", answer.text), path

    def test_nothing_is_done_to_it(self, specialist, two, seen):  # noqa: F811
        key, before = two["other"], facts(seen, two["other"])
        token = header_token(specialist)
        for path in ("edit/{}", "delete/{}", "{}/note", "{}/attachments", "{}/tags", "{}/watch", "{}/transition/pick"):
            answer = specialist.post(f"{BASE}/{path.format(key)}", data={
                "csrf_token": token, "title": "taken", "body": "x", "reason": "x", "tags": "x",
                "file": (BytesIO(b"x"), "x.txt")})
            assert answer.status_code in (403, 404), path
        for method, path in (("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/transition/pick")):
            answer = specialist.open(f"{API}{key}{path}", method=method, json={"title": "taken"},
                                     headers={"X-CSRFToken": token})
            assert answer.status_code in (403, 404, 405), (method, path)
        assert facts(seen, key) == before

    def test_hidden_and_missing_read_alike(self, specialist, two):
        hidden, missing = specialist.get(f"{API}{two['other']}"), specialist.get(f"{API}999999")
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert hidden.json["title"] == missing.json["title"]

    def test_neither_search_nor_palette_knows_it(self, specialist, two):
        for address in (f"{BASE}/list/?q=hidden", f"{API}?q=(filters:!((col:title,opr:ct,value:hidden)))",
                        f"{BASE}/list/?_flt_0_created_by_id=1", "/palette/?q=hidden"):
            answer = specialist.get(address)
            assert answer.status_code == 200, address
            assert "hidden from me" not in answer.text, address


class TestWithoutTheToken:
    def test_no_form_of_any_page_works(self, app, cast, logged_in, two, seen):  # noqa: F811
        browser, before = logged_in(cast.admin), facts(seen, two["mine"])
        for rule in app.url_map.iter_rules():
            if "POST" in rule.methods and not rule.rule.startswith("/api/"):
                path = re.sub(r"<[^>]+>", str(two["mine"]), rule.rule)
                answer = browser.post(path, data={"title": "taken", "body": "x", "reason": "x"})
                assert answer.status_code == 400, (path, answer.status_code)
        assert facts(seen, two["mine"]) == before
        assert browser.get("/profile/").status_code == 200

    def test_no_resource_writes_by_cookie_alone(self, app, cast, logged_in, two):
        browser = logged_in(cast.admin)
        for rule in app.url_map.iter_rules():
            for method in sorted(rule.methods & {"POST", "PUT", "PATCH", "DELETE"}):
                if rule.rule.startswith("/api/v1/") and "/security/" not in rule.rule:
                    path = re.sub(r"<[^>]+>", str(two["mine"]), rule.rule)
                    assert browser.open(path, method=method, json={}).status_code == 403, (method, path)

    def test_another_ones_token_is_none(self, cast, logged_in, two, seen):  # noqa: F811
        before = facts(seen, two["mine"])
        foreign = csrf_token(logged_in(cast.manager), f"{BASE}/add")
        answer = logged_in(cast.specialist).post(f"{BASE}/{two['mine']}/note",
                                                 data={"csrf_token": foreign, "body": "x"})
        assert answer.status_code == 400
        assert facts(seen, two["mine"]) == before


def test_a_method_is_what_it_is(specialist, two, seen):  # noqa: F811
    before, token = facts(seen, two["mine"]), header_token(specialist)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = specialist.get(f"{API}{two['mine']}?_method=DELETE", headers={name: "DELETE", "X-CSRFToken": token})
        assert answer.status_code == 200
    assert facts(seen, two["mine"]) == before


class TestSessions:
    def test_a_planted_cookie_is_worth_nothing(self, app, cast, client):
        client.get("/login/")
        before = client.get_cookie("desk")
        log_in(client, cast.agent)
        after = client.get_cookie("desk").value
        attacker = app.test_client()
        assert before.value != after
        attacker.set_cookie("desk", before.value)
        assert "/login/" in attacker.get(f"{BASE}/list/").headers["Location"]

    def test_after_logging_out_the_old_cookie_is_over(self, app, cast, logged_in):
        browser = logged_in(cast.agent)
        kept = browser.get_cookie("desk").value
        browser.post("/logout/", data={"csrf_token": header_token(browser)})
        thief = app.test_client()
        thief.set_cookie("desk", kept)
        assert "/login/" in thief.get(f"{BASE}/list/").headers["Location"]
        assert thief.get(API).status_code == 401

    def test_a_changed_cookie_is_nobody(self, app, cast, logged_in):
        kept = logged_in(cast.agent).get_cookie("desk").value
        forged = app.test_client()
        forged.set_cookie("desk", kept[:-2] + ("aa" if kept[-2:] != "aa" else "bb"))
        assert "/login/" in forged.get(f"{BASE}/list/").headers["Location"]

    @pytest.mark.parametrize("target", [
        "//evil.example", "https://evil.example", "http:evil.example", "\\\\evil.example", "/\\evil.example",
        "javascript:alert(1)", " //evil.example", "%2F%2Fevil.example", "/\t/evil.example", "https:///evil.example",
    ])
    def test_logging_in_leads_nowhere_else(self, app, cast, target):
        client = app.test_client()
        answer = submit(client, f"/login/?next={quote(target)}", page="/login/", username="agent", password=PASSWORD)
        place = answer.headers["Location"]
        assert is_here(place), place
        # Whoever is in already is not sent away either.
        again = client.get(f"/login/?next={quote(target)}").headers["Location"]
        assert is_here(again), again


class TestTooMuch:
    SIZE = 20 * 1024 * 1024

    def test_a_form(self, specialist, two, seen):  # noqa: F811
        before, token = facts(seen, two["mine"]), header_token(specialist)
        for path, field in ((f"{two['mine']}/note", "body"), (f"{two['mine']}/tags", "tags"), ("add", "title"),
                            ("add", "description")):
            answer = specialist.post(f"{BASE}/{path}", data={"csrf_token": token, field: "x" * self.SIZE})
            assert answer.status_code in (413, 422), (path, answer.status_code)
        assert facts(seen, two["mine"]) == before

    def test_rest(self, specialist, two, seen):  # noqa: F811
        before, token = facts(seen, two["mine"]), header_token(specialist)
        for field in ("title", "description", "kind", "contact_phone", "caller_id", "nosuch"):
            answer = specialist.put(f"{API}{two['mine']}", json={field: "x" * self.SIZE},
                                    headers={"X-CSRFToken": token})
            assert answer.status_code in (413, 422), (field, answer.status_code)
        assert facts(seen, two["mine"]) == before

    def test_a_file(self, specialist, two, seen):  # noqa: F811
        before, token = facts(seen, two["mine"]), header_token(specialist)
        # Written by hand: what the client makes of a large file stays open on its disk.
        body = b"\r\n".join((
            b"--b", b'Content-Disposition: form-data; name="csrf_token"', b"", token.encode(),
            b"--b", b'Content-Disposition: form-data; name="file"; filename="big.bin"', b"", b"x" * self.SIZE,
            b"--b--"))
        answer = specialist.post(f"{BASE}/{two['mine']}/attachments", data=body,
                                 content_type="multipart/form-data; boundary=b")
        assert answer.status_code in (413, 422)
        assert facts(seen, two["mine"]) == before

    def test_a_page_of_everything(self, cast, logged_in, written):  # noqa: F811
        with written():
            caller = make_incident(title="one of many", group=cast.second_line).caller_id
            for number in range(210):
                make_incident(title=f"one of many {number}", caller=caller, group=cast.second_line)
        browser = logged_in(cast.specialist)
        page = browser.get(f"{BASE}/list/?psize_IncidentView=999999999")
        assert page.text.count("<tr data-href") == 200
        for size in ("999999999", "-1", "0"):
            assert len(browser.get(f"{API}?q=(page_size:{size})").json["ids"]) <= 200, size


def test_a_file_is_only_ever_a_download(specialist, two):
    token = header_token(specialist)
    page = b"<html><script>alert(document.cookie)</script></html>"
    name = '../../etc/pass"wd\r\nX-Evil: 1.html'
    specialist.post(f"{BASE}/{two['mine']}/attachments", data={"csrf_token": token, "file": (BytesIO(page), name)})
    shown = specialist.get(f"{BASE}/show/{two['mine']}").text + specialist.get(
        f"{BASE}/{two['mine']}/panel/attachments").text
    found = re.search(rf"{BASE}/{two['mine']}/attachments/(\d+)", shown)
    answer = specialist.get(found[0], buffered=True)
    assert (answer.status_code, answer.data) == (200, page)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "X-Evil" not in answer.headers


def test_no_right_is_won(app, cast, logged_in, seen):  # noqa: F811
    browser = logged_in(cast.specialist)
    token = header_token(browser)
    for path, values in (
        ("/security/users/add", {"username": "evil", "password": PASSWORD, "name": "Evil", "roles": "1"}),
        (f"/security/users/edit/{cast.specialist.user_id}", {"roles": "1", "username": "specialist"}),
        (f"/security/users/{cast.admin.user_id}/password", {"password": PASSWORD, "password_again": PASSWORD}),
        ("/organisation/members/add", {"group": cast.first_line, "person": cast.specialist.person_id}),
        ("/organisation/group-roles/add", {"group": cast.second_line, "role": "1"}),
        ("/organisation/groups/add", {"name-en": "Mine", "code": "mine"}), ("/apps/incident/deactivate", {}),
    ):
        assert browser.post(path, data={"csrf_token": token, **values}).status_code in (403, 404), path
    with seen() as session:
        connection = session.connection()
        assert connection.execute(text("SELECT count(*) FROM ab_user WHERE username = 'evil'")).scalar() == 0
        held = connection.execute(text("SELECT count(*) FROM ab_user_role WHERE user_id = :user"),
                                  {"user": cast.specialist.user_id}).scalar()
    assert held == 1

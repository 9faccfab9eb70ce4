"""Where somebody is logged in: seen and ended by themselves, and by an administrator."""

import re

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.records.audit import AuditEntry
from app.security.devices import device_text
from app.security.models import LoginSession
from tests.support.people import csrf_token, log_in, submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PAGE, LIST = "/profile/sessions/", "/incident/incidents/list/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def devices(app, cast, logged_in):
    """The agent's browsers: one in hand, two elsewhere."""
    here, there, other = (logged_in(cast.agent) for _one in range(3))
    return here, there, other


def ends_of(browser):
    return re.findall(r'action="(/profile/sessions/\d+/end)"', browser.get(PAGE).text)


def test_one_is_logged_out_elsewhere(devices):
    here, there, other = devices
    assert len(ends_of(here)) == 2
    assert here.get(PAGE).text.count("this one") == 1
    assert submit(here, ends_of(here)[-1], page=PAGE).status_code == 302
    assert sorted(browser.get(LIST).status_code for browser in (there, other)) == [200, 302]
    assert submit(here, "/profile/sessions/end-others", page=PAGE).status_code == 302
    assert [browser.get(LIST).status_code for browser in devices] == [200, 302, 302]
    assert ends_of(here) == []


def test_nobody_ends_a_strangers(app, cast, devices, logged_in):
    address = ends_of(devices[0])[0]
    stranger = logged_in(cast.specialist)
    assert stranger.post(address, data={"csrf_token": csrf_token(stranger, PAGE)}).status_code == 404
    assert [browser.get(LIST).status_code for browser in devices] == [200, 200, 200]


def test_an_administrator_ends_all(app, cast, devices, logged_in):
    admin = logged_in(cast.admin)
    page = f"/security/users/show/{cast.agent.user_id}"
    assert submit(admin, f"/security/users/{cast.agent.user_id}/end-sessions", page=page).status_code == 302
    assert [browser.get(LIST).status_code for browser in devices] == [302, 302, 302]
    with app.app_context(), unit_of_work() as session:
        told = session.execute(select(AuditEntry.actor_id).where(
            AuditEntry.record_type == "user", AuditEntry.record_id == cast.agent.user_id,
            AuditEntry.field == "session")).scalars().all()
        reasons = session.execute(select(LoginSession.ended_because).where(
            LoginSession.user_id == cast.agent.user_id)).scalars().all()
    assert (told, reasons) == ([cast.admin.user_id] * 3, ["administrator"] * 3)


def test_by_rest(app, cast, devices, logged_in):
    admin, manager = logged_in(cast.admin), logged_in(cast.manager)
    assert manager.get("/api/v1/login_session/").status_code == 403
    rows = [row for row in admin.get("/api/v1/login_session/?q=(page_size:100)").json["result"]
            if row["user_id"] == cast.agent.user_id]
    assert {"token_hash", "ip"} & set(rows[0]) == {"ip"}
    headers = {"X-CSRFToken": csrf_token(admin, "/profile/")}
    assert admin.post("/api/v1/login_session/", json={}, headers=headers).status_code == 405
    assert admin.delete(f"/api/v1/login_session/{rows[0]['id']}", headers=headers).status_code == 200
    assert sorted(browser.get(LIST).status_code for browser in devices) == [200, 200, 302]


@pytest.mark.parametrize(("agent", "text"), [
    (FIREFOX, "Firefox 140 · Linux"), ("curl/8.1", "curl/8.1"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge 141 · Windows"),
    ("Mozilla/5.0 (iPhone; CPU OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari 19 · iPhone"),
])
def test_devices_in_words(context, agent, text):
    assert device_text(agent) == text


def test_the_page_names_the_device(app, cast):
    browser = app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = FIREFOX
    log_in(browser, cast.agent)
    assert "Firefox 140 · Linux" in browser.get(PAGE).text

"""Failed log-ins: a name and an address wait, an administrator sees them and unlocks."""

from datetime import timedelta

import pytest
import time_machine
from flask import request
from sqlalchemy import select

from app import create_app
from app.db import unit_of_work
from app.records.audit import AuditEntry
from app.records.settings import setting_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import InvalidField
from app.security import networks
from tests.support.people import PASSWORD, submit

sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def set_to(app):
    def change(**values):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            setting_service.change(SYSTEM, {key.replace("__", "."): value for key, value in values.items()})

    return change


def attempt(app, username, password, address="127.0.0.1"):
    """Return what the log-in page says: "in" or its refusal."""
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = address
    browser.get("/lang/en")
    answer = submit(browser, "/login/", username=username, password=password)
    if answer.status_code == 302:
        return "in"
    return next((word for word in ("minutes", "wrong", "certain addresses") if word in answer.text), answer.text)


@sqlite
def test_a_name_waits_and_is_unlocked(app, cast, set_to, logged_in):
    set_to(security__login_attempts=3)
    assert [attempt(app, "agent", "wrong") for _one in range(3)] == ["wrong"] * 3
    assert attempt(app, "AGENT", PASSWORD) == "minutes"
    assert attempt(app, "specialist", PASSWORD) == "in"
    admin = logged_in(cast.admin)
    page = f"/security/users/show/{cast.agent.user_id}"
    text = admin.get(page).text
    assert "Locked because of failed log-ins" in text
    assert text.count("Wrong password") == 3
    assert submit(admin, f"/security/users/{cast.agent.user_id}/unlock", page=page).status_code == 302
    assert attempt(app, "agent", PASSWORD) == "in"
    with app.app_context(), unit_of_work() as session:
        told = session.execute(select(AuditEntry.actor_id, AuditEntry.new).where(
            AuditEntry.record_id == cast.agent.user_id, AuditEntry.field == "is_locked").order_by(AuditEntry.id)).all()
    assert [tuple(row) for row in told] == [(None, True), (cast.admin.user_id, False)]


@sqlite
def test_it_is_over_after_its_time(app, cast, set_to):
    set_to(security__login_attempts=3, security__lockout_minutes=5)
    for _one in range(3):
        attempt(app, "agent", "wrong")
    with time_machine.travel(clock.now() + timedelta(minutes=4)):
        assert attempt(app, "agent", PASSWORD) == "minutes"
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert attempt(app, "agent", PASSWORD) == "in"


@sqlite
def test_an_address_waits_whatever_the_names(app, cast, set_to):
    set_to(security__address_attempts=3)
    for name in ("one", "two", "three"):
        attempt(app, name, "wrong", "10.9.9.9")
    assert attempt(app, "agent", PASSWORD, "10.9.9.9") == "minutes"
    assert attempt(app, "agent", PASSWORD, "10.9.9.8") == "in"


@sqlite
def test_who_may_not_unlocks_nobody(app, cast, set_to, logged_in):
    set_to(security__login_attempts=3)
    for _one in range(3):
        attempt(app, "agent", "wrong")
    answer = submit(logged_in(cast.manager), f"/security/users/{cast.agent.user_id}/unlock", page="/profile/")
    assert answer.status_code in (302, 403)
    assert attempt(app, "agent", PASSWORD) == "minutes"


@sqlite
class TestAdministratorsAddresses:
    def test_administrators_only_from_there(self, app, cast, set_to):
        set_to(security__admin_networks="10.0.0.0/8")
        assert attempt(app, "admin", PASSWORD, "192.0.2.1") == "certain addresses"
        assert attempt(app, "admin", PASSWORD, "10.1.1.1") == "in"
        assert attempt(app, "agent", PASSWORD, "192.0.2.1") == "in"

    def test_nobody_locks_themselves_out(self, app, cast, logged_in):
        browser = logged_in(cast.admin)
        given = {"security-lockout_minutes": "15", "security-address_attempts": "100"}
        for networks_, said in (("10.0.0.0/8", "lock yourself out"), ("here", "neither an address nor")):
            refused = submit(browser, "/settings/failed-log-ins-and-addresses", page="/settings/", **given,
                             **{"security-admin_networks": networks_})
            assert (refused.status_code, said in refused.text) == (422, True)
        kept = submit(browser, "/settings/failed-log-ins-and-addresses", page="/settings/", **given,
                      **{"security-admin_networks": "10.0.0.0/8 127.0.0.1"})
        assert kept.status_code == 302


@sqlite
def test_networks(context):
    assert networks.parse("10.0.0.1/8, ::1；192.0.2.7", "x") == ["10.0.0.0/8", "::1/128", "192.0.2.7/32"]
    assert networks.contain(["10.0.0.0/8"], "::ffff:10.2.3.4")
    assert not networks.contain(["10.0.0.0/8"], None)
    with pytest.raises(InvalidField):
        networks.parse("10.0.0.0/99", "x")


@pytest.mark.parametrize(("hops", "seen"), [(0, "127.0.0.1"), (1, "10.0.0.9")])
def test_a_proxy_is_believed_where_the_installation_says_so(tmp_path, hops, seen):
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/x.sqlite3", "DATA_DIR": str(tmp_path),
                      "SECRET_KEY": "of the tests only", "TRUSTED_PROXIES": hops}, load_addons=False)
    app.unitless = frozenset({"who"})
    app.add_url_rule("/who", "who", lambda: request.remote_addr)
    assert app.test_client().get("/who", headers={"X-Forwarded-For": "1.1.1.1, 10.0.0.9"}).text == seen

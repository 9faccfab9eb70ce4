"""The page of demo data: brought in, told once, removed with the word typed; refused to whoever may not."""

import pytest
from sqlalchemy import func, select

from app.db import unit_of_work
from app.organisation.models import Person
from app.records.demo.models import DemoRecord
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_it_is_brought_in_and_removed(app, cast, logged_in):
    def send(browser, what, **values):
        return browser.post(f"/demo-data/{what}", data={"csrf_token": csrf_token(browser, "/notices/"), **values})

    def number():
        with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            return session.execute(select(func.count(DemoRecord.id))).scalar_one()

    admin, manager = logged_in(cast.admin), logged_in(cast.manager)
    assert manager.get("/demo-data/").status_code != 200
    send(manager, "bring")
    assert number() == 0
    assert 'data-tile="demo.state"' not in admin.get("/").text.split("<template")[0]
    brought = send(admin, "bring")
    assert brought.status_code == 200
    assert "demo-agent" in brought.text
    assert "demo-agent" not in admin.get("/demo-data/").text
    assert 'data-tile="demo.state"' in admin.get("/").text.split("<template")[0]
    assert "/demo-data/" in admin.get("/tiles/demo.state").text
    assert send(admin, "bring").status_code == 409
    there = number()
    assert send(admin, "remove", typed="dem").status_code == 422
    send(manager, "remove", typed="demo")
    assert number() == there
    assert send(admin, "remove", typed="demo").headers["Location"] == "/demo-data/"
    assert number() == 0
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        assert session.execute(select(Person.id).where(Person.employee_number.startswith("DEMO-"))).all() == []


def test_the_set_up_offers_it(app, cast, logged_in):
    admin = logged_in(cast.admin)
    token = csrf_token(admin, "/notices/")
    assert 'name="bring"' in admin.get("/welcome/demo").text
    assert admin.post("/welcome/demo", data={"csrf_token": token}).status_code == 302
    assert "demo-manager" in admin.post("/welcome/demo", data={"csrf_token": token, "bring": "1"}).text
    assert 'name="bring"' not in admin.get("/welcome/demo").text

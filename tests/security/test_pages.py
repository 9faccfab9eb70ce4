"""Pages of users and of oneself; the original's own are not there."""

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.organisation.models import GroupMember
from app.organisation.services import member_service
from app.sdk.actor import SYSTEM, acting_as
from app.security.models import UserPreference
from tests.support.people import PASSWORD, log_in, submit


@pytest.mark.parametrize("path", [
    "/users/list/", "/users/add", "/users/userinfo/", "/roles/list/", "/roles/add", "/groups/list/", "/list_groups/",
    "/permissions/list/", "/viewmenus/list/", "/permissionviews/list/", "/registeruser/list/",
    "/resetmypassword/form", "/resetpassword/form", "/userinfoeditview/form", "/userstatschartview/chart/",
    "/apikeys/list/", "/api/v1/security/users/", "/api/v1/security/roles/", "/swagger/v1", "/register/form",
])
def test_the_originals_pages_are_not_there(cast, logged_in, path):
    assert logged_in(cast.admin).get(path).status_code == 404


def test_nobody_in_no_group_stays_logged_in(app, cast, logged_in):
    browser = logged_in(cast.agent)
    assert browser.get("/incident/incidents/list/").status_code == 200
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        member = session.execute(select(GroupMember.id).where(GroupMember.person_id == cast.agent.person_id)).scalar()
        member_service.delete(SYSTEM, member)
    assert "/login/" in browser.get("/incident/incidents/list/").headers["Location"]
    assert browser.get("/api/v1/incident/").status_code == 401
    answer = submit(app.test_client(), "/login/", username="agent", password=PASSWORD)
    assert answer.status_code == 200
    with app.test_client() as again, pytest.raises(AssertionError):
        log_in(again, cast.agent)


def test_ones_own_profile(app, cast, logged_in):
    browser = logged_in(cast.agent)
    assert submit(browser, "/profile/", language="zh", timezone="Europe/Berlin").status_code == 302
    with app.app_context(), unit_of_work() as session:
        kept = session.execute(select(UserPreference.language, UserPreference.timezone)
                               .where(UserPreference.user_id == cast.agent.user_id)).one()
    assert tuple(kept) == ("zh", "Europe/Berlin")


def test_ones_own_password(app, cast, logged_in):
    here, elsewhere = logged_in(cast.agent), logged_in(cast.agent)
    wrong = submit(here, "/profile/password", old_password="wrong", password="Another-pass-1",
                   password_again="Another-pass-1")
    assert (wrong.status_code, 'id="old_password-error"' in wrong.text) == (422, True)
    done = submit(here, "/profile/password", old_password=PASSWORD, password="Another-pass-1",
                  password_again="Another-pass-1")
    assert done.status_code == 302
    assert here.get("/profile/").status_code == 200
    assert "/login/" in elsewhere.get("/profile/").headers["Location"]


@pytest.mark.parametrize("path", ["/profile/", "/profile/password"])
def test_a_visitor_has_none(cast, client, path):
    assert client.get(path).headers["Location"] == f"/login/?next={path}"


def test_an_administrator_makes_a_log_in_through_the_page(app, cast, logged_in):
    browser = logged_in(cast.admin)
    address = "/security/users/add"
    refused = submit(browser, address, name="Bo Chen", username="bo", password=PASSWORD)
    assert (refused.status_code, 'id="group-error"' in refused.text, "Bo Chen" in refused.text) == (422, True, True)
    done = submit(browser, address, name="Bo Chen", username="bo", password=PASSWORD, group=str(cast.first_line))
    assert done.status_code == 302
    page = browser.get(done.headers["Location"])
    assert "Bo Chen" in page.text
    fresh = app.test_client()
    assert submit(fresh, "/login/", username="bo", password=PASSWORD).status_code == 302


def test_an_agent_sees_no_users(cast, logged_in):
    browser = logged_in(cast.agent)
    for path in ("users/list/", "roles/list/", "sessions/list/", "users/show/1"):
        assert browser.get(f"/security/{path}").status_code in (302, 403, 404)
    assert "/security/" not in browser.get("/").text


def test_the_zone_of_the_device_is_taken_or_left(app, cast, logged_in):
    browser = logged_in(cast.agent)
    assert 'data-zone="Asia/Shanghai"' in browser.get("/").text
    assert submit(browser, "/profile/zone", page="/", zone="Europe/Berlin", answer="keep").headers["Location"] == "/"
    text = browser.get("/").text
    assert 'data-zone="Asia/Shanghai" data-kept="Europe/Berlin"' in text
    submit(browser, "/profile/zone", page="/", zone="Europe/Berlin", answer="use")
    assert 'data-zone="Europe/Berlin"' in browser.get("/").text
    assert '<html lang="en"' in browser.get("/").text
    assert submit(browser, "/profile/zone", page="/", zone="Mars/Base", answer="use").status_code == 422
    assert 'data-zone="Europe/Berlin"' in browser.get("/").text


def test_what_one_is_told_of_the_look_and_the_first_page(app, cast, logged_in):
    browser = logged_in(cast.agent)
    given = {"language": "en", "timezone": "UTC", "has_notices": "1", "notice-ticket-group": "y", "theme": "dark",
             "start": "incident.list"}
    answer = submit(browser, "/profile/", **given)
    assert answer.status_code == 302
    assert 'theme=dark' in answer.headers["Set-Cookie"] or browser.get_cookie("theme").value == "dark"
    text = browser.get("/profile/").text
    assert 'data-bs-theme="dark"' in text
    assert '<option selected value="incident.list">' in text
    with app.app_context(), unit_of_work() as session:
        from app.security.models import UserChoice

        kept = dict(session.execute(select(UserChoice.key, UserChoice.value)).all())
    assert kept["notices"]["ticket.group"] is True
    assert kept["notices"]["ticket.assigned"] is False
    submit(browser, "/profile/", **{**given, "theme": "", "start": "home"})
    assert browser.get_cookie("theme") is None
    assert '<option selected value="home">' in browser.get("/profile/").text
    assert browser.get("/start").headers["Location"] == "/"
    assert submit(browser, "/profile/", **{**given, "start": "security.users"}).status_code == 422

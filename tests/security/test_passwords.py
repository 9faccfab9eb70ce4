"""What a password must be, when it is over, and how it is set anew."""

import re
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.db import unit_of_work
from app.records.settings import setting_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import InvalidField
from app.security.services import passwords, user_service
from tests.support.people import PASSWORD, submit


@pytest.mark.parametrize("password", [
    "", "short", "1234567", "password", "PASSWORD", "aaaaaaaaaaaa", "12345678", "x" * 201, "wang.fang",
])
def test_refused(context, password):
    with pytest.raises(InvalidField) as refused:
        passwords.check(password, "Wang.Fang")
    assert set(refused.value.fields) == {"password"}


@given(st.text(min_size=8, max_size=200).filter(lambda text: len(set(text.casefold())) >= 4))
def test_anything_long_and_mixed_is_taken(password):
    if password.casefold() not in passwords._GUESSED:
        passwords.check(password, "somebody-else")


sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LIST, NEW = "/incident/incidents/list/", "Quite-another-9"


@pytest.fixture
def policy(app):
    def change(**values):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            setting_service.change(SYSTEM, {f"security.password_{name}": value for name, value in values.items()})

    return change


@sqlite
@pytest.mark.parametrize(("values", "refused", "taken"), [
    ({"strength": 2}, ["abcdefgh1", "Password1!", "qwertyuiop1"], ["Fourteen-is-it", "春眠不觉晓处处闻啼鸟"]),
    ({"kinds": 4}, ["Fourteen-is-it", "fourteen1s"], ["Fourteen-is-1"]),
    ({"length": 12}, ["Eleven-char"], ["Twelve-chars"]),
])
def test_the_policy(app, policy, values, refused, taken):
    policy(**values)
    with app.test_request_context(), unit_of_work(), acting_as(SYSTEM):
        for password in taken:
            passwords.check(password, "somebody")
        for password in refused:
            with pytest.raises(InvalidField):
                passwords.check(password, "somebody")


@pytest.mark.parametrize("password", ["my-wang.fang-1", "xx-FANG@example-9", "我是王芳没错的呀"])
def test_none_is_made_of_names(context, password):
    passwords.check(password, "somebody")
    with pytest.raises(InvalidField):
        passwords.check(password, "wang.fang", "王芳", "fang@example.com")


@sqlite
def test_none_is_chosen_again(app, cast, policy):
    policy(history=2)
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        for password in (NEW, f"{NEW}-b"):
            user_service.change_password(SYSTEM, cast.agent.user_id, password)
        for password in (NEW, f"{NEW}-b"):
            with pytest.raises(InvalidField, match="2"):
                user_service.change_password(SYSTEM, cast.agent.user_id, password)
        user_service.change_password(SYSTEM, cast.agent.user_id, PASSWORD)


@sqlite
class TestOver:
    def log_in(self, app, password=PASSWORD):
        browser = app.test_client()
        return browser, submit(browser, f"/login/?next={LIST}", username="agent", password=password)

    def change(self, app, browser, step):
        assert step.startswith("/login/new-password")
        assert browser.get(LIST).status_code == 302
        same = submit(browser, step, password=PASSWORD, password_again=PASSWORD)
        assert (same.status_code, 'id="password-error"' in same.text) == (422, True)
        assert submit(browser, step, password=NEW, password_again=NEW).headers["Location"] == LIST
        assert browser.get(LIST).status_code == 200
        assert self.log_in(app, NEW)[1].headers["Location"] == LIST

    def test_after_its_days(self, app, cast, policy):
        policy(days=30)
        assert self.log_in(app)[1].headers["Location"] == LIST
        with time_machine.travel(clock.now() + timedelta(days=31)):
            browser, answer = self.log_in(app)
            self.change(app, browser, answer.headers["Location"])

    def test_after_an_administrator_gave_it(self, app, cast, logged_in):
        answer = submit(logged_in(cast.admin), f"/security/users/{cast.agent.user_id}/password", password=f"{NEW}-t",
                        password_again=f"{NEW}-t", must_change="y")
        assert answer.status_code == 302
        browser, answer = self.log_in(app, f"{NEW}-t")
        self.change(app, browser, answer.headers["Location"])


@sqlite
class TestLink:
    @pytest.fixture
    def link(self, app, cast, logged_in):
        admin = logged_in(cast.admin)
        page = submit(admin, f"/security/users/{cast.agent.user_id}/password-link",
                      page=f"/security/users/show/{cast.agent.user_id}").text
        return re.search(r"/login/link/[\w-]+", page)[0]

    def test_it_is_good_once(self, app, cast, link):
        browser = app.test_client()
        assert submit(browser, link, password="short", password_again="short").status_code == 422
        assert submit(browser, link, password=NEW, password_again=NEW).status_code == 302
        assert browser.get(link).status_code == 404
        assert submit(browser, "/login/", username="agent", password=NEW).headers["Location"] == "/start"

    def test_and_for_a_day(self, app, cast, link):
        with time_machine.travel(clock.now() + timedelta(hours=25)):
            assert app.test_client().get(link).status_code == 404
        assert app.test_client().get(f"{link}x").status_code == 404

    def test_not_made_by_who_may_not(self, cast, logged_in):
        answer = submit(logged_in(cast.manager), f"/security/users/{cast.agent.user_id}/password-link",
                        page="/profile/")
        assert answer.status_code in (302, 403)
        assert "/login/link/" not in answer.text


@sqlite
def test_what_is_demanded_stands_beside_the_field(cast, logged_in):
    text = logged_in(cast.agent).get("/profile/password").text
    assert 'data-rule="length" data-number="8"' in text
    assert "js/password.js" in text

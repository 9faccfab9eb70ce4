"""The second factor: enrolled, asked for, refused twice, lost."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from app.db import unit_of_work
from app.records.audit import AuditEntry
from app.records.settings import setting_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden
from app.security import sealing
from app.security.models import LoginProfile, RecoveryCode, RoleProfile
from app.security.services import role_service, second_factor_service
from tests.support.people import AGENT, PASSWORD, make_actor, role_ids, submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PAGE, LIST = "/profile/second-factor/", "/incident/incidents/list/"
SECRET = re.compile(r"<code class=\"factor-secret\" data-secret>(\w+)</code>")
OFFER = re.compile(r'name="offer"[^>]*value="([^"]+)"')


def enrol(browser, page=PAGE, **values):
    """Set a second factor up on a page; return its secret and the recovery codes."""
    text = browser.get(page).text
    secret, offer = SECRET.search(text)[1], OFFER.search(text)[1]
    answer = submit(browser, page, offer=offer, code=code(secret), **values)
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<code data-recovery>([\w-]+)</code>", answer.text)
    assert len(codes) == 10
    return secret, codes


def code(secret, later=0):
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=later))


def with_password(app, username="agent"):
    browser = app.test_client()
    browser.get("/lang/en")
    return browser, submit(browser, f"/login/?next={LIST}", username=username, password=PASSWORD)


def is_in(browser):
    return browser.get(LIST).status_code == 200


@pytest.fixture
def factor(cast, logged_in):
    """The agent's second factor."""
    return enrol(logged_in(cast.agent), password=PASSWORD)


class TestLoggingIn:
    def test_the_code_is_asked_for_after_the_password(self, app, cast, factor):
        browser, answer = with_password(app)
        step = answer.headers["Location"]
        assert step.startswith("/login/code?next=")
        assert not is_in(browser)
        wrong = submit(browser, step, code="000000")
        assert (wrong.status_code, 'id="code-error"' in wrong.text, is_in(browser)) == (200, True, False)
        with time_machine.travel(clock.now() + timedelta(seconds=60)):
            assert submit(browser, step, code=code(factor[0])).headers["Location"] == LIST
            assert is_in(browser)

    def test_no_code_is_taken_twice(self, app, cast, factor):
        with time_machine.travel(clock.now() + timedelta(seconds=60), tick=False):
            now = code(factor[0])
            first, second = with_password(app)[0], with_password(app)[0]
            assert submit(first, "/login/code", code=now).status_code == 302
            assert submit(second, "/login/code", code=now).status_code == 200
            assert submit(second, "/login/code", code=code(factor[0], -30)).status_code == 200
            assert (is_in(first), is_in(second)) == (True, False)

    def test_guessing_makes_the_account_wait(self, app, cast, factor):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            setting_service.change(SYSTEM, {"security.login_attempts": 3})
        browser, _answer = with_password(app)
        for _one in range(2):
            assert submit(browser, "/login/code", code="000000").status_code == 200
        assert submit(browser, "/login/code", code="000000").headers["Location"] == "/login/"
        assert "minutes" in with_password(app)[1].text
        with time_machine.travel(clock.now() + timedelta(minutes=1)):
            assert browser.post("/login/code", data={"code": code(factor[0])}).status_code == 400
        assert not is_in(browser)

    def test_a_recovery_code_is_good_once(self, app, cast, factor):
        for text, let_in in ((factor[1][0].upper(), True), (factor[1][0], False), (factor[1][1], True)):
            browser, _answer = with_password(app)
            submit(browser, "/login/code", code=text)
            assert is_in(browser) is let_in

    def test_what_is_on_the_way_is_over_after_a_while_and_with_the_password(self, app, cast, factor):
        browser, _answer = with_password(app)
        with time_machine.travel(clock.now() + timedelta(minutes=11)):
            assert browser.get("/login/code").headers["Location"] == "/login/"
        assert browser.get("/login/second-factor").headers["Location"] == "/login/"
        assert app.test_client().get("/login/code").headers["Location"] == "/login/"

    def test_the_secret_is_sealed(self, app, cast, factor):
        with app.app_context(), unit_of_work() as session:
            kept = session.execute(select(LoginProfile.totp_secret)
                                   .where(LoginProfile.totp_secret.is_not(None))).scalar()
            marks = session.execute(select(RecoveryCode.code_mark)).scalars().all()
            assert factor[0] not in kept
            assert sealing.unseal(kept) == factor[0]
            assert not {one.replace("-", "") for one in factor[1]} & set(marks)
            app.config["SECRET_KEY"], before = "another", app.config["SECRET_KEY"]
            try:
                assert sealing.unseal(kept) is None
            finally:
                app.config["SECRET_KEY"] = before


class TestEnrolling:
    def test_not_without_password_and_code(self, cast, logged_in):
        browser = logged_in(cast.agent)
        text = browser.get(PAGE).text
        assert "data:image/svg+xml" in text
        secret, offer = SECRET.search(text)[1], OFFER.search(text)[1]
        for values in ({"code": code(secret), "password": "wrong"}, {"code": "123", "password": PASSWORD},
                       {"code": code(secret), "password": PASSWORD, "offer": "made-up"}):
            answer = submit(browser, PAGE, **{"offer": offer, **values})
            assert answer.status_code == 422, values
        assert SECRET.search(browser.get(PAGE).text) is not None

    def test_codes_are_renewed_and_the_factor_is_given_up(self, app, cast, logged_in, factor):
        with time_machine.travel(clock.now() + timedelta(seconds=60)):
            browser, _answer = with_password(app)
            submit(browser, "/login/code", code=factor[1][0])
            assert submit(browser, f"{PAGE}codes", page=PAGE, code="000000").text.count('id="code-error"') == 1
            renewed = submit(browser, f"{PAGE}codes", page=PAGE, code=code(factor[0]))
            codes = re.findall(r"<code data-recovery>([\w-]+)</code>", renewed.text)
            assert not set(codes) & set(factor[1])
            assert submit(browser, f"{PAGE}off", page=PAGE, code=codes[0]).status_code == 302
        assert with_password(app)[1].headers["Location"] == LIST


class TestDemanded:
    @pytest.fixture
    def demanded(self, app, cast):
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            role = role_ids(AGENT)[0]
            profile = session.execute(select(RoleProfile.id).where(RoleProfile.role_id == role)).scalar_one()
            role_service.update(SYSTEM, profile, {"needs_second_factor": True})

    def test_it_is_set_up_at_the_next_log_in_and_cannot_be_given_up(self, app, cast, demanded):
        browser, answer = with_password(app)
        assert answer.headers["Location"].startswith("/login/second-factor")
        assert not is_in(browser)
        _secret, codes = enrol(browser, "/login/second-factor")
        assert is_in(browser)
        assert submit(browser, f"{PAGE}off", page=PAGE, code=codes[0]).status_code == 409
        assert with_password(app)[1].headers["Location"].startswith("/login/code")

    def test_others_are_not_asked(self, app, cast, demanded):
        assert with_password(app, "specialist")[1].headers["Location"] == LIST


def test_an_administrator_takes_a_lost_one_away(app, cast, factor, logged_in):
    browser, _answer = with_password(app)
    submit(browser, "/login/code", code=factor[1][0])
    admin, page = logged_in(cast.admin), f"/security/users/show/{cast.agent.user_id}"
    assert submit(admin, f"/security/users/{cast.agent.user_id}/reset-factor", page=page).status_code == 302
    assert not is_in(browser)
    assert with_password(app)[1].headers["Location"] == LIST
    with app.app_context(), unit_of_work() as session:
        told = session.execute(select(AuditEntry.actor_id, AuditEntry.new).where(
            AuditEntry.record_id == cast.agent.user_id, AuditEntry.field == "second_factor")
            .order_by(AuditEntry.id)).all()
    assert [tuple(row) for row in told] == [(cast.agent.user_id, True), (cast.admin.user_id, False)]


def test_who_is_weaker_takes_none_away(app, cast, factor):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        for rights in ([], ["user.read"]):
            with pytest.raises(Forbidden):
                second_factor_service.reset(make_actor(rights), cast.agent.user_id)
    assert with_password(app)[1].headers["Location"].startswith("/login/code")

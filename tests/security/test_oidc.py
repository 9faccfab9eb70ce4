"""Logging in by an OpenID Connect provider over real HTTP, through Flask-AppBuilder's back end."""

import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

import config
from app.db import unit_of_work
from app.organisation.models import GroupMember, Person
from app.organisation.services import person_service
from app.sdk.actor import SYSTEM, acting_as
from app.security import oidc
from app.security.models import ExternalIdentity, LoginSession
from tests.support.oidc_provider import provider  # noqa: F401 - the fixture
from tests.support.people import AGENT, CUSTOMER, make_administrator, make_group

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FANG = {"sub": "f-1", "preferred_username": "wang.fang", "name": "王芳", "email": "wang.fang@example.com",
        "email_verified": True, "employee_number": "E100", "groups": ["Desk"]}
LIST = "/incident/incidents/list/"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given):
        return None


@pytest.fixture
def desk(app, provider):  # noqa: F811
    """A desk with a group, which lets in whom the provider vouches for."""
    before, manager = dict(app.config), app.extensions["appbuilder"].sm
    remotes = manager.oauth_remotes
    loaded = config.load({**provider.settings(), "DATA_DIR": app.config["DATA_DIR"], "SECRET_KEY": "of the tests only"})
    app.config.update({name: value for name, value in loaded.items() if name.startswith("OIDC_")},
                      DIRECTORY_GROUPS={"desk": {"group": "first_line", "role": AGENT},
                                        "customers": {"role": CUSTOMER}})
    manager.oauth_remotes = {oidc.PROVIDER: oidc.remote(app)}
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        make_administrator()
        make_group(code="first_line")
    provider.claims = dict(FANG)
    yield app
    manager.oauth_remotes = remotes
    app.config.clear()
    app.config.update(before)


def sent_back(browser, start="/login/oidc"):
    """Go to the provider and return where it sends back to."""
    answer = browser.get(start)
    assert answer.status_code == 302, answer.text
    try:
        urllib.request.build_opener(_Stay).open(answer.headers["Location"], timeout=5)
    except urllib.error.HTTPError as redirect:
        with redirect:
            back = urlsplit(redirect.headers["Location"])
        return f"{back.path}?{back.query}"
    raise AssertionError("the provider keeps the visitor")


def attempt(app, start="/login/oidc"):
    """Return the browser, and where it lands or what is said to it."""
    browser = app.test_client()
    browser.get("/lang/en")
    return browser, said(browser, browser.get(sent_back(browser, start)))


def said(browser, answer):
    assert answer.status_code == 302, answer.text
    if not answer.headers["Location"].startswith("/login"):
        return answer.headers["Location"]
    text = browser.get("/login/").text
    return text.split('role="alert">', 1)[1].split("<div>", 1)[1].split("</div>", 1)[0]


def read(app, statement):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(statement).scalars().all()


def test_the_button_has_the_configured_name(desk, client):
    client.get("/lang/en")
    assert "Log in with Example ID" in client.get("/login/").text
    assert 'href="/login/oidc?next=/x"' in client.get("/login/?next=/x").text


def test_a_desk_without_a_provider_has_none(app, cast, client):
    assert "/login/oidc" not in client.get("/login/").text
    assert [client.get(path).status_code for path in ("/login/oidc", "/login/oidc/callback")] == [404, 404]


def test_the_first_log_in_makes_an_account_with_what_the_group_gives(desk, provider):  # noqa: F811
    browser, where = attempt(desk, f"/login/oidc?next={LIST}")
    assert (where, browser.get(LIST).status_code) == (LIST, 200)
    person = read(desk, select(Person).where(Person.employee_number == "E100"))[0]
    assert (person.name, person.email) == ("王芳", "wang.fang@example.com")
    assert len(read(desk, select(GroupMember.id).where(GroupMember.person_id == person.id))) == 1
    # Under another name and address the same subject is the same account.
    provider.claims |= {"preferred_username": "fang.wang", "email": "x@example.com", "employee_number": "E9"}
    assert attempt(desk)[1] == "/start"
    assert read(desk, select(func.count()).select_from(ExternalIdentity)) == [1]


@pytest.mark.parametrize("wrong", [
    {"aud": "another"}, {"iss": "http://127.0.0.1:1"}, {"nonce": "another"}, {"exp": int(time.time()) - 600},
    {"sub": None}, "signature",
], ids=["audience", "issuer", "nonce", "expired", "nobody", "signature"])
def test_what_is_not_vouched_for_is_refused(desk, provider, wrong):  # noqa: F811
    before = read(desk, select(func.count()).select_from(User))
    if wrong == "signature":
        provider.is_wrongly_signed = True
    else:
        provider.wrong = wrong
    browser, where = attempt(desk)
    assert "did not succeed" in where
    assert browser.get(LIST).status_code == 302
    assert read(desk, select(func.count()).select_from(User)) == before
    assert read(desk, select(LoginSession.id)) == []


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(desk):
    asker, other = desk.test_client(), desk.test_client()
    other.get("/lang/en")
    back = sent_back(asker)
    assert "did not succeed" in said(other, other.get(back))
    assert said(asker, asker.get(back)) == "/start"
    assert "did not succeed" in said(other, other.get(back))  # and no code is good twice


def test_a_provider_that_says_no_or_nothing(desk, provider):  # noqa: F811
    provider.denies = True
    assert "does not let you in" in attempt(desk)[1]
    desk.extensions["appbuilder"].sm.oauth_remotes[oidc.PROVIDER]._server_metadata_url = "http://127.0.0.1:9/x"
    desk.extensions["appbuilder"].sm.oauth_remotes[oidc.PROVIDER].server_metadata.clear()
    browser = desk.test_client()
    browser.get("/lang/en")
    assert "cannot be reached" in said(browser, browser.get("/login/oidc"))


def test_nobody_takes_over_an_account(desk, provider):  # noqa: F811
    with desk.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        admin = session.execute(select(Person).where(Person.name == "Administrator")).scalar_one()
        person_service.update(SYSTEM, admin.id, {"email": "boss@example.com"})
        person_service.create(SYSTEM, {"name": "Somebody", "email": "somebody@example.com"})
    for claims, why in (
        ({"preferred_username": "admin"}, "another account of this name"),
        ({"email": "boss@example.com"}, "another log-in already"),
    ):
        provider.claims = {**FANG, "employee_number": "", **claims}
        assert why in attempt(desk)[1]
    # An address that the provider has not made sure of is nobody's.
    provider.claims = {**FANG, "employee_number": "", "email": "somebody@example.com", "email_verified": False}
    assert attempt(desk)[1] == "/start"
    assert read(desk, select(Person.user_id).where(Person.name == "Somebody")) == [None]


@pytest.mark.parametrize(("groups", "why"), [
    (["Others"], "not in a group that may use the desk"), ([], "not in a group that may use the desk"),
])
def test_a_leaver_is_refused_and_logged_out(desk, provider, groups, why):  # noqa: F811
    browser = attempt(desk)[0]
    assert browser.get(LIST).status_code == 200
    provider.claims["groups"] = groups
    assert why in attempt(desk)[1]
    assert browser.get(LIST).status_code == 302


def test_a_customer_needs_no_work_group(desk, provider):  # noqa: F811
    provider.claims["groups"] = "Customers"
    browser, where = attempt(desk)
    assert (where, browser.get("/").status_code) == ("/start", 200)
    desk.config["DIRECTORY_GROUPS"] = {}
    provider.claims = {**FANG, "sub": "f-2", "preferred_username": "li.wei", "email": "li@example.com",
                       "employee_number": "E2"}
    assert "not in an active work group" in attempt(desk)[1]

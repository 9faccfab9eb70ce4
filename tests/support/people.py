"""People of the tests: made through the services, so that they are what the desk itself would make."""

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import session, unit_of_work
from app.organisation import services
from app.organisation.models import Company, GroupMember, Person, WorkGroup
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.security import accounts, setup
from app.security.epoch import current as current_epoch
from app.security.models import RoleProfile
from app.security.services import user_service

PASSWORD = "Of-the-tests-only-1"
AGENT, SECOND_LINE, MANAGER = "incident.role_agent", "incident.role_second_line", "incident.role_manager"
CUSTOMER, AUDITOR = "incident.role_customer", "incident.role_auditor"
_serial = itertools.count(1)
_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')


def make_company(**values: Any) -> Company:
    """Make a company. Needs a writing unit of work, as all of these do."""
    return services.company_service.create(SYSTEM, {"name": f"Company {next(_serial)}", **values})


def make_person(**values: Any) -> Person:
    """Make a person without log-in."""
    return services.person_service.create(SYSTEM, {"name": f"Person {next(_serial)}", **values})


def make_group(*members: Person, **values: Any) -> WorkGroup:
    """Make a work group of these people."""
    number = next(_serial)
    name = {"en": f"Group {number}", "zh": f"第{number}组"}
    group = services.work_group_service.create(SYSTEM, {"code": f"group_{number}", "name": name, **values})
    for person in members:
        add_member(group, person)
    return group


def add_member(group: WorkGroup, person: Person) -> GroupMember:
    """Put a person into a group."""
    return services.member_service.create(SYSTEM, {"group": group, "person": person})


def make_actor(permissions: Iterable[str] = (), *, person: Person | None = None,
               groups: Iterable[WorkGroup] = (), user_id: int | None = None) -> Actor:
    """Return an actor who holds exactly these rights: what rules see of a user, without a log-in."""
    return Actor(
        user_id=user_id, label=person.name if person else f"actor {next(_serial)}",
        person_id=person.id if person else None, permissions=frozenset(map(str, permissions)),
        group_ids=frozenset(group.id for group in groups), company_id=person.company_id if person else None,
        company_ids=frozenset({person.company_id} if person and person.company_id else ()),
    )


@dataclass(frozen=True)
class Login:
    """Somebody who can log in."""

    user_id: int
    username: str
    person_id: int
    group_ids: tuple[int, ...]
    actor: Actor
    password: str = PASSWORD


def role_ids(*codes: str) -> list[int]:
    """Return the ids of shipped roles, by their stable codes."""
    statement = select(RoleProfile.code, RoleProfile.role_id).where(RoleProfile.code.in_(codes))
    found = dict(session().execute(statement).all())
    return [found[code] for code in codes]


def make_login(*roles: str, groups: Iterable[WorkGroup | int] = (), **values: Any) -> Login:
    """Make somebody who can log in, with these roles (codes) and in these groups, as the administrator would."""
    make_administrator()
    username = values.pop("username", f"user{next(_serial)}")
    groups = [getattr(group, "id", group) for group in groups]
    given = {"username": username, "password": PASSWORD, "name": f"Name of {username}", "roles": role_ids(*roles),
             "language": "en", **values}
    user = user_service.create(SYSTEM, {**given, "group": groups[0]} if groups else given)
    for group in groups[1:]:
        person_id = session().execute(select(Person.id).where(Person.user_id == user.id)).scalar_one()
        services.member_service.create(SYSTEM, {"group": group, "person": person_id})
    return _login(user)


def make_administrator() -> Login:
    """Make the first administrator by set-up, unless there is one: the desk refuses to be without."""
    if setup.is_open(session()):
        return _login(setup.create_administrator(setup.FirstAdministrator(
            name="Administrator", username="admin", password=PASSWORD, language="en",
        )))
    return _login(session().execute(select(User).where(User.username == "admin")).scalar_one())


def _login(user: User) -> Login:
    person_id = session().execute(select(Person.id).where(Person.user_id == user.id)).scalar_one()
    actor = actor_of(user.id)
    return Login(user.id, user.username, person_id, tuple(sorted(actor.group_ids)), actor)


def actor_of(user_id: int) -> Actor:
    """Return the actor that a user of the desk is at this moment."""
    user = session().execute(select(User).where(User.id == user_id)).scalar_one()
    return accounts._read(user, current_epoch(session().connection())).actor


@dataclass(frozen=True)
class Cast:
    """One of each role: the agent and the manager in the first group, the second line in the second."""

    first_line: int
    second_line: int
    admin: Login
    agent: Login
    specialist: Login
    manager: Login
    customer: Login
    auditor: Login


def make_cast() -> Cast:
    """Make two groups and one of each role."""
    first, second = make_group(code="first_line", is_service_desk=True), make_group(code="second_line", support_line=2)
    return Cast(
        first.id, second.id, make_administrator(), make_login(AGENT, groups=[first], username="agent"),
        make_login(SECOND_LINE, groups=[second], username="specialist"),
        make_login(MANAGER, groups=[first], username="manager"), make_login(CUSTOMER, username="customer"),
        make_login(AUDITOR, groups=[first], username="auditor"),
    )


def keep_cast() -> dict[str, Any]:
    """Make the cast in a database that tests are copied from, and return what it is found by there."""
    global _serial
    counted, _serial = _serial, itertools.count(900_001)
    try:
        with unit_of_work(write=True), acting_as(SYSTEM):
            made = make_cast()
    finally:
        _serial = counted
    return {one.name: value if isinstance(value := getattr(made, one.name), int) else value.username
            for one in fields(made)}


def find_cast(kept: dict[str, Any]) -> Cast:
    """Return the cast that lies in the database. Needs a unit of work."""
    users = {user.username: user for user in session().execute(select(User)).scalars()}
    return Cast(**{name: one if isinstance(one, int) else _login(users[one]) for name, one in kept.items()})


@pytest.fixture
def cast(app: Flask, database: Any) -> Cast:
    """Two groups and one of each role, committed: for tests through the client."""
    kept = database.bring_cast()
    with app.app_context(), unit_of_work(write=kept is None), acting_as(SYSTEM):
        return make_cast() if kept is None else find_cast(kept)


@pytest.fixture
def logged_in(app: Flask) -> Callable[[Login], FlaskClient]:
    """`logged_in(cast.agent)` is a browser in which that person is logged in."""

    def opened(who: Login) -> FlaskClient:
        client = app.test_client()
        log_in(client, who)
        return client

    return opened


def log_in(client: FlaskClient, who: Login) -> None:
    """Log in through the log-in page."""
    answer = submit(client, "/login/", username=who.username, password=who.password)
    assert answer.status_code == 302, answer.text
    assert "/login" not in answer.headers["Location"], answer.text


def csrf_token(client: FlaskClient, page: str) -> str:
    """Return the token of a page's form."""
    found = _TOKEN.search(client.get(page).text)
    assert found is not None, f"{page} has no form"
    return unescape(found[1])


def submit(client: FlaskClient, address: str, *, page: str | None = None, **values: Any) -> TestResponse:
    """Send a form as a browser does: with the token of the page on which it stands."""
    return client.post(address, data={"csrf_token": csrf_token(client, page or address), **values})


@pytest.fixture
def system() -> Actor:
    """The system itself."""
    return SYSTEM


@pytest.fixture
def as_user() -> Callable[..., Actor]:
    """`as_user(["incident.read"], person=…, groups=[…])` is an actor with exactly these rights."""
    return make_actor

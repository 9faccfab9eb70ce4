"""People of the tests: made through the services, so that they are what the desk itself would make."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from app.organisation import services
from app.organisation.models import Company, GroupMember, Person, WorkGroup
from app.sdk.actor import SYSTEM, Actor

_serial = itertools.count(1)


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
    )


@pytest.fixture
def system() -> Actor:
    """The system itself."""
    return SYSTEM


@pytest.fixture
def as_user() -> Callable[..., Actor]:
    """`as_user(["incident.read"], person=…, groups=[…])` is an actor with exactly these rights."""
    return make_actor

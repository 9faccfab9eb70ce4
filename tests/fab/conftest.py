"""Incidents of the contract tests."""

import pytest

from addons.incident.services import incident_service
from app.db import unit_of_work
from app.organisation.models import Person
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_person


def make_incident(**values):
    """Log an incident as the desk would; needs a writing unit of work."""
    caller = values.pop("caller", None) or make_person().id
    return incident_service.create(SYSTEM, {"title": "Printer on fire", "kind": "incident", "caller": caller, **values})


@pytest.fixture
def written(app):
    """`with written():` is a committed writing unit of the system."""
    from contextlib import contextmanager

    @contextmanager
    def unit():
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            yield session

    return unit


@pytest.fixture
def seen(app):
    """`with seen():` is a reading unit of the system."""
    from contextlib import contextmanager

    @contextmanager
    def unit():
        with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            yield session

    return unit


def count(session, model=Person):
    """Return how many rows there are."""
    return session.query(model).count()

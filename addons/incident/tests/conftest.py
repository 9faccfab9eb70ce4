"""Fixtures of this addon's tests."""

import pytest

from addons.incident.tests.incident_helpers import Desk
from addons.incident.tests.page_helpers import ADD, Queue
from tests.support.people import submit


@pytest.fixture
def desk(unit) -> Desk:
    """Two groups, an agent, a specialist and a caller, in a unit of work that is rolled back."""
    return Desk()


@pytest.fixture
def queue(app, cast) -> Queue:
    """Incidents of the first line, committed: for tests of pages."""
    return Queue(app, cast)


@pytest.fixture
def incident(cast, logged_in) -> str:
    """The page of an incident that the customer called about, logged by the agent and given to the first line."""
    made = submit(logged_in(cast.agent), ADD, caller=cast.customer.person_id, title="Printer jam", kind="incident",
                  group=cast.first_line)
    assert made.status_code == 302, made.text
    return made.headers["Location"]

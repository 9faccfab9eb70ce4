"""Fixtures of this addon's tests."""

import pytest

from addons.incident.tests.incident_helpers import Desk
from addons.incident.tests.page_helpers import Queue


@pytest.fixture
def desk(unit) -> Desk:
    """Two groups, an agent, a specialist and a caller, in a unit of work that is rolled back."""
    return Desk()


@pytest.fixture
def queue(app, cast) -> Queue:
    """Incidents of the first line, committed: for tests of pages."""
    return Queue(app, cast)

"""Fixtures of this addon's tests."""

import pytest

from addons.incident.tests.incident_helpers import Desk


@pytest.fixture
def desk(unit) -> Desk:
    """Two groups, an agent, a specialist and a caller, in a unit of work that is rolled back."""
    return Desk()

"""SQLite learns what its tables hold."""

import pytest
from sqlalchemy import text

from app.db import unit_of_work
from app.jobs import housekeeping
from app.sdk.actor import SYSTEM, acting_as

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_tidying_up_refreshes_them(context, cast):
    with acting_as(SYSTEM):
        housekeeping.tidy_up({})
    with unit_of_work() as session:
        assert session.execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'person'")).first() is not None

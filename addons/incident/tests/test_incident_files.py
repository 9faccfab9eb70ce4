"""Incidents from a file: all its tags in one cell."""

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from app.db import session, unit_of_work
from app.records import tags
from app.sdk.actor import SYSTEM, acting_as
from tests.exchange.conftest import admin, bring_in  # noqa: F401

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_tags_are_exactly_those_of_the_cell(admin):  # noqa: F811
    for text, expected in (("VPN; urgent", ["urgent", "vpn"]), ("vpn，wifi", ["vpn", "wifi"])):
        head = "External key,Caller,Title,Description,Channel,Tags"
        content = f"{head}\nT-1,Administrator,Down,No mail,phone,\"{text}\"\n".encode()
        run, faults = bring_in(admin, content, "x.csv", "incident/incidents")
        assert (run.refused, [(one.column, one.message) for one in faults]) == (0, [])
        with unit_of_work(), acting_as(SYSTEM):
            made = session().execute(select(Incident.id)).scalar_one()
            assert tags.of_record(session(), "incident", made) == expected
        assert bring_in(admin, content, "x.csv", "incident/incidents")[0].unchanged == 1

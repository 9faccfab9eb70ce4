"""A deadlock that a listener meets is the whole unit's: it is done again, and no listener's part of it is lost."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import unit_of_work
from app.db.repeating import is_repeatable
from app.sdk import events
from app.sdk.actor import SYSTEM, acting_as

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
# What PostgreSQL says of a deadlock, and of two that cannot be put in an order.
STATES = {"40P01": True, "40001": True, "23505": False}


@dataclass(frozen=True, slots=True)
class Happened(events.Event):
    """Something happened."""


@pytest.mark.parametrize("state", STATES)
def test_it_goes_up_from_a_listener(app, monkeypatch, state):
    monkeypatch.setattr(events, "_listeners", type(events._listeners)(list))
    monkeypatch.setattr(events, "on_fault", None)
    met = []

    def meets(_event):
        with unit_of_work() as session:
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '{state}'; END $$"))

    events.subscribe(Happened, meets)
    with app.app_context(), acting_as(SYSTEM):
        try:
            with unit_of_work(write=True):
                events.announce(Happened())
        except DBAPIError as error:
            met.append(is_repeatable(error))
    assert met == ([True] if STATES[state] else [])

"""Whoever may change calendars is told once that a year's holidays are missing."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.notify import holiday_years
from app.notify.models import Notice
from app.notify.service import CHOICES
from app.records.calendar_reads import forget
from app.records.holiday_services import holiday_year_service
from app.records.holidays import HolidayCalendar
from app.sdk.actor import SYSTEM, acting_as
from app.security import accounts
from app.security.models import UserChoice
from app.security.services import user_service
from tests.support.people import AGENT, make_administrator, make_group, make_login

KEEPER = "platform.role_configuration_manager"
OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def nothing_kept():
    accounts._accounts.clear()
    accounts._rights.clear()
    forget()


def told(unit):
    return {(row[0], row[1]["year"]) for row in unit.execute(
        select(Notice.user_id, Notice.params).where(Notice.kind == holiday_years.KIND))}


def test_holders_are_told_once_a_year_and_nobody_else(unit):
    group = make_group()
    admin, keeper, agent = make_administrator(), make_login(KEEPER, groups=[group]), make_login(AGENT, groups=[group])
    off = make_login(KEEPER, groups=[group])
    user_service.update(SYSTEM, off.user_id, {"active": False})
    assert (holiday_years.tell(date(2026, 9, 30)), told(unit)) == (0, set())
    assert holiday_years.tell(OCTOBER) == 2
    assert told(unit) == {(admin.user_id, 2027), (keeper.user_id, 2027)}
    assert agent.user_id not in {row[0] for row in told(unit)}
    unit.execute(Notice.__table__.delete())
    assert (holiday_years.tell(date(2026, 12, 1)), told(unit)) == (0, set())
    late = make_login(KEEPER, groups=[group])
    assert holiday_years.tell(date(2027, 1, 1)) == 1
    assert told(unit) == {(late.user_id, 2027)}
    assert holiday_years.tell(date(2027, 10, 1)) == 3


def test_not_once_the_year_is_there_nor_who_does_not_want_it(unit):
    admin = make_administrator()
    unit.add(UserChoice(user_id=admin.user_id, key=CHOICES, value={holiday_years.KIND: False}))
    unit.flush()
    assert holiday_years.tell(OCTOBER) == 0
    keeper = make_login(KEEPER, groups=[make_group()])
    china = unit.execute(select(HolidayCalendar.id)).scalar_one()
    holiday_year_service.create(SYSTEM, {"holiday_calendar": china, "year": 2027})
    assert (holiday_years.tell(OCTOBER), told(unit)) == (0, set())
    assert keeper.user_id


@time_machine.travel(datetime(2026, 9, 30, 17, tzinfo=UTC), tick=False)
def test_the_job_goes_by_the_desks_own_day_and_may_run_twice(context):
    assert current_registry().jobs["platform.tell_missing_years"] is holiday_years.JOBS[0]
    with unit_of_work(write=True), acting_as(SYSTEM):
        admin = make_administrator().user_id
    for _run in range(2):
        holiday_years.tell_today({})
    with unit_of_work() as unit, acting_as(SYSTEM):
        assert told(unit) == {(admin, 2027)}
        assert len(unit.execute(select(Notice.id)).all()) == 1

"""Service calendars: what is kept can be reckoned with, and what is not known is said."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select

from app.organisation.calendars import Origin, calendar_for
from app.records import calendar_doubts
from app.records.calendar_reads import calendar_of, calendars, desk_calendar
from app.records.calendar_services import calendar_day_service, calendar_service, calendar_week_service
from app.records.calendars import Calendar, CalendarDay, CalendarWeek
from app.records.holiday_services import holiday_calendar_service, holiday_day_service, holiday_year_service
from app.records.holidays import HolidayCalendar, HolidayDay, HolidayYear
from app.records.permissions import CALENDAR_READ
from app.records.settings import setting_service
from app.sdk import business_time
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.calendars import Reason, day_of
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField
from tests.support.people import make_actor, make_company, make_group

SHANGHAI = ZoneInfo("Asia/Shanghai")


def make_calendar(code="own", **values):
    return calendar_service.create(SYSTEM, {"code": code, "name": {"en": code, "zh": code}, **values})


def add_week(calendar, hours, **values):
    return calendar_week_service.create(SYSTEM, {"calendar": calendar.id, "hours": hours, **values})


def worked(calendar_id, start, end):
    moments = (datetime.fromisoformat(one).replace(tzinfo=SHANGHAI) for one in (start, end))
    found = business_time.working_time(calendars()[calendar_id].calendar, *moments)
    return found.time / timedelta(hours=1)


def shipped(unit, code):
    return unit.execute(select(Calendar).where(Calendar.code == code)).scalar_one()


class TestShipped:
    def test_the_desk_goes_by_chinese_office_hours(self, unit):
        found = desk_calendar()
        assert found.code == "office_china"
        # Friday 13 February 2026 to Tuesday 24: the make-up Saturday is worked, the nine days of the festival are not.
        assert worked(found.id, "2026-02-13 00:00", "2026-02-25 00:00") == 24
        assert worked(shipped(unit, "office").id, "2026-02-13 00:00", "2026-02-25 00:00") == 64
        assert worked(shipped(unit, "always").id, "2026-02-13 00:00", "2026-02-25 00:00") == 288

    def test_every_year_is_as_published(self, unit):
        years = list(unit.execute(select(HolidayYear.year).order_by(HolidayYear.year)).scalars())
        assert years == list(range(2004, 2027))
        # By the notice of 4 November 2025: 33 days off, six days worked to make up.
        days = unit.execute(select(HolidayDay.kind, func.count()).where(
            HolidayDay.day.between(date(2026, 1, 1), date(2026, 12, 31))).group_by(HolidayDay.kind)).all()
        assert dict(map(tuple, days)) == {"holiday": 33, "working": 6}
        makeup = unit.execute(select(HolidayDay.day).where(HolidayDay.kind == "working",
                                                           HolidayDay.day >= date(2026, 1, 1)).order_by(HolidayDay.day))
        assert [day.strftime("%m-%d") for day in makeup.scalars()] == [
            "01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


class TestWeeks:
    def test_is_kept_as_it_reads(self, unit):
        week = add_week(make_calendar(), {"mon": "13:00-18:00,09:00-12:00", "tue": "22:00-6:00", "sun": ""})
        assert week.hours == {"mon": "09:00-12:00 13:00-18:00", "tue": "22:00-06:00", "sun": ""}

    @pytest.mark.parametrize(("hours", "fields"), [
        ({"mon": "9-12", "tue": "09:00-12:00 11:00-13:00", "wed": "09:00-10:00"}, {"hours.mon", "hours.tue"}),
        ({"monday": "09:00-12:00"}, {"hours"}), ("09:00-12:00", {"hours"}), ({"mon": ["09:00-12:00"]}, {"hours.mon"}),
    ])
    def test_what_are_no_hours_is_told_by_weekday(self, unit, hours, fields):
        calendar = make_calendar()
        with pytest.raises(BusinessError) as refused:
            add_week(calendar, hours)
        assert set(refused.value.fields) == fields
        assert unit.execute(select(CalendarWeek.id).where(CalendarWeek.calendar_id == calendar.id)).first() is None

    def test_two_weeks_are_never_valid_on_one_day(self, unit):
        calendar = make_calendar()
        add_week(calendar, {"mon": "09:00-17:00"}, valid_to=date(2026, 6, 30))
        with pytest.raises(InvalidField) as refused:
            add_week(calendar, {"mon": "08:00-12:00"}, valid_from=date(2026, 6, 30))
        assert set(refused.value.fields) == {"valid_from"}
        add_week(calendar, {"mon": "08:00-12:00"}, valid_from=date(2026, 7, 1))
        assert worked(calendar.id, "2026-06-29 00:00", "2026-07-07 00:00") == 12


class TestDays:
    def test_own_days_override_the_base(self, unit):
        base = make_calendar("base", holiday_calendar=shipped(unit, "office_china").holiday_calendar_id)
        add_week(base, dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00"))
        own = make_calendar(base=base.id)
        assert worked(own.id, "2026-10-01 00:00", "2026-10-02 00:00") == 0
        calendar_day_service.create(SYSTEM, {"calendar": own.id, "day": date(2026, 10, 1), "kind": "open",
                                             "last_day": date(2026, 10, 2), "hours": "10:00-12:00"})
        calendar_day_service.create(SYSTEM, {"calendar": own.id, "day": date(2026, 10, 3), "kind": "weekday",
                                             "weekday": 0})
        assert worked(own.id, "2026-10-01 00:00", "2026-10-04 00:00") == 12
        assert worked(base.id, "2026-10-01 00:00", "2026-10-04 00:00") == 0

    @pytest.mark.parametrize(("values", "field"), [
        ({"kind": "open"}, "hours"), ({"kind": "open", "hours": "noon"}, "hours"), ({"kind": "weekday"}, "weekday"),
        ({"kind": "feast"}, "kind"), ({"last_day": date(2026, 4, 30)}, "last_day"), ({"day": date(2026, 5, 3)}, "day"),
        ({"last_day": date(2027, 12, 1)}, "last_day"),
    ])
    def test_refused(self, unit, values, field):
        calendar = make_calendar()
        calendar_day_service.create(SYSTEM, {"calendar": calendar.id, "day": date(2026, 5, 2),
                                             "last_day": date(2026, 5, 4)})
        with pytest.raises(BusinessError) as refused:
            calendar_day_service.create(SYSTEM, {"calendar": calendar.id, "day": date(2026, 5, 1), **values})
        assert set(refused.value.fields) == {field}
        assert unit.execute(select(func.count()).select_from(CalendarDay)).scalar() == 1


class TestCalendars:
    @pytest.mark.parametrize(("values", "field"), [
        ({"timezone": "Mars/Base"}, "timezone"), ({"makeup_weekday": 7}, "makeup_weekday"),
        ({"code": "always"}, "code"), ({"name": {"en": "", "zh": " "}}, "name"),
    ])
    def test_refused(self, unit, values, field):
        with pytest.raises(InvalidField) as refused, unit.begin_nested():
            make_calendar(**values)
        assert set(refused.value.fields) == {field}

    def test_none_is_based_on_itself(self, unit):
        first = make_calendar("first")
        second = make_calendar("second", base=first.id)
        with pytest.raises(InvalidField) as refused:
            calendar_service.update(SYSTEM, first.id, {"base": second.id})
        assert set(refused.value.fields) == {"base"}

    def test_what_the_desk_goes_by_stays(self, unit):
        desk = shipped(unit, "office_china")
        with pytest.raises(InvalidField):
            calendar_service.update(SYSTEM, desk.id, {"is_active": False})
        with pytest.raises(Conflict):
            calendar_service.delete(SYSTEM, desk.id)
        setting_service.change(SYSTEM, {"calendars.default": "always"})
        # The calendar without holidays is based on it.
        with pytest.raises(Conflict):
            calendar_service.delete(SYSTEM, desk.id)
        with pytest.raises(BusinessError):
            setting_service.change(SYSTEM, {"calendars.default": "nowhere"})

    def test_a_calendar_that_is_off_is_not_found(self, unit):
        own = make_calendar(is_active=False)
        assert (calendar_of(own.id), calendar_of(None)) == (None, None)

    def test_needs_the_right(self, unit):
        reader = make_actor([CALENDAR_READ])
        with acting_as(reader):
            for service, values in ((calendar_service, {"code": "x", "name": {"en": "x"}}),
                                    (holiday_year_service, {"holiday_calendar": 1, "year": 2030})):
                with pytest.raises(Forbidden):
                    service.create(reader, values)
        assert unit.execute(select(Calendar.id).where(Calendar.code == "x")).first() is None


class TestHolidays:
    def test_a_day_belongs_to_a_year_that_is_known(self, unit):
        china = unit.execute(select(HolidayCalendar.id)).scalar_one()
        with pytest.raises(InvalidField) as refused:
            holiday_day_service.create(SYSTEM, {"holiday_calendar": china, "day": date(2027, 1, 1)})
        assert set(refused.value.fields) == {"day"}
        year = holiday_year_service.create(SYSTEM, {"holiday_calendar": china, "year": 2027})
        holiday_day_service.create(SYSTEM, {"holiday_calendar": china, "day": date(2027, 1, 1)})
        assert day_of(desk_calendar().calendar, date(2027, 1, 1)).reason is Reason.HOLIDAY
        holiday_year_service.delete(SYSTEM, year.id)
        said = day_of(desk_calendar().calendar, date(2027, 1, 1))
        assert (said.reason, said.is_known) == (Reason.WEEK, False)

    def test_a_list_that_calendars_go_by_stays(self, unit):
        with pytest.raises(Conflict):
            holiday_calendar_service.delete(SYSTEM, unit.execute(select(HolidayCalendar.id)).scalar_one())

    @pytest.mark.parametrize(("today", "years"), [("2026-09-30", []), ("2026-10-01", [2027]), ("2027-01-01", [2027])])
    def test_the_next_year_is_missed_from_october_on(self, unit, today, years):
        found = calendar_doubts.missing(date.fromisoformat(today))
        assert [one.year for one in found] == years
        assert [one.code for missing in found for one in missing.calendars] == ["office_china"] * len(years)


def test_what_the_unit_has_changed_is_its_own(unit):
    own = make_calendar()
    assert worked(own.id, "2026-03-02 00:00", "2026-03-03 00:00") == 0
    week = add_week(own, {"mon": "09:00-17:00"})
    assert worked(own.id, "2026-03-02 00:00", "2026-03-03 00:00") == 8
    calendar_week_service.update(SYSTEM, week.id, {"hours": {"mon": "09:00-10:00"}})
    assert worked(own.id, "2026-03-02 00:00", "2026-03-03 00:00") == 1


def test_costs_no_statement_once_it_is_read(unit, statements):
    desk_calendar()
    with statements() as seen, time_machine.travel(datetime(2026, 11, 29, tzinfo=UTC)):
        desk_calendar()
        calendars()
    assert seen == []


STATES = ("none", "used", "off")


def expected(service, group, company, desk):
    """Say whose calendar holds: the first that has one in use, in the order that is promised."""
    said = {"service": service, "group": group, "company": company, "desk": desk}
    return next((whose for whose, state in said.items() if state == "used"), None)


def test_whose_calendar_holds_for_every_combination(unit):
    """The service's, else the group's, else the company's, else the desk's; one that is off is passed over."""
    made = {f"{whose}_{state}": make_calendar(f"{whose}_{state}", is_active=state == "used").id
            for whose in ("service", "group", "company") for state in STATES[1:]}
    own = {whose: {state: make(calendar=made.get(f"{whose}_{state}")).id for state in STATES}
           for whose, make in (("group", make_group), ("company", make_company))}
    desk = calendars()[desk_calendar().id]
    for is_on in (True, False):
        unit.get(Calendar, desk.id).is_active = is_on
        unit.flush()
        for service, group, company in product(STATES, (*STATES, "absent"), (*STATES, "absent")):
            found = calendar_for(service_calendar_id=made.get(f"service_{service}"), group_id=own["group"].get(group),
                                 company_id=own["company"].get(company))
            whose = expected(service, group, company, "used" if is_on else "off")
            assert (found.origin if found is not None else None) == whose, (service, group, company, is_on)
            if found is not None:
                assert found.kept.id == (desk.id if whose == "desk" else made[f"{whose}_used"])


def test_whose_calendar_holds_costs_one_statement_and_asks_nobody_who_they_are(unit, statements):
    calendar = make_calendar("hours")
    group, company = make_group(), make_company(calendar=calendar.id)
    calendars()
    with acting_as(make_actor([])), statements() as seen:
        found = calendar_for(group_id=group.id, company_id=company.id)
    assert (found.origin, found.kept.id) == (Origin.COMPANY, calendar.id)
    assert len([one for one in seen if "work_group" in one]) == 1

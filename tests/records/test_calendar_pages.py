"""The pages of calendars and holidays, and the same by REST."""

import io
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from sqlalchemy import func, select

from app.db import unit_of_work
from app.records.calendars import Calendar, CalendarWeek
from app.records.holidays import HolidayCalendar, HolidayDay
from tests.records.test_holiday_import import CSV
from tests.support.people import csrf_token, submit

CALENDARS = "/records/calendars"


def value(app, statement):
    with app.app_context(), unit_of_work() as session:
        return session.execute(statement).scalar()


def key(app, model, code):
    return value(app, select(model.id).where(model.code == code))


@pytest.fixture
def admin(cast, logged_in):
    return logged_in(cast.admin)


def weeks(app, calendar):
    return value(app, select(func.count()).select_from(CalendarWeek).where(CalendarWeek.calendar_id == calendar))


class TestWeek:
    def test_is_typed_in_pairs(self, app, admin):
        calendar = key(app, Calendar, "office_china")
        with app.app_context(), unit_of_work() as session:
            week = session.execute(select(CalendarWeek.id).where(CalendarWeek.calendar_id == calendar)).scalar()
        address = f"{CALENDARS}/{calendar}/week/{week}"
        assert 'name="mon-start" value="13:00"' in admin.get(address).text
        answer = submit(admin, address, **{"mon-start": ["09:00", "22:00", ""], "mon-end": ["12:00", "00:00", ""]})
        assert answer.status_code == 302, answer.text
        kept = value(app, select(CalendarWeek.hours).where(CalendarWeek.id == week))
        assert kept == {"mon": "09:00-12:00 22:00-24:00", "tue": "", "wed": "", "thu": "", "fri": "", "sat": "",
                        "sun": ""}

    def test_a_refusal_stays_beside_its_day(self, app, admin):
        calendar = key(app, Calendar, "office")
        answer = submit(admin, f"{CALENDARS}/{calendar}/week", **{
            "mon-start": ["09:00", "10:00"], "mon-end": ["12:00", "11:00"], "tue-base": "1"})
        assert answer.status_code == 422
        row = answer.text.partition('data-day="mon"')[2].partition("</fieldset>")[0]
        assert "09:00-12:00 13:00-18:00" in row
        assert 'value="11:00"' in row
        assert weeks(app, calendar) == 0

    def test_half_a_pair_is_told(self, app, admin):
        calendar = key(app, Calendar, "office")
        answer = submit(admin, f"{CALENDARS}/{calendar}/week", **{"wed-start": "09:00", "wed-end": ""})
        assert (answer.status_code, weeks(app, calendar)) == (422, 0)

    def test_readers_may_only_read(self, app, cast, logged_in):
        calendar, agent = key(app, Calendar, "office_china"), logged_in(cast.agent)
        assert agent.get(f"{CALENDARS}/show/{calendar}").status_code == 200
        assert agent.get(f"{CALENDARS}/{calendar}/week").status_code == 403
        assert agent.post(f"{CALENDARS}/{calendar}/week").status_code in (400, 403)
        assert logged_in(cast.customer).get(f"{CALENDARS}/list/").status_code == 403


def test_the_page_shows_sixty_days_and_what_is_not_known(app, cast, logged_in):
    calendar = key(app, Calendar, "office_china")
    with time_machine.travel(datetime(2026, 9, 15, 4, tzinfo=UTC), tick=False):
        text = logged_in(cast.admin).get(f"{CALENDARS}/show/{calendar}").text
        assert text.count("day-cell") == 60
        assert (text.count("tone-red"), text.count("tone-blue")) == (10, 2)
        assert "Make-up working day · National Day" in text
        assert "have not been brought in" not in text
    with time_machine.travel(datetime(2026, 11, 29, 4, tzinfo=UTC), tick=False):
        text = logged_in(cast.admin).get(f"{CALENDARS}/show/{calendar}").text
        assert "The holidays of 2027 have not been brought in" in text
        # From 1 to 27 January.
        assert text.count("in-doubt") == 27


def test_try_it_out(app, admin):
    calendar = key(app, Calendar, "office_china")
    ask = f"{CALENDARS}/{calendar}/between"
    assert "Working time in between: 8 hours" in admin.get(f"{ask}?start=2026-02-13T18:00&end=2026-02-24T09:00").text
    assert "Sat, 14 Feb 2026, 10:00" in admin.get(f"{ask}?start=2026-02-13T17:00&minutes=120").text
    assert "2027" in admin.get(f"{ask}?start=2026-12-31T09:00&end=2027-01-02T09:00").text.partition("Not certain")[2]
    for wrong in ("start=&end=2026-02-24T09:00", "start=2026-02-13T18:00&minutes=-1", "start=0001-01-01T00:00&end=x"):
        answer = admin.get(f"{ask}?{wrong}")
        assert answer.status_code == 200
        assert "field-error" in answer.text


class TestImport:
    def send(self, admin, address, content, name="2027.csv", **values):
        data = {"csrf_token": csrf_token(admin, address), "file": (io.BytesIO(content), name), **values}
        return admin.post(address, data=data, content_type="multipart/form-data")

    def days(self, app):
        return value(app, select(func.count()).select_from(HolidayDay).where(HolidayDay.day >= date(2027, 1, 1)))

    def test_is_looked_at_before_it_is_written(self, app, admin):
        address = f"/records/holidays/{key(app, HolidayCalendar, 'china')}/import"
        looked = self.send(admin, address, CSV.encode())
        assert looked.status_code == 200
        assert "2027: 1 holidays, 1 make-up working days." in looked.text
        assert self.days(app) == 0
        rows = unescape(looked.text.partition('name="rows" value="')[2].partition('"')[0])
        answer = submit(admin, address, rows=rows, confirm="1", source="Notice")
        assert answer.status_code == 302, answer.text
        assert self.days(app) == 2

    def test_wrong_rows_are_told_with_their_numbers(self, app, admin):
        address = f"/records/holidays/{key(app, HolidayCalendar, 'china')}/import"
        answer = self.send(admin, address, (CSV + "\nsoon,holiday,x,x,").encode())
        assert answer.status_code == 422
        assert "Row 4: “soon” is not a date" in answer.text
        assert submit(admin, address, rows="[]]", confirm="1").status_code == 422
        assert submit(admin, address).status_code == 422
        assert self.days(app) == 0


class TestRest:
    def test_a_calendar_from_nothing(self, app, admin):
        headers = {"X-CSRFToken": csrf_token(admin, f"{CALENDARS}/add")}
        made = admin.post("/api/v1/calendar/", json={"code": "night", "name": {"en": "Night"},
                                                     "timezone": "Europe/Berlin"}, headers=headers)
        assert made.status_code == 201, made.text
        calendar = made.json["id"]
        wrong = admin.post("/api/v1/calendar_week/", json={"calendar_id": calendar, "hours": {"mon": "9"}},
                           headers=headers)
        assert (wrong.status_code, set(wrong.json["fields"])) == (422, {"hours.mon"})
        week = admin.post("/api/v1/calendar_week/", headers=headers, json={
            "calendar_id": calendar, "hours": dict.fromkeys(("fri", "sat", "sun"), "22:00-06:00")})
        assert week.status_code == 201, week.text
        ask = f"/api/v1/calendar/{calendar}/working_time"
        # The night in which the clocks go back lasts nine hours.
        night = admin.get(f"{ask}?start=2026-10-24T12:00:00+02:00&end=2026-10-25T12:00:00%2B01:00").json
        assert (night["seconds"], night["unknown_years"]) == (9 * 3600, [])
        due = admin.get(f"{ask}?start=2026-10-24T22:00:00%2B02:00&seconds=32400").json
        assert due["at"] == "2026-10-25T05:00:00+00:00"
        assert admin.get(f"{ask}?start=2026-10-24T12:00:00&seconds=1").status_code == 422

    def test_a_file(self, app, admin):
        address = f"/api/v1/holiday_calendar/{key(app, HolidayCalendar, 'china')}/import"
        headers = {"X-CSRFToken": csrf_token(admin, f"{CALENDARS}/add")}
        wrong = admin.post(address, data={"file": (io.BytesIO(b"date,kind\nx,holiday\n2027-01-01,holiday"), "a.csv")},
                           headers=headers)
        assert (wrong.status_code, set(wrong.json["fields"])) == (422, {"row 2"})
        made = admin.post(address, data={"file": (io.BytesIO(CSV.encode()), "a.csv")}, headers=headers)
        assert (made.status_code, made.json) == (201, {"year": 2027, "holidays": 1, "working": 1})

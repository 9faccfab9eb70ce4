"""A year of holidays comes in from a file: whatever kind it is, all of it or nothing."""

import io
import json
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import func, select

from app.records import holiday_file
from app.records.calendar_reads import desk_calendar
from app.records.holiday_import import bring_in, plan
from app.records.holidays import HolidayCalendar, HolidayDay, HolidayYear
from app.records.permissions import CALENDAR_READ
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.calendars import Reason, day_of
from app.sdk.errors import BusinessError, Forbidden, InvalidField
from tests.support.people import make_actor

ROWS = [("date", "kind", "name_zh", "name_en", "weekday"), ("2027-01-01", "holiday", "元旦", "New Year's Day", ""),
        ("2027-02-20", "working", "春节", "Spring Festival", "5")]
CSV = "\n".join(",".join(row) for row in ROWS)
ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20270101
DTEND;VALUE=DATE:20270104
SUMMARY:元旦（休）
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20270220
SUMMARY:春节 补班 第1天/共1天
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def xlsx():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, dates = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["日期", "类型", "名称"])
        sheet.write_datetime(1, 0, date(2027, 1, 1), dates)
        sheet.write_row(1, 1, ["休", "元旦"])
        sheet.write_row(2, 0, ["2027/2/20", "班", "春节"])
    return buffer.getvalue()


@pytest.fixture
def china(unit):
    return unit.execute(select(HolidayCalendar.id)).scalar_one()


def count(unit, year):
    days = HolidayDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return unit.execute(select(func.count()).select_from(HolidayDay).where(days)).scalar()


@pytest.mark.parametrize(("name", "content", "days"), [
    ("2027.csv", CSV.encode(), 2), ("2027.CSV", CSV.replace(",", ";").encode("utf-8-sig"), 2),
    ("gbk.csv", CSV.encode("gb18030"), 2), ("2027.xlsx", xlsx(), 2), ("2027.ics", ICS.encode(), 4),
    ("2027.json", json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]).encode(), 2),
    ("cn.json", json.dumps({"year": 2027, "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "春节", "date": "2027-02-20", "isOffDay": False}]}).encode(), 2),
])
def test_every_kind_of_file(unit, china, name, content, days):
    made = bring_in(SYSTEM, china, holiday_file.read(content, name), source="Notice of 2026")
    assert (made.year, len(made.days), made.working) == (2027, days, 1)
    calendar = desk_calendar().calendar
    first, makeup, plain = (day_of(calendar, date(2027, *day)) for day in ((1, 1), (2, 20), (3, 1)))
    assert (first.reason, first.name["zh"]) == (Reason.HOLIDAY, "元旦")
    assert (makeup.reason, makeup.name["zh"], bool(makeup.hours)) == (Reason.MAKE_UP, "春节", True)
    assert plain.is_known
    assert unit.execute(select(HolidayYear.source).where(HolidayYear.year == 2027)).scalar() == "Notice of 2026"


@pytest.mark.parametrize(("name", "content"), [
    ("2027.txt", b"x"), ("2027.csv", b"when,what\n2027-01-01,holiday"), ("2027.csv", b""), ("2027.csv", b"date,kind\n"),
    ("2027.xlsx", b"no sheet"), ("2027.json", b"{"), ("2027.json", b'["2027-01-01"]'), ("2027.ics", b"BEGIN:"),
    ("2027.csv", b"x" * 1_000_001), ("2027.csv", b"date,kind\n" + b"2027-01-01,holiday\n" * 1_001),
])
def test_what_is_no_such_file_is_refused(unit, name, content):
    with pytest.raises(InvalidField) as refused:
        holiday_file.read(content, name)
    assert set(refused.value.fields) == {"file"}


def test_a_wrong_row_keeps_all_out(unit, china):
    wrong = ["31.12.2027,holiday,x,x,", "2027-05-01,feast,x,x,", "2027-01-01,holiday,x,x,", "2028-06-01,holiday,x,x,",
             "2027-05-02,holiday,x,x,3", "2027-02-30,holiday,x,x,"]
    rows = holiday_file.read("\n".join([CSV, *wrong]).encode(), "2027.csv")
    assert [line for line, _text in plan(china, rows).errors] == [4, 5, 6, 7, 8, 9]
    with pytest.raises(BusinessError) as refused:
        bring_in(SYSTEM, china, rows)
    assert set(refused.value.fields) == {f"row {line}" for line in range(4, 10)}
    assert count(unit, 2027) == 0
    assert unit.execute(select(HolidayYear.id).where(HolidayYear.year == 2027)).first() is None


def test_a_year_is_replaced_and_its_neighbour_only_added_to(unit, china):
    before = count(unit, 2026)
    rows = holiday_file.read((CSV + "\n2026-12-31,holiday,元旦,New Year's Day,").encode(), "2027.csv")
    bring_in(SYSTEM, china, rows)
    assert (count(unit, 2026), count(unit, 2027)) == (before + 1, 2)
    again = holiday_file.read(b"date,kind\n2027-01-01,working", "2027.csv")
    assert plan(china, again).present == 2
    bring_in(SYSTEM, china, again)
    assert (count(unit, 2026), count(unit, 2027)) == (before + 1, 1)
    # The year before it is not known in a list of its own: there the day would be a guess.
    other = HolidayCalendar(code="other", name={"en": "Other"})
    unit.add(other)
    unit.flush()
    assert [line for line, _text in plan(other.id, rows).errors] == [4]


def test_needs_the_right(unit, china):
    reader = make_actor([CALENDAR_READ])
    with acting_as(reader), pytest.raises(Forbidden):
        bring_in(reader, china, holiday_file.read(CSV.encode(), "2027.csv"))
    assert count(unit, 2027) == 0

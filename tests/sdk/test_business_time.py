"""Business time: the cases that people ask about, each with the figure that they expect."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.sdk import business_time as bt
from app.sdk.calendars import CLOSED, Calendar, HolidayList, Reason, SpecialDay, Week, day_of, parse_hours, usual_week

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = "09:00-12:00 13:00-18:00"
OFFICIAL = HolidayList(
    {date(2026, 2, 14): SpecialDay(name={"zh": "春节"}), date(2026, 2, 28): SpecialDay(weekday=4),
     **{date(2026, 2, day): SpecialDay((), name={"zh": "春节"}) for day in range(15, 24)}},
    frozenset({2026}))
CHINA = Calendar(SHANGHAI, (usual_week(DAY),), holidays=OFFICIAL)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(calendar: Calendar, start: str, end: str, zone: ZoneInfo = SHANGHAI) -> float:
    return bt.working_time(calendar, at(start, zone), at(end, zone)).time / timedelta(hours=1)


def test_lunch_is_no_working_time() -> None:
    assert hours(CHINA, "2026-03-02 11:30", "2026-03-02 13:30") == 1
    assert hours(CHINA, "2026-03-02 00:00", "2026-03-03 00:00") == 8
    assert bt.is_open(CHINA, at("2026-03-02 11:59"))
    assert not bt.is_open(CHINA, at("2026-03-02 12:00"))


def test_a_make_up_saturday_works_and_the_festival_does_not() -> None:
    assert hours(CHINA, "2026-02-14 00:00", "2026-02-15 00:00") == 8
    assert hours(CHINA, "2026-02-15 00:00", "2026-02-24 00:00") == 0
    # From Friday 17:00 two hours end on the make-up Saturday.
    assert bt.add_working_time(CHINA, at("2026-02-13 17:00"), timedelta(hours=2)).at == at("2026-02-14 10:00")
    assert day_of(CHINA, date(2026, 2, 14)).reason is Reason.MAKE_UP
    assert day_of(CHINA, date(2026, 2, 20)).name == {"zh": "春节"}


def test_a_make_up_day_works_as_the_weekday_that_is_said() -> None:
    short_friday = Week({day: parse_hours("09:00-15:00" if day == 4 else "09:00-17:00") for day in range(5)}
                        | {5: (), 6: ()})
    calendar = Calendar(SHANGHAI, (short_friday,), holidays=OFFICIAL)
    assert hours(calendar, "2026-02-28 00:00", "2026-03-01 00:00") == 6
    assert hours(calendar, "2026-02-14 00:00", "2026-02-15 00:00") == 8


def test_what_ends_with_the_day_ends_at_closing() -> None:
    assert bt.add_working_time(CHINA, at("2026-03-02 10:00"), timedelta(hours=7)).at == at("2026-03-02 18:00")
    assert bt.add_working_time(CHINA, at("2026-03-02 20:00"), timedelta()).at == at("2026-03-02 20:00")
    assert bt.next_opening(CHINA, at("2026-03-02 12:10")).at == at("2026-03-02 13:00")
    assert bt.next_opening(CHINA, at("2026-03-02 13:10")).at == at("2026-03-02 13:10")
    assert bt.next_closing(CHINA, at("2026-03-02 12:10")).at == at("2026-03-02 18:00")


def test_a_year_without_official_days_is_in_doubt_and_not_guessed() -> None:
    known = bt.working_time(CHINA, at("2026-12-30 00:00"), at("2026-12-31 23:00"))
    assert not known.doubts
    across = bt.working_time(CHINA, at("2026-12-30 00:00"), at("2027-01-05 00:00"))
    assert across.doubts.unknown_years == (2027,)
    # The week holds: 30 and 31 December, 1 and 4 January.
    assert across.time == timedelta(hours=32)
    assert bt.add_working_time(CHINA, at("2026-12-31 17:00"), timedelta(hours=2)).doubts.unknown_years == (2027,)
    # A day that the desk itself has settled is known.
    settled = Calendar(SHANGHAI, (usual_week(DAY),), {date(2027, 1, 1): CLOSED}, OFFICIAL)
    assert day_of(settled, date(2027, 1, 1)).is_known
    assert not day_of(settled, date(2027, 1, 4)).is_known


@pytest.mark.parametrize(("day", "expected"), [
    ("2026-03-28", 7), ("2026-10-24", 9), ("2026-07-01", 8),
])
def test_a_night_shift_is_as_long_as_the_night(day: str, expected: float) -> None:
    nights = Calendar(BERLIN, (Week({weekday: parse_hours("22:00-06:00") for weekday in range(7)}),))
    start = at(f"{day} 12:00", BERLIN)
    assert bt.working_time(nights, start, start + timedelta(days=1)).time == timedelta(hours=expected)


def test_hours_belong_to_the_day_on_which_they_begin() -> None:
    nights = Calendar(SHANGHAI, (Week({weekday: parse_hours("22:00-06:00") for weekday in range(7)}),),
                      {date(2026, 3, 3): CLOSED})
    assert bt.is_open(nights, at("2026-03-03 05:00"))
    assert not bt.is_open(nights, at("2026-03-03 23:00"))
    assert not bt.is_open(nights, at("2026-03-04 05:00"))


def test_a_calendar_overrides_its_base_day_by_day() -> None:
    base = Calendar(SHANGHAI, (usual_week(DAY),), {date(2026, 3, 5): CLOSED}, OFFICIAL)
    own = Calendar(SHANGHAI, (Week({5: parse_hours("10:00-12:00")}),),
                   {date(2026, 3, 6): SpecialDay(parse_hours("08:00-09:00"))}, base=base)
    assert hours(own, "2026-03-02 00:00", "2026-03-03 00:00") == 8
    assert hours(own, "2026-03-05 00:00", "2026-03-06 00:00") == 0
    assert hours(own, "2026-03-06 00:00", "2026-03-07 00:00") == 1
    assert hours(own, "2026-03-07 00:00", "2026-03-08 00:00") == 2
    assert hours(own, "2026-02-20 00:00", "2026-02-21 00:00") == 0
    without = Calendar(SHANGHAI, base=base, ignores_holidays=True)
    assert hours(without, "2026-02-20 00:00", "2026-02-21 00:00") == 8


def test_a_week_holds_for_as_long_as_it_is_valid() -> None:
    calendar = Calendar(SHANGHAI, (
        Week({0: parse_hours("09:00-17:00")}, valid_to=date(2026, 3, 2)),
        Week({0: parse_hours("10:00-12:00")}, valid_from=date(2026, 3, 9), valid_to=date(2026, 3, 9)),
    ))
    assert hours(calendar, "2026-03-02 00:00", "2026-03-10 00:00") == 10
    assert not bt.working_time(calendar, at("2026-03-02 00:00"), at("2026-03-02 12:00")).doubts
    assert bt.working_time(calendar, at("2026-03-09 00:00"), at("2026-03-17 00:00")).doubts.is_uncovered


def test_round_the_clock_never_closes_and_nothing_never_opens() -> None:
    always = Calendar(SHANGHAI, (usual_week("00:00-24:00", range(7)),))
    assert bt.next_closing(always, at("2026-03-02 11:00")).at is None
    assert hours(always, "2026-03-01 00:00", "2026-03-08 00:00") == 168
    assert len(bt.intervals(always, at("2026-03-01 00:00"), at("2026-03-08 00:00"))) == 1
    never = Calendar(SHANGHAI)
    assert bt.next_opening(never, at("2026-03-02 11:00")).at is None
    with pytest.raises(bt.OutOfReach):
        bt.add_working_time(never, at("2026-03-02 11:00"), timedelta(minutes=1))


def test_refuses_what_has_no_meaning() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        bt.is_open(CHINA, datetime(2026, 3, 2))  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="negative"):
        bt.add_working_time(CHINA, at("2026-03-02 11:00"), timedelta(hours=-1))
    with pytest.raises(bt.OutOfReach):
        bt.working_time(CHINA, datetime(1950, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    for wrong in ("9-12", "09:00-12:00 11:00-13:00", "25:00-26:00", "24:00-08:00", "09:60-10:00", "x"):
        with pytest.raises(ValueError, match=r".*"):
            parse_hours(wrong)

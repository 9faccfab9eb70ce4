"""Laws of business time, against an oracle that looks at the clock on the wall minute by minute."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sdk import business_time as bt
from app.sdk.calendars import MINUTES_A_DAY, Calendar, HolidayList, Hours, SpecialDay, Week

# Zones with changes of daylight saving at different hours, by half an hour, around midnight, across a whole day.
EDGES = {
    "Asia/Shanghai": date(2026, 2, 14), "Europe/Berlin": date(2026, 3, 29), "America/New_York": date(2026, 11, 1),
    "Australia/Lord_Howe": date(2026, 4, 5), "America/Havana": date(2026, 11, 1), "Asia/Beirut": date(2026, 3, 29),
    "America/St_Johns": date(2010, 11, 7), "Pacific/Apia": date(2011, 12, 30), "Asia/Kathmandu": date(2026, 1, 1),
}
MODEST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def hours(draw: st.DrawFn) -> tuple[Hours, ...]:
    # Up to three intervals a day; the last one may pass midnight.
    marks = sorted(draw(st.sets(st.integers(0, 2 * 24 * 4 - 1), max_size=6)))
    found = [Hours(one * 15, other * 15) for one, other in zip(marks[::2], marks[1::2], strict=False)]
    return tuple(one for one in found if one.start < MINUTES_A_DAY and one.end <= one.start + MINUTES_A_DAY)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime, datetime]:
    name = draw(st.sampled_from(sorted(EDGES)))
    edge = EDGES[name]
    near = st.integers(-3, 3).map(lambda number: edge + timedelta(days=number))
    special = st.one_of(hours().map(SpecialDay), st.integers(0, 6).map(lambda day: SpecialDay(weekday=day)),
                        st.just(SpecialDay()))
    holidays = HolidayList(draw(st.dictionaries(near, special, max_size=4)),
                           frozenset(draw(st.sets(st.sampled_from([edge.year, edge.year + 1])))))
    base = Calendar(ZoneInfo("UTC"), (Week(draw(st.dictionaries(st.integers(0, 6), hours(), min_size=5))),),
                    draw(st.dictionaries(near, special, max_size=1)), holidays, makeup_weekday=draw(st.integers(0, 6)))
    own = Week(draw(st.dictionaries(st.integers(0, 6), hours(), max_size=4)), valid_to=draw(st.none() | near))
    calendar = Calendar(ZoneInfo(name), (own,), draw(st.dictionaries(near, special, max_size=2)), base=base)
    noon = datetime(edge.year, edge.month, edge.day, 12, tzinfo=UTC)
    minutes = st.integers(-3 * MINUTES_A_DAY, 3 * MINUTES_A_DAY)
    start, end = sorted((draw(minutes), draw(minutes)))
    return calendar, noon + timedelta(minutes=start), noon + timedelta(minutes=end)


def hours_by_rule(calendar: Calendar, day: date) -> tuple[Hours, ...]:
    """Say it again, in the plainest way: own day, the base's day, the list, own week, the base's week."""
    base = calendar.base
    assert base is not None
    assert base.holidays is not None
    official = base.holidays.days.get(day) if day.year in base.holidays.years else None
    special = calendar.days.get(day) or base.days.get(day) or official
    if special is not None and special.hours is not None:
        return special.hours
    weekday = day.weekday() if special is None else special.weekday
    if weekday is None:
        assert base.makeup_weekday is not None
        weekday = base.makeup_weekday
    own = calendar.weeks[0]
    is_valid = own.valid_to is None or day <= own.valid_to
    return own.hours[weekday] if is_valid and weekday in own.hours else base.weeks[0].hours.get(weekday, ())


def is_open_by_rule(calendar: Calendar, moment: datetime, days: dict[date, tuple[Hours, ...]]) -> bool:
    wall = moment.astimezone(calendar.zone)
    minute = wall.hour * 60 + wall.minute
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        if day not in days:
            days[day] = hours_by_rule(calendar, day)
        if any(one.start <= minute + back * MINUTES_A_DAY < one.end for one in days[day]):
            return True
    return False


@MODEST
@given(cases())
def test_agrees_with_the_clock_on_the_wall(case: tuple[Calendar, datetime, datetime]) -> None:
    calendar, start, end = case
    days: dict[date, tuple[Hours, ...]] = {}
    minutes = [start + timedelta(minutes=number) for number in range((end - start) // timedelta(minutes=1))]
    said = [is_open_by_rule(calendar, moment, days) for moment in minutes]
    assert bt.working_time(calendar, start, end).time == timedelta(minutes=sum(said))
    within = bt.intervals(calendar, start, end)
    assert sum((other - one for one, other in within), timedelta()) == timedelta(minutes=sum(said))
    assert all(one.end < other.start for one, other in pairwise(within))
    if minutes:
        assert bt.is_open(calendar, start) == said[0]
        opening = bt.next_opening(calendar, start).at
        if any(said):
            assert opening == minutes[said.index(True)]
        else:
            assert opening is None or opening >= end


@MODEST
@given(cases(), st.integers(0, 100))
def test_time_adds_up(case: tuple[Calendar, datetime, datetime], percent: int) -> None:
    calendar, start, end = case
    middle = start + (end - start) * percent / 100
    parts = bt.working_time(calendar, start, middle).time + bt.working_time(calendar, middle, end).time
    assert parts == bt.working_time(calendar, start, end).time
    assert bt.working_time(calendar, end, start).time == -bt.working_time(calendar, start, end).time


@MODEST
@given(cases(), st.integers(1, 100))
def test_adding_and_measuring_undo_each_other(case: tuple[Calendar, datetime, datetime], percent: int) -> None:
    calendar, start, end = case
    wanted = bt.working_time(calendar, start, end).time * percent / 100
    found = bt.add_working_time(calendar, start, wanted).at
    assert found is not None
    assert start <= found <= end
    assert bt.working_time(calendar, start, found).time == wanted
    if wanted:
        # It is the first such instant: a moment before, less had passed.
        assert bt.working_time(calendar, start, found - timedelta(microseconds=1)).time < wanted


@MODEST
@given(cases())
def test_closes_where_it_is_no_longer_open(case: tuple[Calendar, datetime, datetime]) -> None:
    calendar, start, _end = case
    closing = bt.next_closing(calendar, start).at
    if closing is not None:
        assert not bt.is_open(calendar, closing)
        assert bt.is_open(calendar, closing - timedelta(microseconds=1))

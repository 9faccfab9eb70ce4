"""Until when a customer may answer: the close of the last of so many working days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from addons.incident.services.policy import end_of_working_days
from app.sdk.calendars import Calendar, SpecialDay, Week, parse_hours, usual_week

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKDAYS = Calendar(SHANGHAI, (usual_week("09:00-12:00 13:00-18:00"),), {date(2026, 11, 30): SpecialDay(())})
ALWAYS = Calendar(SHANGHAI, (Week(dict.fromkeys(range(7), parse_hours("00:00-24:00"))),))


@pytest.mark.parametrize(("calendar", "told", "days", "until"), [
    (WORKDAYS, "2026-11-26 10:00", 1, "2026-11-27 18:00"), (WORKDAYS, "2026-11-27 23:00", 1, "2026-12-01 18:00"),
    (WORKDAYS, "2026-11-28 10:00", 3, "2026-12-03 18:00"), (ALWAYS, "2026-11-28 10:00", 3, "2026-12-02 00:00"),
    (Calendar(SHANGHAI), "2026-11-28 10:00", 3, None),
])
def test_the_time_to_answer_ends_with_a_working_day(calendar, told, days, until):
    start = datetime.fromisoformat(told).replace(tzinfo=SHANGHAI)
    expected = datetime.fromisoformat(until).replace(tzinfo=SHANGHAI) if until else None
    assert end_of_working_days(calendar, start, days) == expected

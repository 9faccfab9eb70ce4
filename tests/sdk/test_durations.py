"""Durations as people type them: one meaning for each way of writing, none for anything else."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sdk.durations import minutes_of


@pytest.mark.parametrize(("text", "minutes"), [
    ("90", 90), (" 90 ", 90),
    ("1:30", 90), ("0:05", 5), ("1h30", 90), ("1h 30m", 90), ("1 hour 30 min", 90),
    ("2h", 120), ("1.5h", 90), ("1,5 h", 90), ("0.33 h", 20), ("45m", 45), ("45 minutes", 45), ("1小时30分钟", 90),
    ("1小时30分", 90), ("两", None), ("2个小时", 120), ("45分钟", 45), ("１：３０", 90), ("９０", 90), ("1H30", 90),
    ("24h", 1440), ("0", 0),
    ("", None), ("1.5", None), ("1:5", None), ("1:60", None), ("1h60", None), ("h", None), ("min", None), ("-5", None),
    ("1e3", None), ("5 5", None), ("1h-5", None), ("٣", None), ("1d", None), ("90\0", None), ("9" * 30, None),
])
def test_each_way_of_writing(text, minutes):
    try:
        assert minutes_of(text) == minutes
    except ValueError:
        assert minutes is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1440))
def test_every_number_of_minutes_is_read_back(minutes):
    hours, rest = divmod(minutes, 60)
    written = [f"{minutes}", f"{hours}:{rest:02}", f"{hours}h{rest}", f"{hours}小时{rest}分钟", f"{minutes} min"]
    assert {minutes_of(text) for text in written} == {minutes}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_no_text_breaks_it(text):
    with suppress(ValueError):
        assert minutes_of(text) >= 0

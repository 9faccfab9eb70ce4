"""Values fit the type of their column, whoever gives them."""

from datetime import UTC, date, datetime

import pytest

from app.notify.models import Notice
from app.records.picklists import PicklistValue
from app.records.typed import typed
from app.sdk.errors import InvalidField

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(("column", "given", "taken"), [
    ("code", "open", "open"), ("code", None, None), ("sequence", 5, 5), ("sequence", "-7", -7), ("is_default", 1, True),
    ("is_default", False, False), ("active_from", date(2026, 3, 5), date(2026, 3, 5)),
    ("active_from", "2026-03-05", date(2026, 3, 5)), ("read_at", NOW, NOW), ("read_at", NOW.isoformat(), NOW),
    ("label", {"en": "Open"}, {"en": "Open"}), ("no_column", object, object),
])
def test_what_fits_is_taken(context, column, given, taken):
    assert typed(Notice if column == "read_at" else PicklistValue, column, column, given) == taken


@pytest.mark.parametrize(("column", "given"), [
    *(("code", wrong) for wrong in (5, 1.5, True, [], {}, "x" * 65)),
    *(("sequence", wrong) for wrong in (True, 1.5, "x", "", [], 2**31, -2**31 - 1, 10**30, "9" * 5000)),
    *(("is_default", wrong) for wrong in (2, "true", [], 1.0)),
    *(("active_from", wrong) for wrong in (0, True, "2026-13-45", "x", [], {})),
    *(("read_at", wrong) for wrong in (0, "2026-03-05T08:00", NOW.replace(tzinfo=None), [])),
])
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(context, column, given):
    with pytest.raises(InvalidField) as refused:
        typed(Notice if column == "read_at" else PicklistValue, column, "asked", given)
    assert set(refused.value.fields) == {"asked"}

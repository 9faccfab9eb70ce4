"""A year of holidays as a file says it: CSV, XLSX, JSON or iCalendar, read into rows that nobody has checked yet.

CSV and sheets have a line of headings: date, kind, name_zh, name_en and, where a working day works as another weekday,
weekday (1 is Monday). JSON is a list of such objects. Headings and kinds may be Chinese: 日期, 类型, 名称; 休, 班.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.records import sheets
from app.records.holidays import HOLIDAY, WORKING
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MOST_BYTES, MOST_ROWS = 1_000_000, 1_000
# Lines that are too many are told of by their number, so more than these are read.
LIMITS = sheets.Limits(unpacked=20_000_000, rows=100_000, cells=2_000_000)
_HEADINGS = {
    "date": "date", "day": "date", "日期": "date", "kind": "kind", "type": "kind", "类型": "kind", "isoffday": "off",
    "name": "name", "name_zh": "name_zh", "名称": "name_zh", "中文名称": "name_zh", "节日": "name_zh",
    "name_en": "name_en", "英文名称": "name_en", "weekday": "weekday", "星期": "weekday",
}
_KINDS = {
    **dict.fromkeys(("holiday", "off", "休", "假", "放假", "休息", "节假日"), HOLIDAY),
    **dict.fromkeys(("working", "workday", "work", "班", "上班", "补班", "调休上班", "工作日", "调休工作日"), WORKING),
}
# Words in the summary of an entry of iCalendar; whatever else there is names a holiday.
_WORKING_WORDS = ("班", "working", "workday")


@dataclass(frozen=True, slots=True)
class RawDay:
    """One row: its number in the file, and what it says."""

    line: int
    day: str
    kind: str
    name_zh: str = ""
    name_en: str = ""
    weekday: str = ""


def read(content: bytes, filename: str) -> list[RawDay]:
    """Return the rows of a file. Raises InvalidField where it is none of the four kinds or says nothing."""
    if len(content) > MOST_BYTES:
        raise InvalidField("file", _("The file is larger than %(size)s MB.", size=1))
    reader = {"csv": _csv, "json": _json, "ics": _ics, "xlsx": _xlsx}.get(filename.lower().rpartition(".")[2])
    if reader is None:
        raise InvalidField("file", _("Give a file of the kind CSV, XLSX, JSON or ICS."))
    try:
        rows = list(reader(content))
    except (ValueError, KeyError, TypeError, AttributeError, UnicodeError, csv.Error) as error:
        raise InvalidField("file", _("The file cannot be read: it is no %(kind)s file, or a broken one.",
                                     kind=filename.rpartition(".")[2].upper())) from error
    if not rows:
        raise InvalidField("file", _("The file holds no days."))
    if len(rows) > MOST_ROWS:
        raise InvalidField("file", _("The file holds more than %(number)s rows.", number=MOST_ROWS))
    return rows


def _csv(content: bytes) -> Iterator[RawDay]:
    text = _text(content)
    dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    return _table(csv.reader(io.StringIO(text), delimiter=dialect, strict=True))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")  # what spreadsheets in China write


def _xlsx(content: bytes) -> Iterator[RawDay]:
    try:
        return _table(sheets.rows(content, LIMITS, skip_empty_area=True))
    except InvalidField as error:
        raise ValueError(error.message) from error


def _table(rows: Iterable[Iterable[Any]]) -> Iterator[RawDay]:
    lines = enumerate(rows, 1)
    _number, first = next(lines, (0, []))
    headings = [_HEADINGS.get(_cell(name).lower()) for name in first]
    if not {"date", "kind"} <= set(headings):
        raise InvalidField("file", _("The first line must name the columns: date, kind, name_zh, name_en."))
    for number, row in lines:
        given = {name: _cell(value) for name, value in zip(headings, row, strict=False) if name}
        if any(given.values()):
            yield _raw(number, given)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").strip()


def _json(content: bytes) -> Iterator[RawDay]:
    found = json.loads(_text(content))
    for number, one in enumerate(found["days"] if isinstance(found, dict) else found, 1):
        yield _raw(number, {known: value for name, value in one.items() if (known := _HEADINGS.get(name.lower()))})


def _raw(line: int, given: Mapping[str, Any]) -> RawDay:
    name = given.get("name") or {}
    names = name if isinstance(name, Mapping) else {"zh": name}
    kind = (HOLIDAY if given["off"] else WORKING) if isinstance(given.get("off"), bool) else given.get("kind")
    said = _cell(kind)
    return RawDay(line, _cell(given.get("date")).replace("/", "-"), _KINDS.get(said.lower(), said),
                  _cell(given.get("name_zh") or names.get("zh")), _cell(given.get("name_en") or names.get("en")),
                  _cell(given.get("weekday")))


def _ics(content: bytes) -> Iterator[RawDay]:
    from icalendar import Calendar

    found: Any = Calendar.from_ical(content)
    for number, entry in enumerate(found.walk("VEVENT"), 1):
        summary = str(entry.get("summary", "")).strip()
        kind = WORKING if any(word in summary.lower() for word in _WORKING_WORDS) else HOLIDAY
        first = _day(entry["dtstart"].dt)
        # An entry ends on the day after its last one.
        last = _day(entry["dtend"].dt) - timedelta(days=1) if "dtend" in entry else first
        for offset in range(min(max((last - first).days, 0), MOST_ROWS) + 1):
            yield RawDay(number, (first + timedelta(days=offset)).isoformat(), kind, _plain_name(summary))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _plain_name(summary: str) -> str:
    """Return what a summary names: "春节（休）" and "春节 补班 第1天/共2天" are 春节."""
    for mark in ("（", "(", " "):
        summary = summary.partition(mark)[0]
    return summary.removesuffix("补班").removesuffix("假期") or summary

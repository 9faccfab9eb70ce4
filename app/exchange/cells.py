"""One cell as the value of a field: yes and no, numbers, days and times as people write them in either language."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from app.sdk.i18n import _

_YES = frozenset({"yes", "y", "true", "t", "1", "on", "x", "√", "✓", "是", "有", "对", "真", "启用"})
_NO = frozenset({"no", "n", "false", "f", "0", "off", "", "-", "×", "✗", "否", "无", "没有", "不", "假", "停用"})
_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3})[a-z]*\.?[\s,-]+(\d{4})", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII)
_TIME = re.compile(r"[\sT]+(上午|下午)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*(?:[:分]\s*(\d{1,2})?)?\s*秒?\s*(am|pm)?",
                   re.ASCII | re.IGNORECASE)


class Unreadable(ValueError):
    """A cell cannot be read as what its field holds; the message says why, to whoever brought it."""


def as_bool(text: str) -> bool:
    """Return yes or no. Raises Unreadable."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable(_("This is neither yes nor no."))


def as_whole(text: str) -> int:
    """Return a whole number. Raises Unreadable."""
    found = as_number(text)
    if found != found.to_integral_value() or abs(found) >= 2**63:
        raise Unreadable(_("Give a whole number."))
    return int(found)


def as_number(text: str) -> Decimal:
    """Return a number; commas and spaces between thousands are left out. Raises Unreadable."""
    plain = re.sub(r"(?<=\d)[,，\s](?=\d{3}(\D|$))", "", text.strip())
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise Unreadable(_("This is no number.")) from None
    if not found.is_finite() or abs(found.adjusted()) > 30:
        raise Unreadable(_("This is no number."))
    return found


def as_day(text: str) -> date:
    """Return a day. Raises Unreadable, also where nobody can tell the day from the month."""
    found, rest = _day(text.strip())
    if rest.strip() and _TIME.fullmatch(f" {rest.strip()}") is None:
        raise Unreadable(_no_day())
    return found


def as_moment(text: str, zone: str) -> datetime:
    """Return an instant; what names no zone is of the given one. Raises Unreadable."""
    text = text.strip()
    try:
        whole = datetime.fromisoformat(text)
        if whole.tzinfo is not None:
            return whole
    except ValueError:
        pass
    day, rest = _day(text)
    if not rest.strip():
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    found = _TIME.fullmatch(f" {rest.strip()}")
    if found is None:
        raise Unreadable(_("This is no time."))
    half, hour, minute, second, english = found.groups()
    number = int(hour)
    if number < 12 and (half == "下午" or (english or "").lower() == "pm"):
        number += 12
    if number == 12 and (half == "上午" or (english or "").lower() == "am"):
        number = 0
    try:
        return datetime(day.year, day.month, day.day, number, int(minute or 0), int(second or 0), tzinfo=ZoneInfo(zone))
    except ValueError:
        raise Unreadable(_("This is no time.")) from None


def _no_day() -> str:
    return _("This is no day. Write it as 2026-01-31.")


def _day(text: str) -> tuple[date, str]:
    for pattern, order in ((_YEAR_FIRST, "ymd"), (_COMPACT, "ymd"), (_DAY_MONTH, "dmy"), (_MONTH_DAY, "mdy")):
        found = pattern.match(text.casefold())
        if found is None:
            continue
        part = dict(zip(order, found.groups(), strict=True))
        month = _MONTHS.get(part["m"]) if part["m"].isalpha() else int(part["m"])
        try:
            return date(int(part["y"]), month or 0, int(part["d"])), text[found.end():]
        except ValueError:
            raise Unreadable(_no_day()) from None
    raise Unreadable(_no_day())

"""Times as people read them: in the reader's language and zone, as exact as the place needs."""

from datetime import UTC, date, datetime, timedelta

from babel.dates import get_month_names
from flask_babel import format_date, to_user_timezone
from markupsafe import Markup, escape

from app.sdk import clock
from app.sdk.i18n import _, _n, language

_MONTHS = get_month_names("abbreviated", locale="en")
_DATE = {"zh": "yyyy年M月d日", "en": "d MMM yyyy"}


def moment(value: datetime | date | None, style: str = "short") -> Markup:
    """Return a time element: `short` leaves out this year, `full` nothing, `ago` says how long since."""
    if value is None or value == "":
        return Markup("")
    if not isinstance(value, datetime):
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), format_date(value, _DATE[language()]))
    exact = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    full = _written(to_user_timezone(exact), with_year=True)
    shown = full if style == "full" else _ago(exact) if style == "ago" else _short(exact)
    # Written so for speed; translations are ours, but may hold what HTML does not.
    return Markup(f'<time datetime="{exact.isoformat()}" title="{full}">{escape(shown)}</time>')  # noqa: S704


def moment_text(value: datetime) -> str:
    """Return a time in words, as a list shows it."""
    return _short(value)


def _short(value: datetime) -> str:
    here, now = to_user_timezone(value), to_user_timezone(clock.now())
    if here.date() == now.date():
        return _("Today %(time)s", time=f"{here:%H:%M}")
    return _written(here, with_year=here.year != now.year)


def _written(here: datetime, *, with_year: bool) -> str:
    # What Babel makes of "d MMM yyyy, HH:mm" and of "yyyy年M月d日 HH:mm", of which it reads the pattern each time.
    if language() == "zh":
        year = f"{here.year:04}年" if with_year else ""
        return f"{year}{here.month}月{here.day}日 {here:%H:%M}"
    year = f" {here.year:04}" if with_year else ""
    return f"{here.day} {_MONTHS[here.month]}{year}, {here:%H:%M}"


def _ago(value: datetime) -> str:
    minutes = int((clock.now() - value) / timedelta(minutes=1))
    if not -1 < minutes < 30 * 1440:
        return _short(value)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return str(_n("%(num)s minute ago", "%(num)s minutes ago", minutes))
    if minutes < 1440:
        return str(_n("%(num)s hour ago", "%(num)s hours ago", minutes // 60))
    return str(_n("%(num)s day ago", "%(num)s days ago", minutes // 1440))


def duration(start: datetime, end: datetime | None = None) -> str:
    """Return how long something lasted, in its two largest units."""
    minutes = int(((end or clock.now()) - start).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, _n("%(num)s day", "%(num)s days", days)), (hours, _n("%(num)s hour", "%(num)s hours", hours)),
             (rest, _n("%(num)s min", "%(num)s min", rest))]
    return " ".join([text for number, text in parts if number][:2]) or _("under a minute")


def working_duration(length: timedelta) -> str:
    """Return working time in hours and minutes: its days are as long as a calendar makes them."""
    minutes = abs(int(length / timedelta(minutes=1)))
    parts = [(minutes // 60, _n("%(num)s hour", "%(num)s hours", minutes // 60)),
             (minutes % 60, _n("%(num)s min", "%(num)s min", minutes % 60))]
    text = " ".join(text for number, text in parts if number) or _n("%(num)s min", "%(num)s min", 0)
    return f"−{text}" if length < timedelta(0) else text

"""A list's rows in a calendar: by month, week and day, and as an agenda where the screen is narrow.

    list_modes = [Calendar("planned_start", end="planned_end", colour="state", may_add=True)]

The page fetches the rows of the days that it shows, through the list's own filters and rights; the first column has an
index, by which they are found.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request
from sqlalchemy import and_, or_

from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l, language
from app.web.graph import present_address
from app.web.labels import text_of
from app.web.list_modes import ListMode, colour_of
from app.web.local_dates import reader_zone
from app.web.moments import moment_text
from app.web.static_files import static_url

# A month shows six weeks at most.
MAX_SPAN = timedelta(days=50)
MAX_ROWS = 500
NEEDS = ("vendor/fullcalendar-7.1.0/fullcalendar.min.js", "js/calendar.js")


class Calendar(ListMode):
    """The mode. `may_add`: a click on a day opens the form of a new record with that day filled in."""

    key, label, icon, template = "calendar", _l("Calendar"), "calendar", "desk/modes/calendar.html"

    def __init__(self, start: str, end: str | None = None, title: str = "title", colour: str = "", *,
                 may_add: bool = False) -> None:
        self.start, self.end, self.title, self.colour, self.may_add = start, end, title, colour, may_add

    def needs(self) -> tuple[str, ...]:
        return tuple(name for name in (self.start, self.end, self.title, self.colour) if name)

    def check(self, view: Any) -> None:
        if not view.datamodel.is_sortable(self.start):
            raise ValueError(f"{type(view).__name__}: a calendar reads by {self.start}, which has no index")
        if self.may_add and self.start not in view.add_columns:
            raise ValueError(f"{type(view).__name__}: a new record cannot be given its {self.start}")

    def load(self, view: Any, filters: Any) -> dict[str, Any]:
        datamodel = view.datamodel
        count = datamodel.count_capped(datamodel.apply_filters(datamodel.session.query(datamodel.obj), filters))
        may_add = self.may_add and current_actor().can(f"{view.class_permission_name}.write")
        query = present_address(view).partition("?")[2]
        return {"count": count, "needs": " ".join(static_url(path) for path in NEEDS), "options": {
            "rows": f"{view.route_base}/list/{self.key}/rows?{query}", "zone": reader_zone().key,
            "locale": {"zh": "zh-cn", "en": "en-gb"}[language()],
            "add": f"{view.route_base}/add?{self.start}=" if may_add else "",
            "words": {"today": _("Today"), "month": _("Month"), "week": _("Week"), "day": _("Day"), "list": _("Agenda"),
                      "previous": _("Previous"), "next": _("Next"), "none": _("No entry in these days."),
                      "failed": _("The entries could not be fetched.")},
        }}

    def rows(self, view: Any, filters: Any) -> dict[str, Any]:
        first, end = _asked("start"), _asked("end")
        if not timedelta() < end - first <= MAX_SPAN:
            raise InvalidField("end", _("This is more than a calendar shows at once."))
        datamodel = view.datamodel
        query = datamodel.apply_filters(datamodel.session.query(datamodel.obj), filters)
        column = getattr(datamodel.obj, self.start)
        found = query.filter(self._within(datamodel.obj, column, first, end)).order_by(column, datamodel.get_pk())
        relations = [name for name in (self.colour, self.title) if name]
        rows = found.options(*datamodel.loads(relations)).limit(MAX_ROWS + 1).all()
        note = ""
        if len(rows) > MAX_ROWS:
            rows = rows[:MAX_ROWS]
            note = _("Only the first %(number)s entries of these days are shown, up to %(time)s. Filter the list, or "
                     "look at fewer days.", number=MAX_ROWS, time=moment_text(getattr(rows[-1], self.start)))
        return {"events": [self._event(view, row) for row in rows], "note": note}

    def _within(self, model: Any, column: Any, first: datetime, end: datetime) -> Any:
        if self.end is None:
            return and_(column >= first, column < end)
        last = getattr(model, self.end)
        return and_(column < end, or_(last >= first, and_(last.is_(None), column >= first)))

    def _event(self, view: Any, row: Any) -> dict[str, Any]:
        start, end = getattr(row, self.start), getattr(row, self.end) if self.end else None
        return {
            "id": str(row.id), "title": str(getattr(row, self.title) or text_of(row)), "start": start.isoformat(),
            "end": end.isoformat() if end else None, "allDay": not isinstance(start, datetime),
            "url": view.url_of(row.id), "tone": colour_of(view, row, self.colour), "tip": text_of(row),
        }


def _asked(name: str) -> datetime:
    # A moment of the address; one without a zone is the reader's.
    try:
        found = datetime.fromisoformat(request.args.get(name, ""))
        if found.tzinfo is None:
            found = found.replace(tzinfo=reader_zone())
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidField(name, _("This is not a date and time.")) from None

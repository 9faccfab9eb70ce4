"""A list's rows as bars along time, from their beginning to their end or until now, in the groups that hold them.

    list_modes = [Gantt("opened_at", ["resolved_at", "closed_at"], groups=["group", "assignee"], colour="state")]

Drawn on the server: a table whose second column is a picture, so that it is read and printed without a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from flask_babel import format_date
from sqlalchemy import func, or_

from app.db import field_rights
from app.sdk import clock
from app.sdk.i18n import _, _l
from app.web.graph import list_arguments
from app.web.labels import text_of
from app.web.list_modes import ListMode, colour_of
from app.web.local_dates import date_text, day_start, first_of, moved, reader_zone
from app.web.moments import moment_text
from app.web.names import behind
from app.web.time_filters import today

STEPS = ("day", "week", "month")
PAGE_SIZE, MAX_PAGE_SIZE = 50, 200
HOURS = 3
ARGUMENTS = ("as", "step", "day", "rows")


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time that is shown, by the reader's day."""

    step: str
    first: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From when, and before when."""
        zone = reader_zone()
        return day_start(self.first, zone), day_start(moved(self.first, self.step), zone)

    def place(self, moment: datetime) -> float:
        """Return where a moment stands, in percent of the width; outside of it below 0 or above 100."""
        start, end = self.bounds
        return round((moment - start) / (end - start) * 100, 3)

    def ticks(self) -> list[dict[str, Any]]:
        """Return the lines of the grid with their labels."""
        zone = reader_zone()
        if self.step == "day":
            start, end = self.bounds
            hours = range(0, int((end - start) / timedelta(hours=1)), HOURS)
            moments = [start + timedelta(hours=hour) for hour in hours]
            return [{"x": self.place(one), "label": one.astimezone(zone).strftime("%H:%M"), "is_off": False,
                     "is_minor": number % 2 == 1} for number, one in enumerate(moments)]
        number_of_days = (moved(self.first, self.step) - self.first).days
        days = [self.first + timedelta(days=number) for number in range(number_of_days)]
        style = "d" if self.step == "month" else "EEE d"
        return [{"x": self.place(day_start(day, zone)), "label": format_date(day, style), "is_off": day.weekday() > 4,
                 "is_minor": self.step == "month" and number % 2 == 1} for number, day in enumerate(days)]

    @property
    def label(self) -> str:
        """The stretch in words."""
        if self.step != "week":
            return date_text(self.first, self.step)
        return f"{date_text(self.first, 'day')} – {date_text(self.first + timedelta(days=6), 'day')}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One record."""

    url: str
    name: str
    tone: str
    x: float
    width: float
    told: str
    is_open: bool


class Gantt(ListMode):
    """The mode. A record lasts until the first of `ends` that is filled, and still lasts where none is."""

    key, label, icon, template = "gantt", _l("Gantt chart"), "timeline", "desk/modes/gantt.html"

    def __init__(self, start: str, ends: Sequence[str], groups: Sequence[str] = (), colour: str = "state") -> None:
        self.start, self.ends, self.groups, self.colour = start, tuple(ends), tuple(groups), colour

    def needs(self) -> tuple[str, ...]:
        return tuple(name for name in (self.start, *self.ends, self.colour) if name)

    def check(self, view: Any) -> None:
        if not view.datamodel.is_sortable(self.start):
            raise ValueError(f"{type(view).__name__}: a Gantt chart reads by {self.start}, which has no index")

    def load(self, view: Any, filters: Any) -> dict[str, Any]:
        name, datamodel = type(view).__name__, view.datamodel
        span, group = self._span(), request.args.get("rows")
        groups = field_rights.shown(datamodel.obj, self.groups)
        group = group if group in groups else next(iter(groups), "")
        size = min(view._number(f"psize_{name}", PAGE_SIZE), MAX_PAGE_SIZE) or PAGE_SIZE
        page = view._number(f"page_{name}", 0)
        query = self._query(datamodel, filters, span)
        count = datamodel.count_capped(query)
        rows = self._page(datamodel, query, group, page * size, size) if count else []
        now = clock.now()
        return {
            "count": count, "page": page, "size": size, "span": span, "steps": STEPS, "ticks": span.ticks(),
            "now": span.place(now), "sections": self._sections(view, rows, group, span, now),
            "legend": self._legend(view, rows),
            "before": moved(span.first, span.step, -1), "after": moved(span.first, span.step),
            "groups": [(one, view.label_columns.get(one, one)) for one in groups], "group": group,
            "kept": list_arguments(ARGUMENTS),
        }

    @staticmethod
    def _span() -> Span:
        step = request.args.get("step", "")
        step = step if step in STEPS else "week"
        try:
            day = date.fromisoformat(request.args.get("day", ""))
        except ValueError:
            day = today()
        # Far from either end of the calendar, so that there is always a next page.
        return Span(step, first_of(day if 1900 <= day.year <= 2999 else today(), step))

    def _query(self, datamodel: Any, filters: Any, span: Span) -> Any:
        start, end = span.bounds
        first = getattr(datamodel.obj, self.start)
        # The second argument is for one end alone: SQLite knows no coalesce of one.
        last = func.coalesce(*(getattr(datamodel.obj, name) for name in self.ends), None)
        query = datamodel.apply_filters(datamodel.session.query(datamodel.obj), filters)
        query = query.filter(first < end, or_(last.is_(None), last >= start))
        # What still lasts does so until now: nothing of it lies in the future.
        return query if start <= clock.now() else query.filter(or_(last.is_not(None), first >= start))

    def _page(self, datamodel: Any, query: Any, group: str, offset: int, size: int) -> list[Any]:
        order = [getattr(datamodel.obj, self.start), datamodel.get_pk()]
        if group:
            key = getattr(datamodel.obj, datamodel.fk_name(group))
            order = [key.is_(None), key, *order]
        shown = [name for name in (group, self.colour) if name]
        return list(query.options(*datamodel.loads(shown)).order_by(*order).offset(offset).limit(size))

    def _legend(self, view: Any, rows: list[Any]) -> dict[str, str]:
        # What the colours mean, in the order of the life cycle where they are its states.
        found = {self._colour_text(view, row): colour_of(view, row, self.colour) for row in rows}
        options = view.choices[self.colour].options() if self.colour in view.choices else ()
        places = {text: number for number, (_code, text) in enumerate(options)}
        return dict(sorted(found.items(), key=lambda one: (places.get(one[0], len(places)), one[0])))

    def _sections(self, view: Any, rows: list[Any], group: str, span: Span,
                  now: datetime) -> list[tuple[str, list[Bar]]]:
        found: dict[str, list[Bar]] = {}
        for row in rows:
            found.setdefault(self._group_text(view, row, group), []).append(self._bar(view, row, span, now))
        return list(found.items())

    @staticmethod
    def _group_text(view: Any, row: Any, group: str) -> str:
        if not group:
            return ""
        if view.datamodel.is_hidden(row, group):
            key = getattr(row, view.datamodel.fk_name(group))
            return behind(view.datamodel.get_related_model(group), [key])[0]
        held = getattr(row, group)
        return text_of(held) if held is not None else _("Not set")

    def _colour_text(self, view: Any, row: Any) -> str:
        value = getattr(row, self.colour) if self.colour else None
        if self.colour in view.choices:
            return str(view.choices[self.colour].text(value))
        return text_of(value) if value is not None else _("Not set")

    def _bar(self, view: Any, row: Any, span: Span, now: datetime) -> Bar:
        start = getattr(row, self.start)
        end = next((moment for moment in (getattr(row, name) for name in self.ends) if moment is not None), None)
        left = min(max(span.place(start), 0.0), 100.0)
        right = min(max(span.place(end or max(now, start)), left), 100.0)
        told = _("%(start)s to %(end)s", start=moment_text(start), end=moment_text(end) if end else _("now"))
        return Bar(view.url_of(row.id), text_of(row), colour_of(view, row, self.colour), left,
                   round(max(right - left, 0.4), 3), f"{self._colour_text(view, row)}, {told}", end is None)

"""What a graph groups by: a relation, a code, a yes or no, a time by day, week or month in the reader's zone.

A dimension knows how its value is read in SQL, what its groups are called and how the list is filtered to one of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import inspect

from app.sdk.i18n import _
from app.web.drill_filters import argument_of, dates_value
from app.web.labels import hidden_text, text_of
from app.web.local_dates import STEPS, as_date, date_text, local_date, moved, reader_zone, step_of_day

EMPTY = ("", "empty")
REST = ("", "rest")
# A line may stand still for a while; further apart than this, the times between are left out.
MAX_STEPS = 62


@dataclass(frozen=True, slots=True)
class Group:
    """One bar, or one colour of it. `pairs` filter the list to exactly its rows; None: no filter does."""

    key: Any
    label: str
    colour: str = ""
    order: tuple[Any, ...] | None = None
    pairs: tuple[tuple[str, str], ...] | None = None


class Dimension:
    """Base: a column of the record that may be searched by."""

    step = ""
    is_time = False

    def __init__(self, view: Any, name: str) -> None:
        self.view, self.name = view, name

    @property
    def key(self) -> str:
        """What the address calls it."""
        return f"{self.name}.{self.step}" if self.step else self.name

    @property
    def label(self) -> str:
        """What the reader calls it."""
        return str(self.view.label_columns.get(self.name) or self.name)

    @property
    def column(self) -> Any:
        """The mapped column that holds the value."""
        return getattr(self.view.datamodel.obj, self.name)

    def expression(self) -> Any:
        """Return the SQL of the value by which rows are grouped."""
        return self.column

    def groups(self, values: Iterable[Any]) -> dict[Any, Group]:
        """Return the group of each value that was found; None is "nothing there". One statement at most."""
        known = [value for value in values if value is not None]
        nothing = Group(EMPTY, _("Not set"), "secondary", (1, ""), self.pairs(("empty",), "1"))
        return {**self.named(known), None: nothing}

    def named(self, values: Sequence[Any]) -> dict[Any, Group]:
        """Return the groups of values that are something."""
        raise NotImplementedError

    def rest(self, values: Sequence[Any]) -> Group:
        """Return the group of all that is in none of these."""
        return Group(REST, _("Others"), "secondary", (2, ""),
                     self.pairs(("none_of",), *(str(value) for value in values if value is not None)))

    def pairs(self, operators: Sequence[str], *values: str) -> tuple[tuple[str, str], ...] | None:
        """Return the arguments of the list's address for one of these operators; None where the column has none."""
        argument = argument_of(self.view, self.name, *operators)
        return None if argument is None else tuple((argument, value) for value in values)


class CodeDimension(Dimension):
    """A state, a code of a list, one of a few fixed values."""

    def named(self, values: Sequence[Any]) -> dict[Any, Group]:
        choice = self.view.choices[self.name]
        places = {value: number for number, (value, _text) in enumerate(choice.options())}
        found = {}
        for value in values:
            text = choice.text(value)
            found[value] = Group(value, str(text), getattr(text, "colour", None) or "",
                                 (0, places.get(value, len(places))), self.pairs(("eq",), str(value)))
        return found


class BooleanDimension(Dimension):
    """Yes or no."""

    def named(self, values: Sequence[Any]) -> dict[Any, Group]:
        return {value: Group(bool(value), _("Yes") if value else _("No"), "blue" if value else "secondary",
                             (0, not value), self.pairs(("eq",), "y" if value else "n")) for value in values}


class RelationDimension(Dimension):
    """A related record. Those that the reader may not see are one group, so that nothing is told of them."""

    @property
    def column(self) -> Any:
        return getattr(self.view.datamodel.obj, self.view.datamodel.fk_name(self.name))

    def named(self, values: Sequence[Any]) -> dict[Any, Group]:
        rows = {row.id: row for row in self.view.datamodel.get_related_interface(self.name).by_ids(values)}
        hidden = Group("hidden", hidden_text(), "secondary", (1, "hidden"),
                       self.pairs(("rel_in",), *(str(value) for value in values if value not in rows)))
        return {value: self._group(rows[value]) if value in rows else hidden for value in values}

    def _group(self, row: Any) -> Group:
        # A list of values has its own order; other records stand with the largest first.
        place = getattr(row, "sequence", None)
        return Group(row.id, text_of(row), getattr(row, "colour", None) or "",
                     None if place is None else (0, place, row.id), self.pairs(("rel_o_m",), str(row.id)))


class TimeDimension(Dimension):
    """A time, by day, week or month."""

    is_time = True

    def __init__(self, view: Any, name: str, step: str) -> None:
        super().__init__(view, name)
        self.step = step

    @property
    def label(self) -> str:
        return {"day": _("%(column)s, by day", column=super().label),
                "week": _("%(column)s, by week", column=super().label),
                "month": _("%(column)s, by month", column=super().label)}[self.step]

    def expression(self) -> Any:
        return local_date(self.column, self.step, reader_zone())

    def groups(self, values: Iterable[Any]) -> dict[Any, Group]:
        given = list(values)
        found = super().groups(given)
        days = sorted(day for value in given if (day := as_date(value)) is not None)
        # Times without a row are numbers as well.
        between = self._between(days[0], days[-1]) if days else []
        return found | {day.isoformat(): self._group(day) for day in between if day not in days}

    def _between(self, first: date, last: date) -> list[date]:
        found = [first]
        while found[-1] < last and len(found) <= MAX_STEPS:
            found.append(moved(found[-1], self.step))
        return found if len(found) <= MAX_STEPS else []

    def named(self, values: Sequence[Any]) -> dict[Any, Group]:
        return {value: self._group(day) for value in values if (day := as_date(value)) is not None}

    def _group(self, day: date) -> Group:
        last = moved(day, self.step) - timedelta(days=1)
        return Group(day, date_text(day, self.step), "", (0, day), self.pairs(("dates",), dates_value(day, last)))

    def rest(self, values: Sequence[Any]) -> Group:
        days = [day for value in values if (day := as_date(value)) is not None]
        before = min(days) - timedelta(days=1) if days else None
        return Group(REST, _("Earlier"), "secondary", (-1, ""), self.pairs(("dates",), dates_value(None, before)))


class DayDimension(TimeDimension):
    """A day, by itself, by week or month; it is the same in every zone."""

    def expression(self) -> Any:
        return step_of_day(self.column, self.step)


def dimensions_of(view: Any, name: str) -> list[Dimension]:
    """Return the ways to group by a column. Raises ValueError for one that has none or may not be searched by."""
    if name not in view.search_columns:
        raise ValueError(f"{type(view).__name__}: a graph's number leads to its list, so search_columns needs {name}")
    datamodel = view.datamodel
    if name in view.choices:
        return [CodeDimension(view, name)]
    if datamodel.is_relation(name) and not inspect(datamodel.obj).relationships[name].uselist:
        return [RelationDimension(view, name)]
    if not datamodel.is_relation(name) and datamodel.is_boolean(name):
        return [BooleanDimension(view, name)]
    if not datamodel.is_relation(name) and datamodel.is_datetime(name):
        return [TimeDimension(view, name, step) for step in STEPS]
    if not datamodel.is_relation(name) and datamodel.is_date(name):
        return [DayDimension(view, name, step) for step in STEPS]
    raise ValueError(f"{type(view).__name__}: a graph cannot group by {name}")

"""Filters of custom fields: those of our own columns, asked of the table of values. New operators go to the end."""

import operator
from collections.abc import Callable
from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla import filters as fab
from sqlalchemy import false, select

from app.records.custom import kinds
from app.records.custom.definitions import Definition, chosen
from app.records.custom.models import CustomValue
from app.sdk.actor import current_actor
from app.sdk.i18n import _l
from app.web import set_filters as sets
from app.web import time_filters as times
from app.web.custom_forms import fields_of_view
from app.web.drill_filters import DatesFilter
from app.web.filters import (
    DeskFilters,
    EqualFilter,
    GreaterFilter,
    NotEqualFilter,
    PrefixFilter,
    SmallerFilter,
    as_list,
)
from app.web.ids import as_id
from app.web.interface import Interface


class Through(BaseFilter):  # type: ignore[misc]
    """The records one of whose values another filter finds."""

    def __init__(self, field: Definition, datamodel: Any, inner: type[BaseFilter], argument: str = "") -> None:
        super().__init__(field.name, datamodel)
        self.field = field
        self.inner = inner(_compared(field), Interface(CustomValue))
        self.name, self.arg_name = inner.name, argument or inner.arg_name
        self.takes_all = getattr(inner, "takes_all", False)

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(self.model.id.in_(self.inner.apply(values_of(self.field), value)))


def values_of(field: Definition) -> Any:
    """Return the SELECT of the records that have a value in a field."""
    return select(CustomValue.record_id).where(CustomValue.field_id == field.id)


def _compared(field: Definition) -> str:
    column = kinds.column_of(field)
    return "text" if column == "sort_text" else column


class Empty(BaseFilter):  # type: ignore[misc]
    """Nothing is there."""

    name, arg_name, wants_empty = _l("is empty"), "empty", True

    def __init__(self, field: Definition, datamodel: Any) -> None:
        super().__init__(field.name, datamodel)
        self.field = field

    def apply(self, query: Any, value: Any) -> Any:
        there = self.model.id.in_(values_of(self.field))
        return query.filter(~there if self.wants_empty else there)


class NotEmpty(Empty):
    """Something is there."""

    name, arg_name, wants_empty = _l("is not empty"), "nempty", False


class NoneOf(Empty):
    """Something is there, but none of these."""

    name, arg_name, takes_all = _l("is none of"), "none_of", True

    def apply(self, query: Any, value: Any) -> Any:
        others = [key for key in map(as_id, as_list(value)) if key is not None]
        column = getattr(CustomValue, _compared(self.field))
        there = values_of(self.field)
        return query.filter(self.model.id.in_(there), self.model.id.not_in(there.where(column.in_(others))))


class NumberFilter(BaseFilter):  # type: ignore[misc]
    """Compares numbers; finds nothing where none was typed."""

    name, arg_name = fab.FilterEqual.name, "eq"
    compare: Callable[[Any, Any], Any] = operator.eq

    def apply(self, query: Any, value: Any) -> Any:
        wanted = kinds.number(value)
        return query.filter(false() if wanted is None else type(self).compare(CustomValue.number, wanted))


class MoreFilter(NumberFilter):
    """A larger number."""

    name, arg_name, compare = fab.FilterGreater.name, "gt", operator.gt


class LessFilter(NumberFilter):
    """A smaller number."""

    name, arg_name, compare = fab.FilterSmaller.name, "lt", operator.lt


class OtherFilter(NumberFilter):
    """Another number."""

    name, arg_name, compare = fab.FilterNotEqual.name, "neq", operator.ne


class ContainsFilter(BaseFilter):  # type: ignore[misc]
    """Words anywhere in the text."""

    name, arg_name = _l("Contains"), "ct"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(CustomValue.text.icontains(str(value), autoescape=True))


_TEXT: list[Any] = [ContainsFilter, PrefixFilter, fab.FilterEqual, fab.FilterNotEqual, sets.OneOfFilter]
_DAYS: list[Any] = [EqualFilter, GreaterFilter, SmallerFilter, NotEqualFilter, times.PeriodFilter,
                    times.LastDaysFilter, times.OlderFilter, times.NextDaysFilter]
_INNER: dict[str, list[Any]] = {
    **dict.fromkeys((kinds.TEXT, kinds.LONG_TEXT, kinds.URL), _TEXT),
    kinds.NUMBER: [NumberFilter, MoreFilter, LessFilter, OtherFilter],
    kinds.DATE: _DAYS, kinds.MOMENT: [*_DAYS, DatesFilter], kinds.BOOL: [EqualFilter, NotEqualFilter],
}
_RELATED = [(EqualFilter, "rel_o_m"), (NotEqualFilter, "nrel_o_m"), (sets.OneOfFilter, "rel_in")]
_OWN = {kinds.PERSON: sets.MineFilter, kinds.WORK_GROUP: sets.MyGroupsFilter}


def filters_of(field: Definition, datamodel: Any) -> list[BaseFilter]:
    """Return the operators that a field offers."""
    if field.kind in _INNER:
        made: list[BaseFilter] = [Through(field, datamodel, inner) for inner in _INNER[field.kind]]
        return [*made, Empty(field, datamodel), NotEmpty(field, datamodel)]
    made = [Through(field, datamodel, inner, argument) for inner, argument in _RELATED]
    made += [Empty(field, datamodel), NotEmpty(field, datamodel), NoneOf(field, datamodel)]
    own = _OWN.get(field.kind)
    return [*made, Through(field, datamodel, own)] if own else made


def offer(filters: DeskFilters, view: Any) -> DeskFilters:
    """Let the filters of one request know the custom fields that their reader may see."""
    fields = chosen(fields_of_view(view), current_actor(), place="in_filter")
    if fields:
        made = {one.name: filters_of(one, view.datamodel) for one in fields}
        filters._search_filters = {**filters._search_filters, **made}
        filters._all_filters = {**filters._all_filters, **made}
    return filters

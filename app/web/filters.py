"""Search filters. Flask-AppBuilder's, less those that read whole tables, and safe to use from many threads."""

import copy
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_appbuilder.exceptions import InvalidColumnFilterFABException, InvalidOperationFilterFABException
from flask_appbuilder.models.filters import BaseFilter, FilterRelation, Filters
from flask_appbuilder.models.sqla import filters as fab
from flask_babel import to_utc
from sqlalchemy import ColumnElement, false
from werkzeug.datastructures import MultiDict

from app.db import field_rights
from app.records.search import matching, searched
from app.sdk.i18n import _l
from app.web.ids import as_id

Criterion = Callable[[type[Any], str], ColumnElement[bool]]
_searches: dict[type[Any], Criterion] = {}


def register_search(model: type[Any], criterion: Criterion) -> None:
    """Say how text is searched in a class otherwise than by its own `__searched__`: (class, what was typed)."""
    _searches[model] = criterion


def search_criterion(model: type[Any], text: str) -> ColumnElement[bool] | None:
    """Return the criterion of the class or of one it inherits from, else by its words in the index; None without."""
    for cls in model.__mro__:
        if cls in _searches:
            return _searches[cls](model, text)
    return matching(model, text) if searched(model) else None


# What fits into an integer column of any database.
_LARGEST = 2**31
_LARGEST_AMOUNT, _PLACES = Decimal(10) ** 15, 30
# An argument of the address: the number of an operator among those of its column.
_ARGUMENT = re.compile(r"_flt_([0-9]{1,2})_(.+)", re.ASCII)
# What one list may be asked at once; an address is not longer than a server takes either.
MAX_VALUES = 200


class DeskFilters(Filters):  # type: ignore[misc]
    """Filters whose copies share the possible filters and own the active ones."""

    def copy(self) -> "DeskFilters":
        """Return a copy whose active filters are its own."""
        twin = copy.copy(self)
        twin.filters, twin.values = list(self.filters), list(self.values)
        return twin

    def fresh(self) -> "DeskFilters":
        """Return a copy without active filters, of the columns that the actor may see."""
        twin = copy.copy(self)
        twin.clear_filters()
        shown = set(field_rights.shown(self.datamodel.obj, self._search_filters))
        if len(shown) < len(self._search_filters):
            # What one may not see one may not ask for either: the answer would tell it.
            twin._search_filters = {name: kinds for name, kinds in self._search_filters.items() if name in shown}
            twin._all_filters = {name: kinds for name, kinds in self._all_filters.items() if name in shown}
        return twin

    def only(self, column: str, filters: list[type[BaseFilter]]) -> None:
        """Offer these filters for a column, and no others."""
        made = [one(column, self.datamodel) for one in filters]
        for offered in (self._search_filters, self._all_filters):
            if column in offered:
                offered[column] = made

    def ask(self, arguments: MultiDict[str, str]) -> None:
        """Switch on what an address asks: `_flt_<number of the operator>_<column>`; nonsense is ignored."""
        self.clear_filters()
        for name in arguments:
            found = _ARGUMENT.fullmatch(name)
            if found is not None and found[2] in self._search_filters:
                self.add_filter_index(found[2], int(found[1]), arguments.getlist(name)[:MAX_VALUES])

    def rest_add_filters(self, data: list[dict[str, Any]]) -> None:
        """Switch on what REST asks: the operators that a column offers, by their own names, and no others."""
        for one in data:
            column, name = one["col"], one["opr"]
            if column not in self._search_filters:
                raise InvalidColumnFilterFABException(f"Filter column: {column} not allowed to filter")
            found = next((kind for kind in self._search_filters[column] if kind.arg_name == name), None)
            if found is None:
                raise InvalidOperationFilterFABException(f"Filter operation: {name} not allowed on column: {column}")
            self._add_filter(found, one["value"])

    def apply_all(self, query: Any) -> Any:
        """Narrow a query by all active filters; a filter of several values gets them together."""
        for one, values in zip(self.filters, self.values, strict=True):
            together = getattr(one, "takes_all", False) or not isinstance(values, list)
            for value in [values] if together else values:
                query = one.apply(query, value)
        return query

    def get_joined_filters(self, filters: Filters) -> "DeskFilters":
        """Return a copy with the active filters of both."""
        twin = self.copy()
        twin.filters += filters.filters
        twin.values += filters.values
        return twin

    def add_filter_index(self, column_name: str, filter_instance_index: int, value: Any) -> None:
        """Switch a filter on; an index out of range is ignored (it comes from the address bar)."""
        if filter_instance_index < len(self._all_filters.get(column_name, ())):
            super().add_filter_index(column_name, filter_instance_index, value)

    def _add_filter(self, filter_instance: BaseFilter, values: Any) -> None:
        # PostgreSQL refuses a text with a zero byte; nothing that is stored has one.
        given = values if isinstance(values, list) else [values]
        clean = [value.replace("\0", "") if isinstance(value, str) else value for value in given]
        super()._add_filter(filter_instance, clean if isinstance(values, list) else clean[0])


class IdFilter(BaseFilter):  # type: ignore[misc]
    """One row by its id."""

    def apply(self, query: Any, value: int) -> Any:
        return query.filter(self.model.id == value)


class PrefixFilter(fab.FilterStartsWith):  # type: ignore[misc]
    """Text that begins with what was typed; wildcards mean themselves."""

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(getattr(self.model, self.column_name).istartswith(str(value), autoescape=True))


class SearchFilter(BaseFilter):  # type: ignore[misc]
    """Words anywhere in the record, by its token index where it has one, else by beginning."""

    name = _l("Contains")
    arg_name = "ct"

    def apply(self, query: Any, value: Any) -> Any:
        value = str(value)
        if not value.strip():
            return query
        found = search_criterion(self.model, value)
        if found is None:
            found = getattr(self.model, self.column_name).istartswith(value, autoescape=True)
        return query.filter(found)


def typed(datamodel: Any, column: str, value: Any) -> Any:
    """Return what was typed as the column's own kind, None where it is not of that kind. Times are the reader's."""
    if datamodel.is_boolean(column):
        return str(value).lower() in {"y", "true", "1", "on"}
    if datamodel.is_numeric(column) or datamodel.is_float(column):
        return _number(value)
    found = fab.set_value_to_type(datamodel, column, value)
    if isinstance(found, int) and abs(found) >= _LARGEST:
        return None
    return reader_moment(found) if isinstance(found, datetime) else found


def _number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < _LARGEST_AMOUNT and found.adjusted() > -_PLACES else None


def reader_moment(value: datetime) -> datetime | None:
    """Return a moment in UTC; what names no zone is the reader's. None where there is no such moment."""
    # The first day of all has no day before it in another zone, and an address may name a zone that there is not.
    try:
        return to_utc(value).replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def as_list(value: Any) -> list[Any]:
    """Return the values of a filter that takes several."""
    return list(value) if isinstance(value, list | tuple) else [value]


class TypedFilter(BaseFilter):  # type: ignore[misc]
    """Compares with a typed value; finds nothing where the value is not of the column's kind, instead of failing."""

    compare: Callable[[Any, Any], Any] = operator.eq

    def apply(self, query: Any, value: Any) -> Any:
        wanted = typed(self.datamodel, self.column_name, value)
        if wanted is None:
            return query.filter(false())
        return query.filter(type(self).compare(getattr(self.model, self.column_name), wanted))


class EqualFilter(TypedFilter):
    """The value itself."""

    name, arg_name = fab.FilterEqual.name, "eq"


class NotEqualFilter(TypedFilter):
    """Any other value."""

    name, arg_name, compare = fab.FilterNotEqual.name, "neq", operator.ne


class GreaterFilter(TypedFilter):
    """More, or later."""

    name, arg_name, compare = fab.FilterGreater.name, "gt", operator.gt


class SmallerFilter(TypedFilter):
    """Less, or earlier."""

    name, arg_name, compare = fab.FilterSmaller.name, "lt", operator.lt


class ManyFilter(FilterRelation):  # type: ignore[misc]
    """One of many related records, by id."""

    name, arg_name = fab.FilterRelationManyToManyEqual.name, "rel_m_m"

    def apply(self, query: Any, value: Any) -> Any:
        relation = getattr(self.model, self.column_name)
        for one in value if isinstance(value, list) else [value]:
            key = as_id(one)
            query = query.filter(false() if key is None else relation.any(id=key))
        return query


class RelationFilter(FilterRelation):  # type: ignore[misc]
    """The related record's id, compared with our own key column: no query, and nothing is told of hidden rows."""

    name = _l("Relation")
    arg_name = "rel_o_m"

    def apply(self, query: Any, value: Any) -> Any:
        wanted = as_id(value)
        if wanted is None:
            return query.filter(false())
        return query.filter(getattr(self.model, self.datamodel.fk_name(self.column_name)) == wanted)


class NotRelationFilter(RelationFilter):
    """Any other related record."""

    name = _l("No Relation")
    arg_name = "nrel_o_m"

    def apply(self, query: Any, value: Any) -> Any:
        other = as_id(value)
        if other is None:
            return query
        return query.filter(getattr(self.model, self.datamodel.fk_name(self.column_name)) != other)

"""Search filters. Flask-AppBuilder's, less those that read whole tables, and safe to use from many threads."""

import copy
from collections.abc import Callable
from typing import Any

from flask_appbuilder.models.filters import BaseFilter, FilterRelation, Filters
from flask_appbuilder.models.sqla import filters as fab
from sqlalchemy import ColumnElement, false

from app.sdk.i18n import _l

Criterion = Callable[[type[Any], str], ColumnElement[bool]]
_searches: dict[type[Any], Criterion] = {}


def register_search(model: type[Any], criterion: Criterion) -> None:
    """Say how text is searched in a class: (class, what was typed) -> criterion, over its token index."""
    _searches[model] = criterion


def search_criterion(model: type[Any], text: str) -> ColumnElement[bool] | None:
    """Return the criterion of the class or of one it inherits from; None where none is registered."""
    for cls in model.__mro__:
        if cls in _searches:
            return _searches[cls](model, text)
    return None


class DeskFilters(Filters):  # type: ignore[misc]
    """Filters whose copies share the possible filters and own the active ones."""

    def copy(self) -> "DeskFilters":
        """Return a copy whose active filters are its own."""
        twin = copy.copy(self)
        twin.filters, twin.values = list(self.filters), list(self.values)
        return twin

    def fresh(self) -> "DeskFilters":
        """Return a copy without active filters."""
        twin = copy.copy(self)
        twin.clear_filters()
        return twin

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


class PrefixFilter(fab.FilterStartsWith):  # type: ignore[misc]
    """Text that begins with what was typed; wildcards mean themselves."""

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(getattr(self.model, self.column_name).istartswith(value, autoescape=True))


class SearchFilter(BaseFilter):  # type: ignore[misc]
    """Words anywhere in the record, by its token index where it has one, else by beginning."""

    name = _l("Contains")
    arg_name = "ct"

    def apply(self, query: Any, value: str) -> Any:
        found = search_criterion(self.model, value)
        if found is None:
            found = getattr(self.model, self.column_name).istartswith(value, autoescape=True)
        return query.filter(found)


class TypedFilter:
    """Leaves the query empty where the typed value is none of the column's kind, instead of an error."""

    def apply(self, query: Any, value: Any) -> Any:
        if fab.set_value_to_type(self.datamodel, self.column_name, value) is None:  # type: ignore[attr-defined]
            return query.filter(false())
        return super().apply(query, value)  # type: ignore[misc]


class EqualFilter(TypedFilter, fab.FilterEqual):  # type: ignore[misc]
    """The value itself."""


class NotEqualFilter(TypedFilter, fab.FilterNotEqual):  # type: ignore[misc]
    """Any other value."""


class RelationFilter(FilterRelation):  # type: ignore[misc]
    """The related record's id, compared with our own key column: no query, and nothing is told of hidden rows."""

    name = _l("Relation")
    arg_name = "rel_o_m"

    def apply(self, query: Any, value: Any) -> Any:
        try:
            wanted = int(value)
        except (TypeError, ValueError):
            return query.filter(false())
        return query.filter(getattr(self.model, self.datamodel.fk_name(self.column_name)) == wanted)


class NotRelationFilter(RelationFilter):
    """Any other related record."""

    name = _l("No Relation")
    arg_name = "nrel_o_m"

    def apply(self, query: Any, value: Any) -> Any:
        try:
            other = int(value)
        except (TypeError, ValueError):
            return query
        return query.filter(getattr(self.model, self.datamodel.fk_name(self.column_name)) != other)


_ORDERED = [EqualFilter, fab.FilterGreater, fab.FilterSmaller, NotEqualFilter, fab.FilterIn]
_TEXT = [SearchFilter, PrefixFilter, fab.FilterEqual, fab.FilterNotEqual, fab.FilterIn]


class DeskFilterConverter(fab.SQLAFilterConverter):  # type: ignore[misc]
    """Which filters a column offers: none of them reads a whole table to answer."""

    conversion_table = (
        ("is_relation_many_to_one", [RelationFilter, NotRelationFilter]),
        ("is_relation_one_to_one", [RelationFilter, NotRelationFilter]),
        ("is_relation_many_to_many", [fab.FilterRelationManyToManyEqual]),
        ("is_relation_one_to_many", [fab.FilterRelationManyToManyEqual]),
        ("is_enum", [fab.FilterEqual, fab.FilterNotEqual]),
        ("is_text", _TEXT),
        ("is_string", _TEXT),
        ("is_boolean", [fab.FilterEqual, fab.FilterNotEqual]),
        ("is_datetime", _ORDERED),
        ("is_date", _ORDERED),
        ("is_integer", _ORDERED),
        ("is_numeric", _ORDERED),
        ("is_float", _ORDERED),
        ("is_json", []),
        ("is_binary", []),
    )

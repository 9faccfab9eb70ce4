"""Which operators a column offers. An address names an operator by its number here: new ones go to the end."""

from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla import filters as fab

from app.sdk.workflow import Workflow
from app.web import set_filters as sets
from app.web import time_filters as times
from app.web.drill_filters import DatesFilter, NoneOfFilter
from app.web.filters import (
    EqualFilter,
    GreaterFilter,
    ManyFilter,
    NotEqualFilter,
    NotRelationFilter,
    PrefixFilter,
    RelationFilter,
    SearchFilter,
    SmallerFilter,
)

_EMPTY = [sets.EmptyFilter, sets.NotEmptyFilter]
_ORDERED = [EqualFilter, GreaterFilter, SmallerFilter, NotEqualFilter]
_TIMES = [*_ORDERED, times.PeriodFilter, times.LastDaysFilter, times.OlderFilter, times.NextDaysFilter, *_EMPTY,
          DatesFilter]
_TEXT = [SearchFilter, PrefixFilter, fab.FilterEqual, fab.FilterNotEqual, sets.OneOfFilter, *_EMPTY]
_RELATION = [RelationFilter, NotRelationFilter, sets.OneOfRelatedFilter, *_EMPTY]
_CODES = [EqualFilter, NotEqualFilter, sets.OneOfFilter, *_EMPTY]


class DeskFilterConverter(fab.SQLAFilterConverter):  # type: ignore[misc]
    """Which filters a column offers: none of them reads a whole table to answer."""

    conversion_table = (
        ("is_relation_many_to_one", _RELATION),
        ("is_relation_one_to_one", _RELATION),
        ("is_relation_many_to_many", [ManyFilter]),
        ("is_relation_one_to_many", [ManyFilter]),
        ("is_enum", [fab.FilterEqual, fab.FilterNotEqual]),
        ("is_text", _TEXT),
        ("is_string", _TEXT),
        ("is_boolean", [EqualFilter, NotEqualFilter, *_EMPTY]),
        ("is_datetime", _TIMES),
        ("is_date", _TIMES),
        ("is_integer", [*_ORDERED, *_EMPTY]),
        ("is_numeric", [*_ORDERED, *_EMPTY]),
        ("is_float", [*_ORDERED, *_EMPTY]),
        ("is_json", []),
        ("is_binary", []),
    )

    def convert(self, col_name: str) -> list[BaseFilter] | None:
        """Return a column's filters; a relation to people or work groups offers the reader's own besides."""
        found: list[BaseFilter] | None = super().convert(col_name)
        is_one = self.datamodel.is_relation_many_to_one(col_name) or self.datamodel.is_relation_one_to_one(col_name)
        if found and is_one:
            own = sets.OWN.get(self.datamodel.get_related_model(col_name))
            found += [own(col_name, self.datamodel)] if own else []
            found.append(NoneOfFilter(col_name, self.datamodel))
        return found


def code_filters(workflow: Workflow | None = None) -> list[type[Any]]:
    """Return the filters of a column that holds codes, which are compared whole; of the state with its life cycle."""
    return [*_CODES, *(sets.open_filters(workflow) if workflow is not None else ()), NoneOfFilter]

"""Counting and finding rows of a class with two tables by the first of them, where nothing of the second is asked for.

Whatever a list filters and sorts by stands in the table that all tickets share. To look each of three thousand rows up
in the second table as well, only to count them, took ten times as long.
"""

from typing import Any

from sqlalchemy import Column, SelectBase, Table, inspect
from sqlalchemy.orm import Mapper, Query
from sqlalchemy.sql import visitors


class _NeedsMore(Exception):
    """Something of a further table is asked for."""


def narrowed(query: Query[Any], model: type[Any], *columns: Any) -> Query[Any]:
    """Return a query of some expressions of the rows that a query of a class finds, by its first table where it can.

    Rights are those of the topmost class either way.
    """
    mapper = inspect(model)
    further = [table for table in mapper.tables if table is not mapper.base_mapper.local_table]
    if not further or query._setup_joins:
        return query.with_entities(*columns)
    try:
        asked = [_moved(column.expression, mapper.base_mapper, further) for column in columns]
        where = [] if query.whereclause is None else [_moved(query.whereclause, mapper.base_mapper, further)]
    except _NeedsMore:
        return query.with_entities(*columns)
    kind = mapper.base_mapper.get_property_by_column(mapper.polymorphic_on).class_attribute
    kinds = [one.polymorphic_identity for one in mapper.self_and_descendants]
    return query.session.query(*asked).filter(kind.in_(kinds), *where)


def _moved(asked: Any, base: Mapper[Any], further: list[Any]) -> Any:
    # The id of a further table is that of the first; any other column of it is more than the first can tell. Columns
    # of the first become those of its class: as the subclass's they would bring the criteria of rights a second time.
    first = base.local_table

    def move(element: Any, **_more: Any) -> Any:
        if isinstance(element, SelectBase | Table):
            if any(isinstance(part, Column) and part.table in further for part in visitors.iterate(element)):
                raise _NeedsMore
            return element
        if isinstance(element, Column) and element.table in further:
            if element.name != "id":
                raise _NeedsMore
            return base.class_.id.expression
        if isinstance(element, Column) and element.table is first:
            return base.get_property_by_column(first.c[element.name]).class_attribute.expression
        return None

    return visitors.replacement_traverse(asked, {}, move)

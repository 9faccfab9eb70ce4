"""Whose a table is: told by the module of its model, so that a unit never compares, exports or drops another's."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Mapper

from app.db import Model

PLATFORM = "platform"


def unit_of(module: str) -> str:
    """Return the unit that a module belongs to: "addons.ticket.models" is "ticket", everything else the platform."""
    parts = module.split(".")
    return parts[1] if parts[0] == "addons" and len(parts) > 1 else PLATFORM


def owners() -> dict[str, str]:
    """Return {table: its unit} of every table that is known to this process."""
    found = dict.fromkeys(Model.metadata.tables, PLATFORM)
    for mapper in Model.registry.mappers:
        unit = unit_of(mapper.class_.__module__)
        for table in _tables(mapper):
            if unit != PLATFORM:
                found[table.name] = unit
    return found


def _tables(mapper: Mapper[Any]) -> Iterator[Table]:
    parent = mapper.inherits.local_table if mapper.inherits is not None else None
    if isinstance(mapper.local_table, Table) and mapper.local_table is not parent:
        yield mapper.local_table
    # A link table has no class of its own: it belongs to the class that declares the relation.
    for relation in mapper.relationships:
        if relation.parent is mapper and isinstance(relation.secondary, Table):
            yield relation.secondary


def tables_of(unit: str) -> list[Table]:
    """Return a unit's tables, a referred table before those that refer to it."""
    owner = owners()
    return [table for table in Model.metadata.sorted_tables if owner[table.name] == unit]

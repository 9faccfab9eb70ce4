"""What refers to a record: read from the tables themselves, so that a new foreign key is never forgotten.

A column that holds the id of a record without a foreign key says so: `info={"refers_to": "person"}`, and
`"history": True` where it tells of the past, which nothing but a merge rewrites.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, inspect
from sqlalchemy.orm import Mapper

from app.db import Model, record_type_of

# Columns that together name any record.
PAIRS = (("record_type", "record_id"), ("source_type", "source_id"), ("target_type", "target_id"))
# A value that is a record of any kind: what has it goes on without it.
VALUES = (("ref_type", "ref_id"),)
# What is said of the record that it is, whatever becomes of it; the words it is found by; who looks at it now.
STAYS = frozenset({"audit_entry", "deleted_record", "record_merge", "search_entry", "record_presence"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds ids of a kind of record; `model` is the class of its table, None for a mere link table."""

    column: Column[Any]
    model: type[Any] | None
    ondelete: str | None
    is_history: bool = False
    # Where the column names records of any kind: the column that says the kind, and the kind.
    kind: tuple[Column[Any], str] | None = None

    def held_by(self, record_id: int) -> ColumnElement[bool]:
        """Return the criterion of the rows that refer to a record."""
        mine = self.column == record_id
        return mine if self.kind is None else and_(self.kind[0] == self.kind[1], mine)

    @property
    def table(self) -> Table:
        return self.column.table  # type: ignore[return-value]

    @property
    def name(self) -> str:
        """The attribute of the class, or the column where there is no class."""
        if self.model is None:
            return self.column.name
        return str(inspect(self.model).get_property_by_column(self.column).key)

    @property
    def is_key(self) -> bool:
        """Whether the database itself knows of it."""
        return bool(self.column.foreign_keys)

    @property
    def is_part(self) -> bool:
        """Whether the row belongs to this record alone and goes with it: a number to call, a mail domain."""
        needed = {key.column.table for column in self.table.columns if not column.nullable and not column.primary_key
                  for key in column.foreign_keys}
        return self.is_key and not self.column.nullable and self.ondelete == "CASCADE" and len(needed) == 1


def references_to(model: type[Any]) -> list[Reference]:
    """Return every column that refers to records of a class, foreign keys and declared ones, in order of tables."""
    mapper: Mapper[Any] = inspect(model)
    targets = set(mapper.tables)
    names = {record_type_of(one.class_) for one in mapper.iterate_to_root() if hasattr(one.class_, "__record_type__")}
    owners = table_classes()
    found = []
    for table in sorted(Model.metadata.tables.values(), key=lambda one: one.name):
        owner = owners.get(table)
        for column in table.columns:
            keys = [key for key in column.foreign_keys if key.column.table in targets]
            if keys and not _is_inheritance(owner, column):
                found.append(Reference(column, owner, keys[0].ondelete))
            elif column.info.get("refers_to") in names:
                found.append(Reference(column, owner, None, bool(column.info.get("history"))))
    return found


def table_classes() -> dict[Table, type[Any]]:
    """Return {table: the class whose own table it is}."""
    found: dict[Table, type[Any]] = {}
    for mapper in Model.registry.mappers:
        above = mapper.inherits.local_table if mapper.inherits is not None else None
        if isinstance(mapper.local_table, Table) and mapper.local_table is not above:
            found[mapper.local_table] = mapper.class_
    return found


def _is_inheritance(owner: type[Any] | None, column: Column[Any]) -> bool:
    # The key of a subclass's table is the record itself, not something that refers to it.
    return owner is not None and column.primary_key and inspect(owner).inherits is not None


def kinds_of(model: type[Any]) -> Iterator[tuple[type[Any], Any]]:
    """Yield (class, identity or None) of the concrete kinds of records in a class's table."""
    mapper: Mapper[Any] = inspect(model)
    if mapper.polymorphic_on is None:
        yield model, None
        return
    below = [one for one in mapper.self_and_descendants if one.polymorphic_identity is not None]
    for one in sorted(below, key=lambda found: str(found.polymorphic_identity)):
        if one is mapper and len(below) > 1 and one.inherits is None:
            continue  # the base of all kinds is none itself
        yield one.class_, one.polymorphic_identity


def typed_columns(table: Table) -> list[tuple[Column[Any], Column[Any]]]:
    """Return the pairs of columns of a table that name any record by its type and id."""
    return [(table.c[kind], table.c[key]) for kind, key in PAIRS if kind in table.c and key in table.c]


def typed_tables() -> list[Table]:
    """Return the tables that have such columns: timeline, attachments, links, tags and so on."""
    return [table for table in Model.metadata.sorted_tables if typed_columns(table)]


def typed_references(record_type: str, *, everything: bool) -> list[Reference]:
    """Return the columns that name records of a type by type and id: values, and `everything` that is about them."""
    owners, found = table_classes(), []
    for table in sorted(Model.metadata.tables.values(), key=lambda one: one.name):
        for kind, key in (*VALUES, *(PAIRS if everything and table.name not in STAYS else ())):
            if kind in table.c and key in table.c:
                found.append(Reference(table.c[key], owners.get(table), None, False, (table.c[kind], record_type)))
    return found

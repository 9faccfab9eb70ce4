"""Where a value of a list is used, table by table, whoever may see the rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from app.db import Model
from app.records.custom.models import CustomField, CustomValue
from app.records.lists import code_columns
from app.records.picklists import Picklist, PicklistOffer, PicklistValue

# What belongs to the list itself: the values below one, and where it is offered.
OWN = {PicklistValue.__tablename__, PicklistOffer.__tablename__}


@dataclass(frozen=True, slots=True)
class Use:
    """So many rows of a table name the value in a column; of a custom field `field` is its name and record type."""

    table: str
    column: str
    count: int
    field: tuple[str, str] | None = None


def key_columns() -> list[Column[Any]]:
    """Return every column that refers to a value by its id."""
    target = PicklistValue.__table__
    return [column for table in Model.metadata.tables.values() for column in table.columns
            if any(key.column.table is target for key in column.foreign_keys)]


def columns_of_codes(session: Session, value: PicklistValue) -> list[Column[Any]]:
    """Return every column that holds codes of the value's list."""
    code = session.execute(select(Picklist.code).where(Picklist.id == value.picklist_id)).scalar()
    return [column.property.columns[0] for column in code_columns.get(code or "", ())]


def where_used(session: Session, value: PicklistValue) -> list[Use]:
    """Return the uses of a value by table and column; those without any are left out."""
    found = [_count(session, column, value.id) for column in key_columns() if column.table.name not in OWN
             and column.table.name != CustomValue.__tablename__]
    found += [_count(session, column, value.code) for column in columns_of_codes(session, value)]
    below = select(func.count()).select_from(PicklistValue).where(PicklistValue.parent_id == value.id)
    found.append(Use(PicklistValue.__tablename__, "parent_id", _number(session, below)))
    offers = select(func.count()).select_from(PicklistOffer).where(PicklistOffer.under_id == value.id)
    found.append(Use(PicklistOffer.__tablename__, "under_id", _number(session, offers)))
    by_field = (select(CustomField.subject, CustomField.code, func.count()).select_from(CustomValue)
                .join(CustomField, CustomField.id == CustomValue.field_id).where(CustomValue.value_id == value.id)
                .group_by(CustomField.subject, CustomField.code))
    found += [Use(CustomValue.__tablename__, "value_id", row[2], (row[0], row[1]))
              for row in session.connection().execute(by_field)]
    return [use for use in found if use.count]


def _count(session: Session, column: Column[Any], held: Any) -> Use:
    table = column.table
    assert isinstance(table, Table)  # noqa: S101 - a column of the metadata has one
    return Use(table.name, column.name, _number(session, select(func.count()).select_from(table).where(column == held)))


def _number(session: Session, statement: Any) -> int:
    return int(session.connection().execute(statement).scalar() or 0)


def uses(session: Session, value: PicklistValue) -> int:
    """Count all rows, visible or not, that refer to a value by its id or its code."""
    return sum(use.count for use in where_used(session, value))

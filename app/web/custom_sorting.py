"""Sorting a list by a custom field, for up to 10,000 rows: the order of a list's values, else of the value itself."""

from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import aliased

from app.db import session
from app.records.custom import kinds
from app.records.custom.definitions import Definition, chosen, definitions, subject_of
from app.records.custom.models import PREFIX, CustomValue
from app.records.picklists import PicklistValue
from app.sdk.actor import current_actor


def field_of(model: type[Any], name: str) -> Definition | None:
    """Return the field of a column that the reader may see and sort by."""
    subject = subject_of(model) if name.startswith(PREFIX) else None
    fields = chosen(definitions(session(), subject), current_actor()) if subject else []
    return next((one for one in fields if one.name == name and one.kind not in (kinds.LONG_TEXT, kinds.FILE)), None)


def by_field(base: Any, model: type[Any], field: Definition) -> tuple[Any, Any]:
    """Return a query joined with a field's values, and what to sort it by."""
    value = aliased(CustomValue)
    base = base.outerjoin(value, and_(value.record_id == model.id, value.field_id == field.id, value.place == 0))
    if kinds.is_of_values(field):
        listed = aliased(PicklistValue)
        return base.outerjoin(listed, listed.id == value.value_id), listed.sequence
    column = kinds.column_of(field)
    return base, value.sort_text if column == "ref_id" else getattr(value, column)

"""What a list's values were shipped as: which fields an administrator has changed since, and the way back."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addon_system.models import DataRecord
from app.db import plain, session
from app.records.list_services import picklist_value_service
from app.records.picklists import PicklistValue
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


def shipped(database: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return {value id: its fields as an addon shipped them} for those that an addon shipped."""
    statement = select(DataRecord.record_id, DataRecord.shipped).where(
        DataRecord.table_name == PicklistValue.__tablename__, DataRecord.record_id.in_(ids))
    return {row[0]: dict(row[1] or {}) for row in database.execute(statement)}


def customised(value: PicklistValue, said: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return {field: (as shipped, as it is now)} of what was changed since."""
    return {name: (was, plain(getattr(value, name))) for name, was in said.items()
            if name not in ("picklist_id", "code") and plain(getattr(value, name)) != was}


@all_or_nothing
def reset(actor: Actor, value_id: int, field: str = "") -> PicklistValue:
    """Bring a value, or one of its fields, back to what was shipped. Raises Forbidden, NotFound or InvalidField."""
    actor.require(picklist_value_service.write)
    value = picklist_value_service.get_for_update(value_id)
    said = shipped(session(), [value_id]).get(value_id)
    if said is None:
        raise InvalidField("value", _("No addon has shipped this value."))
    changed = customised(value, said)
    if field and field not in said:
        raise InvalidField("field", _("There is no such field."))
    for name, (was, _now) in changed.items():
        if not field or name == field:
            setattr(value, name, was)
    session().flush()
    return value

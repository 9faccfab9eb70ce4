"""Trees of companies, places and groups have no loops."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import system_scope
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


def check_parent(session: Session, record: Any, relation: str = "parent") -> None:
    """Raise InvalidField where a record would belong to itself, directly or through others.

    `relation` names what leads upwards: a person's is their manager.
    """
    model, key = type(record), f"{relation}_id"
    above = getattr(record, key)
    if above is None or record.id is None:
        return
    seen = {record.id}
    with session.no_autoflush, system_scope():
        while above is not None:
            if above in seen:
                raise InvalidField(relation, _("Something cannot belong to itself."))
            seen.add(above)
            above = session.execute(select(getattr(model, key)).where(model.id == above)).scalar()

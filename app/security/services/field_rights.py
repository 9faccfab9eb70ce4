"""Rights over fields: what everybody may do with one, and which roles may do more."""

from collections.abc import Iterable, Mapping

from sqlalchemy import inspect, select

from app.db import field_rights, scopes, session
from app.records.values import all_or_nothing, flush, foreign_keys
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.grants import check_grant
from app.security.models import FieldRight
from app.security.permissions import ROLE_WRITE

EVERYBODY = None
# Without these a record is none, or nobody finds it; and what the desk itself writes is not for people to change.
ALWAYS = frozenset({"id", "type", "version", "number", "title", "name", "state", "state_category", "deleted_at",
                    "created_at", "created_by", "updated_at", "updated_by", "search_text"})


def fields_of(record_type: str) -> list[str]:
    """Return the fields of a record type that may be hidden or locked, one name for a relation and its key."""
    mapper = scopes.mapper_of(record_type)
    if mapper is None:
        return []
    relations = set(foreign_keys(mapper.class_).values())
    names = [field_rights.field_name(attribute.key) if attribute.key in relations else attribute.key
             for attribute in inspect(mapper.class_).column_attrs]
    return sorted(name for name in dict.fromkeys(names) if field_rights.field_name(name) not in ALWAYS)


class FieldRightService:
    """Say what may be done with a field. Flushes, never commits."""

    @all_or_nothing
    def set(self, actor: Actor, record_type: str, field: str, levels: Mapping[int | None, str]) -> None:
        """Replace the rules of a field: {role id, None for everybody: level}; without any it is anybody's to change.

        A role's level counts where it gives more than everybody's. Raises Forbidden or InvalidField.
        """
        actor.require(ROLE_WRITE)
        if field not in fields_of(record_type):
            raise InvalidField("field", _("This field cannot be hidden or locked."))
        if any(level not in field_rights.LEVELS for level in levels.values()):
            raise InvalidField("level", _("Choose an entry of the list."))
        if levels and EVERYBODY not in levels:
            raise InvalidField("level", _("Say first what everybody may do; roles are exceptions to that."))
        present = {row.role_id: row for row in self.of(record_type, field)}
        check_grant(session(), actor, [role for role in levels if role is not None and role not in present])
        for role_id, row in present.items():
            if role_id not in levels:
                session().delete(row)
            elif row.level != levels[role_id]:
                row.level = levels[role_id]
        for role_id in levels.keys() - present.keys():
            session().add(FieldRight(record_type=record_type, field=field, role_id=role_id, level=levels[role_id]))
        flush(session(), FieldRight)

    @staticmethod
    def of(record_type: str, field: str | None = None) -> Iterable[FieldRight]:
        """Return the rules of a record type, or of one of its fields."""
        statement = select(FieldRight).where(FieldRight.record_type == record_type)
        if field is not None:
            statement = statement.where(FieldRight.field == field)
        return session().execute(statement.order_by(FieldRight.field, FieldRight.id)).scalars().all()


field_right_service = FieldRightService()

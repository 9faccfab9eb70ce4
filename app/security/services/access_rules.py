"""Data rules: which rows the holders of a role, the members of a group, or all may do something with."""

from collections.abc import Mapping
from typing import Any

from app.db import scopes, session
from app.db.rights import record_classes
from app.records.service import RecordService, require_label
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.grants import check_grant
from app.security.models import AccessRule
from app.security.permissions import ROLE_WRITE

OPERATIONS = {scopes.READ: "may_read", scopes.CREATE: "may_create", scopes.WRITE: "may_write",
              scopes.DELETE: "may_delete"}


def record_types() -> list[str]:
    """Return the record types that rules may speak of: every one whose rows have rights of their own."""
    found = [mapper.class_ for top in record_classes() for mapper in top.__mapper__.self_and_descendants]  # type: ignore[attr-defined]
    return sorted({cls.record_type() for cls in found if not getattr(cls, "is_tombstone", False)})


class AccessRuleService(RecordService[AccessRule]):
    """Create, change and delete data rules. A rule of a role is a grant: one may not hand out more than one holds."""

    def prepare(self, actor: Actor, record: AccessRule, values: Mapping[str, Any]) -> None:
        require_label(values, "name")
        if record.may_read is None:
            record.may_read = True
        if record.record_type not in record_types():
            raise InvalidField("record_type", _("Choose an entry of the list."))
        kind = scopes.scope_kinds(record.record_type).get(record.scope)
        if kind is None:
            raise InvalidField("scope", _("Records of this type do not know this."))
        mapper = scopes.mapper_of(record.record_type)
        if kind.check is None or mapper is None:
            record.conditions = None
        else:
            kind.check(mapper.class_, record.conditions)
        if record.role_id is not None and record.group_id is not None:
            raise InvalidField("group", _("A rule is for a role or for a work group, not for both."))
        self._check_effect(record)
        if record.role_id is not None:
            check_grant(session(), actor, [record.role_id])

    @staticmethod
    def _check_effect(record: AccessRule) -> None:
        if not any(getattr(record, name) for name in OPERATIONS.values()):
            raise InvalidField("may_read", _("Say what the rule is about: at least one of these."))
        if not record.is_limit and record.may_create:
            raise InvalidField("may_create", _("Creating needs no rule but the right to it; a rule can only limit it."))
        if not record.is_limit and (record.may_write or record.may_delete) and not record.may_read:
            raise InvalidField("may_read", _("Who changes or deletes records must see them."))
        if not record.is_limit and record.role_id is None and record.group_id is None:
            raise InvalidField("role", _("Only a limit can be for everybody: say to whom this is granted."))


access_rule_service = AccessRuleService(
    AccessRule, ROLE_WRITE,
    {"name", "record_type", "is_limit", "may_read", "may_create", "may_write", "may_delete", "scope", "conditions",
     "role", "group", "is_active"},
    {"name", "record_type", "scope"},
)

__all__ = ["access_rule_service", "record_types"]

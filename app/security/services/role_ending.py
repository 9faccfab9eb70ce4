"""The end of a role: replaced by another wherever it is granted, or taken back from whoever has it."""

from typing import Any

from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role
from sqlalchemy import Select, select

from app.db import session, system_scope
from app.organisation.models import GroupRole, MemberRole
from app.records import moving
from app.records.ending import DELETE, REPLACE, Choice
from app.records.uses import InUse, Use, capped
from app.records.values import all_or_nothing, flush
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, NotFound
from app.sdk.i18n import _
from app.security import epoch
from app.security.grants import check_grant
from app.security.guards import ADMIN_ROLE
from app.security.models import AccessRule, FieldRight, RoleProfile
from app.security.permissions import ROLE_WRITE

# What a role allows is its own; only who has it, and the rules of its holders, go to another.
OWN = frozenset({"ab_permission_view_role"})
GRANTED = (GroupRole, MemberRole, AccessRule, FieldRight)


class RoleEnding:
    """Mixed into RoleService."""

    takes_choice = True
    can_deactivate = False

    @all_or_nothing
    def delete(self, actor: Actor, profile_id: int, reason: str | None = None, choice: Choice | None = None) -> None:
        """Delete a role of one's own making. Raises InUse where somebody has it and no choice says what becomes of it.

        Raises Conflict for a shipped role, Forbidden where it holds administrative rights that the actor lacks.
        """
        actor.require(ROLE_WRITE)
        profile, role = self._get(profile_id)  # type: ignore[attr-defined]
        if profile.addon or role.name == ADMIN_ROLE:
            raise Conflict(_("This role belongs to an addon and cannot be deleted."))
        how = choice.how if choice is not None else ""
        if how not in ("", REPLACE, DELETE):
            raise InvalidField("how", _("Choose an entry of the list."))
        if how == REPLACE:
            self._replace(actor, profile, choice.by if choice is not None else None)
        elif found := uses_of_role(profile):
            if not how:
                raise InUse(found)
            check_grant(session(), actor, [role.id])
            _take_back(profile)
        session().delete(profile)
        flush(session(), RoleProfile)
        session().delete(role)
        flush(session(), Role)

    def _replace(self, actor: Actor, profile: RoleProfile, by: int | None) -> None:
        try:
            other: RoleProfile = self._get(by or 0)[0]  # type: ignore[attr-defined]
        except NotFound:
            other = profile
        if other is profile:
            raise InvalidField("by", _("Choose another one of the same kind."))
        check_grant(session(), actor, [profile.role_id, other.role_id])
        _tell_users(profile, other)
        moving.move(session(), Role, profile.role_id, other.role_id, skip=OWN)
        epoch.bump(session().connection())


def uses_of_role(profile: RoleProfile) -> list[Use]:
    """Return who has a role, and the rules of its holders: one statement."""
    users = select(assoc_user_role.c.id).where(assoc_user_role.c.role_id == profile.role_id)
    wanted: list[tuple[type[Any], str, Select[Any]]] = [(User, "roles", users)]
    wanted += [(model, "role_id", select(model.id).where(model.role_id == profile.role_id)) for model in GRANTED]
    with system_scope():
        totals = session().execute(select(*(capped(rows) for _model, _name, rows in wanted))).one()
    return [Use(model, name, total, total) for (model, name, _rows), total in zip(wanted, totals, strict=True) if total]


def _tell_users(profile: RoleProfile, other: RoleProfile | None) -> None:
    # Own roles of users stand in a table of Flask-AppBuilder that no recorder sees.
    rows = select(assoc_user_role.c.user_id).where(assoc_user_role.c.role_id == profile.role_id)
    ids = list(session().execute(rows).scalars())
    moving.write_audit(session(), "user", ids, "roles", [profile.code], [other.code] if other is not None else [])


def _take_back(profile: RoleProfile) -> None:
    _tell_users(profile, None)
    for model in GRANTED:
        for row in session().execute(select(model).where(model.role_id == profile.role_id)).scalars():
            session().delete(row)
    session().flush()

"""Roles: named sets of rights. What one may hand out is limited by what one holds."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import session
from app.records import audit
from app.records.service import RecordService, require_label
from app.records.values import all_or_nothing, flush
from app.sdk.actor import Actor
from app.sdk.confidentiality import LEVELS, NORMAL
from app.sdk.errors import Conflict, Forbidden, InvalidField, NotFound
from app.sdk.i18n import _
from app.sdk.permissions import key_of
from app.security.grants import ADMINISTRATIVE, check_clearance, rights_of
from app.security.guards import ADMIN_ROLE
from app.security.models import RoleProfile
from app.security.permissions import ROLE_WRITE
from app.security.services.role_ending import RoleEnding

FIELDS = frozenset({"code", "label", "is_self_service", "needs_second_factor", "clearance", "permissions"})


class RoleService(RoleEnding):
    """Create, change and delete roles. Flushes, never commits."""

    model = RoleProfile

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> RoleProfile:
        """Create a role of one's own making."""
        actor.require(ROLE_WRITE)
        clean = self._clean(values)
        RecordService.check_required(clean, {"code", "label"})
        self._free(clean["code"])
        role = Role(name=clean["code"])
        session().add(role)
        flush(session(), Role)
        check_clearance(actor, clean.get("clearance") or NORMAL)
        profile = RoleProfile(role_id=role.id, code=clean["code"], label=clean["label"],
                              clearance=clean.get("clearance") or NORMAL,
                              is_self_service=bool(clean.get("is_self_service")),
                              needs_second_factor=bool(clean.get("needs_second_factor")))
        session().add(profile)
        flush(session(), RoleProfile)
        self._allow(actor, profile, role, clean.get("permissions") or ())
        return profile

    @all_or_nothing
    def update(self, actor: Actor, profile_id: int, values: Mapping[str, Any],
               version: int | None = None) -> RoleProfile:
        """Change what a role is called and what it allows."""
        actor.require(ROLE_WRITE)
        profile, role = self._get(profile_id)
        clean = self._clean(values)
        if clean.get("code", profile.code) != profile.code:
            raise InvalidField("code", _("A code never changes once it is there."))
        if clean.get("label"):
            profile.label = clean["label"]
        if clean.get("is_self_service") is not None and clean["is_self_service"] != profile.is_self_service:
            if role.name == ADMIN_ROLE:
                raise Conflict(_("The administrators' role holds every right and cannot be changed."))
            profile.is_self_service = clean["is_self_service"]
        if clean.get("clearance") is not None and clean["clearance"] != profile.clearance:
            if role.name == ADMIN_ROLE:
                raise Conflict(_("The administrators' role holds every right and cannot be changed."))
            check_clearance(actor, clean["clearance"])
            profile.clearance = clean["clearance"]
        if clean.get("needs_second_factor") is not None:
            profile.needs_second_factor = clean["needs_second_factor"]
        if clean.get("permissions") is not None:
            self._allow(actor, profile, role, clean["permissions"])
        flush(session(), RoleProfile)
        return profile

    @all_or_nothing
    def change_rights(self, actor: Actor, profile_id: int, add: Iterable[str] = (), take: Iterable[str] = ()) -> bool:
        """Grant a role some rights and take others from it; return whether that changed anything."""
        actor.require(ROLE_WRITE)
        profile, role = self._get(profile_id)
        before = rights_of(session(), [role.id])
        after = (before | frozenset(add)) - frozenset(take)
        self._allow(actor, profile, role, after)
        return before != after

    def permissions_of(self, profile: RoleProfile) -> list[str]:
        """Return the keys of what a role allows."""
        return sorted(rights_of(session(), [profile.role_id]))

    # Parts ---------------------------------------------------------------------------------------------------------

    def _allow(self, actor: Actor, profile: RoleProfile, role: Role, wanted: Iterable[str]) -> None:
        before = rights_of(session(), [role.id])
        # What an addon that is switched off has been granted stays: no form offers it.
        after = frozenset(wanted) | (before - current_registry().permissions.keys())
        if before == after:
            return
        if role.name == ADMIN_ROLE:
            raise Conflict(_("The administrators' role holds every right and cannot be changed."))
        changed = {key for key in before ^ after if key.split(".", 1)[0] in ADMINISTRATIVE}
        if any(not actor.can(key) for key in changed):
            raise Forbidden(_("You cannot grant administrative rights that you do not have yourself."))
        rows = self._rows(after)
        if unknown := after - set(rows):
            raise InvalidField("permissions", _("There is no right “%(key)s”.", key=min(unknown)))
        role.permissions = list(rows.values())
        flush(session(), Role)
        audit.write(session(), "role_profile", profile.id, "update",
                    {"permissions": (sorted(before), sorted(after))})

    @staticmethod
    def _rows(keys: Iterable[str]) -> dict[str, PermissionView]:
        pairs = {tuple(key.split(".", 1)) for key in keys if "." in key}
        statement = (
            select(PermissionView, Permission.name, ViewMenu.name)
            .join(Permission, Permission.id == PermissionView.permission_id)
            .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
            .where(ViewMenu.name.in_({resource for resource, _action in pairs}))
        )
        found = {key_of(row[1], row[2]): row[0] for row in session().execute(statement)}
        return {key: found[key] for key in keys if key in found}

    @staticmethod
    def _get(profile_id: int) -> tuple[RoleProfile, Role]:
        statement = select(RoleProfile).where(RoleProfile.id == profile_id).with_for_update(of=RoleProfile)
        profile = session().execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
        role = session().get(Role, profile.role_id) if profile is not None else None
        if profile is None or role is None:
            raise NotFound
        return profile, role

    @staticmethod
    def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
        unknown = set(values) - FIELDS
        if unknown:
            raise InvalidField(min(unknown), _("This field cannot be set."))
        require_label(values, "label")
        if values.get("clearance") not in {None, *LEVELS}:
            raise InvalidField("clearance", _("Choose an entry of the list."))
        clean = dict(values)
        if isinstance(clean.get("code"), str):
            clean["code"] = clean["code"].strip()
        return clean

    @staticmethod
    def _free(code: str) -> None:
        if len(code) > 64:
            raise InvalidField("code", _("A code has at most %(number)s characters.", number=64))
        taken = session().execute(select(Role.id).where(Role.name == code)).first()
        if taken or session().execute(select(RoleProfile.id).where(RoleProfile.code == code)).first():
            raise InvalidField("code", _("This value is in use already."))


role_service = RoleService()

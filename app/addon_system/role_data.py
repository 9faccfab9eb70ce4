"""Roles from data files: a Flask-AppBuilder role, its name in both languages, and the rights that it holds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addon_system.manifest import Manifest
from app.security.fab_tables import Permission, PermissionView, Role, ViewMenu
from app.security.models import RoleProfile


def load(session: Session, unit: Manifest, external_id: str, values: Mapping[str, Any], role_id: int | None,
         noupdate: bool) -> Any:
    """Create a role, or bring one up to date that its file may still change. Raises KeyError for an unknown right."""
    if role_id is not None and noupdate:
        return session.get(Role, role_id)
    role = session.get(Role, role_id) if role_id is not None else None
    if role is None and role_id is not None:
        return None
    if role is None:
        role = session.execute(select(Role).where(Role.name == values["name"])).scalar_one_or_none()
    if role is None:
        role = Role(name=values["name"])
        session.add(role)
    have = {item.id for item in role.permissions}
    role.permissions += [item for item in _rights(session, values.get("permissions", ())) if item.id not in have]
    session.flush()
    if session.execute(select(RoleProfile.id).where(RoleProfile.role_id == role.id)).first() is None:
        session.add(RoleProfile(role_id=role.id, code=external_id, label=values["label"], addon=unit.name,
                                is_self_service=bool(values.get("is_self_service"))))
        session.flush()
    return role


def _rights(session: Session, keys: list[str]) -> list[PermissionView]:
    found = []
    for key in keys:
        resource, action = key.split(".", 1)
        statement = (
            select(PermissionView).join(Permission, PermissionView.permission_id == Permission.id)
            .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
            .where(Permission.name == f"can_{action}", ViewMenu.name == resource)
        )
        right = session.execute(statement).scalar_one_or_none()
        if right is None:
            raise KeyError(f"there is no right {key}")
        found.append(right)
    return found

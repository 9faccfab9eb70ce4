"""What roles allow, and that nobody hands out administrative rights that they do not hold themselves."""

from collections.abc import Iterable

from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu, assoc_permissionview_role
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sdk.actor import Actor
from app.sdk.errors import Forbidden
from app.sdk.i18n import _
from app.sdk.permissions import key_of

# Whoever holds one of these could give themselves any other right.
ADMINISTRATIVE = frozenset({"user", "role", "login_session", "addon", "job", "setting"})


def rights_of(session: Session, role_ids: Iterable[int]) -> frozenset[str]:
    """Return the keys of all rights that these roles hold."""
    grants = assoc_permissionview_role.c
    statement = (
        select(Permission.name, ViewMenu.name).distinct()
        .join(PermissionView, PermissionView.permission_id == Permission.id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(assoc_permissionview_role, grants.permission_view_id == PermissionView.id)
        .where(grants.role_id.in_(list(role_ids)))
    )
    return frozenset(key_of(permission, view_menu) for permission, view_menu in session.execute(statement))


def check_grant(session: Session, actor: Actor, role_ids: Iterable[int]) -> None:
    """Raise Forbidden where the roles hold administrative rights that the actor lacks."""
    if actor.is_system:
        return
    lacking = {key for key in rights_of(session, role_ids)
               if key.split(".", 1)[0] in ADMINISTRATIVE and not actor.can(key)}
    if lacking:
        raise Forbidden(_("You cannot grant administrative rights that you do not have yourself."))

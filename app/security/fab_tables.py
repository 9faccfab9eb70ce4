"""Flask-AppBuilder's tables of rights, for the installer."""

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)

__all__ = [
    "Permission", "PermissionView", "Role", "ViewMenu", "assoc_permissionview_role", "assoc_user_role",
]

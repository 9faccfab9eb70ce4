"""The right of the page of the desk's state."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

SYSTEM_READ = Permission("system_state", "read", _l("View the state of the system"))

PERMISSIONS = [SYSTEM_READ]

"""Every right of this addon, once."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

SERVICE_READ = Permission("service", "read", _l("View services and channels"))
SERVICE_WRITE = Permission("service", "write", _l("Edit services and channels"))
MY_WORK_READ = Permission("my_work", "read", _l("Use “My work”"))
COCKPIT_READ = Permission("cockpit", "read", _l("See the cockpit of the desk"))
WORK_ENTRY_READ = Permission("work_entry", "read", _l("View the work log"))
WORK_ENTRY_WRITE = Permission("work_entry", "write", _l("Log one's own work and change it"))
WORK_ENTRY_EDIT_OTHERS = Permission(
    "work_entry", "edit_others", _l("Log and change the work of others, also on closed tickets"))

PERMISSIONS = [
    SERVICE_READ, SERVICE_WRITE, MY_WORK_READ, COCKPIT_READ, WORK_ENTRY_READ, WORK_ENTRY_WRITE, WORK_ENTRY_EDIT_OTHERS,
]

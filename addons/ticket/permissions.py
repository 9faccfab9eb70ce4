"""Every right of this addon, once."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

SERVICE_READ = Permission("service", "read", _l("View services and channels"))
SERVICE_WRITE = Permission("service", "write", _l("Edit services and channels"))
MY_WORK_READ = Permission("my_work", "read", _l("Use “My work”"))
COCKPIT_READ = Permission("cockpit", "read", _l("See the cockpit of the desk"))

PERMISSIONS = [SERVICE_READ, SERVICE_WRITE, MY_WORK_READ, COCKPIT_READ]

"""Rights of the addon system."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

ADDON_READ = Permission("addon", "read", _l("View the addons"))
ADDON_WRITE = Permission("addon", "write", _l("Install, switch off and remove addons"))

PERMISSIONS = [ADDON_READ, ADDON_WRITE]

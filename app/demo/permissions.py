"""Rights of demo data."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

DEMO_READ = Permission("demo", "read", _l("View which demo data there are"))
DEMO_WRITE = Permission("demo", "write", _l("Bring demo data in and remove them"))

PERMISSIONS = [DEMO_READ, DEMO_WRITE]

"""Rights of the sample."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

NOTEBOOK_READ = Permission("notebook", "read", _l("View notebooks"))
NOTEBOOK_WRITE = Permission("notebook", "write", _l("Edit notebooks"))
ERRAND_READ = Permission("errand", "read", _l("View errands"))

PERMISSIONS = [NOTEBOOK_READ, NOTEBOOK_WRITE, ERRAND_READ]

"""Rights of the page of backups."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

BACKUP_READ = Permission("backup", "read", _l("View which backups there are"))
BACKUP_WRITE = Permission("backup", "write", _l("Make a backup"))
BACKUP_DOWNLOAD = Permission("backup", "download", _l("Download a backup, which holds everything on the desk"))

PERMISSIONS = [BACKUP_READ, BACKUP_WRITE, BACKUP_DOWNLOAD]

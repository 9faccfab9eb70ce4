"""Rights of what every record has."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

AUDIT_READ = Permission("audit", "read", _l("View the audit log"))
PICKLIST_READ = Permission("picklist", "read", _l("View lists of values"))
PICKLIST_WRITE = Permission("picklist", "write", _l("Edit lists of values"))
CUSTOM_FIELD_READ = Permission("custom_field", "read", _l("View custom fields"))
CUSTOM_FIELD_WRITE = Permission("custom_field", "write", _l("Add and change custom fields"))
NUMBERING_READ = Permission("number_sequence", "read", _l("View number sequences"))
NUMBERING_WRITE = Permission("number_sequence", "write", _l("Edit number sequences"))
WORKFLOW_READ = Permission("workflow", "read", _l("View how states are named"))
SETTING_READ = Permission("setting", "read", _l("View the settings"))
SETTING_WRITE = Permission("setting", "write", _l("Change the settings"))
WORKFLOW_WRITE = Permission("workflow", "write", _l("Rename, recolour and hide states"))
CANNED_REPLY_READ = Permission("canned_reply", "read", _l("View canned replies"))
CANNED_REPLY_WRITE = Permission("canned_reply", "write", _l("Write canned replies"))
CALENDAR_READ = Permission("calendar", "read", _l("View calendars and holidays"))
CALENDAR_WRITE = Permission("calendar", "write", _l("Edit calendars and holidays"))
LIST_SHARE = Permission("list", "share", _l("Share filters of lists with everybody"))
LIST_EXPORT = Permission("list", "export", _l("Export lists"))
LIST_IMPORT = Permission("list", "import", _l("Bring records in from files"))
JOURNAL_EDIT_OTHERS = Permission("journal", "edit_others", _l("Change and withdraw what others wrote into records"))
RECYCLE_BIN_READ = Permission("recycle_bin", "read", _l("View the recycle bin"))
RECYCLE_BIN_PURGE = Permission("recycle_bin", "purge", _l("Purge what is in the recycle bin"))

PERMISSIONS = [
    AUDIT_READ, PICKLIST_READ, PICKLIST_WRITE, NUMBERING_READ, NUMBERING_WRITE, WORKFLOW_READ, WORKFLOW_WRITE,
    CANNED_REPLY_READ, CANNED_REPLY_WRITE, LIST_SHARE, LIST_EXPORT, LIST_IMPORT, SETTING_READ, SETTING_WRITE,
    CUSTOM_FIELD_READ, CUSTOM_FIELD_WRITE, RECYCLE_BIN_READ, RECYCLE_BIN_PURGE,
    CALENDAR_READ, CALENDAR_WRITE, JOURNAL_EDIT_OTHERS,
]

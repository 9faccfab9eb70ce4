"""Every right of this addon, once."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

INCIDENT_READ = Permission("incident", "read", _l("View incidents"))
INCIDENT_READ_GROUPS = Permission("incident", "read_groups", _l("View incidents of one's groups"))
INCIDENT_READ_COMPANY = Permission("incident", "read_company", _l("View incidents of one's company"))
INCIDENT_READ_ALL = Permission("incident", "read_all", _l("View all incidents"))
INCIDENT_WRITE = Permission("incident", "write", _l("Log and edit incidents"))
INCIDENT_ASSIGN = Permission("incident", "assign", _l("Assign incidents"))
INCIDENT_TRANSFER = Permission("incident", "transfer", _l("Transfer incidents"))
INCIDENT_RESOLVE = Permission("incident", "resolve", _l("Resolve incidents"))
INCIDENT_CLOSE = Permission("incident", "close", _l("Close incidents"))
INCIDENT_REOPEN = Permission("incident", "reopen", _l("Reopen incidents"))
INCIDENT_CANCEL = Permission("incident", "cancel", _l("Cancel incidents"))
INCIDENT_LINK = Permission("incident", "link", _l("Link incidents, parents and children included"))
INCIDENT_CONFIRM = Permission("incident", "confirm", _l("Confirm solutions of one's own incidents"))
INCIDENT_SET_DESK = Permission("incident", "set_desk", _l("Say which service desk owns an incident"))
INCIDENT_MERGE = Permission("incident", "merge", _l("Merge incidents"))
INCIDENT_SPLIT = Permission("incident", "split", _l("Split incidents"))
INCIDENT_DELETE = Permission("incident", "delete", _l("Delete incidents"))
INCIDENT_OVERRIDE_PRIORITY = Permission("incident", "override_priority", _l("Override the priority of incidents"))
INCIDENT_SEE_INTERNAL = Permission("incident", "see_internal", _l("See internal notes of incidents"))
INCIDENT_SEE_TRAINING_NEEDS = Permission("incident", "see_training_needs", _l("See who needs training"))
CLOSING_POLICY_READ = Permission("closing_policy", "read", _l("View closing policies"))
CLOSING_POLICY_WRITE = Permission("closing_policy", "write", _l("Edit closing policies"))

PERMISSIONS = [
    INCIDENT_READ, INCIDENT_READ_GROUPS, INCIDENT_READ_COMPANY, INCIDENT_READ_ALL, INCIDENT_WRITE, INCIDENT_ASSIGN,
    INCIDENT_TRANSFER, INCIDENT_RESOLVE, INCIDENT_CLOSE, INCIDENT_REOPEN, INCIDENT_CANCEL, INCIDENT_LINK,
    INCIDENT_MERGE, INCIDENT_SPLIT, INCIDENT_DELETE, INCIDENT_OVERRIDE_PRIORITY, INCIDENT_SEE_INTERNAL,
    INCIDENT_SEE_TRAINING_NEEDS, INCIDENT_CONFIRM, INCIDENT_SET_DESK, CLOSING_POLICY_READ, CLOSING_POLICY_WRITE,
]

"""Every right of this addon, once."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

PROBLEM_READ = Permission("problem", "read", _l("View problems"))
PROBLEM_READ_GROUPS = Permission("problem", "read_groups", _l("View problems of one's groups"))
PROBLEM_READ_ALL = Permission("problem", "read_all", _l("View all problems"))
PROBLEM_SEE_INTERNAL = Permission("problem", "see_internal", _l("See internal notes and the work log of problems"))
PROBLEM_WRITE = Permission("problem", "write", _l("Record and edit problems"))
PROBLEM_ASSIGN = Permission("problem", "assign", _l("Assign problems"))
PROBLEM_PUBLISH = Permission("problem", "publish", _l("Publish workarounds"))
PROBLEM_RESOLVE = Permission("problem", "resolve", _l("Resolve problems"))
PROBLEM_CLOSE = Permission("problem", "close", _l("Close problems and record their review"))
PROBLEM_ACCEPT_RISK = Permission("problem", "accept_risk", _l("Accept the risk of a problem"))
PROBLEM_CANCEL = Permission("problem", "cancel", _l("Cancel problems"))
PROBLEM_LINK = Permission("problem", "link", _l("Link problems"))
PROBLEM_MERGE = Permission("problem", "merge", _l("Merge problems"))
PROBLEM_SPLIT = Permission("problem", "split", _l("Split problems"))
PROBLEM_DELETE = Permission("problem", "delete", _l("Delete problems"))
PROBLEM_OVERRIDE_PRIORITY = Permission("problem", "override_priority", _l("Override the priority of problems"))

PERMISSIONS = [
    PROBLEM_READ, PROBLEM_READ_GROUPS, PROBLEM_READ_ALL, PROBLEM_SEE_INTERNAL, PROBLEM_WRITE, PROBLEM_ASSIGN,
    PROBLEM_PUBLISH, PROBLEM_RESOLVE, PROBLEM_CLOSE, PROBLEM_ACCEPT_RISK, PROBLEM_CANCEL, PROBLEM_LINK, PROBLEM_MERGE,
    PROBLEM_SPLIT, PROBLEM_DELETE, PROBLEM_OVERRIDE_PRIORITY,
]

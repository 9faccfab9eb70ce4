"""What the columns of problems are called."""

from app.sdk.i18n import _l, _lp
from app.web.related_routes import LINK_LABELS

LABELS = {
    "number": _l("Number"), "title": _l("Title"), "description": _l("Description"), "state": _l("State"),
    "source": _lp("problem", "Source"), "symptoms": _lp("problem", "Symptoms"), "service": _l("Service"),
    "category": _l("Category"), "impact": _l("Impact"), "urgency": _l("Urgency"), "priority": _l("Priority"),
    "group": _lp("ticket", "Work group"), "assignee": _l("Assignee"), "supplier": _l("Supplier"),
    "external_reference": _l("External reference"), "root_cause": _l("Root cause"),
    "root_cause_code": _l("Root cause code"), "workaround": _l("Workaround"),
    "published_workaround": _l("Published workaround"), "permanent_fix": _l("Permanent fix"),
    "is_public": _l("Customers may read it"), "published_at": _l("Workaround published at"),
    "edition": _l("Edition of the workaround"), "review_on": _l("To be reviewed on"),
    "reviewed_at": _l("Last reviewed at"), "retired_at": _l("Retired at"), "opened_at": _l("Opened at"),
    "resolved_at": _l("Resolved at"), "closed_at": _l("Closed at"), "reopen_count": _l("Reopened"),
    "reason": _l("Reason"), "confidentiality": _l("Confidentiality"), "tags": _l("Tags"), **LINK_LABELS,
}
# What stands below the fields whose label does not say all.
HINTS = {
    "symptoms": _l("What people notice, in their words: an incident that speaks of it finds this problem."),
    "root_cause": _l("Why it happens, once that is proven."),
    "workaround": _l("What helps until it is fixed. Published, it reaches every open incident of this problem."),
    "permanent_fix": _l("What removes the cause for good."),
    "is_public": _l("Whoever called about one of its incidents reads the published workaround."),
    "review_on": _l("The day on which somebody looks whether all this still holds."),
}

"""What people are told about problems, in words for problems where those of every ticket do not fit."""

from addons.problem.services.mail_facts import problem_facts
from addons.problem.services.told import (
    ASSIGNED,
    CLOSED,
    PUBLISHED,
    REOPENED,
    RESOLVED,
    REVIEW_DUE,
    TASK_ASSIGNED,
    TASK_DUE,
)
from addons.ticket.services.mail_facts import find_ticket
from app.sdk.i18n import _l
from app.sdk.notices import MailFacts, NoticeKind

NOTICES = [
    NoticeKind(ASSIGNED, _l("A problem is assigned to me"), _l("%(actor)s assigned the problem to you"), "user-check",
               is_mailed=True),
    NoticeKind(RESOLVED, _l("A problem that I watch is resolved"), _l("%(actor)s removed its cause"), "circle-check"),
    NoticeKind(CLOSED, _l("A problem that I watch is closed"), _l("%(actor)s closed the problem"), "lock", is_on=False),
    NoticeKind(REOPENED, _l("A problem that I hold or watch is reopened"), _l("%(actor)s reopened the problem"),
               "rotate", is_mailed=True),
    NoticeKind(TASK_ASSIGNED, _l("A task of a problem is given to me"), _l("%(actor)s gave you a task: %(task)s"),
               "checklist", is_mailed=True),
    NoticeKind(TASK_DUE, _l("A task of a problem that I have to do is due"), _l("Due on %(due)s: %(task)s"), "clock",
               is_mailed=True),
    NoticeKind(REVIEW_DUE, _l("A known error or an accepted risk of mine is to be reviewed"),
               _l("To be reviewed on %(due)s"), "calendar-event", is_mailed=True),
    NoticeKind(PUBLISHED, _l("The workaround of a problem that I hold or watch is published"),
               _l("%(actor)s published the workaround"), "bulb"),
]
MAIL_FACTS = [MailFacts(("problem.",), {
    "number": _l("Number of the problem"), "title": _l("Title"), "priority": _l("Priority"),
    "service": _l("Service"), "group": _l("Work group"), "assignee": _l("Assignee"),
    "task": _l("Title of the task"), "due": _l("Day on which it is due"), "workaround": _l("Workaround"),
    "cause": _l("Root cause"), "solution": _l("Permanent fix"),
}, problem_facts, find_ticket)]

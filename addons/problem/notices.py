"""What people are told about problems beside what is said of every ticket: tasks, days of review, workarounds."""

from addons.problem.services.mail_facts import problem_facts
from addons.problem.services.told import PUBLISHED, REVIEW_DUE, TASK_ASSIGNED, TASK_DUE
from addons.ticket.services.mail_facts import find_ticket
from app.sdk.i18n import _l
from app.sdk.notices import MailFacts, NoticeKind

NOTICES = [
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
    "solution": _l("Permanent fix"),
}, problem_facts, find_ticket)]

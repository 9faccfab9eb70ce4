"""What people are told about tickets, and what mails may say of them."""

from addons.ticket.services.mail_facts import find_ticket, ticket_facts
from app.sdk.i18n import _l
from app.sdk.notices import MailFacts, NoticeKind

ASSIGNED, GROUP, TAKEN = "ticket.assigned", "ticket.group", "ticket.taken"
RETURNED, OWNED = "ticket.returned", "ticket.owned"
REPLIED, NOTED, MENTIONED = "ticket.replied", "ticket.noted", "ticket.mentioned"
# Of the caller, to whoever holds it.
ANSWERED, REJECTED = "ticket.answered", "ticket.rejected"
CREATED, ASKED, FAMILY_STUCK = "ticket.created", "ticket.asked", "ticket.family_stuck"
# By the step of the life cycle.
STEPS = {
    "resolve": "ticket.resolved", "tell": "ticket.resolved", "close": "ticket.closed", "confirm": "ticket.closed",
    "expire": "ticket.closed", "reopen": "ticket.reopened", "merge": "ticket.merged",
}

NOTICES = [
    NoticeKind(ASSIGNED, _l("A ticket is assigned to me"), _l("%(actor)s assigned it to you"), "user-check",
               is_mailed=True),
    NoticeKind(GROUP, _l("A ticket comes to one of my work groups"), _l("%(actor)s gave it to your group %(group)s"),
               "users-group", is_on=False),
    NoticeKind(TAKEN, _l("A ticket that I held is transferred"), _l("%(actor)s gave it to others: %(group)s"),
               "transfer"),
    NoticeKind(RETURNED, _l("What others have solved comes back to me or my service desk"),
               _l("%(actor)s solved it; it is back at your service desk %(group)s"), "arrow-back-up"),
    NoticeKind(OWNED, _l("My service desk is to own a ticket"), _l("%(actor)s made your service desk %(group)s own it"),
               "headset", is_on=False),
    NoticeKind(ANSWERED, _l("The caller answers on a ticket that I hold"), _l("%(actor)s answered"), "message-2",
               is_mailed=True),
    NoticeKind(REJECTED, _l("The caller says that what I hold is not solved"),
               _l("%(actor)s says that it is not solved"), "thumb-down", is_mailed=True),
    NoticeKind(REPLIED, _l("A public reply on a ticket that I hold, watch or reported"), _l("%(actor)s replied"),
               "send", is_for_customers=True),
    NoticeKind(NOTED, _l("An internal note on a ticket that I hold or watch"), _l("%(actor)s wrote an internal note"),
               "note"),
    NoticeKind(MENTIONED, _l("Somebody mentions me"), _l("%(actor)s mentioned you"), "at", is_mailed=True),
    NoticeKind(CREATED, _l("A ticket of mine was received"), _l("The service desk has received your request"), "inbox",
               is_on=False, is_for_customers=True, tells_oneself=True),
    NoticeKind(ASKED, _l("A ticket of mine waits for my answer"), _l("The service desk waits for your answer"),
               "help-circle", is_for_customers=True),
    NoticeKind("ticket.resolved", _l("A ticket that I watch or reported is resolved"), _l("%(actor)s resolved it"),
               "circle-check", is_for_customers=True),
    NoticeKind("ticket.closed", _l("A ticket that I watch or reported is closed"), _l("%(actor)s closed it"), "lock",
               is_on=False, is_for_customers=True),
    NoticeKind("ticket.reopened", _l("A ticket that I hold, watch or reported is reopened"),
               _l("%(actor)s reopened it"), "rotate", is_for_customers=True),
    NoticeKind("ticket.merged", _l("A ticket that I watch or reported goes on in another one"),
               _l("%(actor)s merged it into another ticket"), "git-merge", is_for_customers=True),
    NoticeKind(FAMILY_STUCK, _l("Tickets that I wanted to resolve with another one could not be"),
               _l("Not all that hangs on it could be resolved: %(why)s"), "alert-triangle"),
]
MAIL_FACTS = [MailFacts(("ticket.", "incident."), {
    "number": _l("Number of the ticket"), "title": _l("Title"), "caller": _l("Caller"), "service": _l("Service"),
    "priority": _l("Priority"), "group": _l("Work group"), "assignee": _l("Assignee"),
    "opened": _l("When it was opened"), "answer_by": _l("Until when the customer may answer"),
    "survivor": _l("Number of the ticket in which it goes on"), "text": _l("The latest public reply"),
    "solution": _l("Solution"),
}, ticket_facts, find_ticket)]

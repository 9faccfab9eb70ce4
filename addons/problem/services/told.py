"""The keys of what people are told about problems (addons.problem.notices says it in words)."""

TASK_ASSIGNED, TASK_DUE = "problem.task_assigned", "problem.task_due"
REVIEW_DUE, PUBLISHED = "problem.review_due", "problem.published"
# What every ticket tells, in words for problems: nobody called about one, so nobody is thanked or asked to answer.
ASSIGNED, RESOLVED = "problem.assigned", "problem.resolved"
CLOSED, REOPENED = "problem.closed", "problem.reopened"
IN_PLACE_OF = {"ticket.assigned": ASSIGNED, "ticket.resolved": RESOLVED, "ticket.closed": CLOSED,
               "ticket.reopened": REOPENED}
# What its timeline tells of meetings and tasks (addons.problem.views.happened says it in words).
HELD, TASK_ENDED = "problem.reviewed", "problem.task_ended"

"""The keys of what people are told about problems (addons.problem.notices says it in words)."""

TASK_ASSIGNED, TASK_DUE = "problem.task_assigned", "problem.task_due"
REVIEW_DUE, PUBLISHED = "problem.review_due", "problem.published"

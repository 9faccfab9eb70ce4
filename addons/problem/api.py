"""Problems by REST: the same services, the same guards."""

from addons.problem.models import Cause, Problem, Review, Task
from addons.problem.models.task import STATES
from addons.problem.services import cause_service, problem_service, review_service, task_service
from addons.problem.workflow import PROBLEM
from app.organisation.options import members_of
from app.sdk.confidentiality import LEVELS
from app.web.choices import same
from app.web.interface import Interface
from app.web.record_api import RecordApi
from app.web.related_api import RelatedApi

WRITABLE = [
    "title", "description", "symptoms", "source_id", "service_id", "category_id", "impact_id", "urgency_id",
    "priority_id", "group_id", "assignee_id", "supplier_id", "external_reference", "root_cause_code_id", "root_cause",
    "workaround", "permanent_fix", "is_public", "review_on", "confidentiality",
]
COLUMNS = ["id", "number", "version", "state", "state_category", *WRITABLE, "published_workaround", "edition",
           "published_at", "reviewed_at", "retired_at", "opened_at", "resolved_at", "closed_at", "reopen_count"]


class ProblemApi(RelatedApi, RecordApi):
    """/api/v1/problem/"""

    datamodel = Interface(Problem)
    service = problem_service
    workflow = PROBLEM
    has_files = True
    resource_name = class_permission_name = "problem"
    list_columns = COLUMNS
    show_columns = COLUMNS
    add_columns = WRITABLE
    edit_columns = WRITABLE
    search_columns = ["number", "title", "state", "source", "priority", "impact", "urgency", "category", "service",
                      "group", "assignee", "root_cause_code", "published_at", "review_on", "retired_at", "opened_at",
                      "resolved_at", "closed_at", "confidentiality"]
    choice_columns = {"confidentiality": LEVELS}
    option_filters = {
        "assignee": members_of("group"), "category": "ticket.category", "impact": "ticket.impact",
        "urgency": "ticket.urgency", "priority": "ticket.priority", "source": "problem.source",
        "root_cause_code": "problem.root_cause_code",
    }
    order_columns = ["number", "priority", "opened_at", "resolved_at", "closed_at", "published_at", "review_on"]


class CauseApi(RecordApi):
    """/api/v1/problem_cause/"""

    datamodel = Interface(Cause)
    service = cause_service
    resource_name, class_permission_name = "problem_cause", "problem"
    list_columns = ["id", "problem_id", "parent_id", "text", "category_id", "is_root", "sequence"]
    add_columns = ["problem_id", "parent_id", "text", "category_id", "is_root", "sequence"]
    edit_columns = ["parent_id", "text", "category_id", "is_root", "sequence"]
    search_columns = ["problem", "category", "is_root"]
    option_filters = {"category": "problem.cause_category", "parent": same("problem")}


class TaskApi(RecordApi):
    """/api/v1/problem_task/"""

    datamodel = Interface(Task)
    service = task_service
    resource_name, class_permission_name = "problem_task", "problem"
    list_columns = ["id", "problem_id", "title", "state", "group_id", "assignee_id", "due_on", "result", "review_id"]
    add_columns = list_columns[1:]
    edit_columns = list_columns[2:]
    search_columns = ["problem", "state", "group", "assignee", "due_on", "review"]
    choice_columns = {"state": STATES}
    option_filters = {"assignee": members_of("group"), "review": same("problem")}


class ReviewApi(RecordApi):
    """/api/v1/problem_review/"""

    datamodel = Interface(Review)
    service = review_service
    resource_name, class_permission_name = "problem_review", "problem"
    list_columns = ["id", "problem_id", "held_on", "chair_id", "participants", "guests", "went_well", "to_improve",
                    "conclusions", "decisions"]
    add_columns = list_columns[1:]
    edit_columns = list_columns[2:]
    search_columns = ["problem", "held_on", "chair", "participants"]


APIS = [ProblemApi, CauseApi, TaskApi, ReviewApi]

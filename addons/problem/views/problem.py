"""Lists, forms and the page of a problem."""

from typing import Any

from addons.problem.models import Problem
from addons.problem.services import problem_service
from addons.problem.services.causes import roots_of
from addons.problem.services.known_errors import is_offered
from addons.problem.views.cards import REVIEWS, TASKS
from addons.problem.views.causes import CausesPanel
from addons.problem.views.labels import HINTS, LABELS
from addons.problem.workflow import PROBLEM
from addons.ticket.panels import WorkedSteps, WorkPanel
from app.organisation.options import members_of
from app.sdk.actor import Actor
from app.sdk.confidentiality import LEVELS
from app.sdk.i18n import _l
from app.sdk.workflow import Transition
from app.web.bulk import ChangeFields
from app.web.graph import Average, Graph
from app.web.inline import ByEdit, ByStep
from app.web.interface import Interface
from app.web.kanban import Kanban
from app.web.list_views import ShippedFilter
from app.web.panels import AttachmentsPanel, AuditPanel, FieldsPanel, HoldersPanel, Slot, TimelinePanel
from app.web.record_view import RecordView
from app.web.related_panel import RelationsPanel
from app.web.related_routes import LINK_LABELS, RelatedRoutes, link_text
from app.web.rich import rich
from app.web.surroundings import SurroundingsPanel

RICH = ("description", "symptoms", "root_cause", "workaround", "published_workaround", "permanent_fix")


class ProblemView(WorkedSteps, RelatedRoutes, RecordView):
    """Problems: the problem manager's daily page."""

    datamodel = Interface(Problem)
    service = problem_service
    workflow = PROBLEM
    class_permission_name = "problem"
    in_palette = True
    route_base = "/problem/problems"
    list_title = _l("Problems")
    show_title = _l("Problem")
    add_title = _l("Record a problem")
    edit_title = _l("Edit the problem")
    label_columns: Any = LABELS
    description_columns: Any = HINTS
    list_columns = ["number", "title", "state", "priority", "category", "group", "assignee", "opened_at"]
    optional_columns = ["source", "service", "impact", "urgency", "supplier", "root_cause_code", "published_at",
                        "review_on", "reviewed_at", "retired_at", "resolved_at", "closed_at", "reopen_count",
                        "confidentiality", "tags"]
    search_columns = ["number", "title", "state", "source", "priority", "impact", "urgency", "category", "service",
                      "group", "assignee", "supplier", "root_cause_code", "published_at", "review_on", "retired_at",
                      "opened_at", "resolved_at", "closed_at", "confidentiality"]
    list_modes = [
        Kanban(columns=("state", "assignee", "priority")),
        Graph(["state", "source", "priority", "category", "group", "root_cause_code", "opened_at"],
              [Average("reopen_count", _l("Reopened, on average"))]),
    ]
    order_columns = ["number", "priority", "impact", "urgency", "opened_at", "resolved_at", "closed_at", "review_on"]
    base_order = ("opened_at", "desc")
    shipped_filters = [
        ShippedFilter("mine", _l("My open"), [("assignee", "me"), ("state", "open")]),
        ShippedFilter("open", _l("All open"), [("state", "open")]),
        ShippedFilter("unassigned", _l("My groups' unassigned"),
                      [("group", "my_groups"), ("assignee", "empty"), ("state", "open")]),
        ShippedFilter("known", _l("Known errors"), [("state", "eq", "known_error")]),
        ShippedFilter("review", _l("To be reviewed in 14 days"), [("review_on", "next_days", 14)]),
        ShippedFilter("review_passed", _l("Day of review has passed"), [("review_on", "older", 0)]),
    ]
    add_fieldsets = [
        (_l("What is known"), {"fields": ["title", "source", "category", "service", "symptoms", "description"]}),
        (_l("Urgency and ownership"), {"fields": ["impact", "urgency", "group", "assignee"]}),
        (_l("More"), {"fields": ["supplier", "external_reference", "confidentiality"]}),
    ]
    edit_fieldsets = [
        (_l("What is known"), {"fields": ["title", "source", "category", "service", "symptoms", "description"]}),
        (_l("Cause and cure"), {"fields": ["root_cause_code", "root_cause", "workaround", "is_public", "review_on",
                                           "permanent_fix"]}),
        (_l("Urgency"), {"fields": ["impact", "urgency", "priority"]}),
        (_l("More"), {"fields": ["supplier", "external_reference", "confidentiality"]}),
    ]
    show_fieldsets = [
        (_l("Ownership"), {"fields": ["number", "title", "state", "group", "assignee", "supplier",
                                      "external_reference"]}),
        (_l("Classification"), {"fields": ["source", "priority", "impact", "urgency", "category", "service",
                                           "confidentiality"]}),
        (_l("Cause and cure"), {"fields": ["symptoms", "root_cause_code", "root_cause", "workaround", "published_at",
                                           "edition", "is_public", "review_on", "reviewed_at", "retired_at",
                                           "permanent_fix"]}),
        (_l("Course"), {"fields": ["opened_at", "resolved_at", "closed_at", "reopen_count", "description"]}),
    ]
    panels = [
        FieldsPanel("description", "symptoms", "root_cause", "workaround", "permanent_fix",
                    title=_l("What is known"), key="text"),
        TimelinePanel(),
        SurroundingsPanel(),
        CausesPanel(),
        TASKS,
        REVIEWS,
        WorkPanel(),
        AttachmentsPanel(),
        RelationsPanel(),
        HoldersPanel(),
        AuditPanel(),
        Slot("problem.side"),
    ]
    bulk_actions = [
        ChangeFields("impact", "urgency", label=_l("Change impact and urgency"), icon="urgent"),
        ChangeFields("category", label=_l("Change category"), icon="category"),
        ChangeFields("review_on", label=_l("Change the day of review"), icon="calendar"),
    ]
    inline = {
        "assignee": ByStep("assign", "assignee"), "group": ByStep("assign", "group", "assignee", "reason"),
        "priority": ByEdit("impact", "urgency"), "category": ByEdit("category"), "review_on": ByEdit("review_on"),
    }
    choice_columns = {"confidentiality": LEVELS}
    formatters_columns = {**dict.fromkeys(RICH, rich), **dict.fromkeys(LINK_LABELS, link_text("problem"))}
    option_filters = {
        "assignee": members_of("group"), "category": "ticket.category", "impact": "ticket.impact",
        "urgency": "ticket.urgency", "priority": "ticket.priority", "source": "problem.source",
        "root_cause_code": "problem.root_cause_code",
    }

    def fill_step(self, form: Any, item: Problem, step: Transition) -> None:
        """Begin with the root causes that the tree of whys has led to."""
        field = form._fields.get("root_cause")
        if field is not None and not field.data:
            field.data = "\n".join(roots_of(item.id))

    def banners(self, item: Problem, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        """Return what stands above the page: where it goes on, and what others read while the next text is written."""
        found = super().banners(item, actor)
        if is_offered(item) and item.workaround != item.published_workaround:
            found.append(("problem/unpublished.html", {"published": rich(item.published_workaround or "")}))
        return found

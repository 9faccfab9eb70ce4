"""The known errors: problems whose workaround people may use."""

from typing import Any, ClassVar

from addons.problem.models import Problem
from addons.problem.services import problem_service
from addons.problem.views.labels import LABELS
from addons.problem.workflow import PROBLEM
from app.sdk.i18n import _l
from app.web.interface import Interface
from app.web.list_views import ShippedFilter
from app.web.record_view import RecordView
from app.web.rich import excerpt
from app.web.set_filters import NotEmptyFilter
from app.web.shared import WRITING_ROUTES


class KnownErrorView(RecordView):
    """What is published, to be read and found; changed on the problem's own page."""

    datamodel = Interface(Problem)
    service = problem_service
    workflow = PROBLEM
    class_permission_name = "problem"
    route_base = "/problem/known-errors"
    list_title = _l("Known errors")
    show_title = _l("Known error")
    label, label_plural = _l("Known error"), _l("Known errors")
    label_columns: Any = LABELS
    exclude_route_methods = WRITING_ROUTES
    base_filters: ClassVar[Any] = [["published_at", NotEmptyFilter, ""]]
    list_columns = ["number", "title", "published_workaround", "category", "state", "published_at", "review_on",
                    "retired_at"]
    optional_columns = ["symptoms", "root_cause_code", "service", "is_public", "edition", "reviewed_at"]
    search_columns = ["number", "title", "state", "category", "service", "root_cause_code", "published_at", "review_on",
                      "retired_at", "is_public"]
    order_columns = ["number", "published_at", "review_on"]
    base_order = ("published_at", "desc")
    shipped_filters = [
        ShippedFilter("in_use", _l("In use"), [("retired_at", "empty"), ("state", "neq", "closed"),
                                               ("state", "neq", "cancelled")]),
        ShippedFilter("open", _l("Not fixed yet"), [("state", "open")]),
        ShippedFilter("review", _l("To be reviewed in 14 days"), [("review_on", "next_days", 14)]),
        ShippedFilter("review_passed", _l("Day of review has passed"),
                      [("review_on", "older", 0), ("retired_at", "empty")]),
        ShippedFilter("retired", _l("Retired"), [("retired_at", "nempty")]),
    ]
    formatters_columns: ClassVar[Any] = dict.fromkeys(("symptoms", "published_workaround"), excerpt)

    def url_of(self, pk: Any) -> str:
        """Return the address of the problem's page: a known error has no other."""
        return f"/problem/problems/show/{pk}"

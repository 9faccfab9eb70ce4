"""Review meetings on the problem's page."""

from typing import Any

from addons.problem.models import Review
from addons.problem.services import review_service
from addons.problem.views.causes import PROBLEMS
from app.sdk.i18n import _l
from app.web.children import ChildView
from app.web.interface import Interface


class ReviewView(ChildView):
    """The record of one meeting."""

    datamodel = Interface(Review)
    service = review_service
    class_permission_name = "problem"
    route_base = "/problem/reviews"
    parent, parent_route = "problem", PROBLEMS
    label, label_plural = _l("Review"), _l("Reviews")
    add_title, edit_title = _l("Record a review"), _l("Edit the review")
    label_columns: Any = {
        "problem": _l("Problem"), "held_on": _l("Held on"), "chair": _l("Chair"), "participants": _l("Participants"),
        "went_well": _l("What went well"), "to_improve": _l("What to improve"), "conclusions": _l("Conclusions"),
        "decisions": _l("Decisions"),
    }
    list_columns = ["problem", "held_on", "chair", "participants"]
    search_columns = ["problem", "chair"]
    add_columns = ["problem", "held_on", "chair", "participants", "went_well", "to_improve", "conclusions",
                   "decisions"]
    edit_columns = ["held_on", "chair", "participants", "went_well", "to_improve", "conclusions", "decisions"]
    show_columns = add_columns

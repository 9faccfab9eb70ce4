"""Review meetings: on the problem's page, and all of them as a list."""

from typing import Any

from addons.problem.models import Review
from addons.problem.services import review_service
from addons.problem.views.causes import PROBLEMS
from addons.problem.views.people import people
from app.records.lists import today
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
        "guests": _l("Guests"),
        "went_well": _l("What went well"), "to_improve": _l("What to improve"), "conclusions": _l("Conclusions"),
        "decisions": _l("Decisions"),
    }
    description_columns: Any = {
        "participants": _l("Everybody else who took part."),
        "guests": _l("Who took part and is not known to the desk, such as an engineer of the maker."),
        "decisions": _l("What has to be done becomes tasks of the problem that name this meeting."),
    }
    list_columns = ["problem", "held_on", "chair", "participants", "conclusions"]
    optional_columns = ["guests", "went_well", "to_improve", "decisions"]
    search_columns = ["problem", "held_on", "chair", "participants"]
    add_columns = ["problem", "held_on", "chair", "participants", "guests", "conclusions", "decisions", "went_well",
                   "to_improve"]
    edit_columns = add_columns[1:]
    show_columns = add_columns
    formatters_columns = {"participants": people}
    taken_away = {"participants": lambda found: found}

    def fill_new(self, form: Any) -> None:
        """Begin with today: most meetings are recorded when they end."""
        form.held_on.data = form.held_on.data or today()

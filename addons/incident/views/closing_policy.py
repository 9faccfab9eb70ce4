"""Which categories are closed by which policy."""

from typing import Any, ClassVar

from addons.incident.models import ClosingPolicy
from addons.incident.models.closing_policy import MODES, WORK
from addons.incident.services import closing_policy_service
from app.sdk.i18n import _l
from app.web.interface import Interface
from app.web.panels import AuditPanel
from app.web.record_view import RecordView


class ClosingPolicyView(RecordView):
    """The closing policies of categories; for all others the setting holds."""

    datamodel = Interface(ClosingPolicy)
    service = closing_policy_service
    class_permission_name = "closing_policy"
    route_base = "/incident/closing-policies"
    label, label_plural = _l("Closing policy"), _l("Closing policies")
    label_columns: ClassVar[Any] = {"category": _l("Category"), "mode": _l("When others have solved an incident"),
                                   "work": _l("Before an incident is resolved")}
    description_columns: ClassVar[Any] = {"category": _l("Holds for all categories below it, too."),
        "work": _l("Nothing chosen is as for the category above, else as the setting says.")}
    list_columns = ["category", "mode", "work"]
    search_columns = ["category"]
    add_columns = ["category", "mode", "work"]
    edit_columns = add_columns
    show_columns = add_columns
    choice_columns = {"mode": MODES, "work": WORK}
    option_filters = {"category": "ticket.category"}
    panels = [AuditPanel()]

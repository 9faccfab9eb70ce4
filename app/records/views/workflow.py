"""How the states of life cycles are named and coloured, and which are offered."""

from typing import Any

from app.records.services import workflow_override_service
from app.records.views.picklist import COLOURS
from app.records.workflow_overrides import WorkflowOverride
from app.sdk import workflow
from app.sdk.i18n import _l
from app.web.choices import Choices
from app.web.interface import Interface
from app.web.labels import automatic_label
from app.web.panels import AuditPanel
from app.web.record_view import RecordView


class WorkflowChoices(Choices):
    """The life cycles of the loaded addons."""

    def options(self) -> list[tuple[Any, str]]:
        return [(name, str(automatic_label(name))) for name in sorted(workflow.known)]


class AnyStateChoices(Choices):
    """The states of all life cycles by their declared names; that state and life cycle fit, the service checks."""

    def options(self) -> list[tuple[Any, str]]:
        cycles = [workflow.known[name] for name in sorted(workflow.known)]
        return list({state.code: str(state.label) for cycle in cycles for state in cycle.states}.items())


class WorkflowOverrideView(RecordView):
    """One state of one life cycle, as the administrator wants it."""

    datamodel = Interface(WorkflowOverride)
    service = workflow_override_service
    class_permission_name = "workflow"
    route_base = "/records/states"
    label, label_plural = _l("State"), _l("States")
    label_columns = {
        "workflow": _l("Life cycle"), "state": _l("State"), "label": _l("Shown as"), "colour": _l("Colour"),
        "is_hidden": _l("Hidden"),
    }
    description_columns = {"is_hidden": _l("No step leads to a hidden state; records that are in it stay in it.")}
    list_columns = ["workflow", "state", "label", "colour", "is_hidden"]
    search_columns = ["workflow", "state", "is_hidden"]
    add_columns = ["workflow", "state", "label", "colour", "is_hidden"]
    edit_columns = ["label", "colour", "is_hidden"]
    show_columns = list_columns
    choice_columns = {"workflow": WorkflowChoices(), "state": AnyStateChoices(), "colour": COLOURS}
    panels = [AuditPanel()]

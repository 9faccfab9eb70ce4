"""How the states of life cycles are named and coloured, which are offered, and states that are added."""

from typing import Any

from app.db import session
from app.records.lists import listed
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


class BaseChoices(Choices):
    """The declared states of all life cycles; that state and life cycle fit, the service checks."""

    def options(self) -> list[tuple[Any, str]]:
        cycles = [workflow.known[name] for name in sorted(workflow.known)]
        return list({state.code: str(state.label) for cycle in cycles for state in cycle.states}.items())


class KindChoices(Choices):
    """The types of record that the life cycles tell apart."""

    def options(self) -> list[tuple[Any, str]]:
        lists = sorted({cycle.kinds for cycle in workflow.known.values() if cycle.kinds})
        found = listed(session(), *lists)
        return [(value.code, str(value)) for name in lists for value in found[name] if value.is_active]


class WorkflowOverrideView(RecordView):
    """One state of one life cycle, as the administrator wants it."""

    datamodel = Interface(WorkflowOverride)
    service = workflow_override_service
    class_permission_name = "workflow"
    route_base = "/records/states"
    label, label_plural = _l("State"), _l("States")
    label_columns = {
        "workflow": _l("Life cycle"), "state": _l("Code of the state"), "kind": _l("Only for the type"),
        "base": _l("Stands for"), "label": _l("Shown as"), "colour": _l("Colour"),
        "is_hidden": _l("Hidden"),
    }
    description_columns = {
        "state": _l("The code of a state that is there, such as “pending”; or a new code, to add a state."),
        "base": _l("Only for a new state: the state whose steps, clocks and locks it has. It is entered from there."),
        "is_hidden": _l("No step leads to a hidden state; records that are in it stay in it."),
    }
    list_columns = ["workflow", "state", "kind", "base", "label", "colour", "is_hidden"]
    search_columns = ["workflow", "state", "is_hidden"]
    add_columns = ["workflow", "state", "kind", "base", "label", "colour", "is_hidden"]
    edit_columns = ["label", "colour", "is_hidden"]
    show_columns = list_columns
    choice_columns = {"workflow": WorkflowChoices(), "kind": KindChoices(), "base": BaseChoices(), "colour": COLOURS}
    panels = [AuditPanel()]

"""The page on which an administrator adds fields to records."""

from typing import Any

from flask import current_app
from wtforms import SelectMultipleField

from app.addon_system.registry import current_registry
from app.db import Audited, record_type_of
from app.records.custom import kinds
from app.records.custom.definitions import record_models
from app.records.custom.models import CustomField
from app.records.custom.services import custom_field_service
from app.sdk.i18n import _l
from app.sdk.workflow import Workflow
from app.web.choices import Choices
from app.web.interface import Interface
from app.web.panels import AuditPanel
from app.web.record_view import RecordView

LABELS = {
    "subject": _l("Record"), "code": _l("Code"), "label": _l("Label"), "help": _l("Help text"), "kind": _l("Kind"),
    "picklist": _l("List"), "target": _l("Type of record"), "section": _l("Section"), "sequence": _l("Order"),
    "in_form": _l("On the form"), "in_page": _l("On the page"), "in_list": _l("As a column of the list"),
    "in_filter": _l("As a filter"), "in_card": _l("On the caller's card"), "is_searched": _l("Found by its words"),
    "is_required": _l("Always required"), "required_states": _l("Required in these states"),
    "default_value": _l("Begins with"), "minimum": _l("At least"), "maximum": _l("At most"),
    "pattern": _l("Pattern"), "max_length": _l("Longest text"), "read_right": _l("Right to see it"),
    "edit_right": _l("Right to change it"), "is_active": _l("Active"),
}
DESCRIPTIONS = {
    "code": _l("What programs call it. It never changes."),
    "picklist": _l("For choices only."), "target": _l("For “Any record” only."),
    "default_value": _l("A text or number; the code of a choice; true or false; today; now; me."),
    "pattern": _l("A regular expression that the whole text must match."),
    "read_right": _l("Without it the field is nowhere to be seen. Empty: everybody who sees the record."),
    "edit_right": _l("Empty: everybody who may change the record."),
    "section": _l("The heading under which it stands. Empty: at the end."),
}
_TEXTS = ["label", "help", "section", "sequence"]
_PLACES = ["in_form", "in_page", "in_list", "in_filter", "in_card", "is_searched", "is_active"]
_RULES = ["is_required", "required_states", "default_value", "minimum", "maximum", "pattern", "max_length"]
_RIGHTS = ["read_right", "edit_right"]


def pages() -> dict[str, Any]:
    """Return the page of each type of record, by its name."""
    found: dict[str, Any] = {}
    for view in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
        if isinstance(view, RecordView) and issubclass(view.datamodel.obj, Audited):
            found.setdefault(record_type_of(view.datamodel.obj), view)
    return found


def name_of_type(record_type: str) -> str:
    """Return what a type of record is called."""
    page = pages().get(record_type)
    return str(page.label or page.show_title) if page is not None else record_type


class SubjectChoices(Choices):
    """The types of record that may have custom fields and have a page to show them on."""

    def options(self) -> list[tuple[Any, str]]:
        shown = pages()
        found = [(name, name_of_type(name)) for name in record_models() if name in shown]
        return sorted(found, key=lambda one: one[1])

    def text(self, value: Any) -> str:
        return name_of_type(value) if value else ""


class TargetChoices(SubjectChoices):
    """The types of record that a field may refer to."""

    def options(self) -> list[tuple[Any, str]]:
        return sorted(((name, name_of_type(name)) for name in pages()), key=lambda one: one[1])


class RightChoices(Choices):
    """The rights that roles can give."""

    def options(self) -> list[tuple[Any, str]]:
        return [(key, f"{right.label} ({key})") for key, right in sorted(current_registry().permissions.items())]


class StatesField(SelectMultipleField):  # type: ignore[misc]
    """States of any life cycle, by their codes."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=_states, validate_choice=False, render_kw={"data-select": True},
                         **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())


def _states() -> list[tuple[str, str]]:
    flows: dict[str, Workflow] = {}
    for page in pages().values():
        if page.workflow is not None:
            flows[page.workflow.name] = page.workflow
    return list({state.code: str(state.label) for flow in flows.values() for state in flow.shown_states()}.items())


class CustomFieldView(RecordView):
    """Fields that an administrator adds to records, without a restart."""

    datamodel = Interface(CustomField)
    service = custom_field_service
    class_permission_name = "custom_field"
    route_base = "/records/custom-fields"
    label, label_plural = _l("Custom field"), _l("Custom fields")
    label_columns = LABELS
    description_columns = DESCRIPTIONS
    list_columns = ["label", "subject", "code", "kind", "picklist", "is_required", "is_active"]
    search_columns = ["subject", "code", "kind", "picklist", "is_active"]
    add_columns = ["subject", "code", "kind", "picklist", "target", *_TEXTS, *_PLACES, *_RULES, *_RIGHTS]
    edit_columns = [*_TEXTS, "picklist", *_PLACES, *_RULES, *_RIGHTS]
    add_fieldsets = [
        (_l("Field"), {"fields": ["subject", "label", "kind", "code", "picklist", "target"]}),
        (_l("Place"), {"fields": ["section", "sequence", "help", *_PLACES]}),
        (_l("Rules"), {"fields": _RULES}),
        (_l("Rights"), {"fields": _RIGHTS}),
    ]
    edit_fieldsets = [
        (_l("Field"), {"fields": ["label", "help", "picklist"]}),
        (_l("Place"), {"fields": ["section", "sequence", *_PLACES]}),
        (_l("Rules"), {"fields": _RULES}),
        (_l("Rights"), {"fields": _RIGHTS}),
    ]
    show_columns = add_columns
    base_order = ("id", "asc")
    choice_columns = {"subject": SubjectChoices(), "kind": kinds.LABELS, "target": TargetChoices(),
                      "read_right": RightChoices(), "edit_right": RightChoices()}
    add_form_extra_fields = {"required_states": StatesField(LABELS["required_states"])}
    edit_form_extra_fields = {"required_states": StatesField(LABELS["required_states"])}
    panels = [AuditPanel()]

    def fill(self, form: Any, item: Any) -> None:
        form.required_states.process_data(item.required_states)

"""Data rules: which rows the holders of a role, the members of a group, or all may do something with."""

from typing import Any

from wtforms import StringField, validators

from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.security import subjects
from app.security.models import AccessRule
from app.security.services import access_rule_service
from app.web import conditions
from app.web.interface import Interface
from app.web.panels import AuditPanel, Panel
from app.web.record_view import RecordView

LABELS = {
    "name": _l("Name"), "record_type": _l("Records"), "scope": _l("Which of them"), "conditions": _l("Filter"),
    "role": _l("Holders of the role"), "group": _l("Members of the work group"), "is_limit": _l("Limits"),
    "may_read": _l("View"), "may_create": _l("Create"), "may_write": _l("Change"), "may_delete": _l("Delete"),
    "is_active": _l("In force"),
}
WHAT = ["name", "record_type", "scope", "conditions"]
WHOM = ["role", "group"]
DOES = ["is_limit", "may_read", "may_create", "may_write", "may_delete", "is_active"]
SETS = [(_l("What the rule is about"), {"fields": WHAT}), (_l("For whom"), {"fields": WHOM}),
        (_l("What it does"), {"fields": DOES})]


class ConditionsPanel(Panel):
    """The filter of a rule in words, and the list that shows what it means."""

    key, title, template = "conditions", _l("Filter"), "desk/panels/rule_conditions.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        model = subjects.model_of(item.record_type)
        asked = item.conditions if model is not None else None
        return {
            "texts": subjects.condition_texts(model, asked) if model is not None else [],
            "url": subjects.list_address(model, asked) if model is not None else "",
        }


class DataRuleView(RecordView):
    """/security/data-rules"""

    datamodel = Interface(AccessRule)
    service = access_rule_service
    class_permission_name = "role"
    route_base = "/security/data-rules"
    label, label_plural = _l("Data rule"), _l("Data rules")
    label_columns = LABELS
    description_columns = {
        "is_limit": _l("Off: its holders may do this with these records as well. On: they may do it with no others."),
        "role": _l("Neither a role nor a work group: the limit binds everybody but administrators."),
        "scope": _l("Records that fit a filter need a filter below."),
    }
    choice_columns = {"record_type": subjects.TypeChoices(), "scope": subjects.ScopeChoices()}
    list_columns = ["name", "record_type", "scope", "is_limit", "role", "group", "is_active"]
    search_columns = ["record_type", "role", "group", "is_limit", "is_active"]
    add_columns = [*WHAT, *WHOM, *DOES]
    edit_columns = add_columns
    show_columns = ["name", "record_type", "scope", *WHOM, *DOES]
    add_fieldsets = SETS
    edit_fieldsets = SETS
    order_columns = ["record_type"]
    base_order = ("record_type", "asc")
    panels = [ConditionsPanel(), AuditPanel()]
    add_form_extra_fields = {
        "conditions": StringField(LABELS["conditions"], [validators.Optional(), validators.Length(max=4000)],
                                  description=_l("Filter the list of these records, then paste its address here.")),
    }
    edit_form_extra_fields = add_form_extra_fields

    def fill(self, form: Any, item: AccessRule) -> None:
        model = subjects.model_of(item.record_type)
        form.conditions.data = subjects.list_address(model, item.conditions) if model is not None else ""

    def typed(self, form: Any, names: list[str], item: Any = None) -> dict[str, Any]:
        values = super().typed(form, names, item)
        model = subjects.model_of(values.get("record_type") or "")
        address = str(values.pop("conditions") or "")
        if values.get("scope") == conditions.CONDITIONS and model is not None:
            values["conditions"] = conditions.conditions_of(model, address.partition("?")[2])
        return values



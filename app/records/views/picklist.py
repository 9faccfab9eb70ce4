"""Lists of values, with their values on the list's page."""

from typing import Any

from flask import request

from app.records.picklists import Picklist, PicklistValue
from app.records.services import picklist_service, picklist_value_service
from app.records.views.picklist_fields import PairsField, under_field, under_of, under_options
from app.records.views.picklist_source import TypeChoices, filter_field, source_of
from app.records.views.picklist_tools import ListTools, ListToolsPanel, ShippedPanel, UsesPanel, ValueTools
from app.records.views.picklist_values import ValuesPanel
from app.sdk.i18n import _l
from app.web.children import ChildView
from app.web.choices import same
from app.web.interface import Interface
from app.web.panels import AuditPanel
from app.web.record_view import RecordView
from app.web.words import unit_text

LISTS = "/records/picklists"
LABELS = {
    "code": _l("Code"), "label": _l("Label"), "addon": _l("Addon"), "is_tree": _l("Tree"), "is_system": _l("Built in"),
    "picklist": _l("List"), "parent": _l("Belongs to"), "sequence": _l("Order"), "colour": _l("Colour"),
    "is_default": _l("Default"), "is_active": _l("Active"), "is_locked": _l("Locked"), "icon": _l("Icon"),
    "allows_other": _l("Takes other texts"), "depends_on": _l("Depends on"), "active_from": _l("Offered from"),
    "active_to": _l("Offered until"), "company": _l("Only for the company"), "group": _l("Only for the work group"),
    "attributes": _l("Attributes"), "under": _l("Offered under"), "source_type": _l("Record set of"),
    "source_query": _l("Filter of the record set"), "fills": _l("A choice fills"),
    "depends_on_id": _l("Depends on"),
}
# The colour names of the style sheet.
COLOURS = {
    "red": _l("Red"), "orange": _l("Orange"), "yellow": _l("Yellow"), "lime": _l("Lime"), "green": _l("Green"),
    "teal": _l("Teal"), "cyan": _l("Cyan"), "azure": _l("Azure"), "blue": _l("Blue"), "indigo": _l("Indigo"),
    "purple": _l("Purple"), "pink": _l("Pink"), "secondary": _l("Grey"),
}
_FILLS = _l("One a line: field of the form = attribute of the value, or column of the record.")
_NO_VALUES = _l("One a line: name = value. Programs read them.")


class PicklistValueView(ValueTools, ChildView):
    """One value of a list. Its code never changes; what it is called may."""

    datamodel = Interface(PicklistValue)
    service = picklist_value_service
    class_permission_name = "picklist"
    route_base = "/records/picklist-values"
    parent, parent_route = "picklist", LISTS
    label, label_plural = _l("Value"), _l("Values")
    label_columns = LABELS
    description_columns = {
        "under": _l("Values of the list that this one depends on. None: offered under all."),
        "company": _l("Offered for records of this company."), "group": _l("Offered to members of this group."),
        "attributes": _NO_VALUES, "icon": _l("The name of one of Tabler's icons."),
    }
    list_columns = ["picklist", "code", "label", "parent", "sequence", "colour", "is_default", "is_active"]
    search_columns = ["picklist", "code", "parent", "is_active"]
    add_columns = ["picklist", "code", "label", "parent", "under", "sequence", "colour", "icon", "is_default",
                   "is_active", "active_from", "active_to", "company", "group", "attributes"]
    edit_columns = ["label", "parent", "under", "sequence", "colour", "icon", "is_default", "is_active", "active_from",
                    "active_to", "company", "group", "attributes"]
    show_columns = ["picklist", "code", "label", "parent", "sequence", "colour", "icon", "is_default", "is_active",
                    "active_from", "active_to", "company", "group"]
    add_form_extra_fields = {
        "under": under_field(LABELS["under"]), "attributes": PairsField(LABELS["attributes"], description=_NO_VALUES)}
    edit_form_extra_fields = add_form_extra_fields
    choice_columns = {"colour": COLOURS}
    option_filters = {"parent": same("picklist")}
    option_sources = {"under": PicklistValue}
    panels = [UsesPanel(), ShippedPanel(), AuditPanel()]

    def fill_new(self, form: Any) -> None:
        raw = request.args.get("picklist", "")
        self._arrange_under(form, int(raw) if raw.isdecimal() and len(raw) < 19 else None)

    def fill(self, form: Any, item: Any) -> None:
        form.under.process_data(under_of(item))
        form.attributes.process_data(item.attributes)
        self._arrange_under(form, item.picklist_id)

    @staticmethod
    def _arrange_under(form: Any, picklist_id: int | None) -> None:
        if under_options(picklist_id) is None:
            del form.under
        else:
            form.under.asked = {"list": picklist_id}
            form.under.options_url += f"?list={picklist_id}"

    def find_options(self, field: str, text: str, given: Any) -> list[tuple[int, str]]:
        """Offer for `under` the values of the list that the value's own depends on."""
        if field != "under":
            return super().find_options(field, text, given)
        raw = str(given.get("list", ""))
        return under_options(int(raw) if raw.isdecimal() and len(raw) < 19 else None, text) or []


class PicklistView(ListTools, RecordView):
    """Every list of values that a user picks from."""

    datamodel = Interface(Picklist)
    service = picklist_service
    class_permission_name = "picklist"
    route_base = LISTS
    label, label_plural = _l("List of values"), _l("Lists of values")
    label_columns = LABELS
    description_columns = {
        "is_locked": _l("Values are neither added nor removed; what they are called may change."),
        "depends_on": _l("Which values are offered follows from what was chosen of that list."),
        "allows_other": _l("A custom field of this list takes a text of one's own as well."),
        "source_type": _l("The list then has no values of its own: it offers records that whoever chooses may see."),
    }
    list_columns = ["label", "code", "addon", "is_tree", "depends_on", "is_locked", "is_system"]
    search_columns = ["code", "addon", "is_tree", "depends_on"]
    edit_columns = ["label", "is_tree", "is_locked", "allows_other", "depends_on", "fills", "source_type",
                    "source_filter"]
    add_columns = ["code", *edit_columns]
    add_form_extra_fields = {"fills": PairsField(LABELS["fills"], description=_FILLS), "source_filter": filter_field()}
    edit_form_extra_fields = add_form_extra_fields
    choice_columns = {"source_type": TypeChoices()}
    show_columns = [*list_columns, "allows_other", "source_type"]
    base_order = ("code", "asc")
    formatters_columns = {"addon": unit_text}
    panels = [
        ListToolsPanel(),
        ValuesPanel(PicklistValueView, "label", "code", "sequence", "colour", "is_default", "is_active",
                    title=_l("Values"), key="values", add_label=_l("Add a value"), limit=500),
        AuditPanel(),
    ]

    def fill(self, form: Any, item: Any) -> None:
        form.fills.process_data(item.fills)

    def typed(self, form: Any, names: list[str], item: Any = None) -> dict[str, Any]:
        """Take the type of record and the conditions from the kept filter that was chosen."""
        values = super().typed(form, names, item)
        kept = values.pop("source_filter", None)
        return {**values, **source_of(kept, values.get("source_type"), item)}

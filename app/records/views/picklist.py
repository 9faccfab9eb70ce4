"""Lists of values, with their values on the list's page."""

from app.records.picklists import Picklist, PicklistValue
from app.records.services import picklist_service, picklist_value_service
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
    "is_default": _l("Default"), "is_active": _l("Active"),
}
# The colour names of the style sheet.
COLOURS = {
    "red": _l("Red"), "orange": _l("Orange"), "yellow": _l("Yellow"), "lime": _l("Lime"), "green": _l("Green"),
    "teal": _l("Teal"), "cyan": _l("Cyan"), "azure": _l("Azure"), "blue": _l("Blue"), "indigo": _l("Indigo"),
    "purple": _l("Purple"), "pink": _l("Pink"), "secondary": _l("Grey"),
}


class PicklistValueView(ChildView):
    """One value of a list. Its code never changes; what it is called may."""

    datamodel = Interface(PicklistValue)
    service = picklist_value_service
    class_permission_name = "picklist"
    route_base = "/records/picklist-values"
    parent, parent_route = "picklist", LISTS
    label, label_plural = _l("Value"), _l("Values")
    label_columns = LABELS
    list_columns = ["picklist", "code", "label", "parent", "sequence", "colour", "is_default", "is_active"]
    search_columns = ["picklist", "code", "parent", "is_active"]
    add_columns = ["picklist", "code", "label", "parent", "sequence", "colour", "is_default", "is_active"]
    edit_columns = ["label", "parent", "sequence", "colour", "is_default", "is_active"]
    show_columns = list_columns
    choice_columns = {"colour": COLOURS}
    option_filters = {"parent": same("picklist")}
    panels = [AuditPanel()]


class PicklistView(RecordView):
    """Every list of values that a user picks from."""

    datamodel = Interface(Picklist)
    service = picklist_service
    class_permission_name = "picklist"
    route_base = LISTS
    label, label_plural = _l("List of values"), _l("Lists of values")
    label_columns = LABELS
    list_columns = ["label", "code", "addon", "is_tree", "is_system"]
    search_columns = ["code", "addon", "is_tree"]
    add_columns = ["code", "label", "is_tree"]
    edit_columns = ["label", "is_tree"]
    show_columns = list_columns
    base_order = ("code", "asc")
    formatters_columns = {"addon": unit_text}
    panels = [
        ValuesPanel(PicklistValueView, "label", "code", "sequence", "colour", "is_default", "is_active",
                      title=_l("Values"), key="values", add_label=_l("Add a value"), limit=500),
        AuditPanel(),
    ]

"""Departments and sites of companies."""

from app.organisation.labels import LABELS
from app.organisation.models import Department, Person, Site
from app.organisation.services import department_service, site_service
from app.sdk.i18n import _l
from app.web.choices import same
from app.web.interface import Interface
from app.web.panels import AuditPanel, Slot, UsesPanel
from app.web.record_view import RecordView
from app.web.rows_panel import RowsPanel
from app.web.tree_mode import Tree, TreePanel
from app.web.zone_choices import all_zones


class DepartmentView(RecordView):
    """Departments of companies."""

    datamodel = Interface(Department)
    service = department_service
    class_permission_name = "department"
    route_base = "/organisation/departments"
    label, label_plural = _l("Department"), _l("Departments")
    label_columns = LABELS
    list_columns = ["name", "company", "parent", "head", "cost_centre", "is_active"]
    search_columns = ["name", "company", "parent", "head", "is_active"]
    list_modes = [Tree("company")]
    add_columns = ["name", "company", "parent", "head", "cost_centre", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("name", "asc")
    option_filters = {"parent": same("company"), "head": same("company")}
    panels = [
        RowsPanel(Person, "department", "name", "job_title", "phone", "email", title=_l("People"), key="people"),
        RowsPanel(Department, "parent", "name", "head", title=_l("Departments below"), key="departments"),
        TreePanel(title=_l("Department tree"), key="tree"), Slot("department.side"), UsesPanel(), AuditPanel(),
    ]


class SiteView(RecordView):
    """Places: buildings, floors, rooms."""

    datamodel = Interface(Site)
    service = site_service
    class_permission_name = "site"
    route_base = "/organisation/sites"
    label, label_plural = _l("Site"), _l("Sites")
    label_columns = LABELS
    list_columns = ["name", "kind", "company", "parent", "address", "is_active"]
    optional_columns = ["phone", "timezone"]
    search_columns = ["name", "kind", "company", "parent", "is_active"]
    list_modes = [Tree("company")]
    add_columns = ["name", "kind", "company", "parent", "address", "phone", "timezone", "opening_notes", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("name", "asc")
    picklist_columns = {"kind": "site.kind"}
    choice_columns = {"timezone": all_zones()}
    option_filters = {"parent": same("company")}
    panels = [
        RowsPanel(Person, "site", "name", "department", "phone", "email", title=_l("People"), key="people"),
        RowsPanel(Site, "parent", "name", "kind", "address", title=_l("Sites below"), key="sites"),
        TreePanel(title=_l("Site tree"), key="tree"), Slot("site.side"), UsesPanel(), AuditPanel(),
    ]

"""Companies, departments and sites."""

from app.organisation.labels import COMPANY_KINDS, LABELS
from app.organisation.models import Company, Department, Site
from app.organisation.services import company_service, department_service, site_service
from app.sdk.i18n import _l
from app.web.choices import same
from app.web.interface import Interface
from app.web.panels import AuditPanel, Slot
from app.web.record_view import RecordView


class CompanyView(RecordView):
    """Organisations: our own, customers, suppliers, manufacturers."""

    datamodel = Interface(Company)
    service = company_service
    class_permission_name = "company"
    route_base = "/organisation/companies"
    label, label_plural = _l("Company"), _l("Companies")
    label_columns = LABELS
    list_columns = ["name", "code", "kind", "parent", "is_key_customer", "phone", "is_active"]
    search_columns = ["name", "code", "kind", "parent", "is_key_customer", "is_active"]
    add_columns = ["name", "code", "kind", "parent", "support_level", "is_key_customer", "phone", "email", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("name", "asc")
    choice_columns = {"kind": COMPANY_KINDS}
    panels = [Slot("company.side"), AuditPanel()]


class DepartmentView(RecordView):
    """Departments of companies."""

    datamodel = Interface(Department)
    service = department_service
    class_permission_name = "department"
    route_base = "/organisation/departments"
    label, label_plural = _l("Department"), _l("Departments")
    label_columns = LABELS
    list_columns = ["name", "company", "parent", "cost_centre", "is_active"]
    search_columns = ["name", "company", "parent", "is_active"]
    add_columns = ["name", "company", "parent", "cost_centre", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("name", "asc")
    option_filters = {"parent": same("company")}
    panels = [AuditPanel()]


class SiteView(RecordView):
    """Places: buildings, floors, rooms."""

    datamodel = Interface(Site)
    service = site_service
    class_permission_name = "site"
    route_base = "/organisation/sites"
    label, label_plural = _l("Site"), _l("Sites")
    label_columns = LABELS
    list_columns = ["name", "company", "parent", "address", "is_active"]
    search_columns = ["name", "company", "parent", "is_active"]
    add_columns = ["name", "company", "parent", "address", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("name", "asc")
    option_filters = {"parent": same("company")}
    panels = [AuditPanel()]

"""Companies, and whom of them one turns to."""

from app.organisation.contacts import CompanyContact
from app.organisation.labels import COMPANY_KINDS, CONTACT_LABELS, CONTACT_PURPOSES, LABELS
from app.organisation.models import Company, Department, Person, Site
from app.organisation.options import working_here
from app.organisation.services import company_contact_service, company_service
from app.organisation.views.company_card import CompanyCardPanel
from app.sdk.i18n import _l
from app.security.settings import LANGUAGE_NAMES
from app.web.children import ChildrenPanel, ChildView
from app.web.choices import FixedChoices
from app.web.interface import Interface
from app.web.list_views import ShippedFilter
from app.web.panels import AuditPanel, Slot, UsesPanel
from app.web.record_view import RecordView
from app.web.rows_panel import RowsPanel
from app.web.tree_mode import Tree, TreePanel
from app.web.zone_choices import all_zones

COMPANIES = "/organisation/companies"


class CompanyContactView(ChildView):
    """A person whom one turns to in matters of a company."""

    datamodel = Interface(CompanyContact)
    service = company_contact_service
    class_permission_name = "company"
    route_base = "/organisation/company-contacts"
    parent, parent_route = "company", COMPANIES
    label, label_plural = _l("Contact"), _l("Contacts of companies")
    label_columns = CONTACT_LABELS
    list_columns = ["company", "person", "purpose", "role", "sequence", "note"]
    search_columns = ["company", "person"]
    add_columns = ["company", "person", "purpose", "role", "sequence", "note"]
    edit_columns = ["person", "purpose", "role", "sequence", "note"]
    show_columns = list_columns
    description_columns = {"sequence": _l("Of escalations: whom to turn to first, the smallest number before.")}
    picklist_columns = {"role": "company.contact_role"}
    choice_columns = {"purpose": CONTACT_PURPOSES}


class CompanyView(RecordView):
    """Organisations: our own, customers, suppliers, manufacturers."""

    datamodel = Interface(Company)
    service = company_service
    class_permission_name = "company"
    in_palette = True
    route_base = COMPANIES
    label, label_plural = _l("Company"), _l("Companies")
    label_columns = LABELS
    list_columns = ["name", "code", "kinds", "support_level", "is_key_customer", "parent", "account_manager",
                    "is_active"]
    optional_columns = ["industry", "phone", "email", "website", "address", "mail_domains", "customer_since",
                        "timezone", "language"]
    search_columns = ["name", "code", "is_own", "is_customer", "is_supplier", "is_manufacturer", "support_level",
                      "is_key_customer", "account_manager", "industry", "parent", "is_active"]
    list_modes = [Tree()]
    shipped_filters = [
        ShippedFilter("customers", _l("Customers"), [("is_customer", "eq", "1")]),
        ShippedFilter("key", _l("Key customers"), [("is_key_customer", "eq", "1")]),
        ShippedFilter("suppliers", _l("Suppliers"), [("is_supplier", "eq", "1")]),
        ShippedFilter("manufacturers", _l("Manufacturers"), [("is_manufacturer", "eq", "1")]),
        ShippedFilter("own", _l("Our own"), [("is_own", "eq", "1")]),
    ]
    add_fieldsets = [
        (_l("Company"), {"fields": ["name", "code", "parent", "is_customer", "is_supplier", "is_manufacturer", "is_own",
                                    "is_active"]}),
        (_l("Service"), {"fields": ["support_level", "is_key_customer", "shares_tickets", "account_manager",
                                    "customer_since", "calendar"]}),
        (_l("How to reach it"), {"fields": ["phone", "email", "website", "address", "mail_domains", "timezone",
                                            "language"]}),
        (_l("More"), {"fields": ["industry", "notes"]}),
    ]
    edit_fieldsets = add_fieldsets
    show_fieldsets = [
        (_l("Service"), {"fields": ["kinds", "support_level", "is_key_customer", "shares_tickets", "account_manager",
                                    "customer_since", "industry", "calendar"]}),
        (_l("How to reach it"), {"fields": ["phone", "email", "website", "address", "mail_domains", "timezone",
                                            "language"]}),
        (_l("More"), {"fields": ["name", "code", "parent", "notes", "is_active"]}),
    ]
    description_columns = {
        "mail_domains": _l("As in example.com, example.cn. A new person with an address there belongs to the company."),
    }
    base_order = ("name", "asc")
    picklist_columns = {"support_level": "company.support_level", "industry": "company.industry"}
    choice_columns = {"kind": COMPANY_KINDS, "timezone": all_zones(), "language": FixedChoices(LANGUAGE_NAMES)}
    option_filters = {"account_manager": working_here()}
    panels = [
        CompanyCardPanel(),
        RowsPanel(Person, "company", "name", "job_title", "department", "phone", "email", title=_l("People"),
                  key="people"),
        RowsPanel(Department, "company", "name", "parent", "head", title=_l("Departments"), key="departments"),
        RowsPanel(Site, "company", "name", "kind", "parent", "address", title=_l("Sites"), key="sites"),
        ChildrenPanel(CompanyContactView, "purpose", "sequence", "person", "role", "person.phone", "note",
                      title=_l("Contacts"), key="contacts", add_label=_l("Add a contact")),
        TreePanel(title=_l("Company tree"), key="tree"),
        Slot("company.tabs"), Slot("company.side"), UsesPanel(), AuditPanel(),
    ]

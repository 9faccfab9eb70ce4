"""The headings of the menu, and where people, companies and groups stand under them."""

from app.organisation.permissions import (
    ANONYMISATION_READ,
    COMPANY_READ,
    DEPARTMENT_READ,
    PERSON_MERGE,
    PERSON_READ,
    SITE_READ,
    WORK_GROUP_READ,
)
from app.organisation.views.anonymising import AnonymisationView
from app.organisation.views.company import CompanyView
from app.organisation.views.merging import MergeView
from app.organisation.views.person import PersonView
from app.organisation.views.place import DepartmentView, SiteView
from app.organisation.views.work_group import WorkGroupView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

MENU = [
    MenuItem("service_operation", _l("Service desk"), sequence=10, icon="headset"),
    MenuItem("customers", _l("Customers"), sequence=40, icon="users"),
    MenuItem("configuration", _l("Configuration"), sequence=80, icon="adjustments"),
    MenuItem("administration", _l("System administration"), sequence=90, icon="settings"),
    MenuItem("organisation.people", _l("People"), view=PersonView, parent="customers", permission=PERSON_READ,
             sequence=10, icon="user", letter="p"),
    MenuItem("organisation.companies", _l("Companies"), view=CompanyView, parent="customers", permission=COMPANY_READ,
             sequence=20, icon="building"),
    MenuItem("organisation.departments", _l("Departments"), view=DepartmentView, parent="customers",
             permission=DEPARTMENT_READ, sequence=30, icon="sitemap"),
    MenuItem("organisation.sites", _l("Sites"), view=SiteView, parent="customers", permission=SITE_READ, sequence=40,
             icon="map-pin"),
    MenuItem("organisation.duplicates", _l("Duplicates"), view=MergeView, parent="customers", permission=PERSON_MERGE,
             sequence=60, icon="git-merge"),
    MenuItem("organisation.certificates", _l("Anonymised people"), view=AnonymisationView,
             parent="customers", permission=ANONYMISATION_READ, sequence=70, icon="certificate"),
    MenuItem("organisation.groups", _l("Work groups"), view=WorkGroupView, parent="administration",
             permission=WORK_GROUP_READ, sequence=10, icon="users-group"),
]

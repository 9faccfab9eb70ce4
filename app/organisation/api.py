"""People, places and work groups by REST."""

from typing import Any, ClassVar

from app.organisation import labels, models, services
from app.organisation.certificates import Anonymisation
from app.organisation.contacts import CompanyContact, ContactMethod
from app.organisation.options import working_here
from app.organisation.skills import LEVELS, SKILLS, PersonSkill, person_skill_service
from app.sdk.i18n import _l
from app.web.interface import Interface
from app.web.record_api import RecordApi

_COMPANY = [
    "name", "code", "kind", "is_own", "is_customer", "is_supplier", "is_manufacturer", "parent_id", "support_level",
    "is_key_customer", "shares_tickets", "account_manager_id", "industry", "phone", "email", "website", "address",
    "mail_domains", "timezone", "language", "customer_since", "notes", "calendar_id", "is_active",
]
_PERSON = [
    "name", "company_id", "department_id", "site_id", "manager_id", "job_title", "salutation", "employee_number",
    "cost_centre", "email", "phone", "preferred_channel", "language", "timezone", "is_vip", "vip_level", "is_active",
    "joined_on", "left_on",
]
_CONTACT = ["kind", "value", "label", "is_primary", "is_private", "sequence"]


class CompanyApi(RecordApi):
    """/api/v1/company/: `kind` is the first of what the company is; written alone it says that it is only that."""

    datamodel = Interface(models.Company)
    service = services.company_service
    resource_name = class_permission_name = "company"
    list_columns = ["id", *_COMPANY, "version"]
    add_columns = _COMPANY
    edit_columns = _COMPANY
    search_columns = ["name", "code", "kind", "is_own", "is_customer", "is_supplier", "is_manufacturer", "parent",
                      "support_level", "is_key_customer", "account_manager", "industry", "is_active"]
    picklist_columns = {"support_level": "company.support_level", "industry": "company.industry"}
    choice_columns = {"kind": labels.COMPANY_KINDS}
    option_filters = {"account_manager": working_here()}


class CompanyContactApi(RecordApi):
    """/api/v1/company_contact/: whom of a company one turns to."""

    datamodel = Interface(CompanyContact)
    service = services.company_contact_service
    resource_name, class_permission_name = "company_contact", "company"
    list_columns = ["id", "company_id", "person_id", "purpose", "role", "sequence", "note", "version"]
    add_columns = ["company_id", "person_id", "purpose", "role", "sequence", "note"]
    edit_columns = ["person_id", "purpose", "role", "sequence", "note"]
    search_columns = ["company", "person"]
    picklist_columns = {"role": "company.contact_role"}
    choice_columns = {"purpose": labels.CONTACT_PURPOSES}


class DepartmentApi(RecordApi):
    """/api/v1/department/"""

    datamodel = Interface(models.Department)
    service = services.department_service
    resource_name = class_permission_name = "department"
    list_columns = ["id", "name", "company_id", "parent_id", "head_id", "cost_centre", "is_active", "version"]
    add_columns = ["name", "company_id", "parent_id", "head_id", "cost_centre", "is_active"]
    edit_columns = add_columns
    search_columns = ["name", "company", "parent", "head", "is_active"]


class SiteApi(RecordApi):
    """/api/v1/site/"""

    datamodel = Interface(models.Site)
    service = services.site_service
    resource_name = class_permission_name = "site"
    list_columns = ["id", "name", "kind", "company_id", "parent_id", "address", "phone", "timezone", "opening_notes",
                    "is_active", "version"]
    add_columns = ["name", "kind", "company_id", "parent_id", "address", "phone", "timezone", "opening_notes",
                   "is_active"]
    edit_columns = add_columns
    search_columns = ["name", "kind", "company", "parent", "is_active"]
    picklist_columns = {"kind": "site.kind"}


class PersonApi(RecordApi):
    """/api/v1/person/: `phone` and `email` are the main ones of the person's contact methods."""

    datamodel = Interface(models.Person)
    service = services.person_service
    resource_name = class_permission_name = "person"
    list_columns = ["id", *_PERSON, "version"]
    add_columns = _PERSON
    edit_columns = _PERSON
    search_columns = ["name", "company", "department", "site", "manager", "employee_number", "email", "phone", "is_vip",
                      "vip_level", "is_active"]
    picklist_columns = {"vip_level": "person.vip_level", "salutation": "person.salutation"}
    choice_columns = {"preferred_channel": labels.PREFERRED_CHANNELS}


class ContactMethodApi(RecordApi):
    """/api/v1/contact_method/: the numbers and addresses of people."""

    datamodel = Interface(ContactMethod)
    service = services.contact_method_service
    resource_name, class_permission_name = "contact_method", "person"
    list_columns = ["id", "person_id", *_CONTACT, "version"]
    add_columns = ["person_id", *_CONTACT]
    edit_columns = _CONTACT
    search_columns = ["person", "value"]
    choice_columns = {"kind": labels.CONTACT_KINDS}


class WorkGroupApi(RecordApi):
    """/api/v1/work_group/"""

    datamodel = Interface(models.WorkGroup)
    service = services.work_group_service
    resource_name = class_permission_name = "work_group"
    list_columns = ["id", "name", "code", "parent_id", "lead_id", "support_line", "email", "assignment_mode",
                    "capacity", "calendar_id", "site_id", "description", "ola_notes", "visibility", "is_service_desk",
                    "is_active"]
    add_columns = ["name", "code", "parent_id", "lead_id", "support_line", "email", "assignment_mode", "capacity",
                   "calendar_id", "site_id", "description", "ola_notes", "visibility", "is_service_desk", "is_active"]
    edit_columns = add_columns
    search_columns = ["code", "support_line", "is_service_desk", "lead", "parent", "site", "visibility", "is_active"]
    choice_columns = {"support_line": labels.SUPPORT_LINES, "assignment_mode": labels.ASSIGNMENT_MODES,
                      "visibility": labels.VISIBILITIES}


class MemberApi(RecordApi):
    """/api/v1/group_member/"""

    datamodel = Interface(models.GroupMember)
    service = services.member_service
    resource_name, class_permission_name = "group_member", "work_group"
    list_columns = ["id", "group_id", "person_id", "role_in_group", "sequence"]
    add_columns = ["group_id", "person_id", "role_in_group", "sequence"]
    edit_columns = ["role_in_group", "sequence"]
    search_columns = ["group", "person", "role_in_group"]
    choice_columns = {"role_in_group": labels.POSITIONS}


class PersonSkillApi(RecordApi):
    """/api/v1/person_skill/"""

    datamodel = Interface(PersonSkill)
    service = person_skill_service
    resource_name, class_permission_name = "person_skill", "work_group"
    list_columns = ["id", "person_id", "skill", "level"]
    add_columns = ["person_id", "skill", "level"]
    edit_columns = ["skill", "level"]
    search_columns = ["person", "skill", "level"]
    picklist_columns = {"skill": SKILLS}
    choice_columns = {"level": LEVELS}


class GroupRoleApi(RecordApi):
    """/api/v1/group_role/"""

    datamodel = Interface(models.GroupRole)
    service = services.group_role_service
    resource_name, class_permission_name = "group_role", "role"
    list_columns = ["id", "group_id", "role_id"]
    add_columns = ["group_id", "role_id"]
    edit_columns = ["role_id"]
    search_columns = ["group", "role"]


class MemberRoleApi(RecordApi):
    """/api/v1/member_role/: a role granted to one member of a group."""

    datamodel = Interface(models.MemberRole)
    service = services.member_role_service
    resource_name, class_permission_name = "member_role", "role"
    list_columns = ["id", "member_id", "role_id"]
    add_columns = ["member_id", "role_id"]
    edit_columns = ["role_id"]
    search_columns = ["member", "role"]


class AnonymisationApi(RecordApi):
    """/api/v1/anonymisation/: certificates, which nobody makes by hand and nobody changes."""

    datamodel = Interface(Anonymisation)
    resource_name = class_permission_name = "anonymisation"
    exclude_route_methods: ClassVar[set[str]] = {"post", "put", "delete", "options"}
    list_columns = ["id", "number", "person_id", "done_at", "done_by_label", "reason", "removed", "kept"]
    add_columns = edit_columns = ["reason"]
    label_columns: ClassVar[dict[str, Any]] = {
        "done_at": _l("Anonymised at"), "done_by_label": _l("Done by"), "removed": _l("Removed"), "kept": _l("Kept"),
    }
    search_columns = ["number", "person", "done_at"]
    base_order = ("done_at", "desc")


APIS = [
    AnonymisationApi,
    CompanyApi, CompanyContactApi, DepartmentApi, SiteApi, PersonApi, ContactMethodApi, WorkGroupApi, MemberApi,
    GroupRoleApi, MemberRoleApi, PersonSkillApi,
]

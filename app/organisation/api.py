"""People, places and work groups by REST."""

from app.organisation import labels, models, services
from app.web.interface import Interface
from app.web.record_api import RecordApi


class CompanyApi(RecordApi):
    """/api/v1/company/"""

    datamodel = Interface(models.Company)
    service = services.company_service
    resource_name = class_permission_name = "company"
    list_columns = ["id", "name", "code", "kind", "parent_id", "support_level", "is_key_customer", "phone", "email",
                    "is_active", "version"]
    add_columns = ["name", "code", "kind", "parent_id", "support_level", "is_key_customer", "phone", "email",
                   "is_active"]
    edit_columns = add_columns
    search_columns = ["name", "code", "kind", "parent", "is_key_customer", "is_active"]
    choice_columns = {"kind": labels.COMPANY_KINDS}


class DepartmentApi(RecordApi):
    """/api/v1/department/"""

    datamodel = Interface(models.Department)
    service = services.department_service
    resource_name = class_permission_name = "department"
    list_columns = ["id", "name", "company_id", "parent_id", "cost_centre", "is_active", "version"]
    add_columns = ["name", "company_id", "parent_id", "cost_centre", "is_active"]
    edit_columns = add_columns
    search_columns = ["name", "company", "parent", "is_active"]


class SiteApi(RecordApi):
    """/api/v1/site/"""

    datamodel = Interface(models.Site)
    service = services.site_service
    resource_name = class_permission_name = "site"
    list_columns = ["id", "name", "company_id", "parent_id", "address", "is_active", "version"]
    add_columns = ["name", "company_id", "parent_id", "address", "is_active"]
    edit_columns = add_columns
    search_columns = ["name", "company", "parent", "is_active"]


class PersonApi(RecordApi):
    """/api/v1/person/"""

    datamodel = Interface(models.Person)
    service = services.person_service
    resource_name = class_permission_name = "person"
    list_columns = ["id", "name", "company_id", "department_id", "site_id", "employee_number", "email", "phone",
                    "is_vip", "is_active", "joined_on", "left_on", "version"]
    add_columns = ["name", "company_id", "department_id", "site_id", "employee_number", "email", "phone", "is_vip",
                   "is_active", "joined_on", "left_on"]
    edit_columns = add_columns
    search_columns = ["name", "company", "department", "site", "employee_number", "email", "phone", "is_vip",
                      "is_active"]


class WorkGroupApi(RecordApi):
    """/api/v1/work_group/"""

    datamodel = Interface(models.WorkGroup)
    service = services.work_group_service
    resource_name = class_permission_name = "work_group"
    list_columns = ["id", "name", "code", "parent_id", "lead_id", "support_line", "email", "assignment_mode",
                    "capacity", "is_active"]
    add_columns = ["name", "code", "parent_id", "lead_id", "support_line", "email", "assignment_mode", "capacity",
                   "is_active"]
    edit_columns = add_columns
    search_columns = ["code", "support_line", "lead", "parent", "is_active"]
    choice_columns = {"support_line": labels.SUPPORT_LINES, "assignment_mode": labels.ASSIGNMENT_MODES}


class MemberApi(RecordApi):
    """/api/v1/group_member/"""

    datamodel = Interface(models.GroupMember)
    service = services.member_service
    resource_name, class_permission_name = "group_member", "work_group"
    list_columns = ["id", "group_id", "person_id", "role_in_group"]
    add_columns = ["group_id", "person_id", "role_in_group"]
    edit_columns = ["role_in_group"]
    search_columns = ["group", "person", "role_in_group"]
    choice_columns = {"role_in_group": labels.POSITIONS}


class GroupRoleApi(RecordApi):
    """/api/v1/group_role/"""

    datamodel = Interface(models.GroupRole)
    service = services.group_role_service
    resource_name, class_permission_name = "group_role", "role"
    list_columns = ["id", "group_id", "role_id"]
    add_columns = ["group_id", "role_id"]
    edit_columns = ["role_id"]
    search_columns = ["group", "role"]


APIS = [CompanyApi, DepartmentApi, SiteApi, PersonApi, WorkGroupApi, MemberApi, GroupRoleApi]

"""Rights of people, companies and work groups."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

COMPANY_READ = Permission("company", "read", _l("View companies"))
COMPANY_WRITE = Permission("company", "write", _l("Edit companies"))
COMPANY_SEE_COST = Permission("company", "see_cost", _l("See cost centres"))
DEPARTMENT_READ = Permission("department", "read", _l("View departments"))
DEPARTMENT_WRITE = Permission("department", "write", _l("Edit departments"))
SITE_READ = Permission("site", "read", _l("View sites"))
SITE_WRITE = Permission("site", "write", _l("Edit sites"))
PERSON_READ = Permission("person", "read", _l("View people"))
PERSON_WRITE = Permission("person", "write", _l("Edit people"))
PERSON_SEE_PERSONAL_DATA = Permission(
    "person", "see_personal_data", _l("See employee numbers and private ways to reach people"))
WORK_GROUP_READ = Permission("work_group", "read", _l("View work groups"))
WORK_GROUP_WRITE = Permission("work_group", "write", _l("Edit work groups and their members"))

PERMISSIONS = [
    COMPANY_READ, COMPANY_WRITE, COMPANY_SEE_COST, DEPARTMENT_READ, DEPARTMENT_WRITE, SITE_READ, SITE_WRITE,
    PERSON_READ, PERSON_WRITE, PERSON_SEE_PERSONAL_DATA, WORK_GROUP_READ, WORK_GROUP_WRITE,
]

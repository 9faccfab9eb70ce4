"""Rights of people, companies and work groups."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

COMPANY_READ = Permission("company", "read", _l("View companies"))
COMPANY_WRITE = Permission("company", "write", _l("Edit companies"))
COMPANY_SEE_COST = Permission("company", "see_cost", _l("See cost centres"))
COMPANY_DELETE = Permission("company", "delete", _l("Delete companies"))
COMPANY_MERGE = Permission("company", "merge", _l("Merge companies that are one"))
DEPARTMENT_READ = Permission("department", "read", _l("View departments"))
DEPARTMENT_WRITE = Permission("department", "write", _l("Edit departments"))
DEPARTMENT_DELETE = Permission("department", "delete", _l("Delete departments"))
SITE_READ = Permission("site", "read", _l("View sites"))
SITE_WRITE = Permission("site", "write", _l("Edit sites"))
SITE_DELETE = Permission("site", "delete", _l("Delete sites"))
PERSON_READ = Permission("person", "read", _l("View people"))
PERSON_WRITE = Permission("person", "write", _l("Edit people"))
PERSON_SEE_PERSONAL_DATA = Permission(
    "person", "see_personal_data", _l("See employee numbers and private ways to reach people"))
PERSON_DELETE = Permission("person", "delete", _l("Delete people"))
PERSON_MERGE = Permission("person", "merge", _l("Merge people who are one"))
PERSON_LEAVE = Permission("person", "leave", _l("Hand over what leavers hold, and let them leave"))
PERSON_ANONYMISE = Permission("person", "anonymise", _l("Remove all personal data of people who left, for good"))
ANONYMISATION_READ = Permission("anonymisation", "read", _l("View certificates of anonymisation"))
WORK_GROUP_READ = Permission("work_group", "read", _l("View work groups"))
WORK_GROUP_WRITE = Permission("work_group", "write", _l("Edit work groups and their members"))
WORK_GROUP_DELETE = Permission("work_group", "delete", _l("Delete work groups"))

PERMISSIONS = [
    COMPANY_READ, COMPANY_WRITE, COMPANY_SEE_COST, COMPANY_DELETE, DEPARTMENT_READ, DEPARTMENT_WRITE, DEPARTMENT_DELETE,
    SITE_READ, SITE_WRITE, SITE_DELETE, PERSON_READ, PERSON_WRITE, PERSON_SEE_PERSONAL_DATA, PERSON_DELETE,
    WORK_GROUP_READ, WORK_GROUP_WRITE, WORK_GROUP_DELETE, COMPANY_MERGE,
    PERSON_MERGE, PERSON_LEAVE, PERSON_ANONYMISE, ANONYMISATION_READ,
]

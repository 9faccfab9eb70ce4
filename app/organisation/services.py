"""Rules of people, companies and work groups."""

from collections.abc import Mapping
from typing import Any

from pypinyin import Style, lazy_pinyin

from app.organisation.models import (
    Company,
    Department,
    GroupMember,
    GroupRole,
    MemberRole,
    Person,
    Site,
    WorkGroup,
)
from app.organisation.permissions import (
    COMPANY_WRITE,
    DEPARTMENT_WRITE,
    PERSON_WRITE,
    SITE_WRITE,
    WORK_GROUP_WRITE,
)
from app.records.picklists import sort_keys
from app.records.service import RecordService, require_label
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


def search_text(*parts: str | None) -> str:
    """Return what a person is found by: the words, full pinyin and initials of Chinese ones, lower case."""
    words = [part.casefold() for part in parts if part]
    for part in list(words):
        if not part.isascii():
            words.append("".join(lazy_pinyin(part)))
            words.append("".join(lazy_pinyin(part, style=Style.FIRST_LETTER)))
    return " ".join(words)[:600]


class PersonService(RecordService[Person]):
    """People, found by name, pinyin, initials, phone, e-mail and employee number."""

    def prepare(self, actor: Actor, record: Person, values: Mapping[str, Any]) -> None:
        record.search_text = search_text(record.name, record.phone, record.email, record.employee_number)


class WorkGroupService(RecordService[WorkGroup]):
    """Work groups. That nobody loses their last group unnoticed is guarded at the flush (app.security)."""

    def prepare(self, actor: Actor, record: WorkGroup, values: Mapping[str, Any]) -> None:
        require_label(values, "name")
        if record.support_line not in {None, 1, 2, 3}:
            raise InvalidField("support_line", _("The support line is 1, 2 or 3."))
        record.sort_zh, record.sort_en = sort_keys(record.name)


PLACE = {"name", "company", "parent", "is_active"}
company_service = RecordService(
    Company, COMPANY_WRITE,
    {"name", "code", "kind", "parent", "support_level", "is_key_customer", "phone", "email", "is_active"}, {"name"},
)
department_service = RecordService(Department, DEPARTMENT_WRITE, PLACE | {"cost_centre"}, {"name"})
site_service = RecordService(Site, SITE_WRITE, PLACE | {"address"}, {"name"})
person_service = PersonService(
    Person, PERSON_WRITE,
    {"name", "company", "department", "site", "employee_number", "email", "phone", "is_vip", "is_active",
     "joined_on", "left_on"}, {"name"},
)
work_group_service = WorkGroupService(
    WorkGroup, WORK_GROUP_WRITE,
    {"name", "code", "parent", "lead", "support_line", "email", "assignment_mode", "capacity", "is_active"},
    {"name", "code"},
)
member_service = RecordService(
    GroupMember, WORK_GROUP_WRITE, {"group", "person", "role_in_group"}, {"group_id", "person_id"}
)
group_role_service = RecordService(GroupRole, WORK_GROUP_WRITE, {"group", "role"}, {"group_id", "role_id"})
member_role_service = RecordService(MemberRole, WORK_GROUP_WRITE, {"member", "role"}, {"member_id", "role_id"})

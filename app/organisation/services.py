"""Rules of people, companies and places."""

import re
from collections.abc import Mapping
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import select

from app.db import session
from app.organisation import rights as _rights  # noqa: F401 - whose people one sees, wherever people are read
from app.organisation.groups import (
    group_role_service,
    member_role_service,
    member_service,
    work_group_service,
)
from app.organisation.labels import COMPANY_KINDS
from app.organisation.models import Company, Department, Person, Site
from app.organisation.permissions import COMPANY_WRITE, DEPARTMENT_WRITE, PERSON_WRITE, SITE_WRITE
from app.organisation.trees import check_parent
from app.records.service import RecordService
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

# Digits as people write them: +86 (21) 5566-7788.
_PHONE = re.compile(r"\+?[\d(][\d\s()./-]{4,}\d")


def search_text(*parts: str | None) -> str:
    """Return what a person is found by: the words, full pinyin and initials of Chinese ones, digits of phones."""
    words = [part.casefold() for part in parts if part]
    for part in list(words):
        words.extend(phone_words(part))
        if not part.isascii():
            words.append("".join(lazy_pinyin(part)))
            words.append("".join(lazy_pinyin(part, style=Style.FIRST_LETTER)))
    return " ".join(words)[:600]


def phone_words(text: str) -> list[str]:
    """Return how a phone number is typed otherwise: its digits, without country or area code, the last four."""
    if not _PHONE.fullmatch(text):
        return []
    digits = "".join(letter for letter in text if letter.isdecimal())
    return list(dict.fromkeys(digits[-length:] for length in (len(digits), 11, 8, 7, 4) if length <= len(digits)))


class CompanyService(RecordService[Company]):
    """Organisations."""

    def prepare(self, actor: Actor, record: Company, values: Mapping[str, Any]) -> None:
        if record.kind is not None and record.kind not in COMPANY_KINDS:
            raise InvalidField("kind", _("Choose an entry of the list."))
        check_parent(session(), record)


class PlaceService(RecordService[Any]):
    """Departments and sites: what a place belongs to is a place of the same company."""

    def prepare(self, actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
        check_parent(session(), record)
        if record.parent_id is None:
            return
        company_id = session().execute(select(self.model.company_id).where(self.model.id == record.parent_id)).scalar()
        if company_id != record.company_id:
            raise InvalidField("parent", _("This belongs to another company."))


class PersonService(RecordService[Person]):
    """People, found by name, pinyin, initials, phone, e-mail and employee number."""

    def prepare(self, actor: Actor, record: Person, values: Mapping[str, Any]) -> None:
        if record.joined_on and record.left_on and record.left_on < record.joined_on:
            raise InvalidField("left_on", _("Nobody leaves before joining."))
        record.search_text = search_text(record.name, record.phone, record.email, record.employee_number)


PLACE = {"name", "company", "parent", "is_active"}
company_service = CompanyService(
    Company, COMPANY_WRITE,
    {"name", "code", "kind", "parent", "support_level", "is_key_customer", "phone", "email", "is_active"}, {"name"},
)
department_service = PlaceService(Department, DEPARTMENT_WRITE, PLACE | {"cost_centre"}, {"name"})
site_service = PlaceService(Site, SITE_WRITE, PLACE | {"address"}, {"name"})
person_service = PersonService(
    Person, PERSON_WRITE,
    {"name", "company", "department", "site", "employee_number", "email", "phone", "is_vip", "is_active",
     "joined_on", "left_on"}, {"name"},
)

__all__ = [
    "company_service", "department_service", "group_role_service", "member_role_service", "member_service",
    "person_service", "search_text", "site_service", "work_group_service",
]

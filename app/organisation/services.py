"""Rules of people, companies and places."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.db import session
from app.organisation import rights as _rights  # noqa: F401 - whose people one sees, wherever people are read
from app.organisation import scopes as _scopes  # noqa: F401 - what data rules may speak of
from app.organisation.checks import check_timezone
from app.organisation.companies import company_contact_service, company_service
from app.organisation.groups import (
    group_role_service,
    member_role_service,
    member_service,
    work_group_service,
)
from app.organisation.models import Department, Site
from app.organisation.people import contact_method_service, person_service
from app.organisation.permissions import DEPARTMENT_DELETE, DEPARTMENT_WRITE, SITE_DELETE, SITE_WRITE
from app.organisation.search_words import search_text
from app.organisation.trees import check_parent
from app.records.lists import check_choices
from app.records.service import RecordService
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


class PlaceService(RecordService[Any]):
    """Departments and sites: what a place belongs to is a place of the same company."""

    delete_needs_reason = True

    def prepare(self, actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
        check_parent(session(), record)
        check_timezone(values)
        check_choices(session(), values, {}, {"kind": "site.kind"} if self.model is Site else {})
        if record.parent_id is None:
            return
        company_id = session().execute(select(self.model.company_id).where(self.model.id == record.parent_id)).scalar()
        if company_id != record.company_id:
            raise InvalidField("parent", _("This belongs to another company."))

    def check_replace(self, actor: Actor, record: Any, other: Any) -> None:
        if other.company_id != record.company_id:
            raise InvalidField("by", _("This belongs to another company."))


PLACE = {"name", "company", "parent", "is_active"}
department_service = PlaceService(Department, DEPARTMENT_WRITE, PLACE | {"head", "cost_centre"}, {"name"},
                                  delete=DEPARTMENT_DELETE)
site_service = PlaceService(
    Site, SITE_WRITE, PLACE | {"kind", "address", "phone", "opening_notes", "timezone"}, {"name"}, delete=SITE_DELETE,
)

__all__ = [
    "company_contact_service", "company_service", "contact_method_service", "department_service", "group_role_service",
    "member_role_service", "member_service", "person_service", "search_text", "site_service", "work_group_service",
]

"""Which people and work groups a field offers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.organisation.models import GroupMember, Person, WorkGroup
from app.web.choices import OptionFilter


def members_of(field: str) -> OptionFilter:
    """Offer the members of the work group that another field holds; everybody in a group where it holds none."""

    def narrow(query: Any, given: Mapping[str, int]) -> Any:
        members = select(GroupMember.person_id)
        if field in given:
            members = members.where(GroupMember.group_id == given[field])
        return query.filter(Person.id.in_(members))

    return OptionFilter((field,), narrow)


def working_here() -> OptionFilter:
    """Offer the people who work here: those in a work group."""
    return OptionFilter((), lambda query, _given: query.filter(Person.id.in_(select(GroupMember.person_id))))


def service_desks() -> OptionFilter:
    """Offer the work groups that are service desks."""
    return OptionFilter((), lambda query, _given: query.filter(WorkGroup.is_service_desk))

"""Incidents of the tests, made and moved through the service."""

from typing import Any

from addons.incident import permissions as rights
from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.ticket import repositories
from app.organisation import permissions as people
from app.organisation.models import Person, WorkGroup
from app.sdk.actor import SYSTEM, Actor
from tests.support.people import make_actor, make_group, make_person

AGENT_RIGHTS = (
    rights.INCIDENT_READ, rights.INCIDENT_READ_ALL, rights.INCIDENT_WRITE, rights.INCIDENT_ASSIGN,
    rights.INCIDENT_TRANSFER, rights.INCIDENT_RESOLVE, rights.INCIDENT_CLOSE, rights.INCIDENT_REOPEN,
    rights.INCIDENT_CANCEL, rights.INCIDENT_SEE_INTERNAL, people.PERSON_READ, people.COMPANY_READ,
    people.DEPARTMENT_READ, people.SITE_READ, people.WORK_GROUP_READ,
)
# How each state is reached from nothing, step by step.
PATHS: dict[str, tuple[str, ...]] = {
    "new": (), "assigned": ("assign",), "in_progress": ("assign", "start"), "pending": ("assign", "hold"),
    "resolved": ("assign", "resolve"), "closed": ("assign", "resolve", "close"), "cancelled": ("cancel",),
}


class Desk:
    """A group with an agent in it, a second group, and a caller."""

    def __init__(self) -> None:
        self.agent_person: Person = make_person(name="Wang Fang")
        self.caller: Person = make_person(name="Li Na", phone="13800001111")
        self.group: WorkGroup = make_group(self.agent_person)
        self.specialist: Person = make_person(name="Zhao Lei")
        self.other: WorkGroup = make_group(self.specialist, support_line=2)
        self.agent = self.actor()

    def actor(self, *without: Any, rights: tuple[Any, ...] = AGENT_RIGHTS, person: Person | None = None,
              groups: tuple[WorkGroup, ...] | None = None) -> Actor:
        """Return the agent, without some rights."""
        kept = [right for right in rights if right not in without]
        return make_actor(kept, person=person or self.agent_person, user_id=4711,
                          groups=(self.group,) if groups is None else groups)

    def incident(self, **values: Any) -> Incident:
        """Log an incident."""
        return incident_service.create(SYSTEM, {"title": "Printer jam", "caller": self.caller, **values})

    def values_of(self, action: str) -> dict[str, Any]:
        """Return what a step asks for."""
        return {
            "assign": {"group": self.group.id}, "transfer": {"group": self.other.id, "reason": "Network fault"},
            "hold": {"pending_reason": "customer"}, "reopen": {"reason": "Still jams"}, "cancel": {"reason": "Mistake"},
            "resolve": {"solution": "Paper taken out", "resolution_code": value("incident.resolution_code", "solved")},
        }.get(action, {})

    def incident_in(self, state: str, **values: Any) -> Incident:
        """Log an incident and take it to a state."""
        incident = self.incident(**values)
        for action in PATHS[state]:
            incident_service.transition(SYSTEM, incident.id, action, self.values_of(action))
        assert incident.state == state
        return incident


def value(picklist: str, code: str) -> int:
    """Return the id of a list's value."""
    found = repositories.value_id(picklist, code)
    assert found is not None
    return found

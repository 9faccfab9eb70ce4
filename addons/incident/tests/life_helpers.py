"""A service desk, two groups that work for it, and everybody who has to do with an incident."""

from typing import Any

from addons.incident import permissions as rights
from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import AGENT_RIGHTS, Desk
from app.organisation.models import Person, WorkGroup
from app.sdk.actor import Actor, acting_as
from tests.support.people import make_actor, make_company, make_group, make_person

SECOND = (rights.INCIDENT_READ, rights.INCIDENT_READ_GROUPS, rights.INCIDENT_WRITE, rights.INCIDENT_ASSIGN,
          rights.INCIDENT_TRANSFER, rights.INCIDENT_RESOLVE, rights.INCIDENT_REOPEN, rights.INCIDENT_SEE_INTERNAL)
MANAGER = (*AGENT_RIGHTS, rights.INCIDENT_CONFIRM, rights.INCIDENT_SET_DESK, rights.INCIDENT_MERGE)
CUSTOMER = (rights.INCIDENT_READ, rights.INCIDENT_WRITE, rights.INCIDENT_REOPEN, rights.INCIDENT_CONFIRM)


class Owned(Desk):
    """The desk owns what it logs and `other` works on it; a supplier and a manager of other groups do not."""

    def __init__(self) -> None:
        super().__init__()
        supplier, manager, outsider = (make_person(name=name) for name in ("Qiu Yun", "Tang Hao", "Sun Li"))
        supplier.company_id = make_company(kind="supplier").id
        self.others: WorkGroup = make_group(supplier, support_line=3)
        self.third: WorkGroup = make_group(manager)
        self.group.is_service_desk = True
        self.who: dict[str, Actor] = {
            "desk": self.agent, "working": self._of(self.specialist, SECOND, self.other),
            "manager": self._of(manager, MANAGER, self.third),
            "supplier": self._of(supplier, SECOND, self.others),
            "caller": self._of(self.caller, CUSTOMER), "outsider": self._of(outsider, CUSTOMER),
        }

    @staticmethod
    def _of(person: Person, held: tuple[Any, ...], *groups: WorkGroup) -> Actor:
        return make_actor(held, person=person, user_id=5000 + person.id, groups=groups)

    def values_of(self, action: str) -> dict[str, Any]:
        """Return what a step asks for; assigned is to whoever works on it."""
        return {"group": self.other.id, "reason": "x"} if action == "assign" else super().values_of(action)

    def step(self, who: str, incident: Incident, action: str, **values: Any) -> Incident:
        """Take a step as somebody."""
        actor = self.who[who]
        with acting_as(actor):
            return incident_service.transition(actor, incident.id, action, values or self.values_of(action))

    def logged(self, **values: Any) -> Incident:
        """Log an incident at the desk."""
        with acting_as(self.agent):
            return incident_service.create(self.agent, {"title": "Printer jam", "caller": self.caller, **values})

    def passed_on(self, **values: Any) -> Incident:
        """Log an incident, look at it, and give it to the second line, where somebody begins."""
        incident = self.logged(group=self.group, assignee=self.agent_person, **values)
        self.step("desk", incident, "start")
        self.step("desk", incident, "transfer", group=self.other, assignee=self.specialist, reason="Needs a technician")
        return self.step("working", incident, "start")

    def solved(self, **values: Any) -> Incident:
        """Log an incident that the second line solves."""
        return self.step("working", self.passed_on(**values), "resolve")

    def in_state(self, state: str) -> Incident:
        """Return an incident of the desk that the second line works on, or has worked on, in a state."""
        incident = self.logged()
        if state == "cancelled":
            return self.step("desk", incident, "cancel")
        if state != "new":
            self.step("desk", incident, "assign", group=self.other)
        steps = {"in_progress": "start", "pending": "hold", "resolved": "resolve", "closed": "resolve"}
        if state in steps:
            self.step("working", incident, steps[state])
        if state == "closed":
            self.step("desk", incident, "close")
        assert incident.state == state
        return incident

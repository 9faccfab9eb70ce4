"""What the table of ways changes: each subject knows how every way changes it, and what audit is to say of that."""

from typing import Any, ClassVar

from flask_appbuilder.security.sqla.models import Role, assoc_user_role
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import value
from addons.incident.tests.page_helpers import BASE, send
from app.db import unit_of_work
from app.organisation.models import GroupMember, GroupRole, MemberRole
from app.organisation.services import group_role_service, member_role_service
from app.records.origins import ImportOrigin
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.security.grants import rights_of
from app.security.services import role_service
from tests.support.people import role_ids, submit

WAYS = {"page": "ui", "rest": "api", "bulk": "ui", "cli": "cli", "import": "import", "job": "job"}
HELPER = "helper"


class Subject:
    """Something that can be changed; `cannot` names the ways that there are not, each with its reason."""

    record_type: str
    field: str | None = None
    cannot: ClassVar[dict[str, str]] = {}

    def __init__(self, desk: Any, way: str) -> None:
        self.desk, self.way = desk, way
        with desk.app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            self.make(session)

    def make(self, session: Any) -> None:
        """Make what is to be changed."""

    def expected(self) -> tuple[str, Any, Any]:
        """Return (action, old, new) as audit has them."""
        raise NotImplementedError

    def present(self, session: Any) -> Any:
        """Return what the change changes, as it is now."""
        raise NotImplementedError


class OfIncident(Subject):
    """A field of an incident that the first line holds, or where the group is the field, nobody yet."""

    record_type = "incident"
    pk: int

    def make(self, session):
        cast = self.desk.cast
        made = incident_service.create(SYSTEM, {
            "title": "Printer jam", "caller": cast.customer.person_id,
            **({} if self.field == "group_id" else {"group": cast.first_line})})
        session.add(ImportOrigin(source="file", record_type="incident", reference=f"X{made.id}", record_id=made.id,
                                 fingerprint="", imported_at=clock.now()))
        self.pk, self.version, self.number = made.id, made.version, made.number
        self.old = getattr(made, self.field)
        self.high = value("ticket.priority", "high")
        session.flush()

    def new(self):
        raise NotImplementedError

    def expected(self):
        return "update", self.old, self.new()

    def present(self, session):
        return session.execute(select(getattr(Incident, self.field)).where(Incident.id == self.pk)).scalar()

    def bulk_with(self, key, **values):
        return send(self.desk.browser, f"{BASE}/bulk/{key}", pick=[f"{self.pk}:{self.version}"], **values)

    def step(self, action, **values):
        return send(self.desk.browser, f"{BASE}/{self.pk}/transition/{action}?stay=1", **values)

    def file(self, **cells):
        return "incident/incidents", {"External key": f"X{self.pk}", **cells}

    def setting(self, **texts):
        return {"do": "set", "type": "incident", "record": self.number, "values": texts}, [
            "record", "set", "incident", self.number, *(f"{name}={text}" for name, text in texts.items())]


class Priority(OfIncident):
    """The priority, given by hand."""

    field = "priority_id"

    def new(self):
        return self.high

    def page(self):
        return submit(self.desk.browser, f"{BASE}/edit/{self.pk}", caller=self.desk.cast.customer.person_id,
                      title="Printer jam", kind="incident", priority=self.high, priority_reason="All printers")

    def rest(self):
        return self.desk.call("PUT", f"incident/{self.pk}", priority_id=self.high, priority_reason="All printers")

    def bulk(self):
        return self.bulk_with("change.priority-priority_reason", priority=self.high, priority_reason="All printers")

    def order(self):
        return self.setting(priority="high", priority_reason="All printers")

    def told(self):
        return self.file(priority="high", priority_reason="All printers")


class Status(OfIncident):
    """The state, moved by a step of the life cycle."""

    field = "state"
    cannot: ClassVar = {"import": "a state is moved by its steps alone; no column of a file can be mapped to it"}

    def new(self):
        return "pending"

    def page(self):
        return self.step("hold", pending_reason="customer")

    def rest(self):
        return self.desk.call("POST", f"incident/{self.pk}/transition/hold", pending_reason="customer")

    def bulk(self):
        return self.bulk_with("step.hold", pending_reason="customer")

    def order(self):
        return {"do": "step", "type": "incident", "record": self.number, "action": "hold",
                "values": {"pending_reason": "customer"}}, [
            "record", "step", "incident", self.number, "hold", "pending_reason=customer"]


class Group(OfIncident):
    """The work group that holds it: from one to another it goes with a reason, which a file cannot give."""

    field = "group_id"

    def new(self):
        return self.desk.cast.second_line

    def page(self):
        return self.step("assign", group=self.new(), assignee="", reason="")

    def rest(self):
        return self.desk.call("PUT", f"incident/{self.pk}", group_id=self.new())

    def bulk(self):
        return self.bulk_with("step.assign", group=self.new())

    def order(self):
        return self.setting(group="second_line")

    def told(self):
        return self.file(group="second_line")


class Owner(OfIncident):
    """Who works on it."""

    field = "assignee_id"

    def new(self):
        return self.desk.cast.agent.person_id

    def page(self):
        return self.step("assign", group=self.desk.cast.first_line, assignee=self.new())

    def rest(self):
        return self.desk.call("PUT", f"incident/{self.pk}", assignee_id=self.new())

    def bulk(self):
        return self.bulk_with("step.assign", group=self.desk.cast.first_line, assignee=self.new())

    def order(self):
        return self.setting(assignee="Name of agent")

    def told(self):
        return self.file(assignee="Name of agent")


class OfRole(Subject):
    """A subject with a role of one's own that may view incidents."""

    def make(self, session):
        made = role_service.create(SYSTEM, {"code": f"{HELPER}_{self.desk.serial()}", "label": {"en": "Helper"},
                                            "permissions": ["incident.read"]})
        self.profile_id, self.role_id, self.code = made.id, made.role_id, made.code
        self.role_name = session.execute(select(Role.name).where(Role.id == self.role_id)).scalar()


class RightOfRole(OfRole):
    """A right that a role holds."""

    record_type, field = "role_profile", "permissions"
    cannot: ClassVar = {"import": "roles come with what they allow by page, REST or an addon's data; no file makes one"}

    def expected(self):
        keys = {"incident.read", "incident.write"} if self.way != "bulk" else set(self.desk.module)
        return "update", ["incident.read"], sorted(keys)

    def present(self, session):
        return rights_of(session, [self.role_id])

    def page(self):
        return self.desk.submit("/security/access/change", f"/security/access/?role={self.profile_id}",
                                change=f"{self.profile_id}:incident.write:1")

    def bulk(self):
        return self.desk.submit("/security/access/change", f"/security/access/?role={self.profile_id}",
                                change=f"{self.profile_id}:@incident:1")

    def rest(self):
        return self.desk.call("PUT", f"role/{self.profile_id}", permissions=["incident.read", "incident.write"])

    def order(self):
        return {"do": "grant", "to": "role", "name": self.code, "what": ["incident.write"], "member": None}, [
            "role", "grant", self.code, "incident.write"]


class RoleOfGroup(OfRole):
    """A role granted to a work group; in bulk it is taken back."""

    record_type, model, service, holder = "group_role", GroupRole, group_role_service, "group"
    address = "/organisation/group-roles"

    def make(self, session):
        super().make(session)
        self.key = self.holder_key(session)
        if self.way == "bulk":
            self.pk = self.service.create(SYSTEM, {self.holder: self.key, "role": self.role_id}).id

    def holder_key(self, session):
        return self.desk.cast.first_line

    def expected(self):
        said = {f"{self.holder}_id": self.key, "role_id": self.role_id}
        return ("delete", {"id": self.pk, **said}, None) if self.way == "bulk" else ("create", None, said)

    def present(self, session):
        return session.execute(select(self.model.id).where(self.model.role_id == self.role_id)).scalars().all()

    def page(self):
        return submit(self.desk.browser, f"{self.address}/add", **{self.holder: self.key, "role": self.role_id})

    def rest(self):
        return self.desk.call("POST", f"{self.record_type}/", **{f"{self.holder}_id": self.key,
                                                                 "role_id": self.role_id})

    def bulk(self):
        return send(self.desk.browser, f"{self.address}/bulk/delete", f"{self.address}/add", pick=[str(self.pk)])

    def order(self):
        return {"do": "grant", "to": "group", "name": "first_line", "what": self.code, "member": None}, [
            "group", "grant", "first_line", self.code]

    def told(self):
        return "organisation/group-roles", {"group": "first_line", "role": self.role_name}


class RoleOfMember(RoleOfGroup):
    """A role granted to one member of a group."""

    record_type, model, service, holder = "member_role", MemberRole, member_role_service, "member"
    address = "/organisation/member-roles"
    cannot: ClassVar = {"import": "a membership has no name by which a cell could say which one is meant"}

    def holder_key(self, session):
        return session.execute(select(GroupMember.id).where(
            GroupMember.person_id == self.desk.cast.agent.person_id)).scalar()

    def order(self):
        return {"do": "grant", "to": "group", "name": "first_line", "what": self.code, "member": "agent"}, [
            "group", "grant", "first_line", self.code, "--member", "agent"]


class RoleOfUser(OfRole):
    """A role of a user's own."""

    record_type, field = "user", "roles"
    cannot: ClassVar = {
        "rest": "log-ins have no REST resource: who may make one could make a stronger one than themselves",
        "bulk": "the list of log-ins has no action over roles", "import": "no file makes or changes log-ins",
    }

    def expected(self):
        return "update", ["incident.role_agent"], sorted(["incident.role_agent", self.code])

    def make(self, session):
        super().make(session)
        self.own = role_ids("incident.role_agent")
        self.user = self.desk.cast.agent.user_id

    def present(self, session):
        return session.execute(select(assoc_user_role.c.role_id).where(
            assoc_user_role.c.role_id == self.role_id)).scalars().all()

    def page(self):
        return submit(self.desk.browser, f"/security/users/edit/{self.user}", username="agent", active="y",
                      language="en", roles=[*self.own, self.role_id])

    def order(self):
        return {"do": "grant", "to": "user", "name": "agent", "what": self.code, "member": None}, [
            "user", "grant", "agent", self.code]


SUBJECTS = (Priority, Status, Group, Owner, RightOfRole, RoleOfGroup, RoleOfMember, RoleOfUser)

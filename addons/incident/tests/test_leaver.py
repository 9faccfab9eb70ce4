"""Clearing a leaver: what is handed over is exactly what an oracle says, or nothing at all."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import session, system_scope
from app.organisation.clearance import HAND, KEEP, NONE, NotCleared, Wish, clearance_service, lines, open_lines
from app.organisation.models import Company, Department, GroupMember, Person, WorkGroup
from app.organisation.permissions import PERSON_LEAVE, PERSON_WRITE, WORK_GROUP_WRITE
from app.organisation.services import (
    company_contact_service,
    department_service,
    member_service,
    person_service,
)
from app.records.intervals import RecordInterval
from app.records.references import references_to
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField
from app.security.models import ApiToken, LoginSession
from app.security.services import token_service
from app.security.tokens import NewToken
from tests.support.people import (
    AGENT,
    csrf_token,
    log_in,
    make_actor,
    make_company,
    make_group,
    make_login,
    make_person,
)

EVERY = dict.fromkeys((
    "work_group.led", "work_group.deputy", "work_group.member", "person.reports", "department.head",
    "company.account_manager", "company.contact", "ticket.held", "ticket.called", "ticket.watched",
    "incident.on_behalf"), HAND)
# References to people that are no line: what is theirs alone, and what tells of the past.
NO_LINE = {("contact_method", "person_id"), ("person_skill", "person_id"), ("record_interval", "assignee_id"),
           ("anonymisation", "person_id"), ("signed_link", "person_id"), ("mail", "person_id"),
           ("work_entry", "person_id"), ("problem_review", "chair_id"),
           ("problem_review_participant", "person_id")}
LINES = {("company", "account_manager_id"), ("company_contact", "person_id"), ("department", "head_id"),
         ("group_member", "person_id"), ("incident", "on_behalf_of_id"), ("person", "manager_id"),
         ("problem_task", "assignee_id"), ("service", "owner_id"), ("ticket", "caller_id"),
         ("ticket", "assignee_id"), ("watcher", "person_id"), ("work_group", "lead_id")}


class Leaver:
    """Somebody who holds a bit of everything, and somebody who may take it over."""

    def __init__(self, desk):
        self.desk, self.person, self.group = desk, desk.agent_person, desk.group
        self.taker = make_person(name="Sun Li")
        member_service.create(SYSTEM, {"group": self.group, "person": self.taker})
        self.led = make_group(lead=self.person)
        self.report = make_person(manager=self.person)
        self.company = make_company(account_manager=self.person)
        self.department = department_service.create(
            SYSTEM, {"name": "Sales", "company": self.company, "head": self.person})
        self.contact = company_contact_service.create(
            SYSTEM, {"company": self.company, "person": self.person, "purpose": "key"})

    def ticket(self, state="assigned", assignee=None, **values):
        made = self.desk.incident_in(state, **values)
        if state not in ("new", "cancelled"):
            with session().no_autoflush:
                incident_service.get_for_update(made.id).assignee_id = (assignee or self.person).id
            session().flush()
        return made


@pytest.fixture
def leaver(desk):
    return Leaver(desk)


def columns(unit, *wanted):
    unit.flush()
    with system_scope():
        return [tuple(row) for row in unit.execute(select(*wanted).order_by(wanted[0]))]


def image(unit):
    return [columns(unit, *one) for one in (
        (Incident.id, Incident.assignee_id, Incident.caller_id, Incident.state, Incident.version),
        (GroupMember.id, GroupMember.group_id, GroupMember.person_id, GroupMember.role_in_group),
        (WorkGroup.id, WorkGroup.lead_id), (Department.id, Department.head_id),
        (Company.id, Company.account_manager_id), (Person.id, Person.manager_id, Person.is_active, Person.left_on))]


def test_every_reference_to_people_is_a_line_or_stays_on_purpose(unit):
    found = {(one.table.name, one.column.name) for one in references_to(Person)}
    assert found == LINES | NO_LINE


class TestClearing:
    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(states=st.lists(st.sampled_from(["assigned", "in_progress", "pending", "resolved"]), max_size=4),
           how=st.sampled_from([HAND, NONE, KEEP]))
    def test_open_tickets_go_as_the_oracle_says(self, unit, leaver, states, how):
        with unit.begin_nested() as savepoint:
            mine = [leaver.ticket(state) for state in states]
            others = [leaver.ticket("assigned", leaver.desk.specialist)]
            clearance_service.clear(SYSTEM, leaver.person.id, Wish(leaver.taker.id, {"ticket.held": how},
                                                                   deactivate=False))
            target = {HAND: leaver.taker.id, NONE: None, KEEP: leaver.person.id}[how]
            for state, ticket in zip(states, mine, strict=True):
                is_open = state != "resolved"
                assert ticket.assignee_id == (target if is_open else leaver.person.id)
                assert ticket.group_id == leaver.group.id
                if is_open and how != KEEP:
                    held = unit.execute(select(RecordInterval.assignee_id).where(
                        RecordInterval.record_id == ticket.id, RecordInterval.ended_at.is_(None))).scalar_one()
                    assert held == target
            assert others[0].assignee_id == leaver.desk.specialist.id
            savepoint.rollback()

    def test_all_lines_at_once(self, unit, leaver):
        held, called = leaver.ticket(), leaver.ticket("assigned", leaver.desk.specialist, caller=leaver.person)
        incident_service.watch(SYSTEM, called.id, leaver.person.id)
        moved = clearance_service.clear(SYSTEM, leaver.person.id, Wish(
            leaver.taker.id, EVERY, {"department.head": leaver.desk.specialist.id}, clock.now().date()))
        assert moved == {"work_group.led": 1, "work_group.member": 2, "person.reports": 1, "department.head": 1,
                         "company.account_manager": 1, "company.contact": 1, "ticket.held": 1, "ticket.called": 1,
                         "ticket.watched": 1}
        assert open_lines(leaver.person.id) == {}
        taker = leaver.taker.id
        assert (held.assignee_id, called.caller_id, leaver.report.manager_id) == (taker, taker, taker)
        assert (leaver.department.head_id, leaver.company.account_manager_id) == (leaver.desk.specialist.id, taker)
        assert (leaver.led.lead_id, leaver.contact.person_id) == (taker, taker)
        assert (leaver.person.is_active, leaver.person.left_on) == (False, clock.now().date())

    def test_the_successor_reports_upwards_and_not_to_themselves(self, unit, leaver):
        boss = make_person()
        person_service.update(SYSTEM, leaver.person.id, {"manager": boss})
        clearance_service.clear(SYSTEM, leaver.person.id, Wish(leaver.report.id, {"person.reports": HAND}))
        assert leaver.report.manager_id == boss.id

    def test_the_log_in_ends_with_sessions_and_keys(self, unit):
        login = make_login(AGENT, groups=[make_group()])
        with acting_as(login.actor):
            token_service.create(login.actor, NewToken("Script"))
        clearance_service.clear(SYSTEM, login.person_id, Wish())
        assert unit.get(Person, login.person_id).user.active is False
        assert unit.execute(select(ApiToken.id).where(ApiToken.revoked_at.is_(None))).all() == []
        assert unit.execute(select(LoginSession.id).where(LoginSession.ended_at.is_(None))).all() == []


class TestRefusals:
    def refused(self, unit, leaver, wish, error, actor=SYSTEM):
        before = image(unit)
        with acting_as(actor), pytest.raises(error) as refusal:
            clearance_service.clear(actor, leaver.person.id, wish)
        assert image(unit) == before
        return refusal.value

    def test_a_successor_who_is_not_in_the_group_is_told_beside_the_line(self, unit, leaver):
        leaver.ticket()
        told = self.refused(unit, leaver, Wish(leaver.desk.specialist.id, {
            "ticket.held": HAND, "person.reports": HAND}), NotCleared)
        assert set(told.fields) == {"ticket.held"}

    def test_what_needs_somebody_and_names_nobody(self, unit, leaver):
        assert set(self.refused(unit, leaver, Wish(None, {"department.head": HAND}), NotCleared).fields) == {
            "department.head"}

    def test_what_the_reader_may_not_see_or_write(self, unit, leaver):
        leaver.ticket()
        actor = make_actor(["person.read", PERSON_LEAVE, PERSON_WRITE, "department.read", "work_group.read"])
        told = self.refused(unit, leaver, Wish(leaver.taker.id, {
            "ticket.held": HAND, "department.head": HAND, "person.reports": HAND}), NotCleared, actor)
        assert set(told.fields) == {"ticket.held", "department.head"}

    def test_without_the_right(self, unit, leaver):
        self.refused(unit, leaver, Wish(), Forbidden, make_actor(["person.read", PERSON_WRITE]))

    def test_nobody_ends_somebody_with_more_rights(self, unit, leaver):
        admin = make_login("platform.role_user_administrator", groups=[make_group()])
        actor = make_actor(["person.read", "work_group.read", PERSON_LEAVE, PERSON_WRITE, WORK_GROUP_WRITE])
        with acting_as(actor), pytest.raises(Forbidden):
            clearance_service.clear(actor, admin.person_id, Wish())
        assert unit.get(Person, admin.person_id).is_active

    def test_oneself_the_leaver_and_days_ahead(self, unit, leaver):
        self.refused(unit, leaver, Wish(), Conflict, leaver.desk.actor(
            rights=("person.read", PERSON_LEAVE, PERSON_WRITE)))
        self.refused(unit, leaver, Wish(leaver.person.id), InvalidField)
        person_service.update(SYSTEM, leaver.taker.id, {"is_active": False})
        self.refused(unit, leaver, Wish(leaver.taker.id), InvalidField)
        self.refused(unit, leaver, Wish(left_on=clock.now().date() + timedelta(days=3)), InvalidField)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestPage:
    def test_it_shows_lines_and_refuses_beside_them(self, client, cast, incident):
        number = int(incident.rsplit("/", 1)[-1])
        log_in(client, cast.admin)
        url = f"/organisation/leaving/{cast.customer.person_id}"
        shown = client.get(url)
        assert f"/incident/incidents/show/{number}" in shown.text
        form = {"csrf_token": csrf_token(client, url), "deactivate": "y", "how_ticket-called": "hand"}
        assert "Say who takes this over" in client.post(url, data=form).text
        assert client.post(url, data={**form, "how_ticket-called": "keep"}).status_code == 302

    def test_an_agent_may_not(self, client, cast):
        log_in(client, cast.agent)
        assert client.get(f"/organisation/leaving/{cast.customer.person_id}").status_code in (302, 403)
        assert "organisation/leaving" not in client.get(f"/organisation/people/show/{cast.customer.person_id}").text


def test_lines_are_known(unit):
    assert set(EVERY) <= {line.key for line in lines()}

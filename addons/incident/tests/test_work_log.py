"""The work log: who logs what for whom, what follows of its own accord, what is refused, who sees it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from addons.incident import permissions as rights
from addons.incident.models import Incident
from addons.incident.services import closing_policy_service, incident_service
from addons.incident.services.quick import log_quickly
from addons.incident.tests.incident_helpers import AGENT_RIGHTS, value
from addons.ticket.models import Ticket, WorkEntry
from addons.ticket.permissions import WORK_ENTRY_EDIT_OTHERS, WORK_ENTRY_READ, WORK_ENTRY_WRITE
from addons.ticket.services import work_entry_service
from app.db import include_deleted, session
from app.records import timeline
from app.records.audit import AuditEntry
from app.records.lists import today
from app.records.settings import setting_service
from app.records.timeline import TimelineEntry
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, NotFound, Stale
from tests.support.people import make_actor, make_person

WORKER = (*AGENT_RIGHTS, WORK_ENTRY_READ, WORK_ENTRY_WRITE)
LEADER = (*WORKER, WORK_ENTRY_EDIT_OTHERS)
MINUTES = "work_minutes"


@pytest.fixture
def agent(desk):
    return desk.actor(rights=WORKER)


@pytest.fixture
def leader(desk):
    return make_actor(LEADER, person=make_person(name="Tang Hao"), user_id=4712, groups=(desk.group,))


def log(actor, incident, minutes=30, **values):
    with acting_as(actor):
        return work_entry_service.create(actor, {"ticket": incident.id, "minutes": minutes, **values})


def logged(unit):
    return unit.execute(select(WorkEntry.person_id, WorkEntry.minutes).order_by(WorkEntry.id)).all()


class TestLog:
    def test_what_nobody_says_is_as_usual(self, unit, desk, agent):
        entry = log(agent, desk.incident_in("assigned", kind="complaint"), 90)
        assert (entry.person_id, entry.group_id, entry.worked_on) == (desk.agent_person.id, desk.group.id, today())
        assert (entry.activity.code, entry.is_billable, entry.is_on_site) == ("remote", False, False)
        assert (entry.minutes, entry.ticket_kind, entry.note, entry.started_at) == (90, "complaint", None, None)

    def test_several_work_on_one_ticket(self, unit, desk, agent, leader):
        incident = desk.incident_in("assigned")
        log(agent, incident, 30)
        log(leader, incident, 45, person=desk.specialist.id)
        assert logged(unit) == [(desk.agent_person.id, 30), (desk.specialist.id, 45)]
        assert unit.execute(select(WorkEntry.group_id).where(
            WorkEntry.person_id == desk.specialist.id)).scalar_one() == desk.other.id

    def test_work_on_site_is_on_site(self, desk, agent):
        assert log(agent, desk.incident(), activity=value("ticket.work_activity", "on_site")).is_on_site

    def test_the_setting_says_what_is_billable(self, desk, agent):
        setting_service.change(SYSTEM, {"ticket.work_billable": True})
        assert log(agent, desk.incident()).is_billable
        assert not log(agent, desk.incident(), is_billable=False).is_billable

    def test_the_day_is_that_of_the_start(self, desk, agent):
        # One o'clock at night in Shanghai, where it is a day later than in London.
        start = datetime.combine(today() - timedelta(days=3), time(17), UTC)
        assert log(agent, desk.incident(), started_at=start).worked_on == today() - timedelta(days=2)

    @pytest.mark.parametrize(("field", "wrong"), [
        ("minutes", 0), ("minutes", 1441), ("minutes", None), ("minutes", True), ("worked_on", date(1999, 12, 31)),
        ("worked_on", "tomorrow"), ("started_at", "last week"), ("person", "another"), ("activity", "other list"),
    ])
    def test_refuses_beside_the_field_and_logs_nothing(self, unit, desk, agent, field, wrong):
        said = {"tomorrow": today() + timedelta(days=1), "last week": clock.now() - timedelta(days=7)}
        given = {"another": desk.specialist.id, "other list": value("ticket.impact", "high"), **said}.get(wrong, wrong)
        with pytest.raises(InvalidField) as refused:
            log(agent, desk.incident(), **{"worked_on": today(), field: given})
        assert set(refused.value.fields) == {field}
        assert logged(unit) == []

    def test_nobody_logs_for_whoever_does_not_work_here(self, unit, desk, leader):
        with pytest.raises(InvalidField) as refused:
            log(leader, desk.incident(), person=desk.caller.id)
        assert set(refused.value.fields) == {"person"}
        assert logged(unit) == []

    def test_needs_the_right(self, unit, desk):
        incident = desk.incident()
        with pytest.raises(Forbidden):
            log(desk.actor(rights=(*AGENT_RIGHTS, WORK_ENTRY_READ)), incident)
        assert logged(unit) == []

    @pytest.mark.parametrize("state", ["closed", "cancelled"])
    def test_a_closed_ticket_takes_work_of_leaders_only(self, unit, desk, agent, leader, state):
        incident = desk.incident_in(state)
        with pytest.raises(Conflict) as refused:
            log(agent, incident)
        assert set(refused.value.fields) == {"ticket"}
        assert logged(unit) == []
        assert log(leader, incident, person=desk.agent_person.id).minutes == 30


class TestChange:
    def test_ones_own(self, unit, desk, agent):
        entry = log(agent, desk.incident())
        with acting_as(agent):
            work_entry_service.update(agent, entry.id, {"minutes": 60, "note": "Cable"}, entry.version)
        assert (entry.minutes, entry.note, entry.person_id) == (60, "Cable", desk.agent_person.id)
        found = unit.execute(select(AuditEntry.field, AuditEntry.old, AuditEntry.new, AuditEntry.actor_id).where(
            AuditEntry.record_type == "work_entry", AuditEntry.action == "update").order_by(AuditEntry.field))
        assert [tuple(row) for row in found] == [("minutes", 30, 60, 4711), ("note", None, "Cable", 4711)]

    def test_refuses_a_version_that_is_gone(self, desk, agent):
        entry = log(agent, desk.incident())
        with acting_as(agent), pytest.raises(Stale):
            work_entry_service.update(agent, entry.id, {"minutes": 60}, entry.version - 1)
        assert entry.minutes == 30

    @pytest.mark.parametrize(("values", "field"), [
        ({"minutes": 0}, "minutes"), ({"ticket": "another"}, "ticket"), ({"person": "another"}, "person")])
    def test_refuses_beside_the_field(self, unit, desk, agent, values, field):
        incident, other = desk.incident(), desk.incident()
        entry = log(agent, incident)
        given = {"ticket": other.id, "person": desk.specialist.id}
        with acting_as(agent), pytest.raises(InvalidField) as refused:
            work_entry_service.update(agent, entry.id, {name: given.get(name, one) for name, one in values.items()})
        assert set(refused.value.fields) == {field}
        unit.refresh(entry)
        assert (entry.minutes, entry.ticket_id, entry.person_id) == (30, incident.id, desk.agent_person.id)

    def test_that_of_others_is_the_leaders(self, unit, desk, agent, leader):
        entry = log(leader, desk.incident(), person=desk.specialist.id)
        with acting_as(agent), pytest.raises(Forbidden):
            work_entry_service.update(agent, entry.id, {"minutes": 60})
        with acting_as(agent), pytest.raises(Forbidden):
            work_entry_service.delete(agent, entry.id)
        assert logged(unit) == [(desk.specialist.id, 30)]
        with acting_as(leader):
            work_entry_service.update(leader, entry.id, {"minutes": 60})
            work_entry_service.delete(leader, entry.id)
        assert logged(unit) == []
        with acting_as(leader):
            work_entry_service.restore(leader, entry.id)
        assert logged(unit) == [(desk.specialist.id, 60)]

    def test_once_the_ticket_is_closed_nobody_changes_their_own(self, unit, desk, agent):
        incident = desk.incident_in("resolved")
        entry = log(agent, incident)
        incident_service.transition(SYSTEM, incident.id, "close", {})
        with acting_as(agent), pytest.raises(Conflict):
            work_entry_service.update(agent, entry.id, {"minutes": 60})
        with acting_as(agent), pytest.raises(Conflict):
            work_entry_service.delete(agent, entry.id)
        assert logged(unit) == [(desk.agent_person.id, 30)]

    def test_what_the_ticket_is_follows_it(self, unit, desk, agent):
        entry = log(agent, desk.incident())
        incident_service.update(SYSTEM, entry.ticket_id, {"kind": "query"})
        unit.refresh(entry)
        assert entry.ticket_kind == "query"


class TestSeeing:
    def rows(self, actor):
        with acting_as(actor):
            found = session().execute(select(WorkEntry.id)).scalars().all()
            other = aliased(WorkEntry)
            for statement in (select(func.count()).select_from(WorkEntry), select(func.count(other.id)),
                              select(func.count(WorkEntry.id)).join(WorkEntry.ticket),
                              select(func.count(other.id)).join(Ticket, Ticket.id == other.ticket_id)):
                assert session().execute(statement).scalar_one() == len(found)
        return found

    def test_follows_the_ticket(self, unit, desk, agent):
        mine, theirs = log(agent, desk.incident(group=desk.group)), log(agent, desk.incident(group=desk.other))
        unit.flush()
        second = (*(one for one in WORKER if one != rights.INCIDENT_READ_ALL), rights.INCIDENT_READ_GROUPS)
        seen = make_actor(second, person=make_person(), user_id=1, groups=(desk.group,))
        assert self.rows(agent) == [mine.id, theirs.id]
        assert self.rows(seen) == [mine.id]
        incident_service.update(SYSTEM, mine.ticket_id, {"confidentiality": 2})
        assert self.rows(seen) == []
        with acting_as(seen), pytest.raises(NotFound):
            work_entry_service.update(seen, mine.id, {"minutes": 1})
        incident_service.update(SYSTEM, mine.ticket_id, {"confidentiality": 0})
        incident_service.delete(SYSTEM, mine.ticket_id, "Mistake")
        assert self.rows(seen) == []
        incident_service.restore(SYSTEM, mine.ticket_id)
        assert self.rows(seen) == [mine.id]

    def test_a_customer_sees_none_whatever_they_hold(self, desk, agent):
        log(agent, desk.incident())
        customer = make_actor((rights.INCIDENT_READ, rights.INCIDENT_WRITE, WORK_ENTRY_READ), person=desk.caller)
        assert self.rows(customer) == []

    def test_needs_its_right(self, desk, agent):
        log(agent, desk.incident())
        assert self.rows(desk.actor(rights=AGENT_RIGHTS)) == []


class TestPurge:
    def test_goes_with_its_ticket_and_by_itself(self, unit, desk, agent):
        incident, other = desk.incident(), desk.incident()
        log(agent, incident)
        alone, kept = log(agent, other), log(agent, other)
        work_entry_service.delete(SYSTEM, alone.id)
        work_entry_service.purge(SYSTEM, alone.id)
        incident_service.delete(SYSTEM, incident.id, "Mistake")
        incident_service.purge(SYSTEM, incident.id)
        with include_deleted():
            assert unit.execute(select(WorkEntry.id)).scalars().all() == [kept.id]


class TestMerge:
    def test_moves_the_work_and_an_undo_brings_it_back(self, unit, desk, agent):
        survivor, loser = desk.incident_in("assigned", kind="query"), desk.incident_in("assigned")
        kept, mine, gone = log(agent, survivor, 5), log(agent, loser, 30), log(agent, loser, 45)
        work_entry_service.delete(SYSTEM, gone.id)
        merger = make_actor((*AGENT_RIGHTS, rights.INCIDENT_MERGE), person=desk.agent_person, groups=(desk.group,))
        with acting_as(merger):  # who sees no work takes it along all the same
            made = incident_service.merge(merger, survivor.id, loser.id)
        assert self.where(unit) == [(kept.id, survivor.id, "query"), (mine.id, survivor.id, "query"),
                                    (gone.id, survivor.id, "query")]
        later = log(agent, survivor, 10)
        with acting_as(merger):
            incident_service.undo_merge(merger, made.id)
        assert self.where(unit) == [(kept.id, survivor.id, "query"), (mine.id, loser.id, "incident"),
                                    (gone.id, loser.id, "incident"), (later.id, survivor.id, "query")]
        told = select(AuditEntry.old, AuditEntry.new).where(
            AuditEntry.record_type == "work_entry", AuditEntry.record_id == mine.id, AuditEntry.field == "ticket_id",
            AuditEntry.action == "update").order_by(AuditEntry.id)
        assert [tuple(row) for row in unit.execute(told)] == [(loser.id, survivor.id), (survivor.id, loser.id)]
        with acting_as(agent):
            assert work_entry_service.update(agent, mine.id, {"minutes": 31}).minutes == 31

    @staticmethod
    def where(unit):
        with include_deleted():
            columns = (WorkEntry.id, WorkEntry.ticket_id, WorkEntry.ticket_kind)
            return [tuple(row) for row in unit.execute(select(*columns).order_by(WorkEntry.id))]


class TestBesideAText:
    def test_goes_into_the_log_of_who_writes(self, unit, desk, agent):
        incident = desk.incident_in("assigned")
        note = incident_service.add_note(agent, incident.id, "Cable changed", is_public=True, work_minutes="1:30")
        call = incident_service.add_call(agent, incident.id, "Asked", direction="out", minutes=3, work_minutes=5)
        incident_service.add_note(agent, incident.id, "Without", is_public=False)
        assert logged(unit) == [(desk.agent_person.id, 90), (desk.agent_person.id, 5)]
        kept = unit.execute(select(WorkEntry.id).order_by(WorkEntry.id)).scalars().all()
        assert [entry.data["work"] for entry in (note, call)] == kept

    @pytest.mark.parametrize("said", ["soon", 0, "25h", True, {"a": 1}])
    def test_what_is_wrong_is_named_and_nothing_is_said(self, unit, desk, agent, said):
        incident = desk.incident_in("assigned")
        with pytest.raises(InvalidField) as refused:
            incident_service.add_note(agent, incident.id, "Cable changed", is_public=True, work_minutes=said)
        assert list(refused.value.fields) == [MINUTES]
        assert (logged(unit), self.said(unit, incident)) == ([], 0)

    def test_needs_the_right_and_a_ticket_that_takes_work(self, unit, desk, agent):
        closed, incident = desk.incident_in("closed"), desk.incident_in("assigned")
        with pytest.raises(Forbidden):
            incident_service.add_note(desk.agent, incident.id, "x", is_public=False, work_minutes=5)
        with pytest.raises(Conflict) as refused:
            incident_service.add_note(agent, closed.id, "x", is_public=False, work_minutes=5)
        assert list(refused.value.fields) == [MINUTES]
        assert (logged(unit), self.said(unit, incident), self.said(unit, closed)) == ([], 0, 0)

    def test_a_copy_of_the_text_says_no_time(self, desk, agent):
        incident = desk.incident_in("assigned")
        note = incident_service.add_note(agent, incident.id, "Cable", is_public=False, work_minutes=5)
        made = incident_service.split(SYSTEM, incident.id, "Cable", {note.id}, set())
        copied = [one for one in timeline.entries(session(), "incident", made.id) if one.kind == "note"]
        assert [(one.body, "work" in (one.data or {})) for one in copied] == [("Cable", False)]

    @staticmethod
    def said(unit, incident):
        statement = select(func.count(TimelineEntry.id)).where(
            TimelineEntry.record_id == incident.id, TimelineEntry.kind.in_(("note", "reply")))
        return unit.execute(statement).scalar_one()


class TestResolve:
    @pytest.fixture
    def needed(self, desk):
        setting_service.change(SYSTEM, {"incident.work_needed": True})

    def resolve(self, desk, actor, incident, **more):
        with acting_as(actor):
            return incident_service.transition(actor, incident.id, "resolve", {**desk.values_of("resolve"), **more})

    @pytest.mark.parametrize(("said", "minutes"), [(90, 90), ("1h30", 90), ("", None), (None, None)])
    def test_takes_the_minutes_along(self, unit, desk, agent, said, minutes):
        incident = desk.incident_in("assigned")
        assert self.resolve(desk, agent, incident, **{MINUTES: said}).state == "resolved"
        assert logged(unit) == ([(desk.agent_person.id, minutes)] if minutes else [])

    @pytest.mark.parametrize("said", ["soon", 0, 1.5, "25h", [1]])
    def test_refuses_minutes_that_are_none(self, unit, desk, agent, said):
        incident = desk.incident_in("assigned")
        with pytest.raises(BusinessError) as refused:
            self.resolve(desk, agent, incident, **{MINUTES: said})
        assert set(refused.value.fields) == {MINUTES}
        assert (incident.state, logged(unit)) == ("assigned", [])

    def test_waits_for_work_where_it_is_needed(self, unit, desk, agent, needed):
        incident = desk.incident_in("assigned")
        for said in ({}, {MINUTES: ""}):
            with pytest.raises(InvalidField) as refused:
                self.resolve(desk, agent, incident, **said)
            assert set(refused.value.fields) == {MINUTES}
        assert (incident.state, incident.resolved_at, logged(unit)) == ("assigned", None, [])
        assert self.resolve(desk, agent, incident, **{MINUTES: 5}).state == "resolved"

    def test_the_work_of_a_colleague_is_enough_and_what_was_removed_is_none(self, desk, agent, leader, needed):
        incident = desk.incident_in("assigned")
        entry = log(leader, incident, person=desk.specialist.id)
        work_entry_service.delete(SYSTEM, entry.id)
        with pytest.raises(InvalidField):
            self.resolve(desk, agent, incident)
        work_entry_service.restore(SYSTEM, entry.id)
        assert self.resolve(desk, agent, incident).state == "resolved"

    def test_the_nearest_policy_decides(self, desk, agent, needed):
        below = value("ticket.category", "hardware.computer")
        closing_policy_service.create(SYSTEM, {
            "category": value("ticket.category", "hardware"), "mode": "desk", "work": "free"})
        assert self.resolve(desk, agent, desk.incident_in("assigned", category=below)).state == "resolved"
        closing_policy_service.create(SYSTEM, {"category": below, "mode": "ask", "work": None})
        assert self.resolve(desk, agent, desk.incident_in("assigned", category=below)).state == "resolved"
        with pytest.raises(InvalidField):
            self.resolve(desk, agent, desk.incident_in("assigned"))

    def test_the_quick_log_takes_the_minutes(self, unit, desk, agent, needed):
        values = {"title": "Jam", "caller": desk.caller.id, **desk.values_of("resolve")}
        with acting_as(agent), pytest.raises(InvalidField) as refused:
            log_quickly(agent, "t1", values, "solve")
        assert (set(refused.value.fields), unit.execute(select(Incident.id)).first()) == ({MINUTES}, None)
        with acting_as(agent):
            assert log_quickly(agent, "t2", {**values, MINUTES: 5}, "solve").incident.state == "resolved"
        assert logged(unit) == [(desk.agent_person.id, 5)]

    def test_what_is_resolved_along_needs_none_of_its_own(self, desk, needed):
        link = desk.actor(rights=(*WORKER, rights.INCIDENT_LINK))
        parent, child = desk.incident_in("assigned"), desk.incident_in("assigned")
        with acting_as(link):
            incident_service.link(link, parent.id, "child", child.id)
        self.resolve(desk, link, parent, resolve_children=True, **{MINUTES: 5})
        assert (parent.state, child.state) == ("resolved", "resolved")

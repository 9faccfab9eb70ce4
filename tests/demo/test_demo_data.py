"""Demo data: all that comes in is known, all of it goes again, and nothing real goes with it."""

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.addon_system.removal import take_demo_out
from app.db import Model, db, unit_of_work
from app.demo.services import demo_service
from app.organisation.contacts import ContactMethod
from app.organisation.models import Company, Department, Person, WorkGroup
from app.organisation.services import department_service, member_service, person_service
from app.records import audit, timeline
from app.records.custom.models import CustomField
from app.records.demo.bringing import CAUSE, bringing
from app.records.demo.models import DemoRecord
from app.records.services import canned_reply_service
from app.records.settings import setting_service
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.sdk.errors import Conflict, Forbidden
from tests.support.people import PASSWORD, make_actor

# What only ever grows: audit is never taken back, rights and jobs count on.
GROWING = {"audit_entry", "outbox_message", "rights_epoch"}
OURS = ("platform", "incident", "problem", "incident_problem")
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def rows():
    """Return {table: its rows} of the whole database."""
    found = {}
    with db.engine.connect() as connection:
        for name, table in Model.metadata.tables.items():
            if name not in GROWING:
                found[name] = sorted(map(repr, connection.execute(select(table)).all()))
    return found


def bring():
    with unit_of_work(write=True), acting_as(SYSTEM):
        return demo_service.bring(SYSTEM, PASSWORD)


def test_what_comes_in_goes_again_row_by_row(context, cast):
    with unit_of_work(write=True), acting_as(SYSTEM):
        setting_service.change(SYSTEM, {"security.default_language": "zh"})
    before = rows()
    accounts = bring()
    between = rows()
    with unit_of_work() as session, acting_as(SYSTEM):
        state = demo_service.state(SYSTEM)
        known = {(one.table_name, one.record_id) for one in session.execute(select(DemoRecord)).scalars()}
        states = dict(session.execute(select(Incident.state, func.count()).group_by(Incident.state)).all())
        real = session.execute(select(Incident.id).where(~Incident.number.startswith("DEMO-"))).all()
        said = session.execute(select(timeline.TimelineEntry.is_public).distinct()).scalars().all()
        labels = set(session.execute(select(ContactMethod.label)).scalars()) - {None}
    assert (ours(state.brought), state.missing) == (list(OURS), [])
    assert (state.counts["incident"], state.counts["person"], len(accounts)) == (150, 42, 8)
    assert set(states) == {"new", "assigned", "in_progress", "pending", "resolved", "closed", "cancelled"}
    assert sorted(said) == [False, True]
    assert labels == {"分机"}
    assert real == []
    # Every new row of a table of records is known to be demo.
    for name in ("company", "department", "site", "person", "work_group", "group_member", "ticket", "work_entry",
                 "ab_user",
                 "contact_method", "calendar", "picklist", "picklist_value", "custom_field", "saved_filter"):
        new = len(between[name]) - len(before[name])
        assert new == sum(one == name for one, _key in known) > 0, name
    with unit_of_work(write=True), acting_as(SYSTEM), pytest.raises(Conflict):
        demo_service.bring(SYSTEM, PASSWORD)
    assert rows() == between
    with unit_of_work(write=True), acting_as(SYSTEM):
        done = demo_service.remove(SYSTEM)
    assert (done.staying, done.going) == ([], state.counts)
    after = rows()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    with unit_of_work(write=True), acting_as(SYSTEM), pytest.raises(Conflict):
        demo_service.remove(SYSTEM)


def test_what_is_real_stays_and_what_it_named_is_told(context, cast):
    bring()
    admin = cast.admin.actor
    with unit_of_work(write=True) as session, acting_as(admin, via="ui"):
        caller = session.execute(select(Person).where(Person.employee_number == "DEMO-1003")).scalar_one()
        company = session.execute(select(Company).where(Company.code == "DEMO-HENGTAI")).scalar_one()
        group = session.execute(select(WorkGroup).where(WorkGroup.code == "demo_network")).scalar_one()
        field = session.execute(select(CustomField).where(CustomField.code == "demo_work_place")).scalar_one()
        mine = incident_service.create(admin, {"title": "Real", "caller": caller})
        place = department_service.create(admin, {"name": "Real department", "company": company})
        member_service.create(admin, {"group": group, "person": cast.agent.person_id})
        person_service.update(admin, cast.agent.person_id, {"custom_fields": {"demo_work_place": "home"}})
        touched, noted, other = session.execute(select(Incident).where(
            Incident.number.startswith("DEMO-"), Incident.state == "new").order_by(Incident.id).limit(3)).scalars()
        incident_service.update(admin, touched.id, {"title": "Somebody works with it"})
        timeline.add_note(session, noted, "Mine", is_public=False)
        people = Actor(user_id=session.execute(select(User.id).where(User.username == "demo-agent")).scalar_one(),
                       label="Li Na", permissions=admin.permissions)
        with acting_as(people, via="ui"):
            incident_service.update(people, other.id, {"title": "Playing"})
        keys = {"mine": mine.id, "place": place.id, "company": company.id, "other": other.id,
                "stay": {touched.id, noted.id}, "group": group.id, "field": field.id, "caller": caller.name}
    with unit_of_work(write=True), acting_as(admin, via="ui"):
        done = demo_service.remove(admin)
    assert {(one.record_type, one.id, one.why) for one in done.staying} >= {
        *(("incident", key, "changed") for key in keys["stay"]), ("work_group", keys["group"], "used"),
        ("custom_field", keys["field"], "used")}
    assert {one.record_type for one in done.staying} == {
        "incident", "work_group", "custom_field", "picklist_value", "picklist"}
    with unit_of_work() as session, acting_as(SYSTEM):
        kept = session.get_one(Incident, keys["mine"])
        assert (kept.title, kept.caller_id, kept.company_id) == ("Real", None, None)
        told = {entry.field: entry.old for entry in audit.entries(session, "incident", kept.id)}
        assert told["caller_id"] == keys["caller"]
        assert session.get_one(Department, keys["place"]).company_id is None
        assert session.get(Company, keys["company"]) is None
        assert set(session.execute(select(Incident.id)).scalars()) == {kept.id, *keys["stay"]}
        assert session.execute(select(User.id).where(User.username.startswith("demo-"))).all() == []
        assert session.execute(select(DemoRecord.id)).all() == []


def ours(units):
    """The names of those that this test knows: another addon's demo data change nothing of it."""
    return [unit.name for unit in units if unit.name in OURS]


@SQLITE
def test_who_may_not_changes_nothing_and_a_unit_goes_alone(context, cast):
    before = rows()
    for actor in (cast.manager.actor, make_actor(["demo.read"]), make_actor()):
        with unit_of_work(write=True), acting_as(actor), pytest.raises(Forbidden):
            demo_service.bring(actor, PASSWORD)
    assert rows() == before
    bring()
    before = rows()
    for actor in (cast.manager.actor, make_actor(["demo.read"])):
        with unit_of_work(write=True), acting_as(actor), pytest.raises(Forbidden):
            demo_service.remove(actor)
    assert rows() == before
    with acting_as(SYSTEM):
        take_demo_out(["incident"])
        with unit_of_work() as session:
            state = demo_service.state(SYSTEM)
            assert session.execute(select(Incident.id)).all() == []
            assert session.execute(select(Person.id).where(
                Person.user_id.is_not(None), Person.employee_number.startswith("DEMO-"))).all() == []
    assert (ours(state.brought), ours(state.missing)) == (["platform", "problem", "incident_problem"], ["incident"])
    assert len(bring()) == 8


@SQLITE
def test_what_it_changed_of_others_is_put_back_unless_somebody_changed_it_since(context, cast):
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        one, two = (canned_reply_service.create(SYSTEM, {"name": {"en": name}, "text": {"en": "Hello"}})
                    for name in ("One", "Two"))
        with acting_as(Actor.system(CAUSE), cause=CAUSE), bringing(session, "platform"):
            for reply in (one, two):
                canned_reply_service.update(SYSTEM, reply.id, {"is_active": False, "sequence": 70})
        canned_reply_service.update(SYSTEM, two.id, {"sequence": 80})
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        demo_service.remove(SYSTEM)
        assert [(reply.is_active, reply.sequence) for reply in (one, two) if session.refresh(reply) is None] == [
            (True, 10), (True, 80)]


@SQLITE
def test_an_addon_that_comes_later_brings_its_part_where_there_are_demo_data(context, cast):
    before = rows()
    with unit_of_work(write=True), acting_as(SYSTEM):
        assert demo_service.bring_along() == []
    assert rows() == before
    bring()
    later = {"problem", "incident_problem"}
    with unit_of_work(write=True), acting_as(SYSTEM):
        demo_service.remove(SYSTEM, later)
    with unit_of_work(write=True), acting_as(SYSTEM):
        assert set(demo_service.bring_along()) == later
    with unit_of_work(write=True), acting_as(SYSTEM):
        assert demo_service.bring_along() == []
        assert demo_service.state(SYSTEM).counts["problem"] > 0
        demo_service.remove(SYSTEM)
    after = rows()
    assert {name for name in before if before[name] != after[name]} == set()

"""Notes, tags and watchers; what is not for the customer."""

import pytest
from sqlalchemy import select

from addons.incident import permissions as rights
from addons.incident.services import incident_service
from app.records import tags
from app.records.links import Watcher
from app.records.timeline import entries
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField
from tests.support.people import make_actor


def customer_of(desk):
    return make_actor([rights.INCIDENT_READ, rights.INCIDENT_WRITE], person=desk.caller, user_id=99)


def test_a_customer_writes_public_replies_only(unit, desk):
    incident, customer = desk.incident(), customer_of(desk)
    with acting_as(customer):
        with pytest.raises(Forbidden):
            incident_service.add_note(customer, incident.id, "psst", is_public=False)
        incident_service.add_note(customer, incident.id, "Still broken", is_public=True)
    with acting_as(desk.agent):
        incident_service.add_note(desk.agent, incident.id, "Difficult customer", is_public=False)
    assert [(one.kind, one.body) for one in entries(unit, "incident", incident.id)] == [
        ("note", "Difficult customer"), ("reply", "Still broken")]
    assert [one.body for one in entries(unit, "incident", incident.id, public_only=True)] == ["Still broken"]


def test_an_empty_note_is_refused(unit, desk):
    incident = desk.incident()
    with pytest.raises(InvalidField) as refused:
        incident_service.add_note(SYSTEM, incident.id, "  \n", is_public=False)
    assert (set(refused.value.fields), entries(unit, "incident", incident.id)) == ({"body"}, [])


def test_tags_are_words_without_double(unit, desk):
    incident = desk.incident()
    assert incident_service.set_tags(SYSTEM, incident.id, [" VIP ", "vip", "two  words", ""]) == ["two words", "vip"]
    incident_service.set_tags(SYSTEM, incident.id, ["vip", "new"])
    assert tags.of_record(unit, "incident", incident.id) == ["new", "vip"]


@pytest.mark.parametrize("names", [["x" * 41], [f"t{number}" for number in range(21)]])
def test_too_long_or_too_many_tags(unit, desk, names):
    incident = desk.incident()
    with pytest.raises(InvalidField):
        incident_service.set_tags(SYSTEM, incident.id, names)
    assert tags.of_record(unit, "incident", incident.id) == []


class TestWatch:
    def watchers(self, unit, incident):
        statement = select(Watcher.person_id).where(Watcher.record_id == incident.id)
        return set(unit.execute(statement).scalars())

    def test_oneself_without_the_right_to_edit(self, unit, desk):
        incident, reader = desk.incident(), desk.actor(rights.INCIDENT_WRITE)
        with acting_as(reader):
            incident_service.watch(reader, incident.id)
            incident_service.watch(reader, incident.id)
            assert self.watchers(unit, incident) == {desk.agent_person.id}
            with pytest.raises(Forbidden):
                incident_service.watch(reader, incident.id, desk.caller.id)
            incident_service.unwatch(reader, incident.id)
        assert self.watchers(unit, incident) == set()

    def test_somebody_else(self, unit, desk):
        incident = desk.incident()
        incident_service.watch(desk.agent, incident.id, desk.specialist.id)
        assert self.watchers(unit, incident) == {desk.specialist.id}

    def test_a_log_in_without_person_cannot(self, desk):
        incident = desk.incident()
        with pytest.raises(Conflict):
            incident_service.watch(SYSTEM, incident.id)

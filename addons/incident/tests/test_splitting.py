"""Splitting and cloning: what goes along, what does not, and what only some may."""

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.permissions import INCIDENT_LINK, INCIDENT_SEE_INTERNAL, INCIDENT_SPLIT, INCIDENT_WRITE
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import AGENT_RIGHTS, value
from app.db import session
from app.records import attachments, timeline
from app.records.services import picklist_value_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden, InvalidField

SPLITTING = (*AGENT_RIGHTS, INCIDENT_SPLIT, INCIDENT_LINK)


@pytest.fixture
def agent(desk):
    return desk.actor(rights=SPLITTING)


@pytest.fixture
def talk(desk, agent):
    """An incident with a reply, a note with a picture and two files; (it, reply, note, picture, paper)."""
    ticket = desk.incident_in("in_progress", impact=value("ticket.impact", "high"), description="Jam and noise")
    with acting_as(agent):
        reply = incident_service.add_note(agent, ticket.id, "And it is loud", is_public=True)
        picture = attachments.add(session(), ticket, "noise.png", b"\x89PNG\r\n\x1a\n")
        note = incident_service.add_note(agent, ticket.id, f"See ![noise](attachment:{picture.id})", is_public=False)
        paper = attachments.add(session(), ticket, "bill.txt", b"42", is_public=True)
    return ticket, reply, note, picture, paper


def bodies(ticket):
    return [one.body for one in timeline.entries(session(), "incident", ticket.id) if one.kind in ("note", "reply")]


def files(ticket):
    return attachments.of_record(session(), "incident", ticket.id)


class TestSplitting:
    @pytest.mark.parametrize("is_moved", [False, True])
    def test_takes_along_what_is_picked_and_its_pictures(self, desk, agent, talk, is_moved):
        ticket, _reply, note, picture, _paper = talk
        with acting_as(agent):
            made = incident_service.split(agent, ticket.id, "Noise", [note.id], [], is_moved=is_moved)
        assert (made.caller_id, made.impact_id, made.state, made.title, made.group_id) == (
            ticket.caller_id, ticket.impact_id, "new", "Noise", None)
        (copy,) = files(made)
        assert (copy.sha256, copy.name, bodies(made)) == (
            picture.sha256, "noise.png", [f"See ![noise](attachment:{copy.id})"])
        assert (len(bodies(ticket)), len(files(ticket))) == ((1, 1) if is_moved else (2, 2))
        (link,) = incident_service.relations(made, with_hidden=True)
        assert (link.link.role.code, link.row.id) == ("split_from", ticket.id)

    def test_is_refused_without_its_right_or_for_what_is_not_there(self, desk, agent, talk):
        ticket, reply, note, picture, _paper = talk
        elsewhere = incident_service.add_note(agent, desk.incident().id, "Other", is_public=True)
        before = session().execute(select(Incident.id)).scalars().all()
        with pytest.raises(Forbidden):
            incident_service.split(desk.agent, ticket.id, "x", [reply.id], [])
        outside = desk.actor(INCIDENT_SEE_INTERNAL, rights=SPLITTING)
        for who, entries, attached, field in ((agent, [], [], "entries"), (agent, [elsewhere.id], [], "entries"),
                                              (agent, [], [10**9], "files"), (outside, [note.id], [], "entries"),
                                              (outside, [], [picture.id], "files")):
            with pytest.raises(InvalidField) as refused:
                incident_service.split(who, ticket.id, "x", entries, attached)
            assert list(refused.value.fields) == [field]
        assert session().execute(select(Incident.id)).scalars().all() == before


class TestCloning:
    def test_begins_as_the_other_did_and_lives_its_own_life(self, desk, agent, talk):
        ticket = talk[0]
        made = incident_service.clone(agent, ticket.id, {"title": "Again"})
        assert (made.title, made.description, made.caller_id, made.impact_id, made.priority_id) == (
            "Again", "Jam and noise", ticket.caller_id, ticket.impact_id, ticket.priority_id)
        assert (made.state, made.assignee_id, files(made), bodies(made)) == ("new", None, [], [])
        assert [one.link.role.code for one in incident_service.relations(made, with_hidden=True)] == ["related"]
        assert incident_service.relations(incident_service.clone(agent, ticket.id, {}, is_linked=False),
                                          with_hidden=True) == []

    def test_leaves_out_what_is_offered_no_more(self, desk, agent):
        ticket = desk.incident(symptom=value("incident.symptom", "slow"))
        picklist_value_service.update(SYSTEM, ticket.symptom_id, {"is_active": False})
        assert incident_service.clone(agent, ticket.id, {}).symptom_id is None

    def test_needs_the_right_to_write(self, desk, agent):
        ticket = desk.incident()
        with pytest.raises(Forbidden):
            incident_service.clone(desk.actor(INCIDENT_WRITE, rights=SPLITTING), ticket.id, {})

    def test_a_child_has_its_parent_at_once(self, desk, agent):
        parent = desk.incident_in("assigned")
        made = incident_service.add_child(agent, parent.id, {"title": "One part", "group": desk.group.id})
        assert [(one.link.role.code, one.row.id) for one in incident_service.relations(made, with_hidden=True)] == [
            ("parent", parent.id)]
        assert (made.caller_id, made.state) == (parent.caller_id, "assigned")

"""Merging incidents: the survivor goes on with all that hung on the other, which says where; and back for 30 days."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.incident.permissions import INCIDENT_MERGE, INCIDENT_READ_ALL
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import AGENT_RIGHTS
from addons.ticket.services.mail_facts import ticket_facts
from addons.ticket.services.merged import survivor_of
from app.db import session
from app.notify.models import Notice
from app.records import attachments, intervals, timeline
from app.records.links import RecordLink, Watcher
from app.records.taking_back import Changed
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, NotFound
from tests.support.people import AGENT, CUSTOMER, make_company, make_login, make_person

MERGING = (*AGENT_RIGHTS, INCIDENT_MERGE)
OPEN_STATES = ("new", "assigned", "in_progress", "pending", "resolved")


@pytest.fixture
def merger(desk):
    return desk.actor(rights=MERGING)


def links():
    found = select(RecordLink.kind, RecordLink.source_id, RecordLink.target_id)
    return {tuple(row) for row in session().execute(found)}


def watchers(ticket):
    return set(session().execute(select(Watcher.person_id).where(Watcher.record_id == ticket.id)).scalars())


class TestMerging:
    @pytest.mark.parametrize("state", OPEN_STATES)
    def test_ends_the_loser_and_says_where_it_goes_on(self, desk, merger, state):
        winner, loser = desk.incident_in("assigned"), desk.incident_in(state)
        number = loser.number
        made = incident_service.merge(merger, winner.id, loser.id)
        assert (loser.state, loser.number, loser.deleted_at, winner.state) == ("cancelled", number, None, "assigned")
        assert (made.winner_name, made.loser_name) == (winner.number, number)
        found = incident_service.merged_away(loser)
        assert (found.node.id, incident_service.merged_away(winner)) == (winner.id, None)
        assert incident_service.merged_parts(winner) == {loser.id: number}

    @pytest.mark.parametrize(("winner", "loser"), [("closed", "assigned"), ("cancelled", "assigned"),
                                                   ("assigned", "closed"), ("assigned", "cancelled")])
    def test_not_into_or_of_what_is_over(self, desk, merger, winner, loser):
        one, other = desk.incident_in(winner), desk.incident_in(loser)
        with pytest.raises(Conflict):
            incident_service.merge(merger, one.id, other.id)
        assert (one.state, other.state, links()) == (winner, loser, set())

    def test_not_by_who_may_not_nor_with_itself_nor_what_is_hidden(self, desk, merger):
        one, other = desk.incident(group=desk.group), desk.incident(group=desk.other)
        with pytest.raises(Forbidden):
            incident_service.merge(desk.agent, one.id, other.id)
        with pytest.raises(InvalidField):
            incident_service.merge(merger, one.id, one.id)
        with pytest.raises(InvalidField):
            incident_service.merge(merger, one.id, other.id, ["title"])
        narrow = desk.actor(INCIDENT_READ_ALL, rights=(*MERGING, "incident.read_groups"))
        with acting_as(narrow), pytest.raises(NotFound):
            incident_service.merge(narrow, one.id, other.id)
        assert (one.state, other.state) == ("assigned", "assigned")

    def test_offers_what_is_likely_and_nothing_that_would_be_refused(self, desk, merger):
        desk.caller.company, words = make_company(), {"title": "Printer on floor 3 jams"}
        person, stranger = make_person(company=desk.caller.company), make_person()
        loser = desk.incident(**words)
        far = desk.incident(title="VPN", caller=stranger.id)
        colleague = desk.incident(title="Scanner", caller=person.id)
        mine, both = desk.incident(title="Mouse"), desk.incident(**words)
        solved, over = desk.incident_in("resolved", **words), desk.incident_in("closed", **words)
        new = desk.incident(title="Phone", caller=stranger.id)
        with acting_as(merger):
            found = [row.id for row in incident_service.merge_targets([loser.id])]
            assert found == [both.id, mine.id, colleague.id, new.id, far.id, solved.id]
            assert [row.id for row in incident_service.merge_targets([loser.id], "printer")] == [both.id, solved.id]
            assert over.id not in {row.id for row in incident_service.merge_targets([loser.id, both.id], over.number)}
        incident_service.link(SYSTEM, both.id, "parent", loser.id)
        with acting_as(merger):
            assert solved.id not in {row.id for row in incident_service.merge_targets([loser.id])}

    def test_the_step_alone_is_refused(self, desk, merger):
        one = desk.incident()
        with pytest.raises(Conflict):
            incident_service.transition(merger, one.id, "merge", {"reason": "x"})
        assert one.state == "new"

    def test_gives_links_watchers_and_caller_to_the_survivor(self, desk, merger):
        winner, loser, third, child = (desk.incident_in("assigned") for _ in range(4))
        somebody, other_caller = make_login(CUSTOMER), make_login(CUSTOMER)
        loser.caller_id = other_caller.person_id
        for person_id in (somebody.person_id, make_person().id):
            incident_service.watch(SYSTEM, loser.id, person_id)
        for role, other in (("related", winner), ("blocks", third), ("child", child)):
            incident_service.link(SYSTEM, loser.id, role, other.id)
        incident_service.link(SYSTEM, winner.id, "blocks", third.id)
        incident_service.merge(merger, winner.id, loser.id)
        assert links() == {("blocks", winner.id, third.id), ("parent", child.id, winner.id),
                           ("merged", loser.id, winner.id)}
        # Who has no log-in is told of the loser alone: nobody could ask what of the winner they may read.
        assert watchers(winner) == {somebody.person_id, other_caller.person_id}

    def test_shows_what_was_said_and_attached_there_as_well(self, desk, merger):
        winner, loser = desk.incident(), desk.incident()
        with acting_as(merger):
            said = incident_service.add_note(merger, loser.id, "It smokes", is_public=True)
            file = attachments.add(session(), loser, "smoke.txt", b"grey")
            incident_service.merge(merger, winner.id, loser.id)
            parts = incident_service.merged_parts(winner)
            entries = timeline.entries(session(), "incident", winner.id, parts=parts)
            assert said.id in {one.id for one in entries}
            assert [one.id for one in attachments.of_record(session(), "incident", winner.id, parts)] == [file.id]
        narrow = desk.actor(INCIDENT_READ_ALL, rights=(*MERGING, "incident.read_groups"))
        with acting_as(narrow):
            assert incident_service.merged_parts(winner) == {}

    def test_a_reply_to_the_loser_reaches_the_survivor_and_its_end_the_loser(self, desk, merger):
        holder, first, second = make_login(AGENT, groups=[desk.group]), make_login(CUSTOMER), make_login(CUSTOMER)
        winner, loser = desk.incident_in("assigned", caller=first.person_id), desk.incident(caller=second.person_id)
        winner.assignee_id = holder.person_id
        incident_service.merge(merger, winner.id, loser.id)
        session().connection().execute(Notice.__table__.delete())
        incident_service.add_note(SYSTEM, loser.id, "Still smokes", is_public=True)
        told = session().execute(select(Notice.user_id, Notice.record_id).where(Notice.kind == "ticket.replied")).all()
        assert sorted(map(tuple, told)) == sorted([(holder.user_id, winner.id), (second.user_id, loser.id)])
        # Neither before the desk that owns it tells its customers, nor twice.
        incident_service.transition(merger, winner.id, "resolve", desk.values_of("resolve"))
        resolved = select(Notice.user_id, Notice.record_id, Notice.number).where(Notice.kind == "ticket.resolved")
        assert session().execute(resolved).all() == []
        incident_service.transition(SYSTEM, winner.id, "tell", {})
        told = session().execute(resolved).all()
        assert sorted(map(tuple, told)) == sorted([(first.user_id, winner.id, 1), (second.user_id, loser.id, 1)])
        # Who reads of the loser only is told of the solution all the same.
        assert ticket_facts("incident", loser.id, {}).rich["solution"] == winner.solution

    def test_goes_on_through_a_chain(self, desk, merger):
        one, two, three = desk.incident(), desk.incident(), desk.incident()
        incident_service.merge(merger, two.id, one.id)
        incident_service.merge(merger, three.id, two.id)
        assert (survivor_of(one.id), incident_service.merged_parts(three)) == (
            three.id, {one.id: one.number, two.id: two.number})


class TestUndoing:
    def test_puts_all_back(self, desk, merger):
        winner, loser, third, child = (desk.incident_in("pending") for _ in range(4))
        loser.caller_id = make_person().id
        for role, other in (("related", winner), ("blocks", third), ("child", child)):
            incident_service.link(SYSTEM, loser.id, role, other.id)
        before = (links(), loser.state, loser.pending_reason, loser.closed_at)
        made = incident_service.merge(merger, winner.id, loser.id)
        incident_service.undo_merge(merger, made.id)
        assert (links(), loser.state, loser.pending_reason, loser.closed_at) == before
        assert (watchers(winner), incident_service.merged_away(loser)) == (set(), None)
        rows = intervals.intervals(session(), "incident", loser.id)
        assert [row.state for row in rows][-2:] == ["cancelled", "pending"]
        with pytest.raises(Conflict):
            incident_service.undo_merge(merger, made.id)

    def test_only_the_rest_where_something_is_in_the_way(self, desk, merger):
        winner, loser, parent = (desk.incident_in("assigned") for _ in range(3))
        incident_service.link(SYSTEM, loser.id, "blocks", parent.id)
        made = incident_service.merge(merger, winner.id, loser.id)
        moved = session().execute(select(RecordLink.id).where(RecordLink.kind == "blocks")).scalar_one()
        incident_service.unlink(SYSTEM, winner.id, moved)
        incident_service.link(SYSTEM, parent.id, "blocks", loser.id)
        with pytest.raises(Changed):
            incident_service.undo_merge(merger, made.id)
        assert loser.state == "cancelled"
        incident_service.undo_merge(merger, made.id, rest=True)
        assert (loser.state, links()) == ("assigned", {("blocks", parent.id, loser.id)})

    def test_for_thirty_days_and_by_who_may(self, desk, merger):
        winner, loser = desk.incident(), desk.incident()
        made = incident_service.merge(merger, winner.id, loser.id)
        with pytest.raises(Forbidden):
            incident_service.undo_merge(desk.agent, made.id)
        made.merged_at = clock.now() - timedelta(days=31)
        session().flush()
        with pytest.raises(Conflict):
            incident_service.undo_merge(merger, made.id)
        assert loser.state == "cancelled"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_undone_at_once_all_is_as_it_was(desk, data):
    """Whatever hangs on two tickets: merged and taken back, their links are those of before, and the loser lives on."""
    with session().begin_nested() as savepoint:
        tickets = [desk.incident_in(data.draw(st.sampled_from(("new", "assigned", "pending")))) for _ in range(4)]
        place = st.integers(0, 3)
        kinds = st.sampled_from(("parent", "duplicate_of", "blocks", "related"))
        for one, role, other in data.draw(st.lists(st.tuples(place, kinds, place), max_size=8)):
            try:
                incident_service.link(SYSTEM, tickets[one].id, role, tickets[other].id)
            except BusinessError:
                continue
        before, loser = links(), tickets[1]
        state = (loser.state, loser.pending_reason, loser.group_id)
        made = incident_service.merge(SYSTEM, tickets[0].id, loser.id)
        assert [link for link in links() if loser.id in link[1:]] == [("merged", loser.id, tickets[0].id)]
        incident_service.undo_merge(SYSTEM, made.id)
        assert (links(), (loser.state, loser.pending_reason, loser.group_id)) == (before, state)
        savepoint.rollback()

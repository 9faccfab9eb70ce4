"""Parents and children: who may end before whom, and that each child ends once, with one word to its caller."""

import pytest
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from addons.incident.models.closing_policy import ASK
from addons.incident.permissions import INCIDENT_ASSIGN, INCIDENT_LINK, INCIDENT_READ_ALL
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import AGENT_RIGHTS, value
from addons.ticket.jobs import end_family
from addons.ticket.services import family
from app.db import session
from app.jobs.models import OutboxMessage
from app.notify.models import Notice
from app.records import timeline
from app.records.settings import setting_service
from app.records.timeline import TimelineEntry
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, MissingFields
from app.web.happened import happened
from tests.support.people import CUSTOMER, make_login

LINKING = (*AGENT_RIGHTS, INCIDENT_LINK)
ALL_STATES = ("new", "assigned", "in_progress", "pending", "resolved", "closed", "cancelled")


@pytest.fixture
def linker(desk):
    return desk.actor(rights=LINKING)


def below(parent, *children):
    for child in children:
        incident_service.link(SYSTEM, child.id, "parent", parent.id)
    return parent


def resolve(desk, actor, ticket, **more):
    return incident_service.transition(actor, ticket.id, "resolve", {**desk.values_of("resolve"), **more})


def times_resolved(ticket):
    steps = session().execute(select(TimelineEntry.data).where(
        TimelineEntry.record_id == ticket.id, TimelineEntry.kind == "transition")).scalars()
    return sum(step["target"] == "resolved" for step in steps)


class TestAParent:
    @pytest.mark.parametrize("state", ALL_STATES)
    def test_waits_for_whatever_is_open(self, desk, linker, state):
        parent = desk.incident_in("in_progress")
        below(parent, desk.incident_in(state))
        if state in ("resolved", "closed", "cancelled"):
            assert resolve(desk, linker, parent).state == "resolved"
            return
        with pytest.raises(Conflict) as refused:
            resolve(desk, linker, parent)
        assert (refused.value.code, list(refused.value.fields)) == ("open_children", ["resolve_children"])
        assert parent.state == "in_progress"

    def test_is_not_closed_over_a_child_that_was_reopened(self, desk, linker):
        child = desk.incident_in("resolved")
        parent = below(desk.incident_in("assigned"), child)
        resolve(desk, linker, parent)
        incident_service.transition(linker, child.id, "reopen", {"reason": "Again"})
        with pytest.raises(Conflict):
            incident_service.transition(linker, parent.id, "close", {"resolve_children": True})
        assert parent.state == "resolved"

    def test_may_be_cancelled_and_reopened_by_itself(self, desk, linker):
        child, other = desk.incident_in("assigned"), desk.incident_in("assigned")
        incident_service.transition(linker, below(desk.incident_in("assigned"), child).id, "cancel", {"reason": "No"})
        parent = below(desk.incident_in("assigned"), other)
        resolve(desk, linker, parent, resolve_children=True)
        incident_service.transition(linker, parent.id, "reopen", {"reason": "Again"})
        assert (child.state, other.state) == ("assigned", "resolved")

    def test_gives_its_children_what_it_has(self, desk, linker):
        child, grandchild = desk.incident_in("pending"), desk.incident_in("new")
        parent = below(desk.incident_in("in_progress"), below(child, grandchild))
        resolve(desk, linker, parent, resolve_children=True, cause_code=value("incident.cause_code", "network"))
        for one in (parent, child, grandchild):
            assert (one.state, one.solution, one.resolution_code.code, one.cause_code.code, times_resolved(one)) == (
                "resolved", "Paper taken out", "solved", "network", 1)
        assert grandchild.group_id == child.group_id

    def test_ends_with_all_of_them_or_not_at_all(self, desk):
        one, other = desk.incident_in("assigned"), desk.incident_in("new")
        parent = below(desk.incident_in("assigned"), one, other)
        without = desk.actor(INCIDENT_ASSIGN, rights=LINKING)
        with pytest.raises(Conflict) as refused:
            resolve(desk, without, parent, resolve_children=True)
        assert refused.value.message.startswith(other.number)
        assert [one.state, other.state, parent.state] == ["assigned", "new", "assigned"]

    def test_is_kept_by_a_child_that_is_hidden_and_not_named(self, desk):
        hidden = desk.incident(group=desk.other)
        parent = below(desk.incident_in("assigned"), hidden)
        narrow = desk.actor(INCIDENT_READ_ALL, rights=(*LINKING, "incident.read_groups"))
        with acting_as(narrow):
            for more in ({}, {"resolve_children": True}):
                with pytest.raises(Conflict) as refused:
                    resolve(desk, narrow, parent, **more)
                assert hidden.number not in refused.value.message
        assert (parent.state, hidden.state) == ("assigned", "assigned")

    def test_gives_its_solution_to_duplicates_where_that_is_chosen(self, desk, linker):
        twin, left = desk.incident_in("assigned"), desk.incident_in("assigned")
        original, other = desk.incident_in("assigned"), desk.incident_in("assigned")
        incident_service.link(SYSTEM, twin.id, "duplicate_of", original.id)
        incident_service.link(SYSTEM, left.id, "duplicate_of", other.id)
        resolve(desk, linker, original, resolve_duplicates=True)
        resolve(desk, linker, other)
        assert (twin.state, twin.solution, left.state) == ("resolved", "Paper taken out", "assigned")


class TestManyChildren:
    @pytest.fixture
    def large(self, desk, linker, monkeypatch):
        """A parent whose children are too many to end at once."""
        monkeypatch.setattr(family, "AT_ONCE", 1)
        children = [desk.incident_in("assigned") for _ in range(3)]
        return below(desk.incident_in("assigned"), *children), children

    def job(self):
        return session().execute(select(OutboxMessage.payload).where(
            OutboxMessage.name == "ticket.end_family").order_by(OutboxMessage.id)).scalars().all()[-1]

    def test_end_in_the_background_and_then_the_parent(self, desk, linker, large):
        parent, children = large
        with acting_as(SYSTEM):
            resolve(desk, SYSTEM, parent, resolve_children=True)
            assert {one.state for one in (parent, *children)} == {"assigned"}
            payload = self.job()
            for _again in range(2):  # a worker that died before it could say that it was done
                end_family(payload)
        assert [(one.state, times_resolved(one)) for one in (parent, *children)] == [("resolved", 1)] * 4

    def test_are_asked_for_what_is_missing_first(self, desk, large):
        with pytest.raises(MissingFields):
            incident_service.transition(SYSTEM, large[0].id, "resolve", {"resolve_children": True})

    def test_what_is_refused_is_told_and_not_tried_for_ever(self, desk, large):
        parent, children = large
        who = make_login(CUSTOMER)  # has no right to resolve by the time that the job runs
        with acting_as(SYSTEM):
            resolve(desk, SYSTEM, parent, resolve_children=True)
            end_family({**self.job(), "user_id": who.user_id})
            told = session().execute(select(Notice).where(Notice.user_id == who.user_id)).scalars().all()
            entry = timeline.entries(session(), "incident", parent.id)[0]
        assert ([one.kind for one in told], parent.state, {one.state for one in children}) == (
            ["ticket.family_stuck"], "assigned", {"assigned"})
        # Each reader reads it in their language, whatever the job speaks.
        for spoken, words in (("en", "does not exist"), ("zh", "不存在")):
            with force_locale(spoken):
                assert words in happened(entry)
            assert words in told[0].params["why"][spoken]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_family_each_open_one_ends_once(desk, data):
    """A tree of tickets in any states: those open ends once each, with one notice to its caller; the others never."""
    with session().begin_nested() as savepoint:
        caller = make_login(CUSTOMER)
        # The first log-in brings a service desk, which would have to tell the caller itself.
        setting_service.change(SYSTEM, {"incident.closing": ASK})
        states = data.draw(st.lists(st.sampled_from(ALL_STATES), min_size=1, max_size=4))
        parent = desk.incident_in("in_progress", caller=caller.person_id)
        tree = [parent]
        for state in states:
            child = desk.incident_in(state, caller=caller.person_id)
            above = data.draw(st.sampled_from(tree))
            try:
                incident_service.link(SYSTEM, child.id, "parent", above.id)
                tree.append(child)
            except Conflict:
                continue
        before = {one.id: (one.state, times_resolved(one)) for one in tree}
        session().connection().execute(Notice.__table__.delete())
        resolve(desk, SYSTEM, parent, resolve_children=True)
        told = dict(session().execute(select(Notice.record_id, func.sum(Notice.number)).where(
            Notice.kind == "ticket.resolved").group_by(Notice.record_id)).all())
        for one in tree:
            state, times = before[one.id]
            was_open = state in ("new", "assigned", "in_progress", "pending")
            assert times_resolved(one) == times + was_open
            assert told.get(one.id, 0) == int(was_open)
            assert one.state == ("resolved" if was_open else state)
        savepoint.rollback()

"""Links of incidents: every kind from both ends, never in a circle, told to both, and no word of what is hidden."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from addons.incident.permissions import INCIDENT_LINK, INCIDENT_READ_ALL
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import AGENT_RIGHTS
from addons.ticket.services import graph
from app.db import session
from app.records.audit import AuditEntry
from app.records.link_roles import DIRECTED, OFFERED, ROLES
from app.records.links import RecordLink
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, NotFound

LINKING = (*AGENT_RIGHTS, INCIDENT_LINK)


@pytest.fixture
def linker(desk):
    return desk.actor(rights=LINKING)


def roles(ticket, *, with_hidden=True):
    return [(one.link.role.code, one.row.id if one.row else None)
            for one in incident_service.relations(ticket, with_hidden=with_hidden)]


def number_of_links():
    return session().execute(select(func.count(RecordLink.id))).scalar()


class TestLinking:
    @pytest.mark.parametrize("role", OFFERED, ids=lambda one: one.code)
    def test_reads_right_from_both_ends_and_is_told_in_both_histories(self, desk, linker, role):
        one, other = desk.incident(), desk.incident()
        made = incident_service.link(linker, one.id, role.code, other.id)
        assert (roles(one), roles(other)) == ([(role.code, other.id)], [(role.opposite, one.id)])
        told = session().execute(select(AuditEntry.record_id, AuditEntry.field, AuditEntry.new).where(
            AuditEntry.field.like("link_%"))).all()
        assert sorted(map(tuple, told)) == sorted([(one.id, f"link_{role.code}", other.id),
                                                   (other.id, f"link_{role.opposite}", one.id)])
        incident_service.unlink(linker, other.id, made.id)
        assert (roles(one), roles(other)) == ([], [])

    @pytest.mark.parametrize("role", OFFERED, ids=lambda one: one.code)
    def test_once_and_not_the_other_way_round(self, desk, linker, role):
        one, other = desk.incident(), desk.incident()
        incident_service.link(linker, one.id, role.code, other.id)
        for again in ((one, role.code, other), (other, role.opposite, one), (other, role.code, one)):
            with pytest.raises(Conflict):
                incident_service.link(linker, again[0].id, again[1], again[2].id)
        assert number_of_links() == 1

    @pytest.mark.parametrize("kind", ["", "merged_into", "split_from", "friend"])
    def test_of_no_kind_that_nobody_offers(self, desk, linker, kind):
        one, other = desk.incident(), desk.incident()
        with pytest.raises(InvalidField):
            incident_service.link(linker, one.id, kind, other.id)

    def test_with_itself_or_with_nothing(self, desk, linker):
        one = desk.incident()
        for other in (one.id, 10**9):
            with pytest.raises(InvalidField) as refused:
                incident_service.link(linker, one.id, "related", other)
            assert list(refused.value.fields) == ["other"]

    def test_needs_its_right(self, desk):
        one, other = desk.incident(), desk.incident()
        made = incident_service.link(SYSTEM, one.id, "related", other.id)
        for change in (lambda: incident_service.link(desk.agent, one.id, "blocks", other.id),
                       lambda: incident_service.unlink(desk.agent, one.id, made.id)):
            with pytest.raises(Forbidden):
                change()
        assert roles(one) == [("related", other.id)]


class TestWalls:
    def test_what_is_hidden_is_not_linked_named_or_taken_away(self, desk):
        own, foreign = desk.incident(group=desk.group), desk.incident(group=desk.other)
        made = incident_service.link(SYSTEM, own.id, "parent", foreign.id)
        third = desk.incident(group=desk.other)
        narrow = desk.actor(INCIDENT_READ_ALL, rights=(*LINKING, "incident.read_groups"))
        with acting_as(narrow):
            shown = incident_service.relations(own, with_hidden=True)
            assert [(one.link.role.code, one.row) for one in shown] == [("parent", None)]
            assert incident_service.relations(own, with_hidden=False) == []
            with pytest.raises(InvalidField):
                incident_service.link(narrow, own.id, "related", third.id)
            with pytest.raises(NotFound):
                incident_service.link(narrow, foreign.id, "related", own.id)
            with pytest.raises(Conflict):
                incident_service.unlink(narrow, own.id, made.id)
        assert number_of_links() == 1

    def test_what_has_no_addon_any_more_is_text_and_may_go(self, desk, linker):
        one = desk.incident()
        session().add(RecordLink(kind="related", source_type="incident", source_id=one.id, source_label="x",
                                 target_type="gone", target_id=7, target_label="OLD7 Disk"))
        session().flush()
        shown = incident_service.relations(one, with_hidden=True)[0]
        assert (shown.row, shown.is_gone, shown.link.label) == (None, True, "OLD7 Disk")
        incident_service.unlink(linker, one.id, shown.link.id)
        assert roles(one) == []

    def test_a_confidential_one_leaves_its_number_only(self, desk):
        one, other = desk.incident(), desk.incident(title="Dismissal of somebody", confidentiality=1)
        made = incident_service.link(SYSTEM, one.id, "related", other.id)
        assert {made.source_label, made.target_label} == {str(one), other.number}


class TestFamilies:
    def test_one_parent_only(self, desk, linker):
        child, one, other = desk.incident(), desk.incident(), desk.incident()
        incident_service.link(linker, child.id, "parent", one.id)
        with pytest.raises(Conflict):
            incident_service.link(linker, other.id, "child", child.id)
        assert roles(child) == [("parent", one.id)]

    def test_goes_so_deep_and_no_deeper(self, desk, linker):
        chain = [desk.incident() for _ in range(graph.MAX_LEVELS + 1)]
        for above, below in itertools.pairwise(chain[:-1]):
            incident_service.link(linker, below.id, "parent", above.id)
        with pytest.raises(Conflict):
            incident_service.link(linker, chain[-1].id, "parent", chain[-2].id)
        with pytest.raises(Conflict):
            incident_service.link(linker, chain[0].id, "parent", chain[-1].id)

    @pytest.mark.parametrize("state", ["resolved", "closed", "cancelled"])
    def test_nothing_open_hangs_on_what_is_over(self, desk, linker, state):
        parent, child = desk.incident_in(state), desk.incident()
        with pytest.raises(Conflict):
            incident_service.link(linker, child.id, "parent", parent.id)
        incident_service.link(linker, desk.incident_in("closed").id, "parent", parent.id)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_walk_comes_back_to_where_it_began(desk, data):
    """Whatever people try, in whatever order: along no kind of link does a ticket reach itself."""
    with session().begin_nested() as savepoint:
        tickets = [desk.incident() for _ in range(4)]
        place = st.integers(0, len(tickets) - 1)
        tried = st.tuples(place, st.sampled_from([one.code for one in OFFERED]), place)
        for one, role, other in data.draw(st.lists(tried, max_size=10)):
            try:
                incident_service.link(SYSTEM, tickets[one].id, role, tickets[other].id)
            except BusinessError:
                continue
        for kind in DIRECTED:
            edges = session().execute(select(RecordLink.source_id, RecordLink.target_id).where(
                RecordLink.kind == kind)).all()
            left = {tuple(edge) for edge in edges}
            while sinks := {edge for edge in left if edge[1] not in {source for source, _target in left}}:
                left -= sinks
            assert left == set(), kind
        parents = session().execute(select(RecordLink.source_id).where(RecordLink.kind == "parent")).scalars().all()
        assert len(parents) == len(set(parents))
        savepoint.rollback()


def test_every_role_has_its_opposite():
    assert all(ROLES[ROLES[code].opposite].opposite == code for code in ROLES)

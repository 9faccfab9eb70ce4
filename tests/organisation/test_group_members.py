"""Leads are members, members move, hidden groups stay hidden, and a group that holds work is not switched off."""

import pytest
from sqlalchemy import select

from addons.incident.services import incident_service
from app.organisation.models import GroupMember, MemberRole, WorkGroup
from app.organisation.permissions import WORK_GROUP_READ, WORK_GROUP_WRITE
from app.organisation.services import member_role_service, member_service, site_service, work_group_service
from app.organisation.skills import PersonSkill, person_skill_service
from app.records.ending import Choice
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden, InvalidField
from tests.support.people import AGENT, add_member, make_actor, make_company, make_group, make_person, role_ids


def positions(unit, group):
    places = select(GroupMember.person_id, GroupMember.role_in_group)
    rows = unit.execute(places.where(GroupMember.group_id == group.id))
    return dict(map(tuple, rows.all()))


class TestLead:
    def test_whoever_leads_a_group_is_in_it(self, unit):
        first, second = make_person(), make_person()
        group = make_group(lead=first)
        assert positions(unit, group) == {first.id: "lead"}
        work_group_service.update(SYSTEM, group.id, {"lead": second})
        assert positions(unit, group) == {first.id: "member", second.id: "lead"}
        work_group_service.update(SYSTEM, group.id, {"lead": None})
        assert positions(unit, group) == {first.id: "member", second.id: "member"}

    def test_a_member_who_becomes_lead_leads(self, unit):
        first, second = make_person(), make_person()
        group = make_group(second, lead=first)
        member = unit.execute(select(GroupMember).where(GroupMember.person_id == second.id)).scalar_one()
        member_service.update(SYSTEM, member.id, {"role_in_group": "lead"})
        assert (group.lead_id, positions(unit, group)) == (second.id, {first.id: "member", second.id: "lead"})
        member_service.update(SYSTEM, member.id, {"role_in_group": "deputy", "sequence": 1})
        assert (group.lead_id, member.sequence) == (None, 1)

    def test_whoever_goes_leads_no_more(self, unit):
        person = make_person()
        group = make_group(lead=person)
        member = unit.execute(select(GroupMember).where(GroupMember.group_id == group.id)).scalar_one()
        member_service.delete(SYSTEM, member.id)
        assert group.lead_id is None


class TestMoving:
    def test_somebody_moves_without_their_own_roles(self, unit):
        person, here, there = make_person(), make_group(), make_group()
        member = add_member(here, person)
        member_role_service.create(SYSTEM, {"member": member, "role": role_ids(AGENT)[0]})
        made = member_service.transfer(SYSTEM, member.id, there.id)
        assert (made.group_id, made.role_in_group, positions(unit, here)) == (there.id, "member", {})
        assert unit.execute(select(MemberRole.id)).first() is None

    def test_not_to_where_they_are(self, unit):
        person, here, there = make_person(), make_group(), make_group()
        member = add_member(here, person)
        add_member(there, person)
        for group in (here, there):
            with pytest.raises(InvalidField) as refused:
                member_service.transfer(SYSTEM, member.id, group.id)
            assert set(refused.value.fields) == {"group"}
        assert set(positions(unit, here)) == set(positions(unit, there)) == {person.id}

    def test_needs_the_right(self, unit):
        person, here, there = make_person(), make_group(), make_group()
        member = add_member(here, person)
        reader = make_actor([WORK_GROUP_READ, "person.read"])
        with acting_as(reader), pytest.raises(Forbidden):
            member_service.transfer(reader, member.id, there.id)
        assert set(positions(unit, here)) == {person.id}


class TestWhoSeesIt:
    @pytest.mark.parametrize(("visibility", "seen"), [
        ("everybody", {"own", "above", "stranger", "keeper"}), ("parent", {"own", "above", "keeper"}),
        ("members", {"own", "keeper"}),
    ])
    def test_as_the_group_says(self, unit, visibility, seen):
        above, other = make_group(), make_group()
        group = make_group(visibility=visibility, parent=above)
        readers = {"own": make_actor([WORK_GROUP_READ], groups=[group], user_id=1),
                   "above": make_actor([WORK_GROUP_READ], groups=[above], user_id=2),
                   "stranger": make_actor([WORK_GROUP_READ], groups=[other], user_id=3),
                   "keeper": make_actor([WORK_GROUP_READ, WORK_GROUP_WRITE], user_id=4)}
        found = set()
        for name, reader in readers.items():
            with acting_as(reader):
                if unit.execute(select(WorkGroup.id).where(WorkGroup.id == group.id)).first():
                    found.add(name)
        assert found == seen


@pytest.mark.parametrize(("values", "field"), [({"visibility": "nobody"}, "visibility")])
def test_refused(unit, values, field):
    with pytest.raises(InvalidField) as refused:
        make_group(**values)
    assert set(refused.value.fields) == {field}


def test_a_group_works_from_a_place_of_ours(unit):
    ours, theirs = make_company(kind="own"), make_company()
    home, away = (site_service.create(SYSTEM, {"name": one.name, "company": one}) for one in (ours, theirs))
    assert make_group(site=home).site_id == home.id
    with pytest.raises(InvalidField) as refused:
        make_group(site=away)
    assert set(refused.value.fields) == {"site"}


def test_a_group_that_holds_open_work_is_not_switched_off(unit):
    group, other = make_group(), make_group()
    made = incident_service.create(SYSTEM, {"title": "Printer", "caller_id": make_person().id, "group_id": group.id})
    for attempt in (lambda: work_group_service.update(SYSTEM, group.id, {"is_active": False}),
                    lambda: work_group_service.delete(SYSTEM, group.id, "Closed", Choice("deactivate"))):
        with pytest.raises(InvalidField) as refused:
            attempt()
        assert (set(refused.value.fields), group.is_active) == ({"is_active"}, True)
    incident_service.transition(SYSTEM, made.id, "cancel", {"reason": "by mistake"})
    work_group_service.update(SYSTEM, group.id, {"is_active": False})
    work_group_service.delete(SYSTEM, other.id, "Closed", Choice("deactivate"))
    assert (group.is_active, other.is_active) == (False, False)


def test_skills_are_of_the_list_and_once_a_person(unit):
    person = make_person()
    person_skill_service.create(SYSTEM, {"person": person, "skill": "network", "level": 3})
    for values, field in (({"skill": "network"}, "skill"), ({"skill": "juggling"}, "skill"),
                          ({"skill": "linux", "level": 9}, "level")):
        with pytest.raises(InvalidField) as refused, unit.begin_nested():
            person_skill_service.create(SYSTEM, {"person": person, **values})
        assert set(refused.value.fields) & {field, "person_id"}
    assert len(unit.execute(select(PersonSkill.id)).all()) == 1

"""Work groups, their members and their roles; nobody hands out rights that they lack."""

import pytest
from sqlalchemy import func, select

from app.organisation.models import GroupMember, GroupRole
from app.organisation.permissions import WORK_GROUP_READ, WORK_GROUP_WRITE
from app.organisation.services import (
    group_role_service,
    member_role_service,
    member_service,
    work_group_service,
)
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField
from app.security.permissions import ROLE_WRITE, USER_READ, USER_WRITE
from tests.support.people import AGENT, add_member, make_actor, make_group, make_person, role_ids

ADMIN, USER_ADMIN = "platform.role_admin", "platform.role_user_administrator"


def count(unit, model):
    return unit.execute(select(func.count()).select_from(model)).scalar()


@pytest.mark.parametrize(("values", "field"), [
    ({"support_line": 4}, "support_line"), ({"assignment_mode": "dice"}, "assignment_mode"),
    ({"capacity": -1}, "capacity"),
    ({"name": {"en": " ", "zh": ""}}, "name"), ({"code": "twice"}, "code"),
])
def test_refused(unit, values, field):
    make_group(code="twice")
    with pytest.raises(InvalidField) as refused:
        make_group(**values)
    assert set(refused.value.fields) == {field}


def test_sorts_in_both_languages(unit):
    group = make_group(name={"en": "Network", "zh": "网络组"})
    assert (group.sort_en, group.sort_zh) == ("network", "wang3 luo4 zu3")


def test_a_group_with_members_is_not_deleted(unit):
    group, person = make_group(), make_person()
    member = add_member(group, person)
    with pytest.raises(Conflict):
        work_group_service.delete(SYSTEM, group.id, "Split")
    member_service.delete(SYSTEM, member.id)
    work_group_service.delete(SYSTEM, group.id, "Split")


def test_nobody_is_a_member_twice(unit):
    group, person = make_group(), make_person()
    add_member(group, person)
    with pytest.raises(InvalidField):
        add_member(group, person)
    assert count(unit, GroupMember) == 1


def test_a_position_is_one_of_three(unit):
    member = add_member(make_group(), make_person())
    with pytest.raises(InvalidField) as refused:
        member_service.update(SYSTEM, member.id, {"role_in_group": "king"})
    assert (set(refused.value.fields), member.role_in_group) == ({"role_in_group"}, "member")


class TestRoles:
    def test_granting_needs_its_own_right(self, unit):
        group, keeper = make_group(), make_actor([WORK_GROUP_READ, WORK_GROUP_WRITE])
        with acting_as(keeper), pytest.raises(Forbidden):
            group_role_service.create(keeper, {"group": group, "role": role_ids(AGENT)[0]})
        assert count(unit, GroupRole) == 0

    @pytest.mark.parametrize(("held", "role", "allowed"), [
        ([ROLE_WRITE], AGENT, True), ([ROLE_WRITE], USER_ADMIN, False),
        ([ROLE_WRITE, USER_READ, USER_WRITE], USER_ADMIN, False),  # the role reads roles, too
        ([ROLE_WRITE], ADMIN, False),
    ])
    def test_nobody_grants_administration_they_lack(self, unit, held, role, allowed):
        group = make_group()
        member = add_member(group, make_person())
        actor = make_actor([WORK_GROUP_READ, WORK_GROUP_WRITE, "person.read", *held])
        for service, values in ((group_role_service, {"group": group}), (member_role_service, {"member": member})):
            with acting_as(actor):
                if allowed:
                    service.create(actor, {**values, "role": role_ids(role)[0]})
                else:
                    with pytest.raises(Forbidden):
                        service.create(actor, {**values, "role": role_ids(role)[0]})

    def test_joining_a_group_is_granting_its_roles(self, unit):
        group, friend = make_group(), make_person()
        group_role_service.create(SYSTEM, {"group": group, "role": role_ids(ADMIN)[0]})
        keeper = make_actor([WORK_GROUP_READ, WORK_GROUP_WRITE, "person.read", USER_READ, USER_WRITE])
        with acting_as(keeper), pytest.raises(Forbidden):
            member_service.create(keeper, {"group": group, "person": friend})
        assert count(unit, GroupMember) == 0

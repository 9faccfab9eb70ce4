"""Roles: named sets of rights that an administrator may change, within what they hold themselves."""

import pytest
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select

from app.organisation.services import group_role_service
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.confidentiality import HIGHEST, NORMAL
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields
from app.security.models import RoleProfile
from app.security.permissions import ROLE_READ, ROLE_WRITE
from app.security.services import role_service
from tests.support.people import AGENT, actor_of, make_actor, make_group, make_login


def profile(unit, code):
    return unit.execute(select(RoleProfile).where(RoleProfile.code == code)).scalar_one()


def made(**values):
    return role_service.create(SYSTEM, {"code": "helper", "label": {"en": "Helper", "zh": "助手"},
                                        "permissions": ["incident.read", "company.read"], **values})


def test_a_role_of_ones_own(unit):
    role = made()
    assert (str(role), role.addon, role.is_self_service) == ("助手", "", False)
    assert role_service.permissions_of(role) == ["company.read", "incident.read"]


@pytest.mark.parametrize(("values", "wrong", "field"), [
    ({"code": AGENT}, InvalidField, "code"), ({"code": "Admin"}, InvalidField, "code"),
    ({"code": ""}, MissingFields, "code"), ({"label": {"en": "", "zh": ""}}, InvalidField, "label"),
    ({"permissions": ["incident.fly"]}, InvalidField, "permissions"),
    ({"code": "x" * 65}, InvalidField, "code"),
])
def test_refused_and_nothing_is_left(unit, values, wrong, field):
    before = unit.execute(select(Role.id)).scalars().all()
    with pytest.raises(wrong) as refused:
        made(**values)
    assert set(refused.value.fields) == {field}
    assert unit.execute(select(Role.id)).scalars().all() == before


def test_changing_what_a_role_allows_is_audited_and_holds_at_once(unit):
    login = make_login(AGENT, groups=[make_group()])
    role = profile(unit, AGENT)
    before = role_service.permissions_of(role)
    role_service.update(SYSTEM, role.id, {"permissions": ["incident.read"]})
    assert actor_of(login.user_id).permissions == {"incident.read"}
    entry = unit.execute(select(AuditEntry).where(AuditEntry.record_type == "role_profile",
                                                  AuditEntry.field == "permissions")).scalar_one()
    assert (entry.old, entry.new) == (before, ["incident.read"])


def test_the_administrators_role_stays_as_it_is(unit):
    role = profile(unit, "platform.role_admin")
    for values in ({"permissions": ["incident.read"]}, {"is_self_service": True}):
        with pytest.raises(Conflict):
            role_service.update(SYSTEM, role.id, values)
    assert "user.write" in role_service.permissions_of(role)


def test_nobody_puts_administration_they_lack_into_a_role(unit):
    role, keeper = made(), make_actor([ROLE_READ, ROLE_WRITE])
    with acting_as(keeper):
        with pytest.raises(Forbidden):
            role_service.update(keeper, role.id, {"permissions": ["incident.read", "user.write"]})
        assert role_service.permissions_of(role) == ["company.read", "incident.read"]
        role_service.update(keeper, role.id, {"permissions": ["incident.write", "role.read"]})
    assert role_service.permissions_of(role) == ["incident.write", "role.read"]


class TestDelete:
    def test_of_ones_own(self, unit):
        role = made()
        role_service.delete(SYSTEM, role.id)
        assert unit.execute(select(Role.id).where(Role.name == "helper")).first() is None

    def test_not_a_shipped_one(self, unit):
        for code in (AGENT, "platform.role_admin"):
            with pytest.raises(Conflict):
                role_service.delete(SYSTEM, profile(unit, code).id)

    def test_not_a_granted_one(self, unit):
        role = made()
        group_role_service.create(SYSTEM, {"group": make_group(), "role": role.role_id})
        with pytest.raises(Conflict):
            role_service.delete(SYSTEM, role.id)


def test_clearance_is_set_within_ones_own_and_holds_at_once(unit):
    role, login = made(is_self_service=True), make_login("helper", groups=[make_group()])
    assert actor_of(login.user_id).clearance == NORMAL
    actor = make_actor([ROLE_READ, ROLE_WRITE])
    with acting_as(actor), pytest.raises(Forbidden):
        role_service.update(actor, role.id, {"clearance": HIGHEST})
    with pytest.raises(InvalidField):
        role_service.update(SYSTEM, role.id, {"clearance": 7})
    assert actor_of(login.user_id).clearance == NORMAL
    role_service.update(SYSTEM, role.id, {"clearance": HIGHEST})
    assert actor_of(login.user_id).clearance == HIGHEST
    group = make_group()
    actor = make_actor(["work_group.read", "work_group.write", ROLE_READ, ROLE_WRITE])
    with acting_as(actor), pytest.raises(Forbidden):
        group_role_service.create(actor, {"group": group.id, "role": role.role_id})
    assert unit.execute(select(AuditEntry.new).where(AuditEntry.field == "clearance")).scalars().all() == [HIGHEST]

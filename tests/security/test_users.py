"""Log-ins: in a group or for customers only, never stronger than whoever makes them."""

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select
from werkzeug.security import check_password_hash

from app.organisation.models import GroupMember, Person
from app.organisation.services import member_service, work_group_service
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields
from app.security.models import UserPreference
from app.security.permissions import ROLE_READ, USER_READ, USER_WRITE
from app.security.services import user_service
from tests.support.people import (
    AGENT,
    CUSTOMER,
    PASSWORD,
    actor_of,
    make_actor,
    make_administrator,
    make_group,
    make_login,
    make_person,
    role_ids,
)

USER_ADMIN = "platform.role_user_administrator"
KEEPER = [USER_READ, USER_WRITE, ROLE_READ, "work_group.read", "work_group.write", "person.read", "person.write"]


@pytest.fixture
def admin(unit):
    return make_administrator()


def users(unit):
    return unit.execute(select(func.count()).select_from(User)).scalar()


def values(**more):
    return {"username": "ann", "password": PASSWORD, "name": "Ann Lee", **more}


class TestCreate:
    def test_a_new_person_in_a_group(self, unit, admin):
        group = make_group()
        user = user_service.create(SYSTEM, values(group=group, email="ann@example.com", language="en"))
        person = unit.execute(select(Person).where(Person.user_id == user.id)).scalar_one()
        members = unit.execute(select(GroupMember.group_id).where(GroupMember.person_id == person.id)).scalars().all()
        assert (user.username, user.email, user.active, person.name) == ("ann", "ann@example.com", True, "Ann Lee")
        assert (members, check_password_hash(user.password, PASSWORD)) == ([group.id], True)
        assert unit.execute(select(UserPreference.language)
                            .where(UserPreference.user_id == user.id)).scalar() == "en"
        entry = unit.execute(select(AuditEntry).where(AuditEntry.record_type == "user", AuditEntry.record_id == user.id,
                                                      AuditEntry.field == "username")).scalar_one()
        assert (entry.action, entry.new) == ("create", "ann")

    def test_somebody_known_who_is_in_a_group(self, unit, admin):
        person = make_person(name="Bo")
        make_group(person)
        user = user_service.create(SYSTEM, {"username": "bo", "password": PASSWORD, "person": person})
        assert (person.user_id, user.first_name) == (user.id, "Bo")

    @pytest.mark.parametrize("roles", [(), (AGENT,), (AGENT, CUSTOMER)])
    def test_no_agent_without_a_group(self, unit, admin, roles):
        before = users(unit)
        with pytest.raises(InvalidField) as refused:
            user_service.create(SYSTEM, values(roles=role_ids(*roles)))
        assert (set(refused.value.fields), users(unit)) == ({"group"}, before)

    def test_a_group_that_is_off_is_none(self, unit, admin):
        group, person = make_group(is_active=False), make_person()
        with pytest.raises(InvalidField) as refused:
            user_service.create(SYSTEM, values(group=group))
        assert set(refused.value.fields) == {"group"}
        make_group(person, is_active=False)
        with pytest.raises(InvalidField):
            user_service.create(SYSTEM, {"username": "ann", "password": PASSWORD, "person": person})

    def test_a_customer_needs_none(self, unit, admin):
        user = user_service.create(SYSTEM, values(roles=role_ids(CUSTOMER)))
        assert [role.name for role in user.roles] == ["Customer"]

    @pytest.mark.parametrize(("more", "field"), [
        ({"username": "ADMIN"}, "username"), ({"username": "a b"}, "username"), ({"email": "nowhere"}, "email"),
        ({"password": "short"}, "password"), ({"language": "fr"}, "language"), ({"timezone": "Mars/One"}, "timezone"),
        ({"roles": [9999]}, "roles"), ({"is_admin": True}, "is_admin"),
    ])
    def test_refused_and_nothing_is_left(self, unit, admin, more, field):
        group, before = make_group(), users(unit)
        with pytest.raises(InvalidField) as refused:
            user_service.create(SYSTEM, values(group=group, **more))
        assert set(refused.value.fields) == {field}
        assert users(unit) == before
        assert unit.execute(select(Person.id).where(Person.name == "Ann Lee")).first() is None
        assert unit.execute(select(GroupMember.id).where(GroupMember.group_id == group.id)).first() is None

    @pytest.mark.parametrize("missing", ["username", "password", "name"])
    def test_what_must_be_given(self, unit, admin, missing):
        with pytest.raises(MissingFields) as refused:
            user_service.create(SYSTEM, values(group=make_group(), **{missing: ""}))
        assert set(refused.value.fields) == {missing}

    def test_a_person_has_one_log_in(self, unit, admin):
        login = make_login(AGENT, groups=[make_group()])
        with pytest.raises(InvalidField) as refused:
            user_service.create(SYSTEM, {"username": "twice", "password": PASSWORD, "person": login.person_id,
                                         "group": login.group_ids[0]})
        assert set(refused.value.fields) == {"person"}

    def test_own_roles_need_the_right_to_grant(self, unit, admin):
        group, keeper = make_group(), make_actor(KEEPER)
        with acting_as(keeper):
            with pytest.raises(Forbidden):
                user_service.create(keeper, values(group=group, roles=role_ids(AGENT)))
            assert user_service.create(keeper, values(group=group)).roles == []

    def test_needs_the_right(self, unit, admin):
        actor = make_actor([USER_READ])
        with acting_as(actor), pytest.raises(Forbidden):
            user_service.create(actor, values(group=make_group()))


class TestStronger:
    def test_nobody_takes_over_an_administrator(self, unit, admin):
        keeper, before = make_actor(KEEPER), unit.get(User, admin.user_id).password
        with acting_as(keeper):
            for attempt in (lambda: user_service.change_password(keeper, admin.user_id, "Another-pass-1"),
                            lambda: user_service.update(keeper, admin.user_id, {"email": "mine@example.com"}),
                            lambda: user_service.delete(keeper, admin.user_id)):
                with pytest.raises(Forbidden):
                    attempt()
        user = unit.get(User, admin.user_id)
        assert (user.password, user.active) == (before, True)

    def test_rights_by_the_group_count(self, unit, admin):
        from app.organisation.services import group_role_service

        group = make_group()
        boss = make_login(groups=[group])
        group_role_service.create(SYSTEM, {"group": group, "role": role_ids(USER_ADMIN)[0]})
        weaker = make_actor([key for key in KEEPER if key != ROLE_READ])
        with acting_as(weaker), pytest.raises(Forbidden):
            user_service.change_password(weaker, boss.user_id, "Another-pass-1")


class TestChange:
    def test_switching_off_keeps_the_row(self, unit, admin):
        login = make_login(AGENT, groups=[make_group()])
        user_service.update(SYSTEM, login.user_id, {"active": False})
        assert unit.get(User, login.user_id).active is False

    def test_own_password_needs_the_present_one(self, unit, admin):
        login = make_login(AGENT, groups=[make_group()])
        with acting_as(login.actor):
            with pytest.raises(InvalidField) as refused:
                user_service.change_own_password(login.actor, "wrong", "Another-pass-1")
            assert set(refused.value.fields) == {"old_password"}
            user_service.change_own_password(login.actor, PASSWORD, "Another-pass-1")
        assert check_password_hash(unit.get(User, login.user_id).password, "Another-pass-1")

    def test_a_password_is_in_no_audit(self, unit, admin):
        login = make_login(AGENT, groups=[make_group()])
        user_service.change_password(SYSTEM, login.user_id, "Another-pass-1")
        texts = [f"{entry.old} {entry.new}" for entry in unit.execute(select(AuditEntry)).scalars()]
        assert not any("Another-pass-1" in text or "scrypt" in text for text in texts)

    def test_own_roles(self, unit, admin):
        login = make_login(AGENT, groups=[make_group()])
        user_service.update(SYSTEM, login.user_id, {"roles": role_ids(AGENT, USER_ADMIN)})
        assert "user.write" in actor_of(login.user_id).permissions
        user_service.update(SYSTEM, login.user_id, {"roles": []})
        assert actor_of(login.user_id).permissions == frozenset()


class TestLastAdministrator:
    def test_stays_active_in_a_group_with_the_role(self, unit, admin):
        member = unit.execute(select(GroupMember).where(GroupMember.person_id == admin.person_id)).scalar_one()
        for attempt in (lambda: user_service.update(SYSTEM, admin.user_id, {"active": False}),
                        lambda: user_service.update(SYSTEM, admin.user_id, {"roles": []}),
                        lambda: member_service.delete(SYSTEM, member.id),
                        lambda: work_group_service.update(SYSTEM, member.group_id, {"is_active": False})):
            with pytest.raises(Conflict) as refused:
                attempt()
            assert refused.value.code == "security.last_administrator"
        assert "user.write" in actor_of(admin.user_id).permissions

    def test_with_another_one_he_may_go(self, unit, admin):
        make_login("platform.role_admin", groups=[make_group()])
        user_service.update(SYSTEM, admin.user_id, {"active": False})
        assert unit.get(User, admin.user_id).active is False

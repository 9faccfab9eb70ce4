"""The end of log-ins and roles: uses are told, nothing is lost by it, and the bin gives back what it got."""

import re

import pytest
from flask_appbuilder.security.sqla.models import User, assoc_user_role
from sqlalchemy import select

from app.exchange.models import ImportMapping
from app.organisation.models import GroupRole, Person
from app.organisation.services import group_role_service
from app.records import audit, deleted, recycle_bin
from app.records.audit import AuditEntry
from app.records.ending import Choice
from app.records.saved_filters import SavedFilter, saved_filter_service
from app.records.uses import InUse
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields, NotFound
from app.security import tokens
from app.security.models import AccessRule, ApiToken, LoginSession, RoleProfile
from app.security.services import role_service, user_service
from app.security.services.user_uses import uses_of_user
from app.security.tokens import NewToken
from tests.support.people import (
    AGENT,
    CUSTOMER,
    PASSWORD,
    actor_of,
    csrf_token,
    make_actor,
    make_administrator,
    make_group,
    make_login,
    role_ids,
    submit,
)

DELETE = Choice("delete")
HELPER = ["user.read", "user.write", "user.delete", "recycle_bin.read", "recycle_bin.purge"]


def state(unit, user_id):
    unit.expire_all()
    user = unit.get(User, user_id)
    return user.active, deleted.find(unit, "user", user_id) is not None


@pytest.fixture
def login(unit):
    return make_login(AGENT, groups=[make_group()], username="ann", name="Ann Lee")


def keep(login, name="Mine"):
    return saved_filter_service.create(login.actor, "incidents", {"name": name, "query": "q=x"})


class TestDelete:
    def test_uses_are_told_first_and_nothing_is_done_without_a_choice(self, unit, login):
        keep(login)
        tokens.create(login.user_id, NewToken("robot", []))
        with pytest.raises(InUse) as refused:
            user_service.delete(SYSTEM, login.user_id, "Left")
        found = {one.model.__tablename__: one.total for one in refused.value.uses}
        assert found == {"person": 1, "group_member": 1, "role_profile": 1, "saved_filter": 1, "api_token": 1}
        assert state(unit, login.user_id) == (True, False)

    def test_ends_sessions_and_keys_and_keeps_the_person(self, unit, login):
        tokens.create(login.user_id, NewToken("robot", []))
        unit.add(LoginSession(token_hash="x" * 64, user_id=login.user_id, created_at=clock.now(),
                             last_seen_at=clock.now()))
        unit.flush()
        user_service.delete(SYSTEM, login.user_id, "Left", DELETE)
        assert state(unit, login.user_id) == (False, True)
        assert unit.execute(select(LoginSession.ended_because)).scalars().all() == ["deleted"]
        assert None not in unit.execute(select(ApiToken.revoked_at)).scalars().all()
        assert unit.get(Person, login.person_id).is_active
        entry = deleted.find(unit, "user", login.user_id)
        assert (entry.name, entry.reason) == ("Ann Lee (ann)", "Left")
        with pytest.raises(NotFound):
            user_service.update(SYSTEM, login.user_id, {"active": True})

    def test_its_name_is_nobody_elses_while_it_lies_there(self, unit, login):
        user_service.delete(SYSTEM, login.user_id, "Left", DELETE)
        with pytest.raises(InvalidField) as refused:
            user_service.create(SYSTEM, {"username": "Ann", "password": PASSWORD, "name": "Other",
                                         "group": login.group_ids[0]})
        assert set(refused.value.fields) == {"username"}

    def test_switching_off_instead_leaves_it_in_the_list(self, unit, login):
        user_service.delete(SYSTEM, login.user_id, "On leave", Choice("deactivate"))
        assert state(unit, login.user_id) == (False, False)

    @pytest.mark.parametrize("case", ["no reason", "no right", "oneself", "stronger"])
    def test_refused_and_nothing_changes(self, unit, login, case):
        admin = make_administrator()
        actor, victim, reason, error = {
            "no reason": (SYSTEM, login, " ", MissingFields),
            "no right": (make_actor(["user.read", "user.write"]), login, "Left", Forbidden),
            "oneself": (admin.actor, admin, "Left", Conflict),
            "stronger": (make_actor(HELPER), admin, "Left", Forbidden),
        }[case]
        with acting_as(actor), pytest.raises(error):
            user_service.delete(actor, victim.user_id, reason, DELETE)
        assert state(unit, victim.user_id) == (True, False)

    def test_the_last_administrator_stays(self, unit):
        admin = make_administrator()
        with pytest.raises(Conflict):
            user_service.delete(SYSTEM, admin.user_id, "Left", DELETE)
        assert state(unit, admin.user_id) == (True, False)

    def test_another_gets_what_was_kept_but_no_rights(self, unit, login):
        other = make_login(CUSTOMER, username="bob")
        keep(login), keep(login, "Theirs"), keep(other)
        unit.add(ImportMapping(owner_id=login.user_id, page="people", name="HR", fields={}))
        unit.flush()
        user_service.delete(SYSTEM, login.user_id, "Left", Choice("replace", other.user_id))
        kept = unit.execute(select(SavedFilter.name, SavedFilter.owner_id).order_by(SavedFilter.name)).all()
        assert {tuple(row) for row in kept} == {(name, other.user_id) for name in ("Mine", "Mine (ann)", "Theirs")}
        assert unit.execute(select(ImportMapping.owner_id)).scalar_one() == other.user_id
        assert actor_of(other.user_id).permissions == other.actor.permissions
        assert state(unit, login.user_id) == (False, True)

    @pytest.mark.parametrize("by", ["nobody", "itself", "deleted"])
    def test_the_other_is_another_that_is_there(self, unit, login, by):
        gone = make_login(CUSTOMER)
        user_service.delete(SYSTEM, gone.user_id, "Left", DELETE)
        chosen = {"nobody": None, "itself": login.user_id, "deleted": gone.user_id}[by]
        with pytest.raises(InvalidField):
            user_service.delete(SYSTEM, login.user_id, "Left", Choice("replace", chosen))
        assert state(unit, login.user_id) == (True, False)


class TestRestore:
    def test_gives_back_what_it_got(self, unit, login):
        user_service.delete(SYSTEM, login.user_id, "Left", DELETE)
        user_service.restore(SYSTEM, login.user_id)
        assert state(unit, login.user_id) == (True, False)
        assert actor_of(login.user_id).permissions == login.actor.permissions
        with pytest.raises(NotFound):
            user_service.restore(SYSTEM, login.user_id)

    def test_not_where_the_person_has_another_log_in_by_now(self, unit, login):
        user_service.delete(SYSTEM, login.user_id, "Left", DELETE)
        user_service.create(SYSTEM, {"username": "ann2", "password": PASSWORD, "person": login.person_id})
        with pytest.raises(Conflict):
            user_service.restore(SYSTEM, login.user_id)
        assert state(unit, login.user_id) == (False, True)


class TestPurge:
    def test_leaves_history_and_a_name_and_nobody_gets_its_number(self, unit, login):
        with acting_as(login.actor):
            audit.write(unit, "user", 1, "update", {"email": ("a", "b")})
            made = User(username="made", first_name="", last_name="", email="m@x", created_by_fk=login.user_id)
            unit.add(made)
        keep(login)
        unit.flush()
        user_service.delete(SYSTEM, login.user_id, "Left", DELETE)
        unit.delete(made)
        unit.flush()
        helper = make_actor(HELPER)
        with acting_as(helper):
            assert [entry.record_id for entry in recycle_bin.page(helper).entries] == [login.user_id]
            user_service.purge(helper, login.user_id)
            assert recycle_bin.page(helper).entries == []
        unit.expire_all()
        assert unit.get(User, login.user_id) is None
        assert unit.get(Person, login.person_id).user_id is None
        assert unit.execute(select(SavedFilter.id)).first() is None
        done = unit.execute(select(AuditEntry.actor_label).where(AuditEntry.actor_id == login.user_id)).scalars().all()
        assert set(done) == {"Ann Lee"}
        told = [row.old for row in audit.entries(unit, "person", login.person_id) if row.field == "user_id"]
        assert "Ann Lee (ann)" in told
        assert deleted.names(unit, User, [login.user_id], helper) == {login.user_id: "Ann Lee (ann)"}
        again = make_login(CUSTOMER, username="ann")
        assert again.user_id > login.user_id

    def test_needs_its_right_and_one_that_lies_in_the_bin(self, unit, login):
        with pytest.raises(NotFound):
            user_service.purge(SYSTEM, login.user_id)
        user_service.delete(SYSTEM, login.user_id, "Left", DELETE)
        weak = make_actor(["user.read", "user.delete", "recycle_bin.read"])
        with acting_as(weak), pytest.raises(Forbidden):
            user_service.purge(weak, login.user_id)
        assert state(unit, login.user_id) == (False, True)


def rule_roles(unit):
    """Whose the test's own rule is, beside those that are shipped."""
    rows = unit.execute(select(AccessRule.name, AccessRule.role_id)).all()
    return [role_id for name, role_id in rows if name == {"en": "Rule"}]


class TestRoles:
    @pytest.fixture
    def role(self, unit, login):
        made = role_service.create(SYSTEM, {"code": "own", "label": {"en": "Own"}, "permissions": ["incident.read"]})
        group_role_service.create(SYSTEM, {"group": login.group_ids[0], "role": made.role_id})
        user_service.update(SYSTEM, login.user_id, {"roles": [*role_ids(AGENT), made.role_id]})
        unit.add(AccessRule(name={"en": "Rule"}, record_type="incident", scope="own", role_id=made.role_id))
        unit.flush()
        return made

    def test_one_that_somebody_has_needs_a_choice(self, unit, role):
        with pytest.raises(InUse) as refused:
            role_service.delete(SYSTEM, role.id)
        assert {one.model.__tablename__: one.total for one in refused.value.uses} == {
            "ab_user": 1, "group_role": 1, "access_rule": 1}
        assert unit.get(RoleProfile, role.id) is not None

    def test_another_takes_its_place_everywhere(self, unit, login, role):
        (agent,) = role_ids(AGENT)
        before, other = role.role_id, unit.execute(select(RoleProfile).where(RoleProfile.role_id == agent)).scalar_one()
        rights = role_service.permissions_of(other)
        role_service.delete(SYSTEM, role.id, None, Choice("replace", other.id))
        assert unit.execute(select(GroupRole.role_id)).scalars().all() == [agent]
        assert rule_roles(unit) == [agent]
        own = select(assoc_user_role.c.role_id).where(assoc_user_role.c.user_id == login.user_id)
        assert unit.execute(own).scalars().all() == [agent]
        assert role_service.permissions_of(other) == rights
        assert next(row.new for row in audit.entries(unit, "user", login.user_id)) == [AGENT]
        assert unit.execute(select(RoleProfile.id).where(RoleProfile.role_id == before)).first() is None

    def test_or_whoever_has_it_loses_it(self, unit, login, role):
        role_service.delete(SYSTEM, role.id, None, DELETE)
        assert unit.execute(select(GroupRole.id)).first() is None
        assert rule_roles(unit) == []
        own = select(assoc_user_role.c.role_id).where(assoc_user_role.c.user_id == login.user_id)
        assert unit.execute(own).scalars().all() == role_ids(AGENT)

    def test_nobody_hands_on_rights_that_they_lack(self, unit, role):
        helper, admin = make_actor(["role.read", "role.write"]), make_administrator()
        boss = unit.execute(select(RoleProfile).where(RoleProfile.role.has(name="Admin"))).scalar_one()
        with acting_as(helper), pytest.raises(Forbidden):
            role_service.delete(helper, role.id, None, Choice("replace", boss.id))
        assert admin is not None
        assert unit.get(RoleProfile, role.id) is not None


def test_deleted_restored_and_purged_on_screen(cast, logged_in):
    client, victim = logged_in(cast.admin), cast.specialist
    page = client.get(f"/security/users/delete/{victim.user_id}").text
    assert "The person behind it" in page
    refused = submit(client, f"/security/users/delete/{victim.user_id}", how="delete")
    assert refused.status_code == 422
    done = submit(client, f"/security/users/delete/{victim.user_id}", how="delete", reason="Left")
    assert (done.status_code, done.location) == (302, "/security/users/list/")
    assert ">specialist<" not in client.get("/security/users/list/").text
    assert client.get(f"/security/users/show/{victim.user_id}").status_code == 404
    assert "(specialist)" in client.get("/recycle-bin/?kind=user").text
    agent = logged_in(cast.agent)
    assert agent.get(f"/security/users/delete/{victim.user_id}").status_code == 403
    token = csrf_token(client, "/recycle-bin/")
    client.post(f"/recycle-bin/{entry_of(client)}/restore", data={"csrf_token": token})
    assert client.get(f"/security/users/show/{victim.user_id}").status_code == 200
    submit(client, f"/security/users/delete/{victim.user_id}", how="delete", reason="Left")
    address = f"/recycle-bin/{entry_of(client)}/purge"
    assert submit(client, address, typed="something else").status_code == 422
    assert submit(client, address, typed="Name of specialist (specialist)").status_code == 302
    client.get("/recycle-bin/?kind=user")  # the message of it
    assert "(specialist)" not in client.get("/recycle-bin/?kind=user").text


def entry_of(client):
    return re.search(r"/recycle-bin/(\d+)/restore", client.get("/recycle-bin/?kind=user").text)[1]


def test_many_are_deleted_with_one_choice_and_never_oneself(cast, logged_in):
    client, base = logged_in(cast.admin), "/security/users"
    ids = [cast.agent.user_id, cast.admin.user_id]
    assert f"{base}/bulk/delete" in client.get(f"{base}/list/").text
    page = f"{base}/bulk/delete?ids={ids[0]},{ids[1]}"
    answer = submit(client, f"{base}/bulk/delete", page=page, how="delete", reason="Left",
                    pick=[f"{key}:" for key in ids])
    assert "You cannot delete yourself." in answer.text
    listed = client.get(f"{base}/list/").text
    assert (f"{base}/show/{ids[0]}" in listed, f"{base}/show/{ids[1]}" in listed) == (False, True)


def test_uses_take_two_statements(unit, statements):
    user = unit.get(User, make_login(AGENT, groups=[make_group()]).user_id)
    with statements() as seen:
        assert uses_of_user(user)
    assert len(seen) == 2

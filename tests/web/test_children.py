"""Rows on another record's page: the members and roles of a group, the values of a list; deleting with a reason."""

import re

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from app.db import unit_of_work
from app.organisation.models import GroupMember, GroupRole
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import AGENT, MANAGER, csrf_token, make_person, role_ids, submit


def committed(app, statement):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(statement).scalars().all()


@pytest.fixture
def admin(cast, logged_in):
    return logged_in(cast.admin)


def test_a_member_comes_and_goes_on_the_groups_page(app, cast, admin):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        person = make_person(name="Bo Chen").id
    page = f"/organisation/groups/show/{cast.second_line}"
    form = admin.get(f"/organisation/members/add?group={cast.second_line}").text
    assert re.search(rf'<option [^>]*value="{cast.second_line}"', form)
    made = submit(admin, "/organisation/members/add", group=cast.second_line, person=person, role_in_group="deputy")
    assert (made.status_code, made.headers["Location"]) == (302, page)
    assert "Bo Chen" in admin.get(page).text
    member = committed(app, select(GroupMember.id).where(GroupMember.person_id == person))[0]
    gone = submit(admin, f"/organisation/members/delete/{member}", page=page)
    assert (gone.status_code, gone.headers["Location"]) == (302, page)
    assert committed(app, select(GroupMember.id).where(GroupMember.person_id == person)) == []


def test_a_role_is_granted_on_the_groups_page(app, cast, admin):
    with app.app_context(), unit_of_work() as _session, acting_as(SYSTEM):
        role = role_ids(MANAGER)[0]
    page = f"/organisation/groups/show/{cast.first_line}"
    # On the page itself is all that one needs; afterwards one is back among the roles.
    assert 'data-options-url="/organisation/group-roles/options/role"' in admin.get(page).text
    assert "Incident manager" in [one["text"] for one in admin.get(
        "/organisation/group-roles/options/role").json["results"]]
    made = submit(admin, "/organisation/group-roles/add", page=page, group=cast.first_line, role=role)
    assert made.headers["Location"] == f"{page}?tab=roles"
    assert "Saved: Incident manager" in admin.get(made.headers["Location"]).text
    assert committed(app, select(GroupRole.role_id)) == [role]


def test_the_last_administrator_stays_in_the_group(app, cast, admin):
    member = committed(app, select(GroupMember.id).where(GroupMember.person_id == cast.admin.person_id))[0]
    page = f"/organisation/groups/show/{cast.admin.group_ids[0]}"
    refused = submit(admin, f"/organisation/members/delete/{member}", page=page)
    assert (refused.status_code, refused.headers["Location"]) == (302, page)
    assert "The last administrator" in admin.get(page).text
    assert committed(app, select(GroupMember.id).where(GroupMember.id == member)) == [member]


def test_an_agent_may_look_but_not_touch(app, cast, logged_in):
    agent = logged_in(cast.agent)
    page = agent.get(f"/organisation/groups/show/{cast.first_line}").text
    assert "Name of manager" in page
    assert "/organisation/members/add" not in page
    answer = agent.post("/organisation/members/add", data={
        "csrf_token": csrf_token(agent, "/incident/incidents/add"), "group": cast.first_line, "person": 1})
    assert answer.status_code in (302, 403)
    assert len(committed(app, select(GroupMember.id))) == 5


class TestDelete:
    @pytest.fixture
    def incident(self, app, cast, logged_in):
        made = submit(logged_in(cast.agent), "/incident/incidents/add", caller=cast.agent.person_id, title="Twice",
                      kind="incident")
        return int(made.headers["Location"].rsplit("/", 1)[1])

    def test_the_manager_says_why(self, app, cast, logged_in, incident):
        manager, address = logged_in(cast.manager), f"/incident/incidents/delete/{incident}"
        assert address in manager.get(f"/incident/incidents/show/{incident}").text
        refused = submit(manager, address)
        assert (refused.status_code, 'id="reason-error"' in refused.text) == (422, True)
        assert committed(app, select(Incident.id)) == [incident]
        assert submit(manager, address, reason="Logged twice").headers["Location"] == "/incident/incidents/list/"
        assert committed(app, select(Incident.id)) == []
        assert manager.get(f"/incident/incidents/show/{incident}").status_code == 404

    def test_an_agent_may_not(self, app, cast, logged_in, incident):
        agent, address = logged_in(cast.agent), f"/incident/incidents/delete/{incident}"
        assert address not in agent.get(f"/incident/incidents/show/{incident}").text
        assert submit(agent, address, reason="x").status_code == 403
        assert committed(app, select(Incident.id)) == [incident]


def test_roles_are_named_in_the_readers_language(app, cast, admin):
    with app.app_context(), unit_of_work() as _session, acting_as(SYSTEM):
        role = role_ids(AGENT)[0]
    options = admin.get("/organisation/group-roles/options/role?q=desk").json["results"]
    assert options == [{"id": role, "text": "Service desk agent"}]
    admin.get("/lang/zh")
    assert {"id": role, "text": "服务台坐席"} in admin.get("/organisation/group-roles/options/role").json["results"]

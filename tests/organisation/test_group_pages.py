"""The page of a group: members are added, moved and removed there; who cannot work here is marked."""

import re

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.organisation.models import GroupMember
from app.organisation.services import work_group_service
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_group, make_person, submit

GROUPS, MEMBERS = "/organisation/groups", "/organisation/members"


@pytest.fixture
def people(app, cast):
    """A person without log-in, and a group that only its members see."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        return make_person(name="Ada King").id, make_group(visibility="members", code="secret").id


def groups_of(app, person):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        found = select(GroupMember.id, GroupMember.group_id).where(GroupMember.person_id == person)
        return {row.group_id: row.id for row in session.execute(found)}


def test_members_come_move_and_go(app, cast, logged_in, people):
    person, secret = people
    admin, page = logged_in(cast.admin), f"{GROUPS}/show/{cast.first_line}"
    answer = submit(admin, f"{MEMBERS}/add", page=page, group=cast.first_line, person=person, role_in_group="deputy")
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    text = admin.get(page).text
    row = text.partition("Ada King")[2].partition("</tr>")[0]
    assert "No log-in" in row
    assert "Deputy" in row
    member = groups_of(app, person)[cast.first_line]
    wrong = submit(admin, f"{MEMBERS}/{member}/transfer", group=cast.first_line)
    assert (wrong.status_code, "They are in this group already." in wrong.text) == (422, True)
    assert submit(admin, f"{MEMBERS}/{member}/transfer", group=secret).status_code == 302
    assert set(groups_of(app, person)) == {secret}
    again = submit(admin, f"{MEMBERS}/add", page=page, group=secret, person=person, role_in_group="member")
    assert again.status_code == 422
    gone = submit(admin, f"{MEMBERS}/delete/{groups_of(app, person)[secret]}", page=page)
    assert (gone.status_code, groups_of(app, person)) == (302, {})


def test_nobody_new_is_a_vip_and_a_new_group_begins_with_its_usual_values(cast, logged_in):
    admin = logged_in(cast.admin)

    def begins(page, field):
        select_ = re.search(rf'<select[^>]* name="{field}".*?</select>', admin.get(page).text, re.DOTALL)[0]
        return re.search(r'<option selected value="(\w*)"', select_)[1]

    assert begins("/organisation/people/add", "vip_level") == ""
    assert begins(f"{GROUPS}/add", "support_line") == "1"
    assert begins(f"{GROUPS}/add", "visibility") == "everybody"


def test_a_hidden_group_is_in_no_list_no_page_and_no_field(cast, logged_in, people):
    _person, secret = people
    agent, admin = logged_in(cast.agent), logged_in(cast.admin)
    assert agent.get(f"{GROUPS}/show/{secret}").status_code == 404
    assert agent.get(f"/api/v1/work_group/{secret}").status_code == 404
    asked = "/incident/incidents/options/group?q="
    assert secret not in [one["id"] for one in agent.get(asked).json["results"]]
    assert secret in [one["id"] for one in admin.get(asked).json["results"]]
    assert "secret" not in agent.get(f"{GROUPS}/list/").text
    assert agent.get(f"{MEMBERS}/1/transfer").status_code == 403


def test_the_tree(app, cast, logged_in):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        work_group_service.update(SYSTEM, cast.second_line, {"parent": cast.first_line})
    text = logged_in(cast.admin).get(f"{GROUPS}/list/?as=tree").text
    assert text.index(f"{GROUPS}/show/{cast.first_line}") < text.index(f"{GROUPS}/show/{cast.second_line}")

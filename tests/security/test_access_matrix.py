"""The access matrix: what it shows, what a click changes, and what it refuses."""

import re

import pytest
from sqlalchemy import func, select

from app.db import unit_of_work
from app.organisation.models import GroupMember
from app.organisation.services import group_role_service, member_role_service
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.security import matrix, ways
from app.security.grants import rights_by_role, rights_of
from app.security.models import RoleProfile
from app.security.services import role_service, user_service
from tests.support.people import AGENT, csrf_token, make_group, make_login, role_ids

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PAGE = "/security/access/"


@pytest.fixture
def role(app, cast):
    """The profile's id of a role of one's own that may view incidents, and its role's id."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        made = role_service.create(SYSTEM, {"code": "helper", "label": {"en": "Helper", "zh": "助手"},
                                            "permissions": ["incident.read", "incident.assign"]})
        return made.id, made.role_id


@pytest.fixture
def keeper(app, cast):
    """Somebody who may change roles, and administers nothing else."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        role_service.create(SYSTEM, {"code": "keeper", "label": {"en": "Keeper"},
                                     "permissions": ["role.read", "role.write"]})
        profile = role_ids("keeper")
        login = make_login(groups=[cast.first_line], username="keeper")
        user_service.update(SYSTEM, login.user_id, {"roles": profile})
        return login


def click(browser, role_id, what, on, **headers):
    return browser.post(f"{PAGE}change?role={role_id}", headers=headers, data={
        "csrf_token": csrf_token(browser, f"{PAGE}?role={role_id}"), "change": f"{role_id}:{what}:{int(on)}"})


def held(app, role_id):
    with app.app_context(), unit_of_work() as session:
        return set(rights_of(session, [role_id]))


def changes(app):
    with app.app_context(), unit_of_work() as session:
        statement = select(func.count()).select_from(AuditEntry).where(AuditEntry.field == "permissions")
        return session.execute(statement).scalar_one()


def test_a_click_grants_takes_and_is_audited(app, cast, logged_in, role):
    browser, before = logged_in(cast.admin), changes(app)
    part = click(browser, role[0], "incident.write", on=True, HX_Request="true")
    assert part.status_code == 200
    assert part.text.lstrip().startswith("<tbody>")
    assert f'value="{role[0]}:incident.write:0"' in part.text
    assert "incident.write" in held(app, role[1])
    assert click(browser, role[0], "incident.write", on=False).headers["Location"] == f"{PAGE}?role={role[0]}"
    assert held(app, role[1]) == {"incident.read", "incident.assign"}
    assert changes(app) == before + 2
    history = browser.get(f"/security/roles/{role[0]}/panel/audit").text
    assert "Log and edit incidents" in history


def test_a_whole_module_at_once(app, cast, logged_in, role):
    browser = logged_in(cast.admin)
    click(browser, role[0], "@incident", on=True)
    with app.test_request_context(), unit_of_work():
        every = {right.key for one in matrix.modules() if one.key == "incident" for right in one.rights}
    assert held(app, role[1]) == every
    click(browser, role[0], "@incident", on=False)
    assert held(app, role[1]) == set()


def test_without_its_module_right_it_says_so(app, cast, logged_in, role):
    browser = logged_in(cast.admin)
    part = click(browser, role[0], "incident.read", on=False, HX_Request="true").text
    cell = re.search(r'<button[^>]*id="c-\d+-incident-assign"[^>]*>', part)
    assert cell is not None
    assert "is-idle" in cell[0]
    assert "without effect, because “View incidents” is missing" in cell[0]


def test_nobody_hands_out_administration_that_they_lack(app, logged_in, role, keeper):
    browser, before = logged_in(keeper), changes(app)
    page = browser.get(f"{PAGE}?role={role[0]}&module=").text
    assert f'value="{role[0]}:user.write:1"' not in page
    part = click(browser, role[0], "user.write", on=True, HX_Request="true")
    assert (part.status_code, 'role="alert"' in part.text) == (422, True)
    assert click(browser, role[0], "user.write", on=True).status_code == 403
    # A whole module leaves out what is not theirs to give.
    click(browser, role[0], "@platform.security", on=True)
    assert held(app, role[1]) == {"incident.read", "incident.assign", "role.read", "role.write"}
    assert changes(app) == before + 1


def test_the_administrators_column_is_locked(app, cast, logged_in):
    with app.app_context(), unit_of_work() as session:
        admin = session.execute(select(RoleProfile.id).where(RoleProfile.code == "platform.role_admin")).scalar_one()
    browser, before = logged_in(cast.admin), changes(app)
    assert f'value="{admin}:' not in browser.get(f"{PAGE}?role={admin}").text
    assert click(browser, admin, "incident.read", on=False).status_code == 409
    assert changes(app) == before


@pytest.mark.parametrize("change", ["", "1", "x:incident.read:1", "1:incident.fly:1", "1:@nowhere:1",
                                    "99999999999:incident.read:1"])
def test_nonsense(app, cast, logged_in, change):
    browser, before = logged_in(cast.admin), changes(app)
    answer = browser.post(f"{PAGE}change", data={"csrf_token": csrf_token(browser, PAGE), "change": change})
    assert (answer.status_code, changes(app)) == (400, before)


def test_who_may_only_look_changes_nothing(app, logged_in, cast, role):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        role_service.create(SYSTEM, {"code": "looker", "label": {"en": "Looker"}, "permissions": ["role.read"]})
        user_service.update(SYSTEM, cast.auditor.user_id, {"roles": role_ids("looker")})
    browser = logged_in(cast.auditor)
    page = browser.get(f"{PAGE}?role={role[0]}")
    assert (page.status_code, 'name="change"' in page.text) == (200, False)
    before = changes(app)
    assert click(browser, role[0], "incident.write", on=True).status_code == 403
    assert (held(app, role[1]), changes(app)) == ({"incident.read", "incident.assign"}, before)


def test_filters_by_module_words_and_roles(app, cast, logged_in, role):
    browser = logged_in(cast.admin)
    page = browser.get(f"{PAGE}?module=incident&q=assign&role={role[0]}").text
    assert re.findall(r'id="c-\d+-([a-z_-]+)"', page) == ["incident-assign"]
    assert "No right fits." in browser.get(f"{PAGE}?q=nothing-like-it").text


def test_the_form_keeps_what_it_shuts_and_what_is_switched_off(app, logged_in, role, keeper):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        role_service.change_rights(SYSTEM, role[0], add=["user.read"])
    browser, page = logged_in(keeper), f"/security/roles/edit/{role[0]}"
    answer = browser.post(page, data={"csrf_token": csrf_token(browser, page), "label-en": "Helper",
                                      "permissions": ["incident.read"]})
    assert answer.status_code == 302
    assert held(app, role[1]) == {"incident.read", "user.read"}


def test_a_role_says_who_has_it(app, cast, logged_in):
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        login = make_login(groups=[make_group(code="printers", name={"en": "Printers"})])
        made = role_service.create(SYSTEM, {"code": "helper", "label": {"en": "Helper"}, "permissions": []})
        group_role_service.create(SYSTEM, {"group": login.group_ids[0], "role": made.role_id})
        member = session.execute(select(GroupMember.id).where(GroupMember.person_id == login.person_id)).scalar_one()
        member_role_service.create(SYSTEM, {"member": member, "role": made.role_id})
        user_service.update(SYSTEM, cast.auditor.user_id, {"roles": [made.role_id]})
    page = logged_in(cast.admin).get(f"/security/roles/{made.id}/panel/holders").text
    assert "Printers" in page
    assert f"Name of {login.username}" in page
    assert "Name of auditor" in page


def test_where_a_users_rights_come_from(app, cast, logged_in):
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        login = make_login(AGENT, groups=[make_group(code="printers", name={"en": "Printers"})])
        made = role_service.create(SYSTEM, {"code": "helper", "label": {"en": "Helper"},
                                            "permissions": ["number_sequence.read"]})
        group_role_service.create(SYSTEM, {"group": login.group_ids[0], "role": made.role_id})
        member = session.execute(select(GroupMember.id).where(GroupMember.person_id == login.person_id)).scalar_one()
        member_role_service.create(SYSTEM, {"member": member, "role": role_ids(AGENT)[0]})
        by_role = ways.ways_of(login.user_id)
        found = ways.sources(rights_by_role(session, by_role), by_role)
        assert set(found) == login.actor.permissions | {"number_sequence.read"}
        assert {way.kind for _role, way in found["incident.read"]} == {"own", "member"}
        assert [way.kind for _role, way in found["number_sequence.read"]] == ["group"]
    page = logged_in(cast.admin).get(f"/security/users/{login.user_id}/panel/effective").text
    assert "Helper · granted to the work group Printers" in page
    assert "the user&#39;s own role" in page
    assert "granted as a member of Printers" in page

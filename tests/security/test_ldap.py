"""Logging in by a directory: Debian's slapd, for real, through Flask-AppBuilder's back end."""

import pytest
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import func, select

import config
from app.db import unit_of_work
from app.organisation.models import GroupMember, Person
from app.organisation.services import group_role_service, person_service
from app.sdk.actor import SYSTEM, acting_as
from app.security import directory_check
from app.security.models import ExternalIdentity, LoginSession, RoleProfile
from tests.support import slapd
from tests.support.people import AGENT, MANAGER, make_administrator, make_group, make_login, role_ids, submit
from tests.support.people import PASSWORD as LOCAL_PASSWORD
from tests.support.slapd import ADMINS, AGENTS, OTHERS, PASSWORD, directory  # noqa: F401 - the fixture

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
GROUPS = {AGENTS: {"group": "first_line", "role": AGENT}, ADMINS: {"group": "second_line", "role": "admin"}}


@pytest.fixture
def desk(app, directory):  # noqa: F811
    """A desk with two groups, which lets in people of the directory."""
    before = dict(app.config)
    values = {name: str(value) for name, value in directory.settings().items()}
    loaded = config.load({**values, "DATA_DIR": app.config["DATA_DIR"], "SECRET_KEY": "of the tests only"})
    app.config.update({name: value for name, value in loaded.items() if name.startswith(("LDAP_", "AUTH_LDAP"))},
                      DIRECTORY_GROUPS={name.casefold(): gives for name, gives in GROUPS.items()})
    from app.security import ldap_calls

    ldap_calls.install()
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        make_administrator()
        make_group(code="first_line")
        make_group(code="second_line")
    yield app
    app.config.clear()
    app.config.update(before)


def attempt(app, username, password=PASSWORD):
    """Return the browser and what the log-in page says: empty where it lets in."""
    browser = app.test_client()
    browser.get("/lang/en")
    answer = submit(browser, "/login/", username=username, password=password)
    if answer.status_code == 302:
        return browser, ""
    return browser, answer.text.split('role="alert">', 1)[1].split("<div>", 1)[1].split("</div>", 1)[0]


def read(app, statement):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(statement).scalars().all()


def groups_of(app, number):
    return read(app, select(GroupMember.group_id).join(Person, Person.id == GroupMember.person_id)
                .where(Person.employee_number == number))


def roles_of(app, username):
    return read(app, select(RoleProfile.code).select_from(User).join(User.roles)
                .join(RoleProfile, RoleProfile.role_id == Role.id).where(User.username == username))


def test_the_first_log_in_makes_an_account_with_what_the_group_gives(desk):
    browser, said = attempt(desk, "wang.fang")
    assert said == ""
    assert browser.get("/incident/incidents/list/").status_code == 200
    assert "王芳" in browser.get("/").text
    person = read(desk, select(Person).where(Person.employee_number == "E100"))[0]
    assert (person.name, person.email, len(groups_of(desk, "E100"))) == ("王芳", "wang.fang@example.com", 1)
    assert attempt(desk, "WANG.FANG")[1] == ""
    assert read(desk, select(func.count()).select_from(ExternalIdentity)) == [1]


@pytest.mark.parametrize(("username", "password"), [
    ("wang.fang", "wrong"), ("nobody", PASSWORD), ("*", PASSWORD), ("wang.fang)(uid=*", PASSWORD), ("wang.fang", " "),
])
def test_who_is_not_let_in(desk, username, password):
    before = read(desk, select(func.count()).select_from(User))
    said = attempt(desk, username, password)[1] if password.strip() else "wrong"
    assert "wrong" in said
    assert read(desk, select(func.count()).select_from(User)) == before


def test_a_directory_that_is_away_lets_local_accounts_in(desk):
    desk.config["AUTH_LDAP_SERVER"] = "ldap://127.0.0.1:9"
    assert "cannot be reached" in attempt(desk, "wang.fang")[1]
    assert attempt(desk, "admin", LOCAL_PASSWORD)[1] == ""


def test_somebody_whom_the_desk_knows_gets_the_account(desk):
    with desk.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        by_number = person_service.create(SYSTEM, {"name": "Fang", "employee_number": "E100"}).id
        by_address = person_service.create(SYSTEM, {"name": "Wei", "email": "LI.WEI@example.com"}).id
    assert [attempt(desk, name)[1] for name in ("wang.fang", "li.wei")] == ["", ""]
    assert read(desk, select(Person.id).where(Person.user_id.is_not(None), Person.name != "Administrator")
                .order_by(Person.id)) == [by_number, by_address]


def test_nobody_takes_over_an_account(desk):
    with desk.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        person = session.execute(select(Person).where(Person.name == "Administrator")).scalar_one()
        person_service.update(SYSTEM, person.id, {"employee_number": "E101"})
        person_service.create(SYSTEM, {"name": "admin's twin", "email": "wang.fang@example.com"})
        person_service.create(SYSTEM, {"name": "and theirs", "email": "wang.fang@example.com"})
    assert "another log-in already" in attempt(desk, "li.wei")[1]
    assert attempt(desk, "wang.fang")[1] == ""
    assert read(desk, select(Person.employee_number).where(Person.name == "王芳")) == ["E100"]
    # Whose name is that of a local account is that account, with the desk's own password.
    assert "wrong" in attempt(desk, "admin")[1]


def test_groups_and_roles_follow_the_directory(desk, directory):  # noqa: F811
    attempt(desk, "li.wei")
    first = groups_of(desk, "E101")
    with desk.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        manager = role_ids(MANAGER)[0]
        group_role_service.create(SYSTEM, {"group": first[0], "role": manager})
    assert roles_of(desk, "li.wei") == [AGENT]
    directory.move("li.wei", AGENTS, ADMINS)
    browser, said = attempt(desk, "li.wei")
    assert said == ""
    second = groups_of(desk, "E101")
    assert (len(first), len(second), first == second) == (1, 1, False)
    # What is administrative is not given by a directory: nobody becomes an administrator by a group of somebody else.
    assert roles_of(desk, "li.wei") == []
    assert browser.get("/security/users/list/").status_code in (302, 403, 404)


def test_administration_where_the_installation_says_so(desk):
    admin = read(desk, select(RoleProfile.code).where(RoleProfile.code.ilike("%admin%")))
    code = next(one for one in admin if "user_administrator" in one)
    gives = {"group": "second_line", "role": code}
    for allowed, roles in ((False, []), (True, [code])):
        desk.config.update(DIRECTORY_GROUPS={ADMINS.casefold(): gives}, DIRECTORY_GRANTS_ADMIN=allowed)
        assert attempt(desk, "boss")[1] == ""
        assert roles_of(desk, "boss") == roles


class TestLeavers:
    @pytest.fixture
    def browser(self, desk):
        return attempt(desk, "wang.fang")[0]

    def is_in(self, browser):
        return browser.get("/incident/incidents/list/").status_code == 200

    @pytest.mark.parametrize(("leave", "said"), [
        (lambda it: it.remove("wang.fang"), "does not know this account any more"),
        (lambda it: it.change("wang.fang", employeeType="left"), "does not know this account any more"),
        (lambda it: it.move("wang.fang", AGENTS, OTHERS), "not in a group that may use the desk"),
    ], ids=["removed", "disabled", "in no group"])
    def test_a_leaver_is_refused_and_logged_out(self, desk, directory, browser, leave, said):  # noqa: F811
        assert self.is_in(browser)
        leave(directory)
        assert said in attempt(desk, "wang.fang")[1]
        assert not self.is_in(browser)
        assert set(read(desk, select(LoginSession.ended_because))) == {"directory"}

    def test_the_job_logs_out_without_a_log_in(self, desk, directory, browser):  # noqa: F811
        other = attempt(desk, "li.wei")[0]
        directory.remove("wang.fang")
        with desk.app_context():
            directory_check.check_directory({})
        assert (self.is_in(browser), self.is_in(other)) == (False, True)

    def test_a_directory_that_is_away_logs_nobody_out(self, desk, browser):
        desk.config["LDAP_SERVER"] = "ldap://127.0.0.1:9"
        with desk.app_context():
            directory_check.check_directory({})
        assert self.is_in(browser)

    def test_another_with_the_same_name_is_another(self, desk, directory, browser):  # noqa: F811
        directory.remove("wang.fang")
        with directory.connected() as connection:
            connection.add(slapd.dn_of("wang.fang"), "inetOrgPerson", {
                "uid": "wang.fang", "cn": "Somebody else", "sn": "x", "userPassword": PASSWORD})
            for step in ("MODIFY_DELETE", "MODIFY_ADD"):
                connection.modify(AGENTS, {"member": [(step, [slapd.dn_of("wang.fang")])]})
        assert "another account of this name" in attempt(desk, "wang.fang")[1]

    def test_who_is_in_none_from_the_start(self, desk):
        assert "not in a group that may use the desk" in attempt(desk, "guest")[1]
        assert read(desk, select(User.username).where(User.username == "guest")) == []


def test_their_password_is_the_directorys(desk):
    browser = attempt(desk, "wang.fang")[0]
    answer = submit(browser, "/profile/password", old_password="x", password="Another-pass-1",
                    password_again="Another-pass-1")
    assert answer.status_code == 422
    admin = attempt(desk, "admin", LOCAL_PASSWORD)[0]
    user = read(desk, select(User.id).where(User.username == "wang.fang"))[0]
    answer = submit(admin, f"/security/users/{user}/password", password="Another-pass-1",
                    password_again="Another-pass-1")
    assert "kept by your directory" in answer.text


def test_without_an_active_work_group_nobody_gets_in(desk):
    desk.config["DIRECTORY_GROUPS"] = {}
    assert "not in an active work group" in attempt(desk, "wang.fang")[1]
    assert read(desk, select(ExternalIdentity.id)) == []


def test_an_administrator_binds_an_account_and_takes_it_back(desk):
    with desk.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        user = make_login(AGENT, groups=[make_group()], username="li.wei").user_id
    assert "wrong" in attempt(desk, "li.wei")[1]
    local = attempt(desk, "li.wei", LOCAL_PASSWORD)[0]
    admin, page = attempt(desk, "admin", LOCAL_PASSWORD)[0], f"/security/users/show/{user}"
    assert submit(admin, f"/security/users/{user}/bind", page=page, provider="oidc").status_code == 422
    assert submit(admin, f"/security/users/{user}/bind", page=page, provider="ldap").status_code == 302
    assert local.get("/incident/incidents/list/").status_code == 302
    assert "wrong" in attempt(desk, "li.wei", LOCAL_PASSWORD)[1]
    assert attempt(desk, "li.wei")[1] == ""
    # Bound by its name once, and by what never changes from then on.
    assert read(desk, select(ExternalIdentity.user_id).where(ExternalIdentity.subject.not_like("name:%"))) == [user]
    assert submit(admin, f"/security/users/{user}/bind", page=page).status_code == 302
    assert "wrong" in attempt(desk, "li.wei")[1]
    assert "wrong" in attempt(desk, "li.wei", LOCAL_PASSWORD)[1]


def test_nobody_binds_themselves(desk):
    admin = attempt(desk, "admin", LOCAL_PASSWORD)[0]
    own = read(desk, select(User.id).where(User.username == "admin"))[0]
    answer = submit(admin, f"/security/users/{own}/bind", page=f"/security/users/show/{own}", provider="ldap")
    assert answer.status_code == 409
    assert read(desk, select(ExternalIdentity.id)) == []

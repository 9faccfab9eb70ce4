"""The first visit: one administrator, whoever comes first, and the door is shut behind them."""

from threading import Barrier, Thread

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.db import db, unit_of_work
from app.organisation.models import GroupMember, Person, WorkGroup
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, InvalidField
from app.security.setup import FirstAdministrator, create_administrator, create_unattended
from tests.support.people import PASSWORD, actor_of, csrf_token, submit

FORM = {
    "name": "张管理", "username": "boss", "password": PASSWORD, "password_again": PASSWORD, "language": "zh",
    "timezone": "Asia/Shanghai", "group-zh": "一线", "group-en": "First line",
}


def count(model):
    with unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(select(func.count()).select_from(model)).scalar()


def test_makes_the_administrator_in_the_first_group(app, client):
    assert client.get("/").headers["Location"] == "/setup"
    answer = submit(client, "/setup", **FORM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/welcome/")
    assert client.get("/").status_code == 200
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        user = session.execute(select(User)).scalar_one()
        group = session.execute(select(WorkGroup)).scalar_one()
        person = session.execute(select(Person)).scalar_one()
        member = session.execute(select(GroupMember)).scalar_one()
        assert (user.username, [role.name for role in user.roles]) == ("boss", ["Admin"])
        assert (person.name, person.user_id, group.name) == ("张管理", user.id, {"zh": "一线", "en": "First line"})
        assert (member.group_id, member.person_id) == (group.id, person.id)
        assert "user.write" in actor_of(user.id).permissions


def test_is_shut_afterwards(app, client):
    token = csrf_token(client, "/setup")
    submit(client, "/setup", **FORM)
    stranger = app.test_client()
    assert stranger.get("/setup").headers["Location"] == "/login/"
    stranger.get("/login/")
    answer = client.post("/setup", data={"csrf_token": token, **FORM, "username": "evil"})
    assert answer.status_code in (302, 400)
    with app.app_context():
        assert count(User) == 1


@pytest.mark.parametrize(("change", "field"), [
    ({"password_again": "Different-1"}, "password_again"), ({"username": ""}, "username"), ({"name": ""}, "name"),
    ({"password": "short", "password_again": "short"}, "password"), ({"timezone": "Mars/One"}, "timezone"),
])
def test_what_is_wrong_stays_on_the_form(app, client, change, field):
    answer = submit(client, "/setup", **{**FORM, **change})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with app.app_context():
        assert (count(User), count(WorkGroup), count(Person)) == (0, 0, 0)


def test_two_at_once_make_one(app):
    barrier, answers = Barrier(2), []

    def visit(number):
        client = app.test_client()
        token = csrf_token(client, "/setup")
        barrier.wait()
        answer = client.post("/setup", data={"csrf_token": token, **FORM, "username": f"boss{number}"})
        answers.append(answer.headers.get("Location"))

    threads = [Thread(target=visit, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["/login/", "/welcome/"]
    with app.app_context():
        assert (count(User), count(WorkGroup), count(Person)) == (1, 1, 1)


class TestUnattended:
    def test_makes_admin_once(self, context):
        config = {"ADMIN_PASSWORD": PASSWORD, "ADMIN_LANGUAGE": "en", "DEFAULT_TIMEZONE": "UTC"}
        assert [create_unattended(config), create_unattended(config)] == [True, False]
        assert (count(User), count(GroupMember)) == (1, 1)

    def test_not_without_a_password(self, context):
        assert create_unattended({"ADMIN_PASSWORD": ""}) is False
        assert count(User) == 0

    def test_not_with_a_password_that_is_guessed(self, context):
        with pytest.raises(InvalidField):
            create_unattended({"ADMIN_PASSWORD": "password"})
        db.session.remove()
        assert (count(User), count(WorkGroup)) == (0, 0)


def test_a_second_administrator_is_refused(unit):
    first = FirstAdministrator(name="A", username="a", password=PASSWORD)
    create_administrator(first)
    with pytest.raises(Conflict) as refused:
        create_administrator(first)
    assert refused.value.code == "security.set_up"

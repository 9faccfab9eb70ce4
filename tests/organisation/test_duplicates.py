"""Duplicates: who may be one, side by side, merged and taken apart on pages and by REST."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from app.db import unit_of_work
from app.organisation import duplicates
from app.organisation.models import Person
from app.organisation.services import department_service
from app.records.merges import RecordMerge
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token, make_actor, make_company, make_person, submit


def pairs(kind):
    with force_locale("en"):
        return {(pair.names, tuple(sorted(pair.why))) for pair in duplicates.suspected(kind, SYSTEM)}


def test_people_are_suspected_by_address_number_and_name(unit):
    department = department_service.create(SYSTEM, {"name": "Sales", "company": make_company()})
    make_person(name="Li Wei", email="wei@a.example", phone="+86 138-0000-1111")
    make_person(name="Wei Li", email="WEI@a.example", phone="13800001111")
    make_person(name="Na Li", department=department, company=department.company)
    make_person(name="na li", department=department, company=department.company)
    make_person(name="Na Li")
    assert pairs("person") == {
        (("Li Wei", "Wei Li"), ("Same e-mail address", "Same phone number")),
        (("Na Li", "na li"), ("Same name and department",))}
    with acting_as(make_actor()):
        assert pairs("person") == set()


def test_companies_are_suspected_by_name_mail_domain_and_code(unit):
    made = (
        ("上海天汇有限公司", {}), ("上海天汇 股份有限公司", {}), ("Acme Ltd.", {"email": "a@acme.example"}),
        ("Road Runner", {"email": "b@acme.example"}), ("One", {"code": "X-1"}), ("Two", {"code": "x1"}),
        ("Three", {"email": "c@qq.com"}), ("Four", {"email": "d@qq.com"}),
    )
    for name, values in made:
        make_company(name=name, **values)
    assert pairs("company") == {
        (("上海天汇有限公司", "上海天汇 股份有限公司"), ("Same name",)),
        (("Acme Ltd.", "Road Runner"), ("Same mail domain",)), (("One", "Two"), ("Same code",))}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestPages:
    @pytest.fixture
    def two(self, app, cast):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            return (make_person(name="Li Wei", email="wei@a.example").id,
                    make_person(name="Wei Li", email="wei@a.example", phone="13800001111").id)

    def people(self, app):
        with app.app_context(), unit_of_work() as unit, acting_as(SYSTEM):
            return unit.execute(select(Person.name, Person.phone).where(Person.email == "wei@a.example")).all()

    def test_side_by_side_and_back(self, app, cast, logged_in, two):
        admin, (first, second) = logged_in(cast.admin), two
        assert f"/merging/person/{first}/{second}" in admin.get("/merging/?kind=person").text
        page = f"/merging/person/{first}/{second}"
        done = submit(admin, page, winner=first, of_name=second, of_phone=second)
        assert done.headers["Location"] == f"/organisation/people/show/{first}"
        assert self.people(app) == [("Wei Li", "13800001111")]
        with app.app_context(), unit_of_work() as unit, acting_as(SYSTEM):
            merge = unit.execute(select(RecordMerge.id)).scalar_one()
        assert f"/merging/undo/{merge}" in admin.get("/merging/?kind=person").text
        assert submit(admin, f"/merging/undo/{merge}").status_code == 302
        assert sorted(self.people(app)) == [("Li Wei", None), ("Wei Li", "13800001111")]

    def test_by_rest(self, app, cast, logged_in, two):
        admin, (first, second) = logged_in(cast.admin), two
        headers = {"X-CSRFToken": csrf_token(admin, "/profile/password")}

        def send(action, **values):
            return admin.post(f"/api/v1/person/{first}/{action}", headers=headers, json=values)

        assert send("merge", loser=first).status_code == 422
        made = send("merge", loser=second, take=["phone"])
        assert (made.status_code, self.people(app)) == (200, [("Li Wei", "13800001111")])
        admin.patch(f"/api/v1/person/{first}", headers=headers, json={"phone": "13900009999"})
        refused = send("unmerge", merge=made.json["merge"])
        assert (refused.status_code, refused.json["code"]) == (409, "changed_since")
        assert {one["column"] for one in refused.json["conflicts"]} >= {"phone"}
        assert send("unmerge", merge=made.json["merge"], rest=True).status_code == 200
        assert len(self.people(app)) == 2

    def test_nobody_without_the_right(self, app, cast, logged_in, two):
        agent, (first, second) = logged_in(cast.agent), two
        token = csrf_token(agent, "/profile/password")
        for address in ("/merging/", f"/merging/person/{first}/{second}"):
            assert agent.get(address).status_code == 403
        assert agent.post(f"/merging/person/{first}/{second}", data={"csrf_token": token}).status_code == 403
        assert len(self.people(app)) == 2

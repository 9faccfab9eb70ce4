"""Duplicates: who may be one, side by side, merged and taken apart on pages and by REST."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from app.db import unit_of_work
from app.organisation import dismissals, duplicates
from app.organisation.models import Person
from app.organisation.permissions import PERSON_MERGE
from app.organisation.services import department_service, person_service
from app.records.audit import AuditEntry
from app.records.merges import RecordMerge
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden, NotFound
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


class TestNotTheSame:
    def test_a_pair_stays_away_until_what_was_compared_changes(self, unit):
        first, second, third = (make_person(name=name, email="w@a.example") for name in ("A", "B", "C"))
        assert [names for names, _why in sorted(pairs("person"))] == [("A", "B"), ("A", "C")]
        dismissals.dismiss(SYSTEM, PERSON_MERGE, "person", second.id, first.id)
        assert [names for names, _why in sorted(pairs("person"))] == [("A", "C")]
        dismissals.dismiss(SYSTEM, PERSON_MERGE, "person", first.id, third.id)
        # C looks like B as well, of which nobody has said anything.
        assert [names for names, _why in sorted(pairs("person"))] == [("B", "C")]
        person_service.update(SYSTEM, third.id, {"job_title": "Clerk"})
        assert [names for names, _why in sorted(pairs("person"))] == [("B", "C")]
        person_service.update(SYSTEM, third.id, {"phone": "13800002222"})
        assert [names for names, _why in sorted(pairs("person"))] == [("A", "C")]
        dismissals.dismiss(SYSTEM, PERSON_MERGE, "person", first.id, third.id)
        dismissals.suspect_again(SYSTEM, PERSON_MERGE, "person", second.id, first.id)
        assert [names for names, _why in sorted(pairs("person"))] == [("A", "B"), ("B", "C")]

    def test_both_are_told_and_nobody_without_the_right_may(self, unit):
        first, second = (make_person(name=name, email="w@a.example") for name in ("A", "B"))
        with acting_as(make_actor()), pytest.raises(Forbidden):
            dismissals.dismiss(make_actor(), PERSON_MERGE, "person", first.id, second.id)
        assert len(pairs("person")) == 1
        for _time in range(2):
            dismissals.dismiss(SYSTEM, PERSON_MERGE, "person", first.id, second.id)
        told = unit.execute(select(AuditEntry.record_id, AuditEntry.new).where(
            AuditEntry.field == "not_the_same").order_by(AuditEntry.id)).all()
        assert [tuple(one) for one in told] == [(first.id, second.id), (second.id, first.id)]
        with pytest.raises(NotFound):
            dismissals.dismiss(SYSTEM, PERSON_MERGE, "person", first.id, 10**9)


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

    def test_a_pair_is_dismissed_and_suspected_again(self, app, cast, logged_in, two):
        admin, (first, second) = logged_in(cast.admin), two
        page = f"/merging/person/{first}/{second}"
        assert f'action="{page}/apart"' in admin.get("/merging/?kind=person").text
        token = csrf_token(admin, page)
        assert admin.post(f"{page}/apart", data={"csrf_token": token}).status_code == 302
        assert page not in admin.get("/merging/?kind=person").text
        assert 'name="back"' in admin.get(page).text
        assert admin.post(f"{page}/apart", data={"csrf_token": token, "back": "1"}).status_code == 302
        assert page in admin.get("/merging/?kind=person").text
        agent = logged_in(cast.agent)
        refused = agent.post(f"{page}/apart", data={"csrf_token": csrf_token(agent, "/profile/password")})
        assert refused.status_code == 403

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

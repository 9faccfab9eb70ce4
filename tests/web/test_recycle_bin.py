"""Deleting by page, by many rows and by REST; the recycle bin and what it lets one do."""

import re

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import include_deleted, unit_of_work
from app.organisation.models import Company, Person
from app.records.deleted import DeletedRecord
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token, make_company, make_person, submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
BASE = "/organisation/companies"


@pytest.fixture
def acme(app, cast):
    """A company that a person and an incident refer to."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        company = make_company(name="Acme", code="ACME")
        caller = make_person(name="Wile", company=company)
        incident = incident_service.create(SYSTEM, {"title": "It fell", "caller": caller})
        return company.id, incident.id


def now(app, column):
    with app.app_context(), unit_of_work() as unit, acting_as(SYSTEM), include_deleted():
        return unit.execute(select(column)).scalars().all()


def rest(client, method, path, **arguments):
    token = csrf_token(client, "/profile/password")
    return client.open(f"/api/v1{path}", method=method, headers={"X-CSRFToken": token}, query_string=arguments)


class TestPage:
    def test_lists_the_uses_with_links_and_keeps_names_after(self, app, cast, logged_in, acme):
        admin, (company, incident) = logged_in(cast.admin), acme
        page = admin.get(f"{BASE}/delete/{company}").text
        links = re.findall(r'href="([^"]*_flt_[^"]*)"', page)
        assert {link.split("/list/")[0] for link in links} == {"/organisation/people", "/incident/incidents"}
        assert all(admin.get(link.replace("&amp;", "&")).status_code == 200 for link in links)
        refused = submit(admin, f"{BASE}/delete/{company}", how="delete", reason="")
        assert (refused.status_code, "This field is required" in refused.text) == (422, True)
        gone = submit(admin, f"{BASE}/delete/{company}", how="delete", reason="Bankrupt")
        assert gone.headers["Location"] == f"{BASE}/list/"
        (wile,) = now(app, Incident.caller_id)
        for address in (f"/incident/incidents/show/{incident}", "/organisation/people/list/",
                        f"/organisation/people/edit/{wile}"):
            assert "Acme (deleted)" in admin.get(address).text, address
        assert "Acme" not in logged_in(cast.customer).get("/organisation/people/list/").text

    def test_switching_off_is_proposed(self, app, cast, logged_in, acme):
        admin, (company, _incident) = logged_in(cast.admin), acme
        page = admin.get(f"{BASE}/delete/{company}").text
        assert re.search(r'<option selected value="deactivate"', page)
        done = submit(admin, f"{BASE}/delete/{company}", how="deactivate", reason="Bankrupt")
        assert done.headers["Location"] == f"{BASE}/show/{company}"
        assert (now(app, Company.is_active), now(app, Company.deleted_at)) == ([False], [None])

    def test_nobody_without_the_right(self, app, cast, logged_in, acme):
        agent, (company, _incident) = logged_in(cast.agent), acme
        token = csrf_token(agent, "/profile/password")
        assert agent.get(f"{BASE}/delete/{company}").status_code == 403
        answer = agent.post(f"{BASE}/delete/{company}", data={"csrf_token": token, "how": "delete", "reason": "x"})
        assert (answer.status_code, now(app, Company.deleted_at)) == (403, [None])
        assert agent.get(f"{BASE}/options/replacement").status_code == 404
        assert agent.get("/recycle-bin/").status_code in (302, 403)

    def test_where_it_is_used_is_told_on_its_page(self, cast, logged_in, acme):
        page = logged_in(cast.admin).get(f"{BASE}/{acme[0]}/panel/uses").text
        assert "Incidents" in page
        assert "People" in page


def test_many_rows_leave_what_is_in_use_unless_told(app, cast, logged_in, acme):
    admin, (used, _incident) = logged_in(cast.admin), acme
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        free = make_company(name="Free").id
    token, picks = csrf_token(admin, "/profile/password"), [f"{used}:", f"{free}:"]
    send = {"csrf_token": token, "pick": picks, "reason": "Tidy"}
    assert "This is in use" in admin.post(f"{BASE}/bulk/delete", data=send).text
    assert [one is None for one in now(app, Company.deleted_at)] == [True, False]
    admin.post(f"{BASE}/bulk/delete", data={**send, "pick": picks[:1], "how": "delete"})
    assert None not in now(app, Company.deleted_at)


class TestRest:
    def test_tells_the_uses_then_does_what_is_chosen_and_back(self, app, cast, logged_in, acme):
        admin, (company, _incident) = logged_in(cast.admin), acme
        refused = rest(admin, "DELETE", f"/company/{company}", reason="Bankrupt")
        assert (refused.status_code, refused.json["code"]) == (409, "in_use")
        assert {(one["record_type"], one["field"], one["count"]) for one in refused.json["uses"]} == {
            ("person", "company_id", 1), ("incident", "company_id", 1)}
        assert rest(admin, "DELETE", f"/company/{company}", how="delete").status_code == 422
        done = rest(admin, "DELETE", f"/company/{company}", how="delete", reason="Bankrupt")
        assert (done.status_code, admin.get(f"/api/v1/company/{company}").status_code) == (200, 404)
        back = rest(admin, "POST", f"/company/{company}/restore")
        assert (back.status_code, back.json["result"]["code"]) == (200, "ACME")
        assert rest(admin, "POST", f"/company/{company}/restore").status_code == 409

    def test_replaces(self, app, cast, logged_in, acme):
        admin, (company, _incident) = logged_in(cast.admin), acme
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            other = make_company(name="Other").id
        wrong = rest(admin, "DELETE", f"/company/{company}", how="replace", by=company, reason="Bought")
        assert (wrong.status_code, set(wrong.json["fields"])) == (422, {"by"})
        rest(admin, "DELETE", f"/company/{company}", how="replace", by=other, reason="Bought")
        assert set(now(app, Person.company_id)) - {None} == {other}


class TestBin:
    @pytest.fixture
    def entry(self, app, acme):
        from app.organisation.services import company_service
        from app.records.ending import Choice

        with app.app_context(), unit_of_work(write=True) as unit, acting_as(SYSTEM):
            company_service.delete(SYSTEM, acme[0], "Bankrupt", Choice("delete"))
            return unit.execute(select(DeletedRecord.id)).scalar_one()

    def test_is_found_by_kind_and_words_and_gives_back(self, app, cast, logged_in, entry):
        admin = logged_in(cast.admin)
        for query, is_there in (("", True), ("?kind=company&q=acm", True), ("?kind=person", False), ("?q=beta", False)):
            assert ("<strong>Acme</strong>" in admin.get(f"/recycle-bin/{query}").text) is is_there, query
        back = submit(admin, f"/recycle-bin/{entry}/restore", page="/recycle-bin/")
        assert (back.status_code, now(app, Company.deleted_at)) == (302, [None])

    def test_purges_once_its_name_is_typed(self, app, cast, logged_in, entry):
        admin = logged_in(cast.admin)
        assert submit(admin, f"/recycle-bin/{entry}/purge", typed="acme inc").status_code == 422
        assert len(now(app, Company.id)) == 1
        assert submit(admin, f"/recycle-bin/{entry}/purge", typed="Acme").status_code == 302
        assert (now(app, Company.id), set(now(app, Person.company_id))) == ([], {None})

    def test_shows_only_what_one_may_delete_and_purging_is_a_right_of_its_own(self, app, cast, logged_in, entry):
        manager = logged_in(cast.manager)
        assert "<strong>Acme</strong>" in manager.get("/recycle-bin/").text
        token = csrf_token(manager, "/profile/password")
        answer = manager.post(f"/recycle-bin/{entry}/purge", data={"csrf_token": token, "typed": "Acme"})
        assert (answer.status_code in (302, 403), len(now(app, Company.id))) == (True, 1)
        agent = logged_in(cast.agent)
        token = csrf_token(agent, "/profile/password")
        agent.post(f"/recycle-bin/{entry}/restore", data={"csrf_token": token})
        assert now(app, Company.deleted_at) != [None]

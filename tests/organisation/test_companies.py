"""Companies: several things at once, their domains, contacts and the card that tells of them."""

import pytest
from sqlalchemy import func, select

from app.db import unit_of_work
from app.organisation.companies import company_of_address, domains_in
from app.organisation.contacts import CompanyContact
from app.organisation.labels import COMPANY_KINDS
from app.organisation.models import CompanyDomain
from app.organisation.permissions import COMPANY_READ, COMPANY_WRITE
from app.organisation.services import company_contact_service, company_service, department_service, person_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden, InvalidField
from tests.support.people import make_actor, make_company, make_person

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def flags(company):
    return {kind for kind in COMPANY_KINDS if getattr(company, f"is_{kind}")}


class TestKinds:
    @pytest.mark.parametrize(("given", "kinds", "kind"), [
        ({}, {"customer"}, "customer"), ({"kind": "supplier"}, {"supplier"}, "supplier"),
        ({"is_supplier": True, "is_customer": True}, {"customer", "supplier"}, "customer"),
        ({"is_own": True, "is_manufacturer": True}, {"own", "manufacturer"}, "own"),
    ])
    def test_a_company_is_several_things_at_once(self, unit, given, kinds, kind):
        company = make_company(**given)
        assert (flags(company), company.kind) == (kinds, kind)

    def test_the_old_word_alone_says_that_it_is_only_that(self, unit):
        company = make_company(is_supplier=True, is_customer=True)
        company_service.update(SYSTEM, company.id, {"kind": "manufacturer"})
        assert (flags(company), company.kind) == ({"manufacturer"}, "manufacturer")
        company_service.update(SYSTEM, company.id, {"is_supplier": True})
        assert (flags(company), company.kind) == ({"manufacturer", "supplier"}, "supplier")

    def test_it_is_something(self, unit):
        company = make_company()
        with pytest.raises(InvalidField) as refused:
            company_service.update(SYSTEM, company.id, {"is_customer": False})
        assert (set(refused.value.fields), flags(company)) == ({"is_customer"}, {"customer"})


@SQLITE
@pytest.mark.parametrize(("field", "value"), [
    ("support_level", "diamond"), ("industry", "magic"), ("timezone", "Mars/Base"), ("language", "xx"),
    ("mail_domains", "no domain"), ("mail_domains", "a..b"), ("kind", "friend"),
])
def test_refused(unit, field, value):
    company = make_company()
    with pytest.raises(InvalidField) as refused:
        company_service.update(SYSTEM, company.id, {field: value})
    assert set(refused.value.fields) == {field}


@SQLITE
def test_a_web_site_is_an_address_of_the_web(unit):
    assert make_company(website="example.com").website == "https://example.com"
    assert make_company(website="javascript:alert(1)").website.startswith("https://")


class TestDomains:
    def test_they_are_kept_in_one_form(self):
        assert domains_in(" @Example.COM；mail.example.cn, example.com ") == ["example.com", "mail.example.cn"]

    def test_who_writes_from_there_belongs_to_the_company(self, unit):
        group = make_company(mail_domains="example.com")
        branch = make_company(mail_domains="cn.example.com", parent=group)
        make_company(mail_domains="gone.example.org", is_active=False)
        for address, company in (("a@EXAMPLE.com", group), ("a@x.example.com", group), ("a@sh.cn.example.com", branch),
                                 ("a@badexample.com", None), ("a@gone.example.org", None), ("nobody", None),
                                 (None, None)):
            assert company_of_address(address) == (company and company.id), address
        assert make_person(email="wei@cn.example.com").company_id == branch.id
        assert make_person(email="wei@cn.example.com", company=group).company_id == group.id

    def test_no_two_companies_have_the_same(self, unit):
        first, second = make_company(mail_domains="example.com"), make_company()
        with pytest.raises(InvalidField) as refused:
            company_service.update(SYSTEM, second.id, {"mail_domains": "other.org, example.com"})
        assert set(refused.value.fields) == {"mail_domains"}
        assert unit.execute(select(CompanyDomain.domain)).scalars().all() == ["example.com"]
        company_service.update(SYSTEM, first.id, {"mail_domains": "example.net"})
        company_service.update(SYSTEM, second.id, {"mail_domains": "example.com"})
        assert company_of_address("a@example.com") == second.id


class TestContacts:
    def test_the_same_one_once_for_each_purpose(self, unit):
        company, person = make_company(), make_person()
        made = company_contact_service.create(SYSTEM, {"company": company, "person": person, "role": "it_manager"})
        assert (made.purpose, made.sequence) == ("key", 10)
        company_contact_service.create(SYSTEM, {"company": company, "person": person, "purpose": "escalation"})
        with pytest.raises(InvalidField) as refused:
            company_contact_service.create(SYSTEM, {"company": company, "person": person})
        assert set(refused.value.fields) == {"person"}
        company_contact_service.delete(SYSTEM, made.id)
        company_contact_service.create(SYSTEM, {"company": company, "person": person})
        assert unit.execute(select(func.count()).select_from(CompanyContact)).scalar() == 2

    def test_they_are_seen_with_their_company_and_changed_with_its_right(self, unit):
        company, person = make_company(), make_person()
        company_contact_service.create(SYSTEM, {"company": company, "person": person})
        for rights, seen in (([COMPANY_READ, "person.read"], 1), (["person.read"], 0)):
            actor = make_actor(rights)
            with acting_as(actor):
                assert unit.execute(select(func.count(CompanyContact.id))).scalar() == seen
                with pytest.raises(Forbidden):
                    company_contact_service.create(actor, {"company": company, "person": make_person()})
        assert unit.execute(select(func.count(CompanyContact.id))).scalar() == 1
        keeper = make_actor([COMPANY_READ, COMPANY_WRITE, "person.read"])
        with acting_as(keeper):
            company_contact_service.create(
                keeper, {"company": company, "person": person, "purpose": "escalation"})


@SQLITE
class TestCard:
    @pytest.fixture
    def acme(self, app, cast):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            boss = make_person(name="Account Boss", email="boss@example.net", phone="+86 21 5566 7788")
            company = make_company(name="Acme", is_supplier=True, is_customer=True, support_level="gold",
                                   is_key_customer=True, account_manager=boss, website="acme.example")
            make_company(name="Acme Branch", parent=company)
            contact = make_person(name="Key Contact", company=company)
            late = make_person(name="Night Watch", company=company, phone="13800001111")
            for values in ({"person": contact, "role": "it_manager"},
                           {"person": late, "purpose": "escalation", "note": "after 18:00"}):
                company_contact_service.create(SYSTEM, {"company": company, **values})
            department = department_service.create(SYSTEM, {"name": "Finance", "company": company})
            for number in range(3):
                make_person(name=f"Clerk {number}", company=company, department=department)
            return company.id

    def test_it_tells_what_one_must_know_in_few_statements(self, cast, logged_in, acme, statements):
        agent, page = logged_in(cast.agent), f"/organisation/companies/show/{acme}"
        agent.get(page)
        with statements() as sent:
            card = agent.get(page).text
        assert len(sent) <= 12, sent
        for words in ("Gold", "Key customer", "Customer, Supplier", "Account Boss", 'href="tel:+862155667788"',
                      "mailto:boss@example.net", "Key Contact", "IT manager", "Night Watch", "after 18:00",
                      'href="https://acme.example"', "<strong>5</strong> People", "<strong>1</strong> Departments",
                      "<strong>0</strong> Sites", "<strong>1</strong> Companies below"):
            assert words in card, words

    def test_the_numbers_lead_to_exactly_these_rows(self, cast, logged_in, acme):
        import re
        from html import unescape

        agent = logged_in(cast.agent)
        card = agent.get(f"/organisation/companies/show/{acme}").text
        led = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong>', card)
        assert [number for _url, number in led] == ["5", "1", "1"]
        for url, number in led:
            rows = re.findall(r'<tr[^>]* data-id="?\d+|data-row="\d+"', agent.get(unescape(url)).text)
            assert len(set(rows)) == int(number), url

    def test_its_tabs_come_when_they_are_opened(self, cast, logged_in, acme):
        agent, base = logged_in(cast.agent), f"/organisation/companies/{acme}/panel"
        people = agent.get(f"{base}/people").text
        assert ("Clerk 2" in people, "Finance" in people, "Account Boss" in people) == (True, True, False)
        assert "Finance" in agent.get(f"{base}/departments").text
        tree = agent.get(f"{base}/tree").text
        assert tree.index("Acme<") < tree.index("Acme Branch")
        assert 'aria-current="page">Acme<' in tree

    def test_the_list_is_a_tree_as_well(self, cast, logged_in, acme):
        tree = logged_in(cast.agent).get("/organisation/companies/list/?as=tree").text
        assert tree.index(">Acme<") < tree.index(">Acme Branch<")
        departments = logged_in(cast.agent).get("/organisation/departments/list/?as=tree").text
        assert departments.index(">Acme<") < departments.index(">Finance<")

    def test_by_rest(self, cast, logged_in, acme):
        agent = logged_in(cast.manager)
        token = {"X-CSRFToken": agent.get("/").text.split('name="csrf-token" content="')[1].split('"')[0]}
        shown = agent.get(f"/api/v1/company/{acme}").json["result"]
        assert (shown["kind"], shown["is_supplier"], shown["support_level"]) == ("customer", True, "gold")
        made = agent.post("/api/v1/company/", headers=token, json={"name": "Maker", "kind": "manufacturer"})
        assert (made.status_code, made.json["result"]["is_manufacturer"]) == (201, True)
        contact = agent.post("/api/v1/company_contact/", headers=token, json={
            "company_id": acme, "person_id": cast.agent.person_id, "purpose": "nonsense"})
        assert (contact.status_code, set(contact.json["fields"])) == (422, {"purpose"})


def test_nobody_manages_themselves(unit):
    chain = [make_person()]
    for _ in range(3):
        chain.append(make_person(manager=chain[-1]))
    with pytest.raises(InvalidField) as refused:
        person_service.update(SYSTEM, chain[0].id, {"manager": chain[-1]})
    assert (set(refused.value.fields), chain[0].manager_id) == ({"manager"}, None)

"""A customer manager sees the tickets and the people of their company and of all below it, and nobody else's."""

import pytest

from addons.incident.services import incident_service
from app.db import unit_of_work
from app.organisation.services import company_service, department_service, person_service, site_service
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_company, make_login, make_person

MANAGER = "incident.role_customer_manager"
LISTS = {"people": "/organisation/people/list/", "companies": "/organisation/companies/list/",
         "departments": "/organisation/departments/list/", "sites": "/organisation/sites/list/",
         "incidents": "/incident/incidents/list/"}
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def world(app, cast):
    """A customer with a branch, another customer and our own company: each with a person, parts and an incident."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        above = make_company(name="Holding")
        own = make_company(name="Acme", parent=above)
        places = {"Holding": above, "Acme": own, "Branch": make_company(name="Branch", parent=own),
                  "Rival": make_company(name="Rival")}
        made = {}
        for name, company in places.items():
            person = make_person(name=f"Person of {name}", company=company)
            department_service.create(SYSTEM, {"name": f"Office of {name}", "company": company})
            site_service.create(SYSTEM, {"name": f"House of {name}", "company": company})
            incident = incident_service.create(SYSTEM, {"title": f"Trouble of {name}", "caller": person,
                                                        "kind": "query"})
            made[name] = (company.id, person.id, incident.id)
        who = make_login(MANAGER, name="Boss")
        person_service.update(SYSTEM, who.person_id, {"company": own})
    return who, made


def test_lists_end_at_the_own_companies(logged_in, world):
    boss, _made = world[0], world[1]
    client = logged_in(boss)
    for kind, address in LISTS.items():
        page = client.get(address).text
        for name, is_seen in (("Acme", True), ("Branch", True), ("Holding", False), ("Rival", False)):
            word = {"people": "Person of ", "departments": "Office of ", "sites": "House of ",
                    "incidents": "Trouble of ", "companies": ""}[kind]
            assert (f">{word}{name}<" in page) is is_seen, (kind, name)


def test_records_beyond_them_are_not_there(logged_in, world):
    client = logged_in(world[0])
    pages = ("/organisation/companies/show/{0}", "/organisation/people/show/{1}", "/organisation/people/{1}/card",
             "/incident/incidents/show/{2}", "/organisation/companies/{0}/panel/people", "/api/v1/person/{1}",
             "/api/v1/company/{0}", "/api/v1/incident/{2}")
    for name, status in (("Branch", 200), ("Rival", 404), ("Holding", 404)):
        for page in pages:
            assert client.get(page.format(*world[1][name])).status_code == status, (name, page)


def test_the_card_and_the_training_needs_count_what_they_see(logged_in, world):
    client = logged_in(world[0])
    card = client.get(f"/organisation/companies/show/{world[1]['Acme'][0]}").text
    assert "<strong>2</strong> People" in card
    training = client.get("/incident/training/").text
    assert ("Person of Branch" in training, "Person of Rival" in training) == (True, False)
    assert client.get(f"/organisation/companies/{world[1]['Acme'][0]}/panel/tree").text.count("<a ") == 2


def test_nothing_of_it_is_changed(app, logged_in, world):
    client, (_company, person, _incident) = logged_in(world[0]), world[1]["Branch"]
    assert client.get(f"/organisation/people/edit/{person}").status_code in (302, 403)
    assert client.get("/organisation/companies/add").status_code in (302, 403)


def test_a_company_lets_its_people_see_all_its_tickets(app, cast, logged_in, world):
    company, _person, incident = world[1]["Acme"]
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        person_service.update(SYSTEM, cast.customer.person_id, {"company": company})
    page = f"/incident/incidents/show/{incident}"
    assert logged_in(cast.customer).get(page).status_code == 404
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        company_service.update(SYSTEM, company, {"shares_tickets": True})
    customer = logged_in(cast.customer)
    assert customer.get(page).status_code == 200
    assert customer.get(f"/incident/incidents/show/{world[1]['Branch'][2]}").status_code == 404

"""The caller at the side: who calls is seen at once, and nobody sees more of them than they may."""

import re

import pytest

from app.db import unit_of_work
from app.organisation.services import person_service
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_company, make_login, make_person, submit

ADD = "/incident/incidents/add"
PEOPLE = "/organisation/people"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def caller(app, cast):
    """A VIP of a company, with phone, mail and log-in."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        company = make_company(name="Acme")
        login = make_login("incident.role_customer", name="欧阳晓红", language="zh", timezone="Asia/Tokyo")
        person_service.update(SYSTEM, login.person_id, {
            "company": company, "phone": "+86 (21) 5566-7788", "email": "oyxh@example.org", "is_vip": True,
            "employee_number": "E-77"})
    return login


def log(client, caller_id, **values):
    made = submit(client, ADD, caller=caller_id, kind="incident", **values)
    assert made.status_code == 302, made.text
    return made.headers["Location"]


def test_the_card_tells_who_calls_and_what_is_open(cast, logged_in, caller):
    agent = logged_in(cast.agent)
    for number in range(7):
        log(agent, caller.person_id, title=f"Trouble {number}")
    card = agent.get(f"{PEOPLE}/{caller.person_id}/card").text
    for words in ("欧阳晓红", "VIP", "Acme", 'href="tel:+862155667788"', "mailto:oyxh@example.org", "E-77", "中文",
                  f'href="/organisation/people/show/{caller.person_id}" target="_blank"', "Trouble 6", "Trouble 2"):
        assert words in card, words
    assert "Trouble 1" not in card
    assert re.search(r"\d\d:\d\d there", card)
    assert f"caller={caller.person_id}" in card


def test_the_page_asks_for_it_later_and_the_form_once_somebody_is_chosen(cast, logged_in, caller, statements):
    agent = logged_in(cast.agent)
    page = log(agent, caller.person_id, title="Trouble")
    agent.get(page)
    with statements() as sent:
        shown = agent.get(page).text
    assert f'hx-get="{PEOPLE}/{caller.person_id}/card"' in shown
    assert len(sent) <= 12, sent
    assert "mailto:" not in shown
    assert 'data-card-of="caller"' in agent.get(ADD).text
    assert f'hx-get="{PEOPLE}/{caller.person_id}/card?brief=1"' in agent.get(f"{PEOPLE}/show/{caller.person_id}").text
    brief = agent.get(f"{PEOPLE}/{caller.person_id}/card?brief=1").text
    assert ("Trouble" in brief, "mailto:" in brief) == (True, False)


def test_what_it_lists_is_what_the_reader_may_see(cast, logged_in, caller):
    log(logged_in(cast.agent), caller.person_id, title="Not for the second line", group=cast.first_line)
    card = logged_in(cast.specialist).get(f"{PEOPLE}/{caller.person_id}/card").text
    assert ("欧阳晓红" in card, "Not for the second line" in card) == (True, False)


def test_a_customer_has_no_card_of_anybody(cast, logged_in, caller):
    customer = logged_in(cast.customer)
    page = log(customer, "", title="Mine")
    assert customer.get(f"{PEOPLE}/{caller.person_id}/card").status_code in (302, 403, 404)
    shown, form = customer.get(page).text, customer.get(ADD).text
    assert ("/card" in shown, "data-card-of" in form) == (False, False)


def test_people_of_one_name_are_told_apart_while_one_types(app, cast, logged_in, caller):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        make_person(name="欧阳晓红", employee_number="E-99")
    found = logged_in(cast.agent).get("/incident/incidents/options/caller?q=oyxh").json["results"]
    assert sorted(one["hint"] for one in found) == ["Acme · +86 (21) 5566-7788 · E-77", "E-99"]


def test_groups_and_services_are_found_by_pinyin(app, cast, logged_in):
    from addons.ticket.models import Service
    from tests.support.people import make_group

    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        make_group(code="wangluo", name={"en": "Network team", "zh": "网络运维组"})
        session.add(Service(code="mail", name={"en": "E-mail", "zh": "电子邮箱"}))
    agent = logged_in(cast.agent)
    for field, text, typed in (("group", "Network team", ("wangluoyunwei", "wlyw", "网络", "netw", "yunwei")),
                               ("service", "E-mail", ("dianziyouxiang", "dzyx", "邮箱", "e-ma"))):
        for one in typed:
            found = agent.get(f"/incident/incidents/options/{field}?q={one}").json["results"]
            assert [row["text"] for row in found] == [text], (field, one)
    assert agent.get("/incident/incidents/options/group?q=xyz").json["results"] == []


class TestHeader:
    def test_a_state_that_a_step_leads_to_takes_it(self, cast, logged_in, caller):
        page = log(logged_in(cast.agent), caller.person_id, title="Trouble", group=cast.first_line)
        bars = [re.search(r'<ol class="state-bar".*?</ol>', logged_in(who).get(page).text, re.DOTALL)[0]
                for who in (cast.agent, cast.auditor)]
        assert re.findall(r"transition/(\w+)", bars[0]) == ["pick", "resolve"]
        assert re.findall(r"transition/(\w+)", bars[1]) == []
        assert 'class="state-step" href' in bars[0]

    def test_the_number_is_copied_by_a_button(self, cast, logged_in, caller):
        page = log(logged_in(cast.agent), caller.person_id, title="Trouble")
        assert 'data-copy="INC00001"' in logged_in(cast.agent).get(page).text

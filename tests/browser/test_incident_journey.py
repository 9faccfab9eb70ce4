"""An incident's turns in a browser: it waits for its caller, takes its children along, is deleted and comes back."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import rows
from tests.browser.reader import Reader
from tests.support.live import ADMIN_PASSWORD, LiveServer
from tests.support.people import CUSTOMER
from tests.support.visitor import Visitor

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


class Keeper:
    """The administrator, who prepares by REST what a journey begins with."""

    def __init__(self, server: LiveServer) -> None:
        self.server, self.visitor = server, Visitor(server.url)
        self.visitor.log_in("admin", server.password)
        ((self.person, self.group),) = rows(
            server, "SELECT person_id, group_id FROM group_member JOIN person ON person.id = person_id "
            "JOIN ab_user ON ab_user.id = user_id WHERE username = 'admin'")

    def post(self, resource: str, **values: Any) -> int:
        """Make a record; return its id."""
        answer = self.visitor.rest("POST", f"/{resource}/", values)
        assert answer.status == 201, answer.text
        return int(answer.json()["id"])

    def customer(self, name: str, username: str, language: str) -> int:
        """Make a customer who can log in; return the id of the person."""
        person = self.post("person", name=name)
        ((role,),) = rows(self.server, "SELECT role_id FROM role_profile WHERE code = ?", CUSTOMER)
        self.post("user", person_id=person, username=username, password=ADMIN_PASSWORD, roles=[role], language=language)
        return person

    def incident(self, title: str, caller: int) -> int:
        """Log an incident that the administrator holds; return its id."""
        return self.post("incident", title=title, caller_id=caller, group_id=self.group, assignee_id=self.person)

    def number(self, pk: int) -> str:
        """Return the number of an incident."""
        ((number,),) = rows(self.server, "SELECT number FROM ticket WHERE id = ?", pk)
        return str(number)

    def states(self, *pks: int) -> list[str]:
        """Return the states of incidents."""
        return [rows(self.server, "SELECT state FROM ticket WHERE id = ?", pk)[0][0] for pk in pks]


@pytest.fixture(scope="module")
def keeper(live_server):
    return Keeper(live_server)


def page_of(pk: int) -> str:
    return f"/incident/incidents/show/{pk}"


@pytest.fixture
def agent(live_server, reader, language) -> Reader:
    """The administrator at work, at a browser in the language of the journey."""
    someone = reader(live_server.url, language)
    someone.get_in("admin", live_server.password)
    someone.speak(language)
    return someone


@pytest.mark.timeout(120)
@LANGUAGES
def test_an_incident_waits_until_its_caller_answers(keeper, agent, reader, pictures, language):
    say = agent.say
    name = {"en": "Rosalind Hart", "zh": "罗秀英"}[language]
    incident = keeper.incident("The scanner is dead", keeper.customer(name, f"caller-{language}", language))
    agent.open(page_of(incident))
    agent.step(say("Put on hold"))
    agent.choose("pending_reason", say("Waiting for the customer"), within="#dialog")
    agent.photograph(pictures, "hold")
    agent.confirm_step(say("Put on hold"))
    agent.should_hear(say("Done: %s", say("Put on hold")))
    agent.should_be_in("Pending")
    agent.photograph(pictures, "held")

    # The caller reads on a phone what is waited for, and answers.
    caller = reader(agent.url, language, 390)
    caller.get_in(f"caller-{language}", ADMIN_PASSWORD)
    caller.open(page_of(incident))
    caller.should_be_in("Pending")
    caller.photograph(pictures, "asked")
    caller.page.locator("[data-composer] textarea").fill("It is the blue one")
    caller.page.locator("[data-composer]").get_by_role("button", name=say("Send the reply")).click()
    caller.should_be_in("Assigned")
    expect(caller.page.locator("main")).to_contain_text("It is the blue one")
    caller.should_fit()
    caller.photograph(pictures, "answered")

    # It goes on by itself, and whoever holds it is told.
    agent.open("/")
    expect(agent.page.locator("#bell-count .count-dot")).to_be_visible()
    agent.page.locator("#bell").click()
    notice = agent.page.locator("#bell-menu .notice.is-unread").filter(has_text=keeper.number(incident))
    expect(notice).to_contain_text(say("%s answered", name))
    agent.photograph(pictures, "told")
    notice.locator("a").click()
    agent.page.wait_for_url(f"**{page_of(incident)}*")
    agent.should_be_in("Assigned")
    expect(agent.page.locator("main")).to_contain_text("It is the blue one")
    agent.photograph(pictures, "resumed")
    for someone in (agent, caller):
        someone.expect_refusals()


@pytest.mark.timeout(120)
@LANGUAGES
def test_a_parent_takes_its_children_along(keeper, agent, pictures, language):
    page, say = agent.page, agent.say
    title = {"en": "Switch 3 is down", "zh": "三号交换机断电"}[language]
    parent, child = keeper.incident(title, keeper.person), keeper.incident("No network in 301", keeper.person)
    agent.open(page_of(child))
    links = agent.show_tab("Related")
    links.locator("select[name=kind]").select_option(label=say("Parent"))
    agent.choose("other", keeper.number(parent), keeper.number(parent))
    links.get_by_role("button", name=say("Link"), exact=True).click()
    links = page.locator("#pane-relations")
    expect(links.locator(".relation-kind")).to_have_text(say("Parent"))
    agent.photograph(pictures, "child")
    links.get_by_role("link", name=keeper.number(parent)).click()
    agent.show_tab("Related")
    expect(page.locator("#pane-relations .relation-kind")).to_have_text(say("Children"))
    agent.photograph(pictures, "parent")

    # A parent does not end before its children; with them where one says so.
    dialog = agent.step(say("Resolve"))
    agent.choose("resolution_code", say("Solved for good"), within="#dialog")
    dialog.locator("[name=solution]").fill("The power is back")
    agent.confirm_step(say("Resolve"))
    expect(dialog.locator("#resolve_children-error")).to_be_visible()
    agent.photograph(pictures, "child-open")
    assert keeper.states(parent, child) == ["assigned", "assigned"]
    dialog.locator("[name=resolve_children]").check()
    agent.confirm_step(say("Resolve"))
    agent.should_hear(say("Done: %s", say("Resolve")))
    agent.should_be_in("Resolved")
    assert keeper.states(parent, child) == ["resolved", "resolved"]
    agent.photograph(pictures, "family-resolved")
    agent.expect_refusals((422, f"/incident/incidents/{parent}/transition/resolve"))


@pytest.mark.timeout(120)
@LANGUAGES
def test_an_incident_is_deleted_and_restored(keeper, agent, pictures, language):
    page, say = agent.page, agent.say
    title = {"en": "Logged by mistake", "zh": "误登记"}[language]
    incident = keeper.incident(title, keeper.person)
    named = f"{keeper.number(incident)} {title}"
    agent.open(page_of(incident))
    agent.press(say("Delete"))
    page.locator("#dialog [name=reason]").fill("A test call")
    agent.photograph(pictures, "delete")
    agent.confirm_step(say("Delete"))
    agent.should_hear(say("Deleted: %s", named))
    agent.open(f"/incident/incidents/list/?q={keeper.number(incident)}")
    expect(page.locator(f"tr[data-row='{incident}']")).to_have_count(0)
    agent.open("/recycle-bin/")
    row = page.locator("tbody tr").filter(has_text=named)
    expect(row).to_contain_text("A test call")
    agent.photograph(pictures, "deleted")
    row.get_by_role("button", name=say("Restore")).click()
    agent.should_hear(say("Restored: %s", named))
    agent.open(page_of(incident))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    agent.should_be_in("Assigned")
    agent.photograph(pictures, "restored")
    agent.expect_refusals()

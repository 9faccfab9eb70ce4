"""A call about two matters is split and merged; its caller follows it, and a parent ends with its child.

In Chinese on a phone and in English at a desk.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import rows
from tests.browser.reader import Reader
from tests.support.live import LiveServer, serving
from tests.support.visitor import Visitor

PAGE, PASSWORD = "/incident/incidents/show/", "Of-the-tests-only-1"
GOES_ON = {"zh": "继续处理请见", "en": "It goes on in"}


class Calls:
    """A desk with a customer who can log in, and what they call about."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.agent = Visitor(server.url)
        self.agent.log_in("admin", server.password)
        ((role,),) = rows(server, "SELECT role_id FROM role_profile WHERE code = 'incident.role_customer'")
        made = self.agent.submit("/security/users/add", name="Li Na", username="lina", password=PASSWORD,
                                 roles=str(role))
        assert made.status == 200, made.text
        ((self.group,),) = rows(server, "SELECT min(id) FROM work_group")
        ((self.caller,),) = rows(server, "SELECT id FROM person WHERE name = 'Li Na'")

    def make(self, title: str) -> int:
        """Log a call of the customer."""
        made = self.agent.rest("POST", "/incident/", {"title": title, "caller_id": self.caller, "group_id": self.group})
        assert made.status == 201, made.text
        return int(made.json()["id"])

    def note(self, pk: int, text: str) -> None:
        """Reply to the customer."""
        assert self.agent.rest("POST", f"/incident/{pk}/note", {"body": text, "is_public": True}).status == 201

    def of(self, pk: int) -> Any:
        """Return an incident."""
        return self.agent.rest("GET", f"/incident/{pk}").json()["result"]


@pytest.fixture(scope="module")
def calls(browser):
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        yield Calls(server)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1440)])
def test_a_call_about_two_matters(calls, reader, pictures, language, width):
    jam, known = calls.make("Printer jams and scanner is dark"), calls.make("Scanners are dark")
    calls.note(jam, "The scanner is another matter")
    agent, customer = (reader(calls.server.url, language, width) for _who in range(2))
    for one, username, password in ((agent, "admin", calls.server.password), (customer, "lina", PASSWORD)):
        one.get_in(username, password)
        one.speak(language)
    made = split(agent, jam, pictures)
    merge(agent, made, calls.of(known), pictures)
    for one in (agent, customer):
        points_to(one, made, calls.of(known)["number"], pictures)
    expect(customer.page.locator(".record-banner form")).to_have_count(0)
    undo(agent, made)
    assert calls.of(made)["state"] == "new"
    end_together(agent, calls, known, pictures)
    for one in (agent, customer):
        one.expect_refusals()


def split(agent: Reader, pk: int, pictures: Any) -> int:
    """Let what was said about the other matter go on by itself; return where."""
    agent.open(f"{PAGE}{pk}")
    dialog = agent.step(agent.say("Split"))
    dialog.locator("[name=title]").fill("Scanner is dark")
    dialog.locator("[name=entries]").check()
    agent.photograph(pictures, "split")
    agent.confirm_step(agent.say("Split"))
    expect(agent.page.locator("h1")).to_have_text("Scanner is dark")
    expect(agent.page.locator(".event-reply")).to_contain_text("The scanner is another matter")
    agent.should_fit()
    return int(agent.path.rpartition("/")[2])


def merge(agent: Reader, pk: int, known: Any, pictures: Any) -> None:
    """Let it go on in what is known already, which shows what was said."""
    dialog = agent.step(agent.say("Merge into another"))
    agent.choose("survivor", known["number"], typed=known["number"], within="#dialog")
    agent.photograph(pictures, "merge")
    dialog.get_by_role("button", name=agent.say("Merge"), exact=True).click()
    expect(agent.page.locator(".record-line .record-number")).to_have_text(known["number"])
    expect(agent.page.locator(".event-reply")).to_contain_text("The scanner is another matter")
    expect(agent.page.locator(f".event-reply a[href$='{PAGE}{pk}']")).to_be_visible()
    agent.should_fit()
    agent.photograph(pictures, "survivor")


def points_to(one: Reader, pk: int, number: str, pictures: Any) -> None:
    """Expect that the page of a merged call says where it goes on."""
    one.open(f"{PAGE}{pk}")
    banner = one.page.locator(".record-banner")
    expect(banner).to_contain_text(GOES_ON[one.say.language])
    expect(banner.get_by_role("link", name=number, exact=True)).to_be_visible()
    one.should_fit()
    one.photograph(pictures, "pointer")


def undo(agent: Reader, pk: int) -> None:
    """Take the merge back."""
    agent.page.locator(".record-banner form button").click()
    agent.page.get_by_role("button", name=agent.say("Yes, go on")).click()
    expect(agent.page.locator(".record-banner")).to_have_count(0)
    agent.should_be_in("New state")


def end_together(agent: Reader, calls: Calls, parent: int, pictures: Any) -> None:
    """Add a child, and resolve both at once; without saying so the parent stays open."""
    agent.open(f"{PAGE}{parent}")
    dialog = agent.step(agent.say("Add a child"))
    dialog.locator("[name=title]").fill("One of them")
    agent.photograph(pictures, "add-child")
    agent.confirm_step(agent.say("Add a child"))
    expect(agent.page.locator("h1")).to_have_text("One of them")
    child = int(agent.path.rpartition("/")[2])
    agent.open(f"{PAGE}{parent}")
    dialog = agent.step(agent.say("Resolve"))
    agent.choose("resolution_code", agent.say("Solved for good"), within="#dialog")
    dialog.locator("[name=solution]").fill("New lamps")
    agent.confirm_step(agent.say("Resolve"))
    expect(dialog.locator("#resolve_children-error")).to_be_visible()
    agent.expect_refusals((422, f"/incident/incidents/{parent}/transition/resolve"))
    dialog.locator("[name=resolve_children]").check()
    agent.confirm_step(agent.say("Resolve"))
    agent.should_be_in("Resolved")
    assert [(calls.of(pk)["state"], re.sub("<.*?>", "", calls.of(pk)["solution"])) for pk in (parent, child)] == [
        ("resolved", "New lamps")] * 2

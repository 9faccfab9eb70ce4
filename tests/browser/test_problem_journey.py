"""Problem management comes, works, goes and comes back, while somebody else works on incidents all the time."""

import json
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import rows
from tests.browser.reader import Reader
from tests.browser.test_incident_journey import LANGUAGES, Keeper, page_of
from tests.support.live import ADMIN_PASSWORD, LiveServer, serving
from tests.support.people import AGENT

INCIDENTS, PROBLEMS = "/incident/incidents/list/", "/problem/problems/list/"
TITLE = {"en": "Wireless drops in the warehouse", "zh": "仓库无线网络断开"}
CAUSE = {"en": "Wireless drops: access point reboots", "zh": "无线网络断开：接入点反复重启"}
WORKAROUND = {"en": "Use the cable at bench four", "zh": "请改用四号台的网线"}


@pytest.fixture
def desk(browser) -> Iterator[LiveServer]:
    """A desk of this test alone, which does not have the addon yet."""
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        yield server


class Day:
    """What an administrator and an agent go through together."""

    def __init__(self, server: LiveServer, reader: Callable[..., Reader], language: str) -> None:
        self.server, self.language, self.calls = server, language, 0
        self.keeper = Keeper(server)
        self.caller = self.keeper.post("person", name="Grace Hopper")
        person = self.keeper.post("person", name="Li Jing")
        self.keeper.post("group_member", group_id=self.keeper.group, person_id=person)
        self.user = self.keeper.post("user", person_id=person, username="lijing", password=ADMIN_PASSWORD,
                                     roles=[self.role(AGENT)], language=language)
        self.three = [self.keeper.incident(f"{TITLE[language]} {number}", self.caller) for number in (1, 2, 3)]
        self.admin, self.agent = reader(server.url, language), reader(server.url, language)
        for someone, username in ((self.admin, "admin"), (self.agent, "lijing")):
            someone.get_in(username, ADMIN_PASSWORD)
            someone.speak(language)
        self.say = self.admin.say

    def role(self, code: str) -> int:
        """Return the id of a shipped role."""
        return int(rows(self.server, "SELECT role_id FROM role_profile WHERE code = ?", code)[0][0])

    def log(self, title: str, button: str = "Log") -> int:
        """Have the agent log what somebody calls about, and see its page; return its id."""
        page, say = self.agent.page, self.say
        self.agent.open(f"/incident/quick/?caller={self.caller}")
        page.locator("#title").fill(title)
        page.locator("main").get_by_role("button", name=say(button), exact=True).click()
        page.wait_for_url("**/incident/incidents/show/*")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        return int(re.findall(r"show/(\d+)", page.url)[0])

    def work(self) -> None:
        """Have the agent log an incident and take it."""
        self.calls += 1
        self.log(f"Call {self.calls}", "Log and take")
        self.agent.should_be_in("In progress")

    def switch(self, action: str) -> None:
        """Switch the addon from the Apps page; the agent works until it is done, and not less than once."""
        page, say = self.admin.page, self.say
        self.admin.open("/apps/")
        page.get_by_role("link", name=f"{say(action)}: {say('Problem management')}", exact=True).click()
        page.locator("main form.desk-form button[type=submit]").click()
        page.wait_for_url("**/apps/progress/*")
        self.work()
        done, until = page.locator("[data-state=done]"), time.monotonic() + 180
        while not done.count() and time.monotonic() < until:
            self.work()
        expect(done).to_be_visible()
        # On an overloaded machine it is over although a process is late: what that one says is of the set of before.
        until = time.monotonic() + 60
        while self.is_late() and time.monotonic() < until:
            time.sleep(0.2)
        self.admin.open("/apps/")
        self.should_have_the_menu(self.admin, is_there=action != "Switch off")

    def is_late(self) -> bool:
        """Say whether a process still serves the set of before."""
        return bool(rows(self.server, "SELECT 1 FROM desk_process WHERE kind <> 'command' AND generation < "
                                      "(SELECT number FROM generation)"))

    def told(self) -> list[tuple[int, int]]:
        """Return how often each incident was told of a workaround."""
        return rows(self.server, "SELECT incident_id, count(*) FROM incident_problem_telling GROUP BY incident_id "
                                 "ORDER BY incident_id")

    def wait_until_told(self, *incidents: int) -> None:
        """Wait for the worker; each of the incidents is told once."""
        until = time.monotonic() + 60
        while len(self.told()) < len(incidents) and time.monotonic() < until:
            time.sleep(0.2)
        assert self.told() == [(key, 1) for key in sorted(incidents)]

    def make_problem(self) -> int:
        """Have the administrator make a problem of the three incidents in their list; return its id."""
        admin, page, say = self.admin, self.admin.page, self.say
        admin.open(f"{INCIDENTS}?q={quote(TITLE[self.language])}")
        for key in self.three:
            page.locator(f"tr[data-row='{key}'] [data-pick]").check()
        page.locator("[data-bulk-bar] .bulk-more").click()
        page.locator("[data-bulk-bar] .dropdown-menu").get_by_role(
            "button", name=say("Make a problem of them")).click()
        dialog = page.locator("#dialog")
        dialog.locator("[name=title]").fill(CAUSE[self.language])
        dialog.locator(".modal-footer button[type=submit]").click()
        expect(dialog.locator("[data-results] .is-done .bulk-name")).to_have_count(3)
        dialog.get_by_role("link", name=CAUSE[self.language]).click()
        page.wait_for_url("**/problem/problems/show/*")
        expect(page.get_by_role("heading", level=1)).to_have_text(CAUSE[self.language])
        expect(admin.show_tab("Incidents").locator("tbody tr")).to_have_count(3)
        return int(re.findall(r"show/(\d+)", page.url)[0])

    def publish(self) -> None:
        """Have the administrator take the problem up and publish what helps meanwhile."""
        admin, say = self.admin, self.say
        admin.step(say("Investigate"))
        ((label,),) = rows(self.server, "SELECT name FROM work_group WHERE id = ?", self.keeper.group)
        group = str(json.loads(label)[self.language])
        admin.choose("group", group, group, within="#dialog")
        admin.confirm_step(say("Investigate"))
        admin.should_be_in("Investigating")
        dialog = admin.step(say("Publish the workaround"))
        dialog.locator("[name=workaround]").fill(WORKAROUND[self.language])
        admin.confirm_step(say("Publish the workaround"))
        admin.should_hear(say("Done: %s", say("Publish the workaround")))

    def should_have_the_note(self, incident: int) -> None:
        """Expect the workaround in the timeline of an incident, once."""
        self.agent.open(page_of(incident))
        notes = self.agent.page.locator("#pane-timeline .event").filter(has_text=WORKAROUND[self.language])
        expect(notes).to_have_count(1)

    def should_be_there(self, problem: int, is_there: bool) -> None:
        """Expect all that shows problems to be there, for both of them, or none of it."""
        number = self.keeper.number(problem)
        for someone in (self.admin, self.agent):
            page, count = someone.page, int(is_there)
            someone.open(f"{INCIDENTS}?q={quote(TITLE[self.language])}")
            expect(page.locator("table.desk-list tbody tr")).to_have_count(4)
            expect(page.locator("th.col-problems")).to_have_count(count)
            expect(page.locator("td.col-problems").get_by_text(number, exact=True)).to_have_count(4 * count)
            self.should_have_the_menu(someone, is_there=is_there)
            for path in (PROBLEMS, f"/problem/problems/show/{problem}", "/api/v1/problem/"):
                assert someone.context.request.get(someone.url + path).status == (200 if is_there else 404), path
            someone.open(page_of(self.three[0]))
            expect(page.locator("#tab-timeline")).to_be_visible()
            expect(page.locator("#tab-problems")).to_have_count(count)
            # What was said and linked stays to be read, whether its addon is on or off.
            expect(page.locator("#pane-timeline .event").filter(has_text=WORKAROUND[self.language])).to_have_count(1)
            expect(someone.show_tab("Related")).to_contain_text(number)

    @staticmethod
    def should_have_the_menu(someone: Reader, *, is_there: bool) -> None:
        """Expect the places of problems in the menu, or none of them."""
        entries = someone.page.locator(".side-nav a[href^='/problem/']")
        if is_there:
            for path in (PROBLEMS, "/problem/known-errors/list/"):
                expect(entries.and_(someone.page.locator(f"[href='{path}']"))).to_have_count(1)
        else:
            expect(entries).to_have_count(0)

    def kept(self, *incidents: int) -> list[tuple[object, ...]]:
        """Return all that the incidents say, and how much was written about each."""
        return [row for key in incidents for row in rows(
            self.server, "SELECT t.*, i.*, (SELECT count(*) FROM timeline_entry e WHERE e.record_type = 'incident' "
            "AND e.record_id = t.id) FROM ticket t JOIN incident i ON i.id = t.id WHERE t.id = ?", key)]


@pytest.mark.timeout(400)
@LANGUAGES
def test_problem_management_comes_and_goes_in_the_middle_of_a_day(desk, reader, pictures, language):
    day = Day(desk, reader, language)
    admin, agent, say = day.admin, day.agent, day.say
    day.switch("Install")
    admin.photograph(pictures, "problem-installed")

    # Three incidents become a problem, and its workaround reaches each of them once.
    problem = day.make_problem()
    admin.photograph(pictures, "problem-made")
    day.publish()
    admin.photograph(pictures, "problem-published")
    day.wait_until_told(*day.three)
    for incident in day.three:
        day.should_have_the_note(incident)
    agent.photograph(pictures, "problem-told")

    # A fourth caller: what helps is there while the title is typed, and the incident is linked with two clicks.
    roles = [day.role(AGENT), day.role("problem.role_reader")]
    assert day.keeper.visitor.rest("PUT", f"/user/{day.user}", {"roles": roles}).status == 200
    agent.open(f"/incident/quick/?caller={day.caller}")
    agent.page.locator("#title").press_sequentially(TITLE[language], delay=15)
    hint = agent.page.locator("[data-hints] .hint-card")
    expect(hint).to_contain_text(CAUSE[language])
    expect(hint).to_contain_text(WORKAROUND[language])
    agent.photograph(pictures, "problem-hint")
    fourth = day.log(TITLE[language])
    agent.show_tab("Problems").get_by_role("button", name=say("This is the cause")).click()
    linked = agent.page.locator("#pane-problems.active")
    expect(linked).to_contain_text(WORKAROUND[language])
    expect(linked.get_by_role("button", name=say("This is the cause"))).to_have_count(0)
    agent.photograph(pictures, "problem-linked")
    day.wait_until_told(*day.three, fourth)
    day.should_have_the_note(fourth)
    day.should_be_there(problem, is_there=True)

    # Off and on again: nothing of it is seen, nothing of it is lost.
    before = day.kept(*day.three, fourth)
    day.switch("Switch off")
    day.should_be_there(problem, is_there=False)
    agent.photograph(pictures, "problem-off")
    assert day.kept(*day.three, fourth) == before
    day.switch("Switch on")
    day.should_be_there(problem, is_there=True)
    admin.open(f"/problem/problems/show/{problem}?tab=incidents")
    expect(admin.page.locator("#pane-incidents tbody tr")).to_have_count(4)
    assert day.kept(*day.three, fourth) == before
    day.wait_until_told(*day.three, fourth)
    for someone in (admin, agent):
        someone.expect_refusals()
    assert "Traceback" not in desk.log()

"""A caller on a phone says by the link of a mail whether it is solved, without logging in: in both languages."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.support.live import ROOT, serving
from tests.support.visitor import Visitor

# What the desk does when it sends the mail.
MAKE_LINK = """
import sys
from app.command_line import prepared_desk
from app.db import unit_of_work
from app.notify import links
from app.sdk.actor import SYSTEM, acting_as
with prepared_desk().app_context(), unit_of_work(write=True), acting_as(SYSTEM):
    for pk in sys.argv[2:]:
        print(links.make("incident.confirm", ("incident", int(pk)), int(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def solved():
    """A desk, and paths of links to four incidents that it has solved."""
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        agent = Visitor(server.url)
        agent.log_in("admin", server.password)
        caller = agent.rest("POST", "/person/", {"name": "Li Na"}).json()["id"]
        lists = agent.rest("GET", "/picklist_value/?q=(filters:!((col:code,opr:eq,value:solved)))").json()["result"]
        group = agent.rest("GET", "/work_group/").json()["result"][0]["id"]
        made = []
        for _time in range(4):
            pk = agent.rest("POST", "/incident/", {"title": "Printer on floor 3 jams", "caller_id": caller,
                                                   "group_id": group}).json()["id"]
            done = agent.rest("POST", f"/incident/{pk}/transition/resolve", {
                "solution": "<p>New rollers. Please print a <b>test page</b>.</p>",
                "resolution_code_id": lists[0]["id"]})
            assert done.status == 200, done.text
            made.append(pk)
        told = subprocess.run([sys.executable, "-c", MAKE_LINK, str(caller), *map(str, made)], cwd=ROOT, check=True,
                              env={**os.environ, "DATA_DIR": str(server.folder)}, text=True, capture_output=True)
        yield server, agent, made, ["/link/" + line.rsplit("/", 1)[1] for line in told.stdout.split()]


@pytest.mark.timeout(90)
@pytest.mark.parametrize(("number", "language", "answer"), [
    (0, "zh", "Yes, it is solved"), (1, "en", "No, not yet"), (2, "en", "Yes, it is solved"), (3, "zh", "No, not yet")])
def test_a_caller_answers(solved, reader, pictures, number, language, answer):
    server, agent, made, paths = solved
    someone = reader(server.url, language, 390)
    page, say = someone.page, someone.say
    someone.open(paths[number])
    expect(page.locator(".link-facts")).to_contain_text("Printer on floor 3 jams")
    expect(page.locator(".link-facts b")).to_have_text("test page")
    someone.should_fit()
    someone.photograph(pictures, "link")
    button, is_refused = page.get_by_role("button", name=say(answer)), answer == "No, not yet"
    if is_refused:
        button.click()
        expect(page.locator("#comment-error, .invalid-feedback").first).to_be_visible()
        page.locator("[name=comment]").fill("It jams again")
    button.click()
    expect(page.locator("[role=status]")).to_be_visible()
    someone.should_fit()
    someone.photograph(pictures, f"link-done-{number}")
    state = agent.rest("GET", f"/incident/{made[number]}").json()["result"]["state"]
    assert state == ("assigned" if is_refused else "closed")
    someone.expect_refusals(*([(422, paths[number])] if is_refused else []))

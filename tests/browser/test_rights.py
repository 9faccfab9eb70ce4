"""An administrator takes a right from a role: its holder meets a closed door everywhere, and the desk says why."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import rows
from tests.support.live import serving

LIST, PASSWORD = "/incident/incidents/list/", "Of-the-tests-only-1"


@pytest.fixture(scope="module")
def desk(browser):
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        yield server


def send(reader, path, *, form=None, data=None):
    """Send something as the page would, and do not follow where it leads."""
    token = reader.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    return reader.page.request.post(reader.url + path, form=form, data=data, headers={"X-CSRFToken": token},
                                    max_redirects=0)


def make_agent(desk, admin, username):
    """Make an agent in the first group, and an incident of that group; return the role's profile and the incident."""
    ((profile, role),) = rows(desk, "SELECT id, role_id FROM role_profile WHERE code = 'incident.role_agent'")
    ((group, person),) = rows(desk, "SELECT group_id, person_id FROM group_member ORDER BY id LIMIT 1")
    made = send(admin, "/security/users/add", form={
        "name": f"Name of {username}", "username": username, "password": PASSWORD, "group": str(group),
        "roles": str(role)})
    assert made.status == 302, made.text()
    logged = send(admin, "/api/v1/incident/", data={"title": "No paper", "caller_id": person, "group_id": group})
    assert logged.status == 201, logged.text()
    return profile, logged.json()["id"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("language", "width"), [("en", 390), ("zh", 1440)])
def test_a_right_taken_away_shuts_every_door_and_is_explained(desk, reader, language, width):
    # Who takes it away and who loses it read the same language; the one at a desk, the other on a phone.
    admin, agent = reader(desk.url, language, 1440), reader(desk.url, language, width)
    say, username = admin.say, f"lina_{language}"
    admin.get_in("admin", desk.password)
    admin.open(f"/lang/{language}?next=/")
    profile, incident = make_agent(desk, admin, username)
    agent.get_in(username, PASSWORD)
    agent.open(f"/lang/{language}?next={LIST}")
    expect(agent.page.get_by_text("No paper").first).to_be_visible()
    expect(agent.page.locator("main .btn-primary").first).to_be_visible()
    agent.open(f"/incident/incidents/show/{incident}")
    expect(agent.page.locator(f".record-buttons a[href*='/{incident}/transition/']").first).to_be_attached()

    admin.open(f"/security/access/?module=incident&role={profile}")
    cell = admin.page.locator(f"#c-{profile}-incident-read")
    expect(cell).to_have_attribute("aria-pressed", "true")
    cell.press("Enter")
    expect(cell).to_have_attribute("aria-pressed", "false")
    expect(cell).to_be_focused()
    # What hangs on it is granted still, and says that it is worth nothing.
    expect(admin.page.locator(f"#c-{profile}-incident-write")).to_have_class(re.compile("is-idle"))

    agent.open("/")
    expect(agent.page.locator(f"a[href='{LIST}']")).to_have_count(0)
    expect(agent.page.locator(".btn-create")).to_have_count(0)
    for path in (LIST, f"/incident/incidents/show/{incident}", "/api/v1/incident/",
                 f"/api/v1/incident/{incident}"):
        assert agent.page.request.get(agent.url + path, max_redirects=0).status in (302, 403), path
    assert send(agent, "/incident/incidents/export", form={"format": "csv"}).status in (302, 403)
    assert send(agent, f"/incident/incidents/{incident}/transition/pick").status in (302, 403)
    assert send(agent, f"/api/v1/incident/{incident}/transition/pick", data={}).status == 403

    admin.open(f"/incident/incidents/show/{incident}")
    admin.page.locator(".record-buttons").get_by_role("button", name=say("More actions")).click()
    admin.page.get_by_role("link", name=say("Who can see this?")).click()
    # Nobody without the right to open incidents is listed.
    expect(admin.page.get_by_text(f"Name of {username}")).to_have_count(0)
    admin.choose("user", f"Name of {username}", typed=f"Name of {username}")
    admin.page.get_by_role("button", name=say("Explain"), exact=True).click()
    view = admin.page.locator(".explain-verdict").first
    expect(view.locator(".chip")).to_have_text(say("no"))
    expect(view.locator(".is-unmet").first).to_contain_text(say("Has the right “View incidents”"))

    admin.open(f"/security/access/?module=incident&role={profile}")
    cell.click()
    expect(cell).to_have_attribute("aria-pressed", "true")
    agent.open(LIST)
    expect(agent.page.get_by_text("No paper").first).to_be_visible()
    agent.should_fit()
    admin.expect_refusals()
    agent.expect_refusals()

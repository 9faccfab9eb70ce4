"""One's own page in a real browser: tiles arranged by keys and by mouse, and a notice that arrives at somebody else."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.live import serving
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def desk(browser):
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        yield server


def order(page):
    return page.locator("[data-tiles] > .tile").evaluate_all("tiles => tiles.map((tile) => tile.dataset.tile)")


@pytest.mark.timeout(180)
def test_tiles_are_arranged_by_keys_and_by_mouse(desk, reader, pictures):
    admin = reader(desk.url, "en")
    admin.get_in("admin", desk.password)
    admin.open("/lang/en?next=/")
    page, say = admin.page, admin.say
    expect(page.locator(".tile-wait")).to_have_count(0)
    before = order(page)
    assert len(before) > 5
    page.get_by_role("button", name=say("Arrange")).press("Enter")
    # The first goes back by one, the third is hidden, the last gets narrower; all of it by keys.
    page.locator("[data-tile]").nth(0).locator("[data-move='1']").press("Enter")
    page.locator("[data-tile]").nth(2).locator("[data-hide]").press("Enter")
    page.locator("[data-tile]").last.locator("[data-resize='-1']").press("Enter")
    expect(page.locator("[data-arrange-status]")).to_have_text("Hidden")
    wanted = [before[1], before[0], *before[3:]]
    assert order(page) == wanted
    head = page.locator("[data-tile] .tile-head")
    head.nth(0).locator("h2").drag_to(head.nth(1))
    wanted = [wanted[1], wanted[0], *wanted[2:]]
    assert order(page) == wanted
    admin.photograph(pictures, "home-arranging")
    page.get_by_role("button", name="Done").click()
    admin.open("/")
    assert order(page) == wanted
    expect(page.locator("[data-tile]").last).to_have_attribute("data-width", "2")
    # What was hidden waits in the gallery, and comes back with what it shows.
    page.get_by_role("button", name=say("Arrange")).click()
    page.locator(f"[data-add='{before[2]}']").click()
    expect(page.locator(f"[data-tile='{before[2]}'] .tile-wait")).to_have_count(0)
    assert order(page) == [*wanted, before[2]]
    admin.should_fit()
    admin.expect_refusals()


@pytest.mark.timeout(180)
def test_a_notice_arrives_at_whoever_it_concerns(desk, reader, pictures):
    admin = reader(desk.url, "en")
    admin.get_in("admin", desk.password)
    admin.open("/welcome/people")
    row = admin.page.locator(".row-line").first
    row.locator("[name=name]").fill("李明")
    role = row.locator("[name=role] option").filter(has_text=re.compile("Service desk agent|服务台坐席"))
    row.locator("[name=role]").select_option(role.get_attribute("value"))
    with admin.page.expect_navigation(wait_until="networkidle"):
        admin.page.locator("#step-form .btn-primary").click()
    username, password = admin.page.locator("code").all_inner_texts()
    colleague = reader(desk.url, "zh", 390)
    colleague.get_in(username, password)
    page = colleague.page
    expect(page.locator("#bell-count .count-dot")).to_have_count(0)

    visitor = Visitor(desk.url)
    visitor.log_in("admin", desk.password)
    person = visitor.rest("GET", "/person/?q=(columns:!(id,name))").json()["result"]
    key = next(one["id"] for one in person if one["name"] == "李明")
    made = visitor.rest("POST", "/incident/", {"title": "Printer jam", "caller_id": key, "group_id": 1,
                                               "assignee_id": key})
    assert made.status == 201, made.text
    # What the page asks by itself once a minute.
    page.evaluate("window.htmx.trigger(document.body, 'desk:notices')")
    expect(page.locator("#bell-count .count-dot")).to_contain_text("1")
    page.locator("#bell").click()
    notice = page.locator("#bell-menu .notice").first
    expect(notice).to_contain_text("Printer jam")
    expect(notice).to_contain_text("分配给您")
    colleague.photograph(pictures, "notice")
    colleague.should_fit()
    with page.expect_navigation(wait_until="networkidle"):
        notice.locator("a").click()
    assert re.match(r"/incident/incidents/show/\d+", colleague.path)
    expect(page.locator("#bell-count .count-dot")).to_have_count(0)
    colleague.expect_refusals()
    admin.expect_refusals()

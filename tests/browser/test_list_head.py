"""The head of a list: a filter is built and kept by a name, columns are put in order, the list is exported."""

import re

import pytest
from playwright.sync_api import expect

LIST = "/incident/incidents/list/"


@pytest.mark.timeout(180)
def test_a_filter_is_built_kept_and_taken_away_as_a_file(queue, reader):
    agent = reader(queue.url, "en", 1440)
    page = agent.page
    agent.get_in("admin", queue.password)
    agent.speak("en")
    agent.open(f"{LIST}?as=table")

    # Another operator brings another control; several states are one condition.
    page.locator("[data-bs-target='#filters']").click()
    page.locator("[data-add-filter]").select_option(label="State")
    row = page.locator("[data-filter-row]").last
    row.locator("[data-operator]").select_option(label="is one of")
    for name in ("Pending", "Resolved"):
        row.locator(".ts-control input").press_sequentially(name)
        agent.option(name).click()
    page.locator("[data-add-filter]").select_option(label="Opened at")
    page.locator("[data-filter-row]").last.locator("[data-operator]").select_option(label="more than … days ago")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("#filters button[type=submit]").click()
    assert "as=table" in page.url
    expect(page.locator(".filter-chip")).to_have_text([
        re.compile("State is one of Pending, Resolved"), re.compile("Opened at more than 7 days ago")])

    # It is kept by a name, which the page shows from then on.
    page.locator("[data-view-menu]").click()
    page.get_by_text("Save this filter").click()
    page.locator("#dialog [name=name]").fill("Old and waiting")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("#dialog button[type=submit]").click()
    expect(page.locator("[data-view-menu]")).to_contain_text("Old and waiting")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator(".filter-chip").last.click()
    expect(page.locator(".view-changed")).to_be_visible()

    # Columns by the keyboard.
    page.locator("a[href*='/columns']").click()
    page.get_by_role("button", name="Move up: Title").press("Enter")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("#dialog button.btn-primary").click()
    expect(page.locator("th[class^=col-]:not(.col-pick)").first).to_have_text("Title")

    # The file has the same columns, and the page stays as it is.
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as fetched:
        page.locator("button[value=csv]").click()
    lines = fetched.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Title,Number")
    assert len(lines) > 25
    expect(page.get_by_role("button", name="Export")).to_be_enabled()

"""The live queue: real incidents of the public log as of one day, moved to now, filtered, sorted and paged."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import rows

LIST = "/incident/incidents/list/"


def total(reader):
    """Return the number that the list says it has."""
    return int(re.sub(r"\D", "", reader.page.locator(".page-count").inner_text()))


def cells(reader, label):
    """Return what a column shows, row by row; on a phone its cells stand in cards."""
    found = reader.page.locator(f"table.desk-list tbody td[data-label='{label}']")
    return [text.strip() for text in found.all_inner_texts()]


def choose_condition(reader, column, value):
    """Add a condition of the filter and apply it."""
    page = reader.page
    page.locator("[data-bs-target='#filters']").click()
    page.locator("[data-add-filter]").select_option(label=column)
    row = page.locator("[data-filter-rows] .filter-row").last
    select = row.locator("[data-value] select")
    if select.evaluate("one => one.matches('[data-remote-select], [data-select]')"):
        row.locator(".ts-control").click()
        row.locator(".ts-control input").press_sequentially(value, delay=15)
        reader.option(value).click()
    else:
        select.select_option(label=value)
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("#filters button[type=submit]").click()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 1440), ("en", 390)])
def test_filtered_sorted_and_paged(queue, reader, pictures, language, width):
    agent = reader(queue.url, language, width)
    say, page = agent.say, agent.page
    agent.get_in("admin", queue.password)
    agent.speak(language)
    agent.open(LIST)
    agent.should_fit()
    agent.photograph(pictures, "live-queue")
    # Tests of other files may have worked on this desk before, and added to the log's incidents.
    known = dict(rows(queue, "SELECT state, count(*) FROM ticket WHERE type = 'incident' GROUP BY state"))
    assert total(agent) == sum(known.values()) >= 500
    assert known["pending"] > 25

    # Filtered by state, then by work group as well; each condition is a chip that takes it away again.
    choose_condition(agent, say("State"), say("Pending"))
    assert total(agent) == known["pending"]
    assert set(cells(agent, say("State"))) == {say("Pending")}
    ((_group, label, number),) = rows(
        queue, "SELECT g.id, g.name, count(*) FROM ticket t JOIN work_group g ON g.id = t.group_id "
        "WHERE t.state = 'pending' GROUP BY g.id ORDER BY 3 DESC LIMIT 1")
    name = json.loads(label)[language]
    choose_condition(agent, say("Work group"), name)
    assert total(agent) == number
    assert set(cells(agent, say("Work group"))) == {name}
    agent.photograph(pictures, "live-queue-filtered")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator(".filter-chip").filter(has_text=name).click()
    assert total(agent) == known["pending"]

    # Sorted by number, both ways, within the filter. The first of the other end is not on this page.
    agent.open(f"{page.url.removeprefix(agent.url)}&_oc_IncidentView=number&_od_IncidentView=asc")
    up = cells(agent, say("Number"))
    assert up == [value for (value,) in rows(
        queue, "SELECT number FROM ticket WHERE state = 'pending' ORDER BY number LIMIT 25")]
    if width > 500:
        with page.expect_navigation(wait_until="networkidle"):
            page.locator("th a.sort").filter(has_text=say("Number")).click()
        down = cells(agent, say("Number"))
        assert down == [value for (value,) in rows(
            queue, "SELECT number FROM ticket WHERE state = 'pending' ORDER BY number DESC LIMIT 25")]
        with page.expect_navigation(wait_until="networkidle"):
            page.locator("th a.sort").filter(has_text=say("Number")).click()

    # Paged, within filter and order.
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("a.page-step[rel=next]").click()
    assert cells(agent, say("Number")) == [value for (value,) in rows(
        queue, "SELECT number FROM ticket WHERE state = 'pending' ORDER BY number LIMIT 25 OFFSET 25")]

    # Found by its number, and opened: what happened and when, in the order of the log.
    agent.open(LIST)
    page.locator(".quick input[type=search]").fill("INC00489")
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("Enter")
    assert total(agent) == 1
    page.locator("a.row-link").click()
    expect(page.locator(".record-line .record-number")).to_have_text("INC00489")
    agent.should_fit()
    agent.photograph(pictures, "live-incident")
    ((incident, steps),) = rows(
        queue, "SELECT t.id, (SELECT count(*) FROM timeline_entry e WHERE e.record_id = t.id AND e.record_type = "
        "'incident') FROM ticket t WHERE t.number = 'INC00489'")
    assert agent.path.endswith(f"/{incident}")
    assert page.locator(".event[data-entry]").count() == steps > 1
    held = agent.show_tab("Holders").locator("tbody tr")
    expect(held).to_have_count(rows(
        queue, "SELECT count(*) FROM record_interval WHERE record_type = 'incident' AND record_id = ?", incident)[0][0])
    agent.photograph(pictures, "live-holders")
    agent.expect_refusals()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("zh", 390), ("en", 1440), ("en", 390)])
def test_seen_in_other_ways(queue, reader, pictures, language, width):
    """Each way draws without a word in the console, fits, follows the switch to dark, and leads to the records."""
    agent = reader(queue.url, language, width)
    page = agent.page
    agent.get_in("admin", queue.password)
    agent.speak(language)
    for name, path in (("home", "/"), ("graph", f"{LIST}?as=graph&by=priority&then=state"),
                       ("graph-days", f"{LIST}?as=graph&by=opened_at.day"),
                       ("graph-pie", f"{LIST}?as=graph&by=group&chart=pie")):
        agent.open(path)
        expect(page.locator("[data-chart] svg").first).to_be_visible()
        page.locator("[data-theme-switch]:visible").first.click()
        expect(page.locator("[data-chart] svg").first).to_be_visible()
        agent.should_fit()
        agent.photograph(pictures, f"modes-{name}")
    agent.open(f"{LIST}?as=graph&by=state&chart=bar")
    number = page.locator(".graph-table tbody .graph-number a").first
    wanted = number.inner_text()
    number.click()
    page.wait_for_load_state("networkidle")
    assert total(agent) == int(wanted)
    agent.open(f"{LIST}?as=gantt&step=month")
    expect(page.locator(".gantt-bar").first).to_be_visible()
    agent.should_fit()
    agent.photograph(pictures, "modes-gantt")
    with page.expect_response("**/calendar/rows*") as answer:
        agent.open(f"{LIST}?as=calendar")
    while not answer.value.json()["events"]:  # the incidents were opened some days ago: in another week or month
        with page.expect_response("**/calendar/rows*") as answer:
            page.locator("[data-calendar] button").first.click()
    event = page.locator(".calendar-event").first
    expect(event).to_be_visible()
    agent.should_fit()
    agent.photograph(pictures, "modes-calendar")
    event.click()
    expect(page.locator(".record-line .record-number")).to_be_visible()
    agent.expect_refusals()


def test_nothing_was_logged(queue):
    assert queue.log().splitlines() == [f"Tianhui Service Desk is ready: {queue.url}"]

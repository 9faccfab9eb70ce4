"""The palette and the shortcuts by keyboard alone, in a real browser, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

LIST, ADD = "/incident/incidents/list/", "/incident/incidents/add"


@pytest.fixture
def admin(page, live_server):
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", live_server.password)
    page.keyboard.press("Enter")
    expect(page.locator(".me").first).to_be_visible()
    page.goto(f"{live_server.url}/lang/en?next=/")
    expect(page.locator("h1")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    yield page
    assert page.problems == []


def at(page, path):
    expect(page).to_have_url(re.compile(re.escape(path) + r"(\?.*)?$"))
    page.wait_for_load_state("networkidle")


def test_the_palette_is_a_combobox_that_opens_with_enter(admin, live_server):
    box = admin.get_by_role("combobox", name="Type a command")
    admin.keyboard.press("Control+k")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "true")
    first = box.get_attribute("aria-activedescendant")
    admin.keyboard.press("ArrowDown")
    second = box.get_attribute("aria-activedescendant")
    assert first != second
    expect(admin.locator(f"#{second}")).to_have_attribute("aria-selected", "true")
    admin.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == first
    # Enter before the answer is there waits for it.
    admin.keyboard.type("sites")
    admin.keyboard.press("Enter")
    at(admin, "/organisation/sites/list/")
    admin.keyboard.press("Control+k")
    expect(box).to_be_focused()
    admin.keyboard.type("no such thing")
    # What is found nowhere else may still be looked for everywhere.
    expect(admin.locator("#palette-list [role=option]")).to_have_text(["All results for “no such thing”"])
    admin.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_single_keys_lead_about_but_never_while_somebody_types(admin, live_server):
    admin.keyboard.press("g")
    admin.keyboard.press("p")
    at(admin, "/organisation/people/list/")
    admin.keyboard.press("j")
    expect(admin.locator(".row-link").first).to_be_focused()
    admin.keyboard.press("Enter")
    expect(admin.locator(".record-buttons")).to_be_visible()
    admin.wait_for_load_state("networkidle")
    admin.keyboard.press("e")
    expect(admin).to_have_url(re.compile("/organisation/people/edit/"))
    admin.wait_for_load_state("networkidle")
    here = admin.url
    admin.locator("#name").focus()
    admin.keyboard.type("g i ? c / j e")
    assert admin.url == here
    expect(admin.locator("#shortcuts")).to_be_hidden()
    admin.goto(f"{live_server.url}{LIST}")
    admin.keyboard.press("/")
    expect(admin.locator(".quick input[type=search]")).to_be_focused()
    admin.keyboard.press("Tab")
    admin.keyboard.press("c")
    at(admin, ADD)


def test_the_sheet_lists_them_and_switches_them_off(admin, live_server):
    admin.keyboard.press("?")
    sheet = admin.locator("#shortcuts")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("Log an incident")
    expect(sheet).to_contain_text("Go to: Incidents")
    sheet.get_by_role("switch").or_(sheet.get_by_role("checkbox")).uncheck()
    admin.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    admin.keyboard.press("c")
    admin.keyboard.press("?")
    expect(sheet).to_be_hidden()
    # The palette still works, and leads to the sheet.
    admin.keyboard.press("Control+k")
    admin.get_by_role("button", name="Keyboard shortcuts").click()
    expect(sheet).to_be_visible()


def test_a_narrow_screen_has_the_button_and_no_sideways_scroll(admin, live_server):
    admin.set_viewport_size({"width": 390, "height": 844})
    admin.locator("[data-open-palette]").click()
    box = admin.locator("#palette").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert admin.evaluate("document.documentElement.scrollWidth") <= 390

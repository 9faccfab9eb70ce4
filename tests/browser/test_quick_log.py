"""An incident logged by keyboard alone, in six fields, while somebody is on the phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_by_keyboard import Keys
from tests.support.visitor import Visitor


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_call_is_logged_by_keyboard_alone(live_server, reader, language):
    keeper = Visitor(live_server.url)
    keeper.log_in("admin", live_server.password)
    name = {"en": "Quentin Pratt", "zh": "欧阳晓红"}[language]
    keeper.rest("POST", "/person/", {"name": name, "phone": "0451-33221100"})
    mistaken = {"en": "Zachary Olm", "zh": "Zelda Olm"}[language]
    keeper.rest("POST", "/person/", {"name": mistaken})
    keys = Keys(reader(live_server.url, language))
    page, say = keys.page, keys.say
    keys.reader.get_in("admin", live_server.password)
    keys.reader.open(f"/lang/{language}?next=/")
    page.wait_for_load_state("networkidle")

    # One key from anywhere; the first field is ready to be typed into.
    keys.press("q")
    page.wait_for_url("**/incident/quick/")
    expect(page.locator("select[name=caller] + .ts-wrapper.focus")).to_be_visible()
    # Whoever was chosen by mistake is not in the way of the right one.
    for one, typed in ((mistaken, mistaken), (name, {"en": "quentin pr", "zh": "oyxh"}[language])):
        keys.type(typed)
        expect(keys.reader.option(one)).to_be_visible()
        keys.press("Enter")
        expect(page.locator(".caller-card")).to_contain_text(one)
    keys.tab_to("title")
    keys.type("No network on floor 3")
    keys.tab_to("description")
    keys.type("Since this morning")
    wireless = {"en": "Wireless", "zh": "无线"}[language]
    keys.choose("category-ts-control", wireless, wireless)
    keys.tab_to("weight-ts-control")
    keys.press("ArrowUp", "Enter")
    # Leaving and coming back loses nothing.
    keys.press("Escape")
    page.reload()
    expect(page.locator("#title")).to_have_value("No network on floor 3")
    expect(page.locator("#description")).to_have_value("Since this morning")
    expect(page.locator(".caller-card")).to_contain_text(name)
    keys.tab_to(say("Log"))
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("No network on floor 3")
    expect(page.locator(".record-head, .desk-main h1").first).to_contain_text("No network on floor 3")

    # Who is not known is entered on the way, and the next call is begun at once.
    keys.press("q")
    page.wait_for_url("**/incident/quick/")
    expect(page.locator("select[name=caller] + .ts-wrapper.focus")).to_be_visible()
    unknown = {"en": "Nobody Known", "zh": "Somebody New"}[language]
    keys.type(unknown)
    expect(page.locator(".ts-dropdown .create")).to_be_visible()
    keys.press("Enter")
    expect(page.locator("#dialog.show #name")).to_have_value(unknown)
    keys.press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#title")).to_be_focused()
    expect(page.locator(".caller-card")).to_contain_text(unknown)
    keys.type("Cannot log in")
    keys.tab_to(say("Log, then another"))
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Cannot log in")
    expect(page.locator("#title")).to_have_value("")

"""The desk without a mouse: from set-up to a resolved incident by keys alone, with a focus that is always seen."""

import pytest
from playwright.sync_api import expect

from tests.browser.first_day import ADMIN, PASSWORD
from tests.browser.test_accessible import findings, in_the_dark

# What has the focus: its tag, its name or words, whether a line or a shadow around it says so.
FOCUSED = """() => {
    const one = document.activeElement, drawn = getComputedStyle(one.closest(".ts-wrapper") || one);
    const box = one.getBoundingClientRect();
    return {
        name: one.name || one.id,
        text: (one.getAttribute("aria-label") || one.textContent).trim().replace(/\\s+/g, " "),
        tag: one.tagName, isSeen: box.width > 0 && box.right > 0
            && ((drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 1) || drawn.boxShadow !== "none"),
    };
}"""


class Keys:
    """Somebody who has a keyboard only."""

    def __init__(self, reader):
        self.reader, self.page, self.say = reader, reader.page, reader.say

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text, delay=10)

    def focused(self):
        return self.page.evaluate(FOCUSED)

    def tab_to(self, wanted, limit=40):
        """Press Tab until a field of that name, or a button or link of these words, has the focus."""
        for _ in range(limit):
            now = self.focused()
            if wanted in (now["name"], now["text"]):
                return
            self.press("Tab")
            now = self.focused()
            assert now["isSeen"] or now["tag"] == "BODY", f"{self.page.url}: the focus on {now} is not to be seen"
        raise AssertionError(f"{self.page.url}: {wanted} is not reached; the focus is on {self.focused()}")

    def choose(self, field, typed, text):
        """Go to a field that searches, type, and take what is found first."""
        self.tab_to(field)
        self.type(typed)
        option = self.reader.option(text)
        expect(option).to_be_visible()
        self.press("Enter")
        expect(option).to_be_hidden()

    def step(self, label):
        """Go to a step of the record and open its dialog."""
        self.tab_to(label)
        self.press("Enter")
        expect(self.page.locator("#dialog.show .modal-title")).to_have_text(label)


@pytest.fixture
def keys(desk, reader):
    return Keys(reader(desk.url, "en"))


@pytest.mark.timeout(180)
def test_a_day_by_keyboard(desk, keys):
    page, say = keys.page, keys.say
    keys.reader.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Set up the service desk"))
    assert findings(page, "set-up") + findings(in_the_dark(page), "set-up (dark)") == []
    for field, text in (("name", ADMIN), ("username", "wangming"), ("password", PASSWORD),
                        ("password_again", PASSWORD)):
        keys.tab_to(field)
        keys.type(text)
    keys.press("Enter")
    keys.reader.should_hear(say("The desk is set up. You are its administrator."))

    # Skipping the menu is the first thing that Tab offers.
    keys.press("Tab")
    assert keys.focused()["text"] == "Skip to the content"
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    # The palette and the sheet of shortcuts give the focus back where it was.
    for opening, box in (("Control+k", "#palette"), ("?", "#shortcuts")):
        keys.press(opening)
        expect(page.locator(f"{box}[open]")).to_be_visible()
        keys.press("Escape")
        expect(page.locator(box)).to_be_hidden()
        assert page.evaluate("document.activeElement.id") == "main"

    # One key opens the form, whose first field is ready to be typed into.
    keys.press("c")
    page.wait_for_url("**/incident/incidents/add")
    expect(page.locator("select[name=caller] + .ts-wrapper.focus")).to_be_visible()
    keys.type("wm")
    expect(keys.reader.option(ADMIN)).to_be_visible()
    keys.press("Enter")
    keys.tab_to("title")
    keys.type("No network on floor 3")
    keys.press("Control+Enter")
    keys.reader.should_hear(say("Saved: %s", "INC00001 No network on floor 3"))

    # A dialog opens with the focus in it, keeps it, and gives it back when it is left.
    keys.step(say("Assign"))
    expect(page.locator("#dialog .ts-wrapper.focus").first).to_be_visible()
    for _ in range(8):
        keys.press("Tab")
        # On its way round the focus passes the browser's own buttons, never the page behind.
        assert page.evaluate("document.activeElement === document.body "
                             "|| document.activeElement.closest('#dialog') !== null")
    keys.tab_to(say("Cancel"))
    keys.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert keys.focused()["text"] == say("Assign")
    keys.step(say("Assign"))
    keys.choose("group-ts-control", "serv", "Service desk")
    keys.press("Control+Enter")
    keys.reader.should_hear(say("Done: %s", say("Assign")))
    keys.reader.should_be_in("Assigned")

    keys.step(say("Resolve"))
    keys.choose("resolution_code-ts-control", "solved", "Solved for good")
    keys.tab_to("solution")
    keys.type("A cable was loose")
    keys.press("Control+Enter")
    keys.reader.should_hear(say("Done: %s", say("Resolve")))
    keys.reader.should_be_in("Resolved")
    keys.reader.expect_refusals()
    assert desk.rows("SELECT t.state, i.solution FROM ticket t JOIN incident i ON i.id = t.id") == [
        ("resolved", "A cable was loose")]

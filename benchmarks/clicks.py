"""Clicks and keys to log, forward and resolve an incident: done in a real browser, counted, as a Markdown table.

    python -m benchmarks.clicks

A click is a press of the mouse; a key is one that is not part of a text: Tab, Enter, Ctrl+Enter, a shortcut. Typed text
is counted apart. Each job is done twice: with the mouse where that is nearer, and by the keyboard alone.
"""

import re
from typing import Any

from playwright.sync_api import expect

from benchmarks.desk import browsing, lived_in, log_in

CALLER, GROUP = "Caller 2697", "Group 70"


class Hand:
    """Somebody at the desk whose every action is counted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self.clicks = self.keys = self.letters = 0

    def click(self, where: Any) -> None:
        """Click."""
        where.click()
        self.clicks += 1

    def press(self, *keys: str) -> None:
        """Press keys that are no text."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        """Type a text."""
        self.page.keyboard.type(text, delay=15)
        self.letters += len(text)

    def choose(self, typed: str, text: str) -> None:
        """Type into the field that has the focus and take what is found."""
        self.type(typed)
        expect(self.page.locator(".ts-dropdown:visible .option.active")).to_contain_text(text)
        self.press("Enter")

    def to(self, name: str) -> None:
        """Press Tab until a field has the focus."""
        while self.page.evaluate("document.activeElement.name || document.activeElement.id") != name:
            self.press("Tab")

    def step(self, label: str, *, by_keyboard: bool) -> None:
        """Open the dialog of a step: the skip link, then Tab to its button; or a click."""
        button = self.page.locator(".record-buttons a:visible").filter(has_text=re.compile(rf"^\s*{label}\s*$"))
        if by_keyboard:
            self.press("Tab", "Enter")
            while self.page.evaluate("document.activeElement.textContent.trim()") != label:
                self.press("Tab")
            self.press("Enter")
        else:
            self.click(button)
        expect(self.page.locator("#dialog.show .modal-title")).to_have_text(label)
        self.page.locator("#dialog .ts-wrapper.focus").first.wait_for()

    def should_be(self, state: str) -> None:
        """Expect the state of the record."""
        expect(self.page.locator(".record-line .chip").first).to_have_text(state)
        self.page.wait_for_load_state("networkidle")


def log(hand: Hand, by_keyboard: bool) -> None:
    """From the list: caller and title."""
    if by_keyboard:
        hand.press("c")
    else:
        hand.click(hand.page.locator(".page-actions .btn-primary"))
    hand.page.locator("select[name=caller] + .ts-wrapper.focus").wait_for()
    hand.choose(CALLER, CALLER)
    if by_keyboard:
        hand.to("title")
    else:
        hand.click(hand.page.locator("[name=title]"))
    hand.type("No network in the meeting room")
    hand.press("Control+Enter")
    hand.should_be("New")


def forward(hand: Hand, by_keyboard: bool) -> None:
    """To the group that can solve it."""
    hand.step("Assign", by_keyboard=by_keyboard)
    hand.choose(GROUP, GROUP)
    hand.press("Control+Enter")
    hand.should_be("Assigned")


def resolve(hand: Hand, by_keyboard: bool) -> None:
    """With a code and what solved it."""
    hand.step("Resolve", by_keyboard=by_keyboard)
    hand.choose("solved", "Solved for good")
    if by_keyboard:
        hand.to("solution")
    else:
        hand.click(hand.page.locator("#dialog [name=solution]"))
    hand.type("A cable was loose")
    hand.press("Control+Enter")
    hand.should_be("Resolved")


def main() -> None:
    """Print the table."""
    print("| job | by | clicks | keys | letters typed |")
    print("|---|---|--:|--:|--:|")
    with lived_in() as server, browsing() as browser:
        for by_keyboard in (False, True):
            page = browser.new_page(locale="en-GB", viewport={"width": 1440, "height": 900})
            log_in(page, server)
            page.goto(f"{server.url}/incident/incidents/list/", wait_until="networkidle")
            hand = Hand(page)
            for job in (log, forward, resolve):
                hand.forget()
                job(hand, by_keyboard)
                print(f"| {job.__name__} | {'keyboard alone' if by_keyboard else 'mouse and keys'} | {hand.clicks} "
                      f"| {hand.keys} | {hand.letters} |", flush=True)


if __name__ == "__main__":
    main()

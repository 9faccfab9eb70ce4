"""Somebody at a browser: what they do on a page, and everything that went wrong meanwhile."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.browser.words import Words

_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of \d+")
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


class Reader:
    """One person at a browser of their own. `refusals` holds every answer of 400 and above as (status, path)."""

    def __init__(self, browser: Browser, url: str, language: str, width: int = 1440) -> None:
        self.say, self.url, self.width = Words(language), url, width
        self.problems: list[str] = []
        self.refusals: list[tuple[int, str]] = []
        self.context = browser.new_context(
            locale=LOCALES[language], viewport={"width": width, "height": 900 if width > 500 else 844},
            accept_downloads=True,
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answer)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium tells every refusal here as well; those are counted by `refusals`.
        if message.type in ("error", "warning") and not _REFUSED.match(message.text):
            self.problems.append(f"console {message.type}: {message.text}")

    def _answer(self, response: Response) -> None:
        if response.status >= 400:
            self.refusals.append((response.status, response.url.removeprefix(self.url).split("?")[0]))

    def _failed(self, request: Request) -> None:
        # The browser itself breaks a request off when the page is left, or the answer turns out to be a download; one
        # that the desk broke off says ERR_CONNECTION or ERR_EMPTY_RESPONSE.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url} {request.failure}")

    def expect_refusals(self, *expected: tuple[int, str]) -> None:
        """Say that exactly these requests were refused since the last time, and that nothing else went wrong."""
        assert (self.refusals, self.problems) == (list(expected), [])
        self.refusals.clear()

    # Pages -----------------------------------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Go to a page, once the present one is there: leaving earlier would break its requests off."""
        self.page.wait_for_load_state("networkidle")
        self.page.goto(self.url + path)

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.page.url.removeprefix(self.url).split("?")[0]

    def log_in(self, username: str, password: str) -> None:
        """Fill the log-in page in and send it."""
        self.open("/login/")
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(password)
        self.page.get_by_role("button", name=self.say("Log in"), exact=True).click()
        self.page.wait_for_load_state("networkidle")

    def get_in(self, username: str, password: str) -> None:
        """Log in and be in."""
        self.log_in(username, password)
        expect(self.page.locator("button.me")).to_be_visible()

    def log_out(self) -> None:
        """Leave by one's own menu."""
        self.page.locator("button.me").click()
        self.page.get_by_role("button", name=self.say("Log out")).click()
        expect(self.page.locator("form[name=login]")).to_be_visible()

    def speak(self, language: str) -> None:
        """Switch the language at the top of the page, on a phone in one's own menu."""
        if not (self.page.locator("html").get_attribute("lang") or "").startswith(language):
            name = {"zh": "中文", "en": "English"}[language]
            if self.width < 500:
                self.page.locator("button.me").click()
            self.page.locator("a[data-keeps-form]:visible").filter(has_text=name).click()
            self.page.wait_for_load_state("networkidle")
        expect(self.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))

    def should_hear(self, message: str) -> None:
        """Expect the toast of the last action."""
        expect(self.page.locator("#toasts .toast-text").last).to_have_text(message)

    # Forms -----------------------------------------------------------------------------------------------------------

    def fill(self, **values: str) -> None:
        """Type into fields by their names."""
        for name, value in values.items():
            self.page.locator(f"[name='{name}']:visible").fill(value)

    def choose(self, field: str, text: str, typed: str = "", within: str = "body") -> None:
        """Choose an option; of a field that searches, by typing into it."""
        select = self.page.locator(f"{within} select[name='{field}']").last
        if not select.evaluate("one => one.matches('[data-remote-select], [data-select]')"):
            select.select_option(label=text)
            return
        # A dialog shows before its fields that search are made, a moment later.
        expect(select).to_have_class(re.compile(r"\btomselected\b"))
        control = self.control(field, within)
        control.click()
        if typed:
            control.locator("input").press_sequentially(typed, delay=15)
        self.option(text).click()
        if select.get_attribute("multiple") is not None:
            control.locator("input").press("Escape")  # a field of several choices stays unfolded

    def control(self, field: str, within: str = "body") -> Locator:
        """Return what one clicks of a field that searches."""
        return self.page.locator(f"{within} select[name='{field}'] + .ts-wrapper .ts-control").last

    def option(self, text: str) -> Locator:
        """Return an option that is unfolded."""
        return self.page.locator(".ts-dropdown:visible .option").filter(has_text=text).first

    def send(self, label: str) -> None:
        """Press a button of the form in the middle of the page."""
        self.page.locator("main").get_by_role("button", name=label, exact=True).click()

    def should_see_field_error(self, field: str, message: str) -> None:
        """Expect an error beside a field."""
        expect(self.page.locator(f"#{field}-error")).to_have_text(message)

    # The page of a record --------------------------------------------------------------------------------------------

    def press(self, label: str) -> None:
        """Press a step: a button of the header, or behind it in the menu where the page is narrow."""
        buttons = self.page.locator(".record-buttons")
        found = buttons.locator("a:visible, button:visible").get_by_text(label, exact=True)
        if not found.count():
            buttons.get_by_role("button", name=self.say("More actions")).click()
        buttons.locator("a:visible, button:visible").filter(has_text=re.compile(rf"^\s*{label}\s*$")).first.click()

    def step(self, label: str) -> Locator:
        """Press a step that asks for something; return its dialog."""
        self.press(label)
        dialog = self.page.locator("#dialog .modal-content")
        expect(dialog.locator(".modal-title")).to_have_text(label)
        return dialog

    def confirm_step(self, label: str) -> None:
        """Press the button of the dialog."""
        self.page.locator("#dialog .modal-footer").get_by_role("button", name=label, exact=True).click()

    def should_be_in(self, state: str) -> None:
        """Expect the state that the header shows."""
        expect(self.page.locator(".record-line .chip").first).to_have_text(self.say(state))

    def show_tab(self, title: str) -> Locator:
        """Unfold a tab of the record; return its pane."""
        tab = self.page.locator(".tab-strip").get_by_role("tab", name=self.say(title))
        tab.click()
        return self.page.locator(f"#{tab.get_attribute('aria-controls')}")

    def photograph(self, folder: Path | None, name: str) -> None:
        """Keep a picture of the page where somebody wants to look at it."""
        if folder is not None:
            self.page.screenshot(path=str(folder / f"{name}-{self.say.language}-{self.width}.png"), full_page=True)

    def should_fit(self) -> None:
        """Expect no scrolling to the side."""
        wide: Any = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide at {self.width}"

"""A desk with the first 500 incidents of the public log, and a reader at a browser, for whoever measures."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import AS_OF, LOG
from tests.support.live import BROWSER_FLAGS, ROOT, LiveServer, browser_path, serving


@contextmanager
def lived_in() -> Iterator[LiveServer]:
    """Serve it for as long as the block lasts."""
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        subprocess.run(
            [sys.executable, ROOT / "run.py", "import", "uci-incidents", LOG, "--as-of", AS_OF, "--shift-to-now"],
            cwd=ROOT, env={**os.environ, "DATA_DIR": str(server.folder)}, check=True, stdout=subprocess.DEVNULL)
        yield server


@contextmanager
def browsing() -> Iterator[Any]:
    """Yield the machine's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), headless=True, args=BROWSER_FLAGS)
        yield browser
        browser.close()


def log_in(page: Any, server: LiveServer, language: str = "en") -> None:
    """Log in as the administrator, in this language."""
    page.goto(f"{server.url}/login/")
    page.locator("#username").fill("admin")
    page.locator("#password").fill(server.password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"{server.url}/lang/{language}")

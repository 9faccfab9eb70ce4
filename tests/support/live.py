"""A running desk in its own processes, and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADMIN_PASSWORD = "Of-the-tests-only-1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@dataclass(frozen=True)
class LiveServer:
    """A desk that serves: its address, its data folder and the process to signal."""

    url: str
    folder: Path
    process: "subprocess.Popen[bytes]"
    password: str = ADMIN_PASSWORD

    def log(self) -> str:
        """Return what it wrote so far."""
        return (self.folder / "serve.log").read_text(errors="replace")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Say whether something serves there."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def serving(environment: dict[str, str] | None = None, *, wait: float = 90) -> Iterator[LiveServer]:
    """Run `run.py serve` with its own data folder, free port and administrator for as long as the block lasts."""
    folder, port = Path(tempfile.mkdtemp(prefix="desk-live-")), free_port()
    settings = {**os.environ, "DATA_DIR": str(folder), "HOST": "127.0.0.1", "PORT": str(port),
                "ADMIN_PASSWORD": ADMIN_PASSWORD, "WEB_WORKERS": "2", "LOG_LEVEL": "INFO", **(environment or {})}
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, ROOT / "run.py", "serve"], cwd=ROOT, env=settings, stdout=log,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)
    server = LiveServer(f"http://127.0.0.1:{port}", folder, process)
    try:
        _wait_until_it_answers(server, wait)
        yield server
    finally:
        _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_it_answers(server: LiveServer, wait: float) -> None:
    end = time.monotonic() + wait
    while not answers(f"{server.url}/healthz"):
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended at start:\n{server.log()[-4000:]}")
        if time.monotonic() > end:
            raise RuntimeError(f"the server does not answer after {wait} s:\n{server.log()[-4000:]}")
        time.sleep(0.1)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """One running desk for the tests of a worker that share it: they make their own records and change no settings."""
    with serving() as server:
        yield server


@pytest.fixture
def serve() -> Callable[..., Any]:
    """`with serve({"DATABASE_URL": …}) as server:` runs a desk of one's own."""
    return serving


def browser_path() -> str | None:
    """Return the machine's Chromium, or None."""
    found = (os.environ.get("CHROMIUM"), *map(shutil.which, BROWSERS))
    return next((path for path in found if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The machine's Chromium, driven by Playwright."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium was found on this machine (Debian: apt-get install chromium, or set CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=BROWSER_FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page, in English; no address but the desk's is reached."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    context.route(lambda address: "://127.0.0.1:" not in address, lambda route: route.abort())
    opened = context.new_page()
    yield opened
    context.close()

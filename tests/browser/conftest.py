"""A desk on which nobody has been yet, and readers at their browsers.

JOURNEY_PICTURES=FOLDER keeps a picture of each page that the journeys pass, for whoever wants to look at them.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.support.live import ROOT, LiveServer, serving
from tests.support.visitor import Visitor

expect.set_options(timeout=15_000)


LOG = ROOT / "tests" / "data" / "uci_incident_log_500.csv.xz"
AS_OF = "2016-03-08"


def rows(server: LiveServer, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a SELECT, read beside the running desk."""
    with closing(sqlite3.connect(f"file:{next(server.folder.glob('*.sqlite3'))}?mode=ro", uri=True)) as connection:
        return connection.execute(statement, values).fetchall()


def records(server: LiveServer) -> dict[str, int]:
    """Return the records that pages are shown of: an open incident with a course and its caller, a user, a role."""
    ((incident, person),) = rows(
        server, "SELECT id, caller_id FROM ticket WHERE state = 'pending' ORDER BY id DESC LIMIT 1")
    ((role,),) = rows(server, "SELECT min(role_id) FROM role_profile WHERE code LIKE 'incident.%'")
    ((company,),) = rows(server, "SELECT min(id) FROM company")
    return {"incident": incident, "person": person, "user": 1, "role": role, "company": company}


def add_customer(server: LiveServer) -> None:
    """Let the last caller work for a customer of whom everything is known that a card shows."""
    person = records(server)["person"]
    keeper = Visitor(server.url)
    keeper.log_in("admin", server.password)
    company = keeper.rest("POST", "/company/", {
        "name": "Acme Industrial Components", "support_level": "gold", "is_customer": True, "is_supplier": True,
        "is_key_customer": True, "account_manager_id": person, "phone": "+86 (21) 5566-7788", "website": "example.com",
    }).json()["id"]
    keeper.rest("POST", "/company/", {"name": "Acme Branch", "parent_id": company})
    keeper.rest("PUT", f"/person/{person}", {"company_id": company, "phone": "13800138000", "vip_level": "vip"})
    for purpose in ("key", "escalation"):
        keeper.rest("POST", "/company_contact/", {"company_id": company, "person_id": person, "purpose": purpose})


class FreshDesk:
    """A desk before its first visit, and what its database says."""

    def __init__(self, server: LiveServer) -> None:
        self.server, self.url = server, server.url

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT, read beside the running desk."""
        return rows(self.server, statement, *values)

    def should_have_a_quiet_log(self, *refused: str) -> None:
        """Expect the line of the start and those who were not let in: a warning or a traceback would stand there."""
        assert self.server.log().splitlines() == [f"Tianhui Service Desk is ready: {self.url}", *refused]


@pytest.fixture(scope="session")
def queue(browser: Any) -> Iterator[LiveServer]:
    """A desk with what was known of the first 500 incidents on that day."""
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        environment = {**os.environ, "DATA_DIR": str(server.folder)}
        for command in (("import", "uci-incidents", LOG, "--as-of", AS_OF, "--shift-to-now"),
                        ("addon", "install", "problem")):
            done = subprocess.run([sys.executable, ROOT / "run.py", *command], cwd=ROOT, env=environment, text=True,
                                  capture_output=True, check=False, timeout=120)
            assert (done.returncode, done.stderr) == (0, "")
        add_customer(server)
        yield server


@pytest.fixture
def desk(browser: Any) -> Iterator[FreshDesk]:
    """A desk of this test alone, not set up; only where there is a browser."""
    with serving({"ADMIN_PASSWORD": "", "LOG_LEVEL": "WARNING"}) as server:
        yield FreshDesk(server)


@pytest.fixture
def reader(browser: Any) -> Iterator[Callable[..., Reader]]:
    """`reader(url, "zh", 390)` is somebody at a browser of their own."""
    opened: list[Reader] = []

    def sit_down(url: str, language: str, width: int = 1440) -> Reader:
        opened.append(Reader(browser, url, language, width))
        return opened[-1]

    yield sit_down
    for one in opened:
        one.context.close()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where pictures are kept, or None."""
    given = os.environ.get("JOURNEY_PICTURES")
    return Path(given) if given else None

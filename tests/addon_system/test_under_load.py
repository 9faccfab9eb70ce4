"""An addon installed and switched off while people work: no request fails, and every process serves the new set."""

import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.addon_system.conftest import SAMPLES
from tests.support.live import ROOT
from tests.support.servers import postgres_url, run_sql, with_database


class Readers:
    """Threads that read pages one after another and note every answer."""

    def __init__(self, url: str) -> None:
        self.url, self.over, self.answers = url, threading.Event(), []
        self.threads = [threading.Thread(target=self._read, args=(path,)) for path in
                        ("/login/", "/readyz", "/login/", "/sample/notebooks/list/")]

    def __enter__(self) -> "Readers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(40)

    def _read(self, path: str) -> None:
        while not self.over.is_set():
            begun = time.monotonic()
            try:
                with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                    code = answer.status
            except urllib.error.HTTPError as error:
                code = error.code
            except OSError as error:
                code = repr(error)
            self.answers.append((path, code, time.monotonic() - begun))
            time.sleep(0.02)


def addon(server, *arguments, **environment):
    settings = {**os.environ, "DATA_DIR": str(server.folder), "ADDON_PATHS": str(SAMPLES), **environment}
    done = subprocess.run([sys.executable, ROOT / "run.py", "addon", *arguments], cwd=ROOT, env=settings, text=True,
                          capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def database_settings(database_kind):
    if database_kind == "sqlite":
        yield {}
        return
    name = "under_load"
    run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": with_database(postgres_url(), name)}
    run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.timeout(300)
def test_no_request_fails(serve, database_settings):
    with serve({"ADDON_PATHS": str(SAMPLES), **database_settings}) as server, Readers(server.url) as readers:
        for action in ("install", "deactivate", "activate", "uninstall"):
            addon(server, action, "sample", **database_settings)
        readers.over.set()
    # A page of the sample is there or is not; nothing else ever answers with anything but a page.
    failed = [answer for answer in readers.answers
              if answer[1] not in ({200, 302, 401, 403, 404} if "sample" in answer[0] else {200})]
    assert failed == []
    assert len(readers.answers) > 100

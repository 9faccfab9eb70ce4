"""Metrics: for whoever is let in, right over several processes, and nothing at all where they are off."""

import os
import signal
import time
import urllib.request

import pytest
from flask import Flask

from app.seeing import metrics_page
from tests.support.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TOKEN = "of-the-tests-only"


@pytest.mark.parametrize(("token", "networks", "header", "address", "is_in"), [
    ("", [], "", "127.0.0.1", False), (TOKEN, [], "", "127.0.0.1", False),
    (TOKEN, [], f"Bearer {TOKEN}", "203.0.113.9", True), (TOKEN, [], "Bearer wrong", "127.0.0.1", False),
    ("", [], "Bearer ", "127.0.0.1", False), ("", ["10.0.0.0/8"], "", "10.1.2.3", True),
    ("", ["10.0.0.0/8"], "", "11.1.2.3", False), (TOKEN, ["10.0.0.0/8"], "Bearer ü", "11.1.2.3", False),
])
def test_who_is_let_in(database_kind, token, networks, header, address, is_in):
    bare = Flask("bare")
    bare.config.update(METRICS_TOKEN=token, METRICS_NETWORKS=networks)
    with bare.test_request_context(headers={"Authorization": header}, environ_base={"REMOTE_ADDR": address}):
        assert metrics_page._is_let_in() is is_in


def test_there_is_no_address_where_they_are_off(client):
    assert client.get("/metrics").status_code == 404


def figure(text, name):
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
               if line.startswith(name) and not line.startswith("#"))


def test_a_running_desk_counts_over_its_processes(database_kind, serve):
    with serve({"METRICS_TOKEN": TOKEN, "JOB_WORKERS": "1"}) as desk:
        def shown():
            asked = urllib.request.Request(f"{desk.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.read().decode()

        visitor = Visitor(desk.url)
        for _ in range(12):
            visitor.get("/login/")
        text = shown()
        assert figure(text, 'desk_requests_total{method="GET",route="/login/",status="200"}') >= 12
        assert figure(text, "desk_request_seconds_count") >= 12
        until = time.monotonic() + 60
        while figure(shown(), 'desk_processes{kind="web"}') != 2:  # the second may come after the first answers
            assert time.monotonic() < until
            time.sleep(0.2)
        for name in ("desk_generation", "desk_dead_letters", "desk_scheduler_lag_seconds", "desk_failed_log_ins",
                     "desk_database_bytes", "desk_request_statements_count", "desk_database_connections"):
            assert f"\n{name}" in text, name
        web = [int(pid) for pid in _children(desk.process.pid)]
        for pid in web:
            os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 60
        while True:
            try:
                visitor.get("/login/")
                again = figure(shown(), 'desk_requests_total{method="GET",route="/login/",status="200"}')
                break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.2)
        assert again >= 13


def _children(supervisor):
    import psutil

    arbiters = [child for child in psutil.Process(supervisor).children() if child.children()]
    return [worker.pid for arbiter in arbiters for worker in arbiter.children()]

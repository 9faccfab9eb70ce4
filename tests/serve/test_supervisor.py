"""A desk in its own processes: what dies comes back, and a new set comes without a failed request."""

import collections
import fcntl
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.support.live import LiveServer, serving

PAGE = "/login/"


@pytest.fixture(scope="module")
def desk() -> Iterator[LiveServer]:
    """One desk for this file; each test leaves it serving."""
    with serving() as server:
        until(lambda: len(web_workers(server)) == 2 and len(rows(server)) == 4)
        yield server


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.1)


def children(server: LiveServer) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children()


def arbiter(server: LiveServer) -> psutil.Process:
    """Return the running arbiter; right after its death there is none for a moment."""
    found: list[psutil.Process] = []

    def look() -> bool:
        try:
            found[:] = [child for child in children(server) if child.children()]
        except psutil.NoSuchProcess:
            found.clear()
        return bool(found)

    until(look)
    return found[0]


def web_workers(server: LiveServer) -> set[int]:
    try:
        return {child.pid for child in arbiter(server).children()}
    except (StopIteration, psutil.NoSuchProcess):
        return set()


def valkey_process(server: LiveServer) -> psutil.Process | None:
    return next((child for child in children(server) if "valkey" in child.name() or "redis" in child.name()), None)


def query(server: LiveServer, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(server.folder / "desk.sqlite3", timeout=20)
    try:
        with connection:
            return connection.execute(statement).fetchall()
    finally:
        connection.close()


def rows(server: LiveServer) -> dict[int, tuple[str, int]]:
    """Return the registered processes: {pid: (kind, generation)}."""
    found = query(server, "SELECT pid, kind, generation FROM desk_process")
    return {int(str(pid)): (str(kind), int(str(number))) for pid, kind, number in found}


def living(server: LiveServer) -> list[tuple[str, int]]:
    """Return (kind, generation) of the registered processes that run; the rows of killed ones stay until tidied up."""
    return [row for pid, row in rows(server).items() if psutil.pid_exists(pid)]


def status(server: LiveServer, path: str = PAGE) -> int:
    try:
        with urllib.request.urlopen(server.url + path, timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


class Load:
    """Clients that ask for a page again and again: half on kept connections, half on a new one each time."""

    def __init__(self, server: LiveServer, clients: int) -> None:
        self.server, self.answers = server, collections.Counter[str]()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(bool(number % 2),)) for number in range(clients)]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _ask(self, keeps: bool) -> None:
        address = urlsplit(self.server.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        while not self.ended.wait(0.01):  # people pause too; without it the clients alone fill a small machine
            try:
                connection.request("GET", PAGE)
                answer = connection.getresponse()
                answer.read()
                self.answers[str(answer.status)] += 1
                if not keeps:
                    connection.close()
            except (OSError, http.client.HTTPException) as error:
                self.answers[repr(error)] += 1
                connection.close()
        connection.close()


class TestHealth:
    def test_of_process_and_database(self, desk: LiveServer) -> None:
        assert status(desk, "/healthz") == 200
        assert status(desk, "/readyz") == 200

    def test_each_process_is_registered(self, desk: LiveServer) -> None:
        until(lambda: sorted(kind for kind, _number in living(desk)) == ["scheduler", "web", "web", "worker"])


class TestRestart:
    def test_of_a_web_worker(self, desk: LiveServer) -> None:
        victim = min(web_workers(desk))
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in web_workers(desk) and len(web_workers(desk)) == 2)
        assert status(desk) == 200

    def test_of_the_arbiter_refuses_no_connection(self, desk: LiveServer) -> None:
        before = arbiter(desk).pid
        os.kill(before, signal.SIGKILL)
        assert status(desk) == 200
        until(lambda: len(web_workers(desk)) == 2 and arbiter(desk).pid != before)
        assert status(desk) == 200

    def test_of_the_job_worker_and_the_scheduler(self, desk: LiveServer) -> None:
        before = {pid for pid, (kind, _number) in rows(desk).items() if kind in {"worker", "scheduler"}}
        running = {child.pid for child in children(desk)}
        for pid in before & running:
            os.kill(pid, signal.SIGKILL)
        until(lambda: {"worker", "scheduler"} <= {
            kind for pid, (kind, _number) in rows(desk).items()
            if pid not in before and pid in {child.pid for child in children(desk)}})

    def test_of_valkey(self, desk: LiveServer) -> None:
        victim = valkey_process(desk)
        assert victim is not None
        victim.kill()
        until(lambda: (found := valkey_process(desk)) is not None and found.pid != victim.pid)
        query(desk, "INSERT INTO outbox_message (name, payload, state, available_at, attempts, actor_label, created_at)"
                    " VALUES ('platform.tidy_up', '{}', 'waiting', '2020-01-01 00:00:00.000000', 0, 'system',"
                    " '2020-01-01 00:00:00.000000')")
        state = "SELECT state FROM outbox_message WHERE name = 'platform.tidy_up'"
        until(lambda: query(desk, state) == [("done",)], 90)


class TestLocalValkey:
    def test_is_on_a_private_socket_without_port_and_files(self, desk: LiveServer) -> None:
        process = valkey_process(desk)
        assert process is not None
        address = desk.folder / "run" / "valkey.sock"
        assert (address.stat().st_mode & 0o777, address.parent.stat().st_mode & 0o777) == (0o700, 0o700)
        assert process.net_connections("inet") == []
        assert list(Path(desk.folder / "run").glob("*.rdb")) == []


@pytest.mark.timeout(240)
def test_a_new_generation_comes_without_a_failed_request(desk: LiveServer) -> None:
    ((before,),) = query(desk, "SELECT number FROM generation")
    old = web_workers(desk)
    with Load(desk, 4) as load:
        for number in range(int(str(before)) + 1, int(str(before)) + 3):
            query(desk, f"UPDATE generation SET number = {number}")
            until(lambda number=number: sorted(  # type: ignore[misc]
                kind for pid, (kind, found) in rows(desk).items() if found == number and psutil.pid_exists(pid)
            ) == ["scheduler", "web", "web", "worker"], 100)
    assert set(load.answers) == {"200"}
    assert load.answers["200"] > 100
    assert not old & web_workers(desk)


def test_a_body_that_comes_slowly_keeps_nobody_from_writing(desk: LiveServer) -> None:
    address = urlsplit(desk.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=30) as connection:
        connection.sendall(b"POST /login/ HTTP/1.1\r\nHost: desk\r\nContent-Length: 20\r\n\r\nusername=")
        time.sleep(0.5)
        with (desk.folder / "desk.sqlite3.lock").open("r+b") as lock:
            until(lambda: _is_free(lock.fileno()), 5)
        connection.sendall(b"nobody12345")
        assert connection.recv(9) == b"HTTP/1.1 "


def _is_free(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@pytest.mark.timeout(180)
def test_a_request_in_flight_is_finished_by_its_old_worker(desk: LiveServer) -> None:
    address = urlsplit(desk.url)
    ((before,),) = query(desk, "SELECT number FROM generation")
    new = int(str(before)) + 1
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=90) as connection:
        connection.sendall(b"POST /login/ HTTP/1.1\r\nHost: desk\r\nContent-Length: 20\r\n"
                           b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=")
        query(desk, f"UPDATE generation SET number = {new}")
        until(lambda: [1 for kind, number in rows(desk).values() if kind == "web" and number == new])
        connection.sendall(b"nobody12345")
        assert connection.recv(9) == b"HTTP/1.1 "
    until(lambda: all(number == new for _kind, number in living(desk)))


class TestSecondDesk:
    def test_on_the_same_folder_is_refused(self, desk: LiveServer) -> None:
        ended = run_serve({"DATA_DIR": str(desk.folder), "PORT": "8139"})
        assert ended.returncode == 1
        assert "already running" in ended.stderr
        assert "Traceback" not in ended.stderr

    def test_on_the_same_port_is_refused(self, desk: LiveServer, tmp_path: Path) -> None:
        port = str(urlsplit(desk.url).port)
        ended = run_serve({"DATA_DIR": str(tmp_path), "PORT": port})
        assert ended.returncode == 1
        assert f"Port {port} on 127.0.0.1 is in use by another program. Set PORT." in ended.stderr


@pytest.mark.timeout(180)
def test_stops_in_order_and_leaves_nothing(tmp_path: Path) -> None:
    with serving() as server:
        until(lambda: len(web_workers(server)) == 2 and len(rows(server)) == 4)
        family = psutil.Process(server.process.pid).children(recursive=True)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(40) == 0
        assert rows(server) == {}
        assert not psutil.wait_procs(family, timeout=5)[1]
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(urlsplit(server.url).port or 0))) != 0


@pytest.mark.timeout(180)
def test_nothing_outlives_a_killed_supervisor() -> None:
    with serving() as server:
        until(lambda: len(web_workers(server)) == 2 and len(rows(server)) == 4)
        family = psutil.Process(server.process.pid).children(recursive=True)
        server.process.kill()
        assert not psutil.wait_procs(family, timeout=20)[1]


def run_serve(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    from tests.serve.test_command_line import run_command

    return run_command("serve", environment=environment)

"""Listeners: one that fails leaves the change standing, a guard stops it, an `after` listener becomes a job."""

from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from app.sdk import events
from app.sdk.errors import Conflict
from app.sdk.events import Event, after, announce, subscribe


@dataclass(frozen=True, slots=True)
class Happened(Event):
    """Something happened."""

    record_id: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other(Event):
    """Something else happened."""


@pytest.fixture(autouse=True)
def plugs(monkeypatch):
    """The listeners of one test, and what the plugs were told."""
    told = {"jobs": [], "faults": [], "savepoints": []}

    @contextmanager
    def savepoint():
        told["savepoints"].append("begin")
        try:
            yield
        except BaseException:
            told["savepoints"].append("rolled back")
            raise
        told["savepoints"].append("released")

    monkeypatch.setattr(events, "_listeners", type(events._listeners)(list))
    monkeypatch.setattr(events, "savepoint", savepoint)
    monkeypatch.setattr(events, "put_job", lambda name, payload: told["jobs"].append((name, payload)))
    monkeypatch.setattr(events, "on_fault", lambda addon, fault: told["faults"].append((addon, str(fault))))
    return told


def test_each_listener_hears_its_event_in_a_savepoint_of_its_own(plugs):
    heard = []
    subscribe(Happened, lambda event: heard.append(("first", event.record_id)))
    subscribe(Happened, lambda event: heard.append(("second", event.record_id)))
    subscribe(Other, lambda event: heard.append("other"))
    announce(Happened(7))
    assert heard == [("first", 7), ("second", 7)]
    assert plugs["savepoints"] == ["begin", "released", "begin", "released"]


def test_a_fault_is_rolled_back_alone_and_reported(plugs):
    heard = []

    def breaks(_event):
        raise RuntimeError("broken")

    subscribe(Happened, breaks, addon="fragile")
    subscribe(Happened, lambda event: heard.append(event.record_id))
    announce(Happened(7))
    assert heard == [7]
    assert plugs["faults"] == [("fragile", "broken")]
    assert plugs["savepoints"] == ["begin", "rolled back", "begin", "released"]


def test_what_the_whole_unit_is_repeated_for_goes_up(plugs, monkeypatch):
    monkeypatch.setattr(events, "is_repeatable", lambda error: str(error) == "deadlock")
    heard = []

    def meets(_event):
        raise RuntimeError("deadlock")

    subscribe(Happened, meets, addon="innocent")
    subscribe(Happened, lambda event: heard.append(event.record_id))
    with pytest.raises(RuntimeError, match="deadlock"):
        announce(Happened(7))
    assert (heard, plugs["faults"], plugs["savepoints"]) == ([], [], ["begin", "rolled back"])


def test_a_refusal_of_a_plain_listener_does_not_undo_the_change(plugs):
    def refuses(_event):
        raise Conflict("not today")

    subscribe(Happened, refuses, addon="fragile")
    announce(Happened(7))
    assert plugs["faults"] == [("fragile", "not today")]


def test_a_guard_refuses(plugs):
    def refuses(_event):
        raise Conflict("not today")

    subscribe(Happened, refuses, guard=True)
    with pytest.raises(Conflict, match="not today"):
        announce(Happened(7))


def test_a_guard_that_fails_stops_the_change(plugs):
    def breaks(_event):
        raise RuntimeError("broken")

    subscribe(Happened, breaks, guard=True)
    with pytest.raises(RuntimeError, match="broken"):
        announce(Happened(7))
    assert plugs["faults"] == []


def test_after_writes_a_job_and_calls_nothing(plugs):
    after(Happened, "mail.send")
    announce(Happened(7, ("a", "b")))
    assert plugs["jobs"] == [("mail.send", {"record_id": 7, "names": ("a", "b")})]
    assert plugs["savepoints"] == []


def test_clear_forgets_all(plugs):
    after(Happened, "mail.send")
    events.clear()
    announce(Happened(7))
    assert plugs["jobs"] == []

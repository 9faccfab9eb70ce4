"""Events: what happened, told inside the same transaction.

A listener runs at once, each in a savepoint. One that fails is rolled back alone and its addon marked faulty,
unless it is a guard: then the change is refused. A listener declared with `after` is a job: announcing writes its
outbox row, so it runs only if the transaction commits.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, Literal

import structlog

log = structlog.get_logger(__name__)
Kind = Literal["listen", "guard", "after"]


class Event:
    """Base of all events: frozen dataclasses named in the past tense."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One subscription: a function (listen, guard) or the name of a job (after)."""

    event: type[Event]
    handler: Callable[[Any], None] | str
    kind: Kind = "listen"
    addon: str = ""


_listeners: dict[type[Event], list[Listener]] = defaultdict(list)
# app.db and app.jobs plug in here at start, so that this module needs neither.
savepoint: Callable[[], AbstractContextManager[Any]] = nullcontext
put_job: Callable[[str, dict[str, Any]], None] | None = None
# Whether the whole unit of work is done again after an error, its listeners with it.
is_repeatable: Callable[[BaseException], bool] | None = None
on_fault: Callable[[str, BaseException], None] | None = None


def subscribe(event: type[Event], handler: Callable[[Any], None], *, guard: bool = False, addon: str = "") -> None:
    """Call the handler within the transaction of each such event; a guard may refuse it."""
    _listeners[event].append(Listener(event, handler, "guard" if guard else "listen", addon))


def after(event: type[Event], job_name: str, *, addon: str = "") -> None:
    """Run a job once the transaction of such an event has committed."""
    _listeners[event].append(Listener(event, job_name, "after", addon))


def clear() -> None:
    """Forget all listeners (a process loads one addon set; tests load several)."""
    _listeners.clear()


def forget(addon: str) -> None:
    """Forget the listeners of an addon that turned out to be faulty."""
    for event, listeners in _listeners.items():
        _listeners[event] = [one for one in listeners if one.addon != addon]


def announce(event: Event) -> None:
    """Tell all listeners. Raises BusinessError when a guard refuses."""
    for listener in _listeners.get(type(event), ()):
        if listener.kind == "after":
            _queue(listener, event)
        elif listener.kind == "guard":
            _call(listener, event)
        else:
            _call_guarded(listener, event)


def _queue(listener: Listener, event: Event) -> None:
    if put_job is not None and is_dataclass(event):
        put_job(str(listener.handler), asdict(event))


def _call(listener: Listener, event: Event) -> None:
    assert callable(listener.handler)  # noqa: S101 - narrowing for the type checker
    with savepoint():
        listener.handler(event)


def _call_guarded(listener: Listener, event: Event) -> None:
    try:
        _call(listener, event)
    except Exception as fault:  # one addon's fault must not undo another's change; a refusal is a guard's
        if is_repeatable is not None and is_repeatable(fault):
            raise
        log.exception("listener_failed", addon=listener.addon, announced=type(event).__name__)
        if on_fault is not None:
            on_fault(listener.addon, fault)

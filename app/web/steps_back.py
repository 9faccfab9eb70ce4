"""The way back after a step of a life cycle: one step, or two, that leave the record as it was before.

A life cycle has no undo. Where it has steps that lead back, and the actor may take them, they are taken like any
others, with their guards and their traces; what they leave different is put back by an edit. Everything happens in a
savepoint, and a way that does not end where it should is not taken.
"""

from collections.abc import Iterator
from typing import Any

from app.db import session
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, Conflict
from app.sdk.i18n import _
from app.sdk.workflow import Transition, kind_of

Before = dict[str, Any]


def way_back(view: Any, item: Any, actor: Actor, before: Before) -> list[Transition] | None:
    """Return the shortest way back that the life cycle and the actor's rights know, or None."""
    return next(_ways(view, item, actor, before), None)


def step_back(view: Any, item: Any, actor: Actor, before: Before, reason: str) -> None:
    """Take the record back. Raises why no way leads there; the record is then as it was."""
    refusal: BusinessError = Conflict(_("No step leads back from here."))
    for way in list(_ways(view, item, actor, before)):
        try:
            with session().begin_nested():
                _walk(view, item, actor, before, way, reason)
        except BusinessError as error:
            # Why the shortest way is shut tells the reader most: whoever held it may have left the group.
            refusal = refusal if refusal.fields else error
            continue
        return
    raise refusal


def _ways(view: Any, item: Any, actor: Actor, before: Before) -> Iterator[list[Transition]]:
    first = _permitted(view, item, actor, item.state)
    yield from ([step] for step in first if step.target == before["state"] and _is_way(view, item, before, [step]))
    for step in first:
        for second in _permitted(view, item, actor, step.target):
            # A second step that asks for something is work of its own, not a way back.
            is_plain = not second.required and not view.workflow.state(second.target).required - set(before)
            if second.target == before["state"] and is_plain and _is_way(view, item, before, [step, second]):
                yield [step, second]


def _permitted(view: Any, item: Any, actor: Actor, state: str) -> list[Transition]:
    return [step for step in view.workflow.steps(state, kind_of(item))
            if not step.is_hidden and actor.can(step.permission)]


def _is_way(view: Any, item: Any, before: Before, way: list[Transition]) -> bool:
    asked = {name for step in way for name in (*step.asks, *step.required, *step.clears)}
    editable = getattr(view.service, "fields", set())
    for name, value in before.items():
        known = {name, view.field_name(name)}
        if name != "state" and getattr(item, name) != value and not known & asked and not known & editable:
            return False
    return all(name == "reason" or before.get(name) is not None for step in way for name in step.required)


def _walk(view: Any, item: Any, actor: Actor, before: Before, way: list[Transition], reason: str) -> None:
    for step in way:
        columns = {name for name in before for asked in (*step.asks, *step.required)
                   if asked in (name, view.field_name(name))}
        values = {name: before[name] for name in columns}
        if "reason" in (*step.asks, *step.required):
            values["reason"] = reason
        view.service.transition(actor, item.id, step.action, values)
    left = {name: value for name, value in before.items() if name != "state" and getattr(item, name) != value}
    if left:
        view.service.update(actor, item.id, left)
    if any(getattr(item, name) != value for name, value in before.items()):
        raise Conflict(_("No step leads back from here."))

"""Rights over single fields: hidden, to be read, or to be changed.

What a model guards (`__guarded__`) needs its right to be seen at all. Rules that an administrator writes come with the
actor. Whatever shows or takes values asks here: lists, forms, filters, exports, REST, history.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import inspect

from app.db.base import Audited, record_type_of
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _

HIDDEN, READ, EDIT = "hidden", "read", "edit"
LEVELS = (HIDDEN, READ, EDIT)


def level(model: type[Any], name: str, actor: Actor | None = None) -> str:
    """Return what an actor, the present one where none is given, may do with a field: hidden, read or edit.

    A relation and its key column are one field; a dotted name is that of its first part.
    """
    who = actor or current_actor()
    if not _is_ruled(model, who):
        return EDIT
    field = field_name(name)
    guard = _guards(model).get(field)  # type: ignore[arg-type]  # a class is hashable
    if guard is not None and not who.can(guard):
        return HIDDEN
    if not who.hidden_fields and not who.locked_fields:
        return EDIT
    keys = {(kind, field) for kind in _kinds(model)}  # type: ignore[arg-type]
    if keys & who.hidden_fields:
        return HIDDEN
    return READ if keys & who.locked_fields else EDIT


def is_hidden(model: type[Any], name: str, actor: Actor | None = None) -> bool:
    """Say whether a field is hidden from an actor, the present one where none is given."""
    return level(model, name, actor) == HIDDEN


def shown(model: type[Any], names: Iterable[str], actor: Actor | None = None) -> list[str]:
    """Return the fields among these that an actor may see."""
    who = actor or current_actor()
    if not _is_ruled(model, who):
        return list(names)
    return [name for name in names if not is_hidden(model, name, who)]


def locked(model: type[Any], names: Iterable[str], actor: Actor | None = None) -> set[str]:
    """Return the fields among these that an actor may not change."""
    who = actor or current_actor()
    return {name for name in names if level(model, name, who) != EDIT} if _is_ruled(model, who) else set()


def check(model: type[Any], names: Iterable[str], actor: Actor) -> None:
    """Raise BusinessError (403) naming the fields among these that the actor may not change."""
    refused = locked(model, names, actor)
    if refused:
        text = _("You may not change this field.")
        raise BusinessError(text, fields=dict.fromkeys(sorted(refused), text), code="field_right", http_status=403)


def field_name(name: str) -> str:
    """Return the one name of a field: `caller` for caller, caller_id and caller.name."""
    return name.split(".", 1)[0].removesuffix("_id")


def _guards(model: type[Any]) -> dict[str, str]:
    return {field_name(name): key for name, key in getattr(model, "__guarded__", {}).items()}


@cache
def _kinds(model: type[Any]) -> list[str]:
    # A rule for tickets holds for incidents as well.
    return [record_type_of(one.class_) for one in inspect(model).iterate_to_root()]


def _is_ruled(model: type[Any], actor: Actor) -> bool:
    if actor.is_system or not issubclass(model, Audited):
        return False
    return bool(getattr(model, "__guarded__", None) or actor.hidden_fields or actor.locked_fields)

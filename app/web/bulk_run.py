"""Running an action over many records: each in a savepoint of its own, each with its result, and back again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm.exc import StaleDataError

from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, Conflict
from app.sdk.i18n import _
from app.web.bulk import Before, BulkAction, has_versions
from app.web.labels import text_of

# How long, in seconds, an undo is within reach.
REACH = 3600


@dataclass(frozen=True, slots=True)
class Outlook:
    """One record before: what will become of it, or why it will be left as it is."""

    item: Any
    text: str
    why_not: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One record afterwards: done, or refused with the reason; `undo` is (version, what was before) where it can be."""

    pk: int
    text: str
    refused: str | None
    undo: tuple[int | None, Before] | None = None


def look_ahead(view: Any, action: BulkAction, actor: Actor, items: Sequence[Any]) -> list[Outlook]:
    """Return what the action would do to each record."""
    return [Outlook(item, text_of(item), action.why_not(view, item, actor), action.target(view, item))
            for item in items]


def run(view: Any, action: BulkAction, actor: Actor, items: Sequence[Any], values: Mapping[str, Any],
        versions: Mapping[int, int | None]) -> list[Outcome]:
    """Change each record, in the order of their ids so that two such runs never wait for each other."""
    known = {item.id: (item, text_of(item)) for item in items}
    done = {pk: _one(view, action, actor, *known[pk], values, versions.get(pk)) for pk in sorted(known)}
    return [done[pk] for pk in known]


def _one(view: Any, action: BulkAction, actor: Actor, item: Any, text: str, values: Mapping[str, Any],
         version: int | None) -> Outcome:
    pk = item.id
    try:
        why_not = action.why_not(view, item, actor)
        if why_not:
            return Outcome(pk, text, why_not)
        before = view.call_service(action.run, view, actor, item, values, version)
    except BusinessError as error:
        return Outcome(pk, text, said(error))
    except StaleDataError:
        return Outcome(pk, text, _stale())
    is_kept = before is not None and has_versions(item) and all(map(_is_plain, before.values()))
    return Outcome(pk, text, None, (item.version, before) if is_kept else None)


def undo(view: Any, action: BulkAction, actor: Actor, items: Sequence[Any],
         kept: Mapping[int, tuple[int | None, Before]]) -> list[Outcome]:
    """Put each record back that nobody has changed since."""
    return [_back(view, action, actor, item, kept[item.id])
            for item in sorted(items, key=lambda item: item.id)]


def _back(view: Any, action: BulkAction, actor: Actor, item: Any, kept: tuple[int | None, Before]) -> Outcome:
    pk, text, (version, before) = item.id, text_of(item), kept
    if item.version != version:
        return Outcome(pk, text, _stale())
    try:
        view.call_service(action.put_back, view, actor, item, before, version)
    except BusinessError as error:
        return Outcome(pk, text, said(error))
    except StaleDataError:
        return Outcome(pk, text, _stale())
    return Outcome(pk, text, None)


def said(error: BusinessError) -> str:
    """Return a refusal in one line: what is wrong with a field says more than that something is."""
    return " ".join(dict.fromkeys(error.fields.values())) or error.message


def _stale() -> str:
    return _("Somebody else changed this record meanwhile.")


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | bool)


# What was before travels with the page that offers to undo, signed: nobody can make one up, nor use another's.


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="bulk-undo")


def keep(view: Any, action: BulkAction, actor: Actor, outcomes: Sequence[Outcome]) -> str:
    """Return the token of what can be undone, empty where nothing can."""
    rows = [[one.pk, *one.undo] for one in outcomes if one.undo is not None]
    if not rows:
        return ""
    name = type(view).__name__
    return str(_signer().dumps({"user": actor.user_id, "view": name, "action": action.key, "rows": rows}))


def kept(view: Any, actor: Actor, token: str) -> tuple[str, dict[int, tuple[int | None, Before]]]:
    """Return the action's key and what was before. Raises Conflict for a token that is no good or too old."""
    try:
        found = _signer().loads(token, max_age=REACH)
    except BadData:
        found = {}
    if (found.get("user"), found.get("view")) != (actor.user_id, type(view).__name__):
        raise Conflict(_("This can be undone no more."))
    return found["action"], {pk: (version, before) for pk, version, before in found["rows"]}

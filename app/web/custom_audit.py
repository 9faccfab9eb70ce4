"""Custom fields in the history of a record: in the reader's words, and what they may not see is masked."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from app.db import session
from app.records.custom import kinds
from app.records.custom.definitions import Definition, also_inactive, model_of, subject_of
from app.sdk.actor import Actor
from app.sdk.i18n import bilingual, listed
from app.web.custom_forms import is_custom
from app.web.interface import Interface
from app.web.labels import hidden_text, text_of


def _fields(model: type[Any]) -> dict[str, Definition]:
    subject = subject_of(model)
    return {one.name: one for one in (also_inactive(session(), subject) if subject else ())}


def is_hidden(model: type[Any], name: str, actor: Actor) -> bool:
    """Say whether a column is a custom field that the actor may not see, or one that is gone."""
    if not is_custom(name):
        return False
    field = _fields(model).get(name)
    return field is None or not field.is_read_by(actor)


def names(view: Any, entries: Iterable[Any]) -> dict[str, dict[int, str]]:
    """Return {field: {id: name}} of the records that custom fields named; one statement a type of record."""
    wanted = [entry for entry in entries if is_custom(entry.field or "")]
    fields = _fields(view.datamodel.obj) if wanted else {}
    wanted = [entry for entry in wanted if entry.field in fields]
    ids: dict[str, set[int]] = {}
    for entry in wanted:
        target = kinds.target_of(fields[entry.field])
        if target is not None:
            ids.setdefault(target, set()).update(one for one in (entry.old, entry.new) if isinstance(one, int))
    known = {target: _texts(target, keys) for target, keys in ids.items()}
    return {entry.field: known[target] for entry in wanted
            if (target := kinds.target_of(fields[entry.field])) in known}


def _texts(target: str, ids: set[int]) -> dict[int, str]:
    model = model_of(target)
    found = {row.id: text_of(row) for row in Interface(model).by_ids(ids)} if model is not None else {}
    return {key: found.get(key, hidden_text()) for key in ids}


def text(view: Any, name: str, value: Any) -> Any:
    """Return a kept value as it is read."""
    if isinstance(value, list):
        return listed(bilingual(one) if isinstance(one, dict) else one for one in value)
    if isinstance(value, dict):
        return bilingual(value)
    kind = getattr(_fields(view.datamodel.obj).get(name), "kind", "")
    if isinstance(value, str) and kind in (kinds.DATE, kinds.MOMENT):
        return (date if kind == kinds.DATE else datetime).fromisoformat(value)
    return value


__all__ = ["is_custom", "is_hidden", "names", "text"]

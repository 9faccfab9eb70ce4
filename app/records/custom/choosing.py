"""What a custom field refers to: values of its list, and records that the actor may see."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.records.custom import kinds, record_sets
from app.records.custom.definitions import Definition, model_of
from app.records.custom.kinds import Columns
from app.records.lists import ListedValue, listed, lists, offered
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MAX_ID = 2**63


def rows_of(session: Session, field: Definition, raw: Any, record: Any, kept: set[int]) -> list[Columns]:
    """Return the columns of each value that was given, none where nothing was. Raises InvalidField.

    A choice is given by its code or its id, a record by its id or as a row. `kept` are the choices that the record has
    already: they may stay where they are offered no more.
    """
    if kinds.is_empty(raw):
        return []
    if kinds.is_of_values(field):
        return _choices(session, field, raw, record, kept)
    if field.kind in kinds.OF_LIST:
        return _rows_of_set(session, field, raw, kept)
    if kinds.target_of(field) is not None:
        return [_reference(session, field, raw, record)]
    return [kinds.stored(field, raw)]


def _rows_of_set(session: Session, field: Definition, raw: Any, kept: set[int]) -> list[Columns]:
    several, info = field.kind == kinds.CHOICES, lists(session).get(field.picklist or "")
    given = raw if several else [raw]
    if info is None or not isinstance(given, list | tuple) or len(given) > kinds.MAX_SEVERAL:
        raise InvalidField(field.name, _("Choose entries of the list."))
    found: dict[int, Columns] = {}
    for key in (getattr(one, "id", one) for one in given):
        if isinstance(key, bool) or not isinstance(key, int) or not 0 < key < MAX_ID:
            raise InvalidField(field.name, _("Choose an entry of the list."))
        row = record_sets.row_of(info, key)
        model = model_of(field.source_type)
        if row is None and key in kept and model is not None:
            # It is no row of the set any more; where the record has it, it stays.
            row = session.execute(select(model).where(model.id == key)).scalar_one_or_none()
        if row is None:
            raise InvalidField(field.name, _("Choose an entry of the list."))
        text = str(row)[: kinds.MAX_TEXT]
        found[key] = {"ref_type": field.source_type, "ref_id": key, "text": text, "sort_text": kinds.folded(text)}
    return list(found.values())


def _company(record: Any) -> int | None:
    return getattr(record, "company_id", None)


def _choices(session: Session, field: Definition, raw: Any, record: Any, kept: set[int]) -> list[Columns]:
    several = field.kind == kinds.CHOICES
    given = raw if several else [raw]
    if not isinstance(given, list | tuple) or len(given) > kinds.MAX_SEVERAL:
        raise InvalidField(field.name, _("Choose entries of the list."))
    values = listed(session, field.picklist)[field.picklist] if field.picklist else []
    if field.allows_other and not several and isinstance(raw, str) and raw not in {value.code for value in values}:
        return [kinds.other_text(field, raw)]
    found = {value.id: value for value in (_one(field, values, one) for one in given)}
    free = {value.id for value in offered(session, field.picklist or "", company_id=_company(record))} | kept
    if not free.issuperset(found):
        raise InvalidField(field.name, _("This entry of the list is not offered any more."))
    return [{"value_id": value.id, "sort_text": value.sort_en} for value in found.values()]


def _one(field: Definition, values: list[ListedValue], given: Any) -> ListedValue:
    for value in values:
        if given == value.code if isinstance(given, str) else (given == value.id and not isinstance(given, bool)):
            return value
    raise InvalidField(field.name, _("Choose an entry of the list."))


def _reference(session: Session, field: Definition, raw: Any, record: Any) -> Columns:
    kind = kinds.target_of(field)
    model = model_of(kind)
    key = getattr(raw, "id", raw)
    if model is None or isinstance(key, bool) or not isinstance(key, int) or not 0 < key < MAX_ID:
        raise InvalidField(field.name, _("Choose an entry of the list."))
    # Under the actor's rights: what they may not see cannot be named.
    statement = select(model).where(model.id == key)
    if field.kind == kinds.FILE:
        own = type(record).record_type()
        statement = statement.where(model.record_type == own, model.record_id == record.id)
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise InvalidField(field.name, _("Choose an entry of the list."))
    text = str(row.name if field.kind == kinds.FILE else row)[: kinds.MAX_TEXT]
    return {"ref_type": kind, "ref_id": key, "text": text, "sort_text": kinds.folded(text)}


def default(field: Definition, actor: Actor, today: Any, now: Any) -> Any:
    """Return what a new record has where nobody says anything: a plain value as `rows_of` takes it, or None."""
    said = field.default_value
    if not said:
        return None
    if field.kind == kinds.PERSON:
        return actor.person_id
    if field.kind == kinds.BOOL:
        return said == "true"
    if field.kind == kinds.CHOICES:
        return [code.strip() for code in said.split(",") if code.strip()]
    return {"today": today, "now": now}.get(said, said) if field.kind in (kinds.DATE, kinds.MOMENT) else said

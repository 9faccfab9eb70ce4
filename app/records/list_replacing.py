"""Replacing a value of a list by another: every reference is rewritten in one transaction, and audit says so."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Column, UniqueConstraint, and_, delete, exists, select, update
from sqlalchemy.orm import Session

from app.db import Model, past_audit, session
from app.records import audit
from app.records.custom import values as custom_values
from app.records.custom.models import PREFIX, CustomField, CustomValue
from app.records.list_services import picklist_value_service
from app.records.list_uses import columns_of_codes, key_columns, uses, where_used
from app.records.lists import above, code_columns, forget_values, listed
from app.records.permissions import PICKLIST_WRITE
from app.records.picklists import Picklist, PicklistOffer, PicklistValue
from app.records.saved_filters import SavedFilter
from app.records.search_missing import index_again
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _


@all_or_nothing
def replace(actor: Actor, value_id: int, other_id: int) -> int:
    """Let another value of the same list take a value's place everywhere, switch the old one off and return how many
    references were rewritten. Raises Forbidden, NotFound, InvalidField or Conflict; nothing then changes.
    """  # noqa: D205 - one sentence
    actor.require(PICKLIST_WRITE)
    first, second = sorted((value_id, other_id))
    locked = {key: picklist_value_service.get_for_update(key) for key in (first, second)}
    value, other = locked[value_id], locked[other_id]
    code = session().execute(select(Picklist.code).where(Picklist.id == value.picklist_id)).scalar_one()
    if value.id == other.id or value.picklist_id != other.picklist_id:
        raise InvalidField("other", _("Choose another value of the same list."))
    if value.id in above(listed(session(), code)[code], other.id):
        raise InvalidField("other", _("This value lies below the one that it is to replace."))
    told = {use.table if use.field is None else ".".join(use.field): use.count for use in where_used(session(), value)}
    records = _searched(session(), value.id)
    with past_audit("told once, on the value that is replaced, and not on each of the records"):
        _widen_offers(session(), value.id, other.id)
        for column in key_columns():
            _rewrite(session(), column, value.id, other.id)
        for column in columns_of_codes(session(), value):
            _rewrite(session(), column, value.code, other.code)
    filters = _rewrite_queries(session(), code, value, other) + _rewrite_defaults(session(), value, other)
    if filters:
        told["saved_filter"] = filters
    value.is_active = value.is_default = False
    session().flush()
    session().expire_all()
    forget_values()
    custom_values.forget()
    index_again(session(), records)
    if uses(session(), value):
        raise Conflict(_("Some references could not be rewritten."))
    audit.write(session(), "picklist_value", value.id, "update", {
        "replaced_by": (value.code, other.code), "references": (None, told)})
    return sum(told.values())


def _widen_offers(database: Session, old: int, new: int) -> None:
    # A value that is offered everywhere stays so: it does not take over where the old one was offered.
    if database.execute(select(PicklistOffer.id).where(PicklistOffer.value_id == new).limit(1)).first() is None:
        database.connection().execute(delete(PicklistOffer).where(PicklistOffer.value_id == old))


def _rewrite(database: Session, column: Column[Any], old: Any, new: Any) -> None:
    table, connection = column.table, database.connection()
    for constraint in getattr(table, "constraints", ()):
        if isinstance(constraint, UniqueConstraint) and column.name in constraint.columns:
            # A row that has the other value already: the old one would be there twice.
            twin = table.alias()
            rest = [one for one in constraint.columns if one.name != column.name]
            same = and_(twin.c[column.name] == new, *(twin.c[one.name] == table.c[one.name] for one in rest))
            connection.execute(delete(table).where(column == old, exists(select(twin.c.id).where(same))))
    if table.name == CustomValue.__tablename__:
        _drop_twins(database, old, new)
    connection.execute(update(table).where(column == old).values({column.name: new}))


def _drop_twins(database: Session, old: int, new: int) -> None:
    # Of several choices both may be there.
    table, connection = CustomValue.__table__, database.connection()
    twin = table.alias()
    same = and_(twin.c.record_id == table.c.record_id, twin.c.field_id == table.c.field_id, twin.c.value_id == new)
    connection.execute(delete(table).where(  # type: ignore[arg-type]
        table.c.value_id == old, exists(select(twin.c.id).where(same))))


def _searched(database: Session, value_id: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for kind, key in database.execute(select(CustomValue.record_type, CustomValue.record_id).where(
            CustomValue.value_id == value_id)):
        found.setdefault(kind, []).append(key)
    return found


def _filter_names(database: Session, picklist: str, value: PicklistValue) -> tuple[set[str], set[str]]:
    """Return the columns that filters compare with ids of the list's values, and those compared with codes."""
    ids, others = set[str](), set[str]()
    for mapper in Model.registry.mappers:
        for relation in mapper.relationships:
            is_of_values = relation.mapper.class_ is PicklistValue
            (ids if is_of_values else others).add(relation.key)
    fields = database.execute(select(CustomField.code).where(CustomField.picklist_id == value.picklist_id)).scalars()
    ids = {*(ids - others), *(f"{PREFIX}{code}" for code in fields)}
    return ids, {column.key for column in code_columns.get(picklist, ())}


def _rewrite_queries(database: Session, picklist: str, value: PicklistValue, other: PicklistValue) -> int:
    ids, codes = _filter_names(database, picklist, value)

    def rewritten(query: str) -> str:
        pairs = []
        for name, given in parse_qsl(query, keep_blank_values=True):
            column = name.split("_", 3)[-1] if name.startswith("_flt_") else ""
            old, new = (str(value.id), str(other.id)) if column in ids else (value.code, other.code)
            is_named = given == old and (column in ids or column in codes)
            pairs.append((name, new if is_named else given))
        return urlencode(list(dict.fromkeys(pairs)))

    count = 0
    for kept in database.execute(select(SavedFilter).where(SavedFilter.query.contains("_flt_"))).scalars():
        new = rewritten(kept.query)
        if dict.fromkeys(parse_qsl(kept.query)) != dict.fromkeys(parse_qsl(new)):
            kept.query, count = new, count + 1
    for source in database.execute(select(Picklist).where(Picklist.source_query.is_not(None))).scalars():
        new = rewritten(source.source_query or "")
        if dict.fromkeys(parse_qsl(source.source_query or "")) != dict.fromkeys(parse_qsl(new)):
            source.source_query, count = new, count + 1
    return count


def _rewrite_defaults(database: Session, value: PicklistValue, other: PicklistValue) -> int:
    count = 0
    fields = select(CustomField).where(CustomField.picklist_id == value.picklist_id,
                                       CustomField.default_value.is_not(None))
    for field in database.execute(fields).scalars():
        codes = [code.strip() for code in (field.default_value or "").split(",")]
        if value.code in codes:
            new = dict.fromkeys(other.code if code == value.code else code for code in codes)
            field.default_value, count = ",".join(new), count + 1
    return count

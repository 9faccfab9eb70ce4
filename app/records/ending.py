"""The end of a record's life, alike for every kind: deactivate, replace by another, delete into the bin, restore.

A service says what is special about its kind: `before_delete` (a log-in ends with its person), `check_replace`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, inspect, select

from app.db import Record, include_deleted, record_type_of, session, system_scope
from app.records import audit, deleted, moving
from app.records.references import references_to
from app.records.uses import InUse, uses_of
from app.records.values import all_or_nothing, flush
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, MissingFields, NotFound
from app.sdk.i18n import _
from app.sdk.permissions import Permission

DEACTIVATE, REPLACE, DELETE = "deactivate", "replace", "delete"
MAX_REASON = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """What shall become of a record that is in use: one of the words above, and by which record it is replaced."""

    how: str
    by: int | None = None


class Ending:
    """Mixed into RecordService, for records that people work on."""

    model: type[Any]
    delete_permission: Permission
    # Whether a deletion is told why.
    delete_needs_reason = False

    @all_or_nothing
    def delete(self, actor: Actor, record_id: int, reason: str | None = None, choice: Choice | None = None) -> None:
        """Delete a record: into the bin where it is one people work on.

        One that is in use needs a choice. Raises InUse without one, Conflict, Forbidden, InvalidField, MissingFields.
        """
        record: Any = self.get_for_update(record_id)  # type: ignore[attr-defined]
        actor.require(self.delete_permission)
        if not isinstance(record, Record):
            self.check_delete(actor, record)
            session().delete(record)
            flush(session(), self.model)
            return
        told = told_reason(reason, is_needed=self.delete_needs_reason)
        how = choice.how if choice is not None else ""
        if how == DEACTIVATE:
            self._deactivate(actor, record, told)
            return
        self.check_delete(actor, record)
        if how == REPLACE:
            self._replace(actor, record, choice.by if choice is not None else None)
        elif how != DELETE:
            if how:
                raise InvalidField("how", _("Choose an entry of the list."))
            found = uses_of(session(), record)
            if found:
                raise InUse(found)
        self.put_away(actor, record, told)

    def check_delete(self, actor: Actor, record: Any) -> None:
        """Refuse a deletion; a subclass fills this in."""

    def before_delete(self, actor: Actor, record: Any) -> Mapping[str, Any]:
        """Do what a deletion brings with it, and return the columns to be put back with the record."""
        return {}

    def check_replace(self, actor: Actor, record: Any, other: Any) -> None:
        """Refuse that all that refers to a record shall refer to another; a subclass fills this in."""

    def check_deactivate(self, actor: Actor, record: Any) -> None:
        """Refuse that a record is switched off, whichever way; a subclass fills this in."""

    @property
    def can_deactivate(self) -> bool:
        """Whether records of this kind can be switched off instead."""
        return "is_active" in inspect(self.model).column_attrs

    def put_away(self, actor: Actor, record: Any, reason: str | None) -> None:
        """Lay a record into the bin: it is hidden, its unique values are free, and what refers to it stays."""
        name, before = deleted.name_of(record), dict(self.before_delete(actor, record))
        for column in self._freed():
            key = inspect(self.model).get_property_by_column(column).key
            value = getattr(record, key)
            if value is not None:
                before[key] = value
                setattr(record, key, None if column.nullable else _set_aside(value, column, record.id))
        record.deleted_at = clock.now()
        flush(session(), self.model)
        kind = record_type_of(type(record))
        if reason:
            audit.write(session(), kind, record.id, "delete", {"reason": (None, reason)})
        deleted.put(session(), record, name, reason, before)

    @all_or_nothing
    def restore(self, actor: Actor, record_id: int) -> Any:
        """Take a record out of the bin. Raises Conflict where one of its unique values is another's now."""
        actor.require(self.delete_permission)
        with include_deleted():
            record: Any = self.get_for_update(record_id)  # type: ignore[attr-defined]
            if record.deleted_at is None:
                raise Conflict(_("This record is not deleted."))
            entry = deleted.find(session(), record_type_of(type(record)), record.id)
            self.check_restore(actor, record)
            before = deleted.take(session(), entry) if entry is not None else {}
            self._check_free(record, before)
            for name, value in before.items():
                setattr(record, name, value)
            record.deleted_at = None
            flush(session(), self.model)
        return record

    def check_restore(self, actor: Actor, record: Any) -> None:
        """Refuse that a record comes back; a subclass fills this in."""

    # Parts ---------------------------------------------------------------------------------------------------------

    def _deactivate(self, actor: Actor, record: Any, reason: str | None) -> None:
        if not self.can_deactivate:
            raise InvalidField("how", _("This cannot be switched off."))
        if record.is_active:
            self.check_deactivate(actor, record)
        if reason:
            audit.write(session(), record_type_of(type(record)), record.id, "update", {"reason": (None, reason)})
        record.is_active = False
        flush(session(), self.model)

    def _replace(self, actor: Actor, record: Any, by: int | None) -> None:
        if by is None or by == record.id:
            raise InvalidField("by", _("Choose another one of the same kind."))
        try:
            other = self.get_for_update(by)  # type: ignore[attr-defined]
        except NotFound:
            raise InvalidField("by", _("Choose another one of the same kind.")) from None
        self.check_replace(actor, record, other)
        step_out_of(record, other)
        moving.move(session(), type(record), record.id, other.id)

    def _freed(self) -> list[Column[Any]]:
        # Numbers are never given twice, and keys of other tables are no names.
        columns = [column for table in inspect(self.model).tables for column in table.columns]
        return [column for column in columns if column.unique and not column.foreign_keys and column.name != "number"]

    def _check_free(self, record: Any, before: Mapping[str, Any]) -> None:
        unique = {inspect(self.model).get_property_by_column(column).key for column in self._freed()}
        for name, value in before.items():
            if name not in unique:
                continue
            taken = select(self.model.id).where(getattr(self.model, name) == value, self.model.id != record.id)
            with session().no_autoflush, system_scope():
                found = session().execute(taken.limit(1)).first()
            if found is not None:
                raise Conflict(_("“%(value)s” is in use by another record now. Change it there, then restore this one.",
                                 value=str(value)), fields={name: _("This value is in use already.")})


def told_reason(reason: str | None, *, is_needed: bool) -> str | None:
    """Return why something goes. Raises MissingFields where that is needed, InvalidField where it is too long."""
    told = (reason or "").strip() or None
    if told is None and is_needed:
        raise MissingFields(["reason"])
    if told is not None and len(told) > MAX_REASON:
        raise InvalidField("reason", _("A text has at most %(number)s characters.", number=MAX_REASON))
    return told


def _set_aside(value: Any, column: Column[Any], record_id: int) -> str:
    # A column that must not be empty: the value with a mark that nobody else's has.
    mark = f"~{record_id}"
    return str(value)[:(getattr(column.type, "length", None) or 40) - len(mark)] + mark


def step_out_of(record: Any, other: Any) -> None:
    """Let `other` not stand below `record` in any tree: what is below the one will be below the other."""
    model = type(record)
    for one in references_to(model):
        if one.model is not None and issubclass(model, one.model) and one.is_key and one.column.nullable:
            _step_out_of(record, other, one.name)


def _step_out_of(record: Any, other: Any, name: str) -> None:
    model, above, seen = type(record), getattr(other, name), {other.id}
    with session().no_autoflush, system_scope():
        while above is not None and above not in seen:
            if above == record.id:
                beyond = getattr(record, name)
                setattr(other, name, None if beyond == other.id else beyond)
                break
            seen.add(above)
            above = session().execute(select(getattr(model, name)).where(model.id == above)).scalar()
    session().flush()

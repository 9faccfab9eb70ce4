"""The one door for a change of a plain record: load under lock, permit, decide, change, announce."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from app.db import field_rights, record_type_of, session
from app.records.custom import writing
from app.records.ending import Ending
from app.records.journal import Journal
from app.records.merging import Merging
from app.records.purging import Purging
from app.records.rich_text import sanitised
from app.records.values import all_or_nothing, flush, normalise
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, MissingFields, NotFound, Stale
from app.sdk.i18n import _
from app.sdk.permissions import Permission
from app.sdk.workflow import ALL

T = TypeVar("T")
# The service of each kind of record of this process: what is generic finds the one door by it.
services: dict[str, "RecordService[Any]"] = {}


class RecordService(Merging, Ending, Purging, Journal, Generic[T]):
    """Create, update and delete one kind of record. Flushes, never commits."""

    # Texts with formatting: what is not safe in them is taken out.
    rich: frozenset[str] = frozenset()

    def __init__(
        self, model: type[T], write: Permission, fields: set[str], required: set[str] = frozenset(),  # type: ignore[assignment]
        delete: Permission | None = None,
    ) -> None:
        kind: Any = model
        self.model = kind
        self.write, self.fields, self.required = write, fields, set(required)
        self.delete_permission = delete or write
        services.setdefault(record_type_of(kind), self)

    def get_for_update(self, record_id: int) -> T:
        """Return the record, locked. Raises NotFound where it is not there or not visible to the actor."""
        model: Any = self.model
        # Related rows are joined by no outer join: PostgreSQL cannot lock those.
        statement = select(model).where(model.id == record_id).with_for_update(of=model)
        found = session().execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
        if found is None:
            raise NotFound
        return found  # type: ignore[no-any-return]

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> T:
        """Create a record. Raises Forbidden, MissingFields or InvalidField."""
        actor.require(self.write)
        values, custom = writing.taken(values)
        field_rights.check(self.model, values, actor)
        clean = self._clean(values)
        self.check_required(clean, self.required)
        record = self.model(**{**self.first_values(), **clean})
        self.prepare(actor, record, clean)
        session().add(record)
        flush(session(), self.model)
        writing.write(actor, record, custom, clean, when=writing.CREATE)
        return record

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> T:
        """Change fields. Raises Conflict when somebody else changed the record since `version` was read."""
        record: Any = self.get_for_update(record_id)
        actor.require(self.write)
        self.check_version(record, version)
        values, custom = writing.taken(values)
        field_rights.check(self.model, values, actor)
        clean = self._clean(values)
        locked = self.locked(record)
        _check_locked(locked, {name for name, value in clean.items() if getattr(record, name) != value})
        self.check_required(clean, {name for name in self.required if name in clean})
        for name, value in clean.items():
            setattr(record, name, value)
        self.prepare(actor, record, clean)
        flush(session(), self.model)
        writing.write(actor, record, custom, clean, is_locked=locked == ALL)
        return record  # type: ignore[no-any-return]

    def _clean(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return self._taken(values, self.fields)

    def _taken(self, values: Mapping[str, Any], allowed: set[str]) -> dict[str, Any]:
        clean = normalise(session(), self.model, values, allowed)
        return {name: sanitised(value) if name in self.rich else value for name, value in clean.items()}

    def prepare(self, actor: Actor, record: T, values: Mapping[str, Any]) -> None:
        """Derive what follows from the values; a subclass fills this in."""

    def first_values(self) -> dict[str, Any]:
        """Return what a new record begins with, whatever is said of it."""
        return {}

    def locked(self, record: T) -> frozenset[str]:
        """Return the fields that may not be changed in the state that the record is in; {"*"} is all of them."""
        return frozenset()

    @staticmethod
    def check_version(record: Any, version: int | None) -> None:
        """Raise Stale when the record moved on since that version was read."""
        if version is not None and getattr(record, "version", version) != version:
            raise Stale(record.version)

    @staticmethod
    def check_required(values: Mapping[str, Any], required: set[str]) -> None:
        """Raise MissingFields for required names without a value."""
        missing = [name for name in sorted(required) if values.get(name) in (None, "", {})]
        if missing:
            raise MissingFields(missing)


def _check_locked(locked: frozenset[str], changed: set[str]) -> None:
    refused = sorted(name for name in changed if locked == ALL or {name, name.removesuffix("_id")} & locked)
    if refused:
        text = _("This field cannot be changed any more.")
        raise Conflict(text, fields=dict.fromkeys(refused, text))


def require_label(values: Mapping[str, Any], name: str) -> None:
    """Raise InvalidField unless a two-language text has at least one language."""
    label = values.get(name)
    if isinstance(label, Mapping) and not any(str(text).strip() for text in label.values()):
        raise InvalidField(name, _("This field is required."))

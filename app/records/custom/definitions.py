"""Which custom fields there are: kept by every process, known to all of them at the next click."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.db import Model, Record, record_type_of
from app.records.custom.models import PREFIX, CustomField
from app.records.kept import Kept
from app.records.picklists import Picklist
from app.sdk.actor import Actor
from app.sdk.i18n import bilingual


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One field, as plain data. `picklist` is the code of its list."""

    id: int
    subject: str
    code: str
    label: Mapping[str, str]
    help: Mapping[str, str] | None
    kind: str
    target: str | None
    section: Mapping[str, str] | None
    sequence: int
    in_form: bool
    in_page: bool
    in_list: bool
    in_filter: bool
    in_card: bool
    is_searched: bool
    is_required: bool
    required_states: list[str] | None
    default_value: str | None
    minimum: str | None
    maximum: str | None
    pattern: str | None
    max_length: int | None
    read_right: str | None
    edit_right: str | None
    is_active: bool
    picklist: str | None = None
    # The type of record whose rows the list offers, where it is a record set.
    source_type: str | None = None
    allows_other: bool | None = False

    @property
    def name(self) -> str:
        """What forms, lists and refusals call it."""
        return f"{PREFIX}{self.code}"

    def __str__(self) -> str:
        return bilingual(self.label)

    def is_read_by(self, actor: Actor) -> bool:
        """Say whether an actor may see the field's values."""
        return not self.read_right or actor.can(self.read_right)

    def is_edited_by(self, actor: Actor) -> bool:
        """Say whether an actor may see and change them."""
        return self.is_read_by(actor) and (not self.edit_right or actor.can(self.edit_right))

    def must(self, state: str | None) -> bool:
        """Say whether a record in a state must have a value."""
        return self.is_required or (state is not None and state in (self.required_states or ()))


_OF_LIST = ("picklist", "source_type", "allows_other")


def _read(session: Session, subjects: list[str]) -> dict[str, list[Definition]]:
    field = CustomField
    names = [name for name in Definition.__dataclass_fields__ if name not in _OF_LIST]
    statement = (
        select(*(getattr(field, name) for name in names), Picklist.code, Picklist.source_type, Picklist.allows_other)
        .outerjoin(Picklist, Picklist.id == field.picklist_id)
        .order_by(field.sequence, field.id)
    )
    # All at once: whoever asks for one type of record is going to ask for others, and there are few fields.
    found: dict[str, list[Definition]] = {subject: [] for subject in subjects}
    for row in session.execute(statement):
        made = Definition(**dict(zip(Definition.__dataclass_fields__, row, strict=True)))
        found.setdefault(made.subject, []).append(made)
    return found


kept: Kept[list[Definition]] = Kept(CustomField, Picklist, read=_read)


def definitions(session: Session, subject: str) -> list[Definition]:
    """Return the active fields of a type of record, in their order."""
    return [one for one in kept.get(session, [subject])[subject] if one.is_active]


def also_inactive(session: Session, subject: str) -> list[Definition]:
    """Return all fields of a type of record, those that are switched off too: history tells of them."""
    return kept.get(session, [subject])[subject]


def record_models() -> dict[str, type[Any]]:
    """Return the classes that may have custom fields, by type of record: all that people work on, but no mere base."""
    found = {}
    for mapper in Model.registry.mappers:
        cls = mapper.class_
        is_base = mapper.polymorphic_on is not None and mapper.inherits is None
        if issubclass(cls, Record) and not is_base and not getattr(cls, "is_tombstone", False):
            found[record_type_of(cls)] = cls
    return dict(sorted(found.items()))


def model_of(record_type: str | None) -> type[Any] | None:
    """Return the class of a type of record, or None where its addon is off or gone."""
    for mapper in Model.registry.mappers:
        cls = mapper.class_
        is_off = getattr(cls, "is_tombstone", False)
        if hasattr(cls, "__record_type__") and record_type_of(cls) == record_type and not is_off:
            return cls
    return None


def subject_of(model: type[Any]) -> str | None:
    """Return the type of record whose custom fields a class has, or None where it can have none."""
    if not issubclass(model, Record):
        return None
    mapper = inspect(model)
    return None if mapper.polymorphic_on is not None and mapper.inherits is None else record_type_of(model)


def chosen(fields: Iterable[Definition], actor: Actor, *, place: str = "", edited: bool = False) -> list[Definition]:
    """Return the fields that an actor sees at a place (`in_form`, `in_list` …), or may change there."""
    return [one for one in fields if (one.is_edited_by(actor) if edited else one.is_read_by(actor))
            and (not place or getattr(one, place))]

"""Where a record is used: how many rows of which kind refer to it by which column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, inspect, select
from sqlalchemy.orm import Session

from app.db import Audited, Record, record_type_of, system_scope
from app.records.custom import kinds
from app.records.custom.definitions import Definition, also_inactive, record_models
from app.records.custom.models import CustomValue
from app.records.references import Reference, kinds_of, references_to
from app.sdk.errors import Conflict
from app.sdk.i18n import _

# Nobody reads further; a number above it means "more than 10,000".
COUNT_CAP = 10_001


@dataclass(frozen=True, slots=True)
class Use:
    """Rows of one kind that refer to the record: by which column, how many, how many of them the reader sees."""

    model: type[Any]
    column: str
    total: int
    seen: int

    @property
    def hidden(self) -> int:
        return self.total - self.seen


class InUse(Conflict):
    """The record is used elsewhere, and nobody said what shall become of that."""

    code = "in_use"

    def __init__(self, uses: Sequence[Use]) -> None:
        super().__init__(_("This is in use. Say what shall become of what refers to it."))
        self.uses = list(uses)


def uses_of(session: Session, record: Any) -> list[Use]:
    """Return the uses of a record, two statements in all. The caller has checked that the record may be seen."""
    wanted = [(model, one.name, _rows(model, one.name, identity, record.id)) for one in references_to(type(record))
              if _counts(one) for model, identity in kinds_of(one.model or type(record))]
    wanted += [(model, field.name, _custom_rows(model, field, record.id))
               for model, field in _custom_fields(session, record_type_of(type(record)))]
    return counted(session, wanted)


def counted(session: Session, wanted: Sequence[tuple[type[Any], str, Select[Any]]]) -> list[Use]:
    """Return a use for each (class, column, ids of rows) that has any: all of them, and those that the reader sees."""
    if not wanted:
        return []
    statement = select(*(capped(rows) for _model, _name, rows in wanted))
    with system_scope():
        totals = session.execute(statement).one()
    seen = session.execute(statement).one() if any(totals) else totals
    return [Use(model, name, total, min(visible, total))
            for (model, name, _rows_of), total, visible in zip(wanted, totals, seen, strict=True) if total]


def capped(rows: Select[Any]) -> Any:
    """Return how many rows there are, counted no further than COUNT_CAP, as a column of a statement."""
    return select(func.count()).select_from(rows.limit(COUNT_CAP).subquery()).scalar_subquery()


def _counts(one: Reference) -> bool:
    return one.is_key and not one.is_part and one.model is not None and issubclass(one.model, Audited)


def _rows(model: type[Any], name: str, identity: Any, record_id: int) -> Select[Any]:
    # Asked of the topmost class: one table has all columns that lists know.
    mapper = inspect(model)
    owner: Any = model if name in mapper.local_table.c else mapper.base_mapper.class_
    rows = select(owner.id).where(getattr(owner, name) == record_id)
    if identity is not None:
        rows = rows.where(inspect(owner).polymorphic_on == identity)
    if issubclass(owner, Record):
        rows = rows.where(owner.deleted_at.is_(None))
    return rows


def _custom_fields(session: Session, record_type: str) -> list[tuple[type[Any], Definition]]:
    # Also those that are switched off: their values are there. No statement where the process knows the fields.
    return [(model, field) for subject, model in record_models().items() for field in also_inactive(session, subject)
            if kinds.target_of(field) == record_type]


def _custom_rows(model: Any, field: Definition, record_id: int) -> Select[Any]:
    value = CustomValue
    held = select(value.record_id).where(value.field_id == field.id, value.ref_id == record_id,
                                         value.record_type == field.subject)
    return select(model.id).where(model.id.in_(held), model.deleted_at.is_(None))

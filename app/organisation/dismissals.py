"""Pairs of records of which somebody said that they are not the same: kept until what was compared changes."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Identity, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, UtcDateTime, plain, session
from app.organisation.models import Company, Person
from app.records import audit
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField, NotFound
from app.sdk.i18n import _
from app.sdk.permissions import Permission

# What the rules of duplicates compare.
COMPARED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "person": (Person, ("name", "email", "phone", "department_id")),
    "company": (Company, ("name", "email", "code")),
}


class DuplicateDismissal(Model):
    """Two records that are not the same, the one of the smaller id first, and what they said when that was decided."""

    __tablename__ = "duplicate_dismissal"
    __table_args__ = (UniqueConstraint("record_type", "first_id", "second_id", name="uq_duplicate_dismissal"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    first_id: Mapped[int] = mapped_column(Id)
    second_id: Mapped[int] = mapped_column(Id)
    compared: Mapped[str] = mapped_column(String(64))
    dismissed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dismissed_by_label: Mapped[str] = mapped_column(String(200))


def dismissed(kind: str, ids: Iterable[int]) -> set[tuple[int, int]]:
    """Return the pairs among these records that are not the same, and whose compared values are as they were."""
    wanted, row = set(ids), DuplicateDismissal
    if not wanted:
        return set()
    rows = session().execute(select(row.first_id, row.second_id, row.compared).where(
        row.record_type == kind, row.first_id.in_(wanted), row.second_id.in_(wanted))).all()
    said = _said(kind, {key for one in rows for key in (one.first_id, one.second_id)})
    return {(one.first_id, one.second_id) for one in rows
            if one.compared == _mark(said.get(one.first_id), said.get(one.second_id))}


def dismiss(actor: Actor, permission: Permission, kind: str, first: int, second: int) -> None:
    """Say that two records are not the same. Raises Forbidden, InvalidField, or NotFound for what nobody sees."""
    actor.require(permission)
    if first == second:
        raise InvalidField("second", _("Choose another one of the same kind."))
    ids = (min(first, second), max(first, second))
    said = _said(kind, ids)
    if len(said) != 2:
        raise NotFound
    row = _row(kind, ids)
    mark = _mark(said[ids[0]], said[ids[1]])
    if row is not None and row.compared == mark:
        return
    if row is None:
        row = DuplicateDismissal(record_type=kind, first_id=ids[0], second_id=ids[1])
        session().add(row)
    row.compared, row.dismissed_at, row.dismissed_by_label = mark, clock.now(), actor.label[:200]
    session().flush()
    _tell(kind, ids, is_back=False)


def suspect_again(actor: Actor, permission: Permission, kind: str, first: int, second: int) -> None:
    """Take back that two records are not the same. Raises Forbidden, or NotFound where nobody said so."""
    actor.require(permission)
    ids = (min(first, second), max(first, second))
    row = _row(kind, ids)
    if row is None or len(_said(kind, ids)) != 2:
        raise NotFound
    session().delete(row)
    session().flush()
    _tell(kind, ids, is_back=True)


def _row(kind: str, ids: tuple[int, int]) -> DuplicateDismissal | None:
    statement = select(DuplicateDismissal).where(
        DuplicateDismissal.record_type == kind, DuplicateDismissal.first_id == ids[0],
        DuplicateDismissal.second_id == ids[1])
    return session().execute(statement.with_for_update()).scalar_one_or_none()


def _said(kind: str, ids: Iterable[int]) -> dict[int, list[Any]]:
    model, names = COMPARED[kind]
    statement = select(model.id, *(getattr(model, name) for name in names)).where(model.id.in_(list(ids)))
    return {row[0]: [plain(value) for value in row[1:]] for row in session().execute(statement)}


def _mark(first: list[Any] | None, second: list[Any] | None) -> str:
    return hashlib.sha256(json.dumps([first, second], ensure_ascii=False).encode()).hexdigest()


def _tell(kind: str, ids: tuple[int, int], *, is_back: bool) -> None:
    # By their ids: what somebody was called goes out of the log of others by no redaction.
    for one, other in (ids, ids[::-1]):
        audit.write(session(), kind, one, "update", {"not_the_same": (other, None) if is_back else (None, other)})

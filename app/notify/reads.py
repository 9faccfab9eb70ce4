"""One's own notices, as far as one may see what they are about."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, or_, select, tuple_

from app.db import Record, session
from app.notify.models import Notice
from app.notify.service import kinds
from app.notify.words import sentence
from app.sdk.actor import Actor
from app.sdk.notices import NoticeKind
from app.web.chrome import builder
from app.web.keyset import Place
from app.web.labels import text_of
from app.web.record_view import RecordView

CAP = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One notice, ready to be shown."""

    id: int
    subject: str
    message: str
    url: str
    icon: str
    at: datetime
    number: int
    is_read: bool
    kind: str
    record_type: str | None
    record_id: int | None


def unread(actor: Actor) -> int:
    """Return how many notices wait for the reader, at most 100. One statement."""
    waiting = _of(actor).with_only_columns(Notice.id).where(Notice.read_at.is_(None)).limit(CAP).subquery()
    return int(session().execute(select(func.count()).select_from(waiting)).scalar() or 0)


def lines(actor: Actor, limit: int, *, offset: int = 0, unread_only: bool = False,
          after: Place | None = None) -> list[Line]:
    """Return the reader's notices, newest first: one statement, and one for each kind of record they are about.

    `after` is the place behind which they begin: the moment and the id of a notice.
    """
    statement = _of(actor).order_by(Notice.at.desc(), Notice.id.desc()).limit(limit).offset(offset)
    if unread_only:
        statement = statement.where(Notice.read_at.is_(None))
    if after is not None:
        statement = statement.where(tuple_(Notice.at, Notice.id) < tuple_(after.value, after.id))
    rows = list(session().execute(statement).scalars())
    pages, known = _pages(), kinds()
    subjects = _subjects(rows, pages)
    return [_line(row, known[row.kind], subjects.get((row.record_type, row.record_id), ""), pages) for row in rows]


def _of(actor: Actor) -> Any:
    # The rule of its rows stands in each subquery: what is hidden, deleted or of an addon that is off is left out.
    return select(Notice).where(Notice.user_id == (actor.user_id or 0), Notice.kind.in_(kinds()), _visible())


def _visible() -> ColumnElement[bool]:
    by_base: dict[Any, list[str]] = defaultdict(list)
    for record_type, view in _pages().items():
        by_base[inspect(view.datamodel.obj).base_mapper.class_].append(record_type)
    seen = [Notice.record_type.in_(types) & select(base.id).where(base.id == Notice.record_id).exists()
            for base, types in by_base.items()]
    return or_(Notice.record_id.is_(None), *seen)


def _pages() -> dict[str, RecordView]:
    """Return the page of each type of record that has row rights."""
    return {view.datamodel.obj.record_type(): view for view in builder().baseviews
            if isinstance(view, RecordView) and issubclass(view.datamodel.obj, Record)}


def _subjects(rows: list[Notice], pages: Mapping[str, RecordView]) -> dict[tuple[str | None, int | None], str]:
    by_type: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.record_type is not None and row.record_id is not None:
            by_type[row.record_type].add(row.record_id)
    found: dict[tuple[str | None, int | None], str] = {}
    for record_type, ids in by_type.items():
        model = pages[record_type].datamodel.obj
        records = session().execute(select(model).where(model.id.in_(ids))).scalars()
        found.update({(record_type, record.id): text_of(record) for record in records})
    return found


def _line(row: Notice, kind: NoticeKind, subject: str, pages: Mapping[str, RecordView]) -> Line:
    page = pages.get(row.record_type or "")
    url = row.url or (page.url_of(row.record_id) if page is not None else "/notices/")
    said = sentence(str(kind.message), row.actor_label, row.params)
    return Line(row.id, subject, said, url, kind.icon, row.at, row.number, row.read_at is not None,
                row.kind, row.record_type, row.record_id)

"""Brings records into the search index that are not there: written before there was one, or brought back otherwise."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.db import record_type_of, system_scope, unit_of_work
from app.records import search
from app.records.search import SearchEntry
from app.sdk.jobs import Again, Job, is_stopping

BATCH = 200
STEP_SECONDS = 3.0


def index_missing(payload: dict[str, Any]) -> None:
    """Index what is missing, class by class in short transactions; carried on later where there is much of it."""
    until, after = time.monotonic() + STEP_SECONDS, int(payload.get("after", 0))
    kinds = search.models()
    names = [model.__name__ for model in kinds]
    start = names.index(payload["model"]) if payload.get("model") in names else 0
    for model in kinds[start:]:
        while last := index_batch(model, after):
            after = last
            if is_stopping() or time.monotonic() > until:
                raise Again({"model": model.__name__, "after": after}, after=timedelta(seconds=2))
        after = 0


def index_batch(model: type[Any], after: int) -> int:
    """Index up to 200 records of exactly this class with ids above `after`; return the last id, 0 where none is."""
    kind = record_type_of(model)
    with unit_of_work(write=True) as session, system_scope():
        present = select(SearchEntry.id).where(SearchEntry.record_type == kind, SearchEntry.record_id == model.id)
        return _index(session, model, (model.id > after) & ~present.exists())


def index_again(session: Session, records: Mapping[str, list[int]]) -> None:
    """Index records anew, {record type: ids}, whoever may see them: something beside their columns was changed."""
    classes = {record_type_of(model): model for model in search.models()}
    with system_scope():
        for kind, ids in records.items():
            for start in range(0, len(ids) if kind in classes else 0, BATCH):
                _index(session, classes[kind], classes[kind].id.in_(ids[start:start + BATCH]))


def _index(session: Session, model: type[Any], which: Any) -> int:
    kind, names, mapper = record_type_of(model), search.searched(model), inspect(model)
    statement = select(model.id, *(getattr(model, name) for name in names)).where(which)
    if mapper.polymorphic_on is not None:
        statement = statement.where(mapper.polymorphic_on == mapper.polymorphic_identity)
    rows = session.execute(statement.order_by(model.id).limit(BATCH)).all()
    more = search.beside(session, kind, [row[0] for row in rows])
    search.put(session, [
        {"record_type": kind, "record_id": row[0],
         "tokens": search.tokens_of(model, dict(zip(names, row[1:], strict=True)), more.get(row[0], ""))}
        for row in rows])
    return int(rows[-1][0]) if rows else 0


JOBS = [Job("platform.index_missing", index_missing, cron="41 2 * * *", timezone="Asia/Shanghai")]

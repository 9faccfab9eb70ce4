"""History from elsewhere: finished records with their past, written in bulk with their own times and people.

One door a kind of record. It checks what the live services check, then writes the final row, the intervals, the
timeline and the audit rows that the live desk would have written had it been there. The recorders of the flush are
not run; this is the only place that does their work.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from app.db import Audited, plain
from app.db.bulk import BulkTable, Ready
from app.db.fresh_ids import take_ids
from app.records.audit import AuditEntry
from app.records.intervals import TRACKED, RecordInterval
from app.records.numbering import next_numbers
from app.records.origins import ImportOrigin
from app.records.search import SearchEntry, searched, tokens_of
from app.records.timeline import TimelineEntry
from app.sdk import clock
from app.sdk.actor import current_context
from app.sdk.errors import BusinessError
from app.sdk.i18n import _


@dataclass(slots=True)
class Step:
    """What somebody did to a record at one moment: the columns it changed, and what else is known of it."""

    at: datetime
    actor: str
    changes: dict[str, Any] = field(default_factory=dict)
    kind: str = "system"
    body: str | None = None
    data: dict[str, Any] | None = None
    reason: str | None = None
    is_public: bool = False


@dataclass(slots=True)
class History:
    """One record of another system: what it was at first, and each step since, in order.

    `unknown` names columns that the other system does not tell and that may therefore be empty.
    """

    reference: str
    at: datetime
    actor: str
    values: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    fingerprint: str = ""
    unknown: frozenset[str] = frozenset()


@dataclass(slots=True)
class Prepared:
    """A history made ready for the driver; only ids and numbers are missing."""

    history: History
    final: dict[str, Any]
    created: dict[str, Any]
    rows: list[Ready]
    audit: list[Ready]
    intervals: list[Ready]
    timeline: list[Ready]
    found_by: str = ""


class HistoryService:
    """Brings in records of one kind. `prepare` works outside the write lock, `write` in the running unit of work."""

    def __init__(self, session: Session, model: type[Audited], source: str) -> None:
        dialect = session.connection().dialect
        mapper = inspect(model)
        self.model, self.source, self.record_type = model, source, model.record_type()
        self.late = ("id", "number") if "number" in mapper.columns else ("id",)
        # A joined model has several tables, the topmost first; each column goes by its attribute's name.
        self._tables = [
            BulkTable(table, dialect, [column.name for column in table.columns],
                      self.late if table is mapper.tables[0] else ("id",))
            for table in mapper.tables
        ]
        self._defaults = {
            mapper.get_property_by_column(column).key: column.default.arg
            for table in mapper.tables for column in table.columns
            if column.default is not None and column.default.is_scalar
        }
        names = {mapper.get_property_by_column(column).key for table in mapper.tables for column in table.columns}
        self._audited = names - model.__unaudited__
        self._tracked = set(model.__tracked__)
        self._audit, self._intervals, self._timeline, self._origins, self._search = (
            BulkTable(kind.__table__, dialect, [c.name for c in kind.__table__.columns if c.name != "id"], late)
            for kind, late in ((AuditEntry, ("record_id",)), (RecordInterval, ("record_id",)),
                               (TimelineEntry, ("record_id",)), (ImportOrigin, ("record_id",)),
                               (SearchEntry, ("record_id", "tokens")))
        )

    def complete(self, history: History) -> None:
        """Derive what follows from the values and steps; a subclass fills this in."""

    def check(self, history: History, final: dict[str, Any]) -> None:
        """Refuse what the live service would refuse; a subclass adds to it. Raises BusinessError."""
        moments = [history.at, *(step.at for step in history.steps)]
        if any(later < earlier for earlier, later in pairwise(moments)):
            raise BusinessError(_("The steps of “%(reference)s” are not in order.", reference=history.reference))

    def sequence_of(self, final: dict[str, Any]) -> str:
        """Return the code of the number sequence; a kind with numbers overrides this."""
        raise NotImplementedError

    def prepare(self, history: History) -> Prepared:
        """Check a history and make its rows. Raises BusinessError."""
        self.complete(history)
        created = {name: plain(value) for name, value in history.values.items()
                   if value is not None and name in self._audited}
        present = {**self._defaults, **history.values}
        audit, intervals, timeline = self._fold(history, present)
        self.check(history, present)
        last = history.steps[-1].at if history.steps else history.at
        present |= {"created_at": history.at, "updated_at": last, "type": self.record_type}
        rows = [table.ready(present) for table in self._tables]
        return Prepared(history, present, created, rows, audit, intervals, timeline, tokens_of(self.model, present))

    def _fold(self, history: History, present: dict[str, Any]) -> tuple[list[Ready], list[Ready], list[Ready]]:
        audit, intervals, timeline, common = [], [], [], self._common()
        tracked = {name: present.get(name) for name in TRACKED}
        since, holder, reason = history.at, history.actor, None
        for step in history.steps:
            entry = {**common, "at": step.at, "actor_label": step.actor[:200], "action": "update"}
            is_new_stretch = False
            for name, new in step.changes.items():
                old = present.get(name)
                if old == new:
                    continue
                present[name] = new
                is_new_stretch = is_new_stretch or name in self._tracked
                if name in self._audited:
                    audit.append(self._audit.ready({**entry, "field": name, "old": plain(old), "new": plain(new)}))
            if is_new_stretch:
                intervals.append(self._stretch(tracked, since, step.at, holder, reason))
                tracked = {name: present.get(name) for name in TRACKED}
                since, holder, reason = step.at, step.actor, step.reason
            timeline.append(self._timeline.ready({
                **common, "at": step.at, "kind": step.kind, "is_public": step.is_public,
                "actor_label": step.actor[:200], "body": step.body or step.reason, "data": step.data,
            }))
        if self._tracked:
            intervals.append(self._stretch(tracked, since, None, holder, reason))
        return audit, intervals, timeline

    def _stretch(self, tracked: dict[str, Any], start: datetime, end: datetime | None, holder: str,
                 reason: str | None) -> Ready:
        return self._intervals.ready({
            **tracked, "record_type": self.record_type, "started_at": start, "ended_at": end,
            "actor_label": holder[:200], "reason": reason,
        })

    def _common(self) -> dict[str, Any]:
        context = current_context()
        return {"record_type": self.record_type, "via": context.via, "cause": context.cause,
                "request_id": context.request_id, "ip": context.ip}

    def write(self, session: Session, batch: Sequence[Prepared]) -> list[int]:
        """Write prepared histories in the running unit of work; return the ids of their records."""
        connection = session.connection()
        ids = take_ids(connection, self._tables[0].table, self.record_type, len(batch))
        numbers = list(self._numbers(session, batch))
        keys = list(zip(ids, numbers, strict=True)) if numbers else [(one,) for one in ids]
        for index, table in enumerate(self._tables):
            late = keys if index == 0 else [key[:1] for key in keys]
            table.write(connection, [(*key, *one.rows[index]) for key, one in zip(late, batch, strict=True)])
        pairs = list(zip(keys, batch, strict=True))
        audit = ((key[0], *row) for key, one in pairs for row in (self._creation(one, key), *one.audit))
        self._audit.write(connection, list(audit))
        self._intervals.write(connection, [(key[0], *row) for key, one in pairs for row in one.intervals])
        self._timeline.write(connection, [(key[0], *row) for key, one in pairs for row in one.timeline])
        self._origins.write(connection, [(key[0], *self._origin(one.history)) for key, one in pairs])
        self._index(connection, pairs)
        return ids

    def _index(self, connection: Connection, pairs: list[tuple[tuple[Any, ...], Prepared]]) -> None:
        # The number is known only now, so its tokens come in here.
        if not searched(self.model):
            return
        late = [" ".join(dict.fromkeys([*tokens_of(self.model, dict(zip(self.late, key, strict=True))).split(),
                                        *one.found_by.split()])) for key, one in pairs]
        bind = SearchEntry.__table__.c.tokens.type.bind_processor(connection.dialect)
        kind = self._search.ready({"record_type": self.record_type})
        self._search.write(connection, [(key[0], bind(found) if bind else found, *kind)
                                        for (key, _one), found in zip(pairs, late, strict=True)])

    def _numbers(self, session: Session, batch: Sequence[Prepared]) -> Iterator[str]:
        if "number" not in self.late:
            return
        codes = [self.sequence_of(one.final) for one in batch]
        taken = {code: iter(next_numbers(session, code, count)) for code, count in Counter(codes).items()}
        yield from (next(taken[code]) for code in codes)

    def _creation(self, one: Prepared, key: Iterable[Any]) -> Ready:
        values = {**dict(zip(self.late, key, strict=True)), **one.created}
        return self._audit.ready({**self._common(), "at": one.history.at, "actor_label": one.history.actor[:200],
                                  "action": "create", "field": None, "old": None, "new": values})

    def _origin(self, history: History) -> Ready:
        return self._origins.ready({"source": self.source, "record_type": self.record_type,
                                    "reference": history.reference, "fingerprint": history.fingerprint,
                                    "imported_at": clock.now()})

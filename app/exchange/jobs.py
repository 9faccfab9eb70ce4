"""Bringing the rows of a file in, in short steps: each batch is one transaction with how far the file has come.

A worker that dies leaves whole batches behind, and the next one goes on after them: no row comes in twice.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import structlog
from flask_babel import force_locale
from sqlalchemy import delete, insert, select

from app.db import session, unit_of_work
from app.db.batches import Batches
from app.exchange import storage, targets
from app.exchange.finding import Finder
from app.exchange.models import DONE, FAILED, RUNNING, UNDER_WAY, ImportFault, ImportRun
from app.exchange.promises import Promises, naming, ordered, referring
from app.exchange.rows import CHANGED, CREATED, UNCHANGED, Fault, Importer, Refused, Row
from app.exchange.runs import begin
from app.notify.service import notify
from app.records import audit
from app.records.settings import setting
from app.sdk import clock
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.sdk.errors import BusinessError
from app.sdk.i18n import _
from app.sdk.jobs import Again, Job, is_stopping

log = structlog.get_logger(__name__)
STEP_SECONDS = 4.0


class Elsewhere(Exception):
    """The file was cancelled meanwhile, or another worker is at it."""


class Step:
    """One step of a run: reads on from where it is, for some seconds."""

    def __init__(self, run: ImportRun, actor: Actor) -> None:
        view = targets.view_of(run.page)
        if not targets.may_import(view, actor):
            raise BusinessError(_("You do not have the right to do this."))
        finder = Finder(actor, run.source, create_missing=run.create_missing)
        offered = targets.targets(view, actor)
        mapping = {int(place): name for place, name in run.mapping.items()}
        self.run_id, self.is_trial, self.position, self.total = run.id, run.is_trial, run.done, run.total
        names, refers = naming(mapping), referring(mapping, offered, view.datamodel.obj)
        self.importer = Importer(view, actor, offered, run.headers, mapping, run.key_field, finder, run.timezone)
        if refers and run.done == 0 and run.file_key:
            storage.arrange(run.file_key, lambda rows: ordered(rows, names, refers))
        if refers and run.is_trial:
            self.importer.promises = Promises(names, session().execute(
                select(ImportFault.row).where(ImportFault.run_id == run.id)).scalars())
        self.key, self.file_key = run.key_field, run.file_key or ""

    def rows(self, seconds: float) -> Iterator[Row]:
        """Yield the rows that are left, for so many seconds."""
        until, first_of = time.monotonic() + seconds, dict[str, int]()
        place_of_key = next((place for place, name in self.importer.mapping.items() if name == self.key), None)
        for place, (number, cells) in enumerate(storage.rows(self.file_key)):
            value = cells[place_of_key] if self.key and place_of_key is not None else ""
            earlier = first_of.setdefault(value, number) if value else number
            if self.importer.promises is not None:
                self.importer.promises.note(number, cells)
            if place < self.position:
                continue
            if is_stopping() or time.monotonic() > until:
                return
            yield Row(place, number, cells, earlier if earlier != number else 0)

    def write(self, batch: list[Row]) -> None:
        """Bring a batch in, and keep how far the file is, in the running unit of work."""
        unit = session()
        unit.expunge_all()
        run = unit.execute(select(ImportRun).where(ImportRun.id == self.run_id).with_for_update()).scalar_one()
        if run.state != RUNNING or run.done != batch[0].place:
            raise Elsewhere
        counts = dict.fromkeys((CREATED, CHANGED, UNCHANGED), 0)
        faults: list[list[Fault]] = []
        try:
            with unit.begin_nested() as whole:
                self._bring_in(batch, counts, faults)
                if self.is_trial:
                    whole.rollback()
        except Exception:
            self.importer.finder.forget()
            raise
        if self.is_trial:
            self.importer.finder.forget()
            run = unit.execute(select(ImportRun).where(ImportRun.id == self.run_id)).scalar_one()
        run.done = batch[-1].place + 1
        run.created, run.changed = run.created + counts[CREATED], run.changed + counts[CHANGED]
        run.unchanged, run.refused = run.unchanged + counts[UNCHANGED], run.refused + len(faults)
        told = [{"run_id": self.run_id, "row": one.row, "column": one.column[:200], "value": one.value[:200],
                 "message": one.message} for several in faults for one in several]
        if told:
            unit.connection().execute(insert(ImportFault), told)

    def _bring_in(self, batch: list[Row], counts: dict[str, int], faults: list[list[Fault]]) -> None:
        self.importer.look_up(batch)
        for row in batch:
            try:
                counts[self.importer.bring_in(row)] += 1
            except Refused as refused:
                faults.append(refused.faults)
                if self.importer.promises is not None:
                    self.importer.promises.refused.add(row.number)

    def is_over(self) -> bool:
        """Say whether all rows are through."""
        with unit_of_work() as unit:
            self.position = unit.execute(select(ImportRun.done).where(ImportRun.id == self.run_id)).scalar_one()
        return self.position >= self.total


def run_import(payload: dict[str, Any]) -> None:
    """Bring a file in, or try it; carried on until all rows are through."""
    begun = begin(ImportRun, payload["run"])
    if begun is None:
        return
    run, actor = begun
    try:
        with force_locale(run.language), acting_as(actor, via="import", cause=f"import #{run.id}"):
            with unit_of_work():
                step = Step(run, actor)
            Batches(step.write, _unexpected, largest=200).run(step.rows(STEP_SECONDS))
    except Elsewhere:
        return
    except (BusinessError, FileNotFoundError) as error:
        log.warning("import_failed", run=run.id, error=str(error))
        _end(run.id, actor, FAILED, str(error) if isinstance(error, BusinessError) else "")
        return
    if not step.is_over():
        raise Again({"run": run.id})
    _end(run.id, actor, DONE)


def _unexpected(row: Row, error: Exception) -> None:
    # A row's own faults are told by the importer; what comes here concerns the batch and is tried again by the job.
    raise error


def _end(run_id: int, actor: Actor, state: str, error: str = "") -> None:
    with unit_of_work(write=True) as unit:
        run = unit.execute(select(ImportRun).where(ImportRun.id == run_id).with_for_update()).scalar_one()
        if run.state != RUNNING:
            return
        run.state, run.ended_at, run.error = state, clock.now(), error or None
        if not run.is_trial:
            with acting_as(actor, via="import", cause=f"import #{run.id}"):
                said = {"file": run.file_name, "rows": run.done, "new": run.created, "updated": run.changed,
                        "refused": run.refused}
                audit.write(unit, run.record_type, 0, "import", {name: (None, value) for name, value in said.items()})
        with acting_as(SYSTEM, via="job"):
            notify([actor.person_id], "exchange.over", url=f"/exchange/{run.id}", file=run.file_name,
                   refused=run.refused)


def forget(_payload: dict[str, Any]) -> None:
    """Delete files that are kept no longer, and what is told of imports after a year."""
    now = clock.now()
    old = ImportRun.created_at < now - timedelta(days=setting("exchange.keep_files"))
    with unit_of_work() as unit:
        found = unit.execute(select(ImportRun.id, ImportRun.file_key).where(
            old, ImportRun.file_key.is_not(None), ImportRun.state.not_in(UNDER_WAY)).limit(1000)).all()
    for key in found:
        storage.remove(key.file_key)
    with unit_of_work(write=True) as unit:
        for run in unit.execute(select(ImportRun).where(ImportRun.id.in_([key.id for key in found]))).scalars():
            run.file_key = None
        gone = now - timedelta(days=setting("exchange.keep_runs"))
        ids = list(islice(unit.execute(select(ImportRun.id).where(
            ImportRun.created_at < gone, ImportRun.file_key.is_(None)).limit(1000)).scalars(), 1000))
        unit.connection().execute(delete(ImportRun).where(ImportRun.id.in_(ids)))


JOBS = [Job("exchange.run", run_import, timeout=120),
        Job("exchange.forget", forget, cron="29 3 * * *", timezone="Asia/Shanghai")]

"""Making a long list into a file, in short steps: each one notes how far it came, and the next goes on from there.

What the reader may see is asked at each step anew: a right that is taken away meanwhile ends the file.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import current_app, g
from flask_babel import force_locale
from sqlalchemy import select

from app.db import unit_of_work
from app.exchange import export_files
from app.exchange.exports import JOB, may_take
from app.exchange.models import DONE, FAILED, RUNNING, UNDER_WAY, ExportRun
from app.exchange.runs import begin, locked
from app.exchange.targets import list_view
from app.notify.service import notify
from app.records.settings import setting
from app.sdk import clock
from app.sdk.actor import SYSTEM, Actor, acting_as, current_context
from app.sdk.errors import BusinessError, Forbidden
from app.sdk.jobs import Again, Job, is_stopping
from app.web.export import LIMIT, XLSX, Export, as_csv, as_xlsx
from app.web.keyset import decode, encode

log = structlog.get_logger(__name__)
STEP_SECONDS = 4.0


class Elsewhere(Exception):
    """The export was cancelled meanwhile, or another worker is at it."""


def run_export(payload: dict[str, Any]) -> None:
    """Read on for some seconds, or write the file once all rows are read; repeated until it is there."""
    begun = begin(ExportRun, payload["run"])
    if begun is None:
        return
    run, actor = begun
    try:
        with as_reader(run.language, run.timezone), acting_as(actor, via="job", cause=f"export #{run.id}"), \
                current_app.test_request_context(f"/{run.page}/list/?{run.query}"):
            export = _export(run, actor)
            if _read(run, export):
                size = _write(run, export)
    except Elsewhere:
        export_files.remove(run.file_key or "")
        return
    except BusinessError as error:
        log.warning("export_failed", run=run.id, error=str(error))
        _end(run.id, actor, FAILED)
        return
    _end(run.id, actor, DONE, size)


@contextmanager
def as_reader(language: str, timezone: str) -> Iterator[None]:
    """Speak a language and tell times as clocks of a zone show them, as in a request of that reader."""
    with force_locale(language):
        kept = getattr(g._flask_babel, "babel_tzinfo", None)
        g._flask_babel.babel_tzinfo = ZoneInfo(timezone)
        try:
            yield
        finally:
            g._flask_babel.babel_tzinfo = kept


def _export(run: ExportRun, actor: Actor) -> Export:
    with unit_of_work():
        view = list_view(run.page)
        if not may_take(actor, view):
            raise Forbidden
        possible = set(view.possible_columns())
        if not set(run.columns) <= possible:  # a field that was shut meanwhile
            raise Forbidden
        filters = view._asked_filters().get_joined_filters(view._base_filters)
        return Export(view, filters, (run.order_by, run.order_direction), run.columns, current_context())


def _read(run: ExportRun, export: Export) -> bool:
    """Read rows for some seconds; say whether all are read. Raises Again where there are more."""
    until = time.monotonic() + STEP_SECONDS
    column = export.view.datamodel.order_attribute(run.order_by)
    place = decode(run.place or "", column)
    length, done = run.length, run.done
    for rows, behind in export.batches(place, LIMIT - run.done):
        length = export_files.append(run.file_key or "", length, rows)
        with unit_of_work(write=True) as unit:
            kept = locked(unit, ExportRun, run.id)
            if kept is None or kept.state != RUNNING or kept.done != done:
                raise Elsewhere
            done += len(rows)
            kept.done, kept.length, kept.place = done, length, encode(behind)
        if is_stopping() or time.monotonic() > until:
            raise Again({"run": run.id})
    if not done:
        export_files.append(run.file_key or "", 0, [])
    return True


def _write(run: ExportRun, export: Export) -> int:
    """Make the file of the rows that were read; return its size in bytes. Raises Again where the process shall end."""
    key = run.file_key or ""

    def go_on() -> None:
        if is_stopping():
            raise Again({"run": run.id})

    sheet = export_files.Spooled(key, export.titles, go_on)
    body = as_xlsx(sheet, str(export.view.list_title)) if run.file_format == XLSX else as_csv(sheet, run.file_format)
    part = export_files.file_path(key).with_suffix(".part")
    try:
        with part.open("wb") as out:
            out.writelines(body)
        part.replace(export_files.file_path(key))
    finally:
        part.unlink(missing_ok=True)
    export_files.rows_path(key).unlink(missing_ok=True)
    return export_files.file_path(key).stat().st_size


def _end(run_id: int, actor: Actor, state: str, size: int | None = None) -> None:
    with unit_of_work(write=True) as unit:
        run = locked(unit, ExportRun, run_id)
        if run is None or run.state != RUNNING:
            return
        run.state, run.ended_at, run.size = state, clock.now(), size
        if state == FAILED:
            export_files.remove(run.file_key or "")
        with acting_as(SYSTEM, via="job"):
            notify([actor.person_id], "exchange.ready" if state == DONE else "exchange.no_file",
                   url=f"/exchange/exports/{run.id}", rows=run.done)


def forget_exports(_payload: dict[str, Any]) -> None:
    """Delete files that are kept no longer, and what is told of them."""
    old = clock.now() - timedelta(days=setting("exchange.keep_exports"))
    with unit_of_work(write=True) as unit:
        statement = select(ExportRun).where(ExportRun.created_at < old, ExportRun.state.not_in(UNDER_WAY)).limit(1000)
        for run in unit.execute(statement).scalars():
            export_files.remove(run.file_key or "")
            unit.delete(run)


JOBS = [Job(JOB, run_export, timeout=600),
        Job("exchange.forget_exports", forget_exports, cron="41 3 * * *", timezone="Asia/Shanghai")]

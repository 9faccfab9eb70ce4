"""Lists that are too long to be sent at once: made into files by a job, kept some days for whoever asked alone."""

import secrets
from typing import Any

from flask import request
from flask_babel import get_timezone
from sqlalchemy import select

from app.db import session
from app.exchange import export_files
from app.exchange.models import CANCELLED, DONE, UNDER_WAY, ExportRun
from app.exchange.targets import list_view
from app.jobs.outbox import put
from app.records.permissions import LIST_EXPORT
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, NotFound
from app.sdk.i18n import _, language
from app.web.export import Export
from app.web.list_settings import page_key

JOB, SHOWN = "exchange.export", 50


def may_take(actor: Actor, view: Any) -> bool:
    """Say whether somebody may take such a list away."""
    return actor.can(LIST_EXPORT) and actor.can(f"{view.class_permission_name}.read")


class ExportService:
    """Flushes; the caller commits."""

    def order(self, actor: Actor, export: Export, kind: str, total: int) -> ExportRun:
        """Have the list of the running request made into a file of that kind (`Sheet` kinds of app.web.export)."""
        run = ExportRun(
            user_id=actor.user_id, actor_label=actor.label[:200], page=page_key(export.view),
            query=request.query_string.decode(errors="replace"), columns=export.columns, order_by=export.order[0],
            order_direction=export.order[1], file_format=kind, language=language(), timezone=str(get_timezone()),
            created_at=clock.now(), total=total, file_key=secrets.token_hex(16),
        )
        session().add(run)
        session().flush()
        put(JOB, {"run": run.id}, dedupe_key=f"{JOB}:{run.id}")
        return run

    def mine(self, actor: Actor) -> list[ExportRun]:
        """Return one's own newest exports."""
        statement = select(ExportRun).where(ExportRun.user_id == (actor.user_id or 0))
        return list(session().execute(statement.order_by(ExportRun.id.desc()).limit(SHOWN)).scalars())

    def get(self, actor: Actor, run_id: int) -> ExportRun:
        """Return one's own export. Raises NotFound."""
        found = session().execute(select(ExportRun).where(
            ExportRun.id == run_id, ExportRun.user_id == (actor.user_id or 0))).scalar_one_or_none()
        if found is None:
            raise NotFound
        return found

    def file(self, actor: Actor, run_id: int) -> ExportRun:
        """Return an export whose file may be taken away now. Raises NotFound, Forbidden."""
        run = self.get(actor, run_id)
        actor.require(LIST_EXPORT)
        is_there = run.state == DONE and run.file_key and export_files.file_path(run.file_key).exists()
        if not is_there or not may_take(actor, list_view(run.page)):
            raise NotFound
        return run

    def cancel(self, actor: Actor, run_id: int) -> None:
        """Stop an export on its way. Raises Conflict where it is over."""
        run = self.get(actor, run_id)
        if run.state not in UNDER_WAY:
            raise Conflict(_("This is over already."))
        run.state, run.ended_at = CANCELLED, clock.now()


export_service = ExportService()

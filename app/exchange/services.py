"""Bringing a file in, from its upload to its end: only whoever brought it sees it and decides."""

from collections.abc import Mapping
from typing import Any

from flask_babel import get_timezone
from sqlalchemy import delete, func, or_, select

from app.db import session
from app.exchange import storage, targets
from app.exchange.models import (
    CANCELLED,
    DONE,
    DRAFT,
    FAILED,
    UNDER_WAY,
    WAITING,
    ImportFault,
    ImportMapping,
    ImportRun,
)
from app.exchange.reading import read
from app.jobs.outbox import put
from app.records.permissions import LIST_IMPORT, LIST_SHARE
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields, NotFound
from app.sdk.i18n import _, language

JOB, SAMPLE, SHOWN = "exchange.run", 8, 100


class ExchangeService:
    """Flushes; the caller commits."""

    def upload(self, actor: Actor, page: str, name: str, content: bytes) -> ImportRun:
        """Read a file and keep its rows; its columns are mapped by a guess. Raises InvalidField, Forbidden."""
        view = self._may(actor, page)
        sheet = read(name, content)
        offered = targets.targets(view, actor)
        mapping, key = self._known(actor, page, sheet.headers, offered)
        if not mapping:
            mapping = targets.guess(view, offered, sheet.headers)
            key = targets.guess_key(offered, mapping)
        run = ImportRun(
            user_id=actor.user_id, actor_label=actor.label[:200], page=page,
            record_type=view.datamodel.obj.record_type(), file_name=name[:255], file_format=sheet.format,
            file_key=storage.keep(sheet), created_at=clock.now(), language=language(), timezone=str(get_timezone()),
            headers=sheet.headers, sample=[row for _number, row in sheet.rows[:SAMPLE]], mapping=mapping, key_field=key,
            total=len(sheet.rows),
        )
        session().add(run)
        session().flush()
        return run

    def start(self, actor: Actor, run_id: int, values: Mapping[str, Any], *, is_trial: bool) -> ImportRun:
        """Have a file brought in, or only tried, as it is mapped now. Raises InvalidField, MissingFields, Conflict.

        What was stopped half-way goes on after the last row that is through, and keeps its numbers and faults.
        """
        run = self.get(actor, run_id, locked=True)
        view = self._may(actor, run.page)
        if run.state in UNDER_WAY or (run.state == DONE and not run.is_trial) or run.file_key is None:
            raise Conflict(_("This file has been brought in already, or is on its way."))
        goes_on = run.is_part_in
        if goes_on and is_trial:
            raise Conflict(_("A part of this file is in already. Go on with it, or bring the file anew to try it."))
        self._map(view, actor, run, values)
        run.is_trial, run.state, run.error, run.started_at, run.ended_at = is_trial, WAITING, None, clock.now(), None
        if not goes_on:
            run.done = run.created = run.changed = run.unchanged = run.refused = 0
            session().connection().execute(delete(ImportFault).where(ImportFault.run_id == run.id))
        session().flush()
        put(JOB, {"run": run.id})
        return run

    def cancel(self, actor: Actor, run_id: int) -> ImportRun:
        """Stop a file on its way: what is in stays in. Raises Conflict where it is at its end."""
        run = self.get(actor, run_id, locked=True)
        if run.state not in UNDER_WAY:
            raise Conflict(_("This is over already."))
        run.state, run.ended_at = CANCELLED, clock.now()
        session().flush()
        return run

    def remember(self, actor: Actor, run: ImportRun, name: str, *, is_shared: bool = False) -> None:
        """Keep how a file is mapped by a name. Raises Forbidden for sharing without the right."""
        if is_shared:
            actor.require(LIST_SHARE)
        kept = session().execute(select(ImportMapping).where(
            ImportMapping.owner_id == actor.user_id, ImportMapping.page == run.page,
            ImportMapping.name == name[:100])).scalar_one_or_none()
        if kept is None:
            kept = ImportMapping(owner_id=actor.user_id, page=run.page, name=name[:100])
            session().add(kept)
        kept.fields = {run.headers[int(place)]: field for place, field in run.mapping.items()}
        kept.key_field, kept.is_shared = run.key_field, is_shared
        session().flush()

    def get(self, actor: Actor, run_id: int, *, locked: bool = False) -> ImportRun:
        """Return a file that somebody has brought. Raises NotFound for those of others."""
        statement = select(ImportRun).where(ImportRun.id == run_id)
        statement = statement.with_for_update(of=ImportRun) if locked else statement
        run = session().execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
        if run is None or (run.user_id != actor.user_id and not actor.is_system):
            raise NotFound
        return run

    def mine(self, actor: Actor, limit: int = 50) -> list[ImportRun]:
        """Return the latest files that somebody has brought."""
        statement = select(ImportRun).where(ImportRun.user_id == actor.user_id).order_by(ImportRun.id.desc())
        return list(session().execute(statement.limit(limit)).scalars())

    def faults(self, run: ImportRun, limit: int | None = SHOWN) -> list[ImportFault]:
        """Return what was wrong, row by row."""
        statement = select(ImportFault).where(ImportFault.run_id == run.id).order_by(
            ImportFault.row, ImportFault.id).limit(limit)
        return list(session().execute(statement).scalars())

    def count_faults(self, run: ImportRun) -> int:
        """Return how much was wrong."""
        counted = select(func.count()).select_from(ImportFault).where(ImportFault.run_id == run.id)
        return int(session().execute(counted).scalar_one())

    # Parts ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def _may(actor: Actor, page: str) -> Any:
        actor.require(LIST_IMPORT)
        view = targets.view_of(page)
        if not targets.may_import(view, actor):
            raise Forbidden
        return view

    @staticmethod
    def _known(actor: Actor, page: str, headers: list[str],
               offered: Mapping[str, Any]) -> tuple[dict[str, str], str]:
        # The latest mapping that knows every one of the headings.
        statement = select(ImportMapping).where(
            ImportMapping.page == page, or_(ImportMapping.owner_id == actor.user_id, ImportMapping.is_shared))
        for kept in session().execute(statement.order_by(ImportMapping.id.desc()).limit(50)).scalars():
            if set(kept.fields) <= set(headers):
                fields = {str(place): kept.fields[header] for place, header in enumerate(headers)
                          if kept.fields.get(header) in offered or kept.fields.get(header) == targets.EXTERNAL}
                return fields, kept.key_field
        return {}, ""

    @staticmethod
    def _map(view: Any, actor: Actor, run: ImportRun, values: Mapping[str, Any]) -> None:
        offered = targets.targets(view, actor)
        mapping = {str(place): name for place, name in values.get("mapping", run.mapping).items() if name}
        for place, name in mapping.items():
            if (name not in offered and name != targets.EXTERNAL) or not place.isdecimal() or (
                    int(place) >= len(run.headers)):
                raise InvalidField(f"column_{place}", _("Choose an entry of the list."))
        twice = {name for name in mapping.values() if list(mapping.values()).count(name) > 1}
        if twice:
            place = next(place for place, name in reversed(mapping.items()) if name in twice)
            raise InvalidField(f"column_{place}", _("Two columns cannot fill one field."))
        key = values.get("key_field", run.key_field) or ""
        if key and key not in mapping.values():
            raise InvalidField("key_field", _("No column is mapped to this field."))
        if key and key != targets.EXTERNAL and not offered[key].is_key:
            raise InvalidField("key_field", _("Choose an entry of the list."))
        missing = [one.name for one in offered.values() if one.is_required and one.name not in mapping.values()]
        if missing and not key:
            raise MissingFields(missing)
        run.mapping, run.key_field = mapping, key
        run.create_missing = bool(values.get("create_missing", run.create_missing))
        run.source = (values.get("source") or run.source or "file")[:40]


exchange_service = ExchangeService()
__all__ = ["CANCELLED", "DONE", "DRAFT", "FAILED", "JOB", "ExchangeService", "exchange_service"]

"""The work log: several people's work on one ticket, each their own, whoever leads that of others as well.

What is logged follows the ticket: who does not see the ticket sees none of it, and once it is closed nothing is logged
any more, but by those who may change the work of others.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import to_user_timezone
from sqlalchemy import inspect, select

from addons.ticket import repositories
from addons.ticket.models import Ticket, WorkEntry
from addons.ticket.models.work_entry import LEAST, MOST
from addons.ticket.permissions import WORK_ENTRY_EDIT_OTHERS, WORK_ENTRY_WRITE
from app.db import rights, session
from app.records.lists import check_choices, listed, offered, today
from app.records.service import RecordService
from app.records.settings import setting
from app.records.values import all_or_nothing, foreign_keys
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, Forbidden, InvalidField, NotFound
from app.sdk.i18n import _
from app.sdk.workflow import CLOSED

ACTIVITY, ON_SITE = "ticket.work_activity", "on_site"
FIELDS = {"ticket", "person", "worked_on", "started_at", "minutes", "activity", "is_billable", "is_on_site", "note"}
# Older than this is a slip of the keyboard.
FIRST_YEAR = 2000


class WorkEntryService(RecordService[WorkEntry]):
    """Log work, change it and take it back. Flushes, never commits."""

    def get_for_update(self, record_id: int) -> WorkEntry:
        """Return the entry, locked after its ticket. Raises NotFound."""
        ticket_id = session().execute(select(WorkEntry.ticket_id).where(WorkEntry.id == record_id)).scalar()
        if ticket_id is None:
            raise NotFound
        lock_ticket(ticket_id)
        return super().get_for_update(record_id)

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> WorkEntry:
        """Change what was logged. Raises Forbidden, Conflict or InvalidField."""
        entry = self.get_for_update(record_id)
        actor.require(self.write)
        self._check_change(actor, entry)
        return super().update(actor, record_id, values, version)

    def check_delete(self, actor: Actor, record: WorkEntry) -> None:
        self._check_change(actor, record)

    def check_restore(self, actor: Actor, record: WorkEntry) -> None:
        self._check_change(actor, record)

    def prepare(self, actor: Actor, record: WorkEntry, values: Mapping[str, Any]) -> None:
        """Check what was said and add what follows from it: one's own work, today, unless something else is said."""
        with session().no_autoflush:  # what is wrong is said beside its field, before the database refuses it
            if inspect(record).transient:
                _set_usual(actor, record, values)
            self._complete(actor, record)

    @staticmethod
    def _complete(actor: Actor, record: WorkEntry) -> None:
        is_new, changed = bool(inspect(record).transient), _changed(record)
        if not is_new and "ticket_id" in changed:
            raise InvalidField("ticket", _("This field cannot be changed any more."))
        ticket = lock_ticket(record.ticket_id)
        if is_new:
            _check_ticket(actor, ticket)
        if is_new or "person_id" in changed:
            _check_person(actor, record)
            record.group_id = repositories.group_at_work(record.person_id, ticket)
        if type(record.minutes) is not int or not LEAST <= record.minutes <= MOST:
            raise InvalidField("minutes", _("Give from %(least)s to %(most)s minutes.", least=LEAST, most=MOST))
        _set_day(record)
        if is_new or "activity_id" in changed:
            check_choices(session(), {"activity_id": record.activity_id}, {"activity_id": ACTIVITY})
            record.is_on_site = record.is_on_site or _is_on_site(record.activity_id)
        record.is_on_site, record.is_billable = bool(record.is_on_site), bool(record.is_billable)
        record.ticket_kind = ticket.kind

    def why_not(self, actor: Actor, entry: WorkEntry, ticket: Ticket | None = None) -> str | None:
        """Say why the actor may not change an entry, or None: the page and the change itself ask the same question."""
        may_all = actor.can(WORK_ENTRY_EDIT_OTHERS)
        if not actor.can(self.write) or not (may_all or (entry.person_id and entry.person_id == actor.person_id)):
            return _("You may change your own work only.")
        return None if may_all else why_closed(ticket or entry.ticket)

    def _check_change(self, actor: Actor, entry: WorkEntry) -> None:
        if not (actor.can(WORK_ENTRY_EDIT_OTHERS) or (entry.person_id and entry.person_id == actor.person_id)):
            raise Forbidden(_("You may change your own work only."))
        _check_ticket(actor, lock_ticket(entry.ticket_id))


def _set_usual(actor: Actor, entry: WorkEntry, said: Mapping[str, Any]) -> None:
    # Here, not among the values that somebody gives: who may not change a field has it filled all the same.
    if entry.person_id is None:
        entry.person_id = actor.person_id
    if "activity_id" not in said:
        entry.activity_id = usual_activity()
    if entry.is_billable is None:
        entry.is_billable = bool(setting("ticket.work_billable"))


def usual_activity() -> int | None:
    """Return the kind of work that is meant where nobody says one, as far as the actor may choose it."""
    return next((one.id for one in offered(session(), ACTIVITY) if one.is_default), None)


def lock_ticket(ticket_id: int) -> Any:
    """Return what work needs to know of a ticket, which is locked. Raises NotFound where the actor does not see it."""
    columns = (Ticket.id, Ticket.kind, Ticket.state_category, Ticket.group_id, Ticket.desk_group_id,
               Ticket.solved_group_id)
    found = session().execute(select(*columns).where(Ticket.id == ticket_id).with_for_update(of=Ticket)).one_or_none()
    if found is None:
        raise NotFound
    return found


def why_closed(ticket: Any) -> str | None:
    """Say why nothing is logged on a ticket any more, or None."""
    if ticket.state_category != CLOSED:
        return None
    return _("The ticket is closed. Only whoever may change the work of others logs any more.")


def _check_ticket(actor: Actor, ticket: Any) -> None:
    refused = None if actor.can(WORK_ENTRY_EDIT_OTHERS) else why_closed(ticket)
    if refused:
        raise Conflict(refused, fields={"ticket": refused})
    if actor.rules and not rights.permits(session(), session().get_one(Ticket, ticket.id), "write"):
        raise Forbidden


def _check_person(actor: Actor, entry: WorkEntry) -> None:
    if entry.person_id is None:
        raise InvalidField("person", _("This log-in belongs to no person. Say who worked."))
    if entry.person_id == actor.person_id:
        return
    if not actor.can(WORK_ENTRY_EDIT_OTHERS):
        raise InvalidField("person", _("You may log your own work only."))
    if not repositories.works_here(entry.person_id):
        raise InvalidField("person", _("Choose somebody who is in a work group."))


def _set_day(entry: WorkEntry) -> None:
    started = to_user_timezone(entry.started_at).date() if entry.started_at is not None else None
    entry.worked_on = entry.worked_on or started or today()
    if entry.worked_on > today():
        raise InvalidField("worked_on", _("This day is still to come."))
    if entry.worked_on.year < FIRST_YEAR:
        raise InvalidField("worked_on", _("This day is too long ago."))
    if entry.started_at is None or started is None:
        return
    # Whoever worked may have been in another zone than whoever says so.
    if entry.started_at > clock.now() or abs(started - entry.worked_on) > timedelta(days=1):
        raise InvalidField("started_at", _("The start does not go with the day."))


def _is_on_site(activity_id: int | None) -> bool:
    chosen = next((value for value in listed(session(), ACTIVITY)[ACTIVITY] if value.id == activity_id), None)
    said = (chosen.attributes or {}).get(ON_SITE) if chosen is not None else None
    return said is True or str(said).casefold() in ("true", "yes", "1")


def _changed(entry: WorkEntry) -> set[str]:
    state: Any = inspect(entry)
    return {name for name in foreign_keys(WorkEntry).values() if state.attrs[name].history.has_changes()}


work_entry_service = WorkEntryService(WorkEntry, WORK_ENTRY_WRITE, FIELDS, required={"ticket_id"})

"""What people put around a ticket without changing it: notes, tags, watchers."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from addons.ticket.events import TicketNoted
from addons.ticket.services.merged import beyond
from addons.ticket.services.worked import WORKED, log_minutes
from app.db import session
from app.organisation.colleagues import write_note
from app.organisation.models import Person
from app.records import tags, timeline
from app.records.journal import Journal
from app.records.links import Watcher
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, Forbidden, InvalidField
from app.sdk.events import announce
from app.sdk.i18n import _
from app.sdk.permissions import Permission

# Under which name an entry of the timeline keeps the id of the work that was logged with it.
WORK = "work"


class Surroundings(Journal):
    """Mixed into TicketService."""

    # What may be said beside a note, a reply or a call.
    beside_text = frozenset({WORKED})
    write: Permission
    # Who sees what is not meant for the customer; None for everybody who sees the ticket.
    see_internal: Permission | None = None
    get_for_update: Any

    @all_or_nothing
    def add_note(self, actor: Actor, record_id: int, body: str, *, is_public: bool,
                 mentions: Iterable[int] = (), work_minutes: Any = None) -> timeline.TimelineEntry:
        """Add an internal note or a public reply; a customer writes public ones only.

        `mentions` are the people whose "@name" is in the text: they watch the ticket from now on and are told.
        `work_minutes` go into the writer's work log: a number, or typed as 1:30. Raises BusinessError naming them.
        """
        ticket = self.get_for_update(record_id)
        actor.require(self.write)
        if not is_public and self.see_internal is not None and not actor.can(self.see_internal):
            raise Forbidden(_("You may not write internal notes."))
        entry = write_note(session(), ticket, body, is_public=is_public, mentions=mentions)
        _log_beside(actor, entry, work_minutes)
        named = tuple(int(key) for key in (entry.data or {}).get("mentions", ()))
        survivor = beyond(ticket)
        announce(TicketNoted(ticket.type, ticket.id, is_public, named, survivor.id if survivor is not None else None))
        return entry

    @all_or_nothing
    def add_call(self, actor: Actor, record_id: int, body: str, *, direction: str, minutes: int,
                 work_minutes: Any = None) -> timeline.TimelineEntry:
        """Note a phone call of so many minutes; `work_minutes` go into the work log of who notes it."""
        entry = super().add_call(actor, record_id, body, direction=direction, minutes=minutes)
        _log_beside(actor, entry, work_minutes)
        return entry

    def set_tags(self, actor: Actor, record_id: int, names: Iterable[str]) -> list[str]:
        """Give a ticket exactly these tags."""
        ticket = self.get_for_update(record_id)
        actor.require(self.write)
        return tags.replace(session(), ticket, names)

    def watch(self, actor: Actor, record_id: int, person_id: int | None = None) -> bool:
        """Let somebody hear about a ticket: oneself, or somebody else for whoever may edit it.

        Returns whether they did not before.
        """
        ticket = self.get_for_update(record_id)
        watcher = self._person(actor, person_id)
        is_new = self._watching(ticket, watcher) is None
        if is_new:
            session().add(Watcher(record_type=ticket.record_type(), record_id=ticket.id, person_id=watcher))
            session().flush()
        return is_new

    def unwatch(self, actor: Actor, record_id: int, person_id: int | None = None) -> None:
        """Let somebody hear about a ticket no more."""
        ticket = self.get_for_update(record_id)
        present = self._watching(ticket, self._person(actor, person_id))
        if present is not None:
            session().delete(present)
            session().flush()

    def _person(self, actor: Actor, person_id: int | None) -> int:
        if person_id is None or person_id == actor.person_id:
            if actor.person_id is None:
                raise Conflict(_("This log-in belongs to no person, so nobody can be told."))
            return actor.person_id
        actor.require(self.write)
        known = session().execute(select(Person.id).where(Person.id == person_id, Person.is_active)).scalar()
        if known is None:
            raise InvalidField("person", _("Choose an entry of the list."))
        return person_id

    @staticmethod
    def _watching(ticket: Any, person_id: int) -> Watcher | None:
        statement = select(Watcher).where(Watcher.record_type == ticket.record_type(), Watcher.record_id == ticket.id,
                                          Watcher.person_id == person_id)
        return session().execute(statement).scalar_one_or_none()


def _log_beside(actor: Actor, entry: timeline.TimelineEntry, said: Any) -> None:
    made = log_minutes(actor, entry.record_id, said)
    if made is not None:
        # By its id: what is changed in the work log later is told as it then is.
        entry.data = {**(entry.data or {}), WORK: made.id}
        session().flush()

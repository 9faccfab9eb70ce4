"""Links between tickets: added and removed under lock, told in the history of both, never round in a circle."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from addons.ticket.events import TicketsLinked
from addons.ticket.models import Ticket
from addons.ticket.services import graph
from app.db import session
from app.records import audit
from app.records.link_roles import DIRECTED, MERGED, PARENT, RELATED, ROLES, Role, role_of
from app.records.links import RecordLink
from app.records.related import Link, links_of
from app.records.service import services
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.confidentiality import NORMAL
from app.sdk.errors import Conflict, InvalidField, NotFound
from app.sdk.events import announce
from app.sdk.i18n import _
from app.sdk.permissions import Permission
from app.sdk.workflow import CLOSED, RESOLVED

# What a link is called in the history of a ticket: the role, after this.
FIELD = "link_"
MAX_LINKS = 1000


@dataclass(frozen=True, slots=True)
class Relation:
    """A link with what the reader may know of the other end; `is_gone` where that one's addon is off."""

    link: Link
    row: Any
    is_gone: bool


class Links:
    """Mixed into TicketService."""

    link_permission: Permission | None = None
    # What people look for when they link: every type of ticket.
    linked_model = Ticket
    get_for_update: Any

    @all_or_nothing
    def link(self, actor: Actor, record_id: int, role: str, other_id: int) -> RecordLink:
        """Say what another ticket is to this one (a role of app.records.link_roles).

        Raises NotFound, Forbidden, InvalidField or Conflict; nothing then changes.
        """
        self._may_link(actor)
        wanted = ROLES.get(role)
        if wanted is None or not wanted.is_offered:
            raise InvalidField("kind", _("Choose an entry of the list."))
        graph.lock()
        ticket, other = self._both(record_id, other_id)
        return join(ticket, other, wanted)

    @all_or_nothing
    def unlink(self, actor: Actor, record_id: int, link_id: int) -> Link:
        """Take a link of a ticket away; what a merge says stays. Raises NotFound, Forbidden or Conflict.

        A link whose other end the actor may not see is locked; one to a type whose addon is off may go.
        """
        self._may_link(actor)
        graph.lock()
        ticket = self.get_for_update(record_id)
        found = next((one for one in links_of(session(), ticket.record_type(), ticket.id) if one.id == link_id), None)
        if found is None:
            raise NotFound
        if found.role.kind == MERGED:
            raise Conflict(_("This tells what became of a ticket. Undo the merge instead."))
        if found.record_type in services and not seen_of([found.record_id]):
            raise Conflict(_("You may not see the other end of this link, so it stays."))
        part(session().get_one(RecordLink, link_id))
        return found

    def relations(self, ticket: Any, *, with_hidden: bool) -> list[Relation]:
        """Return what is linked with a ticket that the actor sees; two statements at most.

        What they may not see stands there without its name, or not at all. What has no addon any more has its label.
        """
        links = links_of(session(), ticket.record_type(), ticket.id)
        columns = (Ticket.id, Ticket.type, Ticket.number, Ticket.title, Ticket.state, Ticket.state_category)
        wanted = select(*columns).where(Ticket.id.in_(sorted({one.record_id for one in links})))
        seen = {(row.type, row.id): row for row in session().execute(wanted)} if links else {}
        found = [Relation(one, seen.get((one.record_type, one.record_id)), one.record_type not in services)
                 for one in links]
        return [one for one in found if with_hidden or one.row is not None]

    def _may_link(self, actor: Actor) -> None:
        if self.link_permission is None:
            raise NotFound
        actor.require(self.link_permission)

    def _both(self, record_id: int, other_id: int) -> tuple[Any, Any]:
        # In the order of their ids, so that two who link the same two never wait for each other.
        if record_id == other_id:
            self.get_for_update(record_id)
            raise InvalidField("other", _("A ticket cannot be linked with itself."))
        statement = select(Ticket.type).where(Ticket.id == other_id)
        service = services.get(session().execute(statement).scalar() or "")
        if service is None:
            raise InvalidField("other", _("Choose an entry of the list."))
        found = {key: (self if key == record_id else service).get_for_update(key)  # type: ignore[union-attr]
                 for key in sorted((record_id, other_id))}
        return found[record_id], found[other_id]


def join(ticket: Any, other: Any, role: Role) -> RecordLink:
    """Make a link between two locked tickets. Raises Conflict or InvalidField where it would be wrong."""
    source, target = (ticket, other) if role.is_source else (other, ticket)
    if role.kind == RELATED and (source.type, source.id) > (target.type, target.id):
        source, target = target, source  # it says the same from both ends, so there is one of it
    present = links_of(session(), ticket.record_type(), ticket.id)
    if any((one.role.kind, one.record_type, one.record_id) == (role.kind, other.record_type(), other.id)
           for one in present):
        raise Conflict(_("These two are linked so already."))
    if len(present) >= MAX_LINKS and role.kind != PARENT:
        raise Conflict(_("A ticket has at most %(number)s links.", number=MAX_LINKS))
    if role.kind in DIRECTED:
        graph.check_free(role.kind, source.id, target.id)
    if role.kind == PARENT:
        _check_parent(source, target)
    made = RecordLink(kind=role.kind, source_type=source.record_type(), source_id=source.id,
                      source_label=label_of(source), target_type=target.record_type(), target_id=target.id,
                      target_label=label_of(target))
    session().add(made)
    session().flush()
    tell(made, is_there=True)
    return made


def part(link: RecordLink) -> None:
    """Take a link away, and tell both ends' history."""
    tell(link, is_there=False)
    session().delete(link)
    session().flush()


def seen_of(ids: Iterable[int]) -> set[int]:
    """Return the tickets among these ids that the actor may see."""
    return set(session().execute(select(Ticket.id).where(Ticket.id.in_(sorted(set(ids))))).scalars())


def label_of(ticket: Any) -> str:
    """Return what a link calls a ticket once its addon is gone; of what is confidential the number only."""
    return (str(ticket) if ticket.confidentiality == NORMAL else str(ticket.number))[:200]


def _check_parent(child: Any, parent: Any) -> None:
    held = links_of(session(), child.record_type(), child.id)
    if any(one.role.code == "parent" for one in held):
        raise Conflict(_("%(record)s has a parent already. Take it away first.", record=child.number))
    if parent.state_category in (RESOLVED, CLOSED) and child.state_category not in (RESOLVED, CLOSED):
        raise Conflict(_("%(record)s is over: an open ticket cannot become its child.", record=parent.number))
    graph.check_depth(child.id, parent.id)


def tell(link: RecordLink, *, is_there: bool) -> None:
    """Write into the history of both ends that a link is there now, or no more; let others know of a new one."""
    ends = ((link.source_type, link.source_id, True), (link.target_type, link.target_id, False))
    for (kind, key, is_source), (_kind, other, _is) in zip(ends, reversed(ends), strict=True):
        told = (None, other) if is_there else (other, None)
        code = role_of(link.kind, is_source=is_source).code
        audit.write(session(), kind, key, "update", {f"{FIELD}{code}": told})
    if is_there:
        announce(TicketsLinked(link.kind, link.source_type, link.source_id, link.target_type, link.target_id))

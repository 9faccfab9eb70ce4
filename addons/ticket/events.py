"""What others may subscribe to."""

from dataclasses import dataclass
from typing import Any

from app.sdk.events import Event


@dataclass(frozen=True, slots=True)
class TicketCreated(Event):
    """A ticket was opened; it has its number and its first state."""

    ticket_type: str
    ticket_id: int


@dataclass(frozen=True, slots=True)
class TicketTransitioned(Event):
    """A ticket took a step of its life cycle."""

    ticket_type: str
    ticket_id: int
    action: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class TicketAssigned(Event):
    """Group or assignee of a ticket changed by a step; `former_…` is who held it before."""

    ticket_type: str
    ticket_id: int
    group_id: int | None
    assignee_id: int | None
    former_group_id: int | None = None
    former_assignee_id: int | None = None
    action: str = ""


@dataclass(frozen=True, slots=True)
class TicketOwned(Event):
    """Another service desk owns a ticket from now on."""

    ticket_type: str
    ticket_id: int
    desk_group_id: int | None


@dataclass(frozen=True, slots=True)
class TicketNoted(Event):
    """Somebody wrote a public reply, or an internal note; `mentioned` are the people it names, told of it already.

    `survivor_id` is the ticket in which this one goes on, where it was merged.
    """

    ticket_type: str
    ticket_id: int
    is_public: bool
    mentioned: tuple[int, ...] = ()
    survivor_id: int | None = None


@dataclass(frozen=True, slots=True)
class TicketsBroughtIn(Event):
    """Finished tickets came in from another system, history and all; no other event tells of them."""

    ticket_type: str
    ticket_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FamilyEnding(Event):
    """Many tickets that hang on one shall be resolved, and then it itself, by the user who chose so."""

    ticket_type: str
    ticket_id: int
    action: str
    values: dict[str, Any]
    chosen: tuple[str, ...]
    user_id: int | None


@dataclass(frozen=True, slots=True)
class TicketsLinked(Event):
    """A link between two tickets is there from now on: made by somebody, or moved there by a merge."""

    kind: str
    source_type: str
    source_id: int
    target_type: str
    target_id: int

"""What a new ticket takes over from another: as far as the actor may see it and it is offered still."""

from collections.abc import Mapping
from typing import Any

from addons.ticket.models import Ticket
from app.db import field_rights, session
from app.records.custom.values import of_record
from app.records.custom.writing import KEY
from app.records.values import foreign_keys
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField

# Each with what it makes no sense without.
COPIED = (("kind",), ("channel",), ("caller",), ("company",), ("department",), ("site",), ("service", "offering"),
          ("service",), ("category",), ("impact",), ("urgency",), ("confidentiality",))


class Copying:
    """Mixed into TicketService; a type adds what it has beside."""

    copied: tuple[tuple[str, ...], ...] = COPIED
    model: type[Any]
    fields: set[str]
    _clean: Any
    _check_values: Any

    def taken_over(self, actor: Actor, ticket: Ticket) -> dict[str, Any]:
        """Return the values of a ticket that one like it begins with: who called, and what it is about."""
        columns, found = foreign_keys(self.model), dict[str, Any]()
        known = {name for group in self.copied for name in group if name in self.fields}
        allowed = known - field_rights.locked(self.model, known, actor)
        for group in self.copied:
            given = {name: getattr(ticket, columns.get(name, name)) for name in group if name in allowed}
            if set(given) == set(group) and not set(given) & set(found) and self._is_offered(ticket, given):
                found.update(given)
        return found

    def _is_offered(self, ticket: Ticket, given: Mapping[str, Any]) -> bool:
        # What is hidden from the actor, or offered no more, is left out: it would refuse the whole ticket.
        if any(value is None for value in given.values()):
            return False
        try:
            self._check_values({**self._clean(given), "company_id": ticket.company_id})
        except InvalidField:
            return False
        return True


def custom_values(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    """Return the custom fields of a ticket that the actor may fill in elsewhere, as a service takes them."""
    held = of_record(session(), ticket)
    found = {code: one.plain for code, one in held.items() if one.definition.is_edited_by(actor)}
    return {KEY: found} if found else {}

"""A ticket like another: a clone, which begins its own life, or a child, which the other waits for."""

from collections.abc import Mapping
from typing import Any

from addons.ticket.services.copying import custom_values
from addons.ticket.services.links import join
from app.db import field_rights
from app.records.link_roles import ROLES
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.permissions import Permission


class Cloning:
    """Mixed into TicketService."""

    model: type[Any]
    write: Permission
    link_permission: Permission | None
    get_for_update: Any
    create: Any
    link: Any
    taken_over: Any

    @all_or_nothing
    def clone(self, actor: Actor, record_id: int, values: Mapping[str, Any], *, is_linked: bool = True) -> Any:
        """Make a new ticket that begins as another did; `values` say what is different.

        Its life, its holders, what was said and its files are its own. Raises what `create` raises.
        """
        actor.require(self.write)
        ticket = self.get_for_update(record_id)
        texts = {"title", "description"} - field_rights.locked(self.model, ("title", "description"), actor)
        begun = {**{name: getattr(ticket, name) for name in texts}, **self.taken_over(actor, ticket),
                 **custom_values(actor, ticket), **values}
        made = self.create(actor, begun)
        if is_linked and self.link_permission is not None and actor.can(self.link_permission):
            join(made, ticket, ROLES["related"])
        return made

    @all_or_nothing
    def add_child(self, actor: Actor, record_id: int, values: Mapping[str, Any]) -> Any:
        """Make a child of a ticket, for the same caller and about the same. Raises what `create` and `link` raise."""
        ticket = self.get_for_update(record_id)
        made = self.create(actor, {**self.taken_over(actor, ticket), **values})
        self.link(actor, made.id, "parent", ticket.id)
        return made

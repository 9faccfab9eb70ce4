"""Doing an order: plain data in, one call of a service, one line of what became of it out."""

from collections.abc import Callable, Mapping
from typing import Any

from app.orders import grants, reading
from app.sdk.actor import SYSTEM, Actor
from app.sdk.errors import Forbidden, InvalidField
from app.sdk.i18n import _
from app.security import accounts
from app.security.auth import find

Order = Mapping[str, Any]


def perform(actor: Actor, order: Order) -> str:
    """Do an order as somebody, who acts, in the running writing unit; return what became of it. Raises BusinessError.

    {"do": "set" | "step", "type", "record", "values": {field: text}, "action"}
    {"do": "grant" | "revoke", "to": "user" | "group" | "role", "name", "what": role or [rights], "member"}
    """
    return _DOING[order["do"]](actor, order)


def actor_named(username: str | None) -> Actor:
    """Return a user of that name as they are at this moment, the system for None. Raises InvalidField, Forbidden."""
    if username is None:
        return SYSTEM
    user = find(username)
    if user is None:
        raise InvalidField("as", _("There is no “%(text)s”.", text=username))
    return actor_of(user.id)


def actor_of(user_id: int | None) -> Actor:
    """Return a user as they are at this moment, the system for None. Raises Forbidden for one who may not log in."""
    if user_id is None:
        return SYSTEM
    account = accounts.present_account(user_id)
    if account is None:
        raise Forbidden(_("This user may not log in."))
    return account.actor


def _set(actor: Actor, order: Order) -> str:
    service = reading.service_of(order["type"])
    record = service.get_for_update(reading.id_of(order["type"], order["record"]))
    changed = service.update(actor, record.id, reading.values_of(actor, order["type"], record, order["values"]))
    return _("“%(record)s” is changed", record=changed)


def _step(actor: Actor, order: Order) -> str:
    service = reading.service_of(order["type"])
    record = service.get_for_update(reading.id_of(order["type"], order["record"]))
    step = getattr(service, "transition", None)
    if step is None:
        raise InvalidField("type", _("Records of this type have no life cycle."))
    values = reading.values_of(actor, order["type"], record, order["values"])
    moved = step(actor, record.id, order["action"], values)
    return _("“%(record)s” is “%(state)s” now", record=moved, state=moved.state)


def _grant(actor: Actor, order: Order) -> str:
    is_grant, name, what = order["do"] == "grant", order["name"], order["what"]
    if order["to"] == "user":
        is_changed = grants.user_role(actor, is_grant, name, what)
    elif order["to"] == "group":
        is_changed = grants.group_role(actor, is_grant, name, what, order.get("member") or "")
    else:
        is_changed = grants.role_rights(actor, is_grant, name, what)
    if not is_changed:
        return _("Nothing to do: it is so already")
    return _("Granted") if is_grant else _("Taken back")


_DOING: Mapping[str, Callable[[Actor, Order], str]] = {"set": _set, "step": _step, "grant": _grant, "revoke": _grant}

"""Kinds of notices that a type of ticket says in words of its own, in place of those of every ticket."""

from collections.abc import Mapping

_own: dict[tuple[str, str], str] = {}


def say(ticket_type: str, kinds: Mapping[str, str]) -> None:
    """Let a type of ticket tell {a kind of every ticket: its own kind}; its addon declares those among its NOTICES."""
    _own.update({(ticket_type, kind): own for kind, own in kinds.items()})


def kind_for(ticket_type: str, kind: str) -> str:
    """Return the kind by which people are told of a ticket of a type."""
    return _own.get((ticket_type, kind), kind)

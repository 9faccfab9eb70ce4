"""Keys of programs whose scopes name rights of an addon: what is left of them once the addon is erased.

A scope goes with its right, so that the addon, should it come back, does not open to a key that was made for its
former data. A key that had no other right ends: a key without scopes would have all rights of its user.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Text, cast, false, or_, select, update
from sqlalchemy.orm import Session

from app.db import past_audit
from app.records import audit
from app.sdk import clock
from app.security.models import ApiToken

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of one addon: keys, and the resources of which nobody else declares one."""

    keys: frozenset[str]
    resources: frozenset[str]

    def are(self, key: str) -> bool:
        """Say whether a right, or all of a resource ("problem.*"), is the addon's."""
        return key in self.keys or _resource(key) in self.resources


def rights_of(owners: Mapping[str, str], addon: str, types: Iterable[str]) -> Rights:
    """Return the rights of an addon; `owners` is {key of a right: its unit}.

    One that does not load declares nothing: its resources are called like its types of records.
    """
    keys = frozenset(key for key, owner in owners.items() if owner == addon)
    of_others = {_resource(key) for key, owner in owners.items() if owner != addon}
    return Rights(keys, frozenset({*types, *map(_resource, keys)} - of_others))


def _resource(key: str) -> str:
    return key.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Change:
    """A key that has rights of the addon: its scopes as they are and as they will be."""

    id: int
    before: list[str]
    after: list[str]

    @property
    def ends(self) -> bool:
        """Whether nothing is left of it."""
        return not self.after


def changes(connection: Connection, rights: Rights) -> Iterator[Change]:
    """Yield what becomes of the keys that are not taken back; a page of them is in memory at a time."""
    table, last = ApiToken.__table__, 0
    named = or_(false(), *(cast(table.c.scopes, Text).contains(name, autoescape=True)
                           for name in sorted({*rights.resources, *rights.keys})))
    while rows := connection.execute(
            select(table.c.id, table.c.scopes).where(table.c.id > last, table.c.revoked_at.is_(None), named)
            .order_by(table.c.id).limit(_PAGE)).all():
        last = rows[-1].id
        for row in rows:
            after = [key for key in row.scopes or () if not rights.are(key)]
            if after != (row.scopes or []):
                yield Change(row.id, row.scopes, after)


def take_away(session: Session, rights: Rights) -> None:
    """Take the rights out of all keys, and end those that have no other; audit tells it of each."""
    connection, table, now = session.connection(), ApiToken.__table__, clock.now()
    for one in changes(connection, rights):
        told = {"scopes": (one.before, one.after), **({"revoked_at": (None, now)} if one.ends else {})}
        with past_audit("the log is told below, in the same transaction"):
            connection.execute(update(table).where(table.c.id == one.id).values(
                {name: new for name, (_old, new) in told.items()}))
        audit.write(session, ApiToken.record_type(), one.id, "update", told)

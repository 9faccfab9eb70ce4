"""Who acts, by which way, and why: carried in a context so that audit and rights never depend on a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from app.sdk.errors import Forbidden
from app.sdk.permissions import Permission


@dataclass(frozen=True, slots=True)
class DataRule:
    """One rule over the rows of a record type, as it binds an actor.

    A rule that grants adds its rows to what the actor's rights show; one that limits leaves nothing but its rows.
    """

    id: int
    record_type: str
    operations: frozenset[str]
    is_limit: bool
    scope: str
    # What a scope compares with, as JSON text, so that the rule can be hashed.
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, or the system, with the rights in force at this moment."""

    user_id: int | None
    label: str
    person_id: int | None = None
    permissions: frozenset[str] = frozenset()
    group_ids: frozenset[int] = frozenset()
    company_id: int | None = None
    # The own company and all below it, the own site and all below it, the lines of the own groups.
    company_ids: frozenset[int] = frozenset()
    site_ids: frozenset[int] = frozenset()
    support_lines: frozenset[int] = frozenset()
    # The people of the own company see its tickets.
    shares_tickets: bool = False
    # Up to which level of confidentiality the actor sees what is not theirs.
    clearance: int = 0
    rules: tuple[DataRule, ...] = ()
    # (record type, field): what rules of fields hide from the actor, and what they let them see but not change.
    hidden_fields: frozenset[tuple[str, str]] = frozenset()
    locked_fields: frozenset[tuple[str, str]] = frozenset()
    # Holds the administrators' role: rules for everybody do not bind them, so that nobody is locked out for good.
    is_administrator: bool = False
    is_system: bool = False

    @classmethod
    def system(cls, label: str = "system") -> "Actor":
        """Return the system itself: it may do everything, and audit says that it was the system."""
        return cls(user_id=None, label=label, is_system=True)

    def can(self, permission: Permission | str) -> bool:
        """Say whether the actor holds a right."""
        return self.is_system or str(permission) in self.permissions

    def require(self, permission: Permission | str) -> None:
        """Raise Forbidden unless the actor holds the right."""
        if not self.can(permission):
            raise Forbidden


ANONYMOUS = Actor(user_id=None, label="anonymous")
SYSTEM = Actor.system()


@dataclass(frozen=True, slots=True)
class ActingContext:
    """What audit records beside the change itself."""

    actor: Actor = ANONYMOUS
    via: str = "system"
    cause: str | None = None
    request_id: str | None = None
    ip: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


_context: ContextVar[ActingContext | None] = ContextVar("acting_context", default=None)


def current_context() -> ActingContext:
    """Return who acts now; outside `acting_as` nobody does, and nobody has no rights."""
    return _context.get() or ActingContext()


def is_acting() -> bool:
    """Say whether this code runs within any `acting_as`, be it as a visitor."""
    return _context.get() is not None


def current_actor() -> Actor:
    """Return the actor of the current context."""
    return current_context().actor


@contextmanager
def acting_as(
    actor: Actor,
    via: str = "system",
    cause: str | None = None,
    request_id: str | None = None,
    ip: str | None = None,
) -> Iterator[ActingContext]:
    """Act as somebody within the block. `via` is one of ui, api, job, cli, import, mail, system."""
    context = ActingContext(actor, via, cause, request_id, ip)
    token = _context.set(context)
    try:
        yield context
    finally:
        _context.reset(token)

"""Who a user is and what they may do, read once an epoch of rights and kept by the process."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import session, system_scope
from app.sdk.actor import Actor
from app.security.account_reading import Account, Reading
from app.security.epoch import current as current_epoch
from app.security.grants import rights_by_role

_KEPT = 4096
_accounts: dict[tuple[int, int, int], Account] = {}
_rights: dict[tuple[int, int, frozenset[int]], frozenset[str]] = {}


def account_of(user: User, epoch: int) -> Account:
    """Return the account of a user as of an epoch."""
    return accounts_of([user], epoch)[0]


def present_account(user_id: int | None) -> Account | None:
    """Return the account of a user as they are at this moment, None where there is none who may log in."""
    user = session().execute(select(User).where(User.id == user_id)).scalar_one_or_none()
    account = account_of(user, current_epoch(session().connection())) if user is not None else None
    return account if account is not None and account.may_log_in else None


def accounts_of(users: Sequence[User], epoch: int) -> list[Account]:
    """Return the accounts of users as of an epoch; a dozen statements for all that are not kept, however many."""
    registry, found = id(current_registry()), dict[int, Account]()
    for user in users:
        kept = _accounts.get((registry, epoch, user.id))
        if kept is not None:
            found[user.id] = kept
    missing = [user for user in users if user.id not in found]
    if len(_accounts) > _KEPT:
        _accounts.clear()
    for user, account in zip(missing, _read_all(missing, epoch) if missing else (), strict=True):
        found[user.id] = _accounts[(registry, epoch, user.id)] = account
    return [found[user.id] for user in users]


def narrowed(actor: Actor, scopes: list[str] | None) -> Actor:
    """Return the actor with the rights that a token's scopes leave: keys, or "<resource>.*"; all where it has none."""
    if scopes is None:
        return actor
    kept = frozenset(key for key in actor.permissions if key in scopes or f"{key.split('.', 1)[0]}.*" in scopes)
    return replace(actor, permissions=kept)


def within_modules(held: frozenset[str], declared: Container[str]) -> frozenset[str]:
    """Return the rights that have an effect: none of a resource is worth anything without the right to read it."""
    def counts(key: str) -> bool:
        module = f"{key.split('.', 1)[0]}.read"
        return module in held or module not in declared

    return frozenset(key for key in held if counts(key))


def _read(user: User, epoch: int) -> Account:
    return _read_all([user], epoch)[0]


def _read_all(users: Sequence[User], epoch: int) -> list[Account]:
    with system_scope():
        reading = Reading(session(), users)
        rights = _permissions(set(reading.roles.values()), epoch)
    return [reading.account(user, rights[reading.roles[user.id]]) for user in users]


def _permissions(wanted: Iterable[frozenset[int]], epoch: int) -> dict[frozenset[int], frozenset[str]]:
    # One statement for all sets of roles that are not kept.
    registry = current_registry()
    every, key = set(wanted), (id(registry), epoch)
    if len(_rights) > _KEPT:
        _rights.clear()
    missing = {roles for roles in every if (*key, roles) not in _rights}
    held = rights_by_role(session(), set().union(*missing)) if missing else {}
    for roles in missing:
        keys = frozenset[str]().union(*(held.get(role, frozenset()) for role in roles))
        # The rights of an addon that is switched off are nobody's, though the grants are kept.
        _rights[(*key, roles)] = within_modules(keys & registry.permissions.keys(), registry.permissions)
    return {roles: _rights[(*key, roles)] for roles in every}

"""People of a directory (LDAP) or of an OpenID Connect provider: who is let in, as whom, and with what.

- An entry is bound to an account by what never changes of it, never by its name alone. At its first log-in an account
  is made: for the person of that employee number, else of that e-mail address where just one has it and the provider
  vouches for it, else for a new person. Somebody who has another log-in already is refused: an account is never taken
  over silently.
- With DIRECTORY_GROUPS only members of those groups are let in, and their work groups and roles follow them at each
  log-in. Whoever is in none of them any more is refused, and their open sessions end.
- Administrative rights are not given this way unless DIRECTORY_GRANTS_ADMIN says so.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.db import session
from app.organisation.models import Person
from app.records import audit
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as, current_context
from app.sdk.errors import BusinessError
from app.sdk.i18n import _
from app.security import directory_grants, sessions
from app.security.models import ExternalIdentity
from app.security.services.users import user_service

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody as directory or provider knows them."""

    provider: str
    subject: str
    username: str
    name: str
    email: str | None = None
    number: str | None = None
    groups: frozenset[str] = frozenset()
    # Whether the provider has made sure that the address is theirs.
    is_email_sure: bool = True


class Refused(Exception):
    """Somebody is not let in; the text says why. What was written before, such as an ended session, stays."""


def mapping() -> Mapping[str, Mapping[str, str]]:
    """Return the groups that let in, folded, with what each gives."""
    return current_app.config["DIRECTORY_GROUPS"]  # type: ignore[no-any-return]


def granted(entry: Entry) -> list[Mapping[str, str]]:
    """Return what the groups of an entry give."""
    return [gives for name, gives in mapping().items() if name in {group.casefold() for group in entry.groups}]


def is_allowed(entry: Entry) -> bool:
    """Say whether an entry is in a group that lets in; anybody is where no groups are named."""
    return not mapping() or bool(granted(entry))


def identity_of(user_id: int) -> ExternalIdentity | None:
    """Return by which directory or provider an account logs in; None for a local one."""
    statement = select(ExternalIdentity).where(ExternalIdentity.user_id == user_id)
    return session().execute(statement).scalars().first()


def known(provider: str, subject: str) -> ExternalIdentity | None:
    """Return the account of an entry."""
    return session().execute(select(ExternalIdentity).where(
        ExternalIdentity.provider == provider, ExternalIdentity.subject == subject)).scalar_one_or_none()


def promised(username: str) -> str:
    """Return the subject of an account that an administrator has bound by its name and that has not logged in yet."""
    return f"name:{username.casefold()}"[:255]


def _first_seen(entry: Entry) -> ExternalIdentity | None:
    # From now on it is bound to what never changes, and to that alone.
    identity = known(entry.provider, promised(entry.username))
    if identity is not None:
        identity.subject = entry.subject
        session().flush()
    return identity


def account_of(identity: ExternalIdentity) -> User | None:
    """Return the account that is bound to an entry."""
    return session().get(User, identity.user_id)


def end_sessions(user_id: int) -> None:
    """End the sessions of somebody whom directory or provider does not let in any more."""
    sessions.end_all(user_id, "directory")
    audit.write(session(), "user", user_id, "update", {"session": ("*", None)})


def admit(entry: Entry) -> User:
    """Return the account of an entry, made where it has none, with the work groups and roles of this moment.

    Raises Refused.
    """
    with acting_as(SYSTEM, via="system", cause=entry.provider, ip=current_context().ip):
        identity = known(entry.provider, entry.subject) or _first_seen(entry)
        if not is_allowed(entry):
            if identity is not None:
                end_sessions(identity.user_id)
            raise Refused(_("Your account is not in a group that may use the desk. Ask an administrator."))
        user = account_of(identity) if identity is not None else None
        try:
            with session().begin_nested():
                if identity is None or user is None:
                    user = _make(entry)
                elif user.active:
                    directory_grants.sync(user, granted(entry))
        except BusinessError as refusal:
            log.warning("directory_refused", provider=entry.provider, username=entry.username, why=refusal.message,
                        fields=refusal.fields)
            raise Refused(_why(refusal)) from refusal
        if not user.active:
            raise Refused(_("This account is switched off."))
        return user


def no_group_text() -> str:
    """Return what somebody is told who works here and is in no work group."""
    return _("You are not in an active work group, so you cannot log in. Ask an administrator to add you to one.")


def _why(refusal: BusinessError) -> str:
    return no_group_text() if "group" in refusal.fields else next(iter(refusal.fields.values()), refusal.message)


def _make(entry: Entry) -> User:
    person_id = _person(entry)
    wanted = directory_grants.of(granted(entry))
    values: dict[str, Any] = {
        "username": _free_name(entry), "password": secrets.token_urlsafe(32), "roles": sorted(wanted.roles),
        "group": next(iter(sorted(wanted.groups)), None), "email": _free_email(entry),
    }
    values |= {"person": person_id} if person_id is not None else {"name": entry.name}
    user = user_service.create(SYSTEM, values)
    _complete(user, entry)
    session().add(ExternalIdentity(user_id=user.id, provider=entry.provider, subject=entry.subject,
                                   username=entry.username[:200], created_at=clock.now()))
    session().flush()
    audit.write(session(), "user", user.id, "update", {"directory": (None, f"{entry.provider}: {entry.username}")})
    directory_grants.sync(user, granted(entry))
    return user


def _person(entry: Entry) -> int | None:
    rows = session().execute(select(Person.id, Person.user_id, Person.is_active).where(
        Person.employee_number == entry.number)).all() if entry.number else []
    if not rows and entry.email and entry.is_email_sure:
        rows = session().execute(select(Person.id, Person.user_id, Person.is_active).where(
            func.lower(Person.email) == entry.email.casefold())).all()
        rows = rows if len(rows) == 1 else []  # an address that several share tells nothing
    if not rows:
        return None
    if rows[0].user_id is not None:
        raise Refused(_("The person of this account has another log-in already. Ask an administrator."))
    if not rows[0].is_active:
        raise Refused(_("This account is switched off."))
    return int(rows[0].id)


def _complete(user: User, entry: Entry) -> None:
    # A new person is known by the number the next time, whatever becomes of the address.
    person = session().execute(select(Person).where(Person.user_id == user.id)).scalar_one()
    if entry.number and not person.employee_number:
        person.employee_number = entry.number[:64]
    if entry.email and not person.email:
        person.email = entry.email[:200]
    session().flush()


def _free_name(entry: Entry) -> str:
    name = "".join(letter for letter in entry.username if not letter.isspace())[:64]
    if session().execute(select(User.id).where(func.lower(User.username) == name.casefold())).first():
        raise Refused(_("There is another account of this name. Ask an administrator."))
    return name


def _free_email(entry: Entry) -> str | None:
    if not entry.email or not entry.is_email_sure:
        return None
    taken = select(User.id).where(func.lower(User.email) == entry.email.casefold())
    return None if session().execute(taken).first() else entry.email

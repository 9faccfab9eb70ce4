"""Signed single-use links: somebody decides one thing, once, without logging in.

A token is a random secret, signed; the table keeps only a hash of it. So a copy of the database opens nothing, and what
was made up is refused before the database is asked. Opening a link (GET) changes nothing; `use` comes with the POST.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, Row, delete, select, update

from app.addon_system.registry import current_registry
from app.db import session, system_scope
from app.notify.models import SignedLink
from app.organisation.models import Person
from app.sdk import clock
from app.sdk.errors import BusinessError
from app.sdk.i18n import _
from app.sdk.links import Link, LinkPurpose
from app.security.sessions import digest

_LONGEST = 200
PATH = "/link/"


class LinkRefused(BusinessError):
    """A link that does not hold: forged or copied in part (404), over, used or taken back (410)."""

    code = "link_refused"
    http_status = 410


def purposes() -> dict[str, LinkPurpose]:
    """Return every purpose of the loaded units, by its key."""
    return {purpose.key: purpose for purpose in current_registry().link_purposes}


def public_address() -> str:
    """Return the address of the desk for links in mails, without a slash at its end; never what a visitor sent.

    Where PUBLIC_URL is not set it is the address that the server listens to: good on that machine only.
    """
    config = current_app.config
    host = "127.0.0.1" if config["HOST"] in ("", "0.0.0.0", "::") else config["HOST"]  # noqa: S104 - asks, binds nothing
    return str(config["PUBLIC_URL"] or f"http://{host}:{config['PORT']}")


def make(purpose: str, record: tuple[str, int], person_id: int, *, valid: timedelta | None = None,
         params: Mapping[str, Any] | None = None) -> str:
    """Return the address of a new link, in the running writing unit of work; it is never to be had again.

    `record` is (record type, id); `valid` is for how long it holds, else as its purpose says; `params` is what the
    purpose's page wants to know besides. Earlier links stay good until they are revoked. Raises KeyError for a purpose
    that nobody declared.
    """
    declared, now = purposes()[purpose], clock.now()
    secret = secrets.token_urlsafe(24)
    row = SignedLink(token_hash=digest(secret), purpose=purpose, record_type=record[0], record_id=record[1],
                     person_id=person_id, params=dict(params or {}), created_at=now,
                     expires_at=now + (valid or declared.valid))
    session().add(row)
    session().flush()
    return f"{public_address()}{PATH}{_signer().dumps(secret)}"


def revoke(record: tuple[str, int], purpose: str | None = None, *, person_id: int | None = None) -> int:
    """Take back every unused link of a record, or only those of a purpose or a person; return how many."""
    which = [SignedLink.record_type == record[0], SignedLink.record_id == record[1], *_unused()]
    if purpose is not None:
        which.append(SignedLink.purpose == purpose)
    if person_id is not None:
        which.append(SignedLink.person_id == person_id)
    return session().connection().execute(update(SignedLink).where(*which).values(revoked_at=clock.now())).rowcount


def forget(addresses: Iterable[str]) -> None:
    """Remove links that were made but never reached anybody."""
    hashes = [digest(_secret(address.rpartition("/")[2])) for address in addresses]
    if hashes:
        session().connection().execute(delete(SignedLink).where(SignedLink.token_hash.in_(hashes)))


def opened(token: str) -> Link:
    """Return the link of a token, without using it. Raises LinkRefused, which says why."""
    return _link(_row(token))


def use(token: str) -> Link:
    """Use a link up, in the running writing unit of work, and return it. Of two at once one is refused."""
    row = _row(token)
    done = session().connection().execute(
        update(SignedLink).where(SignedLink.id == row.id, *_unused()).values(used_at=clock.now()))
    if not done.rowcount:
        raise LinkRefused(_("This link was used already. It is good once."))
    return _link(row)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="desk.link")


def _unused() -> list[ColumnElement[bool]]:
    return [SignedLink.used_at.is_(None), SignedLink.revoked_at.is_(None)]


def _row(token: str) -> Row[Any]:
    secret = _secret(token)
    statement = select(SignedLink.id, SignedLink.purpose, SignedLink.record_type, SignedLink.record_id,
                       SignedLink.person_id, SignedLink.params, SignedLink.expires_at, SignedLink.used_at,
                       SignedLink.revoked_at, Person.name, Person.is_active, Person.deleted_at)
    with system_scope():
        row = session().execute(statement.join(Person, Person.id == SignedLink.person_id)
                                .where(SignedLink.token_hash == digest(secret))).one_or_none()
    if row is None or row.purpose not in purposes():
        raise _unknown()
    if row.used_at is not None:
        raise LinkRefused(_("This link was used already. It is good once."))
    if row.revoked_at is not None or not row.is_active or row.deleted_at is not None:
        raise LinkRefused(_("This link holds no longer: what it was for has been settled otherwise."))
    if row.expires_at <= clock.now():
        raise LinkRefused(_("The time of this link is over. Write to the service desk, or log in."))
    return row


def _secret(token: str) -> str:
    try:
        secret = _signer().loads(token) if len(token) <= _LONGEST else None
    except BadSignature:
        secret = None
    if not isinstance(secret, str):
        raise _unknown()
    return secret


def _unknown() -> LinkRefused:
    return LinkRefused(_("This link is none of ours, or was copied in part. Open it from the mail itself."),
                       http_status=404)


def _link(row: Row[Any]) -> Link:
    return Link(row.id, row.purpose, row.record_type, row.record_id, row.person_id, row.name, row.params,
                row.expires_at)

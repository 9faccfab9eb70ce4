"""Whom a notice reaches, and by which way: the desk, mail, both or neither."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import session, system_scope
from app.organisation.models import Person
from app.sdk.actor import current_actor
from app.sdk.notices import NoticeKind
from app.security.guards import self_service_users
from app.security.models import UserChoice

CHOICES, MAIL_CHOICES = "notices", "mails"
# Given to log-ins that have no address of their own.
NO_ADDRESS = "%@users.invalid"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom a kind of notice may reach; without `user_id` by mail only."""

    person_id: int
    user_id: int | None
    address: str | None
    is_customer: bool
    chosen: Any
    chosen_mails: Any


def recipients(people: Iterable[int | None], kind: NoticeKind, *, is_internal: bool) -> list[Recipient]:
    """Return those of some people (ids of persons) who may be told of a kind, whatever they chose. One statement.

    Left out is who is gone, and customers of what is internal: with a log-in or without.
    """
    wanted = {person for person in people if person is not None}
    if not wanted:
        return []
    desk, mail = aliased(UserChoice), aliased(UserChoice)
    is_customer: ColumnElement[bool] = User.id.in_(self_service_users())
    address = func.coalesce(func.nullif(Person.email, ""), User.email)
    statement = (
        select(Person.id, User.id, address, or_(User.id.is_(None), is_customer), desk.value, mail.value)
        .outerjoin(User, and_(User.id == Person.user_id, User.active))
        .outerjoin(desk, (desk.user_id == User.id) & (desk.key == CHOICES))
        .outerjoin(mail, (mail.user_id == User.id) & (mail.key == MAIL_CHOICES))
        .where(Person.id.in_(wanted), Person.is_active, Person.deleted_at.is_(None))
        .where(User.id.is_not(None) if is_internal or not kind.is_for_customers else Person.id.is_not(None))
    )
    if is_internal:
        statement = statement.where(User.id.not_in(self_service_users()))
    with system_scope():
        rows = session().execute(statement.order_by(Person.id)).all()
    return [Recipient(row[0], row[1], _reaching(row[2]), bool(row[3]), row[4], row[5]) for row in rows]


def _reaching(address: str | None) -> str | None:
    return None if not address or address.endswith(NO_ADDRESS[1:]) else address


def is_wanted(kind: NoticeKind, choices: Any) -> bool:
    """Say whether a user with these choices wants to be told of a kind on the desk."""
    chosen = choices.get(kind.key) if isinstance(choices, dict) else None
    return kind.is_on if chosen is None else bool(chosen)


def is_mailed(kind: NoticeKind, choices: Any, *, is_customer: bool) -> bool:
    """Say whether somebody with these choices wants mails of a kind. Who has no log-in cannot choose."""
    chosen = choices.get(kind.key) if isinstance(choices, dict) else None
    begins = kind.is_for_customers if is_customer else kind.is_mailed
    return begins if chosen is None else bool(chosen)


def on_the_desk(found: Iterable[Recipient], kind: NoticeKind) -> list[int]:
    """Return the users who are told on the desk: not who did it."""
    oneself = current_actor().user_id
    return sorted({one.user_id for one in found if one.user_id is not None and one.user_id != oneself
                   and is_wanted(kind, one.chosen)})


def by_mail(found: Iterable[Recipient], kind: NoticeKind) -> list[tuple[int, str]]:
    """Return (person, address) of those who are told by mail: not who did it, but for an acknowledgement."""
    oneself = current_actor().person_id
    return [(one.person_id, one.address) for one in found
            if one.address and (kind.tells_oneself or one.person_id != oneself)
            and is_mailed(kind, one.chosen_mails, is_customer=one.is_customer)]

"""The epoch of rights: a number that moves with every change of who may do what, noticed at the flush.

Settings, lists of values and custom fields move it as well: whoever keeps them by the epoch has them fresh.
"""

from typing import Any

from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, User, ViewMenu
from sqlalchemy import Connection, event, insert, inspect, select, update
from sqlalchemy.orm import Session

from app.db import DeskSession
from app.organisation.models import Company, GroupMember, GroupRole, MemberRole, Person, Site, WorkGroup
from app.records.calendars import Calendar, CalendarDay, CalendarWeek
from app.records.custom.models import CustomField
from app.records.holidays import HolidayCalendar, HolidayDay, HolidayYear
from app.records.picklists import Picklist, PicklistOffer, PicklistValue
from app.records.settings import SettingValue
from app.security.models import AccessRule, ApiToken, FieldRight, RightsEpoch, RoleProfile, UserPreference

# A class whose every change counts, or only those of some attributes.
WATCHED: dict[type[Any], frozenset[str] | None] = {
    GroupMember: None, GroupRole: None, MemberRole: None, Role: None, PermissionView: None, Permission: None,
    ViewMenu: None, RoleProfile: None, UserPreference: None, ApiToken: None, SettingValue: None,
    Calendar: None, CalendarWeek: None, CalendarDay: None, HolidayCalendar: None, HolidayDay: None, HolidayYear: None,
    CustomField: None, Picklist: None, PicklistOffer: None, PicklistValue: None, AccessRule: None, FieldRight: None,
    WorkGroup: frozenset({"is_active", "support_line"}),
    Person: frozenset({"user_id", "is_active", "company_id", "site_id", "deleted_at", "name"}),
    Company: frozenset({"parent_id", "shares_tickets", "deleted_at"}),
    Site: frozenset({"parent_id", "deleted_at"}),
    User: frozenset({"active", "roles", "groups", "username", "password"}),
}


# The epoch as a statement, also for reading it beside a session or a token.
NUMBER = select(RightsEpoch.number).where(RightsEpoch.id == 1)


def current(connection: Connection) -> int:
    """Return the epoch."""
    return connection.execute(NUMBER).scalar() or 0


def bump(connection: Connection) -> None:
    """Move the epoch on, in the caller's transaction. The flush does so by itself; bulk statements call this."""
    table = RightsEpoch.__table__
    moved = connection.execute(update(table).where(table.c.id == 1).values(number=table.c.number + 1))
    if not moved.rowcount:
        connection.execute(insert(table).values(id=1, number=1))


def touched(session: Session) -> list[Any]:
    """Return the rows of a flush whose change moves the epoch."""
    found = [item for item in (*session.new, *session.deleted) if type(item) in WATCHED]
    return found + [item for item in session.dirty if type(item) in WATCHED and _counts(item)]


def _counts(item: Any) -> bool:
    names, state = WATCHED[type(item)], inspect(item)
    return any(attribute.history.has_changes() for attribute in state.attrs
               if names is None or attribute.key in names)


def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    session.info["rights_touched"] = session.info.get("rights_touched", []) + touched(session)


def _after_flush(session: Session, _context: Any) -> None:
    if session.info.get("rights_touched"):
        bump(session.connection())


def install(session_class: type[Session] = DeskSession) -> None:
    """Attach to a session class; once a process."""
    if not event.contains(session_class, "before_flush", _before_flush):
        event.listen(session_class, "before_flush", _before_flush)
        event.listen(session_class, "after_flush", _after_flush)

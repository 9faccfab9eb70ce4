"""The first administrator: by the set-up page of the first visit, or unattended by ADMIN_PASSWORD."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from app.db import session, unit_of_work
from app.organisation.models import WorkGroup
from app.organisation.services import work_group_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict
from app.sdk.i18n import _
from app.security import reader
from app.security.guards import ADMIN_ROLE
from app.security.services import user_service

FIRST_GROUP = {"en": "Service desk", "zh": "服务台"}
# Any number that nothing else locks; two set-ups at once wait for one another.
_LOCK = 7_401_220_311


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """What the set-up asks for."""

    name: str
    username: str
    password: str
    email: str | None = None
    language: str | None = None
    timezone: str | None = None
    group: Mapping[str, str] | None = None


def is_open(session: Session) -> bool:
    """Say whether there is nobody yet: only then may somebody become the administrator by asking."""
    return not session.execute(select(exists(select(User.id)))).scalar()


def create_administrator(first: FirstAdministrator) -> User:
    """Create the first user with the administrators' role, in the first work group, in the running unit of work.

    Raises Conflict where there is a user already: of two that ask at once, one is told so.
    """
    with acting_as(SYSTEM, via="system", cause="set-up"):
        connection = session().connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        if not is_open(session()):
            raise Conflict(_("The desk is set up already."), code="security.set_up")
        given = {key: value.strip() for key, value in (first.group or {}).items() if value and value.strip()}
        group = _first_group(given or FIRST_GROUP)
        role_id = session().execute(select(Role.id).where(Role.name == ADMIN_ROLE)).scalar_one()
        return user_service.create(SYSTEM, {
            "username": first.username, "password": first.password, "name": first.name, "email": first.email,
            "group": group.id, "roles": [role_id], "language": first.language, "timezone": first.timezone,
        })


def _first_group(name: Mapping[str, str]) -> WorkGroup:
    present = session().execute(select(WorkGroup).where(WorkGroup.code == "service_desk")).scalar_one_or_none()
    if present is not None:
        return present
    return work_group_service.create(SYSTEM, {"code": "service_desk", "name": dict(name), "support_line": 1,
                                              "is_service_desk": True})


def create_unattended(config: Mapping[str, str]) -> bool:
    """Create the administrator “admin” with ADMIN_PASSWORD where there is nobody yet; say whether it was done."""
    password = config.get("ADMIN_PASSWORD")
    if not password:
        return False
    if "babel" not in current_app.extensions:
        reader.init_babel(current_app)  # the application that prepares has no pages, but refusals have words
    with unit_of_work(write=True) as running:
        if not is_open(running):
            return False
        language = config.get("ADMIN_LANGUAGE") or "zh"
        name = "系统管理员" if language == "zh" else "Administrator"
        create_administrator(FirstAdministrator(
            name=name, username="admin", password=password, language=language,
            timezone=config.get("DEFAULT_TIMEZONE"),
        ))
    return True

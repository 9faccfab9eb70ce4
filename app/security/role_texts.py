"""Roles by the name that their profile gives them, in the reader's language."""

from typing import Any

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import select

from app.db import session
from app.db import unit as units
from app.sdk.i18n import bilingual
from app.security.models import RoleProfile
from app.web.choices import register_options
from app.web.labels import register_text

_KEY = "role_labels"


def labels() -> dict[int, Any]:
    """Return {role id: its label}; one statement, kept for the running unit of work."""
    running = units.current()
    if running is not None and _KEY in running.cache:
        return running.cache[_KEY]  # type: ignore[no-any-return]
    found = {row[0]: row[1] for row in session().execute(select(RoleProfile.role_id, RoleProfile.label))}
    if running is not None:
        running.cache[_KEY] = found
    return found


def role_text(role: Role) -> str:
    """Return what a role is called."""
    return bilingual(labels().get(role.id)) or role.name


def role_options(text: str) -> list[tuple[int, str]]:
    """Return (id, text) of the roles whose name holds what was typed."""
    named = [(key, bilingual(label)) for key, label in labels().items()]
    typed = text.strip().casefold()
    return sorted(((key, name) for key, name in named if typed in name.casefold()), key=lambda pair: pair[1])


def user_text(user: User) -> str:
    """Return what a user is called."""
    return f"{user.first_name} ({user.username})"


register_text(Role, role_text)
register_text(User, user_text)
register_options(Role, role_options)

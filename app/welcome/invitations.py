"""Several work groups and several colleagues at once, through the services: all of them, or none."""

import re
import secrets
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.db import session
from app.organisation.models import WorkGroup
from app.organisation.services import work_group_service
from app.records.settings import setting
from app.sdk import pinyin
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, MissingFields
from app.sdk.i18n import LANGUAGES, _
from app.security.services import user_service

MOST = 50
PASSWORD_BYTES = 9
# What the services call the columns of the rows.
COLUMNS = {"support_line": "line", "roles": "role"}


def _rows(form: Any, *names: str) -> list[tuple[int, dict[str, str]]]:
    # (number of the row, its values) of the rows in which something was typed.
    columns = [form.getlist(name)[:MOST] for name in names]
    rows = [dict(zip(names, (value.strip() for value in row), strict=True)) for row in zip(*columns, strict=False)]
    return [(number, row) for number, row in enumerate(rows) if row[names[0]] or row.get("email")]


def _beside(number: int, refusal: BusinessError, known: tuple[str, ...]) -> dict[str, str]:
    # A message of the service, at its field in its row; at the first field where the form has no such one.
    found = {}
    for name, message in refusal.fields.items():
        plain = COLUMNS.get(name, name.removesuffix("_id"))
        found[f"{plain if plain in known else known[0]}-{number}"] = message
    return found or {f"{known[0]}-{number}": refusal.message}


def add_groups(actor: Actor, form: Any) -> None:
    """Make the work groups that were named. Raises BusinessError with the messages of all wrong rows."""
    wrong: dict[str, str] = {}
    for number, row in _rows(form, "name", "line"):
        try:
            work_group_service.create(actor, {
                "code": _free_code(row["name"]), "name": dict.fromkeys(LANGUAGES, row["name"]),
                "support_line": int(row["line"]) if row["line"].isdecimal() else None})
        except BusinessError as refusal:
            wrong |= _beside(number, refusal, ("name", "line"))
    _refuse(wrong)


def invite(actor: Actor, form: Any) -> dict[str, Any] | None:
    """Make log-ins for the people who were named; return their first passwords, which are shown once.

    Raises BusinessError with the messages of all wrong rows; nobody is then made.
    """
    wrong: dict[str, str] = {}
    made: list[dict[str, str]] = []
    for number, row in _rows(form, "name", "email", "group", "role"):
        try:
            made.append(_person(actor, row))
        except BusinessError as refusal:
            wrong |= _beside(number, refusal, ("name", "email", "group", "role"))
    _refuse(wrong)
    return {"people": made} if made else None


def _person(actor: Actor, row: dict[str, str]) -> dict[str, str]:
    if not row["name"]:
        raise MissingFields(["name"])
    if not row["role"]:
        raise MissingFields(["role"])
    password = _password()
    user = user_service.create(actor, {
        "name": row["name"], "username": free_username(row["email"].split("@")[0] or row["name"]),
        "password": password, "email": row["email"] or None, "group": row["group"] or None,
        "roles": [row["role"]], "language": None})
    return {"name": row["name"], "username": user.username, "password": password}


def _password() -> str:
    wanted = setting("security.password_length")
    return secrets.token_urlsafe(max(PASSWORD_BYTES, wanted))[:max(12, wanted)]


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise BusinessError(_("Please check the marked fields."), fields=wrong)


def _latin(text: str) -> str:
    spoken = "".join(pinyin.syllables(text)) if not text.isascii() else text
    return re.sub(r"[^a-z0-9]+", ".", spoken.casefold()).strip(".")[:40]


def free_username(text: str) -> str:
    """Return a user name made from a name or an address that nobody has yet."""
    base = _latin(text) or "user"
    taken = set(session().execute(
        select(func.lower(User.username)).where(func.lower(User.username).startswith(base, autoescape=True))).scalars())
    return next(name for name in (base, *(f"{base}{number}" for number in range(2, len(taken) + 3)))
                if name not in taken)


def _free_code(name: str) -> str:
    base = _latin(name).replace(".", "_") or "group"
    taken = set(session().execute(
        select(WorkGroup.code).where(WorkGroup.code.startswith(base, autoescape=True))).scalars())
    return next(code for code in (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
                if code not in taken)

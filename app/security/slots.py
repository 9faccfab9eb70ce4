"""Who cannot log in for want of a work group, on the start page of whoever gives log-ins."""

from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.db import session, system_scope
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.security.guards import self_service_users, users_with_group
from app.security.permissions import USER_READ
from app.web.tiles import Tile

SHOWN = 6


def without_group(_actor: Actor) -> dict[str, Any]:
    """Load the log-ins that are on and yet shut out: nobody who works here gets in without an active work group."""
    shut_out = (
        select(User.id, User.username, User.first_name, func.count().over().label("number"))
        .where(User.active, User.id.not_in(users_with_group()), User.id.not_in(self_service_users()))
        .order_by(User.username).limit(SHOWN)
    )
    with system_scope():
        rows = session().execute(shut_out).all()
    return {"rows": rows, "number": rows[0].number if rows else 0}


SLOTS = [Tile("security.without_group", _l("People without a work group"), "desk/tiles/without_group.html",
              without_group, permission=USER_READ, place=80, icon="user-question",
              help=_l("Log-ins that do not let anybody in because a work group is missing."))]

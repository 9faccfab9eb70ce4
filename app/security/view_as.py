"""Looking at the desk as somebody else: read-only, told on every page, and written to the audit log.

The row of the log-in session says as whom its user looks, so that it ends with the session and an old cookie begins
nothing. Each request asks again whether its user may still do so. Keys for programs never look as somebody else.
"""

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, flash, g, make_response, request
from flask import session as cookie
from flask_appbuilder.security.sqla.models import User

from app.db import session
from app.records import audit
from app.sdk.actor import Actor, acting_as
from app.sdk.errors import Conflict, Forbidden, NotFound
from app.sdk.i18n import _
from app.security import accounts, sessions
from app.security.account_reading import Account
from app.security.grants import ADMINISTRATIVE, check_stronger
from app.security.permissions import USER_VIEW_AS

# What may be sent all the same: it ends the looking.
ENDINGS = frozenset({"ViewAsView.stop", "DeskAuthView.logout"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class LooksOnly(Forbidden):
    """Something would be changed while somebody looks at the desk as somebody else."""

    code = "view_as"


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who really sits there, and as whom they look."""

    viewer: Actor
    viewer_name: str
    viewed_id: int
    viewed_name: str


def present() -> Viewing | None:
    """Return as whom the reader of this request looks at the desk, None where as themselves."""
    return g.get("viewing")


def start(actor: Actor, user_id: int) -> User:
    """Begin to look at the desk as a user, in a writing unit of work. Returns the user.

    Raises NotFound, Forbidden for who lacks the right or an administrative right that the user has, and Conflict where
    there is nothing to see.
    """
    actor.require(USER_VIEW_AS)
    if "api_token" in g or not cookie.get(sessions.KEY) or present() is not None:
        raise Forbidden
    user = session().get(User, user_id)
    if user is None:
        raise NotFound
    if user.id == actor.user_id:
        raise Conflict(_("This is you."))
    check_stronger(session(), actor, user.id)
    if not accounts.account_of(user, g.rights_epoch).may_log_in:
        raise Conflict(_("This user cannot log in, so there is nothing to look at."))
    sessions.look_as(user.id)
    _tell(actor, user.id, begins=True)
    return user


def stop() -> Viewing | None:
    """End the looking, if there is one, and return it."""
    ended = present()
    if ended is not None:
        sessions.look_as(None)
        _tell(ended.viewer, ended.viewed_id, begins=False)
        g.viewing = None
    return ended


def viewed(user: User, user_id: int) -> User:
    """Return as whom a request is made by a user who looks as another one: the user, where they no longer may."""
    own, other = g.account, session().get(User, user_id)
    account = accounts.account_of(other, g.rights_epoch) if other is not None else None
    if other is None or account is None or not _may(own.actor, account):
        g.viewing_is_over = True
        if request.method in _SAFE:
            sessions.look_as(None)
            _tell(own.actor, user_id, begins=False)
            flash(_("You look at the desk as yourself again."), "info")
        return user
    g.viewing = Viewing(own.actor, own.actor.label, other.id, account.actor.label)
    # Read in the language and time zone of who really reads.
    g.account = replace(account, language=own.language, timezone=own.timezone)
    return other


def init_app(app: Flask) -> None:
    """Refuse every change while somebody looks at the desk as somebody else."""
    app.before_request(_refuse_changes)


def _refuse_changes() -> Any:
    if request.method in _SAFE or request.endpoint in ENDINGS:
        return None
    looks = present()
    if looks is None and not g.get("viewing_is_over"):
        return None
    message = _("You look at the desk as %(name)s, so nothing can be changed. Stop looking first.",
                name=looks.viewed_name) if looks else _("You look at the desk as yourself again. Try once more.")
    if request.headers.get("HX-Request") != "true":
        raise LooksOnly(message)
    flash(message, "warning")
    answer = make_response("", 403)
    answer.headers["HX-Refresh"] = "true"
    return answer


def _may(viewer: Actor, account: Account) -> bool:
    lacking = any(key.split(".", 1)[0] in ADMINISTRATIVE and not viewer.can(key) for key in account.actor.permissions)
    return viewer.can(USER_VIEW_AS) and account.may_log_in and not lacking


def _tell(viewer: Actor, user_id: int, *, begins: bool) -> None:
    told = (None, viewer.label) if begins else (viewer.label, None)
    with acting_as(viewer, via="ui", request_id=g.get("request_id"), ip=request.remote_addr):
        sessions.on_connection(lambda connection: audit.write_on(connection, "user", user_id, {"viewed_by": told}))

"""Who may log in, and what an actor may do."""

from typing import Any

from flask import g
from flask_appbuilder.security.sqla.models import User

from app.sdk.actor import ANONYMOUS, Actor


def init_security(app: Any, builder: Any) -> None:
    """Choose our security manager and attach the guards of the log-in rule."""
    from app.security import asking, guards, oidc, view_as
    from app.security.manager import DeskSecurityManager

    guards.install()
    view_as.init_app(app)
    builder.security_manager_class = DeskSecurityManager
    app.before_unit = {"DeskAuthView.login": asking.ask_directory, "DeskAuthView.oidc_callback": oidc.ask_provider}
    app.writing = frozenset({"DeskAuthView.oidc_callback"})


def actor_of(user: User) -> Actor:
    """Return the actor of the request's user: with the rights of this moment, narrowed by the token if one was used."""
    from app.security import accounts

    account = g.get("account")
    if account is None or account.actor.user_id != user.id:
        return ANONYMOUS
    token = g.get("api_token")
    return accounts.narrowed(account.actor, token[0]) if token else account.actor

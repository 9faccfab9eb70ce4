"""Flask-AppBuilder's security manager, answering from the actor's set of rights instead of the database."""

from typing import Any

from flask import current_app, g
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.sqla.models import User
from flask_login import LoginManager

from app.sdk.actor import current_actor
from app.sdk.permissions import key_of
from app.security import accounts, oidc, sessions, tokens, view_as
from app.security.asking import AsksOutside
from app.security.auth import DeskAuthView


class DeskSecurityManager(AsksOutside, SecurityManager):  # type: ignore[misc]
    """Log-in by session rows or tokens; rights by key; none of the original's own pages but the log-in."""

    def __init__(self, builder: Any) -> None:
        super().__init__(builder)
        if current_app.config["LDAP_SERVER"]:
            from app.security import ldap_calls

            ldap_calls.install()
        if current_app.config["OIDC_ISSUER"]:
            self.oauth_remotes = {oidc.PROVIDER: oidc.remote(current_app)}

    def create_login_manager(self, app: Any) -> LoginManager:
        manager = super().create_login_manager(app)
        manager.request_loader(lambda _request: self._allowed(tokens.user_of_request()))
        return manager

    def load_user(self, pk: int) -> User | None:
        """Return the user of the request's session, unless it is over or the log-in rule shuts them out."""
        found = sessions.find(int(pk))
        if found is None:
            return None
        g.rights_epoch = found.epoch
        user = self._allowed(found.user)
        return view_as.viewed(user, found.viewing_id) if user is not None and found.viewing_id else user

    @staticmethod
    def _allowed(user: User | None) -> User | None:
        if user is None:
            return None
        account = accounts.account_of(user, g.rights_epoch)
        if not account.may_log_in:
            return None
        g.account = account
        return user

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Say whether the actor holds the right `<view_name>.<permission_name without can_>`."""
        return current_actor().can(key_of(permission_name, view_name))

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is public by a role: a public page says so itself."""
        return False

    def register_views(self) -> None:
        """Register the log-in only: users, roles and groups have pages of our own."""
        self.auth_view = DeskAuthView()
        self.appbuilder.add_view_no_menu(self.auth_view)

    def get_user_menu_access(self, menu_names: Any = None) -> set[str]:
        """Return all names: the menu checks the rights itself."""
        return set(menu_names or ())

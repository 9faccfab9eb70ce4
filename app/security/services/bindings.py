"""By what an account logs in: an administrator binds it to directory or provider, or takes that back."""

import secrets

from flask import current_app
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.db import session
from app.records import audit
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _
from app.security import directory, sessions
from app.security.grants import check_stronger
from app.security.models import ExternalIdentity
from app.security.permissions import USER_WRITE
from app.security.services import passwords
from app.security.services.users import user_service

PROVIDERS = {"ldap": "LDAP_SERVER", "oidc": "OIDC_ISSUER"}


def offered() -> list[str]:
    """Return the directories and providers that this installation has."""
    return [provider for provider, needed in PROVIDERS.items() if current_app.config[needed]]


class BindingService:
    """Bind and unbind accounts."""

    @all_or_nothing
    def bind(self, actor: Actor, user_id: int, provider: str) -> None:
        """Let a user log in by directory or provider, under the same name, from now on.

        What never changes of the entry is taken down at the first log-in. Raises Conflict, Forbidden, InvalidField.
        """
        user = self._user(actor, user_id)
        if provider not in offered():
            raise InvalidField("provider", _("Choose an entry of the list."))
        if directory.identity_of(user.id) is not None:
            raise Conflict(_("This account is bound already."))
        session().add(ExternalIdentity(user_id=user.id, provider=provider, username=user.username,
                                       subject=directory.promised(user.username), created_at=clock.now()))
        self._done(user, None, f"{provider}: {user.username}")

    @all_or_nothing
    def unbind(self, actor: Actor, user_id: int) -> None:
        """Let a user log in by a password of the desk again, which is still to be given. Raises Forbidden."""
        user = self._user(actor, user_id)
        identity = session().execute(
            select(ExternalIdentity).where(ExternalIdentity.user_id == user.id)).scalar_one_or_none()
        if identity is None:
            return
        before = f"{identity.provider}: {identity.username}"
        session().delete(identity)
        user.password = passwords.hashed(secrets.token_urlsafe(32))  # what it was before is long forgotten
        self._done(user, before, None)

    @staticmethod
    def _user(actor: Actor, user_id: int) -> User:
        actor.require(USER_WRITE)
        user = user_service.get_for_update(user_id)
        check_stronger(session(), actor, user.id)
        if user.id == actor.user_id:
            raise Conflict(_("Another administrator does this: you could lock yourself out."))
        return user

    @staticmethod
    def _done(user: User, before: str | None, after: str | None) -> None:
        session().flush()
        sessions.end_all(user.id, "directory")
        audit.write(session(), "user", user.id, "update", {"directory": (before, after)})


binding_service = BindingService()

"""A link by which somebody sets a new password: made by an administrator, good once and for a day."""

import secrets
from datetime import timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select, update

from app.db import session
from app.records import audit
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.sdk.errors import Conflict, NotFound
from app.sdk.i18n import _
from app.security import directory
from app.security.grants import check_stronger
from app.security.models import PasswordLink
from app.security.permissions import USER_WRITE
from app.security.services.users import user_service
from app.security.sessions import digest

VALID = timedelta(days=1)


class PasswordLinkService:
    """Make and use links."""

    @all_or_nothing
    def create(self, actor: Actor, user_id: int) -> str:
        """Return the secret of a new link for a user, shown once; an older one is worth nothing any more."""
        actor.require(USER_WRITE)
        user = user_service.get_for_update(user_id)
        check_stronger(session(), actor, user.id)
        if directory.identity_of(user.id) is not None:
            raise Conflict(_("The password of this account is kept by your directory, not by the desk."))
        self._use_up(user.id)
        secret = secrets.token_urlsafe(32)
        session().add(PasswordLink(user_id=user.id, token_hash=digest(secret), expires_at=clock.now() + VALID))
        session().flush()
        audit.write(session(), "user", user.id, "update", {"password_link": (None, "***")})
        return secret

    def user_of(self, secret: str) -> User:
        """Return whose link it is. Raises NotFound for one that was used, is over, or never was."""
        statement = (select(User).join(PasswordLink, PasswordLink.user_id == User.id)
                     .where(PasswordLink.token_hash == digest(secret), PasswordLink.used_at.is_(None),
                            PasswordLink.expires_at > clock.now(), User.active))
        found = session().execute(statement).scalar_one_or_none()
        if found is None:
            raise NotFound(_("This link was used already, or its time is over. Ask for a new one."))
        return found

    @all_or_nothing
    def use(self, secret: str, password: str) -> None:
        """Set the password of whose link it is; every session ends. Raises NotFound, InvalidField."""
        user = user_service.get_for_update(self.user_of(secret).id)
        self.user_of(secret)  # asked again under the lock: of two at once one is told so
        with acting_as(SYSTEM, via="ui", cause="password link"):
            user_service.change_password(SYSTEM, user.id, password)
        self._use_up(user.id)

    @staticmethod
    def _use_up(user_id: int) -> None:
        table = PasswordLink.__table__
        session().connection().execute(update(table).where(
            table.c.user_id == user_id, table.c.used_at.is_(None)).values(used_at=clock.now()))


password_link_service = PasswordLinkService()

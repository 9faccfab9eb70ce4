"""Keys for programs that act for a user: made and taken back by the user, or taken back by an administrator."""

from sqlalchemy import select

from app.db import session
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, MissingFields, NotFound
from app.sdk.i18n import _
from app.security import networks, tokens
from app.security.grants import check_stronger
from app.security.models import ApiToken
from app.security.permissions import API_TOKEN_WRITE
from app.security.tokens import NewToken

MAX_NAME = 100


class TokenService:
    """Make and revoke one's own keys."""

    model = ApiToken

    @all_or_nothing
    def create(self, actor: Actor, new: NewToken) -> str:
        """Return the secret of a new key, which is never shown again. Without scopes it has all rights of the user."""
        if actor.user_id is None:
            raise Conflict(_("Only a user has keys."))
        name = new.name.strip()
        if not name:
            raise MissingFields(["name"])
        if len(name) > MAX_NAME:
            raise InvalidField("name", _("A name has at most %(number)s characters.", number=MAX_NAME))
        wanted = sorted(set(new.scopes))
        if any(not actor.can(key) for key in wanted):
            raise InvalidField("scopes", _("You can only hand on rights that you have yourself."))
        if new.expires_at is not None and new.expires_at <= clock.now():
            raise InvalidField("expires_at", _("This time is over."))
        allowed = networks.parse(" ".join(new.networks), "networks")
        return tokens.create(actor.user_id, NewToken(name, wanted, new.expires_at, allowed))

    @all_or_nothing
    def delete(self, actor: Actor, token_id: int, reason: str | None = None) -> None:
        """Take anybody's key back, as an administrator."""
        actor.require(API_TOKEN_WRITE)
        self.revoke(actor, token_id)

    @all_or_nothing
    def revoke(self, actor: Actor, token_id: int) -> None:
        """Take a key back; it is refused from its next use on."""
        statement = select(ApiToken).where(ApiToken.id == token_id).with_for_update(of=ApiToken)
        token = session().execute(statement).scalar_one_or_none()
        if token is None or (token.user_id != actor.user_id and not actor.can(API_TOKEN_WRITE)):
            raise NotFound
        check_stronger(session(), actor, token.user_id)
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            session().flush()

    @staticmethod
    def of_user(user_id: int) -> list[ApiToken]:
        """Return the keys of a user, newest first."""
        statement = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
        return list(session().execute(statement).scalars())


token_service = TokenService()

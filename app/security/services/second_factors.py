"""The second factor of a user: enrolled, renewed and taken away, each told in the user's history."""

from flask_appbuilder.security.sqla.models import User
from werkzeug.security import check_password_hash

from app.db import session
from app.records import audit
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _
from app.security import attempts, directory, second_factor, sessions
from app.security.grants import check_stronger
from app.security.permissions import USER_WRITE
from app.security.services.users import user_service


class SecondFactorService:
    """Change the second factor of a user."""

    @all_or_nothing
    def enrol(self, user: User, sealed: str, code: str) -> list[str]:
        """Make what was offered the user's second factor; return the recovery codes. Raises InvalidField."""
        if second_factor.has(user.id):
            raise Conflict(_("There is a second factor already."))
        secret = second_factor.offered(sealed)
        if secret is None:
            raise InvalidField("code", _("This took too long. Scan the new picture."))
        codes = second_factor.enrol(user.id, secret, code)
        if codes is None:
            raise InvalidField("code", _("This code does not fit. Take the one that the app shows now."))
        self._tell(user.id, before=False, after=True)
        return codes

    @all_or_nothing
    def renew_codes(self, user: User) -> list[str]:
        """Return new recovery codes; the old ones are worth nothing."""
        codes = second_factor.new_codes(user.id)
        audit.write(session(), "user", user.id, "update", {"recovery_codes": (None, len(codes))})
        return codes

    @all_or_nothing
    def give_up(self, user: User) -> None:
        """Take the user's own second factor away. Raises Conflict where a role demands it."""
        if second_factor.is_needed(user.id):
            raise Conflict(_("Your roles demand a second factor."))
        second_factor.forget(user.id)
        self._tell(user.id, before=True, after=False)

    @all_or_nothing
    def reset(self, actor: Actor, user_id: int) -> None:
        """Take somebody's second factor away, who has lost it; their sessions end. Raises Forbidden, NotFound."""
        actor.require(USER_WRITE)
        user = user_service.get_for_update(user_id)
        check_stronger(session(), actor, user.id)
        if second_factor.has(user.id):
            second_factor.forget(user.id)
            sessions.end_all(user.id, "second_factor")
            self._tell(user.id, before=True, after=False)

    @staticmethod
    def is_password(user: User, password: str) -> bool:
        """Say whether it is the user's password; for an account of a directory, whose password we do not know, yes."""
        return directory.identity_of(user.id) is not None or check_password_hash(user.password or "", password)

    @staticmethod
    def is_code(user: User, code: str) -> bool:
        """Say whether the code is good. A wrong one counts as a failed log-in."""
        if attempts.account_waits(user.username):
            return False
        if second_factor.verify(user.id, code):
            return True
        attempts.note(user.username, attempts.FACTOR, user)
        return False

    @staticmethod
    def _tell(user_id: int, *, before: bool, after: bool) -> None:
        audit.write(session(), "user", user_id, "update", {"second_factor": (before, after)})


second_factor_service = SecondFactorService()

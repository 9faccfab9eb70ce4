"""Letting an account in again that waits because of failed log-ins."""

from app.db import session
from app.records import audit
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.security import attempts
from app.security.grants import check_stronger
from app.security.permissions import USER_WRITE
from app.security.services.users import user_service


class LockoutService:
    """Unlock accounts."""

    @all_or_nothing
    def unlock(self, actor: Actor, user_id: int) -> None:
        """Let the failed log-ins of a user count no more. Raises Forbidden, NotFound."""
        actor.require(USER_WRITE)
        user = user_service.get_for_update(user_id)
        check_stronger(session(), actor, user.id)
        was_waiting = attempts.account_waits(user.username)
        attempts.clear(user.username)
        if was_waiting:
            audit.write(session(), "user", user.id, "update", {"is_locked": (True, False)})


lockout_service = LockoutService()

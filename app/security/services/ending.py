"""Ending somebody's session from the page of sessions."""

from sqlalchemy import select

from app.db import session
from app.records import audit
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import NotFound
from app.security.grants import check_stronger
from app.security.models import LoginSession
from app.security.permissions import SESSION_WRITE


class SessionService:
    """End sessions; they are begun by logging in only."""

    model = LoginSession

    def delete(self, actor: Actor, session_id: int, reason: str | None = None) -> None:
        """End a session; it is over at its next request."""
        actor.require(SESSION_WRITE)
        statement = select(LoginSession).where(LoginSession.id == session_id).with_for_update(of=LoginSession)
        found = session().execute(statement).scalar_one_or_none()
        if found is None:
            raise NotFound
        check_stronger(session(), actor, found.user_id)
        if found.ended_at is None:
            found.ended_at, found.ended_because = clock.now(), "administrator"
            session().flush()
            audit.write(session(), "user", found.user_id, "update", {"session": (found.id, None)})


session_service = SessionService()

"""Ending sessions: one's own, and those of others by an administrator."""

from sqlalchemy import ColumnElement, select

from app.db import session
from app.records import audit
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import NotFound
from app.security.grants import check_stronger
from app.security.models import LoginSession
from app.security.permissions import SESSION_WRITE


class SessionService:
    """End sessions; they are begun by logging in only."""

    model = LoginSession

    @all_or_nothing
    def delete(self, actor: Actor, session_id: int, reason: str | None = None) -> None:
        """End somebody's session; it is over at its next request."""
        actor.require(SESSION_WRITE)
        found = self._open(LoginSession.id == session_id)
        if not found:
            raise NotFound
        check_stronger(session(), actor, found[0].user_id)
        self._end(found, "administrator")

    @all_or_nothing
    def end_all(self, actor: Actor, user_id: int) -> int:
        """End every session of a user; return how many were open."""
        actor.require(SESSION_WRITE)
        check_stronger(session(), actor, user_id)
        return self._end(self._open(LoginSession.user_id == user_id), "administrator")

    @all_or_nothing
    def end_own(self, actor: Actor, session_id: int) -> None:
        """End one of the actor's own sessions. Raises NotFound for anybody else's."""
        found = self._open((LoginSession.id == session_id) & (LoginSession.user_id == actor.user_id))
        if not found:
            raise NotFound
        self._end(found, "own")

    @all_or_nothing
    def end_others(self, actor: Actor, kept_id: int) -> int:
        """End all of the actor's own sessions but one; return how many were open."""
        return self._end(self._open((LoginSession.id != kept_id) & (LoginSession.user_id == actor.user_id)), "own")

    @staticmethod
    def of_user(user_id: int) -> list[LoginSession]:
        """Return the open sessions of a user, the last seen first."""
        statement = (select(LoginSession).where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
                     .order_by(LoginSession.last_seen_at.desc()))
        return list(session().execute(statement).scalars())

    @staticmethod
    def _open(wanted: ColumnElement[bool]) -> list[LoginSession]:
        statement = select(LoginSession).where(wanted).order_by(LoginSession.id).with_for_update(of=LoginSession)
        return list(session().execute(statement).scalars())

    @staticmethod
    def _end(rows: list[LoginSession], reason: str) -> int:
        still_open = [row for row in rows if row.ended_at is None]
        for row in still_open:
            row.ended_at, row.ended_because = clock.now(), reason
        session().flush()
        for row in still_open:
            audit.write(session(), "user", row.user_id, "update", {"session": (row.id, None)})
        return len(still_open)


session_service = SessionService()

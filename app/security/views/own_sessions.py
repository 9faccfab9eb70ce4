"""Where one is logged in, and logging out there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, g, redirect
from flask_appbuilder.baseviews import BaseView, expose

from app.sdk.actor import current_actor
from app.sdk.i18n import _, _n
from app.security.devices import device_icon, device_text
from app.security.models import LoginSession
from app.security.services import session_service
from app.security.views.own import logged_in


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as the page shows it."""

    id: int
    device: str
    icon: str
    agent: str
    ip: str | None
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


def row_of(found: LoginSession, present_id: int | None) -> SessionRow:
    """Return what is shown of a session."""
    return SessionRow(found.id, device_text(found.user_agent), device_icon(found.user_agent), found.user_agent or "",
                      found.ip, found.created_at, found.last_seen_at, found.id == present_id)


class OwnSessionView(BaseView):  # type: ignore[misc]
    """/profile/sessions"""

    route_base = "/profile/sessions"
    default_view = "index"

    @expose("/", methods=["GET"])
    @logged_in
    def index(self) -> Any:
        """Show where one is logged in."""
        present = g.get("login_session_id")
        rows = [row_of(found, present) for found in session_service.of_user(current_actor().user_id or 0)]
        return self.render_template("desk/own_sessions.html", title=_("Where I am logged in"), url=self.route_base,
                                    rows=sorted(rows, key=lambda row: not row.is_this))

    @expose("/<int:pk>/end", methods=["POST"])
    @logged_in
    def end(self, pk: int) -> Any:
        """Log out elsewhere."""
        session_service.end_own(current_actor(), pk)
        flash(_("This device is logged out."), "success")
        return redirect(f"{self.route_base}/")

    @expose("/end-others", methods=["POST"])
    @logged_in
    def end_others(self) -> Any:
        """Log out everywhere but here."""
        number = session_service.end_others(current_actor(), g.get("login_session_id") or 0)
        flash(_n("%(num)s other device is logged out.", "%(num)s other devices are logged out.", number), "success")
        return redirect(f"{self.route_base}/")

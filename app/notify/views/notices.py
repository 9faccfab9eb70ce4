"""The bell of the top bar, and the page of all notices."""

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder.baseviews import BaseView, expose

from app.notify import reads
from app.notify.service import notice_service
from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.security.views.own import logged_in
from app.web.chrome import is_fragment
from app.web.words import left_out_units

LATEST = 15
PAGE = 40


class NoticeView(BaseView):  # type: ignore[misc]
    """/notices/: one's own, so that no right is needed but to be logged in."""

    route_base = "/notices"
    default_view = "index"

    @expose("/")
    @logged_in
    def index(self) -> Any:
        """Show all, or those that are unread."""
        unread_only = request.args.get("show") == "unread"
        raw = request.args.get("page", "")
        page = int(raw) if raw.isdecimal() and len(raw) < 6 else 0
        found = reads.lines(current_actor(), PAGE + 1, offset=page * PAGE, unread_only=unread_only)
        return self.render_template("desk/notices/index.html", title=_("Notices"), lines=found[:PAGE], page=page,
                                    has_more=len(found) > PAGE, unread_only=unread_only, left_out=left_out_units())

    @expose("/count")
    @logged_in
    def count(self) -> Any:
        """Return how many are unread, for the bell."""
        return self.render_template("desk/notices/count.html", number=reads.unread(current_actor()), cap=reads.CAP)

    @expose("/latest")
    @logged_in
    def latest(self) -> Any:
        """Return the latest, for the menu under the bell."""
        return self.render_template("desk/notices/latest.html", lines=reads.lines(current_actor(), LATEST))

    @expose("/<int:pk>/read", methods=["POST"])
    @logged_in
    def read(self, pk: int) -> Any:
        """Mark one as read."""
        notice_service.read(current_actor(), pk)
        return ("", 204) if is_fragment() else redirect(f"{self.route_base}/")

    @expose("/read-all", methods=["POST"])
    @logged_in
    def read_all(self) -> Any:
        """Mark all as read."""
        notice_service.read_all(current_actor())
        if is_fragment():
            return self.latest()
        flash(_("All notices are marked as read."), "success")
        return redirect(f"{self.route_base}/")


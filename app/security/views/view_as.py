"""Beginning and ending to look at the desk as somebody else."""

from typing import Any, ClassVar

from flask import flash, redirect

from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.security import view_as
from app.security.views.own import logged_in
from app.web.page import Page, expose, has_access


class ViewAsView(Page):  # type: ignore[misc]
    """/security/view-as/"""

    route_base = "/security/view-as"
    default_view = "start"
    class_permission_name = "user"
    method_permission_name: ClassVar[dict[str, str]] = {"start": "view_as"}

    @expose("/<int:user_id>", methods=["POST"])
    @has_access
    def start(self, user_id: int) -> Any:
        """Look at the desk as a user."""
        view_as.start(current_actor(), user_id)
        return redirect("/")

    @expose("/stop", methods=["POST"])
    @logged_in
    def stop(self) -> Any:
        """Look at it as oneself again, on the page of whom one looked as."""
        ended = view_as.stop()
        if ended is None:
            return redirect("/")
        flash(_("You look at the desk as yourself again."), "success")
        return redirect(f"/security/users/show/{ended.viewed_id}")

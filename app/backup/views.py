"""The page of backups: which there are, having one made, taking one away."""

from typing import Any, ClassVar

from flask import flash, redirect, send_file

from app.backup.permissions import BACKUP_DOWNLOAD, BACKUP_READ, BACKUP_WRITE
from app.backup.services import backup_service
from app.sdk.actor import current_actor
from app.sdk.i18n import _, _l
from app.sdk.menu import MenuItem
from app.web.page import Page, expose, has_access


class BackupsView(Page):  # type: ignore[misc]
    """The page at /backups/."""

    route_base = "/backups"
    default_view = "index"
    class_permission_name = "backup"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read", "make": "write", "download": "download"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show them."""
        actor = current_actor()
        return self.render_template(
            "desk/backups.html", title=_("Backups"), overview=backup_service.overview(actor),
            may_write=actor.can(BACKUP_WRITE), may_download=actor.can(BACKUP_DOWNLOAD))

    @expose("/make", methods=["POST"])
    @has_access
    def make(self) -> Any:
        """Have one made."""
        backup_service.make(current_actor())
        flash(_("A backup is being made. It appears here when it is whole."), "success")
        return redirect(f"{self.route_base}/")

    @expose("/<name>/download", methods=["POST"])
    @has_access
    def download(self, name: str) -> Any:
        """Send one. Asked for by a button, so that audit can tell it and no link elsewhere does it."""
        found = backup_service.take(current_actor(), name)
        answer = send_file(found.path, mimetype="application/x-tar", as_attachment=True, download_name=found.name)
        answer.headers["Cache-Control"] = "no-store"
        return answer


VIEWS = [BackupsView]
MENU = [MenuItem("administration.backups", _l("Backups"), view=BackupsView, parent="administration",
                 permission=BACKUP_READ, sequence=82, icon="package-export")]

"""The pages of large exports: how far a file is, and taking it away. Everybody sees their own alone."""

from typing import Any, ClassVar

from flask import flash, redirect, send_file
from werkzeug.wrappers import Response

from app.exchange import export_files
from app.exchange.exports import export_service
from app.exchange.models import UNDER_WAY, ExportRun
from app.exchange.targets import list_view, title_of
from app.exchange.views.imports import STATES
from app.records.settings import setting
from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.web.export import CSV, CSV_GB, MIME_TYPES, XLSX
from app.web.files import as_table
from app.web.page import Page, expose, has_access
from app.web.words import left_out_units

FORMATS = {XLSX: "XLSX", CSV: "CSV · UTF-8", CSV_GB: "CSV · GB18030"}


class ExportsView(Page):  # type: ignore[misc]
    """Long lists on their way into files."""

    route_base = "/exchange/exports"
    default_view = "index"
    class_permission_name = "list"
    method_permission_name: ClassVar[dict[str, str]] = dict.fromkeys(
        ("index", "show", "state", "file", "cancel"), "export")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the reader's own."""
        return self.render_template("desk/exchange/exports.html", title=_("Exports"), states=STATES, formats=FORMATS,
                                    runs=export_service.mine(current_actor()), title_of=title_of,
                                    days=setting("exchange.keep_exports"), left_out=left_out_units())

    @expose("/<int:run_id>")
    @has_access
    def show(self, run_id: int) -> Any:
        """Show how far a file is."""
        run = export_service.get(current_actor(), run_id)
        return self.render_template("desk/exchange/export.html", title=title_of(run.page), **self._told(run))

    @expose("/<int:run_id>/state")
    @has_access
    def state(self, run_id: int) -> Any:
        """Show the part that changes."""
        return self.render_template("desk/exchange/export_state.html",
                                    **self._told(export_service.get(current_actor(), run_id)))

    @staticmethod
    def _told(run: ExportRun) -> dict[str, Any]:
        return {"run": run, "states": STATES, "formats": FORMATS, "is_over": run.state not in UNDER_WAY,
                "list_url": f"/{run.page}/list/?{run.query}", "days": setting("exchange.keep_exports"),
                "percent": min(100, run.done * 100 // max(run.total, 1))}

    @expose("/<int:run_id>/file")
    @has_access
    def file(self, run_id: int) -> Response:
        """Send the file."""
        run = export_service.file(current_actor(), run_id)
        view = list_view(run.page)
        answer = send_file(export_files.file_path(run.file_key or ""), mimetype="application/octet-stream",
                           as_attachment=True, download_name="list", conditional=True, etag=run.file_key or "")
        answer.headers["Content-Type"] = MIME_TYPES[run.file_format]
        return as_table(answer, run.file_format, name=run.page.rsplit("/", 1)[-1], title=str(view.list_title),
                        day=run.created_at.date())

    @expose("/<int:run_id>/cancel", methods=["POST"])
    @has_access
    def cancel(self, run_id: int) -> Any:
        """Stop a file on its way."""
        export_service.cancel(current_actor(), run_id)
        flash(_("The export is stopped."), "success")
        return redirect(f"{self.route_base}/{run_id}")

"""The pages of imports: the upload, the mapping of columns, progress and result. Everybody sees their own alone."""

import csv
import io
from typing import Any, ClassVar

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from app.exchange import targets
from app.exchange.models import DONE, UNDER_WAY, ImportRun
from app.exchange.services import SHOWN, exchange_service
from app.records.attachments import most_bytes
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, Forbidden, InvalidField
from app.sdk.i18n import _, _l
from app.web.chrome import stand_at
from app.web.export import _harmless as harmless
from app.web.page import Page, expose, has_access

STATES = {"draft": _l("Not begun"), "waiting": _l("Waits"), "running": _l("Running"), "done": _l("Done"),
          "cancelled": _l("Cancelled"), "failed": _l("Failed")}


def uploaded() -> tuple[str, bytes]:
    """Return name and content of the file that was sent. Raises InvalidField where there is none or it is too large."""
    file, most = request.files.get("file"), most_bytes()
    content = file.read(most + 1) if file is not None else b""
    if len(content) > most:
        raise InvalidField("file", _("The file is larger than %(size)s MB.", size=most // 1024 // 1024))
    return (file.filename if file is not None else "") or "", content


class ExchangeView(Page):  # type: ignore[misc]
    """Files on their way in."""

    route_base = "/exchange"
    default_view = "index"
    class_permission_name = "list"
    method_permission_name: ClassVar[dict[str, str]] = dict.fromkeys(
        ("index", "new", "columns", "show", "state", "cancel", "faults"), "import")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show what the reader has brought in."""
        return self.render_template("desk/exchange/index.html", title=_("Imports"), states=STATES,
                                    runs=exchange_service.mine(current_actor()), title_of=targets.title_of)

    @expose("/new/<path:page>", methods=["GET", "POST"])
    @has_access
    def new(self, page: str) -> Any:
        """Ask for a file, or read it."""
        view, error = targets.view_of(page), ""
        if not targets.may_import(view, current_actor()):
            raise Forbidden
        stand_at(f"{view.route_base}/")
        if request.method == "POST":
            try:
                run = exchange_service.upload(current_actor(), page, *uploaded())
                return redirect(f"{self.route_base}/{run.id}/columns")
            except InvalidField as refused:
                error = refused.message
        offered = targets.targets(view, current_actor())
        body = self.render_template("desk/exchange/new.html", title=_("Import: %(list)s", list=view.list_title),
                                    view=view, error=error, targets=offered, megabytes=most_bytes() // 1024 // 1024)
        return body, 422 if error else 200

    @expose("/<int:run_id>/columns", methods=["GET", "POST"])
    @has_access
    def columns(self, run_id: int) -> Any:
        """Show how the columns are mapped, or try or bring in the file as they are."""
        actor = current_actor()
        run = exchange_service.get(actor, run_id)
        errors: dict[str, str] = {}
        if request.method == "POST":
            given = self._given(run)
            try:
                run = exchange_service.start(actor, run_id, given, is_trial=request.form.get("way") != "import")
                if request.form.get("name"):
                    exchange_service.remember(actor, run, request.form["name"].strip(),
                                              is_shared=bool(request.form.get("is_shared")))
                return redirect(f"{self.route_base}/{run.id}")
            except BusinessError as refused:
                if refused.http_status not in (409, 422):
                    raise
                errors = refused.fields or {"": refused.message}
        elif run.state in UNDER_WAY or (run.state == DONE and not run.is_trial):
            return redirect(f"{self.route_base}/{run.id}")
        return self._columns_page(run, errors), 422 if errors else 200

    @staticmethod
    def _given(run: ImportRun) -> dict[str, Any]:
        mapping = {str(place): request.form.get(f"column_{place}", "") for place in range(len(run.headers))}
        return {"mapping": mapping, "key_field": request.form.get("key_field", ""),
                "create_missing": bool(request.form.get("create_missing")), "source": request.form.get("source", "")}

    def _columns_page(self, run: ImportRun, errors: dict[str, str]) -> Any:
        view = targets.view_of(run.page)
        stand_at(f"{view.route_base}/")
        offered = targets.targets(view, current_actor())
        given = self._given(run) if request.method == "POST" else {
            "mapping": run.mapping, "key_field": run.key_field, "create_missing": run.create_missing,
            "source": run.source}
        named = {name: offered[name].label for name in errors if name in offered}
        return self.render_template(
            "desk/exchange/columns.html", title=_("Import: %(list)s", list=view.list_title), run=run, view=view,
            targets=offered, given=given, errors=errors, named=named, keys=targets.key_choices(offered),
            external=targets.EXTERNAL, makes=[one.label for one in offered.values() if one.can_be_made])

    @expose("/<int:run_id>")
    @has_access
    def show(self, run_id: int) -> Any:
        """Show how far a file has come, and what became of it."""
        run = exchange_service.get(current_actor(), run_id)
        stand_at(f"/{run.page}/")
        return self.render_template("desk/exchange/show.html", title=run.file_name, **self._told(run))

    @expose("/<int:run_id>/state")
    @has_access
    def state(self, run_id: int) -> Any:
        """Show the part that changes."""
        run = exchange_service.get(current_actor(), run_id)
        return self.render_template("desk/exchange/state.html", **self._told(run))

    @staticmethod
    def _told(run: ImportRun) -> dict[str, Any]:
        is_over = run.state not in UNDER_WAY
        return {"run": run, "states": STATES, "is_over": is_over, "page_title": targets.title_of(run.page),
                "list_url": f"/{run.page}/list/", "faults": exchange_service.faults(run) if is_over else [],
                "count": exchange_service.count_faults(run) if is_over else run.refused, "shown": SHOWN,
                "percent": min(100, run.done * 100 // max(run.total, 1))}

    @expose("/<int:run_id>/cancel", methods=["POST"])
    @has_access
    def cancel(self, run_id: int) -> Any:
        """Stop a file on its way."""
        exchange_service.cancel(current_actor(), run_id)
        flash(_("The import is stopped. What was in stays in."), "success")
        return redirect(f"{self.route_base}/{run_id}")

    @expose("/<int:run_id>/faults.csv")
    @has_access
    def faults(self, run_id: int) -> Response:
        """Send what was wrong as a file."""
        run = exchange_service.get(current_actor(), run_id)
        buffer = io.StringIO()
        buffer.write("\ufeff")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow([_("Row"), _("Column"), _("Cell"), _("What is wrong")])
        for one in exchange_service.faults(run, limit=None):
            writer.writerow([one.row, *map(harmless, (one.column, one.value, one.message))])
        answer = Response(buffer.getvalue(), content_type="text/csv; charset=utf-8")
        answer.headers.set("Content-Disposition", "attachment", filename=f"faults-{run.id}.csv")
        answer.headers["Cache-Control"] = "no-store"
        return answer

"""What can be done with a whole list or one of its values: order, files, where used, replacing, the way back."""

import base64
import binascii
from typing import Any

from flask import current_app, flash, redirect, request
from werkzeug.wrappers import Response

from app.db import session
from app.records import list_files
from app.records.custom.models import PREFIX
from app.records.list_replacing import replace
from app.records.list_services import picklist_value_service
from app.records.list_shipped import customised, reset, shipped
from app.records.list_uses import Use, where_used
from app.records.lists import listed, paths
from app.records.permissions import PICKLIST_WRITE
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _, _l, _n
from app.web.drill_filters import argument_of
from app.web.export import MIME_TYPES, XLSX, Table, as_xlsx
from app.web.labels import automatic_label
from app.web.page import expose, has_access, permission_name
from app.web.panels import Panel
from app.web.record_view import RecordView


class ListTools:
    """Mixed into the page of a list."""

    @expose("/<pk>/order", methods=["GET", "POST"])
    @has_access
    @permission_name("order")
    def order(self, pk: Any) -> Any:
        """Show the values to be put in order, by dragging or by keys, or keep the order."""
        item: Any = self.one(pk)  # type: ignore[attr-defined]
        current_actor().require(PICKLIST_WRITE)
        if request.method == "POST":
            ids = [int(raw) for raw in request.form.getlist("column") if raw.isdecimal() and len(raw) < 19]
            picklist_value_service.reorder(current_actor(), item.id, ids)
            flash(_("Saved: %(record)s", record=str(item)), "success")
            return redirect(self.url_of(item.id))  # type: ignore[attr-defined]
        return self.render_template("desk/picklist_order.html", title=_("Order of the values"), item=item,  # type: ignore[attr-defined]
                                    values=paths(listed(session(), item.code)[item.code]),
                                    back_url=self.url_of(item.id), action_url=request.path)  # type: ignore[attr-defined]

    @expose("/<pk>/file", methods=["GET"])
    @has_access
    @permission_name("file")
    def file(self, pk: Any) -> Any:
        """Send the values as CSV or XLSX; the same file can be brought back in."""
        item = self.one(pk)  # type: ignore[attr-defined]
        kind, rows = request.args.get("format", "csv"), list_files.rows_of(item)
        if kind == "xlsx":
            body, mime = b"".join(as_xlsx(Table(list(list_files.HEAD), rows), item.code)), MIME_TYPES[XLSX]
        else:
            body, mime, kind = list_files.as_csv(rows), "text/csv; charset=utf-8", "csv"
        answer = Response(body, content_type=mime)
        answer.headers.set("Content-Disposition", "attachment", filename=f"{item.code}.{kind}")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @expose("/<pk>/take_in", methods=["GET", "POST"])
    @has_access
    @permission_name("take_in")
    def take_in(self, pk: Any) -> Any:
        """Ask for a file, show what each of its lines would do, then do it."""
        item = self.one(pk)  # type: ignore[attr-defined]
        current_actor().require(PICKLIST_WRITE)
        lines, kept, wrong = [], "", ""
        if request.method == "POST":
            try:
                content = _content()
                rows = list_files.read(content)
                if request.form.get("do"):
                    done = self.call_service(list_files.bring_in, current_actor(), item, rows)  # type: ignore[attr-defined]
                    flash(_("Brought in: %(new)s new, %(changed)s changed, %(same)s as they were.", **done), "success")
                    return redirect(self.url_of(item.id))  # type: ignore[attr-defined]
                lines, kept = list_files.plan(item, rows), base64.b64encode(content).decode()
            except BusinessError as refusal:
                if refusal.http_status not in (409, 422):
                    raise
                wrong = " ".join(refusal.fields.values()) or refusal.message
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/picklist_take_in.html", title=_("Bring in values"), item=item, lines=lines, kept=kept, wrong=wrong,
            faulty=sum(bool(line.faults) for line in lines), head=list_files.HEAD, does=DOES,
            back_url=self.url_of(item.id), action_url=request.path)  # type: ignore[attr-defined]
        return body, 422 if wrong else 200


DOES = {list_files.NEW: _l("new"), list_files.CHANGED: _l("changes"), list_files.SAME: _l("as it is"),
        list_files.WRONG: _l("wrong")}


def _content() -> bytes:
    given = request.files.get("file")
    if given is not None and given.filename:
        return given.read(list_files.MAX_BYTES + 1)
    try:
        return base64.b64decode(request.form.get("kept", ""), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidField("file", _("Choose a file that is not empty.")) from None


class ValueTools:
    """Mixed into the page of a value."""

    @expose("/<pk>/replace", methods=["GET", "POST"])
    @has_access
    @permission_name("replace")
    def replace(self, pk: Any) -> Any:
        """Show where a value is used and ask for the one to take its place, or let it."""
        item: Any = self.one(pk)  # type: ignore[attr-defined]
        actor = current_actor()
        actor.require(PICKLIST_WRITE)
        wrong, raw = "", request.form.get("other", "")
        if request.method == "POST":
            try:
                other = int(raw) if raw.isdecimal() and len(raw) < 19 else 0
                count = self.call_service(replace, actor, item.id, other)  # type: ignore[attr-defined]
                flash(_n("%(num)s reference was rewritten.", "%(num)s references were rewritten.", count), "success")
                return redirect(f"{self.route_base}/show/{item.id}")  # type: ignore[attr-defined]
            except BusinessError as refusal:
                if refusal.http_status not in (404, 409, 422):
                    raise
                wrong = " ".join(refusal.fields.values()) or refusal.message
        code = item.picklist.code
        choices = [(value.id, path) for value, path in paths(listed(session(), code)[code])
                   if value.id != item.id and value.is_active]
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/picklist_replace.html", title=_("Replace a value"), item=item, uses=shown_uses(item), wrong=wrong,
            choices=choices, chosen=raw, back_url=f"{self.route_base}/show/{item.id}", action_url=request.path)  # type: ignore[attr-defined]
        return body, 422 if wrong else 200

    @expose("/<pk>/reset", methods=["POST"])
    @has_access
    @permission_name("reset")
    def reset(self, pk: Any) -> Any:
        """Bring a value, or one field of it, back to what was shipped."""
        item = self.one(pk)  # type: ignore[attr-defined]
        self.call_service(reset, current_actor(), item.id, request.form.get("field", ""))  # type: ignore[attr-defined]
        flash(_("Back to what was shipped: %(record)s", record=str(item)), "success")
        return redirect(f"{self.route_base}/show/{item.id}")  # type: ignore[attr-defined]


class UsesPanel(Panel):
    """Where a value is used, table by table, with the lists that show the rows."""

    key, title, template = "uses", _l("Where used"), "desk/panels/picklist_uses.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        uses = shown_uses(item)
        return {"uses": uses, "count": sum(one["count"] for one in uses), "url": f"{view.url_base(item.id)}/replace",
                "may_write": actor.can(PICKLIST_WRITE)}


class ShippedPanel(Panel):
    """What an administrator has changed of what an addon shipped, each with its way back."""

    key, title, template = "shipped", _l("As shipped"), "desk/panels/picklist_shipped.html"

    def shown(self, view: Any, item: Any, actor: Actor, opened: str | None = None) -> Any:
        return super().shown(view, item, actor, opened) if shipped(session(), [item.id]) else []

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        changed = customised(item, shipped(session(), [item.id]).get(item.id, {}))
        rows = [(name, view.label_columns.get(view.field_name(name)) or automatic_label(name), was, now)
                for name, (was, now) in changed.items()]
        return {"rows": rows, "count": len(rows), "url": f"{view.url_base(item.id)}/reset",
                "may_write": actor.can(PICKLIST_WRITE)}


class ListToolsPanel(Panel):
    """Order, files and what else concerns all values of a list."""

    key, title, template = "tools.side", _l("All values"), "desk/panels/picklist_tools.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        return {"base": view.url_base(item.id), "may_write": actor.can(PICKLIST_WRITE)}


def shown_uses(item: Any) -> list[dict[str, Any]]:
    """Return the uses of a value with the words of the pages that list the rows, and their addresses."""
    return [_shown_use(use, item) for use in where_used(session(), item)]


def _shown_use(use: Use, item: Any) -> dict[str, Any]:
    if use.field is not None:
        view = _page(lambda one: one.datamodel.obj.record_type() == use.field[0])  # type: ignore[index]
        column, argument = f"{PREFIX}{use.field[1]}", f"_flt_0_{PREFIX}{use.field[1]}"
    else:
        view = _page(lambda one: use.table in {table.name for table in one.datamodel.obj.__mapper__.tables}
                     and one.datamodel.obj.__mapper__.local_table.name == use.table) or _page(
            lambda one: use.table in {table.name for table in one.datamodel.obj.__mapper__.tables})
        column = use.column.removesuffix("_id")
        argument = (argument_of(view, column, "rel_o_m", "eq") or "") if view is not None else ""
    held = item.code if use.field is None and not use.column.endswith("_id") else item.id
    may_read = view is not None and current_actor().can(f"{view.class_permission_name}.read")
    return {"table": str(view.list_title) if view is not None else use.table, "count": use.count,
            "column": str(view.label_columns.get(column) or automatic_label(column)) if view is not None else column,
            "url": f"{view.route_base}/list/?{argument}={held}" if may_read and argument else ""}


def _page(fits: Any) -> Any:
    views = (one for one in current_app.appbuilder.baseviews  # type: ignore[attr-defined]
             if isinstance(one, RecordView) and hasattr(one.datamodel.obj, "record_type"))
    return next((one for one in views if fits(one)), None)


__all__ = ["ListTools", "ListToolsPanel", "ShippedPanel", "UsesPanel", "ValueTools"]

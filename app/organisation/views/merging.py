"""Pages of duplicates: suspected pairs, two records side by side, and the journal of merges with the way back."""

from typing import Any

from flask import flash, redirect, request
from sqlalchemy import select

from app.db import session
from app.organisation import dismissals, duplicates
from app.organisation.labels import LABELS
from app.organisation.services import company_service, person_service
from app.records.merges import RecordMerge
from app.records.merging import columns_of
from app.records.taking_back import Changed
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, Forbidden, NotFound
from app.sdk.i18n import _
from app.security.views.own import logged_in
from app.web.ids import as_id
from app.web.labels import automatic_label, text_of
from app.web.list_links import page_of
from app.web.page import Page, expose

SERVICES: dict[str, Any] = {"person": person_service, "company": company_service}
SHOWN = 50


class MergeView(Page):  # type: ignore[misc]
    """Each kind asks for its own right to merge."""

    route_base = "/merging"
    default_view = "index"

    @expose("/")
    @logged_in
    def index(self) -> Any:
        """Show suspected pairs of a kind, and the latest merges."""
        kind = request.args.get("kind", "")
        offered = [name for name, one in SERVICES.items() if current_actor().can(one.merge_permission)]
        if not offered:
            raise Forbidden
        kind = kind if kind in offered else offered[0]
        merges = session().execute(select(RecordMerge).where(RecordMerge.record_type == kind).order_by(
            RecordMerge.merged_at.desc(), RecordMerge.id.desc()).limit(SHOWN)).scalars().all()
        return self.render_template(
            "desk/duplicates.html", title=_("Duplicates"), kind=kind,
            kinds={one: page_of(SERVICES[one].model) for one in offered},
            pairs=duplicates.suspected(kind, current_actor()), merges=merges)

    @expose("/<string:kind>/<int:first>/<int:second>", methods=["GET", "POST"])
    @logged_in
    def pair(self, kind: str, first: int, second: int) -> Any:
        """Show two records side by side, or merge them as chosen."""
        service = allowed(kind)
        rows = {key: one(kind, key) for key in (first, second)}
        fields, error = self._fields(kind, service, rows[first], rows[second]), ""
        if request.method == "POST":
            winner = as_id(request.form.get("winner"))
            winner = winner if winner in rows else first
            loser = second if winner == first else first
            take = [name for name, _label, _values in fields if as_id(request.form.get(f"of_{name}")) == loser]
            name = text_of(rows[winner])
            try:
                with session().begin_nested():
                    service.merge(current_actor(), winner, loser, take)
                flash(_("Merged into %(record)s", record=name), "success")
                return redirect(f"{page_of(SERVICES[kind].model).route_base}/show/{winner}")
            except BusinessError as refused:
                if refused.http_status not in (409, 422):
                    raise
                error = " ".join(dict.fromkeys(refused.fields.values())) or refused.message
        body = self.render_template(
            "desk/merge.html", title=_("Merge two records"), kind=kind, rows=list(rows.values()), fields=fields,
            error=error, action_url=f"{self.route_base}/{kind}/{first}/{second}",
            is_apart=bool(dismissals.dismissed(kind, rows)),
            back_url=f"{self.route_base}/?kind={kind}")
        return body, 422 if error else 200

    @expose("/<string:kind>/<int:first>/<int:second>/apart", methods=["POST"])
    @logged_in
    def apart(self, kind: str, first: int, second: int) -> Any:
        """Say that two records are not the same, or take that back."""
        service, names = allowed(kind), [text_of(one(kind, key)) for key in (first, second)]
        change = dismissals.suspect_again if request.form.get("back") else dismissals.dismiss
        with session().begin_nested():
            change(current_actor(), service.merge_permission, kind, first, second)
        text = (_("%(one)s and %(other)s are suspected again.", one=names[0], other=names[1])
                if request.form.get("back") else
                _("%(one)s and %(other)s are not the same. They come back when what was compared changes.",
                  one=names[0], other=names[1]))
        flash(text, "success")
        return redirect(f"{self.route_base}/{kind}/{first}/{second}" if not request.form.get("back")
                        else f"{self.route_base}/?kind={kind}")

    @staticmethod
    def _fields(kind: str, service: Any, first: Any, second: Any) -> list[tuple[str, str, tuple[Any, Any]]]:
        # Only where the two differ is there something to choose.
        view, found = page_of(SERVICES[kind].model), []
        for name in columns_of(service, current_actor()):
            if getattr(first, name) == getattr(second, name):
                continue
            shown = name.removesuffix("_id")
            column = shown if view.datamodel.is_relation(shown) else name
            label = LABELS.get(shown) or view.label_columns.get(column) or automatic_label(name)
            values = tuple(shown_value(view, row, column) for row in (first, second))
            found.append((name, str(label), values))
        return found

    @expose("/undo/<int:merge_id>", methods=["GET", "POST"])
    @logged_in
    def undo(self, merge_id: int) -> Any:
        """Show what an undo would meet, or take a merge back: all of it, or what nobody changed since."""
        found = session().get(RecordMerge, merge_id)
        if found is None:
            raise NotFound
        service, conflicts, error = allowed(found.record_type), [], ""
        if request.method == "POST":
            try:
                with session().begin_nested():
                    service.undo_merge(current_actor(), merge_id, rest=bool(request.form.get("rest")))
                flash(_("Taken back: %(record)s", record=found.loser_name), "success")
                return redirect(f"{self.route_base}/?kind={found.record_type}")
            except Changed as refused:
                conflicts, error = refused.conflicts, refused.message
            except BusinessError as refused:
                if refused.http_status not in (409, 422):
                    raise
                error = refused.message
        told = [(str(automatic_label(one["table"])), one["id"], str(automatic_label(one["column"])))
                for one in conflicts]
        body = self.render_template(
            "desk/unmerge.html", title=_("Take the merge of %(record)s back?", record=found.loser_name), merge=found,
            conflicts=told, error=error, action_url=f"{self.route_base}/undo/{merge_id}",
            back_url=f"{self.route_base}/?kind={found.record_type}")
        return body, 409 if error else 200


def allowed(kind: str) -> Any:
    """Return the service of a kind that the reader may merge. Raises NotFound or Forbidden."""
    service = SERVICES.get(kind)
    if service is None:
        raise NotFound
    current_actor().require(service.merge_permission)
    return service


def one(kind: str, record_id: int) -> Any:
    """Return a record that the reader may see. Raises NotFound."""
    found = page_of(SERVICES[kind].model).datamodel.get(record_id)
    if found is None:
        raise NotFound
    return found


def shown_value(view: Any, row: Any, column: str) -> Any:
    """Return a value as lists show it."""
    (value,) = view.datamodel.get_values_item(row, [column])
    formatter = view.formatters_columns.get(column)
    return formatter(value) if formatter is not None and value not in (None, "") else value

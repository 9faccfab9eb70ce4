"""Keeping a list's filter: named, shared, taken as what the list opens with."""

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder.baseviews import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, validators

from app.db import session
from app.organisation.models import WorkGroup
from app.records.permissions import LIST_SHARE
from app.records.saved_filters import EVERYBODY, GROUP, MAX_NAME, NOBODY, saved_filter_service
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l, bilingual
from app.security.views.own import logged_in
from app.web.choices import ChoiceField, Choices
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.list_links import list_of
from app.web.list_settings import arrange
from app.web.list_views import ARGUMENT, query_of
from app.web.record_routes import go_to


class SharingChoices(Choices):
    """Nobody, each of one's own work groups, everybody."""

    def options(self) -> list[tuple[Any, str]]:
        actor = current_actor()
        found = [(NOBODY, _("Only me"))]
        if actor.group_ids:
            groups = select(WorkGroup.id, WorkGroup.name).where(WorkGroup.id.in_(sorted(actor.group_ids)))
            found += [(f"{GROUP}:{key}", _("Work group: %(name)s", name=bilingual(name)))
                      for key, name in session().execute(groups.order_by(WorkGroup.sort_en))]
        return [*found, *([(EVERYBODY, _("Everybody"))] if actor.can(LIST_SHARE) else [])]


class FilterForm(DeskForm):
    """A name, and who else may use it."""

    name = StringField(_l("Name"), [validators.InputRequired(_l("This field is required.")),
                                    validators.Length(max=MAX_NAME)])
    shared = ChoiceField(_l("Shared with"), [], of=SharingChoices(), default=NOBODY, is_required=True)
    query = HiddenField()


class SavedFilterView(BaseView):  # type: ignore[misc]
    """/list-filters: what is one's own; no further right is needed but for sharing with everybody."""

    route_base = "/list-filters"
    default_view = "new"

    @expose("/new/<path:page>", methods=["GET", "POST"])
    @logged_in
    def new(self, page: str) -> Any:
        """Ask for a name, or keep the filter."""
        view = list_of(page)
        form = FilterForm()
        if request.method == "GET":
            form.query.data = query_of(request.args.get("query", ""))
        elif form.validate():
            values = {**self._values(form), "query": query_of(form.query.data or "")}
            made = self._attempt(form, lambda: saved_filter_service.create(current_actor(), page, values))
            if made is not None:
                flash(_("Saved: %(record)s", record=made.name), "success")
                return self._to(view, made)
        return self._page(form, _("Save this filter"), f"{self.route_base}/new/{page}", view)

    @expose("/<int:pk>", methods=["GET", "POST"])
    @logged_in
    def edit(self, pk: int) -> Any:
        """Ask for another name or sharing, or keep it."""
        kept = saved_filter_service.get(current_actor(), pk)
        view, form = list_of(kept.page), FilterForm()
        if request.method == "GET":
            form.name.data = kept.name
            form.shared.data = f"{GROUP}:{kept.group_id}" if kept.shared == GROUP else kept.shared
        elif form.validate():
            changed = self._attempt(form, lambda: saved_filter_service.update(current_actor(), pk, self._values(form)))
            if changed is not None:
                flash(_("Saved: %(record)s", record=changed.name), "success")
                return self._to(view, changed)
        return self._page(form, _("Rename or share"), f"{self.route_base}/{pk}", view)

    @expose("/<int:pk>/query", methods=["POST"])
    @logged_in
    def keep(self, pk: int) -> Any:
        """Keep the changed conditions under the same name."""
        query = query_of(request.form.get("query", ""))
        changed = saved_filter_service.update(current_actor(), pk, {"query": query})
        flash(_("Saved: %(record)s", record=changed.name), "success")
        return self._to(list_of(changed.page), changed)

    @expose("/<int:pk>/delete", methods=["POST"])
    @logged_in
    def delete(self, pk: int) -> Any:
        """Delete one's own filter."""
        page = request.form.get("page", "")
        view = list_of(page)
        saved_filter_service.delete(current_actor(), pk)
        flash(_("The filter is deleted."), "success")
        return redirect(f"{view.route_base}/list/?{ARGUMENT}=all")

    @expose("/opening/<path:page>", methods=["POST"])
    @logged_in
    def opening(self, page: str) -> Any:
        """Open the list with this filter from now on, or with all where none is given."""
        view, key = list_of(page), request.form.get(ARGUMENT, "")[:40]
        arrange(view, opening=key or None)
        flash(_("The list opens with this filter from now on.") if key else _("The list opens unfiltered again."),
              "success")
        return redirect(f"{view.route_base}/list/")

    @staticmethod
    def _values(form: FilterForm) -> dict[str, Any]:
        shared, _colon, group = str(form.shared.data or NOBODY).partition(":")
        return {"name": form.name.data, "shared": shared, "group_id": int(group) if group.isdecimal() else None}

    @staticmethod
    def _attempt(form: FilterForm, act: Any) -> Any:
        try:
            return act()
        except BusinessError as error:
            if error.http_status != 422:
                raise
            left = put_errors(form, error.fields)
            form.form_errors = [*form.form_errors, *(left if error.fields else [error.message])]
            return None

    @staticmethod
    def _to(view: Any, kept: Any) -> Response:
        return go_to(f"{view.route_base}/list/?{kept.query}{'&' if kept.query else ''}{ARGUMENT}={kept.id}")

    def _page(self, form: FilterForm, title: str, url: str, view: Any) -> Any:
        body = self.render_template("desk/saved_filter.html", title=title, form=form, action_url=url,
                                    back_url=f"{view.route_base}/list/")
        return body, 422 if request.method == "POST" else 200


VIEWS = [SavedFilterView]

"""Changing a record where one sees it in a list: a click on a cell opens a few fields, or the steps that lead on.

    class IncidentView(RecordView):
        inline = {"assignee": ByStep("assign", "assignee"), "category": ByEdit("category")}

A cell may name several ways; the first that the reader and the record's state permit is taken. Which cells can be
changed costs no statement: what a cell opens is fetched when it is opened.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name

from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError, Forbidden, NotFound
from app.sdk.i18n import _
from app.sdk.permissions import Permission
from app.sdk.workflow import Transition, kind_of
from app.web import overtaken
from app.web.filters import IdFilter
from app.web.forms import RecordForm, fields_of, lock_hidden, mark_required, point_to_options, prefill, seen_version
from app.web.last_step import step_now
from app.web.staying import changed, is_part


class Inline:
    """Base of the ways in which a cell is changed."""

    fields: tuple[str, ...] = ()

    def permits(self, view: Any, actor: Actor) -> bool:
        """Say whether the reader has the right to it at all, in whatever state a record is."""
        raise NotImplementedError

    def may(self, view: Any, item: Any, actor: Actor) -> bool:
        """Say whether the reader may change this record so, without a statement."""
        raise NotImplementedError

    def form(self, view: Any, item: Any) -> type[RecordForm]:
        """Return the form that the cell opens."""
        raise NotImplementedError

    def save(self, view: Any, item: Any, actor: Actor, values: Mapping[str, Any], version: int | None) -> str:
        """Change the record through its service; return what was done, in words. Raises BusinessError."""
        raise NotImplementedError


class ByStep(Inline):
    """Some fields that a step of the life cycle sets."""

    def __init__(self, action: str, *fields: str) -> None:
        self.action, self.fields = action, fields

    def permits(self, view: Any, actor: Actor) -> bool:
        return any(actor.can(step.permission) for step in view.workflow.transitions if step.action == self.action)

    def step(self, view: Any, item: Any) -> Transition | None:
        """Return the step, where there is one in the record's state."""
        return next((step for step in steps_of(view, item) if step.action == self.action), None)

    def may(self, view: Any, item: Any, actor: Actor) -> bool:
        step = self.step(view, item)
        return step is not None and actor.can(step.permission)

    def form(self, view: Any, item: Any) -> type[RecordForm]:
        step = self.step(view, item)
        target = view.workflow.state(step.target).required if step else ()
        missing = [name for name in (*(step.required if step else ()), *target) if not getattr(item, name, None)]
        return view.fields_form([*missing, *self.fields], missing)  # type: ignore[no-any-return]

    def save(self, view: Any, item: Any, actor: Actor, values: Mapping[str, Any], version: int | None) -> str:
        view.call_service(view.service.transition, actor, item.id, self.action, values, version)
        return _("Done: %(action)s", action=view.workflow.label(self.action))


class ByEdit(Inline):
    """Some fields of the edit form, where the record's state does not lock them."""

    def __init__(self, *fields: str, permission: Permission | None = None) -> None:
        self.fields, self.permission = fields, permission

    def permits(self, view: Any, actor: Actor) -> bool:
        rights = (f"{view.class_permission_name}.write", *([self.permission] if self.permission else []))
        return all(map(actor.can, rights))

    def may(self, view: Any, item: Any, actor: Actor) -> bool:
        locked = view.locked_fields(item)
        return "*" not in locked and not set(self.fields) & locked and self.permits(view, actor)

    def form(self, view: Any, item: Any) -> type[RecordForm]:
        return view.fields_form(self.fields)  # type: ignore[no-any-return]

    def save(self, view: Any, item: Any, actor: Actor, values: Mapping[str, Any], version: int | None) -> str:
        view.call_service(view.service.update, actor, item.id, values, version)
        return _("Saved: %(record)s", record=str(item))


def steps_of(view: Any, item: Any) -> list[Transition]:
    """Return the steps that lead out of the record's state; none where the state is not known any more."""
    try:
        return list(view.workflow.steps(item.state, kind_of(item)))
    except KeyError:
        return []


class InlineRoutes:
    """Mixed into RecordView."""

    inline: ClassVar[Mapping[str, Inline | tuple[Inline, ...]]] = {}
    datamodel: Any
    workflow: Any
    service: Any

    def way_to_change(self, column: str, item: Any, actor: Actor) -> Inline | None:
        """Return how the reader may change this cell of the record, or None."""
        given = self.inline.get(column, ())
        ways = given if isinstance(given, tuple) else (given,)
        return next((way for way in ways if way.may(self, item, actor)), None)

    def may_step(self, item: Any, actor: Actor) -> bool:
        """Say whether any step out of the record's state is the reader's to take."""
        return self.workflow is not None and any(
            not step.is_hidden and actor.can(step.permission) and self.offers(item, step, actor)  # type: ignore[attr-defined]
            for step in steps_of(self, item))

    def cell_editors(self, item: Any) -> dict[str, str]:
        """Return {column: address of what its cell opens} of the cells that the reader may change."""
        actor, base = current_actor(), self.url_base(item.id)  # type: ignore[attr-defined]
        found = {name: f"{base}/cell/{name}" for name in self.inline if self.way_to_change(name, item, actor)}
        return found | ({"state": f"{base}/cell/state"} if self.may_step(item, actor) else {})

    @expose("/<pk>/row", methods=["GET"])
    @has_access
    @permission_name("row")
    def row(self, pk: Any) -> Any:
        """Show one row of the list by itself, as the list would."""
        item = self.one(pk)  # type: ignore[attr-defined]
        filters = self.datamodel.get_filters().add_filter("id", IdFilter, item.id)
        shown = self._get_list_widget(filters=filters, page=0, page_size=1)["list"]  # type: ignore[attr-defined]
        return self.render_template("desk/row_only.html", **shown.template_args)  # type: ignore[attr-defined]

    @expose("/<pk>/cell/<column>", methods=["GET", "POST"])
    @has_access
    @permission_name("cell")
    def cell(self, pk: Any, column: str) -> Any:
        """Show what a cell opens, or save it; for the state, the steps that lead on."""
        if request.method == "POST":
            self.hold(pk)  # type: ignore[attr-defined]
        item, actor = self.one(pk), current_actor()  # type: ignore[attr-defined]
        if column == "state":
            return self._state_cell(item, actor)
        if column not in self.inline:
            raise NotFound
        way = self.way_to_change(column, item, actor)
        if way is None:
            raise Forbidden
        form, met = self._cell_form(way, item, obj=item if request.method == "GET" else None), overtaken.Met()
        if request.method == "GET":
            met.seen = overtaken.seen_values(form, item)
            prefill(form, request.args)
        else:
            if overtaken.SEEN in request.form:
                met = overtaken.meet(self, form, item, lambda: self._cell_form(way, item, obj=item, formdata=None))
            if form.validate() and not met.is_open and self._save_cell(way, item, form, met):
                return changed(item.id, met.said, self._list_url())
        return self._cell_page(item, column, form=form, steps=None, met=met)

    def _cell_form(self, way: Inline, item: Any, **given: Any) -> Any:
        form = way.form(self, item).refresh(**given)
        lock_hidden(form, self.datamodel, item)
        point_to_options(form, self, item)
        return form

    def _save_cell(self, way: Inline, item: Any, form: Any, met: overtaken.Met) -> bool:
        values = {name: form._fields[name].data for name in fields_of(form)
                  if not getattr(form._fields[name], "is_locked", False)}
        try:
            saved = way.save(self, item, current_actor(), values, item.version if met.is_merged else seen_version(form))
        except BusinessError as error:
            if error.http_status not in (409, 422):
                raise
            self.show_refusal(form, error)  # type: ignore[attr-defined]
            mark_required([form._fields[name] for name in error.fields if name in form._fields])
            return False
        met.said = " ".join(filter(None, (saved, met.told)))
        return True

    def _state_cell(self, item: Any, actor: Actor) -> Any:
        refused = ""
        if request.method == "POST":
            step = step_now(self, item, request.form.get("action", ""))
            actor.require(step.permission)
            version = request.form.get("version", "")
            try:
                self.call_service(self.service.transition, actor, item.id, step.action, {},  # type: ignore[attr-defined]
                                  int(version) if version.isdecimal() and len(version) < 10 else None)
                return changed(item.id, _("Done: %(action)s", action=step.label), self._list_url())
            except BusinessError as error:
                if error.http_status not in (409, 422):
                    raise
                refused = " ".join(error.fields.values()) or error.message
        steps = [step for step in self.steps(item, actor)  # type: ignore[attr-defined]
                 if request.args.get("to", step["step"].target) == step["step"].target]
        if not steps:
            raise Forbidden
        return self._cell_page(item, "state", form=None, steps=steps, refused=refused)

    def _cell_page(self, item: Any, column: str, **given: Any) -> Any:
        place = ("dialog" if request.args.get("in") == "dialog" else "cell") if is_part() else "page"
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/cell.html", view=self, item=item, place=place, back_url=self._list_url(),
            title=_("Change the state") if column == "state" else _("Change: %(field)s",
                                                                    field=self.label_columns.get(column, column)),  # type: ignore[attr-defined]
            action_base=self.url_base(item.id), action_url=request.full_path.rstrip("?"), **given,  # type: ignore[attr-defined]
        )
        return body, 422 if request.method == "POST" else 200

    def _list_url(self) -> str:
        return f"{self.route_base}/list/"  # type: ignore[attr-defined]

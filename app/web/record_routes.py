"""The routes of a record beside Flask-AppBuilder's own: steps, notes, files, options of relation fields."""

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, jsonify, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from app.db import session
from app.records.attachments import Attachment
from app.records.lists import lists
from app.records.rich_text import as_typed, is_formatted, to_type
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound, Stale
from app.sdk.i18n import _, _l
from app.sdk.workflow import Transition
from app.web import custom_forms, overtaken, problems, record_files
from app.web.composer_routes import ComposerRoutes
from app.web.custom_filling import with_fills
from app.web.deleting import REPLACEMENT
from app.web.files import send_picture
from app.web.forms import (
    RecordForm,
    RecordFormConverter,
    field_values,
    fields_of,
    lock_hidden,
    point_to_options,
    prefill,
    put_errors,
    seen_version,
)
from app.web.last_step import step_now, with_last_step
from app.web.list_modes import mode_of
from app.web.list_options import list_of
from app.web.panels import AttachmentsPanel
from app.web.staying import changed, go_to, stays


class RecordRoutes(ComposerRoutes):
    """Mixed into RecordView."""

    datamodel: Any
    route_base: str
    service: Any
    workflow: Any
    label_columns: Any
    step_forms: dict[str, type[RecordForm]]

    def one(self, pk: Any) -> Any:
        """Return the record or raise NotFound."""
        item = self.datamodel.get(pk, self._base_filters, self.shown_columns())  # type: ignore[attr-defined]
        if item is None:
            raise NotFound
        return item

    def typed(self, form: RecordForm, names: list[str], item: Any = None) -> dict[str, Any]:
        """Return what a form says. Its fields know no formatting, so `<b>` stays as typed, unless HTML was there."""
        values = {**field_values(form, [name for name in names if not custom_forms.is_custom(name)]),
                  **custom_forms.given(form)}
        for name in getattr(self.service, "rich", ()):
            if isinstance(values.get(name), str) and not is_formatted(getattr(item, name, None)):
                values[name] = as_typed(values[name])
        return values

    def show_typed(self, form: RecordForm) -> None:
        """Show texts in the form's fields as they were typed."""
        for name in getattr(self.service, "rich", ()):
            if name in form._fields:
                form._fields[name].data = to_type(form._fields[name].data)

    # Steps ---------------------------------------------------------------------------------------------------------

    @expose("/<pk>/transition/<action>", methods=["GET", "POST"])
    @has_access
    @permission_name("transition")
    def transition(self, pk: Any, action: str) -> Any:
        """Show a step's dialog, or take the step."""
        if self.workflow is None:
            abort(404)
        if request.method == "POST":
            self.hold(pk)  # type: ignore[attr-defined]
        item, actor = self.one(pk), current_actor()
        step = step_now(self, item, action)
        actor.require(step.permission)
        form = self._dialog_of(step, item, obj=item if request.method == "GET" else None)
        met = overtaken.Met()
        if request.method == "GET":
            self.show_typed(form)
            met.seen = overtaken.seen_values(form, item)
            self.fill_step(form, item, step)
            prefill(form, request.args)
        else:
            if overtaken.SEEN in request.form:
                met = overtaken.meet(self, form, item, lambda: self._step_as_it_is(step, item))
            if form.validate() and not met.is_open and self._take(step, item, form, met):
                return self._taken(step, item, met)
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/transition.html", title=step.label, view=self, item=item, step=step, form=form,
            action_url=f"{self.url_base(item.id)}/transition/{action}{'?stay=1' if stays() else ''}",
            back_url=self.url_of(item.id), met=met,
        )
        return body, 422 if request.method == "POST" else 200

    def fill_step(self, form: RecordForm, item: Any, step: Transition) -> None:
        """Fill fields of a step's dialog with what most will want; a page does so."""

    def _take(self, step: Transition, item: Any, form: RecordForm, met: overtaken.Met) -> bool:
        # Whether the step was taken; the form says why not. What was shown decides, also of what the dialog asks for.
        try:
            if met.has_moved:
                raise Stale
            values = self.typed(form, fields_of(form), item)
            version = item.version if met.is_merged else seen_version(form)
            self.call_service(self.service.transition, current_actor(), item.id, step.action, values, version)  # type: ignore[attr-defined]
        except BusinessError as error:
            if error.http_status not in (409, 422):
                raise
            if isinstance(error, Stale):
                with_last_step(self, item, error)
            self.show_refusal(form, error)  # type: ignore[attr-defined]
            return False
        return True

    def _taken(self, step: Transition, item: Any, met: overtaken.Met) -> Response:
        done = " ".join(filter(None, (_("Done: %(action)s", action=step.label), met.told)))
        if stays():
            return changed(item.id, done)
        flash(done, "success")
        return go_to(self.url_of(item.id))

    def _dialog_of(self, step: Transition, item: Any, **given: Any) -> Any:
        form = self.custom_step_form(step, item).refresh(**given)
        lock_hidden(form, self.datamodel, item)
        point_to_options(form, self, item)
        return form

    def _step_as_it_is(self, step: Transition, item: Any) -> Any:
        form = self._dialog_of(step, item, obj=item, formdata=None)
        self.show_typed(form)
        return form

    def custom_step_form(self, step: Transition, item: Any) -> type[RecordForm]:
        """Return the form of a step with the custom fields that the state it leads to requires."""
        wanted = custom_forms.step_fields(self, step, item)
        return custom_forms.with_custom(self.step_form(step, item), self, item, custom_forms.STEP, wanted)

    def step_form(self, step: Transition, item: Any) -> type[RecordForm]:
        """Return the form of a step; fields that are no columns are free text."""
        must = (*step.required, *self.workflow.state(step.target).required)
        return self.fields_form(self.asked(step, item), must)  # type: ignore[attr-defined]

    def fields_form(self, asked: Iterable[str], must: Iterable[str] = ()) -> type[RecordForm]:
        """Return the form of some fields, made once a set of them; `must` are those that have to be filled."""
        names = list(dict.fromkeys(self.field_name(name) for name in asked  # type: ignore[attr-defined]
                                   if not custom_forms.is_custom(name)))
        needed = {self.field_name(name) for name in must} & set(names)  # type: ignore[attr-defined]
        key = " ".join([*names, "/", *sorted(needed)])
        if key not in self.step_forms:
            known = set(self.datamodel.list_properties)
            checks: dict[str, list[Any]] = {name: [InputRequired(_l("This field is required."))] for name in needed}
            extra = {name: TextAreaField(self.label_columns.get(name) or _l("Reason"), checks.get(name, []))
                     for name in names if name not in known}
            form = RecordFormConverter(self.datamodel, self.choices).create_form(  # type: ignore[attr-defined]
                self.label_columns, names, self.description_columns, checks, extra_fields=extra  # type: ignore[attr-defined]
            )
            for place, name in enumerate(names):  # in the order of the table, whatever is a column and what is not
                getattr(form, name).creation_counter = place
            self.step_forms[key] = form
        return self.step_forms[key]

    @expose("/<pk>/panel/<key>", methods=["GET"])
    @has_access
    @permission_name("panel")
    def panel(self, pk: Any, key: str) -> Any:
        """Show one panel by itself, for the page whose tab was opened."""
        item, actor = self.one(pk), current_actor()
        wanted = [one for one in self.panels if getattr(one, "is_lazy", False) and one.key == key]  # type: ignore[attr-defined]
        for shown in (shown for one in wanted for shown in one.shown(self, item, actor, key)):
            return self.render_template(shown.template, panel=shown.data, view=self, item=item,  # type: ignore[attr-defined]
                                        action_base=self.url_base(item.id))
        raise NotFound

    @expose("/list/<key>/rows", methods=["GET"])
    @has_access
    @permission_name("list_rows")
    def list_rows(self, key: str) -> Response:
        """Answer a way to see the list that fetches its rows itself, with the filters and the rights of the list."""
        filters = self._asked_filters().get_joined_filters(self._base_filters)  # type: ignore[attr-defined]
        found = mode_of(self, key).rows(self, filters)
        if found is None:
            raise NotFound
        return jsonify(found)

    # Files ---------------------------------------------------------------------------------------------------------

    @expose("/<pk>/attachments", methods=["POST"])
    @has_access
    @permission_name("attach")
    def attach(self, pk: Any) -> Response:
        """Store the uploaded files of a record."""
        self._needs(AttachmentsPanel)
        item = self.one(pk)
        kept = record_files.take_in(item, sees_internal=self.may_see_internal(current_actor()))  # type: ignore[attr-defined]
        if problems.wants_json():
            return jsonify(files=[{"id": file.id, "name": file.name, "is_picture": file.is_picture} for file in kept])
        return redirect(self.url_of(item.id))

    @expose("/<pk>/attachments/<int:attachment_id>", methods=["GET"])
    @has_access
    @permission_name("attachment")
    def attachment(self, pk: Any, attachment_id: int) -> Response:
        """Send a file to whoever may see its record; as a download, never as a page."""
        return record_files.send(self._file(pk, attachment_id))

    @expose("/<pk>/attachments/<int:attachment_id>/picture", methods=["GET"])
    @has_access
    @permission_name("picture")
    def picture(self, pk: Any, attachment_id: int) -> Response:
        """Send a picture to be shown in place; by what it is, whatever it is called."""
        return send_picture(self._file(pk, attachment_id))

    def _file(self, pk: Any, attachment_id: int) -> Attachment:
        self._needs(AttachmentsPanel)
        item = self.one(pk)
        return record_files.one(item, attachment_id, sees_internal=self.may_see_internal(current_actor()))  # type: ignore[attr-defined]

    # Tags and watchers ---------------------------------------------------------------------------------------------

    @expose("/<pk>/tags", methods=["POST"])
    @has_access
    @permission_name("tags")
    def tags(self, pk: Any) -> Response:
        """Give the record these tags, separated by commas."""
        item = self.one(pk)
        if not hasattr(self.service, "set_tags"):
            raise NotFound
        names = request.form.get("tags", "").replace("，", ",").split(",")
        self.service.set_tags(current_actor(), item.id, names)
        return redirect(self.url_of(item.id))

    @expose("/<pk>/watch", methods=["POST"])
    @has_access
    @permission_name("watch")
    def watch(self, pk: Any) -> Response:
        """Watch the record or stop watching it: oneself, or the person that is given."""
        item = self.one(pk)
        if not hasattr(self.service, "watch"):
            raise NotFound
        person = request.form.get("person", "")
        change = self.service.unwatch if request.form.get("stop") else self.service.watch
        change(current_actor(), item.id, int(person) if person.isdecimal() else None)
        return redirect(self.url_of(item.id))

    # Options -------------------------------------------------------------------------------------------------------

    @expose("/options/<field>", methods=["GET"])
    @has_access
    @permission_name("options")
    def options(self, field: str) -> Response:
        """Answer a relation field: up to 20 visible records that match what was typed."""
        if custom_forms.is_custom(field):
            return jsonify(results=custom_forms.options(self, field, request.args.get("q", "")[:100], request.args))
        known = self.datamodel.is_relation(field) or field in self.option_sources  # type: ignore[attr-defined]
        if field == REPLACEMENT:
            return jsonify(results=self.replacements(request.args.get("q", "")[:100]))  # type: ignore[attr-defined]
        if not known or field not in self.option_fields():  # type: ignore[attr-defined]
            raise NotFound
        found = self.find_options(field, request.args.get("q", "")[:100], request.args)  # type: ignore[attr-defined]
        hints = self.hints_of(field, [key for key, _text in found])  # type: ignore[attr-defined]
        results = [{"id": key, "text": text, **({"hint": hints[key]} if hints.get(key) else {})} for key, text in found]
        info = lists(session()).get(list_of(self, field) or "")
        return jsonify(results=with_fills(self, info, results) if info is not None else results)

    # Addresses -----------------------------------------------------------------------------------------------------

    def url_of(self, pk: Any) -> str:
        """Return the address of a record's page."""
        return f"{self.route_base}/show/{pk}"

    def url_base(self, pk: Any) -> str:
        """Return what the addresses of a record's own routes begin with."""
        return f"{self.route_base}/{pk}"


__all__ = ["RecordRoutes", "put_errors"]

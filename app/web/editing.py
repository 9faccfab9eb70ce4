"""Changing a record by its form, also when somebody else changes it at the same time."""

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name

from app.db import field_rights
from app.sdk.actor import current_actor
from app.sdk.errors import Conflict
from app.sdk.i18n import _
from app.web import labels, overtaken
from app.web.custom_forms import with_custom
from app.web.forms import lock_hidden, point_to_options
from app.web.ids import as_id
from app.web.last_step import last_step


class Editing:
    """Mixed into RecordView."""

    datamodel: Any
    service: Any
    workflow: Any
    edit_form: Any
    edit_columns: Any

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def edit(self, pk: Any) -> Any:
        """Show the form of a record, or change it; what others changed meanwhile is merged or shown beside mine."""
        if request.method == "POST":
            self.hold(pk)
        item = self.one(pk)  # type: ignore[attr-defined]
        form, met = self._form_of(item), overtaken.Met()
        locked = self.locked_fields(item)
        if request.method == "GET":
            self._refuse_locked(locked)
            self.take_out(form, locked)
            self._show(form, item)
            met.seen = overtaken.seen_values(form, item)
        else:
            lost = overtaken.lost(form, locked)
            self.take_out(form, form._fields if "*" in locked else locked)
            met = overtaken.meet(self, form, item, lambda: self._as_it_is(item, locked))
            met.lost = lost
            if "*" in locked:
                form.form_errors = [*form.form_errors, self._why_locked(item)]
            elif not lost and not met.is_open and form.validate() and self._save(form, item, met):
                return redirect(self.url_of(item.id))  # type: ignore[attr-defined]
        widgets = self._get_edit_widget(form=form)  # type: ignore[attr-defined]
        return self._form_page(self.edit_template, self.edit_title, widgets, form, item, met=met)  # type: ignore[attr-defined]

    def _save(self, form: Any, item: Any, met: overtaken.Met) -> bool:
        values = self.typed(form, self.edit_columns, item)  # type: ignore[attr-defined]
        version = getattr(item, "version", None) if form.version.data else None
        changed = self._attempt(form, self.service.update, current_actor(), item.id, values, version)  # type: ignore[attr-defined]
        if changed is None:
            return False
        flash(" ".join(filter(None, (_("Saved: %(record)s", record=labels.text_of(changed)), met.told))), "success")
        return True

    def hold(self, pk: Any) -> None:
        """Lock a record before it is read: its version is then the one that is written. Raises NotFound."""
        key = as_id(pk)
        lock = getattr(self.service, "get_for_update", None)
        if key is not None and lock is not None:
            lock(key)

    def _form_of(self, item: Any, **given: Any) -> Any:
        form = with_custom(self.edit_form, self, item).refresh(obj=item, **given)
        lock_hidden(form, self.datamodel, item)
        point_to_options(form, self, item)
        return form

    def _as_it_is(self, item: Any, locked: Iterable[str]) -> Any:
        form = self._form_of(item, formdata=None)
        self.take_out(form, locked)
        self._show(form, item)
        return form

    def _show(self, form: Any, item: Any) -> None:
        self.show_typed(form)  # type: ignore[attr-defined]
        self.fill(form, item)  # type: ignore[attr-defined]

    def locked_fields(self, item: Any) -> frozenset[str]:
        """Return the fields that the record's state or the reader's rights lock; {"*"} is all of them."""
        by_state = self.workflow.read_only(item.state) if self.workflow is not None else frozenset()
        return frozenset(by_state | field_rights.locked(self.datamodel.obj, self.edit_columns))

    @staticmethod
    def _refuse_locked(locked: Iterable[str]) -> None:
        if "*" in locked:
            raise Conflict(_("In its present state this record cannot be edited."))

    def _why_locked(self, item: Any) -> str:
        return " ".join(filter(None, (last_step(self, item), _("In its present state this record cannot be edited."))))

    @staticmethod
    def take_out(form: Any, names: Iterable[str]) -> None:
        """Take fields off a form."""
        for name in {*names} & {*form._fields} - {"version", "csrf_token"}:
            del form[name]

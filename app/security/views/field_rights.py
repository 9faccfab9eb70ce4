"""Rights over fields: of each record type what everybody sees and changes, and which roles see or change more."""

from typing import Any

from flask import flash, redirect, request

from app.addon_system.registry import current_registry
from app.db import field_rights
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import _, _l, bilingual
from app.security import role_texts, subjects
from app.security.permissions import ROLE_WRITE
from app.security.services import field_right_service
from app.security.services.field_rights import EVERYBODY, fields_of
from app.web.choices import ChoiceField, FixedChoices
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.page import Page, expose, has_access

# A role is an exception that gives more: hiding something from some only is said by what everybody may do.
MORE = {"": _l("As everybody"), field_rights.READ: _l("View only"), field_rights.EDIT: _l("View and change")}


class FieldRightView(Page):  # type: ignore[misc]
    """/security/field-rights/"""

    route_base = "/security/field-rights"
    default_view = "index"
    class_permission_name = "role"
    method_permission_name = {"index": "read", "field": "write", "keep": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the fields of a record type and what may be done with them."""
        types = subjects.TypeChoices().options()
        asked = request.args.get("type", "")
        chosen = asked if asked in dict(types) else types[0][0]
        model = subjects.model_of(chosen)
        return self.render_template(
            "desk/field_rights.html", title=_("Field rights"), types=types, chosen=chosen,
            rows=_rows(chosen, model), levels=subjects.LEVELS, may_write=current_actor().can(ROLE_WRITE),
        )

    @expose("/<record_type>/<field>", methods=["GET"])
    @has_access
    def field(self, record_type: str, field: str) -> Any:
        """Show the form of a field."""
        return self._form_page(record_type, field, self._form(record_type, field))

    @expose("/<record_type>/<field>", methods=["POST"])
    @has_access
    def keep(self, record_type: str, field: str) -> Any:
        """Keep what everybody and each role may do with a field."""
        form = self._form(record_type, field)
        if form.validate():
            try:
                field_right_service.set(current_actor(), record_type, field, _levels(form))
            except BusinessError as error:
                left = put_errors(form, error.fields)
                form.form_errors = [*form.form_errors, *(left if error.fields else [error.message])]
            else:
                flash(_("The rights over the field are saved."), "success")
                return redirect(f"{self.route_base}/?type={record_type}")
        return self._form_page(record_type, field, form), 422

    def _form(self, record_type: str, field: str) -> Any:
        if subjects.model_of(record_type) is None or field not in fields_of(record_type):
            raise NotFound
        roles = role_texts.role_options("")
        fields = {f"role_{key}": ChoiceField(name, of=FixedChoices(MORE), is_required=True) for key, name in roles}
        made = type("FieldRightForm", (DeskForm,), {
            "everybody": ChoiceField(_l("Everybody"), of=FixedChoices(subjects.LEVELS), is_required=True), **fields})
        present = {row.role_id: row.level for row in field_right_service.of(record_type, field)}
        return made(everybody=present.get(EVERYBODY, field_rights.EDIT),
                    **{f"role_{key}": present.get(key, "") for key, _name in roles})

    def _form_page(self, record_type: str, field: str, form: Any) -> Any:
        model = subjects.model_of(record_type)
        label = subjects.field_text(model, field) if model is not None else field
        return self.render_template(
            "desk/field_right.html", title=_("Rights over the field “%(field)s”", field=label), form=form,
            roles=[name for name in form._fields if name.startswith("role_")],
            back_url=f"{self.route_base}/?type={record_type}",
        )


def _levels(form: Any) -> dict[int | None, str]:
    roles = {int(name.removeprefix("role_")): one.data for name, one in form._fields.items()
             if name.startswith("role_") and one.data}
    if form.everybody.data == field_rights.EDIT:
        return {}  # nobody can do more than everybody may
    return {EVERYBODY: form.everybody.data, **roles}


def _rows(record_type: str, model: Any) -> list[dict[str, Any]]:
    names, known = role_texts.labels(), current_registry().permissions
    guards = {field_rights.field_name(name): known[key].label for name, key in
              getattr(model, "__guarded__", {}).items() if key in known}
    found: dict[str, dict[int | None, str]] = {}
    for row in field_right_service.of(record_type):
        found.setdefault(row.field, {})[row.role_id] = row.level
    rows = []
    for field in fields_of(record_type):
        levels = found.get(field, {})
        rows.append({
            "field": field, "label": subjects.field_text(model, field),
            "guard": guards.get(field_rights.field_name(field)),
            "everybody": levels.get(EVERYBODY, field_rights.EDIT),
            "roles": sorted((bilingual(names.get(key)), level) for key, level in levels.items() if key is not None),
        })
    return sorted(rows, key=lambda row: (not found.get(row["field"]), row["label"]))

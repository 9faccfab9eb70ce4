"""Forms made from models: as Flask-AppBuilder makes them, with fields that are safe at 100,000 rows."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from flask_appbuilder.forms import FieldConverter, GeneralModelConverter
from sqlalchemy import inspect
from wtforms import DateField, HiddenField, TextAreaField, validators
from wtforms.widgets import DateInput, DateTimeLocalInput, TextInput

from app.db import Label
from app.sdk.actor import current_actor
from app.sdk.i18n import _l
from app.web.choices import Choices
from app.web.fields import LabelField, MomentField, RemoteSelectField, RemoteSelectMultipleField, RequiredLabel
from app.web.form_words import DeskForm
from app.web.ids import as_id
from app.web.names import behind


class RecordForm(DeskForm):
    """A form of one record; `version` is the one the reader saw, so that a second writer is noticed."""

    version = HiddenField()


class RecordFormConverter(GeneralModelConverter):  # type: ignore[misc]
    """Turns columns into fields. Uniqueness is left to the database, whose refusal becomes the field's error."""

    def __init__(self, datamodel: Any, choices: Mapping[str, Choices] | None = None) -> None:
        super().__init__(datamodel)
        self.choices = choices or {}

    def create_form(self, label_columns: Any = None, inc_columns: Any = None, description_columns: Any = None,
                    validators_columns: Any = None, extra_fields: Any = None,
                    filter_rel_fields: Any = None) -> type[RecordForm]:
        # The lists of validators are extended while converting; two forms must not share them.
        own = {name: list(found) for name, found in (validators_columns or {}).items()}
        plain = super().create_form(label_columns, inc_columns, description_columns, own, extra_fields, None)
        fields = {name: getattr(plain, name) for name in inc_columns or ()}
        return type("RecordForm", (RecordForm,), fields)

    def _convert_many_to_one(self, col_name: str, label: Any, description: Any, lst_validators: list[Any],
                             filter_rel_fields: Any, form_props: dict[str, Any]) -> dict[str, Any]:
        is_optional = self.datamodel.is_nullable(col_name)
        lst_validators.append(validators.Optional() if is_optional else validators.InputRequired(_required()))
        form_props[col_name] = RemoteSelectField(
            label, lst_validators, self.datamodel.get_related_interface(col_name), description=description
        )
        return form_props

    def _convert_many_to_many(self, col_name: str, label: Any, description: Any, lst_validators: list[Any],
                              filter_rel_fields: Any, form_props: dict[str, Any]) -> dict[str, Any]:
        form_props[col_name] = RemoteSelectMultipleField(
            label, lst_validators, self.datamodel.get_related_interface(col_name), description=description
        )
        return form_props

    def _convert_simple(self, col_name: str, label: Any, description: Any, lst_validators: list[Any],
                        form_props: dict[str, Any]) -> dict[str, Any]:
        column = self.datamodel.list_columns[col_name]
        has_default = column.default is not None or column.server_default is not None
        is_required = not column.nullable and not has_default
        if isinstance(column.type, Label):
            checks = [*lst_validators, *([RequiredLabel()] if is_required else [])]
            form_props[col_name] = LabelField(label, checks, column.info.get("rows", 0), description=description)
            return form_props
        if col_name in self.choices:
            lst_validators.append(validators.InputRequired(_required()) if is_required else validators.Optional())
            form_props[col_name] = self._choice(col_name, label, lst_validators, description)
            return form_props
        length = self.datamodel.get_max_length(col_name)
        if length != -1 and self.datamodel.is_string(col_name):
            lst_validators.append(validators.Length(max=length))
        if not self.datamodel.is_boolean(col_name):
            lst_validators.append(validators.InputRequired(_required()) if is_required else validators.Optional())
        form_props[col_name] = self._field(col_name, label, description, lst_validators)
        return form_props

    def _choice(self, name: str, label: Any, checks: list[Any], description: Any) -> Any:
        """Return a select; it begins with what the column would hold, and offers no nothing where it must hold one."""
        column, of = self.datamodel.list_columns[name], self.choices[name]
        made = of.field(label, checks, description, not column.nullable)
        begin = column.default.arg if column.default is not None and column.default.is_scalar else None
        if begin is not None:
            made.kwargs["default"] = lambda: of.default() or begin
        return made

    def _field(self, name: str, label: Any, description: Any, checks: list[Any]) -> Any:
        default = self.datamodel.get_col_default(name)
        common = {"description": description, "validators": checks, "default": default}
        if self.datamodel.is_datetime(name):
            return MomentField(label, widget=DateTimeLocalInput(), **common)
        if self.datamodel.is_date(name):
            return DateField(label, widget=DateInput(), **common)
        if self.datamodel.is_text(name):
            return TextAreaField(label, **common)
        if self.datamodel.is_enum(name):
            return FieldConverter(self.datamodel, name, label, description, checks, default=default).convert()
        made = FieldConverter(self.datamodel, name, label, description, checks, default=default).convert()
        if not self.datamodel.is_boolean(name):
            made.kwargs["widget"] = TextInput()
        return made


def _required() -> Any:
    return _l("This field is required.")


def field_values(form: RecordForm, names: list[str]) -> dict[str, Any]:
    """Return what a form says, for a service: relations as ids, locked fields left out."""
    found = {}
    for name in names:
        field = form._fields.get(name)
        if field is not None and not getattr(field, "is_locked", False):
            found[name] = field.data
    return found


def fields_of(form: RecordForm) -> list[str]:
    """Return the names of the fields that people fill in."""
    return [name for name in form._fields if name not in ("version", "csrf_token")]


def seen_version(form: RecordForm) -> int | None:
    """Return the version of the record that the form was made from, None where it does not say."""
    said = str(form.version.data or "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


def prefill(form: Any, given: Mapping[str, str]) -> None:
    """Fill fields with what an address says of them: ?assignee=5."""
    for field in form:
        raw = given.get(field.name)
        if raw is None or field.name in ("version", "csrf_token"):
            continue
        if isinstance(field, RemoteSelectField):
            key = as_id(raw)
            field.process_data(key if not field.multiple else [key])
        elif not isinstance(field, LabelField):
            with suppress(ValueError):  # an address may say anything
                field.process_formdata([raw])


def put_errors(form: RecordForm, errors: dict[str, str]) -> list[str]:
    """Put a service's errors beside their fields; return those whose field is not on the form."""
    left = []
    for name, message in errors.items():
        field = form._fields.get(name) or form._fields.get(name.removesuffix("_id"))
        if field is None:
            left.append(message)
        else:
            field.errors = [*field.errors, message]
    return left


def point_to_options(form: Any, view: Any, item: Any = None) -> None:
    """Tell each relation field where its options come from, and which other fields narrow them."""
    for field in form:
        if not isinstance(field, RemoteSelectField):
            continue
        field.options_url = f"{view.route_base}/options/{field.name}"
        needs = view.depends(field.name)
        field.depends = tuple(name for name in needs if name in form._fields)
        # What is not on this form is as the record has it.
        held = {name: getattr(item, f"{name}_id", None) for name in needs if name not in field.depends}
        known = {name: value for name, value in held.items() if value is not None} | field.asked
        if known:
            field.options_url += f"?{urlencode(known)}"


def lock_hidden(form: Any, datamodel: Any, item: Any) -> None:
    """Lock the relation fields whose target the reader may not see."""
    for field in form:
        is_relation = isinstance(field, RemoteSelectField) and field.name in inspect(datamodel.obj).relationships
        if is_relation and datamodel.is_hidden(item, field.name):
            key = getattr(item, datamodel.fk_name(field.name))
            field.lock(behind(datamodel.get_related_model(field.name), [key])[0])


def missing_fields(form: Any, service: Any, values: Mapping[str, Any]) -> list[Any]:
    """Return the empty fields of a new record that its service wants filled and fills by no default of its own."""
    defaults = getattr(service, "with_defaults", None)
    given = defaults(current_actor(), values) if defaults else values
    names = {name.removesuffix("_id") for name in getattr(service, "required", ())
             if not (given.get(name) or given.get(name.removesuffix("_id")))}
    return [form._fields[name] for name in sorted(names) if name in form._fields]


def mark_required(fields: list[Any]) -> None:
    """Show that these fields must be filled in."""
    for field in fields:
        field.flags.required = True


def tell_required(fields: list[Any]) -> None:
    """Put the error of an empty field beside each that has none: everything that is missing is told at once."""
    for field in fields:
        if not field.errors:
            field.errors = [_required()]

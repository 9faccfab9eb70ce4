"""How a form field looks: the same controls for our own forms and for those that Flask-AppBuilder generates."""

from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, FileField, SelectFieldBase, TextAreaField, widgets
from wtforms.validators import Length

from app.web.choices import ChoiceField
from app.web.fields import LabelField, RemoteSelectField

# Flask-AppBuilder's widgets write Bootstrap 3; these write the same fields plainly.
_PLAIN = {
    "BS3TextFieldWidget": widgets.TextInput(), "BS3TextAreaFieldWidget": widgets.TextArea(),
    "BS3PasswordFieldWidget": widgets.PasswordInput(), "Select2Widget": widgets.Select(),
    "Select2ManyWidget": widgets.Select(multiple=True), "DatePickerWidget": widgets.DateInput(),
    "DateTimePickerWidget": widgets.TextInput(),
}
SEARCHABLE_FROM = 8
WIDE_FROM = 200


def is_check(field: Any) -> bool:
    """Say whether a field is a switch, which has its label behind it."""
    return isinstance(field, BooleanField)


def is_hidden(field: Any) -> bool:
    """Say whether a field is not for people."""
    return isinstance(field.widget, widgets.HiddenInput) or field.type in ("HiddenField", "CSRFTokenField")


def is_wide(field: Any) -> bool:
    """Say whether a field takes the whole width: long texts and both languages."""
    if isinstance(field, TextAreaField | LabelField):
        return True
    if isinstance(field, SelectFieldBase | RemoteSelectField):
        return bool(getattr(field.widget, "multiple", False))
    longest = max((check.max for check in field.validators if isinstance(check, Length)), default=0)
    return bool(longest >= WIDE_FROM)


def control(field: Any, **attributes: Any) -> Markup:
    """Return the field's control with its state, its help and its errors told to screen readers as well."""
    widget = _PLAIN.get(type(field.widget).__name__, field.widget)
    given = {**(field.render_kw or {}), **attributes}
    classes = [_class_of(field, widget), str(given.pop("class", ""))]
    if field.errors:
        classes.append("is-invalid")
        given["aria-invalid"] = "true"
    told = [f"{field.id}-{part}" for part, text in (("help", field.description), ("error", field.errors)) if text]
    if told:
        given.setdefault("aria-describedby", " ".join(told))
    given["class"] = " ".join(name for name in classes if name)
    if isinstance(widget, widgets.Select):
        _as_select(field, widget, given)
    if isinstance(widget, widgets.TextArea):
        given.setdefault("rows", 5)
    if getattr(field.flags, "required", False) and not is_check(field):
        given.setdefault("required", True)
    return Markup(widget(field, **given))  # noqa: S704 - widgets escape


def _class_of(field: Any, widget: Any) -> str:
    if is_check(field):
        return "form-check-input"
    if isinstance(field, RemoteSelectField) or isinstance(widget, widgets.Select):
        return "form-select"
    if isinstance(field, LabelField):
        return ""
    return "form-control" if not isinstance(field, FileField) else "form-control form-file"


def _as_select(field: Any, widget: Any, given: dict[str, Any]) -> None:
    many = bool(getattr(widget, "multiple", False))
    if many or not isinstance(field, ChoiceField) or len(field.choices) > SEARCHABLE_FROM:
        given.setdefault("data-select", True)

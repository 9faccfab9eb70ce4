"""Form fields of our own: relations chosen by search, two-language texts, times in the reader's zone."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import format_datetime, to_utc
from markupsafe import Markup, escape
from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import html_params

from app.sdk.i18n import _
from app.web.labels import hidden_text, text_of


class RemoteSelectWidget:
    """A select with the chosen option only; the page fetches the rest from `data-options-url`."""

    def __call__(self, field: "RemoteSelectField", **kwargs: Any) -> Markup:
        attributes = {"id": field.id, "name": field.name, "class": "form-select", "data-remote-select": True,
                      "data-options-url": field.options_url, "data-placeholder": _("Type to search"), **kwargs}
        if field.depends:
            # The page sends these fields' values along when it asks for options.
            attributes["data-depends"] = " ".join(field.depends)
        if field.multiple:
            attributes["multiple"] = True
        if field.takes_other:
            attributes["data-create"] = True
        if field.is_locked:
            attributes["disabled"] = True
        options = [] if field.multiple or field.is_locked else ['<option value=""></option>']
        options += [
            f"<option {html_params(value=str(key), selected=True)}>{escape(text)}</option>"
            for key, text in field.chosen()
        ]
        return Markup(f"<select {html_params(**attributes)}>{''.join(options)}</select>")  # noqa: S704 - all escaped


class RemoteSelectField(Field):  # type: ignore[misc]
    """A related record by its id. Neither the form nor the check ever loads the related table."""

    widget = RemoteSelectWidget()
    multiple = takes_other = False

    def __init__(self, label: Any = None, validators: Any = None, datamodel: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.datamodel = datamodel
        self.options_url = ""
        self.depends: tuple[str, ...] = ()
        # What its options are asked for along with what is typed, whatever the form holds.
        self.asked: dict[str, Any] = {}
        self.is_locked, self._instead = False, ""
        self._known: dict[int, str] = {}

    def lock(self, text: str = "") -> None:
        """Show what stands for the target, and leave the field out of what is written: the reader cannot see it."""
        self.is_locked = True
        self._instead = text or hidden_text()
        self.validators = ()
        self.data = None

    def process_data(self, value: Any) -> None:
        self.data = self._id(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        raw = valuelist[0].strip()
        if raw and not raw.isdecimal():
            self.data = None
            raise ValueError(_("Choose an entry of the list."))
        self.data = int(raw) if raw else None

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and not self.chosen():
            raise ValidationError(_("Choose an entry of the list."))

    def chosen(self) -> list[tuple[Any, str]]:
        """Return (id, text) of what is chosen and visible to the reader; one query at most, kept."""
        if self.is_locked:
            return [("", self._instead)]
        wanted = self.ids()
        missing = [key for key in wanted if key not in self._known]
        if missing and self.datamodel is not None:
            for row in self.datamodel.by_ids(missing):
                self._known[row.id] = text_of(row)
        return [(key, self._known[key]) for key in wanted if key in self._known]

    def ids(self) -> list[int]:
        """Return the chosen ids."""
        return [] if self.data is None else [self.data]

    def _id(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        self._known[value.id] = text_of(value)
        return int(value.id)


class OtherChoiceField(RemoteSelectField):
    """A value of a list by its id, or a text of one's own."""

    takes_other = True

    def process_formdata(self, valuelist: list[str]) -> None:
        raw = valuelist[0].strip() if valuelist else ""
        self.data = int(raw) if raw.isdecimal() and len(raw) < 19 else raw or None

    def pre_validate(self, form: Any) -> None:
        if isinstance(self.data, int):
            super().pre_validate(form)

    def chosen(self) -> list[tuple[Any, str]]:
        return [(self.data, self.data)] if isinstance(self.data, str) else super().chosen()

    def _id(self, value: Any) -> Any:
        return value if isinstance(value, str) else super()._id(value)


class RemoteSelectMultipleField(RemoteSelectField):
    """Several related records by their ids."""

    multiple = True

    def process_data(self, value: Any) -> None:
        self.data = [key for key in map(self._id, value or ()) if key is not None]

    def process_formdata(self, valuelist: list[str]) -> None:
        if any(not raw.isdecimal() for raw in valuelist if raw):
            raise ValueError(_("Choose an entry of the list."))
        self.data = [int(raw) for raw in valuelist if raw]

    def pre_validate(self, form: Any) -> None:
        if len(self.chosen()) != len(self.ids()):
            raise ValidationError(_("Choose an entry of the list."))

    def ids(self) -> list[int]:
        return list(self.data or ())


class LabelWidget:
    """Two inputs, one a language; of several lines where the field has rows."""

    def __call__(self, field: "LabelField", **kwargs: Any) -> Markup:
        parts = []
        for language, prefix in (("zh", "中文"), ("en", "English")):
            text = (field.data or {}).get(language, "")
            told = {"aria-label": f"{field.label.text} ({prefix})", "class": "form-control"}
            if "aria-describedby" in kwargs:
                told["aria-describedby"] = kwargs["aria-describedby"]
            if field.errors:
                told |= {"class": "form-control is-invalid", "aria-invalid": "true"}
            named = {"id": f"{field.id}-{language}", "name": f"{field.name}-{language}", "lang": language, **told}
            if field.rows:
                control = f"<textarea {html_params(rows=field.rows, **named)}>\n{escape(text)}</textarea>"
            else:
                control = f"<input {html_params(type='text', value=text, **named)}>"
            parts.append(f'<div class="input-group mb-1"><span class="input-group-text">{prefix}</span>{control}</div>')
        return Markup("".join(parts))  # noqa: S704 - html_params escapes


class LabelField(Field):  # type: ignore[misc]
    """A configured text in both languages: {"en": …, "zh": …}."""

    widget = LabelWidget()

    def __init__(self, label: Any = None, validators: Any = None, rows: int = 0, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.rows = rows

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None, **kwargs: Any) -> None:
        super().process(None, data if isinstance(data, dict) else None)
        names = {language: f"{self.name}-{language}" for language in ("en", "zh")}
        if formdata is not None and any(name in formdata for name in names.values()):
            self.data = {language: formdata.get(name, "").strip().replace("\r\n", "\n")
                         for language, name in names.items()}
            self.raw_data = [text for text in self.data.values() if text]


class RequiredLabel:
    """At least one language must be filled."""

    field_flags = {"required": True}  # WTForms reads it so

    def __call__(self, form: Any, field: LabelField) -> None:
        if not any((field.data or {}).values()):
            raise StopValidation(_("This field is required."))


class MomentField(StringField):  # type: ignore[misc]
    """An instant, shown and typed in the reader's zone, kept in UTC."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_datetime(self.data, "yyyy-MM-dd'T'HH:mm") if isinstance(self.data, datetime) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                typed = datetime.fromisoformat(valuelist[0].strip())
            except ValueError:
                raise ValueError(_("This is not a date and time.")) from None
            self.data = typed.astimezone(UTC) if typed.tzinfo else to_utc(typed).replace(tzinfo=UTC)

"""Custom fields on forms: made for each request, so that a new field is there at the next click."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, DateField, StringField, TextAreaField, validators
from wtforms.widgets import DateInput, DateTimeLocalInput

from app.db import session
from app.records.custom import choosing, kinds
from app.records.custom.definitions import Definition, chosen, definitions, model_of, subject_of
from app.records.custom.models import PREFIX
from app.records.custom.values import Held, Reference, Values, of_record
from app.records.custom.writing import KEY
from app.records.lists import ListedValue, listed, lists
from app.records.picklists import PicklistValue
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.i18n import _, _l, bilingual
from app.web.choices import ChoiceField, FixedChoices, hints_of_rows
from app.web.custom_shown import instead
from app.web.fields import MomentField, OtherChoiceField, RemoteSelectField, RemoteSelectMultipleField
from app.web.interface import Interface
from app.web.list_options import dependent_options, fields_above
from app.web.time_filters import today

FORM, STEP, BULK, FILTER = "in_form", "step", "bulk", "in_filter"


def is_custom(name: str) -> bool:
    """Say whether a field, column or key is a custom one."""
    return name.startswith(PREFIX)


def fields_of_view(view: Any) -> list[Definition]:
    """Return all custom fields of a view's records; no statement where the process knows them."""
    subject = subject_of(view.datamodel.obj)
    return definitions(session(), subject) if subject else []


def held_by(view: Any, item: Any, fields: Iterable[Definition]) -> Values:
    """Return what a record has in some fields, under the reader's rights."""
    found = of_record(session(), item)
    return {one.code: found[one.code] for one in fields if one.code in found}


def step_fields(view: Any, step: Any, item: Any) -> list[Definition]:
    """Return the fields that a step has to ask for: those that its state requires and that are empty yet."""
    wanted = [one for one in chosen(fields_of_view(view), current_actor(), edited=True) if one.must(step.target)]
    if not wanted or item is None:
        return wanted
    held = of_record(session(), item)
    return [one for one in wanted if one.code not in held]


def with_custom(base: type[Any], view: Any, item: Any = None, place: str = FORM,
                fields: Iterable[Definition] | None = None) -> type[Any]:
    """Return a form with the custom fields that the reader may fill in there; the form itself where there are none."""
    if fields is None:
        every = fields_of_view(view)
        fields = chosen(every, current_actor(), place="" if place == BULK else place, edited=place != FILTER)
        if item is None:
            fields = [one for one in fields if one.kind != kinds.FILE]
    mine = [one for one in fields if kinds.target_of(one) is None or model_of(kinds.target_of(one)) is not None]
    if not mine:
        return base
    held = held_by(view, item, mine) if item is not None else {}
    body = {one.name: _control(one, view, item, place) for one in mine}

    def refresh(cls: type[Any], obj: Any = None, **given: Any) -> Any:
        data = {name: value for name, value in _data(mine, held, item, place).items() if value is not None}
        form = cls(obj=obj, data=data, **given)
        for one in mine:
            if one.kind == kinds.FILE and item is not None:
                form._fields[one.name].asked = {"record": item.id}
        for code, one in held.items():
            gone = [value for value in one.values if isinstance(value, Reference) and value.row is None]
            if gone:
                form._fields[f"{PREFIX}{code}"].lock(instead(gone[0]))
        return form

    return type("RecordForm", (base,), {**body, "refresh": classmethod(refresh)})


def _data(fields: list[Definition], held: Values, item: Any, place: str) -> dict[str, Any]:
    if item is not None:
        return {one.name: _form_value(held[one.code]) for one in fields if one.code in held}
    if place != FORM:
        return {}
    found = {}
    for one in fields:
        value = choosing.default(one, current_actor(), today(), clock.now())
        if value is not None:
            found[one.name] = _of_codes(one, value) if kinds.is_of_values(one) else value
    return found


def _of_codes(field: Definition, codes: Any) -> Any:
    wanted = codes if isinstance(codes, list) else [codes]
    values = [value for value in listed_values(field) if value.code in wanted]
    return values if field.kind == kinds.CHOICES else next(iter(values), None)


def listed_values(field: Definition) -> list[ListedValue]:
    """Return the values of a field's list."""
    return listed(session(), field.picklist)[field.picklist] if field.picklist else []


def _form_value(held: Held) -> Any:
    found = [value.row or value.id if isinstance(value, Reference) else value for value in held.values]
    return found if held.definition.kind == kinds.CHOICES else found[0] if found else None


def _control(field: Definition, view: Any, item: Any, place: str) -> Any:
    state = getattr(item, "state", None) if item is not None else getattr(view.workflow, "initial", None)
    must = place == STEP or (place == FORM and field.must(state) and field.kind != kinds.BOOL)
    checks: list[Any] = [validators.InputRequired(_l("This field is required.")) if must else validators.Optional()]
    common = {"id": f"custom-{field.code}", "description": bilingual(field.help)}
    label, kind = str(field), field.kind
    if kind == kinds.BOOL:
        if place == BULK:
            return ChoiceField(label, [validators.Optional()], of=FixedChoices({True: _("Yes"), False: _("No")}),
                               **common)
        return BooleanField(label, [], **common)
    if kind in kinds.OF_LIST or kinds.target_of(field) is not None:
        many = kind == kinds.CHOICES and place != FILTER
        source = Interface(PicklistValue if kinds.is_of_values(field) else model_of(kinds.target_of(field)))
        if field.allows_other and kind == kinds.CHOICE and kinds.is_of_values(field) and place != FILTER:
            return OtherChoiceField(label, checks, source, **common)
        return (RemoteSelectMultipleField if many else RemoteSelectField)(label, checks, source, **common)
    if kind == kinds.MOMENT:
        return MomentField(label, checks, widget=DateTimeLocalInput(), **common)
    if kind == kinds.DATE:
        return DateField(label, checks, widget=DateInput(), **common)
    return (TextAreaField if kind == kinds.LONG_TEXT else NumberText if kind == kinds.NUMBER else StringField)(
        label, checks, **common)


class NumberText(StringField):  # type: ignore[misc]
    """A number as it is typed; the record's service says what is none."""

    def _value(self) -> str:
        return "" if self.data is None else f"{self.data:f}" if hasattr(self.data, "quantize") else str(self.data)


def given(form: Any) -> dict[str, Any]:
    """Return {"custom_fields": {code: value}} of a form's custom fields, nothing where it has none."""
    found = {}
    for name, field in form._fields.items():
        if is_custom(name) and not getattr(field, "is_locked", False):
            found[name.removeprefix(PREFIX)] = field.data
    return {KEY: found} if found else {}


def fieldsets(form: Any, view: Any, names: list[str], given_sets: Any) -> Any:
    """Return the groups of a form with those of its custom fields: by their sections, at the end."""
    sections: dict[str, list[str]] = {}
    for one in fields_of_view(view):
        if one.name in form._fields:
            sections.setdefault(bilingual(one.section), []).append(one.name)
    if not sections:
        return given_sets
    found = [*given_sets] if given_sets else [(None, {"fields": [*names]})]
    for title, fields in sections.items():
        present = next((place for place, (heading, _rest) in enumerate(found) if str(heading or "") == title), None)
        if present is None:
            found.append((title or _("Further details"), {"fields": fields}))
        else:
            heading, rest = found[present]
            found[present] = (heading, {**rest, "fields": [*rest["fields"], *fields]})
    return found


def options(view: Any, name: str, text: str, asked: Any) -> list[dict[str, Any]]:
    """Return what a field offers that fits what was typed: values of its list, or records that the reader may see."""
    field = next((one for one in chosen(fields_of_view(view), current_actor()) if one.name == name), None)
    if field is None:
        return []
    if field.kind in kinds.OF_LIST:
        return _of_list(view, field, text, asked)
    target = model_of(kinds.target_of(field))
    if target is None:
        return []
    if field.kind == kinds.FILE:
        return _files(view, asked.get("record", ""), text)
    found = Interface(target).options(text)
    hints = hints_of_rows(target, [key for key, _text in found])
    return [{"id": key, "text": said, **({"hint": hints[key]} if hints.get(key) else {})} for key, said in found]


def _of_list(view: Any, field: Definition, text: str, asked: Any) -> list[dict[str, Any]]:
    from app.web import record_sets
    from app.web.custom_filling import with_fills

    info = lists(session()).get(field.picklist or "")
    if info is None:
        return []
    found = record_sets.options(info, text) if field.source_type else dependent_options(
        info.code, text, asked, fields_above(view, field.name))
    return with_fills(view, info, [{"id": key, "text": said} for key, said in found])


def _files(view: Any, record_id: str, text: str) -> list[dict[str, Any]]:
    from app.records import attachments

    item = view.one(record_id) if record_id.isdecimal() else None
    if item is None:
        return []
    internal = view.may_see_internal(current_actor())
    return [{"id": file.id, "text": file.name}
            for file in attachments.of_record(session(), type(item).record_type(), item.id)
            if text.casefold() in file.name.casefold() and (internal or file.is_public)]

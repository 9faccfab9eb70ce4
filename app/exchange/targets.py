"""What a file's columns can be mapped to: the fields that a page's forms and service take, under rights."""

from collections.abc import Iterable
from typing import Any

from flask_babel import force_locale

from app.db import Audited, Label, record_type_of, session
from app.exchange.several import KINDS
from app.exchange.target import (
    BOOL,
    CHOICE,
    DAY,
    LISTED,
    MOMENT,
    NUMBER,
    RELATED,
    SEVERAL,
    TEXT,
    WHOLE,
    WORDS,
    Target,
)
from app.organisation.models import Company, Department, Site
from app.organisation.services import company_service, department_service, site_service
from app.records.custom import kinds
from app.records.custom.definitions import Definition, chosen, definitions, model_of, subject_of
from app.records.permissions import LIST_IMPORT
from app.records.picklists import PicklistValue
from app.sdk.actor import Actor
from app.sdk.errors import NotFound
from app.sdk.i18n import LANGUAGES, _
from app.web.audit_text import is_guarded
from app.web.choices import OptionFilter
from app.web.chrome import builder
from app.web.labels import automatic_label, plain_label
from app.web.list_settings import page_key

EXTERNAL = "@external"
# In this order: what names one record alone comes before what several may be called.
KEYS = ("code", "number", "employee_number", "username", "email")
NAMES = ("name", "title", "first_name", "label")
_HINTS = {"zh": {"工号": "employee_number", "邮箱": "email", "电子邮箱": "email", "手机": "phone", "手机号": "phone",
                 "部门名称": "department", "公司名称": "company", "姓名": "name", "编码": "code",
                 "入职日期": "joined_on", "入职时间": "joined_on", "离职日期": "left_on", "离职时间": "left_on"},
          "en": {"e-mail address": "email", "mail": "email", "telephone": "phone", "mobile": "phone",
                 "employee id": "employee_number", "employee no": "employee_number", "full name": "name"}}
_OF_CUSTOM = {kinds.TEXT: TEXT, kinds.LONG_TEXT: TEXT, kinds.URL: TEXT, kinds.NUMBER: NUMBER, kinds.DATE: DAY,
              kinds.MOMENT: MOMENT, kinds.BOOL: BOOL}


def list_view(page: str) -> Any:
    """Return the page of a list by its key. Raises NotFound."""
    found = next((view for view in builder().baseviews if hasattr(view, "url_of") and page_key(view) == page), None)
    if found is None:
        raise NotFound
    return found


def title_of(page: str) -> str:
    """Return what a list is called, by its page's key; the key where its addon is gone."""
    try:
        return str(list_view(page).list_title)
    except NotFound:
        return page


def view_of(page: str) -> Any:
    """Return the page of a list by its key, where its records can be brought in. Raises NotFound."""
    found = list_view(page)
    if not is_importable(found):
        raise NotFound
    return found


def page_of(record_type: str) -> Any:
    """Return the page of a record type, where its records can be brought in. Raises NotFound."""
    for view in builder().baseviews:
        model = getattr(getattr(view, "datamodel", None), "obj", None)
        if (hasattr(view, "url_of") and isinstance(model, type) and issubclass(model, Audited)
                and record_type_of(model) == record_type and is_importable(view)):
            return view
    raise NotFound


def is_importable(view: Any) -> bool:
    """Say whether records of a page can be brought in: a service makes them, from a form of their own."""
    shut = view.exclude_route_methods or ()
    return (hasattr(view.service, "create") and hasattr(view.service, "fields") and "add" not in shut
            and issubclass(view.datamodel.obj, Audited))


def may_import(view: Any, actor: Actor) -> bool:
    """Say whether somebody may bring such records in."""
    return actor.can(LIST_IMPORT) and actor.can(f"{view.class_permission_name}.write")


def targets(view: Any, actor: Actor) -> dict[str, Target]:
    """Return what columns can be mapped to, by name, in the order of the form."""
    found: dict[str, Target] = {}
    for name in dict.fromkeys([*view.add_columns, *view.edit_columns]):
        for one in _targets(view, name, actor):
            found[one.name] = one
    for several in KINDS:
        if several.is_of(view, actor):
            found[several.name] = Target(several.name, str(several.label), SEVERAL, several.name, several.name,
                                         several=several)
    subject = subject_of(view.datamodel.obj)
    for field in chosen(definitions(session(), subject) if subject else [], actor, edited=True):
        made = _custom(view, field)
        if made is not None:
            found[made.name] = made
    return found


def target(view: Any, name: str, actor: Actor) -> Target | None:
    """Return the field of that name (`name.en` for one language), on a form or not; None where nobody may set it."""
    field = view.field_name(name.partition(".")[0])
    if field not in view.datamodel.list_columns and not view.datamodel.is_relation(field):
        return None
    return next((one for one in _targets(view, field, actor) if name in (one.name, one.column)), None)


def _custom(view: Any, field: Definition) -> Target | None:
    # A file cannot be typed into a cell; what an addon that is gone defined cannot be found.
    kind = _OF_CUSTOM.get(field.kind, RELATED)
    kind = LISTED if kinds.is_of_values(field) else kind
    model = model_of(kinds.target_of(field)) if kind == RELATED else None
    if field.kind == kinds.FILE or (kind == RELATED and model is None):
        return None
    state = getattr(getattr(view, "workflow", None), "initial", None)
    return Target(field.name, str(field), kind, field.name, field.name, custom=field, model=model,
                  is_required=field.must(state) and not field.default_value, is_many=field.kind == kinds.CHOICES,
                  picklist=(field.picklist or "") if kind == LISTED else "")


def _targets(view: Any, name: str, actor: Actor) -> Iterable[Target]:
    data, model = view.datamodel, view.datamodel.obj
    field = view.field_name(name)
    is_relation = data.is_relation(field)
    if is_relation and not (data.is_relation_many_to_one(field) or data.is_relation_one_to_one(field)):
        return
    if is_relation and not any(hasattr(data.get_related_model(field), one) for one in (*KEYS, *NAMES)):
        return  # no cell could say which one is meant
    column = data.fk_name(field) if is_relation else name
    accepted = {name, field, column} & set(view.service.fields)
    if (not is_relation and name not in data.list_columns) or not accepted or is_guarded(model, field, actor):
        return
    common: dict[str, Any] = {
        "column": column, "field": name, "is_required": bool({name, field, column} & view.service.required),
        "is_new_only": not {name, field} & set(view.edit_columns),
    }
    label = str(view.label_columns.get(name) or view.label_columns.get(field) or automatic_label(name))
    if is_relation:
        yield _relation(view, field, label, common)
    elif name in view.choices:
        yield Target(name, label, CHOICE, choices=view.choices[name], **common)
    elif isinstance(data.list_columns[name].type, Label):
        for language, said in (("zh", _("Chinese")), ("en", _("English"))):
            yield Target(f"{name}.{language}", f"{label} ({said})", WORDS, language=language,
                         **{**common, "is_required": False})
    else:
        own = data.list_columns[name]
        yield Target(name, label, _kind(data, name), is_key=bool(own.unique) or name in ("name", "email", "code"),
                     length=getattr(own.type, "length", None), **common)


def _kind(data: Any, name: str) -> str:
    for kind, test in ((BOOL, data.is_boolean), (MOMENT, data.is_datetime), (DAY, data.is_date),
                       (WHOLE, data.is_integer), (NUMBER, data.is_numeric), (NUMBER, data.is_float)):
        if test(name):
            return kind
    return TEXT


def _relation(view: Any, field: str, label: str, common: dict[str, Any]) -> Target:
    related = view.datamodel.get_related_model(field)
    narrowing = view.option_filters.get(field)
    picklist = narrowing if isinstance(narrowing, str) else getattr(narrowing, "picklist", "")
    if related is PicklistValue and picklist:
        return Target(field, label, LISTED, picklist=picklist, model=related, **common)
    needs = narrowing.needs[0] if isinstance(narrowing, OptionFilter) and narrowing.needs else ""
    return Target(field, label, RELATED, model=related, narrowed_by=needs, can_be_made=maker(related) is not None,
                  **common)


def maker(model: Any) -> Any:
    """Return the service that makes records of a class by name alone (companies, departments, sites), or None."""
    return {Company: company_service, Department: department_service, Site: site_service}.get(model)


def guess(view: Any, found: dict[str, Target], headers: list[str]) -> dict[str, str]:
    """Return {number of the column: field} by what the headings say, in either language or as columns are called."""
    words: dict[str, str] = {}
    for language in LANGUAGES:
        words |= {said: name for said, name in _HINTS[language].items() if name in found}
        with force_locale(language):
            for name, target in found.items():
                said = _label_of(view, target)
                extra = f" ({_('Chinese') if target.language == 'zh' else _('English')})" if target.language else ""
                words.setdefault(_word(said + extra), name)
    for name, target in found.items():
        for said in (name, target.column, target.custom.code if target.custom is not None else name):
            words.setdefault(_word(said), name)
        words.setdefault(_word(plain_label(name)), name)
    words |= dict.fromkeys(("external key", "external id", "外部编号", "外部键"), EXTERNAL)
    taken: dict[str, str] = {}
    for number, header in enumerate(headers):
        known = words.get(_word(header))
        if known is not None and known not in taken.values():
            taken[str(number)] = known
    return taken


def _label_of(view: Any, target: Target) -> str:
    if target.custom is not None:
        return str(target.custom)
    if target.several is not None:
        return str(target.several.label)
    label = view.label_columns.get(target.field) or view.label_columns.get(view.field_name(target.field))
    return str(label or automatic_label(target.field))


def _word(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("*", " ").casefold().split())


def guess_key(found: dict[str, Target], mapping: dict[str, str]) -> str:
    """Return the field by which rows are known again: the external key, else one that no two records share."""
    mapped = set(mapping.values())
    if EXTERNAL in mapped:
        return EXTERNAL
    known = ("employee_number", "code", "number", "username")
    return next((name for name in known if name in mapped and name in found), "")


def key_choices(found: dict[str, Target]) -> list[tuple[str, str]]:
    """Return (field, label) of what rows may be known by."""
    return [(EXTERNAL, _("External key")), *((one.name, one.label) for one in found.values() if one.is_key)]

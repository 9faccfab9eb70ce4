"""All settings in one place, searchable as one types, and the way to every other page of configuration."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import flash, redirect, request
from flask_babel import force_locale
from wtforms import BooleanField, StringField
from wtforms.widgets import NumberInput

from app.records.permissions import SETTING_WRITE
from app.records.settings import changed, declared, default_of, setting, setting_service
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import LANGUAGES, _, bilingual
from app.sdk.settings import Setting
from app.web.choices import ChoiceField, Choices
from app.web.chrome import navigation
from app.web.fields import LabelField
from app.web.form_words import DeskForm
from app.web.page import Page, expose, has_access

# Headings of the menu under which other pages of configuration stand.
ELSEWHERE = ("configuration", "administration")


@dataclass(frozen=True, slots=True)
class Row:
    """One setting on the page."""

    setting: Setting
    name: str
    default: str
    is_changed: bool
    words: str


class SettingChoices(Choices):
    """What a setting may be."""

    def __init__(self, one: Setting) -> None:
        self.one = one

    def options(self) -> list[tuple[Any, str]]:
        return [(value, str(label)) for value, label in (self.one.choices or dict)().items()]


def name_of(key: str) -> str:
    """Return the name of a setting's field: form names hold no dots."""
    return key.replace(".", "-")


def _field(one: Setting) -> Any:
    if one.kind is bool:
        return BooleanField(one.label, description=one.help)
    if one.kind is dict:
        return LabelField(one.label, description=one.help)
    if one.choices is not None:
        return ChoiceField(one.label, of=SettingChoices(one), is_required=True, description=one.help)
    if one.kind is int:
        return StringField(one.label, widget=NumberInput(min=one.least, max=one.most), description=one.help,
                           render_kw={"inputmode": "numeric"})
    return StringField(one.label, description=one.help, render_kw={"maxlength": one.max_length})


def form_of(settings: list[Setting], **kwargs: Any) -> Any:
    """Return a form of these settings, filled with their values."""
    fields = {name_of(one.key): _field(one) for one in settings}
    values = {name_of(one.key): setting(one.key) for one in settings}
    return type("SettingsForm", (DeskForm,), fields)(**values, **kwargs)


def _shown(one: Setting, value: Any) -> str:
    if one.kind is bool:
        return _("Yes") if value else _("No")
    if one.kind is dict:
        return bilingual(value)
    if one.choices is not None:
        return str(one.choices().get(value, value))
    text = f"{value} {one.unit}" if one.unit else str(value)
    return text or _("nothing")


def _row(one: Setting, differing: dict[str, Any]) -> Row:
    words = [one.key]
    for language in LANGUAGES:
        with force_locale(language):
            words += [str(one.label), str(one.help), str(one.section)]
    return Row(one, name_of(one.key), _shown(one, default_of(one)), one.key in differing, " ".join(words).casefold())


def sections() -> dict[str, tuple[Any, list[Setting]]]:
    """Return {key: (heading, settings)} in the order of declaration; the key stands in addresses."""
    found: dict[str, tuple[Any, list[Setting]]] = {}
    for one in declared().values():
        if one.is_hidden:
            continue
        with force_locale("en"):
            heading = str(one.section)
        key = "-".join("".join(letter if letter.isalnum() else " " for letter in heading.lower()).split())
        found.setdefault(key or one.key.split(".")[0], (one.section, []))[1].append(one)
    return found


class SettingsView(Page):  # type: ignore[misc]
    """All settings, and the way to the rest."""

    route_base = "/settings"
    default_view = "index"
    class_permission_name = "setting"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read", "save": "write", "reset": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show all settings."""
        return self._page()

    @expose("/<string:section>", methods=["POST"])
    @has_access
    def save(self, section: str) -> Any:
        """Keep the settings of one section, all or none."""
        found = sections().get(section)
        if found is None:
            return redirect(f"{self.route_base}/")
        form = form_of(found[1])
        given = {one.key: form[name_of(one.key)].data for one in found[1]}
        try:
            setting_service.change(current_actor(), given)
        except BusinessError as refusal:
            for key, message in refusal.fields.items():
                field = form[name_of(key)]
                field.errors = [*field.errors, message]
            return self._page(section, form), 422
        flash(_("The settings are saved."), "success")
        return redirect(f"{self.route_base}/#{section}")

    @expose("/reset", methods=["POST"])
    @has_access
    def reset(self) -> Any:
        """Bring one setting back to its default."""
        setting_service.reset(current_actor(), request.form.get("key", ""))
        flash(_("The setting is as it came."), "success")
        return redirect(f"{self.route_base}/")

    def _page(self, wrong: str = "", form: Any = None) -> Any:
        differing = changed()
        shown = [(key, heading, [_row(one, differing) for one in settings],
                  form if key == wrong else form_of(settings, formdata=None))
                 for key, (heading, settings) in sections().items()]
        places = [entry for section in navigation() if section.key in ELSEWHERE for entry in section.entries
                  if not entry.url.startswith(self.route_base)]
        return self.render_template("desk/settings.html", title=_("Settings"), sections=shown, places=places,
                                    may_write=current_actor().can(SETTING_WRITE))


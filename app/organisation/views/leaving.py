"""The page on which a leaver is cleared: what they hold, who takes it over, and the last day."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect
from sqlalchemy import func, select
from wtforms import BooleanField, DateField, validators
from wtforms.widgets import DateInput

from app.db import session
from app.organisation.clearance import HAND, KEEP, NONE, Line, Wish, clearance_service, lines
from app.organisation.models import Person
from app.organisation.permissions import PERSON_ANONYMISE, PERSON_DELETE, PERSON_LEAVE
from app.sdk import clock
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import _, _l, _n, bilingual
from app.security.models import ApiToken, LoginSession, RoleProfile
from app.web.choices import ChoiceField, FixedChoices
from app.web.fields import RemoteSelectField
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.interface import Interface
from app.web.labels import text_of
from app.web.list_links import list_address, page_of
from app.web.page import Page, expose, has_access
from app.web.panels import Panel

PEOPLE = "/organisation/people"
LEAVING = "/organisation/leaving"
OPTIONS = f"{PEOPLE}/options/manager"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page has it: how many, the first of them, where all of them are, and how many are hidden."""

    key: str
    label: str
    number: int
    hidden: int
    first: list[tuple[str, str]]
    url: str

    @property
    def name(self) -> str:
        """The part of the names of its fields."""
        return self.key.replace(".", "-")


class LeavingPanel(Panel):
    """The way from a person to their clearance."""

    key, title, template = "leaving.side", _l("Leaving"), "desk/panels/leaving.html"

    def shown(self, view: Any, item: Any, actor: Actor, opened: str | None = None) -> list[Any]:
        """Return the panel for whoever may clear or anonymise the person: nobody does so with themselves."""
        may = actor.can(PERSON_LEAVE) or actor.can(PERSON_ANONYMISE)
        is_over = actor.person_id == item.id or item.anonymised_at is not None
        return super().shown(view, item, actor, opened) if may and not is_over else []

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        return {"clear": f"{LEAVING}/{item.id}" if actor.can(PERSON_LEAVE) else "",
                "anonymise": f"/organisation/anonymising/{item.id}" if actor.can(PERSON_ANONYMISE) else ""}


class LeavingView(Page):  # type: ignore[misc]
    """The clearance of one person."""

    route_base = LEAVING
    default_view = "clear"
    class_permission_name = "person"
    method_permission_name = {"clear": "leave", "confirm": "leave"}

    @expose("/<int:person_id>", methods=["GET"])
    @has_access
    def clear(self, person_id: int) -> Any:
        """Show what a person holds, and propose what becomes of it."""
        person = seen(person_id)
        shown = shown_lines(person_id)
        return self._page(person, shown, form_of(shown))

    @expose("/<int:person_id>", methods=["POST"])
    @has_access
    def confirm(self, person_id: int) -> Any:
        """Hand everything over as chosen; what refuses says why beside its line, and then nothing has changed."""
        person = seen(person_id)
        shown = shown_lines(person_id)
        form, name = form_of(shown), text_of(person)
        if form.validate():
            try:
                with session().begin_nested():
                    moved = clearance_service.clear(current_actor(), person_id, wish_of(form, shown))
                flash(_n("%(person)s is cleared: %(num)s entry was handed over.",
                         "%(person)s is cleared: %(num)s entries were handed over.", sum(moved.values()), person=name),
                      "success")
                return redirect(f"{PEOPLE}/show/{person_id}")
            except BusinessError as refusal:
                if refusal.http_status not in (403, 409, 422):
                    raise
                told = {field_of(form, key): text for key, text in refusal.fields.items()}
                left = put_errors(form, told)
                form.form_errors = [*form.form_errors, *(left or ([] if told and left else [refusal.message]))]
        return self._page(person, shown, form), 422

    def _page(self, person: Any, shown: list[Shown], form: Any) -> str:
        return str(self.render_template(
            "desk/leaving.html", title=_("Clear %(person)s", person=text_of(person)), person=person, form=form,
            lines=shown, access=log_in_of(person), action_url=f"{LEAVING}/{person.id}",
            back_url=f"{PEOPLE}/show/{person.id}",
            delete_url=f"{PEOPLE}/delete/{person.id}" if current_actor().can(PERSON_DELETE) else ""))


def seen(person_id: int) -> Any:
    """Return a person whom the reader may see. Raises NotFound."""
    found = page_of(Person).datamodel.get(person_id)
    if found is None:
        raise NotFound
    return found


def shown_lines(person_id: int) -> list[Shown]:
    """Return what a person holds, as far as the reader may see it; what they may not see is a number."""
    found = []
    for line in lines():
        total = line.total(person_id)
        if total:
            number = line.seen(person_id)
            rows = _rows(line, line.ids(person_id, SHOWN))
            found.append(Shown(line.key, str(line.label), number, total - number, [row[:2] for row in rows],
                               _list_of(line, person_id, rows) if number > len(rows) or len(rows) > 1 else ""))
    return found


def _rows(line: Line, ids: list[int]) -> list[tuple[str, str, Any]]:
    rows = session().execute(select(line.model).where(line.model.id.in_(ids)).order_by(line.model.id)).scalars().all()
    texts = line.shown(ids) if line.shown is not None and ids else {}
    return [(texts.get(row.id) or text_of(row), _address(row), type(row)) for row in rows]


def _address(row: Any) -> str:
    view = page_of(type(row))
    return f"{view.route_base}/show/{row.id}" if view is not None else ""


def _list_of(line: Line, person_id: int, rows: list[tuple[str, str, Any]]) -> str:
    if line.conditions is None or not rows:
        return ""
    return list_address(rows[0][2], *line.conditions(person_id))


def form_of(shown: list[Shown]) -> Any:
    """Return the form of a clearance: the successor, the last day, and each line with its choices."""
    known = {line.key: line for line in lines()}
    fields: dict[str, Any] = {
        "successor": RemoteSelectField(_l("Successor"), [validators.Optional()], Interface(Person),
                                       description=_l("Takes over every line that says so, unless another is named.")),
        "left_on": DateField(_l("Last day"), [validators.Optional()], widget=DateInput(), default=_today),
        "deactivate": BooleanField(_l("Deactivate the person and end their log-in"), default=True),
    }
    for one in shown:
        line = known[one.key]
        offered: dict[str, Any] = {HAND: _l("To the successor")}
        if line.none:
            offered[NONE] = line.none
        offered[KEEP] = _l("Leave it for now")
        fields[f"how_{one.name}"] = ChoiceField(line.label, of=FixedChoices(offered), default=line.proposed,
                                               is_required=True)
        fields[f"to_{one.name}"] = RemoteSelectField(
            _l("Somebody else for: %(line)s", line=line.label), [validators.Optional()], Interface(Person))
    form = type("ClearanceForm", (DeskForm,), fields)()
    for field in form:
        if isinstance(field, RemoteSelectField):
            field.options_url = OPTIONS
    return form


def field_of(form: Any, key: str) -> str:
    """Return the field beside which a message stands: that of a line, or the one that it names."""
    name = key.replace(".", "-")
    return f"how_{name}" if f"how_{name}" in form else name


def _today() -> Any:
    return clock.now().date()


def wish_of(form: Any, shown: list[Shown]) -> Wish:
    """Return what a form says."""
    others = {one.key: form[f"to_{one.name}"].data for one in shown}
    return Wish(form.successor.data, {one.key: form[f"how_{one.name}"].data for one in shown},
                {key: other for key, other in others.items() if other is not None}, form.left_on.data,
                bool(form.deactivate.data))


def log_in_of(person: Any) -> dict[str, Any] | None:
    """Return what ends with a log-in: its name, open sessions, keys for programs; None where there is none."""
    if person.user is None or not person.user.active:
        return None
    open_sessions = select(func.count()).select_from(LoginSession).where(
        LoginSession.user_id == person.user_id, LoginSession.ended_at.is_(None)).scalar_subquery()
    keys = select(func.count()).select_from(ApiToken).where(
        ApiToken.user_id == person.user_id, ApiToken.revoked_at.is_(None)).scalar_subquery()
    row = session().execute(select(open_sessions, keys)).one()
    own = {role.id: role.name for role in person.user.roles}
    labels = session().execute(select(RoleProfile.role_id, RoleProfile.label).where(RoleProfile.role_id.in_(own)))
    own.update({key: bilingual(label) for key, label in labels if label})
    return {"name": person.user.username, "sessions": row[0], "keys": row[1], "roles": sorted(own.values())}

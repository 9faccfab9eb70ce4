"""The quick log: an incident in six fields while somebody is on the phone, by keyboard alone."""

from typing import Any, ClassVar

from flask import flash, jsonify, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from addons.incident.models import Incident
from addons.incident.services.quick import SOLVE, TAKE, log_quickly
from addons.incident.views.quick_form import FIELDS, PLACE, SOLUTION, WORK, form_of, values_of
from app.organisation.models import Person
from app.organisation.permissions import PERSON_READ, PERSON_WRITE
from app.organisation.services import person_service
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, MissingFields
from app.sdk.i18n import _
from app.web.caller_search import find_callers
from app.web.forms import RecordForm, field_values, mark_required, point_to_options, prefill
from app.web.list_links import page_of
from app.web.page import Page, expose, has_access
from app.web.staying import event, is_part

ROUTE = "/incident/quick"
ANOTHER = "another"
CALLER_FIELDS = ("name", "phone", "email", "company")
MOST_TYPED = 100


class QuickLogView(Page):  # type: ignore[misc]
    """Where an agent logs what a caller says; customers have the whole form."""

    route_base = ROUTE
    default_view = "index"
    class_permission_name = "incident"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "write", "callers": "write", "caller": "write"}

    @expose("/", methods=["GET", "POST"])
    @has_access
    def index(self) -> Any:
        """Show the form, or log what it says."""
        actor, view = current_actor(), page_of(Incident)
        actor.require(PERSON_READ)
        form = form_of(view).refresh()
        point_to_options(form, view)
        form.caller.options_url = f"{ROUTE}/callers"
        mark_required([form.caller, form.title])
        then = request.form.get("then", "")
        if request.method == "GET":
            prefill(form, {name: value for name, value in request.args.items() if name != "once"})
        elif form.validate():
            answer = self._log(view, form, then)
            if answer is not None:
                return answer
        body = self.render_template(
            "incident/quick.html", title=_("Quick log"), form=form, hints_url=view.hints_url,
            hint_fields=view.hint_fields, names=FIELDS, place=PLACE,
            solution=(*SOLUTION, *WORK),
            is_solving=then == SOLVE, may_add=actor.can(PERSON_WRITE), caller_url=f"{ROUTE}/caller")
        return body, 422 if request.method == "POST" else 200

    @staticmethod
    def _log(view: Any, form: RecordForm, then: str) -> Response | None:
        # None where the service refused and the form shows why.
        try:
            if then == SOLVE:
                _needs(form, SOLUTION)
            values = {**view.typed(form, ["description"]), **values_of(form, (*PLACE, "caller", "title"))}
            names = (*FIELDS, *SOLUTION, *WORK) if then == SOLVE else FIELDS
            values = {**values_of(form, names), **values}
            logged = view.call_service(log_quickly, current_actor(), form.once.data, values, then)
        except BusinessError as error:
            if error.http_status not in (409, 422):
                raise
            view.show_refusal(form, error)
            return None
        page = view.url_of(logged.incident.id)
        told = _("Logged: %(record)s") if logged.is_new else _("This was logged already: %(record)s")
        flash(Markup(told.replace("%(record)s", "{}")).format(  # noqa: S704 - what is put in is escaped
            Markup('<a href="{}">{}</a>').format(page, logged.incident)), "success" if logged.is_new else "info")
        return redirect(f"{ROUTE}/" if then == ANOTHER else page)

    @expose("/callers")
    @has_access
    def callers(self) -> Response:
        """Answer who may be meant by what was typed."""
        current_actor().require(PERSON_READ)
        found = find_callers(request.args.get("q", "")[:MOST_TYPED])
        return jsonify(results=[{"id": one.id, "text": one.name, "hint": one.hint, "fills": one.fills}
                                for one in found])

    @expose("/caller", methods=["GET", "POST"])
    @has_access
    def caller(self) -> Any:
        """Enter a caller whom the desk does not know yet, without leaving the form."""
        actor, view = current_actor(), page_of(Person)
        actor.require(PERSON_WRITE)
        form = view.fields_form(CALLER_FIELDS, ("name",)).refresh()
        point_to_options(form, view)
        if request.method == "GET":
            prefill(form, request.args)
        elif form.validate():
            try:
                made = view.call_service(person_service.create, actor, field_values(form, list(CALLER_FIELDS)))
            except BusinessError as error:
                if error.http_status not in (409, 422):
                    raise
                view.show_refusal(form, error)
            else:
                return _made(made)
        body = self.render_template(
            "incident/quick_caller.html", title=_("New caller"), form=form, action_url=f"{ROUTE}/caller",
            back_url=f"{ROUTE}/", names=CALLER_FIELDS)
        return body, 422 if request.method == "POST" else 200


def _made(person: Person) -> Response:
    if not is_part():
        return redirect(f"{ROUTE}/?caller={person.id}")  # type: ignore[return-value]
    return Response(status=204, headers={"HX-Trigger": event("caller-made", id=person.id, text=person.name)})


def _needs(form: RecordForm, names: tuple[str, ...]) -> None:
    empty = [name for name in names if name not in form or not form[name].data]
    if empty:
        raise MissingFields(empty)


__all__ = ["TAKE", "QuickLogView"]

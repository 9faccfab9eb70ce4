"""Who needs training: whom the desk was asked by most, from which department, and what about."""

from datetime import date, timedelta
from typing import Any, ClassVar

import structlog
from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from addons.incident.models import Incident
from addons.incident.views.training_numbers import EXPORTED, SHOWN, Asked, Need, needs, total
from app.db import session
from app.records import audit
from app.records.permissions import LIST_EXPORT
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l
from app.web.choices import ListChoices
from app.web.export import MIME_TYPES, Table
from app.web.files import send_table
from app.web.interface import Interface
from app.web.names import names_of
from app.web.page import Page, expose, has_access
from app.web.time_filters import today

log = structlog.get_logger(__name__)
KINDS = ListChoices("incident.kind")
USUAL, LONGEST = timedelta(days=89), timedelta(days=5 * 366)
# What is counted by, each with its heading and what it says.
BY: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "topic": (_l("Who asks again about the same"), _l("Person and category: the first to be trained."),
              ("caller", "category")),
    "person": (_l("People"), _l("Who asked most."), ("caller",)),
    "department": (_l("Departments"), _l("Where a course for several is worth it."), ("department",)),
    "category": (_l("Categories"), _l("What an article or a course should explain."), ("category",)),
}
LABELS = {"caller": _l("Caller"), "category": _l("Category"), "department": _l("Department")}


class TrainingView(Page):  # type: ignore[misc]
    """Counted from what was asked; each number leads to exactly its incidents."""

    route_base = "/incident/training"
    default_view = "index"
    class_permission_name = "incident"
    method_permission_name: ClassVar[dict[str, str]] = {
        "index": "see_training_needs", "export": "see_training_needs"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the numbers of the chosen days and kinds."""
        asked, errors = asked_in(request.args)
        number, url = total(asked)
        parts = [(key, title, told, [str(LABELS[name]) for name in relations],
                  [(named, one) for named, one in _named(relations, needs(relations, asked, SHOWN))])
                 for key, (title, told, relations) in BY.items()]
        return self.render_template(
            "incident/training.html", title=_("Training needs"), asked=asked, errors=errors, number=number, url=url,
            parts=parts, kinds=KINDS.options(), most=SHOWN, may_export=current_actor().can(LIST_EXPORT),
            spans=[(days, today() - timedelta(days=days - 1)) for days in (30, 90, 365)], today=today(),
        )

    @expose("/export/<by>", methods=["POST"])
    @has_access
    def export(self, by: str) -> Response:
        """Send one of the tables as a file, and note who took it."""
        current_actor().require(LIST_EXPORT)
        kind = request.form.get("format", "")
        if kind not in MIME_TYPES or by not in BY:
            raise InvalidField("format", _("Choose an entry of the list."))
        asked, _errors = asked_in(request.args)
        title, _told, relations = BY[by]
        rows = [[*named, one.count, one.before]
                for named, one in _named(relations, needs(relations, asked, EXPORTED))]
        said = {"format": kind, "rows": len(rows), "query": request.query_string.decode()[:2000]}
        audit.write(session(), "incident", 0, "export", {name: (None, value) for name, value in said.items()})
        log.info("training needs exported", by=by, **said)
        table = Table([*(str(LABELS[name]) for name in relations), _("Asked"), _("Before")], rows)
        return send_table(table, kind, name=f"training-{by}", title=str(title))


def asked_in(given: MultiDict[str, str]) -> tuple[Asked, dict[str, str]]:
    """Return what an address asks for, and what is wrong with it by field; what is wrong is as usual."""
    errors: dict[str, str] = {}
    last = _day(given, "last", errors) or today()
    first = _day(given, "first", errors) or last - USUAL
    if first > last:
        errors["last"] = _("The last day is before the first.")
    elif last - first > LONGEST:
        errors["first"] = _("Choose at most five years.")
    if {"first", "last"} & errors.keys():
        last = today()
        first = last - USUAL
    known = {code for code, _text in KINDS.options()}
    chosen = tuple(code for code in dict.fromkeys(given.getlist("kind")) if code in known)
    return Asked(first, last, chosen or ("query",)), errors


def _day(given: MultiDict[str, str], name: str, errors: dict[str, str]) -> date | None:
    text = str(given.get(name) or "").strip()
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = None
        errors[name] = _("This is no date.")
    if found is not None and not 1990 <= found.year <= 2900:
        errors[name] = _("This is no date.")
        return None
    return found


def _named(relations: tuple[str, ...], found: list[Need]) -> list[tuple[list[str], Need]]:
    datamodel = Interface(Incident)
    names = [names_of(datamodel, relation, {one.keys[place] for one in found} - {None})
             for place, relation in enumerate(relations)]
    return [([names[place][key] if key is not None else _("(none)") for place, key in enumerate(one.keys)], one)
            for one in found]

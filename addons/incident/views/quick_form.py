"""The form of the quick log: six fields, and folded away what the caller fills or a solution at once needs."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from addons.incident.models import Incident
from addons.ticket.models import PriorityRule
from addons.ticket.panels import may_log, worked_field
from addons.ticket.services.worked import WORKED
from app.db import field_rights, session
from app.records.lists import ListedValue, listed
from app.sdk.actor import current_actor
from app.sdk.i18n import _, _l
from app.web.choices import ChoiceField, Choices
from app.web.forms import RecordForm

# In the order in which a call goes: who, what, more of it, about what, how bad, for whom.
FIELDS = ("caller", "title", "description", "category", "weight", "group")
PLACE, SOLUTION = ("contact_phone", "site"), ("resolution_code", "solution")
WORK = (WORKED,)
LISTS = ("ticket.impact", "ticket.urgency", "ticket.priority")


class Weights(Choices):
    """The cells of the priority matrix, the gravest first: impact and urgency in one choice."""

    def options(self) -> list[tuple[Any, str]]:
        impacts, urgencies, priorities = (self._active(name) for name in LISTS)
        rule = PriorityRule
        rules = session().execute(select(rule.impact_id, rule.urgency_id, rule.priority_id)).all()
        cells = [(priorities[priority], impacts[impact], urgencies[urgency]) for impact, urgency, priority in rules
                 if priority in priorities and impact in impacts and urgency in urgencies]
        cells.sort(key=lambda cell: tuple((one.sequence, one.id) for one in cell))
        return [(f"{impact.id}:{urgency.id}", _("%(priority)s · impact: %(impact)s · urgency: %(urgency)s",
                                                priority=priority, impact=impact, urgency=urgency))
                for priority, impact, urgency in cells]

    def default(self) -> Any:
        usual = [next((one.id for one in self._active(name).values() if one.is_default), None) for name in LISTS[:2]]
        return ":".join(map(str, usual)) if None not in usual else None

    @staticmethod
    def _active(name: str) -> dict[int, ListedValue]:
        return {one.id: one for one in listed(session(), *LISTS)[name] if one.is_active}


def form_of(view: Any) -> type[RecordForm]:
    """Return the form, made of the fields of the incidents' page; those that the reader may not change are left out."""
    locked = field_rights.locked(Incident, (*FIELDS, *PLACE, *SOLUTION))
    kept = [name for name in (*FIELDS, *PLACE, *SOLUTION) if name != "weight" and name not in locked]
    plain = view.fields_form(kept, ("caller", "title"))
    once = HiddenField(validators=[InputRequired(), Length(max=64)], default=lambda: uuid4().hex)
    extra: dict[str, Any] = {"once": once}
    if not field_rights.locked(Incident, ("impact", "urgency")):
        extra["weight"] = ChoiceField(_l("Priority"), of=Weights())
    if may_log(current_actor()):
        extra[WORKED] = worked_field()
    return type("QuickForm", (plain,), extra)


def values_of(form: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return what the form says of these fields, for the service."""
    given = {name: form[name].data for name in names if name in form and name != "weight"}
    impact, colon, urgency = str(form["weight"].data or "").partition(":") if "weight" in form else ("", "", "")
    if colon:
        given |= {"impact": int(impact), "urgency": int(urgency)}
    return given

"""The work log of a ticket on its page: a line to log in, what was logged, and how much by whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from addons.ticket.models import Ticket, WorkEntry
from addons.ticket.permissions import WORK_ENTRY_EDIT_OTHERS, WORK_ENTRY_READ, WORK_ENTRY_WRITE
from addons.ticket.services.work import ACTIVITY, usual_activity, why_closed, work_entry_service
from app.db import field_rights, session
from app.organisation.models import Person
from app.records.lists import offered, today
from app.records.settings import setting
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l
from app.web.choices import ChoiceField, Choices
from app.web.duration_field import DurationField
from app.web.fields import RemoteSelectField
from app.web.form_words import DeskForm
from app.web.interface import Interface
from app.web.list_links import list_address, page_of
from app.web.moments import working_duration
from app.web.names import names_of
from app.web.panels import Panel

ROUTE = "/ticket/work-log"
SHOWN = 200
SEEN = ("worked_on", "person", "minutes", "activity", "is_billable", "is_on_site", "note")
LINE = ("minutes", "activity", "worked_on", "person", "note", "is_billable", "is_on_site")


class Activities(Choices):
    """The kinds of work, by their ids."""

    def options(self) -> list[tuple[Any, str]]:
        return [(one.id, str(one)) for one in offered(session(), ACTIVITY)]

    def default(self) -> Any:
        return usual_activity()

    def key(self, raw: Any) -> Any:
        return int(raw) if str(raw or "").isdecimal() else None


class WorkLine(DeskForm):
    """One line: the minutes, and of all else what is usual."""

    minutes = DurationField(_l("Time worked"), [InputRequired(_l("This field is required."))],
                            render_kw={"placeholder": "1:30", "autocomplete": "off"})
    activity = ChoiceField(_l("Kind of work"), [Optional()], of=Activities())
    worked_on = DateField(_l("Worked on"), [Optional()], default=today)
    note = StringField(_l("Note"), [Optional(), Length(max=1000)])
    is_billable = BooleanField(_l("Billable"), default=lambda: bool(setting("ticket.work_billable")))
    is_on_site = BooleanField(_l("On site"))


class LeadersLine(WorkLine):
    """The line of whoever logs the work of others as well."""

    person = RemoteSelectField(_l("Person"), [Optional()], Interface(Person))


def line_form(actor: Actor, **given: Any) -> Any:
    """Return the form of a line for somebody, filled from the request where it is one of a form.

    Without the fields that they may not change; None where that is the time itself.
    """
    form = (LeadersLine if actor.can(WORK_ENTRY_EDIT_OTHERS) else WorkLine)(**given)
    for name in field_rights.locked(WorkEntry, LINE, actor) & {*form._fields}:
        del form[name]
    if "person" in form:
        form.person.options_url = f"{ROUTE}/options/person"
        if not form.is_submitted() or given.get("formdata", True) is None:
            form.person.process_data(actor.person_id)
    return form if "minutes" in form else None


def time_text(minutes: Any) -> str:
    """Return minutes in hours and minutes."""
    return working_duration(timedelta(minutes=minutes)) if isinstance(minutes, int) else ""


@dataclass(slots=True)
class Total:
    """How many minutes somebody worked, or all did."""

    name: str
    minutes: int = 0
    billable: int = 0

    def told(self, shown: Collection[str]) -> list[tuple[str, str]]:
        """Return (label, time) of all, of what is billable and what not, as far as the reader sees these columns."""
        if "minutes" not in shown:
            return []
        found = [(_("In all"), time_text(self.minutes))]
        if "is_billable" in shown:
            found += [(_("Billable"), time_text(self.billable)),
                      (_("Not billable"), time_text(self.minutes - self.billable))]
        return found

    def text(self, shown: Collection[str]) -> str:
        """Return all of it in words, with how much is billable where some is."""
        whole, billable = time_text(self.minutes), time_text(self.billable)
        if not self.billable or "is_billable" not in shown:
            return whole
        return _("%(time)s, %(billable)s of it billable", time=whole, billable=billable)

    def add(self, minutes: int, *, is_billable: bool) -> None:
        """Take some minutes in."""
        self.minutes += minutes
        self.billable += minutes if is_billable else 0


class WorkPanel(Panel):
    """A tab with the work on a ticket; never for customers."""

    key, title, template = "work", _l("Work log"), "ticket/work_panel.html"
    permission = str(WORK_ENTRY_READ)
    is_internal = is_lazy = True

    def load(self, view: Any, item: Any, actor: Actor, line: Any = None) -> dict[str, Any]:
        page = page_of(WorkEntry)
        entries = self._entries(page, item)
        may_log = actor.can(WORK_ENTRY_WRITE) and (actor.can(WORK_ENTRY_EDIT_OTHERS) or why_closed(item) is None)
        shown = frozenset(field_rights.shown(WorkEntry, SEEN, actor))
        whole, people = totals_of(page, item.id)
        workers = {one.person_id for one in entries if one.person_id}
        return {
            "entries": entries[:SHOWN], "has_more": len(entries) > SHOWN, "shown": shown,
            "sums": whole.told(shown), "people": people if {"minutes", "person"} <= shown else [],
            "changeable": {one.id for one in entries if work_entry_service.why_not(actor, one, item) is None},
            "time_text": time_text, "names": names_of(page.datamodel, "person", workers),
            "form": (line or line_form(actor, formdata=None)) if may_log else None,
            "line": LINE, "line_url": f"{ROUTE}/line/{item.id}", "entry_url": ROUTE,
            "list_url": list_address(WorkEntry, ("ticket", "rel_o_m", item.id)), "why_closed": why_closed(item),
        }

    def load_again(self, view: Any, item: Any, actor: Actor, line: Any = None) -> dict[str, Any]:
        """Load all the template shows after a line was sent; `line` is the one that was refused."""
        found = self.load(view, item, actor, line)
        form = found["form"]
        if form is not None:
            # One types on where one was: the next line, or what is wrong with this one.
            at = next((form[name] for name in LINE if name in form and form[name].errors), form.minutes)
            at.render_kw = {**(at.render_kw or {}), "autofocus": True}
        return found

    @staticmethod
    def _entries(page: Any, item: Ticket) -> Sequence[Any]:
        statement = select(WorkEntry).where(WorkEntry.ticket_id == item.id).order_by(
            WorkEntry.worked_on.desc(), WorkEntry.id.desc()).limit(SHOWN + 1)
        return session().execute(statement.options(*page.datamodel.loads(["activity"]))).scalars().all()


def totals_of(page: Any, ticket_id: int) -> tuple[Total, list[Total]]:
    """Return how much was worked on a ticket, in all and by each person, who did most first."""
    statement = select(WorkEntry.person_id, WorkEntry.is_billable, func.sum(WorkEntry.minutes)).where(
        WorkEntry.ticket_id == ticket_id).group_by(WorkEntry.person_id, WorkEntry.is_billable)
    rows = session().execute(statement).all()
    names = names_of(page.datamodel, "person", {row[0] for row in rows if row[0] is not None})
    whole, people = Total(""), dict[Any, Total]()
    for person_id, is_billable, minutes in rows:
        one = people.setdefault(person_id, Total(names[person_id] if person_id is not None else "—"))
        for total in (whole, one):
            total.add(int(minutes), is_billable=is_billable)
    return whole, sorted(people.values(), key=lambda one: (-one.minutes, one.name))

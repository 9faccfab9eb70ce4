"""The work log over all tickets: who worked on what, for how long."""

from typing import Any, ClassVar

from flask import redirect, request
from markupsafe import Markup
from sqlalchemy import case, func
from wtforms.validators import InputRequired

from addons.ticket.models import Ticket, WorkEntry
from addons.ticket.models.work_entry import LEAST, MOST
from addons.ticket.panels.work_log import LINE, ROUTE, SEEN, Total, WorkPanel, line_form, time_text
from addons.ticket.services import work_entry_service
from addons.ticket.services.work import usual_activity
from app.db import field_rights, session
from app.organisation.options import working_here
from app.records.lists import listed, today
from app.records.settings import setting
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import _, _l
from app.sdk.workflow import known
from app.web.choices import Choices
from app.web.duration_field import DurationField
from app.web.forms import field_values
from app.web.graph import Graph, Sum
from app.web.interface import COUNT_CAP, Interface
from app.web.list_views import ShippedFilter
from app.web.narrowing import narrowed
from app.web.page import expose, has_access, permission_name
from app.web.panels import AuditPanel
from app.web.record_view import RecordView
from app.web.related_panel import page_of_type
from app.web.shared import READ_WRITE
from app.web.staying import is_part

LABELS = {
    "ticket": _l("Ticket"), "ticket_kind": _l("Type"), "person": _l("Person"), "group": _l("Work group"),
    "worked_on": _l("Worked on"), "started_at": _l("Begun at"), "minutes": _l("Minutes worked"),
    "activity": _l("Kind of work"), "is_billable": _l("Billable"), "is_on_site": _l("On site"), "note": _l("Note"),
}
# One comes from the page of a ticket and is to be back there.
FROM_TICKET = "ticket"


class TicketKinds(Choices):
    """What tickets may be, of every type."""

    def options(self) -> list[tuple[Any, str]]:
        lists = sorted({one.kinds for one in known.values() if one.kinds})
        return [(value.code, str(value)) for values in listed(session(), *lists).values() for value in values]


def ticket_link(ticket: Any) -> Any:
    """Return a ticket's number as a link, and its title as far as the reader may see it."""
    if not isinstance(ticket, Ticket):
        return ticket  # (hidden)
    page = page_of_type(ticket.type)
    title = ticket.title if field_rights.shown(type(ticket), ["title"]) else ""
    if page is None:
        return f"{ticket.number} {title}".strip()
    return Markup('<a href="{}?tab={}">{}</a> {}').format(page.url_of(ticket.id), WorkPanel.key, ticket.number, title)


class WorkEntryView(RecordView):
    """Stretches of work, with their sums."""

    datamodel = Interface(WorkEntry)
    service = work_entry_service
    class_permission_name = "work_entry"
    method_permission_name: ClassVar[Any] = {**READ_WRITE, "line": "write"}
    route_base = ROUTE
    label, label_plural = _l("Work log entry"), _l("Work log")
    add_title = _l("Log work")
    label_columns = LABELS
    description_columns: ClassVar[Any] = {"minutes": _l("For example 90, 1:30 or 1h30.")}
    list_template = "ticket/work_log.html"
    list_columns = ["worked_on", "ticket", "person", "minutes", "activity", "is_billable", "note"]
    optional_columns = ["group", "ticket_kind", "is_on_site", "started_at"]
    search_columns = ["worked_on", "person", "group", "activity", "ticket_kind", "is_billable", "ticket"]
    add_columns = ["ticket", "minutes", "activity", "worked_on", "started_at", "person", "is_billable", "is_on_site",
                   "note"]
    edit_columns = [name for name in add_columns if name != "ticket"]
    show_columns = ["ticket", "ticket_kind", "person", "group", "worked_on", "started_at", "minutes", "activity",
                    "is_billable", "is_on_site", "note"]
    order_columns = ["worked_on"]
    base_order = ("worked_on", "desc")
    shipped_filters = [
        ShippedFilter("mine_week", _l("Mine this week"), [("person", "me"), ("worked_on", "period", "this_week")]),
        ShippedFilter("mine", _l("Mine"), [("person", "me")]),
        ShippedFilter("groups_week", _l("My groups this week"),
                      [("group", "my_groups"), ("worked_on", "period", "this_week")]),
        ShippedFilter("billable_month", _l("Billable last month"),
                      [("is_billable", "eq", "y"), ("worked_on", "period", "last_month")]),
    ]
    list_modes = [Graph(["person", "group", "activity", "ticket_kind", "is_billable", "worked_on"],
                        [Sum("minutes", _l("Minutes worked"))])]
    option_filters = {"activity": "ticket.work_activity", "person": working_here()}
    choice_columns = {"ticket_kind": TicketKinds()}
    formatters_columns = {"minutes": time_text, "ticket": ticket_link}
    taken_away = {"minutes": lambda value: value, "ticket": lambda ticket: getattr(ticket, "number", ticket)}
    panels = [AuditPanel()]

    def _init_forms(self) -> None:
        for kind in ("add", "edit"):
            field = DurationField(LABELS["minutes"], [InputRequired(_l("This field is required."))], LEAST, MOST,
                                  description=self.description_columns["minutes"])
            setattr(self, f"{kind}_form_extra_fields", {"minutes": field})
        super()._init_forms()

    def fill_new(self, form: Any) -> None:
        # Fields that the reader may not change are not on the form.
        usual = {"person": current_actor().person_id, "activity": usual_activity(), "worked_on": today()}
        for name, value in usual.items():
            if name in form and form[name].data is None:
                form[name].process_data(value)
        if "is_billable" in form:
            form.is_billable.data = bool(setting("ticket.work_billable"))

    def locked_fields(self, item: Any) -> frozenset[str]:
        found = super().locked_fields(item)
        return found if work_entry_service.why_not(current_actor(), item) is None else frozenset({"*"})

    # Where one is afterwards -----------------------------------------------------------------------------------------

    def url_of(self, pk: Any) -> str:
        """Return the address of an entry's page, or of its ticket's where one came from there."""
        return (self._back(pk) if request.args.get("from") == FROM_TICKET else "") or super().url_of(pk)

    def after_delete(self, item: Any) -> str:
        """Return the address of the ticket where one came from there, else of the list."""
        back = self._page_of(item.ticket) if request.args.get("from") == FROM_TICKET else ""
        return back or super().after_delete(item)

    def _back(self, pk: Any) -> str:
        found = session().get(WorkEntry, int(pk))
        return self._page_of(found.ticket) if found is not None else ""

    @staticmethod
    def _page_of(ticket: Any) -> str:
        page = page_of_type(ticket.type)
        return f"{page.url_of(ticket.id)}?tab={WorkPanel.key}" if page is not None else ""

    # The line on the page of a ticket ---------------------------------------------------------------------------------

    @expose("/line/<int:ticket_id>", methods=["POST"])
    @has_access
    @permission_name("line")
    def line(self, ticket_id: int) -> Any:
        """Log a line and answer the panel anew; a refusal stands beside its field."""
        actor, ticket = current_actor(), session().get(Ticket, ticket_id)
        page = page_of_type(ticket.type) if ticket is not None else None
        form = line_form(actor)
        if page is None or not page.may_see_internal(actor) or form is None:
            raise NotFound
        if form.validate():
            try:
                self.call_service(self.service.create, actor,
                                  {"ticket": ticket_id, **field_values(form, list(LINE))})
                form = None
            except BusinessError as error:
                if error.http_status not in (409, 422):
                    raise
                self.show_refusal(form, error)
        if form is None and not is_part():
            return redirect(self._page_of(ticket))
        panel = WorkPanel().load_again(page, ticket, actor, form)
        body = self.render_template("ticket/work_panel.html" if is_part() else "ticket/work_line.html", panel=panel,
                                    view=page, item=ticket, title=_("Log work"),
                                    back_url=self._page_of(ticket))
        return body, 200 if form is None else 422

    # Sums -------------------------------------------------------------------------------------------------------------

    def _get_list_widget(self, filters: Any, **given: Any) -> dict[str, Any]:
        widgets = super()._get_list_widget(filters, **given)
        widgets["sums"] = self._sums(filters, widgets["list"].template_args["count"])
        return widgets

    def _sums(self, filters: Any, count: int | None) -> list[tuple[str, str]]:
        # Of as many rows as are counted: nobody waits for the sum of a million.
        if not count or count >= COUNT_CAP:
            return []
        query = self.datamodel.apply_filters(session().query(WorkEntry), filters.get_joined_filters(self._base_filters))
        charged = case((WorkEntry.is_billable, WorkEntry.minutes), else_=0)
        rows = narrowed(query.order_by(None), WorkEntry, WorkEntry.minutes.label("minutes"), charged.label("billable"))
        rows = rows.subquery()
        found = session().query(func.sum(rows.c.minutes), func.sum(rows.c.billable)).one()
        return Total("", int(found[0] or 0), int(found[1] or 0)).told(field_rights.shown(WorkEntry, SEEN))

"""People."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from sqlalchemy import select

from app.db import session
from app.organisation.labels import LABELS
from app.organisation.models import Company, Person
from app.organisation.search import find_people
from app.organisation.services import person_service
from app.sdk.actor import current_actor
from app.sdk.i18n import _l
from app.web import caller
from app.web.choices import register_hints, same
from app.web.filters import register_search
from app.web.interface import Interface
from app.web.panels import AuditPanel, Slot
from app.web.record_view import RecordView

register_search(Person, find_people)


def hints(ids: Iterable[int]) -> dict[int, str]:
    """Return what tells people of the same name apart: company, phone, employee number."""
    statement = select(Person.id, Company.name, Person.phone, Person.employee_number).outerjoin(
        Company, Company.id == Person.company_id).where(Person.id.in_(list(ids)))
    return {row[0]: " · ".join(part for part in row[1:] if part) for row in session().execute(statement)}


register_hints(Person, hints)


class PersonView(RecordView):
    """Whom we serve and who serves. Found by name, pinyin, initials, phone, e-mail and employee number."""

    datamodel = Interface(Person)
    service = person_service
    class_permission_name = "person"
    in_palette = True
    route_base = "/organisation/people"
    label, label_plural = _l("Person"), _l("People")
    label_columns = {**LABELS, "name": _l("Full name")}
    list_columns = ["name", "company", "department", "phone", "email", "employee_number", "is_vip", "is_active"]
    search_columns = ["name", "company", "department", "site", "employee_number", "is_vip", "is_active"]
    add_columns = ["name", "phone", "email", "company", "department", "site", "employee_number", "is_vip", "joined_on",
                   "left_on", "is_active"]
    edit_columns = add_columns
    show_columns = [*add_columns, "user"]
    base_order = ("name", "asc")
    option_filters = {"department": same("company"), "site": same("company")}
    panels = [caller.CallerPanel(), Slot("person.side"), AuditPanel()]

    @expose("/<pk>/card", methods=["GET"])
    @has_access
    @permission_name("card")
    def card(self, pk: Any) -> Any:
        """Show the person's card, for the page or form of a record that they called about."""
        person = self.one(pk)
        data = caller.card(person, current_actor(), is_brief=bool(request.args.get("brief")))
        return self.render_template("desk/caller_card.html", **data)

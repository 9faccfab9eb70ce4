"""People."""

from app.organisation.labels import LABELS
from app.organisation.models import Person
from app.organisation.search import find_people
from app.organisation.services import person_service
from app.sdk.i18n import _l
from app.web.choices import same
from app.web.filters import register_search
from app.web.interface import Interface
from app.web.panels import AuditPanel, Slot
from app.web.record_view import RecordView

register_search(Person, find_people)


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
    panels = [Slot("person.side"), AuditPanel()]

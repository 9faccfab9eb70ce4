"""People."""

from collections.abc import Iterable
from contextlib import closing
from typing import Any, ClassVar

from flask import redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.db import session
from app.organisation.contacts import ContactMethod
from app.organisation.labels import CONTACT_KINDS, CONTACT_LABELS, LABELS, PREFERRED_CHANNELS
from app.organisation.models import Company, Person
from app.organisation.permissions import PERSON_SEE_PERSONAL_DATA, PERSON_WRITE
from app.organisation.pictures import MOST_BYTES, change_picture, picture_of
from app.organisation.search import find_people
from app.organisation.services import contact_method_service, person_service
from app.organisation.views.leaving import LeavingPanel
from app.organisation.views.skill import PersonSkillView
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import MissingFields, NotFound
from app.sdk.i18n import _l
from app.security.settings import LANGUAGE_NAMES
from app.web import caller
from app.web.children import ChildrenPanel, ChildView
from app.web.choices import FixedChoices, ListChoices, register_hints, same
from app.web.files import send_picture
from app.web.filters import register_search
from app.web.interface import Interface
from app.web.panels import AuditPanel, Panel, Slot, UsesPanel
from app.web.record_view import RecordView
from app.web.rows_panel import RowsPanel
from app.web.shared import READ_WRITE
from app.web.zone_choices import all_zones

register_search(Person, find_people)


def hints(ids: Iterable[int]) -> dict[int, str]:
    """Return what tells people of the same name apart: company, phone, and to whom it may be told the number."""
    columns = [Company.name, Person.phone]
    if current_actor().can(PERSON_SEE_PERSONAL_DATA):
        columns.append(Person.employee_number)
    statement = select(Person.id, *columns).outerjoin(
        Company, Company.id == Person.company_id).where(Person.id.in_(list(ids)))
    return {row[0]: " · ".join(part for part in row[1:] if part) for row in session().execute(statement)}


register_hints(Person, hints)


class ContactMethodView(ChildView):
    """A number or an address of a person."""

    datamodel = Interface(ContactMethod)
    service = contact_method_service
    class_permission_name = "person"
    route_base = "/organisation/contact-methods"
    parent, parent_route = "person", caller.PEOPLE
    label, label_plural = _l("Number or address"), _l("Numbers and addresses")
    label_columns = CONTACT_LABELS
    list_columns = ["person", "kind", "value", "label", "is_primary", "is_private", "sequence"]
    search_columns = ["person", "value"]
    add_columns = ["person", "kind", "value", "label", "is_primary", "is_private", "sequence"]
    edit_columns = ["kind", "value", "label", "is_primary", "is_private", "sequence"]
    show_columns = list_columns
    description_columns = {
        "label": _l("As in “evenings” or “warehouse”."),
        "is_private": _l("Seen only by those who may see personal data."),
        "is_primary": _l("Stands in lists and on the card of the caller."),
    }
    choice_columns = {"kind": CONTACT_KINDS}


def _number(entries: Any) -> Any:
    return len(entries) if isinstance(entries, dict) else entries


class PicturePanel(Panel):
    """How a person looks, with a way to change it."""

    key, title, template = "picture.side", _l("Picture"), "desk/panels/person_picture.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        return {"name": item.name, "url": f"{view.url_base(item.id)}/face", "picture": item.picture_id,
                "may_write": actor.can(PERSON_WRITE)}


class PersonView(RecordView):
    """Whom we serve and who serves. Found by name, pinyin, initials, phone, e-mail and employee number."""

    datamodel = Interface(Person)
    service = person_service
    class_permission_name = "person"
    method_permission_name: ClassVar[dict[str, str]] = {**READ_WRITE, "face": "read", "change_face": "write"}
    in_palette = True
    route_base = "/organisation/people"
    label, label_plural = _l("Person"), _l("People")
    # The last three are told of in the history only.
    label_columns = {**LABELS, "name": _l("Full name"), "handed_over": _l("Entries handed over on leaving"),
                     "entries": _l("Entries of the audit log"), "certificate": _l("Certificate of anonymisation")}
    formatters_columns = {"entries": _number}
    list_columns = ["name", "company", "department", "phone", "email", "employee_number", "vip_level", "is_active"]
    optional_columns = ["job_title", "site", "manager", "language", "timezone", "preferred_channel", "joined_on",
                        "left_on", "is_vip"]
    search_columns = ["name", "company", "department", "site", "manager", "employee_number", "email", "phone",
                      "vip_level", "is_vip", "is_active"]
    add_fieldsets = [
        (_l("Person"), {"fields": ["name", "salutation", "job_title", "vip_level", "is_active"]}),
        (_l("Where"), {"fields": ["company", "department", "site", "manager"]}),
        (_l("How to reach them"), {"fields": ["phone", "email", "preferred_channel", "language", "timezone"]}),
        (_l("More"), {"fields": ["employee_number", "cost_centre", "joined_on", "left_on"]}),
    ]
    edit_fieldsets = add_fieldsets
    show_fieldsets = [
        (_l("How to reach them"), {"fields": ["phone", "email", "preferred_channel", "language", "timezone"]}),
        (_l("Where"), {"fields": ["company", "department", "site", "manager", "job_title"]}),
        (_l("More"), {"fields": ["name", "salutation", "vip_level", "employee_number", "cost_centre", "joined_on",
                                 "left_on", "is_active", "user"]}),
    ]
    description_columns = {"company": _l("Left empty, a new person belongs to the company of their e-mail domain.")}
    base_order = ("name", "asc")
    picklist_columns = {"vip_level": "person.vip_level", "salutation": "person.salutation"}
    choice_columns = {
        "timezone": all_zones(), "language": FixedChoices(LANGUAGE_NAMES), "preferred_channel": PREFERRED_CHANNELS,
        # The list's default is the level of whoever is made a VIP, not that of everybody new.
        "vip_level": ListChoices("person.vip_level", ["person.salutation"], begins_empty=True),
    }
    option_filters = {"department": same("company"), "site": same("company")}
    panels = [
        ChildrenPanel(ContactMethodView, "kind", "value", "label", "is_primary", "is_private",
                      title=_l("Ways to reach them"), key="ways", add_label=_l("Add a number or address")),
        ChildrenPanel(PersonSkillView, "skill", "level", title=_l("Skills"), key="certificate",
                      add_label=_l("Add a skill")),
        RowsPanel(Person, "manager", "name", "job_title", "department", "phone", title=_l("Reports to them"),
                  key="team"),
        PicturePanel(), caller.CallerPanel(), Slot("person.side"), LeavingPanel(), UsesPanel(), AuditPanel(),
    ]

    @expose("/<pk>/face", methods=["GET"])
    @has_access
    @permission_name("picture")
    def face(self, pk: Any) -> Response:
        """Send the person's picture."""
        wanted = picture_of(self.one(pk))
        if wanted is None:
            raise NotFound
        return send_picture(wanted)

    @expose("/<pk>/face", methods=["POST"])
    @has_access
    @permission_name("attach")
    def change_face(self, pk: Any) -> Any:
        """Take the picture that was sent, or take the present one away."""
        file = request.files.get("file")
        with closing(file or FileStorage()) as sent:
            content = sent.read(MOST_BYTES + 1)
        if not content and not request.form.get("remove"):
            raise MissingFields(["file"])
        name = file.filename if file is not None else None
        self.call_service(change_picture, current_actor(), self.one(pk).id, name or "picture", content)
        return redirect(self.url_of(pk))

    @expose("/<pk>/card", methods=["GET"])
    @has_access
    @permission_name("card")
    def card(self, pk: Any) -> Any:
        """Show the person's card, for the page or form of a record that they called about."""
        person = self.one(pk)
        data = caller.card(person, current_actor(), is_brief=bool(request.args.get("brief")))
        return self.render_template("desk/caller_card.html", **data)

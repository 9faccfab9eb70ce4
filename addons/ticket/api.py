"""The service tree, the channels and the priority matrix by REST."""

from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from addons.ticket import services
from addons.ticket.models import Channel, PriorityRule, Service, ServiceFamily, ServiceOffering, WorkEntry
from addons.ticket.services import my_work
from app.organisation.options import working_here
from app.sdk.actor import current_actor
from app.sdk.errors import NotFound
from app.web.interface import Interface
from app.web.keyset import decode, encode
from app.web.plain_api import PlainApi
from app.web.record_api import RecordApi
from app.web.rest import expose, permission_name, protect

MOST = 100


class ServiceFamilyApi(RecordApi):
    """/api/v1/service_family/"""

    datamodel = Interface(ServiceFamily)
    service = services.service_family_service
    resource_name, class_permission_name = "service_family", "service"
    list_columns = ["id", "code", "name", "is_active"]
    add_columns = ["code", "name", "is_active"]
    edit_columns = add_columns
    search_columns = ["code", "is_active"]


class ServiceApi(RecordApi):
    """/api/v1/service/"""

    datamodel = Interface(Service)
    service = services.service_service
    resource_name, class_permission_name = "service", "service"
    list_columns = ["id", "code", "name", "family_id", "owner_id", "group_id", "calendar_id", "is_active"]
    add_columns = ["code", "name", "family_id", "owner_id", "group_id", "calendar_id", "is_active"]
    edit_columns = add_columns
    search_columns = ["code", "family", "owner", "group", "is_active"]


class ServiceOfferingApi(RecordApi):
    """/api/v1/service_offering/"""

    datamodel = Interface(ServiceOffering)
    service = services.offering_service
    resource_name, class_permission_name = "service_offering", "service"
    list_columns = ["id", "code", "name", "service_id", "is_active"]
    add_columns = ["code", "name", "service_id", "is_active"]
    edit_columns = ["code", "name", "is_active"]
    search_columns = ["code", "service", "is_active"]


class ChannelApi(RecordApi):
    """/api/v1/channel/"""

    datamodel = Interface(Channel)
    service = services.channel_service
    resource_name, class_permission_name = "channel", "service"
    list_columns = ["id", "code", "name", "sequence", "is_active"]
    add_columns = ["code", "name", "sequence", "is_active"]
    edit_columns = ["name", "sequence", "is_active"]
    search_columns = ["code", "is_active"]


class PriorityRuleApi(RecordApi):
    """/api/v1/priority_rule/"""

    datamodel = Interface(PriorityRule)
    service = services.priority_rule_service
    resource_name, class_permission_name = "priority_rule", "service"
    list_columns = ["id", "impact_id", "urgency_id", "priority_id"]
    add_columns = ["impact_id", "urgency_id", "priority_id"]
    edit_columns = ["priority_id"]
    search_columns = ["impact", "urgency", "priority"]
    option_filters = {"impact": "ticket.impact", "urgency": "ticket.urgency", "priority": "ticket.priority"}


class WorkEntryApi(RecordApi):
    """/api/v1/work_entry/: who worked on which ticket, when and for how long."""

    datamodel = Interface(WorkEntry)
    service = services.work_entry_service
    resource_name = class_permission_name = "work_entry"
    list_columns = ["id", "version", "ticket_id", "ticket_kind", "person_id", "group_id", "worked_on", "started_at",
                    "minutes", "activity_id", "is_billable", "is_on_site", "note", "created_at", "updated_at"]
    add_columns = ["ticket_id", "person_id", "worked_on", "started_at", "minutes", "activity_id", "is_billable",
                   "is_on_site", "note"]
    edit_columns = [name for name in add_columns if name != "ticket_id"]
    search_columns = ["ticket", "ticket_kind", "person", "group", "worked_on", "activity", "is_billable"]
    order_columns = ["worked_on", "created_at"]
    option_filters = {"activity": "ticket.work_activity", "person": working_here()}


class MyWorkApi(PlainApi):
    """/api/v1/my_work/: what waits for the caller of the API."""

    resource_name = class_permission_name = "my_work"
    method_permission_name: ClassVar[dict[str, str]] = {"parts": "read", "tickets": "read"}

    @expose("/", methods=["GET"])
    @protect()
    @permission_name("parts")
    def parts(self) -> Response:
        """Return the parts and their numbers.
        ---
        get:
          description: Each part with the number of its tickets
          responses:
            200: {description: The parts}
        """
        parts = my_work.parts_of(current_actor())
        numbers = my_work.counts(parts)
        return self.response(200, result=[{"key": part.key, "label": str(part.label), "count": numbers[part.key]}  # type: ignore[no-any-return]
                                          for part, _rows in parts])

    @expose("/<string:part>", methods=["GET"])
    @protect()
    @permission_name("tickets")
    def tickets(self, part: str) -> Response:
        """Return the tickets of a part, those opened first at the top.
        ---
        get:
          description: Up to 100 tickets; `next` is the `after` of the following ones
          parameters:
          - {in: path, name: part, required: true, schema: {type: string}}
          - {in: query, name: after, schema: {type: string}}
          responses:
            200: {description: The tickets}
            404: {description: There is no such part}
        """
        rows = {one.key: found for one, found in my_work.parts_of(current_actor())}.get(part)
        if rows is None:
            raise NotFound
        after = decode(request.args.get("after", ""), my_work.SORTED_BY)
        found, following = my_work.page(rows, after, MOST)
        return self.response(  # type: ignore[no-any-return]
            200, result=[{"id": one.id, "type": one.type, "number": one.number} for one in found],
            next=encode(following) if following is not None else None)


APIS = [ServiceFamilyApi, ServiceApi, ServiceOfferingApi, ChannelApi, PriorityRuleApi, WorkEntryApi, MyWorkApi]

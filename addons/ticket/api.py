"""The service tree, the channels and the priority matrix by REST."""

from addons.ticket import services
from addons.ticket.models import Channel, PriorityRule, Service, ServiceFamily, ServiceOffering
from app.web.interface import Interface
from app.web.record_api import RecordApi


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


APIS = [ServiceFamilyApi, ServiceApi, ServiceOfferingApi, ChannelApi, PriorityRuleApi]

"""Rules of the service tree, the channels and the priority matrix."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from addons.ticket.models import Channel, PriorityRule, Service, ServiceFamily, ServiceOffering
from addons.ticket.permissions import SERVICE_WRITE
from app.db import session
from app.records.lists import check_choices
from app.records.service import RecordService, require_label
from app.sdk.actor import Actor
from app.sdk.errors import Conflict
from app.sdk.i18n import _

MATRIX = {"impact_id": "ticket.impact", "urgency_id": "ticket.urgency", "priority_id": "ticket.priority"}


class NamedService(RecordService[Any]):
    """Something with a code and a name in both languages."""

    def prepare(self, actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
        require_label(values, "name")


class ServiceService(NamedService):
    """Services; one that still has offerings is switched off rather than deleted."""

    def check_delete(self, actor: Actor, record: Service) -> None:
        offering = select(ServiceOffering.id).where(ServiceOffering.service_id == record.id).limit(1)
        if session().execute(offering).first():
            raise Conflict(_("Delete the offerings of the service first, or switch the service off."))


class PriorityRuleService(RecordService[PriorityRule]):
    """The cells of the priority matrix. Tickets keep the priority that they got."""

    def prepare(self, actor: Actor, record: PriorityRule, values: Mapping[str, Any]) -> None:
        check_choices(session(), values, MATRIX)

    def check_delete(self, actor: Actor, record: PriorityRule) -> None:
        raise Conflict(_("Every cell of the matrix has a priority. Change it instead."))


service_family_service = NamedService(ServiceFamily, SERVICE_WRITE, {"code", "name", "is_active"}, {"code", "name"})
service_service = ServiceService(
    Service, SERVICE_WRITE, {"code", "name", "family", "owner", "group", "calendar", "is_active"}, {"code", "name"}
)
offering_service = NamedService(
    ServiceOffering, SERVICE_WRITE, {"code", "name", "service", "is_active"}, {"code", "name", "service_id"}
)
channel_service = NamedService(Channel, SERVICE_WRITE, {"code", "name", "sequence", "is_active"}, {"code", "name"})
priority_rule_service = PriorityRuleService(PriorityRule, SERVICE_WRITE, {"impact", "urgency", "priority"}, set(MATRIX))

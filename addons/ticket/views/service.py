"""The service tree: families, services, offerings."""

from addons.ticket.models import Service, ServiceFamily, ServiceOffering
from addons.ticket.services import offering_service, service_family_service, service_service
from app.sdk.i18n import _l
from app.web.children import ChildrenPanel, ChildView
from app.web.interface import Interface
from app.web.panels import AuditPanel, Slot
from app.web.record_view import RecordView

SERVICES = "/ticket/services"
FAMILIES = "/ticket/service-families"
LABELS = {
    "code": _l("Code"), "name": _l("Name"), "family": _l("Service family"), "owner": _l("Owner"),
    "group": _l("Work group"), "service": _l("Service"), "is_active": _l("Active"), "sequence": _l("Order"),
    "calendar": _l("Service calendar"), "impact": _l("Impact"), "urgency": _l("Urgency"), "priority": _l("Priority"),
}


class ServiceOfferingView(ChildView):
    """One way in which a service is offered."""

    datamodel = Interface(ServiceOffering)
    service = offering_service
    class_permission_name = "service"
    route_base = "/ticket/service-offerings"
    parent, parent_route = "service", SERVICES
    label, label_plural = _l("Service offering"), _l("Service offerings")
    label_columns = LABELS
    list_columns = ["name", "code", "service", "is_active"]
    search_columns = ["code", "service", "is_active"]
    add_columns = ["service", "code", "name", "is_active"]
    edit_columns = ["code", "name", "is_active"]
    show_columns = list_columns


class ServiceView(RecordView):
    """What we provide."""

    datamodel = Interface(Service)
    service = service_service
    class_permission_name = "service"
    route_base = SERVICES
    label, label_plural = _l("Service"), _l("Services")
    label_columns = LABELS
    list_columns = ["name", "code", "family", "owner", "group", "is_active"]
    search_columns = ["code", "family", "owner", "group", "is_active"]
    add_columns = ["code", "name", "family", "owner", "group", "calendar", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("code", "asc")
    panels = [
        ChildrenPanel(ServiceOfferingView, "name", "code", "is_active", title=_l("Service offerings"), key="offerings",
                      add_label=_l("Add an offering")),
        Slot("service.side"),
        AuditPanel(),
    ]


class ServiceFamilyView(RecordView):
    """Groups of services."""

    datamodel = Interface(ServiceFamily)
    service = service_family_service
    class_permission_name = "service"
    route_base = FAMILIES
    label, label_plural = _l("Service family"), _l("Service families")
    label_columns = LABELS
    list_columns = ["name", "code", "is_active"]
    search_columns = ["code", "is_active"]
    add_columns = ["code", "name", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("code", "asc")
    panels = [AuditPanel()]
